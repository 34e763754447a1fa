"""Review: what people decide about findings, and the log of it as lines to take elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from factcheck.answers import Assignment
from factcheck.chain import NO_HASH
from factcheck.errors import BadInput, Conflict
from factcheck.parts import Parts
from factcheck.records import Decision, LeftOut
from factcheck.reopening import note_reopened
from factcheck.review_formats import (
    COLUMNS,
    FORMS as FORMS,
    MAX_NOTE_CHARS as MAX_NOTE_CHARS,
    MAX_REVIEWER_CHARS as MAX_REVIEWER_CHARS,
    checked_text as checked_text,
    checked_verdict as checked_verdict,
    claim_reviews,
    csv_lines,
    csv_objects,
    entry_line,
    entry_of,
    json_objects,
    training_pair,
)
from factcheck.settled import Settled, latest_by_reviewer, settle
from factcheck.store import FindingFilter

BOM = b"\xef\xbb\xbf"
IMPORTED_AT_ONCE = 200
"""Lines imported in one transaction, so that a slow pipe does not keep others from writing."""

PAUSE_SECONDS = 0.1
"""How long an import leaves the database to others between two transactions: who waits for it looks that often."""

CLOCKS_APART = timedelta(days=1)
"""How far the clock of the machine that made an export may be before ours."""

ASSIGNED_MINUTES = 15
ASSIGNED_FOR = timedelta(minutes=ASSIGNED_MINUTES)
MOST_MINUTES = 7 * 24 * 60


def decide(parts: Parts, finding_id: str, verdict: str, reviewer: str, note: str = "") -> Decision:
    """Appends what a reviewer decided about a finding, and gives it back.

    Raises:
        NotFound: there is no such finding.
        BadInput: the verdict is none of ours, or reviewer or note are missing, too long or not plain text.
    """
    decision = Decision(
        finding_id=finding_id,
        verdict=checked_verdict(verdict),
        reviewer=checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS, least=1),
        note=checked_text("note", note, most=MAX_NOTE_CHARS),
        decided_at=parts.clock(),
    )
    parts.store.add_decision(decision)
    return decision


def withdraw(parts: Parts, finding_id: str, reviewer: str) -> Decision:
    """Takes back the latest of a reviewer's decisions about a finding that stands, and gives back the log entry.

    Nothing is deleted: the log then holds the decision and that it was withdrawn.

    Raises:
        NotFound: there is no such finding, and nobody ever decided about one.
        BadInput: the reviewer has nothing to withdraw.
    """
    reviewer = checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS, least=1)
    if not parts.store.decisions(finding_id):
        parts.store.finding(finding_id)
    return parts.store.withdraw_decision(finding_id, reviewer, parts.clock())


def decide_dispute(
    parts: Parts, dispute_id: str, verdict: str, reviewer: str, note: str = "", *, only: Collection[str] | None = None
) -> list[Decision]:
    """Decides alike about all findings of a dispute that this reviewer has not decided; all of it or nothing.

    With `only`, about none but these: what a scan has added since they were shown stays undecided.

    Raises:
        NotFound: there is no such dispute.
        BadInput: as for `decide`.
    """
    checked_verdict(verdict)
    reviewer = checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS, least=1)
    with parts.store.writing():
        ids = parts.store.dispute(dispute_id).finding_ids
        decided = parts.store.decisions_of(ids)
        asked = ids if only is None else [one for one in ids if one in only]
        left = [one for one in asked if reviewer not in {made.reviewer for made in decided.get(one, ())}]
        return [decide(parts, finding_id, verdict, reviewer, note) for finding_id in left]


def next_finding(parts: Parts, shown: FindingFilter, reviewer: str, after: str | None = None) -> str | None:
    """The finding that a reviewer should look at next, kept for him for a while; None where nothing is left.

    It is the first behind `after`, in the order of the filter, that he has not decided and nobody else is at; behind
    the last one it goes on with those that he passed over. Without a reviewer's name nothing is kept for anybody.

    Raises:
        BadInput: the name cannot be used.
    """
    reviewer = checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS)
    now = parts.clock()
    return parts.store.next_to_review(shown, reviewer, after, now=now, until=now + ASSIGNED_FOR)


def assign(parts: Parts, finding_id: str, reviewer: str, minutes: int = ASSIGNED_MINUTES) -> Assignment:
    """Keeps a finding for a reviewer, or keeps it for longer.

    Raises:
        NotFound: there is no such finding.
        BadInput: the name or the number of minutes cannot be used.
        Conflict: somebody else is at it.
    """
    reviewer = checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS, least=1)
    if not 1 <= minutes <= MOST_MINUTES:
        raise BadInput(f"{minutes} minutes is no time to keep a finding for", hint=f"give 1 to {MOST_MINUTES}")
    now = parts.clock()
    held = parts.store.assign(finding_id, reviewer, now=now, until=now + timedelta(minutes=minutes))
    if held.reviewer != reviewer:
        raise Conflict(
            f"{held.reviewer} is at finding {finding_id!r} until {held.until:%H:%M} UTC",
            hint="take another one, or wait: it is free again then",
        )
    return held


def release(parts: Parts, finding_id: str, reviewer: str) -> None:
    """Gives back a finding that is kept for a reviewer, so that others are sent to it."""
    parts.store.release(finding_id, reviewer)


def export_decisions(parts: Parts) -> Iterator[dict[str, Any]]:
    """The log of decisions, one plain object an entry, in order; `import_decisions` reads them."""
    links = parts.store.chain_links()
    for entry in parts.store.decision_log():
        yield entry_line(entry, links[entry.entry_id])


def export_as(parts: Parts, form: str) -> Iterator[str]:
    """The decisions as the pieces of a file of one of `FORMS`.

    jsonl and csv hold the whole log; pairs (for training) and claimreview hold what stands about each finding.

    Raises:
        BadInput: there is no such form.
    """
    if form not in FORMS:
        raise BadInput(f"decisions cannot be exported as {form!r}", hint=f"choose one of: {', '.join(FORMS)}")
    return _PIECES[form](parts)


def import_decisions(parts: Parts, lines: Iterable[object]) -> tuple[int, int, tuple[LeftOut, ...]]:
    """Appends exported decisions and withdrawals; how many were new, how many here already, what could not be read.

    Twice the same is once, and the order of the lines does not matter. The log here has a chain of its own.
    """
    added, known, left_out, hashes = 0, 0, [], {NO_HASH}
    latest = parts.clock() + CLOCKS_APART
    followed: list[tuple[int, str]] = []
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, IMPORTED_AT_ONCE)):
        with parts.store.writing():
            for number, line in batch:
                try:
                    entry = entry_of(line)
                    if entry.decision.decided_at > latest:
                        raise BadInput(f"decided_at {entry.decision.decided_at.isoformat()} is in the future")
                    is_new = parts.store.add_logged_decision(entry)
                except BadInput as error:
                    left_out.append(LeftOut(what=f"decision {number}", reason=str(error)))
                    continue
                added, known = added + is_new, known + (not is_new)
                link = line.get("chain") if isinstance(line, Mapping) else None
                if isinstance(link, Mapping) and link.get("entry_hash"):
                    hashes.add(str(link["entry_hash"]))
                    followed.append((number, str(link.get("previous_hash"))))
        if len(batch) == IMPORTED_AT_ONCE:
            time.sleep(PAUSE_SECONDS)
    if added:
        note_reopened(parts)
    missing = [number for number, previous in followed if previous not in hashes] if added else []
    reason = "is not in the file: lines are missing, or were refused"
    left_out += [LeftOut(what=f"what came before decision {number}", reason=reason) for number in missing]
    return added, known, tuple(left_out)


def import_file(parts: Parts, lines: Iterable[bytes]) -> tuple[int, int, tuple[LeftOut, ...]]:
    """Appends the decisions of an exported file, JSONL or CSV, given line by line; as `import_decisions`."""
    rest = iter(lines)
    first = next((line for line in rest if line.strip()), b"")
    is_csv = first.removeprefix(BOM).startswith(COLUMNS[0].encode())
    together = chain([first], rest) if first else rest
    return import_decisions(parts, csv_objects(together) if is_csv else json_objects(together))


def _pieces_of_jsonl(parts: Parts) -> Iterator[str]:
    for line in export_decisions(parts):
        yield _json_line(line)


def _pieces_of_csv(parts: Parts) -> Iterator[str]:
    return csv_lines(export_decisions(parts))


def _pieces_of_pairs(parts: Parts) -> Iterator[str]:
    held = _settled(parts)
    claims = parts.store.claims({quote.claim_id for one in held for quote in (one.entry.left, one.entry.right)})
    texts = {claim_id: claim.standalone_text for claim_id, claim in claims.items()}
    for one in held:
        if pair := training_pair(one, texts):
            yield _json_line(pair)


def _pieces_of_claimreview(parts: Parts) -> Iterator[str]:
    before = "[\n"
    for one in _settled(parts):
        for claim_review in claim_reviews(one):
            yield before + json.dumps(claim_review, ensure_ascii=False, indent=2)
            before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


_PIECES: dict[str, Callable[[Parts], Iterator[str]]] = {
    "jsonl": _pieces_of_jsonl,
    "csv": _pieces_of_csv,
    "pairs": _pieces_of_pairs,
    "claimreview": _pieces_of_claimreview,
}


def _settled(parts: Parts) -> list[Settled]:
    return [settle(entries) for entries in latest_by_reviewer(parts.store.standing_log()).values()]


def _json_line(line: Mapping[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False) + "\n"
