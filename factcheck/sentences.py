"""Where the sentences of an article stand, without what is no part of its account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sentencex import get_sentence_boundaries

from factcheck.records import ClaimKind

MAX_SENTENCE_CHARS = 1_000
"""A sentence longer than this (lists, lost punctuation) is cut at the last space before it."""

SHORT_LINE_CHARS = 150
"""A line up to this long without sentence-final punctuation is a headline, cross-head, caption or teaser."""

_LONGEST_CAPTION = 700
_LINES_ABOVE_DATELINE = 4  # captions and summaries
_WINDOW = 20_000  # sentencex takes quadratic time on long runs of opening brackets
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_EDGE = r"\s\u200b-\u200f\u2060\ufeff\u00ad"
_EDGE_CHAR = re.compile(rf"[{_EDGE}]")
_LEAD = re.compile(rf"[{_EDGE}]*(?:(?:[-–—*•▪●·‣◦■►>»]|\d{{1,2}}[.)])[{_EDGE}]+)*[{_EDGE}]*")
_DANGLING_OPENER = re.compile(r"\s+[“‘«(\[\"']+\s*\Z")
_BULLET = re.compile(r"\s*(?:[-–—*•▪●·‣◦■►]|\d{1,2}[.)])\s")
_FINAL = re.compile(r"[.!?…][\"'”’»)\]]*(?:\[\d+\])?\W*\Z")
_WORD = re.compile(r"\w*[^\W\d_]\w*")
# where sentencex ends a sentence that goes on: "He met Ms. Carter", "at 3 p.m. Monday"
_GOES_ON = re.compile(
    r"\b(?:M[rsx]|Mrs|Messrs|Dr|Drs|Prof|Rev|Sen|Sens|Rep|Reps|Gov|Gen|Col|Lt|Sgt|Capt|Cpl|Maj|Adm|Hon|St|vs)\.\s*\Z"
)
_INITIAL = re.compile(r"\b[A-Z]\.\Z")
_CLOCK = re.compile(r"\b[ap]\.m\.\s*\Z")
_AFTER_CLOCK = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}\b|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug)\w*"
    r"|(?:[A-Z]\w+ )?(?:Central|Mountain|Pacific|Greenwich|[A-Z]\w+(?:ean|ian|ern|ish|ese))"
    r"(?: (?:[Ss]tandard|[Dd]aylight|[Ss]ummer|[Mm]ean))? [Tt]ime\b)"
)

# “Will you resign?” Ada Field asked.
_QUESTION_QUOTED = re.compile(r"[?!…][”\"’']\s*\Z")
_ASKED_BY = re.compile(
    r"(?:[A-Z][\w.’'-]*,? ){1,6}(?:[a-z]\w+ ){0,2}?"
    r"(?:(?:said|says|asked|asks|wrote|writes|tweeted|posted|replied|responded|added|continued|exclaimed)"
    r"(?=[.,;]| (?:in|on|at|of|as|by|via|from|with|through|during|before|after|when|while|late|back|online)\b"
    r"| (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"
    r"|(?:told|tells)\b(?!.{1,40}\bthat\b))"
)

_BYLINE = re.compile(r"\W*by(?:\s+(?:[A-Z][\w.'’-]*|and|&|,|\|))+\W*\Z|\W*BY(?:\s+[A-Z.'’&,|-]+)+\W*\Z")
_AGENCY_CREDIT = re.compile(
    r"\W*with (?:\w+ ){0,3}(?:inputs?|wires?|agenc(?:y|ies))(?: from [\w ,&]{1,60})?\W*\Z"
    r"|\W*with (?:(?:additional )?reporting|assistance|inputs?|files) (?:by|from)\b"
    r"(?!.*, (?-i:the|an?|it|he|she|they|.*\b[a-z]+ed)\b).{0,100}\Z"  # a sentence that goes on
    r"|\W*(?:additional )?(?:reporting|writing|editing) by\b(?!.*\b(?:found|finds|showed|shows|said|says|revealed)\b)"
    r"|.{0,150}\bcontributed to this (?:report|story|article)\b(?!,.*\b(?:said|says)\b)",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"\W*(?:(?:also|must|now) read\b|read (?:more|also|next|here|the full)\b|(?:see|watch) (?:also|more|now)\b"
    r"|(?:read|watch|see|listen|related|don['’]t miss|more from\b.{0,40})\s*:"
    r"|(?:original|source) (?:news|article|story)\s*:"
    r"|advertisement\W*\Z|advertisement continue|story continue[sd] below|continue reading|article continues"
    r"|scroll down for|click here\b|sign up for|subscribe (?:to|now)|follow (?:us|.{0,40}\bon twitter)\b|share this\b"
    r"|thank you for signing up|(?:image|photo|video|toggle) caption\b|image copyright|enlarge this image"
    r"|file (?:photo|picture)\b|©|copyright (?:©|\(c\)|\d{4})|all rights reserved|https?://\S+\s*\Z"
    r"|media playback is|hide caption \d|listen to article|file\s?[-–—](?![a-z])"
    r"|(?:last )?(?:updated|published|posted)\s*(?:on|at)?\s*:"
    r"|(?:get|receive|join|try|start|want|like|love)\b.{0,60}\b(?:our|free|daily|weekly|morning)\b.{0,30}\bnewsletters?\b"
    r"|.{0,80}\b(?:to|in|into) your inbox\b|(?:enter|add|type|submit) your e-?mail|download (?:the|our) .{0,30}\bapp\b"
    r"|(?:log|sign) in to (?:read|comment|your)\b|support (?:our|independent|quality) journalism|you can unsubscribe\b"
    r"|(?:please )?(?:donate (?:now|today|to us)|become a (?:member|subscriber))\b"
    r"|(?-i:MOST READ IN\b)|newsletter sign up\b|(?:e-?mail|contact) us at \S+@|thank you for subscribing\b"
    r"|you must select a newsletter\b|view all .{0,40}\bnewsletters\b|please re-enter\W*\Z"
    r"|invalid e-?mail address\W*\Z|an error has occurred\W*\Z|\(photo:"
    r"|.{0,60}\(@\w{1,20}\)\s+(?:[a-z]+ \d{1,2}|\d{1,2} [a-z]+),? \d{4}\W*\Z"
    r"|by (?:signing up|subscribing),? (?:you|i) agree\b|this (?:site|website|page) (?:uses cookies|is protected))",
    re.IGNORECASE,
)
_PHOTO_CREDIT = re.compile(r"\([^()]*/[^()]*\)\W*\Z")
_NAME = r"[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*){1,2}"
_AGENCY = r"(?:REUTERS|Reuters|AFP|AP|EPA|PA|Getty(?: Images)?|Bloomberg|Shutterstock)"
_CAPTIONED = re.compile(
    rf"(?:\b{_AGENCY}(?: Photo)?/{_NAME}(?:/[\w ]+)?|\b{_NAME}/{_AGENCY}(?:/[\w ]+)*"
    rf"|\([^()]*(?:Photo[^()]*|{_NAME}\s?)/[^()]*\))(?: More)?\W*\Z"
)
_NAMES = re.compile(rf"{_NAME}(?:(?:,|,? and| &)\s{_NAME})*\Z")
_PLACE = r"[A-Z][A-Z.'’-]+(?:[ /][A-Z.'’-]+){0,3}"
_RULE = r"\s*(?:[:–—]|--|\s-)\s*"
_DATELINE = re.compile(
    rf"{_PLACE}(?:,\s[\w.,/ ]{{2,30}}?)?\s*(?:\([\w. /]{{2,25}}\))?{_RULE}(?=[^\s\d].*[a-z])"
    rf"|(?:[A-Z][\w.'’,/ -]{{1,40}})?\([A-Z][\w. /]{{1,20}}\){_RULE}(?=\S)"
    r"|\([A-Z]{2,10}\)\s*(?=[A-Z])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A stretch of an article's body that says one thing; neither end is white space."""

    start: int
    end: int
    kind: ClaimKind = ClaimKind.SENTENCE


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    is_finished: bool


def split_sentences(body: str, title: str | None = None) -> list[Sentence]:
    """The sentences that make up the account, in order, disjoint, as exact spans.

    A line is never joined to the next. Left out are reading tips, credits, bylines, captions that end in the credit
    of a picture, and every unfinished line (short, one sentence, no final punctuation) after the first that stands
    among finished ones: it is a cross-head or a link to another story. An unfinished line is kept where a colon
    announces a list, and where no line of the body is finished. A first line that is unfinished or equals the title
    is the headline. A dateline ("KARACHI:", "LONDON (AP) —") and list marks stay outside the spans.
    """
    lines = list(_content_lines(body))
    if not lines:
        return []
    sentences = []
    rest = lines
    if _is_headline(lines, title):
        sentences.append(Sentence(start=lines[0].start, end=lines[0].end, kind=ClaimKind.HEADLINE))
        rest = lines[1:]
    has_finished = any(line.is_finished for line in lines)
    above = 0
    in_list = rest is not lines and lines[0].text.endswith(":")
    for line in rest:
        in_list = line.text.endswith(":") or (in_list and _is_listed(body, line))
        if line.is_finished or not has_finished or (in_list and not line.text.endswith(":")):
            length = _dateline_length(line.text, is_first=above == 0) if above <= _LINES_ABOVE_DATELINE else 0
            sentences.extend(_sentences_between(body, line.start + length, line.end))
            above += 1 if not length else 1 + _LINES_ABOVE_DATELINE
    return sentences


def sentence_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where sentences stand between two places of a text, as exact spans; those inside one quotation, say."""
    trimmed = (_trimmed(text, left, right) for left, right in _spans_between(text, start, end))
    return [span for span in trimmed if span]


def context_of(body: str, start: int, end: int) -> tuple[str, str]:
    """The sentence before and the sentence after a span, "" where there is none."""
    before = after = ""
    for sentence in _cached_sentences(body):
        if sentence.end <= start:
            before = body[sentence.start : sentence.end]
        elif sentence.start >= end:
            after = body[sentence.start : sentence.end]
            break
    return before, after


@lru_cache(maxsize=32)
def _cached_sentences(body: str) -> tuple[Sentence, ...]:
    return tuple(split_sentences(body))


def _content_lines(body: str) -> Iterator[_Line]:
    for match in _LINE.finditer(body):
        span = _trimmed(body, match.start(), match.end())
        if span is None:
            continue
        text = body[span[0] : span[1]]
        if _is_boilerplate(text):
            continue
        yield _Line(*span, text, _is_finished(text))


def _is_finished(line: str) -> bool:
    if len(line) > SHORT_LINE_CHARS or _FINAL.search(line[-12:]):
        return True
    return len(_boundaries(line)) > 1


def _is_headline(lines: list[_Line], title: str | None) -> bool:
    """A headline heads something (the only line of a body is its text) and says what a known title says.

    Without a title, a first line that is nothing but names is a byline, not a headline.
    """
    first = lines[0]
    if len(lines) == 1 or len(first.text) > MAX_SENTENCE_CHARS:
        return False
    if title is None:
        return not first.is_finished and (first.text.isupper() or not _NAMES.match(first.text))
    words, title_words = _words(first.text), _words(title)
    if first.is_finished:
        return words == title_words
    return 2 * len(set(words) & set(title_words)) >= len(set(words))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _is_listed(body: str, line: _Line) -> bool:
    return _BULLET.match(body, body.rfind("\n", 0, line.start) + 1) is not None


def _is_boilerplate(text: str) -> bool:
    head = text[:300]
    return bool(
        _FURNITURE.match(head)
        or (len(text) < _LONGEST_CAPTION and _CAPTIONED.search(text[-150:]))
        or (len(text) < 300 and _AGENCY_CREDIT.match(head))
        or (len(text) < SHORT_LINE_CHARS and (_BYLINE.match(head) or _PHOTO_CREDIT.match(head)))
    )


def _dateline_length(line: str, *, is_first: bool) -> int:
    """How far a dateline goes; below the first line "NATO: he left" and "NATO – which he left" have none."""
    match = _DATELINE.match(line[:200])
    if match is None:
        return 0
    has_colon = match[0].rstrip().endswith(":")
    if (has_colon and not is_first) or (not has_colon and line[match.end()].islower()):
        return 0
    return match.end()


def _sentences_between(body: str, start: int, end: int) -> Iterator[Sentence]:
    for left, right in _spans_between(body, start, end):
        for piece in _cut(body, left, right):
            span = _trimmed(body, *piece)
            if span is None:
                continue
            text = body[span[0] : span[1]]
            if _is_boilerplate(text) or (_NAMES.match(text) and not _FINAL.search(text)):
                continue
            yield Sentence(start=span[0], end=span[1])


def _spans_between(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences as sentencex sees them, window by window so that the time stays linear."""
    while start < end:
        window_end = min(start + _WINDOW, end)
        spans = [(start + left, start + right) for left, right in _boundaries(body[start:window_end])]
        if window_end < end and len(spans) > 1:
            spans.pop()  # the window may have cut it
        yield from spans
        start = spans[-1][1] if spans else window_end


def _boundaries(text: str) -> list[tuple[int, int]]:
    # sentencex panics on initials beside white space outside ASCII; the swap keeps every position
    plain = re.sub(r"\s", " ", text)
    spans = []
    carried = 0
    for found in get_sentence_boundaries("en", plain):
        end = found["end_index"]
        if end < len(plain) and _goes_on(plain, carried, end):
            continue
        opener = _DANGLING_OPENER.search(plain, max(carried, end - 8), end)  # “ belongs to what follows
        if opener and end < len(plain):
            end = opener.start()
        spans.append((carried, end))
        carried = end
    return spans


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether a full stop belongs to a title or the time of day, or a question to the words that tell who asks it."""
    said = text[max(start, end - 12) : end]
    if _INITIAL.search(said) and text[end : end + 1].isupper():  # "R-S.C.", cut between the letters
        return True
    if _QUESTION_QUOTED.search(said) and _ASKED_BY.match(text, end):
        return True
    return bool(_GOES_ON.search(said) or (_CLOCK.search(said) and _AFTER_CLOCK.match(text, end)))


def _cut(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE_CHARS:
        limit = start + MAX_SENTENCE_CHARS
        space = max(body.rfind(" ", start + 1, limit), body.rfind("\t", start + 1, limit))
        middle = space if space > start else limit
        yield start, middle
        start = middle
    yield start, end


def _trimmed(body: str, start: int, end: int) -> tuple[int, int] | None:
    """The span without white space and list marks at its ends; None if it holds fewer than two words."""
    lead = _LEAD.match(body, start, end)
    start = lead.end() if lead else start
    while end > start and _EDGE_CHAR.match(body, end - 1):
        end -= 1
    words = _WORD.finditer(body, start, end)
    if next(words, None) is None or next(words, None) is None:
        return None
    return start, end
