"""The server in front of an application: what it takes, whom it believes, and that it refuses in our words."""

from __future__ import annotations

from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, create_server
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import RequestEntityTooLarge

from factcheck.config import Settings
from factcheck.web.security import most_received


def server_of(app: Flask, settings: Settings, *, threads: int) -> Any:
    """A server that listens where the settings say; run it.

    A body lies in the temporary folder of the system until it is answered; one beyond the limit is not received.

    Raises:
        OSError: the address cannot be listened on.
        ValueError: host or proxy is no address.
    """
    listening: dict[int, Any] = {}
    server = create_server(
        app,
        map=listening,
        host=settings.host,
        port=settings.port,
        threads=threads,
        max_request_body_size=most_received(app),
        **_trust(settings.trusted_proxy),
    )
    for one in listening.values():  # a name with several addresses has a server for each
        if isinstance(one, BaseWSGIServer):
            one.channel_class = _Channel
    return server


def _trust(proxy: str) -> dict[str, Any]:
    """What waitress has to know to believe a proxy on who asks; it believes nobody else."""
    if not proxy:
        return {}
    return {"trusted_proxy": proxy, "trusted_proxy_count": 1, "trusted_proxy_headers": {"x-forwarded-for"}}


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Does not ask for the body of a request that is refused, as `Expect: 100-continue` has waitress do."""

    def received(self, data: bytes) -> int:
        consumed: int = super().received(data)
        if self.error:
            self.expect_continue = False
        return consumed


class _TooLargeTask(WSGITask):  # type: ignore[misc]
    """Asks the application about a request whose body is not received: it knows who asks, and how it refuses."""

    def execute(self) -> None:
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        environment: dict[str, Any] = super().get_environment()
        most = self.channel.server.adj.max_request_body_size
        # a body in chunks names no length, and what came of it must not be taken for all of it
        environment["CONTENT_LENGTH"] = str(max(self.request.content_length, most))
        return environment


def _task_of_refused(channel: Any, request: Any) -> Any:
    kind = _TooLargeTask if isinstance(request.error, RequestEntityTooLarge) else ErrorTask
    return kind(channel, request)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    error_task_class = staticmethod(_task_of_refused)
