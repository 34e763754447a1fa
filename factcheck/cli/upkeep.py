"""The commands around the work: settings, doctor and serve."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from factcheck.cli.commands import main
from factcheck.cli.edge import answer, parts_now, settings_now
from factcheck.errors import BadSetting, FactcheckError

if TYPE_CHECKING:
    from flask import Flask

    from factcheck.config import Settings

SERVER_THREADS = 32
"""Most of them wait: for the store, or for their turn at the models, which fewer than these may do at once."""


@main.command()
def settings() -> None:
    """List every setting, what sets it, and its limits."""
    from factcheck.cli.terminal import show_settings

    rows = setting_rows(settings_now())
    answer(lambda: {"settings": rows}, lambda: show_settings(rows))


def setting_rows(settings: Settings) -> list[dict[str, Any]]:
    """One row a setting, in the order in which they are declared."""
    return [
        {
            "name": name,
            "variable": f"FACTCHECK_{name.upper()}",
            "value": _plain(getattr(settings, name)),
            "default": _plain(field.default),
            "limits": _limits(field),
            "description": field.description,
        }
        for name, field in type(settings).model_fields.items()
    ]


@main.command()
def doctor() -> None:
    """Check that everything is in working order.

    Looks at Python, models, index, database and disk, says what to do about what is wrong, and then exits with 1.
    """
    from dataclasses import asdict

    from factcheck.cli.terminal import show_checks
    from factcheck.wiring import doctor as examine

    checks = [asdict(check) for check in examine(settings_now())]
    wrong = [check["name"] for check in checks if not check["ok"]]

    answer(lambda: {"healthy": not wrong, "checks": checks}, lambda: show_checks(checks))
    if wrong:
        click.get_current_context().exit(FactcheckError.exit_code)


@main.command()
@click.option("--host", help="Address to serve on.  [default: 127.0.0.1, this machine only]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to serve on; 0 takes a free one.  [default: 8000]")
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages and the HTTP API.

    Without an account (`users add`) only this machine is served, and nothing behind a proxy; where others can come
    in, everybody logs in.
    """
    from factcheck.web import create_app
    from factcheck.web.access import refuse_open_door

    parts = parts_now(host=host, port=port)
    refuse_open_door(parts)
    _run_server(create_app(parts.settings, parts), parts.settings)


def _run_server(app: Flask, settings: Settings) -> None:
    from factcheck.web.health import warm_up
    from factcheck.web.server import server_of
    from factcheck.web.workers import working

    try:
        server = server_of(app, settings, threads=SERVER_THREADS)
    except (OSError, ValueError) as error:
        raise BadSetting(
            f"cannot serve on {settings.host}:{settings.port}: {getattr(error, 'strerror', None) or error}",
            hint="choose another address with --host and --port; --port 0 takes a free port",
        ) from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    url = _url_of(server)
    with working(app):
        answer(
            lambda: {"url": url, "index": str(settings.index)},
            lambda: click.echo(f"Serving on {url} (stop with Ctrl-C)"),
        )
        sys.stdout.flush()
        end_warm_up = warm_up(app)
        try:
            server.run()
        finally:
            end_warm_up()


def _url_of(server: Any) -> str:
    """Where a server listens; one of a name with several addresses listens on each."""
    several = getattr(server, "effective_listen", None)
    host, port = several[0] if several else (server.effective_host, server.effective_port)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value


def _limits(field: Any) -> str:
    """The limits of a setting in words: "0 to 1", "strict or sensitive"; "" where there are none."""
    choices = getattr(field.annotation, "__args__", None)
    if choices:
        return " or ".join(map(str, choices))
    bounds = {type(bound).__name__.lower(): bound for bound in field.metadata}
    low = getattr(bounds.get("ge"), "ge", None)
    high = getattr(bounds.get("le"), "le", None)
    return f"{low} to {high}" if high is not None else f"at least {low}" if low is not None else ""
