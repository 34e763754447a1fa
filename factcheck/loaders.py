"""Articles out of files, folders, standard input and web addresses; what cannot go in is named with its reason.

In a folder, read with all its subfolders, files called README* or manifest.json and names that begin with a dot are
passed over in silence; every other file that is no article is reported.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from factcheck.article_fields import FIELDS, article_from_fields, clean, shortened, shown
from factcheck.config import Settings
from factcheck.errors import BadArticle, BadInput
from factcheck.fetching import fetch, is_web_address
from factcheck.records import Article, ClaimKind, LeftOut
from factcheck.sentences import split_sentences

__all__ = ["Loaded", "article_from_fields", "fetched_article", "load"]

Loaded = Article | LeftOut

MAX_COLLECTION_BYTES = 256 * 2**20
"""Largest JSON file, and largest standard input, read in one piece; JSONL files have no limit."""

_HOW_TO_FETCH = "turn it on with FACTCHECK_ALLOW_FETCH=True"
_BYTES_PER_CHAR = 4  # the most that UTF-8 needs
_KINDS = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_LINKED = "links to a folder elsewhere, which is not followed: give that folder by itself"
_LEADING_DATE = re.compile(r"\A\s*date (\d{4}-\d{2}-\d{2})\s+")
_OBJECT_LINE = re.compile(rb'^\{[ \t]*"[^\n]*\}[ \t\r]*$', re.MULTILINE)
_HTML_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html|<head|<body|<!--)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Load:
    """What reading needs to know, and which names of files are taken."""

    settings: Settings
    clock: Callable[[], datetime]
    by_path: bool
    taken: dict[str, str] = field(default_factory=dict)

    @property
    def max_article_bytes(self) -> int:
        return self.settings.max_article_chars * _BYTES_PER_CHAR

    def article(self, fields: Mapping[str, object], *, what: str, file: _File | None = None) -> Loaded:
        try:
            return article_from_fields(
                fields,
                settings=self.settings,
                retrieved_at=self.clock(),
                name=file.stem if file else None,
                key=file.key if file else None,
            )
        except BadArticle as error:
            return LeftOut(what=what, reason=str(error))


@dataclass(frozen=True, slots=True)
class _File:
    """A file that holds one article: how it is called, and what identifies it."""

    stem: str
    key: str | None


def load(
    paths: Iterable[Path | str], settings: Settings, clock: Callable[[], datetime], *, by_path: bool = True
) -> Iterator[Loaded]:
    """Every article that the paths hold, and a line on each thing that is none; "-" is standard input.

    A file with one article is known by its url, else by its path from the name of the folder given on, else, where
    not `by_path`, by what it says of itself. Where two files of one load have the same path, the later one is known
    by its whole path. A path may be an address of the web, where the settings let articles be fetched.

    Raises:
        BadInput: a path does not exist, or may not be fetched. Raised before anything is read.
    """
    wanted = [path if is_web_address(str(path)) else Path(path) for path in paths]
    for path in wanted:
        if isinstance(path, str):
            if not settings.allow_fetch:
                raise BadInput(
                    f"{shortened(path)} is not fetched: fetching is off",
                    hint="turn it on with FACTCHECK_ALLOW_FETCH=True",
                )
        elif str(path) != "-" and not _exists(path):
            raise BadInput(f"no such file or folder: {path}", hint="give files, folders, or - for standard input")
    return _load_all(wanted, _Load(settings, clock, by_path))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than any file has
        return False


def _load_all(paths: Sequence[Path | str], run: _Load) -> Iterator[Loaded]:
    for path in paths:
        if isinstance(path, str):
            yield _from_web(path, run)
        elif str(path) == "-":
            yield from _from_stdin(run)
        elif path.is_dir():
            yield from _from_folder(path, run)
        else:
            yield from _from_file(path, f"{path.resolve().parent.name}/{path.name}", run)


def fetched_article(url: str, settings: Settings, clock: Callable[[], datetime]) -> Article:
    """The article at an address. Its url is where it came from, or what the page calls itself on the same host.

    Raises:
        BadArticle: fetching is off, the address may not or cannot be fetched, or no article is there.
    """
    if not settings.allow_fetch:
        raise BadArticle(f"{shortened(url)} is not fetched: fetching is off", hint=_HOW_TO_FETCH)
    page = fetch(url)
    fields = _TEXT_FIELDS[page.kind](page.text)
    host, named = _host_of(page.url), str(fields.get("url") or "")
    fields["url"] = named if _host_of(named) == host else page.url
    fields["source"] = fields.get("source") or host
    return article_from_fields(fields, settings=settings, retrieved_at=clock())


def _from_web(url: str, run: _Load) -> Loaded:
    try:
        return fetched_article(url, run.settings, run.clock)
    except BadArticle as error:
        return LeftOut(what=shortened(url), reason=str(error))


def _host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _from_folder(folder: Path, run: _Load) -> Iterator[Loaded]:
    is_empty, name_of_folder = True, folder.resolve().name
    refused: list[LeftOut] = []
    for parent, folders, files in os.walk(folder, onerror=lambda error: refused.append(_refusal(error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        linked = [path for path in (Path(parent, name) for name in folders) if path.is_symlink()]
        refused.extend(LeftOut(what=_name_of(path), reason=_LINKED) for path in linked)
        for name in sorted(files):
            if name.startswith((".", "README")) or name == "manifest.json":
                continue
            is_empty = False
            path = Path(parent, name)
            yield from _from_file(path, f"{name_of_folder}/{path.relative_to(folder).as_posix()}", run)
    yield from refused
    if is_empty and not refused:
        yield LeftOut(what=_name_of(folder), reason="the folder holds no articles")


def _refusal(error: OSError) -> LeftOut:
    return LeftOut(what=_name_of(error.filename), reason=f"cannot be read: {error.strerror or error}")


def _from_file(path: Path, key: str, run: _Load) -> Iterator[Loaded]:
    what = _name_of(path)
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        yield LeftOut(what=what, reason=f"unknown kind of file {path.suffix!r}; known are {', '.join(_KINDS)}")
        return
    if not path.is_file():
        yield LeftOut(what=what, reason="cannot be read: not a regular file")
        return
    whole = str(path.resolve())
    is_first = run.taken.setdefault(key, whole) == whole
    file = _File(_name_of(path.stem), _name_of(key if is_first else whole) if run.by_path else None)
    try:
        if kind == "jsonl":
            with path.open("rb") as lines:
                yield from _from_jsonl(lines, what, run)
            return
        limit = MAX_COLLECTION_BYTES if kind == "json" else run.max_article_bytes
        size = path.stat().st_size
        if size > limit:
            yield LeftOut(what=what, reason=f"has {size} bytes, the limit for a {kind} file is {limit}")
            return
        raw = path.read_bytes()
    except OSError as error:
        yield LeftOut(what=what, reason=f"cannot be read: {error.strerror or error}")
        return
    yield from _from_bytes(raw, kind, run, what=what, file=file)


def _name_of(path: Path | str) -> str:
    """The path as text that can be stored and printed, even where its bytes are no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def _from_stdin(run: _Load) -> Iterator[Loaded]:
    what = "standard input"
    raw = sys.stdin.buffer.read(MAX_COLLECTION_BYTES + 1)
    if len(raw) > MAX_COLLECTION_BYTES:
        yield LeftOut(what=what, reason=f"has more than {MAX_COLLECTION_BYTES} bytes, the limit")
        return
    yield from _from_bytes(raw, _kind_of(raw), run, what=what)


def _kind_of(raw: bytes) -> str:
    head = raw.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"[{") or re.match(rb"\[\s*[{\]]", head):
        return "json"
    if _HTML_START.match(head[:200].decode("utf-8", "replace")):
        return "html"
    first_line = head.split(b"\n", 1)[0].rstrip()
    # the first line may be cut, or none: one object a line further down tells
    if (first_line.startswith(b"{") and first_line.endswith(b"}")) or _OBJECT_LINE.search(head):
        return "jsonl"
    return "json" if head.startswith(b"{") else "text"


def _from_bytes(raw: bytes, kind: str, run: _Load, *, what: str, file: _File | None = None) -> Iterator[Loaded]:
    if kind == "jsonl":
        yield from _from_jsonl(raw.splitlines(keepends=True), what, run)
        return
    try:
        text = _decoded(raw)
        if kind == "json":
            yield from _from_json(text, run, what=what, file=file)
        else:
            yield run.article(_TEXT_FIELDS[kind](text), what=what, file=file)
    except BadArticle as error:
        yield LeftOut(what=what, reason=str(error))


def _from_json(text: str, run: _Load, *, what: str, file: _File | None) -> Iterator[Loaded]:
    value = _parsed(text)
    if not isinstance(value, list):
        yield run.article(_as_fields(value), what=what, file=file)
        return
    if not value:
        yield LeftOut(what=what, reason="the list holds no articles")
    for number, entry in enumerate(value, start=1):
        yield _entry(entry, f"{what}, article {number}", run)


def _from_jsonl(lines: Iterable[bytes], what: str, run: _Load) -> Iterator[Loaded]:
    is_empty = True
    for number, line in enumerate(lines, start=1):
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        is_empty = False
        place = f"{what}, line {number}"
        try:
            value = _parsed(_decoded(line.rstrip()))
        except BadArticle as error:
            yield LeftOut(what=place, reason=str(error))
        else:
            yield _entry(value, place, run)
    if is_empty:
        yield LeftOut(what=what, reason="it is empty")


def _entry(value: object, what: str, run: _Load) -> Loaded:
    try:
        return run.article(_as_fields(value), what=what)
    except BadArticle as error:
        return LeftOut(what=what, reason=str(error))


# What is in the bytes


def _decoded(raw: bytes) -> str:
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if not raw.strip():
        raise BadArticle("it is empty")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadArticle("not UTF-8: a UTF-16 byte order mark at offset 0; save it as UTF-8")
    head = raw[:4096]
    if sum(byte < 9 or 13 < byte < 27 for byte in head) > len(head) / 20:
        raise BadArticle("a binary file, not text")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if b"\0" in head:
            raise BadArticle("a binary file, not text") from None
        found = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise BadArticle(f"not UTF-8: {found}; save it as UTF-8") from None


def _parsed(text: str) -> object:
    try:
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"character {error.pos + 1}" if error.lineno == 1 else f"line {error.lineno}, character {error.colno}"
        raise BadArticle(f"not JSON: {error.msg.removesuffix(' at')} at {place}") from None
    except (ValueError, RecursionError) as error:
        raise BadArticle(f"not JSON that can be read: {shortened(str(error))}") from None
    return value


def _as_fields(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadArticle(f"an article must be an object with the fields {', '.join(FIELDS)}, got {shown(value)}")
    return value


def _fields_of_text(text: str) -> dict[str, object]:
    """A leading " date YYYY-MM-DD " is the date and no part of the body; a headline stays and is the title too."""
    dated = _LEADING_DATE.match(text)
    body = _unwrapped(clean(text[dated.end() :] if dated else text).strip())
    first = split_sentences(body[:10_000])[:1]
    title = body[first[0].start : first[0].end] if first and first[0].kind is ClaimKind.HEADLINE else None
    return {"title": title, "published_at": dated.group(1) if dated else None, "body": body}


def _unwrapped(body: str) -> str:
    """The body with paragraphs of hard-wrapped lines made one line each; other bodies come back as they are."""
    blocks = []
    for block in body.split("\n\n"):
        lines = block.split("\n")
        within = sum(after[:1].islower() for after in lines[1:])
        is_wrapped = len(lines) > 1 and max(map(len, lines)) <= 100 and 2 * within >= len(lines) - 1
        blocks.append(" ".join(line.strip() for line in lines) if is_wrapped else block)
    return "\n\n".join(blocks)


def _fields_of_html(text: str) -> dict[str, object]:
    import trafilatura  # slow to import

    found = trafilatura.extract(
        text,
        output_format="json",
        with_metadata=True,
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        # a page without a stated date has an unknown one; the first date is the publication's, later ones are edits
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None:
        raise BadArticle("no article text was found in the page")
    page = json.loads(found)
    url = page["source"] if _names_an_article(page["source"] or "") else None
    source = page["source-hostname"] or page["hostname"]
    return {"url": url, "source": source, "title": page["title"], "published_at": page["date"], "body": page["text"]}


def _names_an_article(url: str) -> bool:
    """Whether what a page calls itself is more than a host, which every page of a site has in common."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname and (parts.path.strip("/") or parts.query))


_TEXT_FIELDS: dict[str, Callable[[str], dict[str, object]]] = {"text": _fields_of_text, "html": _fields_of_html}
