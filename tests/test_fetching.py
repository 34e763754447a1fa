"""Fetching by address, against real servers on this machine: what is refused, and what comes of a page."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from factcheck import fetching
from factcheck.config import Settings
from factcheck.errors import BadArticle, BadInput
from factcheck.fetching import FetchRules, fetch, is_public, is_web_address
from factcheck.loaders import fetched_article, load
from factcheck.records import Article, LeftOut
from tests.web_server import running, sample_parts

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Dam holds</title>
<meta property="article:published_time" content="2026-11-18"><meta property="og:site_name" content="The Herald">
<link rel="canonical" href="{canonical}"></head><body><article><h1>Dam holds</h1>
<p>The dam above Orlo held through the night, the mayor said on Wednesday.</p>
<p>Fifteen people were brought to safety from the lower town before the water rose again.</p></article></body></html>"""
Reply = tuple[int, dict[str, str], bytes]


class Web:
    """A server on this machine that answers each path as told, and remembers what it was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.replies: dict[str, Reply | Callable[[Any], None]] = {}
        self.asked: list[tuple[str, str]] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.headers["Host"], self.path))
                reply = web.replies.get(self.path, (404, {}, b""))
                if callable(reply):
                    reply(self.wfile)
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that goes away early is what these tests are about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]

    def url(self, path: str = "/", name: str = "facts.example") -> str:
        """The address of a path under a name."""
        return f"http://{name}:{self.port}{path}"

    def rules(self, **changes: Any) -> FetchRules:
        """Rules under which every name is this server, which may be called."""
        return FetchRules(
            **{
                "ports": (self.port,),
                "seconds": 10.0,
                "is_allowed": lambda address: address == "127.0.0.1",
                "resolve": lambda name, port: ["127.0.0.1"],
                **changes,
            }
        )


@contextmanager
def served(web: Web) -> Iterator[Web]:
    """The server, running while the context lasts."""
    thread = threading.Thread(target=web.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        web.server.server_close()
        thread.join(timeout=10)


@pytest.fixture
def web() -> Iterator[Web]:
    """A running server."""
    with served(Web()) as started:
        yield started


def html(body: str | bytes, **headers: str) -> Reply:
    """A page as a reply."""
    raw = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return 200, {"Content-Type": "text/html; charset=utf-8", **named}, raw


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1"),
        *("", "localhost", "127.1", "0x7f000001"),
    ],
)
def test_no_address_of_this_machine_or_its_network_is_public(address: str) -> None:
    """Loopback, private, link-local, multicast and reserved addresses are refused, also inside IPv6."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    """What everybody can reach may be called."""
    assert is_public(address)


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]", "[::1]"]
)
def test_this_machine_is_refused_by_whatever_name_before_it_is_called(web: Web, name: str) -> None:
    """The rules that hold by default let nothing on this machine be reached, and it is not even connected to."""
    with pytest.raises(BadArticle, match=r"is not in the public internet|cannot be resolved"):
        fetch(web.url("/", name), FetchRules(ports=(web.port,)))
    assert web.asked == []


def test_a_page_comes_with_its_address_and_text(web: Web) -> None:
    """A page is read in the charset that it names, and asked for under its own name."""
    web.replies["/caf%C3%A9?a=1"] = html("Café".encode("iso-8859-1"), Content_Type="text/html; charset=ISO-8859-1")
    page = fetch(web.url("/café?a=1#part"), web.rules())
    assert (page.url, page.kind, page.text) == (web.url("/café?a=1"), "html", "Café")
    assert web.asked == [(f"facts.example:{web.port}", "/caf%C3%A9?a=1")]


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (html("“Dam”"), "“Dam”"),
        (html(gzip.compress("“Dam”".encode()), Content_Encoding="gzip"), "“Dam”"),
        (html("\ufeff“Dam”"), "“Dam”"),
        (html("<meta charset='windows-1251'>Дамба".encode("cp1251"), Content_Type="text/html"),
         "<meta charset='windows-1251'>Дамба"),
        (html(b"caf\xe9", Content_Type="text/html"), "café"),
        (html(b"\x93Dam\x94 \x96 caf\xe9", Content_Type="text/html; charset=ISO-8859-1"), "“Dam” – café"),
        (html(b"\x93Dam\x94", Content_Type="text/html; charset=latin1"), "“Dam”"),
        (html(b"\x93Dam\x94 \x81", Content_Type="text/html; charset=US-ASCII"), "“Dam” \ufffd"),
        (html("Dam", Content_Type="text/plain"), "Dam"),
    ],
)  # fmt: skip
def test_pages_are_unpacked_and_decoded(web: Web, reply: Reply, text: str) -> None:
    """Packed and differently encoded pages read alike."""
    web.replies["/"] = reply
    assert fetch(web.url(), web.rules()).text == text


def test_a_name_is_resolved_once_and_that_address_is_called(web: Web) -> None:
    """A name that points elsewhere right after it was checked (DNS rebinding) leads nowhere else."""
    answers = iter([["127.0.0.1"], ["::1"], ["10.0.0.1"]])
    web.replies["/"] = html("here")
    assert fetch(web.url(), web.rules(resolve=lambda name, port: next(answers))).text == "here"
    assert next(answers) == ["::1"], "the name was looked up more than once"


def test_one_address_inside_is_enough_to_refuse_a_name(web: Web) -> None:
    """A name with a public and a private address is not called at all."""
    with pytest.raises(BadArticle, match=r"facts\.example is not in the public internet"):
        fetch(web.url(), web.rules(resolve=lambda name, port: ["127.0.0.1", "10.0.0.1"]))
    assert web.asked == []


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://inside.example:{port}/", "inside.example is not in the public internet"),
        ("http://[::1]:{port}/", "::1 is not in the public internet"),
        ("//inside.example:{port}/", "inside.example is not in the public internet"),
        ("http://facts.example:22/", "port 22 is not fetched from"),
        ("file:///etc/passwd", "only http and https are fetched, not 'file'"),
        ("gopher://facts.example/", "only http and https are fetched, not 'gopher'"),
        ("http://a:b@facts.example:{port}/", "a user name or password"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(web: Web, location: str, reason: str) -> None:
    """A page cannot send the fetcher where it would not go by itself."""
    web.replies["/"] = (302, {"Location": location.format(port=web.port)}, b"")
    inside = {"facts.example": ["127.0.0.1"], "inside.example": ["10.0.0.1"], "::1": ["::1"]}
    with pytest.raises(BadArticle, match=reason):
        fetch(web.url(), web.rules(resolve=lambda name, port: inside[name]))
    assert len(web.asked) == 1


def test_redirects_are_followed_a_few_times_and_no_more(web: Web) -> None:
    """Five redirects reach the page, a circle ends."""
    for number in range(5):
        web.replies[f"/{number}"] = (301, {"Location": f"/{number + 1}"}, b"")
    web.replies["/5"] = html("there")
    web.replies["/round"] = (307, {"Location": "/round"}, b"")
    assert fetch(web.url("/0"), web.rules()).url == web.url("/5")
    with pytest.raises(BadArticle, match="more than 5 redirects"):
        fetch(web.url("/round"), web.rules())
    assert len(web.asked) == 6 + 6


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://facts.example/", "only http and https"),
        ("http://facts.example:8080/", "port 8080 is not fetched from; 80 and 443 are"),
        ("http://ana:secret@facts.example/", "a user name or password"),
        ("http://facts.example/a b", "characters that no address has"),
        ("http://facts.example/\r\nX: y", "characters that no address has"),
        ("http://facts.example\\@inside.example/", "characters that no address has"),
        ("http://facts.example:99999/", "cannot be read"),
        ("http:///path", "is no host name"),
        ("http://facts_!.example/", "is no host name"),
        ("http://" + "a" * 3000, "has 3007 characters, the limit is 2000"),
    ],
)
def test_an_address_that_is_none_is_refused_with_the_reason(url: str, reason: str) -> None:
    """Other schemes, ports, user names and broken addresses are named, and nothing is looked up."""

    def never(name: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(BadArticle) as refused:
        fetch(url, FetchRules(resolve=never))
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ((404, {}, b""), "answered 404"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "sent 'image/png'"),
        (html(b"x" * 2000), "the limit"),
        (html(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"), "more than 1000 bytes, the limit"),
        (html(b"x", Content_Encoding="br"), "packed by 'br'"),
        (html(b"no gzip at all", Content_Encoding="gzip"), "cannot be unpacked"),
        (html(gzip.compress(b"x" * 900)[:-12], Content_Encoding="gzip"), "ends before its end"),
        (html(b"x", Content_Length="500"), "ends before its end"),
        (html(b"\xff\xfe\xfa"), "is not the text in 'utf-8'"),
        (html(b"x", Content_Type="text/html; charset=punycode"), "is not the text in 'punycode'"),
        (lambda out: out.write(b"nonsense\r\n\r\n"), "cannot be read"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused_with_the_reason(
    web: Web, reply: Reply | Callable[[Any], None], reason: str
) -> None:
    """Errors, other kinds, bombs, torn and broken answers each say what they are."""
    web.replies["/"] = reply
    with pytest.raises(BadArticle) as refused:
        fetch(web.url(), web.rules(max_bytes=1000))
    assert reason in str(refused.value)


def _drip(head: bytes) -> Callable[[Any], None]:
    def send(out: Any) -> None:
        out.write(head)
        for _ in range(200):
            out.write(b"x")
            out.flush()
            time.sleep(0.05)

    return send


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nX-Slow: ",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n",
    ],
)
def test_a_server_that_drips_is_left_when_the_time_is_over(web: Web, head: bytes) -> None:
    """Each byte comes soon after the last, in the body or the head, and the whole still has its limit."""
    web.replies["/"] = _drip(head)
    began = time.monotonic()
    with pytest.raises(BadArticle, match=r"took longer than 0\.5 seconds"):
        fetch(web.url(), web.rules(seconds=0.5))
    assert time.monotonic() - began < 5


def test_a_server_that_accepts_and_says_nothing_is_left(tmp_path: Path) -> None:
    """Silence ends with the time as well."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        rules = FetchRules(ports=(port,), seconds=0.4, is_allowed=lambda _: True, resolve=lambda *_: ["127.0.0.1"])
        with pytest.raises(BadArticle, match="took longer"):
            fetch(f"http://facts.example:{port}/", rules)


def test_a_resolver_that_hangs_is_left() -> None:
    """Looking a name up counts towards the time."""
    released = threading.Event()

    def hangs(name: str, port: int) -> list[str]:
        released.wait(30)
        return []

    with pytest.raises(BadArticle, match="cannot be resolved"):
        fetch("http://facts.example/", FetchRules(seconds=0.3, resolve=hangs))
    released.set()


def test_https_checks_the_name_and_not_the_address_it_goes_to(tmp_path: Path) -> None:
    """The connection goes to the checked address; the certificate has to be that of the name."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=facts.example"]
    made += ["-addext", "subjectAltName=DNS:facts.example", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *made], check=True, capture_output=True, timeout=120)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate, key)
    with served(Web(serving)) as web:
        web.replies["/"] = html("safe")
        rules = web.rules(tls=ssl.create_default_context(cafile=str(certificate)))
        assert fetch(f"https://facts.example:{web.port}/", rules).text == "safe"
        with pytest.raises(BadArticle, match=r"other\.example cannot be read"):
            fetch(f"https://other.example:{web.port}/", rules)
        with pytest.raises(BadArticle, match="cannot be read"):
            fetch(f"https://facts.example:{web.port}/", replace(rules, tls=None))


def _now() -> datetime:
    return datetime(2026, 11, 20, tzinfo=UTC)


def test_a_fetched_page_is_an_article_of_where_it_came_from(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Title, date, outlet and text come from the page; it cannot pass for another host or a front page."""
    monkeypatch.setattr(fetching, "RULES", web.rules())
    web.replies["/"] = html(PAGE.format(canonical=web.url("/dam")))
    web.replies["/forged"] = html(PAGE.format(canonical="https://other.example/dam"))
    settings = Settings(allow_fetch=True)
    web.replies["/front"] = html(PAGE.format(canonical=web.url("/")))
    fine, forged, front = load([web.url("/"), web.url("/forged"), web.url("/front")], settings, _now)
    assert isinstance(fine, Article)
    assert isinstance(forged, Article)
    assert isinstance(front, Article)
    assert (fine.url, fine.source, fine.title, fine.published_at) == (
        web.url("/dam"),
        "The Herald",
        "Dam holds",
        "2026-11-18",
    )
    assert "Fifteen people were brought to safety" in fine.body
    assert forged.url == web.url("/forged")
    assert front.url == web.url("/front")


def test_what_cannot_be_fetched_is_named_and_the_rest_goes_in(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad address beside a good one costs only itself."""
    monkeypatch.setattr(fetching, "RULES", web.rules())
    web.replies["/"] = html(PAGE.format(canonical=""))
    lost, fine = load([web.url("/gone"), web.url("/")], Settings(allow_fetch=True), _now)
    assert lost == LeftOut(what=web.url("/gone"), reason="facts.example answered 404 Not Found")
    assert isinstance(fine, Article)


def test_nothing_is_fetched_unless_a_setting_says_so(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetching is off by default, and the error says how to turn it on."""
    monkeypatch.setattr(fetching, "RULES", web.rules())
    with pytest.raises(BadInput, match="fetching is off") as refused:
        load([web.url("/")], Settings(), _now)
    assert "FACTCHECK_ALLOW_FETCH" in refused.value.hint
    with pytest.raises(BadArticle, match="fetching is off"):
        fetched_article(web.url("/"), Settings(), _now)
    assert web.asked == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.example/x", True),
        ("HTTP://a", True),
        ("ftp://a", True),
        ("seeds", False),
        ("-", False),
        ("C:/x", False),
    ],
)
def test_addresses_are_told_from_files(text: str, expected: bool) -> None:
    """Whatever has a scheme is no file."""
    assert is_web_address(text) is expected


def test_the_api_fetches_an_address_where_the_setting_allows_it(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article of an address alone is fetched; what cannot be is refused with the reason, and off it stays off."""
    monkeypatch.setattr(fetching, "RULES", web.rules())
    web.replies["/"] = html(PAGE.format(canonical=web.url("/dam")))
    with running(sample_parts(tmp_path / "on", allow_fetch=True)) as site:
        assert site.parts.parser
        taken = site.post("/api/v1/articles", {"url": web.url("/")})
        assert (taken.status, [one["url"] for one in taken.json["articles"]]) == (201, [web.url("/dam")])
        gone = site.post("/api/v1/articles", {"url": web.url("/gone")})
        assert (gone.status, gone.json["error"]) == (400, "facts.example answered 404 Not Found")
    asked = list(web.asked)
    with running(sample_parts(tmp_path / "off")) as site:
        assert site.post("/api/v1/articles", {"url": web.url("/")}).status == 400
    assert web.asked == asked


def test_the_api_never_reaches_this_machine(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the rules of a real installation but for the port, which a test server cannot have."""
    monkeypatch.setattr(fetching, "RULES", FetchRules(ports=(web.port,)))
    web.replies["/"] = html(PAGE.format(canonical=""))
    with running(sample_parts(tmp_path / "on", allow_fetch=True)) as site:
        answer = site.post("/api/v1/articles", {"url": web.url("/", "127.0.0.1")})
    assert (answer.status, "127.0.0.1 is not in the public internet" in answer.json["error"]) == (400, True)
    assert web.asked == []
