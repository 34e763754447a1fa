"""The forms in which decisions leave and come back: lines of JSON, CSV, training pairs and ClaimReview."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import StringIO
from typing import Any
from unicodedata import category

from factcheck.chain import entry_hash
from factcheck.errors import BadInput
from factcheck.payloads import Json
from factcheck.records import (
    ConflictType,
    Decision,
    LoggedDecision,
    Quote,
    Relation,
    Verdict,
    is_plain_text,
)
from factcheck.reports.table import FORMULA_STARTS
from factcheck.settled import Settled
from factcheck.store_rows import logged_row

MAX_REVIEWER_CHARS = 100
MAX_NOTE_CHARS = 10_000
MAX_ID_CHARS = 64

SIDES = ("left", "right")
QUOTE_TEXTS = ("claim_id", "article_id", "content_hash", "text")
QUOTE_KNOWN = ("url", "source", "title", "published_at")
ENTRY_COLUMNS = (
    "entry_id", "finding_id", "verdict", "reviewer", "note", "decided_at", "withdraws",
    "relation", "probability", "conflict_type", "model_id", "is_sampled",
)  # fmt: skip
QUOTE_COLUMNS = (
    "claim_id", "article_id", "content_hash", "url", "source", "title", "published_at",
    "start", "end", "text", "prefix", "suffix",
)  # fmt: skip
CHAIN_COLUMNS = ("previous_hash", "entry_hash")
COLUMNS = (*ENTRY_COLUMNS, *(f"{side}_{name}" for side in SIDES for name in QUOTE_COLUMNS), *CHAIN_COLUMNS)

CLAIM_REVIEW_WORDS = {
    Verdict.CONFLICT: "In conflict with another report",
    Verdict.UPDATE: "Overtaken by, or overtaking, another report",
    Verdict.TENSION: "Framed otherwise by another report",
}

Link = tuple[str, str]
"""The hash of the entry before, and the entry's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of export: its media type, the end of a file's name, and whether it can be read back."""

    mimetype: str
    suffix: str
    can_be_imported: bool = False


FORMS = {
    "jsonl": Form(mimetype="application/x-ndjson", suffix="jsonl", can_be_imported=True),
    "csv": Form(mimetype="text/csv", suffix="csv", can_be_imported=True),
    "pairs": Form(mimetype="application/x-ndjson", suffix="pairs.jsonl"),
    "claimreview": Form(mimetype="application/ld+json", suffix="claimreview.json"),
}


def entry_line(entry: LoggedDecision, link: Link) -> Json:
    """An entry of the log as a plain object; `entry_of` reads it.

    Both quotes carry the selectors of the Web Annotation model: where the words stand, counted in code points, and
    the words with what stands around them. `content_hash` names the version of the text that they were read in.
    """
    made = entry.decision
    return {
        "entry_id": entry.entry_id,
        "finding_id": made.finding_id,
        "verdict": str(made.verdict),
        "reviewer": made.reviewer,
        "note": made.note,
        "decided_at": made.decided_at.isoformat(),
        "withdraws": made.withdraws or None,
        "relation": str(entry.relation),
        "probability": entry.probability,
        "conflict_type": entry.conflict_type and str(entry.conflict_type),
        "model_id": entry.model_id,
        "is_sampled": entry.is_sampled,
        "left": quote_line(entry.left),
        "right": quote_line(entry.right),
        "chain": dict(zip(CHAIN_COLUMNS, link, strict=True)),
    }


def quote_line(quote: Quote) -> Json:
    """A quote with the selectors that find it again."""
    fields = asdict(quote)
    around = {"prefix": fields.pop("prefix"), "suffix": fields.pop("suffix")}
    return {
        **fields,
        "selector": [
            {"type": "TextPositionSelector", "start": quote.start, "end": quote.end},
            {"type": "TextQuoteSelector", "exact": quote.text, **around},
        ],
    }


def entry_of(line: object) -> LoggedDecision:
    """The entry of a line that `entry_line` made, perhaps long ago or elsewhere.

    Raises:
        BadInput: it is none, something in it cannot be used, or it was changed after it was exported.
    """
    if not isinstance(line, Mapping):
        raise BadInput("is no JSON object; perhaps the file was cut")
    try:
        entry = _entry(line)
    except KeyError as error:
        raise BadInput(f"has no {error}") from error
    except (ValueError, TypeError, AttributeError, OverflowError) as error:
        raise BadInput(str(error)) from error
    chain = line.get("chain")
    if isinstance(chain, Mapping) and chain.get("entry_hash"):
        own = entry_hash(str(chain.get("previous_hash", "")), logged_row(entry))
        if own != chain["entry_hash"]:
            raise BadInput("was changed after it was exported", hint="take the line as it was exported")
    return entry


def _entry(line: Mapping[str, Any]) -> LoggedDecision:
    decided_at = datetime.fromisoformat(line["decided_at"])
    if decided_at.tzinfo is None:
        raise BadInput(f"decided_at {line['decided_at']!r} names no time zone")
    decision = Decision(
        finding_id=checked_text("finding_id", line["finding_id"], most=MAX_ID_CHARS, least=1),
        verdict=checked_verdict(line["verdict"]),
        reviewer=checked_text("reviewer", line["reviewer"], most=MAX_REVIEWER_CHARS, least=1),
        note=checked_text("note", line.get("note", ""), most=MAX_NOTE_CHARS),
        decided_at=decided_at,
        withdraws=checked_text("withdraws", line.get("withdraws") or "", most=MAX_ID_CHARS),
    )
    type_ = line.get("conflict_type")
    return LoggedDecision(
        decision=decision,
        left=_quote(line["left"]),
        right=_quote(line["right"]),
        relation=Relation(line["relation"]),
        probability=float(line["probability"]),
        model_id=checked_text("model_id", line["model_id"], most=MAX_NOTE_CHARS),
        conflict_type=ConflictType(type_) if type_ else None,
        is_sampled=line.get("is_sampled") is True,
    )


def _quote(fields: Mapping[str, Any]) -> Quote:
    around = next((one for one in fields.get("selector", ()) if one.get("type") == "TextQuoteSelector"), fields)
    texts = {
        **{name: fields[name] for name in (*QUOTE_TEXTS, *QUOTE_KNOWN)},
        **{name: around.get(name) or "" for name in ("prefix", "suffix")},
    }
    for name, value in texts.items():
        if not isinstance(value, str) and (value is not None or name not in QUOTE_KNOWN):
            raise BadInput(f"{name} of a quote must be text, got {type(value).__name__}")
        if value and not value.isascii():
            value.encode()  # half of a surrogate pair cannot be kept
    for name in ("start", "end"):
        if type(fields[name]) is not int:
            raise BadInput(f"{name} of a quote must be a whole number, got {fields[name]!r}")
    return Quote(**texts, start=fields["start"], end=fields["end"])


def csv_lines(lines: Iterable[Json]) -> Iterator[str]:
    """The lines of `entry_line` as CSV with a header; no cell can be run as a formula, and `csv_objects` reads it."""
    yield _csv_row(COLUMNS)
    for line in lines:
        cells = {name: line[name] for name in ENTRY_COLUMNS} | line["chain"]
        for side in SIDES:
            around = line[side]["selector"][1]
            cells |= {f"{side}_{name}": {**around, **line[side]}[name] for name in QUOTE_COLUMNS}
        yield _csv_row(cell(cells[name]) for name in COLUMNS)


def csv_objects(lines: Iterable[bytes]) -> Iterator[object]:
    """What the rows of a CSV export hold, as `entry_of` takes it; a row that is none is handed on as its text."""
    decoded = (line.decode("utf-8", errors="replace") for line in lines)
    rows = csv.reader(decoded)
    header = next(rows, [])
    header[:1] = [name.removeprefix("\ufeff") for name in header[:1]]
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield str(error)
            continue
        if row:
            yield _object(dict(zip(header, map(uncell, row), strict=False))) if len(row) == len(header) else str(row)


def _object(row: dict[str, str]) -> object:
    try:
        line: Json = {name: row[name] for name in ENTRY_COLUMNS}
        for side in SIDES:
            line[side] = {name: row[f"{side}_{name}"] for name in QUOTE_COLUMNS}
            line[side] |= {name: int(line[side][name]) for name in ("start", "end")}
            line[side] |= {name: line[side][name] or None for name in QUOTE_KNOWN}
    except (KeyError, ValueError):
        return row  # `entry_of` says what is missing
    line |= {"is_sampled": line["is_sampled"] == "True", "chain": {name: row.get(name) for name in CHAIN_COLUMNS}}
    return line


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula; `uncell` undoes it. Unknown is an empty cell."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith((*FORMULA_STARTS, "'")) else text


def uncell(text: str) -> str:
    """What `cell` was given."""
    return text[1:] if text.startswith("'") else text


def _csv_row(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def training_pair(settled: Settled, texts: Mapping[str, str]) -> Json | None:
    """A settled finding as the relation model learns from it; None where the verdict names no relation, or is tied.

    `texts` are the self-contained wordings of claims by id; without one the quote itself is taken. The confidence is
    3 where two people or more say the same, 2 where one does, 1 where most do.
    """
    if settled.relation is None or settled.is_tied:
        return None
    entry = settled.entry
    pair: Json = {"id": entry.decision.finding_id}
    for name, quote in (("a", entry.left), ("b", entry.right)):
        fields = {known: getattr(quote, known) for known in ("published_at", "source", "title", "url")}
        known = {key: value for key, value in fields.items() if value}
        pair[name] = {"text": texts.get(quote.claim_id, quote.text), **known}
    alone = 2 if len(settled.agreeing) == 1 else 3
    pair |= {"relation": str(settled.relation), "confidence": 1 if settled.dissenting else alone, "corpus": "decisions"}
    if settled.relation is Relation.CONFLICT and entry.conflict_type:
        pair["conflict_type"] = str(entry.conflict_type)
    if entry.decision.note:
        pair["reason"] = entry.decision.note
    return pair


def claim_reviews(settled: Settled) -> Iterator[Json]:
    """A finding that people decided to be a disagreement as two ClaimReviews, one for each claim.

    The rating says how the claim stands to another report; it has no number, since nobody said which one is right.
    """
    entry = settled.entry
    if settled.verdict not in CLAIM_REVIEW_WORDS:
        return
    for own, other in ((entry.left, entry.right), (entry.right, entry.left)):
        yield {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "@id": f"urn:factcheck:finding:{entry.decision.finding_id}:{own.claim_id}",
            "datePublished": entry.decision.decided_at.date().isoformat(),
            "author": [{"@type": "Person", "name": name} for name in settled.agreeing],
            "claimReviewed": own.text,
            "itemReviewed": {"@type": "Claim", "appearance": _work(own), **_known({"datePublished": _day(own)})},
            "reviewRating": {"@type": "Rating", "alternateName": CLAIM_REVIEW_WORDS[settled.verdict]},
            "reviewBody": f"{other.source or other.title or 'Another article'} reports: “{other.text}”",
            "isBasedOn": _work(other),
        }


def _work(quote: Quote) -> Json:
    publisher = {"@type": "Organization", "name": quote.source} if quote.source else None
    known = {"url": quote.url, "headline": quote.title, "datePublished": _day(quote), "publisher": publisher}
    return {"@type": "NewsArticle", **_known(known)}


def _day(quote: Quote) -> str | None:
    return quote.published_at[:10] if quote.published_at else None


def _known(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value}


def json_objects(lines: Iterable[bytes]) -> Iterator[object]:
    """What each line holds; a line that is no JSON is handed on as it is, to be refused by its number."""
    for line in lines:
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError):
                yield line


def checked_verdict(verdict: object) -> Verdict:
    """The verdict of this name.

    Raises:
        BadInput: there is none.
    """
    try:
        return Verdict(str(verdict))
    except ValueError as error:
        names = ", ".join(Verdict)
        said = f"verdict {verdict!r} is none of ours" if verdict else "no verdict is chosen"
        raise BadInput(said, hint=f"choose one of: {names}") from error


def checked_text(name: str, text: object, *, most: int, least: int = 0) -> str:
    """Text as a person gave it, without space around it.

    Raises:
        BadInput: it is no text, too short or too long, or has control characters.
    """
    if not isinstance(text, str):
        raise BadInput(f"{name} must be text, got {type(text).__name__}")
    text = text.replace("\r\n", "\n").strip()
    if not least <= len(text) <= most:
        raise BadInput(f"{name} has {len(text)} characters", hint=f"give between {least} and {most}")
    if least and not any(category(character)[0] in "LNPS" for character in text):
        raise BadInput(f"{name} has nothing that can be seen", hint="give letters or digits")
    if not is_plain_text(text):
        raise BadInput(f"{name} holds control characters", hint="give plain text")
    return text
