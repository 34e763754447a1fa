"""Pages fetched from the web by address, guarded: only public addresses, within limits of size, time and kind.

Whoever can name an address must not reach what only this machine can: its own services and its network. Each name is
resolved once, every address that it has is checked, and the connection goes to a checked address, so that a name
that changes in between leads nowhere. Redirects are checked like the first address.
"""

from __future__ import annotations

import codecs
import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit, urlunsplit

from factcheck import __version__
from factcheck.errors import BadArticle

MAX_URL_CHARS = 2_000
KINDS = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text"}
"""The media types that hold an article, and how each is read."""
REDIRECTS = (301, 302, 303, 307, 308)

_CHUNK = 64 * 1024
_CHARSETS = re.compile(
    r"utf-?(8|16|16le|16be)|(iso-?8859|windows|cp|koi8|euc|gb|big5|shift)[a-z0-9_:-]*|us-ascii|latin1|mac"
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?")
# addresses that carry an IPv4 address inside, which may be a private one
_WRAPPING = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page as it came: the address it came from in the end, how to read it ("html" or "text"), and its text."""

    url: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """What may be fetched, and how much of it. `seconds` is for everything together, redirects too.

    `is_allowed` says which addresses may be called; only tests, whose servers are on this machine, change it.
    """

    max_bytes: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 5
    ports: tuple[int, ...] = (80, 443)
    is_allowed: Callable[[str], bool] = field(default=lambda address: is_public(address))
    resolve: Resolve = field(default=lambda name, port: addresses_of(name, port))
    tls: ssl.SSLContext | None = None


RULES = FetchRules()
"""What holds unless a caller says otherwise."""


def is_web_address(text: str) -> bool:
    """Whether a text is meant as an address to fetch and not as a file."""
    return re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) is not None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: nothing of this machine, its network, or in disguise."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and (
        parsed.ipv4_mapped or parsed.scope_id or parsed.is_site_local or any(parsed in net for net in _WRAPPING)
    ):
        return False
    special = parsed.is_private or parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified
    return parsed.is_global and not (special or parsed.is_multicast or parsed.is_reserved)


def addresses_of(name: str, port: int) -> list[str]:
    """Every IP address that a name has."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def fetch(url: str, rules: FetchRules | None = None) -> FetchedPage:
    """The page at an address.

    Raises:
        BadArticle: it may not be fetched, cannot be reached, is too large or slow, or is no text.
    """
    rules = rules or RULES
    deadline = time.monotonic() + rules.seconds
    address = url
    for _ in range(rules.redirects + 1):
        target = _checked(address, rules)
        with _answer(target, rules, deadline) as answer:
            location = answer.getheader("Location")
            if answer.status in REDIRECTS and location:
                address = urljoin(target.url, _as_sent(location))
                continue
            if answer.status != 200:
                raise BadArticle(f"{target.name} answered {answer.status} {answer.reason}".strip())
            return _page(target, answer, rules, deadline)
    raise BadArticle(f"more than {rules.redirects} redirects from {_shown(url)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """An address taken apart, with what it needs to be called."""

    url: str
    scheme: str
    name: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.name}]" if ":" in self.name else self.name
        return host if self.port == {"http": 80, "https": 443}[self.scheme] else f"{host}:{self.port}"


def _checked(url: str, rules: FetchRules) -> _Target:
    """The parts of an address that may be called as far as its form goes."""
    if len(url) > MAX_URL_CHARS:
        raise BadArticle(f"the address has {len(url)} characters, the limit is {MAX_URL_CHARS}")
    if not url.isprintable() or " " in url or "\\" in url:
        raise BadArticle(f"the address {_shown(url)} holds characters that no address has")
    try:
        parts = urlsplit(url)
        scheme, name, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError as error:
        raise BadArticle(f"the address {_shown(url)} cannot be read: {error}") from None
    if scheme not in ("http", "https"):
        raise BadArticle(f"only http and https are fetched, not {_shown(scheme or url)}")
    if parts.username is not None or parts.password is not None:
        raise BadArticle("an address with a user name or password in it is not fetched")
    port = port if port is not None else {"http": 80, "https": 443}[scheme]
    if port not in rules.ports:
        raise BadArticle(f"port {port} is not fetched from; {' and '.join(map(str, rules.ports))} are")
    if ":" not in name:
        try:
            name = name.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise BadArticle(f"{_shown(name)} is no host name") from None
        if not _HOST_NAME.fullmatch(name):
            raise BadArticle(f"{_shown(name)} is no host name")
    quoted = http_safe(urlunsplit(("", "", parts.path or "/", parts.query, "")))
    whole = urlunsplit((scheme, parts.netloc, parts.path or "/", parts.query, ""))
    return _Target(url=whole, scheme=scheme, name=name, port=port, path=quoted)


def http_safe(path: str) -> str:
    """A path and query with every character beyond ASCII percent-encoded."""
    return "".join(one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode()) for one in path)


@contextmanager
def _answer(target: _Target, rules: FetchRules, deadline: float) -> Iterator[http.client.HTTPResponse]:
    """The answer of a target, as long as there is time; the connection ends with the context."""
    line = [_connected(target, rules, deadline)]
    # a server that sends a byte now and then never runs into the time-out of a read: the clock cuts the line
    late = threading.Timer(max(0.0, deadline - time.monotonic()), lambda: _cut(line[0]))
    late.daemon = True
    late.start()
    try:
        with closing(http.client.HTTPConnection(target.name, target.port)) as connection:
            connection.sock = line[0]
            if target.scheme == "https":
                tls = rules.tls or ssl.create_default_context()
                packed = tls.wrap_socket(line[0], server_hostname=target.name, do_handshake_on_connect=False)
                connection.sock = line[0] = packed
                packed.do_handshake()
            connection.request("GET", target.path, headers=_headers(target))
            with closing(connection.getresponse()) as answer:
                yield answer
    except (OSError, http.client.HTTPException, ValueError) as error:
        _refuse_if_late(target, rules, deadline)
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise BadArticle(f"{target.name} cannot be read: {_shown(reason)}") from None
    finally:
        late.cancel()


def _connected(target: _Target, rules: FetchRules, deadline: float) -> socket.socket:
    """A connection to one of the addresses of a target, all of which were checked."""
    addresses = _resolved(target, rules, deadline)
    for address in addresses:
        if not rules.is_allowed(address):
            raise BadArticle(f"{target.name} is not in the public internet, so it is not fetched")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            connected = socket.create_connection((address, target.port), timeout=left)
        except OSError:
            continue
        return connected
    _refuse_if_late(target, rules, deadline)
    raise BadArticle(f"{target.name} cannot be reached on port {target.port}")


def _resolved(target: _Target, rules: FetchRules, deadline: float) -> list[str]:
    """The addresses of a name; looking up has no time-out of its own, so it runs beside."""
    found: list[str] = []

    def look_up() -> None:
        try:
            found.extend(rules.resolve(target.name, target.port))
        except OSError:
            return

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if thread.is_alive() or not found:
        raise BadArticle(f"the name {target.name} cannot be resolved")
    return list(found)


def _page(target: _Target, answer: http.client.HTTPResponse, rules: FetchRules, deadline: float) -> FetchedPage:
    kind = KINDS.get(answer.headers.get_content_type())
    if kind is None:
        sent = _shown(answer.headers.get_content_type())
        raise BadArticle(f"{target.name} sent {sent}; only pages and text are read")
    try:
        raw = b"".join(_pieces(answer, rules))
    except BadArticle:
        _refuse_if_late(target, rules, deadline)
        raise
    _refuse_if_late(target, rules, deadline)  # the clock may have cut the line, and what came may be a part
    if len(raw) > rules.max_bytes:
        raise BadArticle(f"{target.name} sent more than {rules.max_bytes} bytes, the limit")
    return FetchedPage(url=target.url, kind=kind, text=_decoded(raw, answer.headers.get_content_charset()))


def _refuse_if_late(target: _Target, rules: FetchRules, deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise BadArticle(f"{target.name} took longer than {rules.seconds:g} seconds")


def _pieces(answer: http.client.HTTPResponse, rules: FetchRules) -> Iterator[bytes]:
    """What was sent, unpacked, and never more than one byte beyond the limit."""
    encoding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise BadArticle(f"the page is packed by {_shown(encoding)}, which was not asked for")
    unpacker = None if encoding == "identity" else zlib.decompressobj(wbits=31)  # gzip
    came, left = 0, rules.max_bytes + 1
    while left > 0 and (chunk := answer.read1(_CHUNK)):
        came += len(chunk)
        if came > rules.max_bytes + _CHUNK:
            raise BadArticle(f"the page has more than {rules.max_bytes} bytes, the limit")
        try:
            piece = unpacker.decompress(chunk, left) if unpacker else chunk[:left]
        except zlib.error as error:
            raise BadArticle(f"the page cannot be unpacked: {error}") from None
        left -= len(piece)
        yield piece
    if left > 0 and (answer.length or (unpacker and not unpacker.eof)):
        raise BadArticle("the page ends before its end")


def _decoded(raw: bytes, declared: str | None) -> str:
    """The text, by the charset that the answer or the page names; UTF-8 else, or what the web took before it."""
    named = declared
    if named is None and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        named = "utf-16"
    if named is None and (found := _META_CHARSET.search(raw[:2048])):
        named = found[1].decode("ascii")
    for charset in (named.lower(),) if named else ("utf-8", "windows-1252"):
        if not _CHARSETS.fullmatch(charset):
            break  # Python knows codecs that no page is in, some of them slow
        try:
            codec = codecs.lookup(charset).name
            if codec in ("iso8859-1", "ascii"):  # as browsers do: where Latin-1 has controls there are quotation marks
                return raw.decode("windows-1252", "replace")
            return raw.decode("utf-8-sig" if codec == "utf-8" else codec)
        except (UnicodeDecodeError, LookupError):
            continue
    raise BadArticle(f"the page is not the text in {_shown(named or 'UTF-8')} that it says it is")


def _as_sent(header: str) -> str:
    """A header that was sent in UTF-8, though headers are read as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _headers(target: _Target) -> Mapping[str, str]:
    return {
        "Host": target.host_header,
        "User-Agent": f"factcheck/{__version__}",
        "Accept": ", ".join(KINDS),
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def _cut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _shown(text: str) -> str:
    plain = "".join(one if one.isprintable() else "?" for one in text)
    return repr(plain if len(plain) <= 80 else f"{plain[:79]}…")
