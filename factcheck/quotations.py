"""Where the words of an article are somebody else's: stretches between quotation marks, and signed posts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DOUBLE = re.compile(r"[“”„«»\"]|(?<=[\w.,?!…])''(?=\W)")
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)[^“”\"\n]{20,}?(?:[.,?!…][’'](?!\w)|[’'](?=: ))")
_SINGLE_UNCLOSED = re.compile(r"\s*([‘'](?=\w)[^“”\"\n]{20,})\Z")
_SINGLE_REOPENED = re.compile(r"(?<=[.!?] )([‘'](?=[A-Z])[^“”\"\n]{20,})\Z")
_SIGNATURE = re.compile(r"[—–-][ \xa0]?([^()\n—–@]{2,50}?)[ \xa0]?\(@\w{1,15}\)")
_NAME_WORD = r"[A-Z][\w.-]*(?:['’](?!s\b)\w+)?"
_WHO = rf"(?!(?:As|He|I|It|She|They|We)\b)(?:{_NAME_WORD}[^\S\n]){{0,3}}{_NAME_WORD}"
_BELOW_POST = re.compile(r"(?:(?:https?:|pic\.)\S*\s+)*(?:(?:https?:|pic\.)\S*)?\Z")
_CREDITED = re.compile(rf"[”\"][^\S\n]*[—–][^\S\n]*({_WHO})(?:,[^.\n]{{2,60}})?$", re.MULTILINE)  # “…” — Ada Field, CNN
_ANNOUNCED_BLOCK = re.compile(
    rf"(?:^|[^\S\n])({_WHO}|[Tt]he(?:[^\S\n](?!that\b)[\w'’-]+){{1,3}}?)[^\S\n](?:\w+ly[^\S\n])?"
    r"(?:said|says|wrote|writes|explained|explains|stated|states|tweeted|posted)\b[^.,:;“”\"\n]{0,60}:[^\S\n]*\n"
    r"\s{0,9}(?=[^\W\d_])(?!.{0,60}:\s*$)(.{40,})$",
    re.MULTILINE,
)
LONGEST_POST = 400
"""Characters before a signature that can be signed with it; a post of 280 holds addresses, too."""

_REOPENED = re.compile(r"\s\"(?=[\w‘'\[])")  # "… in full. "We shall …" of one speaker
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
_ANNOUNCED = re.compile(r"(?:\A|[:,.!?])\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """A quoted stretch of a body, marks included. `is_continued`: the next paragraph goes on quoting."""

    start: int
    end: int
    is_continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPost:
    """A post that ends in "— Ada Field (@adafield)"; `name_start` and `name_end` are where the name stands."""

    start: int
    end: int
    name_start: int
    name_end: int


def signed_posts_in(body: str) -> list[SignedPost]:
    """The posts that a body shows with their signatures, each from the start of its line, no longer than a post is.

    A signature on a line of its own is of the line above. Paragraphs are signed, too, that end in “…” — Ada Field, or
    that stand without quotation marks below a line that ends in "Ada Field wrote:".
    """
    posts: list[SignedPost] = []
    for match in _SIGNATURE.finditer(body):
        before = posts[-1].end if posts else 0
        line = body.rfind("\n", 0, match.start()) + 1
        if _BELOW_POST.match(body, line, match.start()):
            line = body.rfind("\n", 0, len(body[:line].rstrip())) + 1
        start = max(before, line, match.start() - LONGEST_POST)
        posts.append(SignedPost(start=start, end=match.end(), name_start=match.start(1), name_end=match.end(1)))
    for match in _CREDITED.finditer(body):
        start = body.rfind("\n", 0, match.start()) + 1
        posts.append(SignedPost(start=start, end=match.end(), name_start=match.start(1), name_end=match.end(1)))
    for match in _ANNOUNCED_BLOCK.finditer(body):
        start, end = match.span(2)
        posts.append(SignedPost(start=start, end=end, name_start=match.start(1), name_end=match.end(1)))
    return posts


def quotations_in(body: str) -> list[Quotation]:
    """The quotations of a body in order, none of them across a line.

    A quotation that is never closed ends with its line, if it begins one or follows punctuation; else the mark
    stands for nothing. It counts as continued where the next line opens with a mark again, as newspapers do for
    speech of several paragraphs.
    A straight mark between a space and a word opens the next quotation; where one is open, that one ends there.
    Single marks count only around 20 characters or more that end in punctuation, since ’ is also an apostrophe.
    """
    found: list[Quotation] = []
    unclosed: Quotation | None = None
    for match in re.finditer(r"[^\n]*\S[^\n]*", body):
        spans = list(_spans_of_line(match.group()))
        opens_quoted = bool(spans) and not match.group()[: spans[0][0]].strip()
        if unclosed is not None:
            found[-1] = Quotation(start=unclosed.start, end=unclosed.end, is_continued=opens_quoted)
        found += [Quotation(start=match.start() + start, end=match.start() + end) for start, end, _ in spans]
        unclosed = found[-1] if spans and not spans[-1][2] else None
    return found


def quoted_share(start: int, end: int, quotations: list[Quotation]) -> float:
    """How much of a span lies inside quotations, from 0 to 1."""
    inside = sum(max(0, min(end, quoted.end) - max(start, quoted.start)) for quoted in quotations)
    return inside / (end - start)


def _spans_of_line(line: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether it is closed, for each quotation of a line."""
    marks = [match.start() for match in _DOUBLE.finditer(line)]
    if not marks:
        closed = [(match.start(), match.end(), True) for match in _SINGLE.finditer(line)]
        last = closed[-1][1] if closed else 0
        unclosed = _SINGLE_UNCLOSED.match(line) if not closed else _SINGLE_REOPENED.search(line, last)
        yield from closed
        yield from [(unclosed.start(1), len(line), False)] if unclosed else []
        return
    opened: int | None = None
    for position in marks:
        if opened is None and line[position] not in "”»'":
            opened = position
        elif opened is not None and line[position] not in "“„«":
            is_opener = line[position] == '"' and bool(_REOPENED.match(line, position - 1))
            after = position + (2 if line[position] == "'" else 1)
            yield opened, _end_of_unclosed(line, opened, position) if is_opener else after, True
            opened = position if is_opener else None
    if opened is not None and len(line) > opened + 1 and _ANNOUNCED.search(line[:opened]):
        yield opened, len(line), False


def _end_of_unclosed(line: str, start: int, opener: int) -> int:
    """Where a quotation ends that the next one cuts short: before the words that announce that one, if any do."""
    if not line[start:opener].rstrip().endswith(":"):
        return opener
    return max((match.end() for match in _SENTENCE_END.finditer(line, start, opener)), default=opener)
