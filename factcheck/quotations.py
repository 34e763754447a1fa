"""Where the words of an article are somebody else's: stretches between quotation marks, and signed posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DOUBLE = re.compile(r"[“”„«»\"]|(?<=[\w.,?!…])''(?=\W)")
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)[^“”\"\n]{20,}?(?:[.,?!…][’'](?!\w)|[’'](?=: ))")
_SINGLE_UNCLOSED = re.compile(r"\s*([‘'](?=\w)[^“”\"\n]{20,})\Z")
_SINGLE_REOPENED = re.compile(r"(?<=[.!?] )([‘'](?=[A-Z])[^“”\"\n]{20,})\Z")
_SIGNATURE = re.compile(r"[—–-][ \xa0]?([^()\n—–@]{2,50}?)[ \xa0]?\(@\w{1,15}\)")
_NAME_WORD = r"[A-Z][\w.-]*(?:['’](?!s\b)\w+)?"
_WHO = rf"(?!(?:As|He|I|It|She|They|We)\b)(?:{_NAME_WORD}[^\S\n]){{0,3}}{_NAME_WORD}"
_BELOW_POST = re.compile(r"(?:(?:https?:|pic\.)\S*\s+)*(?:(?:https?:|pic\.)\S*)?\Z")
_CREDITED = re.compile(rf"[”\"][^\S\n]*[—–][^\S\n]*({_WHO})(?:,[^.\n]{{2,60}})?$", re.MULTILINE)  # “…” — Ada Field, CNN
_ANNOUNCING = (  # not the hospital in "a nurse at the hospital writes:"
    rf"(?:^|(?<!\bat)(?<!\bby)(?<!\bfor)(?<!\bfrom)(?<!\bin)(?<!\bof)(?<!\bwith)[^\S\n])({_WHO}|[Tt]he(?:[^\S\n](?!that\b)[\w'’-]+){{1,3}}?)[^\S\n](?:\w+ly[^\S\n])?"
    r"(?:said|says|wrote|writes|explained|explains|stated|states|tweeted|posted)\b[^.,:;“”\"\n]{0,60}:[^\S\n]*\n\s{0,9}"
)
_ANNOUNCED_BLOCK = re.compile(_ANNOUNCING + r"(?=[^\W\d_])(?!.{0,60}:\s*$)(.{40,})$", re.MULTILINE)
_ANNOUNCED_QUOTATION = re.compile(  # of several paragraphs, where all but the last are not closed
    _ANNOUNCING + r"(?=[“\"])((?:.*[^”\"\s][^\S\n]*\n\s{0,9}(?=[“\"]))*.*)$", re.MULTILINE
)
LONGEST_POST = 400
"""Characters before a signature that can be signed with it; a post of 280 holds addresses, too."""

LEAST_SPEECH = 25
"""Characters that a quotation has at least: the “Panama Papers” are no speech."""
SHORT_SPEECH = 12
"""Characters that are enough beside a verb of speech."""

_LINE_BREAK = 4  # characters between a paragraph that ends in a colon and the quotation below it
_CUE_REACH = 60  # characters between a quotation and the words that say whose it is
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
    that stand below a line that ends in "Ada Field wrote:", more than one only where quotation marks show it.
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
    for match in (*_ANNOUNCED_BLOCK.finditer(body), *_ANNOUNCED_QUOTATION.finditer(body)):
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


def is_quoted(token: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether a word stands in a quotation; `offset` is where the parsed text begins in the body."""
    return any(q.start <= offset + token.idx < q.end for q in quotations)


def touches(verb: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether a quotation of some length begins or ends near the verb."""
    place = offset + verb.idx
    speech = [q for q in quotations if q.end - q.start >= SHORT_SPEECH and not _is_mere_name(q, verb, offset)]
    return any(0 <= place - q.end <= _CUE_REACH or 0 <= q.start - place <= _CUE_REACH for q in speech)


def quotations_near(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> list[Quotation]:
    """The quotations that a parsed text shares at least a character with, or announces: "… Okoro said:"."""
    end = offset + len(doc.text) + (_LINE_BREAK if doc.text.endswith(":") else 0)
    return [q for q in quotations if q.start < end and q.end > offset]


def _is_mere_name(quotation: Quotation, verb: Token, offset: int) -> bool:
    """Whether a quotation is one word ("wrote “Stop” on it"), or a short name of a thing: a “bridges for all” bill."""
    doc = verb.doc
    inside = [token for token in doc if is_quoted(token, offset, [quotation]) and not token.is_punct]
    if len(inside) == 1 and inside[0].dep_ in {"dobj", "appos"}:
        return True
    if quotation.end - quotation.start >= LEAST_SPEECH or not inside:
        return False
    before = inside[0].i - 2
    return before >= 0 and doc[before].pos_ == "DET" and all(token.pos_ != "VERB" for token in inside)


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
