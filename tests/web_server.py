"""A real server on a free loopback port, a store with a small report in it, and a plain client."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from waitress import wasyncore

from factcheck.parts import Parts
from factcheck.records import RunSummary
from factcheck.web import create_app
from factcheck.web.server import server_of
from factcheck.web.workers import working
from tests.fakes import Clock, fake_parts
from tests.sample_report import NOW, SAMPLE


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The text as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Site:
    """A running server."""

    address: str
    parts: Parts

    def get(self, path: str, **headers: str) -> Answer:
        """What a GET gives."""
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """What a POST of a JSON body gives."""
        return self.send("POST", path, data=json.dumps(body).encode(), headers=headers)

    def send(
        self, method: str, path: str, *, data: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """What any request gives; the body counts as JSON unless the headers say otherwise."""
        named = {"Content-Type": "application/json"} if data is not None else {}
        named |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        request = Request(self.address + path, data=data, headers=named, method=method)
        try:
            with urlopen(request, timeout=120) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode())


class Reader:
    """A browser without JavaScript: keeps cookies, follows redirects, sends forms with their token."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))

    def get(self, path: str) -> Answer:
        """The page at which a GET ends; the headers Url and Path say which that is."""
        return self.open(Request(self.site.address + path))

    def token(self, page: str) -> str:
        """The token of the forms of a page; empty where it has none."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.get(page).text)
        return found.group(1) if found else ""

    def send(self, page: str, path: str, **fields: str) -> Answer:
        """The page at which a form of a page ends."""
        filled = {"form_token": self.token(page), **fields}
        return self.open(Request(self.site.address + path, data=urlencode(filled).encode()))

    def upload(
        self,
        name: str,
        content: bytes,
        *,
        page: str = "/articles",
        path: str = "/articles",
        field: str = "files",
        **fields: str,
    ) -> Answer:
        """The page after uploading a file on a page, which is that of the articles unless another is named."""
        token = self.token(page)
        assert token
        parts = [
            *(
                f'--X\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{value}\r\n'.encode()
                for one, value in {"form_token": token, **fields}.items()
            ),
            f'--X\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode() + content,
            b"\r\n--X--\r\n",
        ]
        headers = {"Content-Type": "multipart/form-data; boundary=X"}
        return self.open(Request(self.site.address + path, data=b"".join(parts), headers=headers))

    def finished(self, answer: Answer) -> Answer:
        """The page of long work, once that is over."""
        path = answer.headers["Path"]
        deadline = time.monotonic() + 120
        while 'data-job="over"' not in answer.text:
            assert time.monotonic() < deadline, answer.text
            time.sleep(0.2)
            answer = self.get(path)
        return answer

    def open(self, request: Request) -> Answer:
        """What any request ends at."""
        try:
            with self._opener.open(request, timeout=60) as response:
                ended = {"Url": response.url, "Path": response.url.removeprefix(self.site.address)}
                return Answer(response.status, {**response.headers, **ended}, response.read().decode())
        except HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode())


@contextmanager
def running(parts: Parts) -> Iterator[Site]:
    """The application over these parts, served while the context lasts."""
    app = create_app(parts.settings, parts)
    server = server_of(app, parts.settings.model_copy(update={"host": "127.0.0.1", "port": 0}), threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        with working(app):
            yield Site(f"http://127.0.0.1:{server.effective_port}", parts)
    finally:
        # closing from another thread would pull the sockets from under the loop
        with suppress(OSError):  # the loop woke by itself between the request to close and the trigger
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


def sample_parts(folder: Path, **settings: Any) -> Parts:
    """Parts with fake models whose store and index hold the sample report."""
    parts = replace(fake_parts(folder, **settings), clock=Clock(NOW))
    claims = list(SAMPLE.claims.values())
    for article in SAMPLE.articles.values():
        parts.store.save_article(article, [claim for claim in claims if claim.article_id == article.article_id])
    parts.store.save_findings(SAMPLE.findings)
    parts.store.save_disputes(SAMPLE.disputes)
    for decisions in SAMPLE.decisions.values():
        for decision in decisions:
            parts.store.add_decision(decision)
    parts.store.save_run(
        "scan",
        RunSummary(
            run_id="run-1",
            started_at=NOW,
            counts=SAMPLE.funnel,
            left_out=SAMPLE.left_out,
            seconds={"match": 0.5},
            models=SAMPLE.models,
            settings=SAMPLE.settings,
        ),
    )
    index = parts.create_index()
    index.add([claim.claim_id for claim in claims], parts.embedder.embed([claim.standalone_text for claim in claims]))
    index.save()
    return parts
