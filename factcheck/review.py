"""Review: what people decide about findings, and the log of it as lines to take elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from factcheck.answers import Assignment
from factcheck.errors import BadInput, Conflict
from factcheck.parts import Parts
from factcheck.records import Decision, LeftOut, LoggedDecision, Quote, Relation, Verdict, is_plain_text
from factcheck.store import FindingFilter

MAX_REVIEWER_CHARS = 100
MAX_NOTE_CHARS = 10_000
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


def decide_dispute(parts: Parts, dispute_id: str, verdict: str, reviewer: str, note: str = "") -> list[Decision]:
    """Decides alike about all findings of a dispute that this reviewer has not decided; all of it or nothing.

    Raises:
        NotFound: there is no such dispute.
        BadInput: as for `decide`.
    """
    checked_verdict(verdict)
    reviewer = checked_text("reviewer", reviewer, most=MAX_REVIEWER_CHARS, least=1)
    with parts.store.writing():
        ids = parts.store.dispute(dispute_id).finding_ids
        decided = parts.store.decisions_of(ids)
        left = [one for one in ids if reviewer not in {made.reviewer for made in decided.get(one, ())}]
        return [decide(parts, finding_id, verdict, reviewer, note) for finding_id in left]


def next_finding(parts: Parts, shown: FindingFilter, reviewer: str, after: str | None = None) -> str | None:
    """The finding that a reviewer should look at next, kept for him for a while; None where nothing is left.

    It is the first behind `after`, in the order of the filter, that he has not decided and nobody else is at; behind
    the last one it goes on with those that he passed over. Without a reviewer's name nothing is kept for anybody.
    """
    now = parts.clock()
    return parts.store.next_to_review(shown, reviewer.strip(), after, now=now, until=now + ASSIGNED_FOR)


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
    for entry in parts.store.decision_log():
        made = entry.decision
        yield {
            "finding_id": made.finding_id,
            "verdict": str(made.verdict),
            "reviewer": made.reviewer,
            "note": made.note,
            "decided_at": made.decided_at.isoformat(),
            "relation": str(entry.relation),
            "probability": entry.probability,
            "model_id": entry.model_id,
            "left": asdict(entry.left),
            "right": asdict(entry.right),
        }


def import_decisions(parts: Parts, lines: Iterable[Mapping[str, Any] | object]) -> tuple[int, tuple[LeftOut, ...]]:
    """Appends exported decisions; how many were new, and what could not be read. Twice the same is once."""
    added, left_out = 0, []
    for number, line in enumerate(lines, start=1):
        try:
            added += parts.store.add_logged_decision(_entry(line))
        except (BadInput, ValueError, KeyError, TypeError) as error:
            reason = f"has no {error}" if isinstance(error, KeyError) else str(error)
            left_out.append(LeftOut(what=f"decision {number}", reason=reason))
    return added, tuple(left_out)


def checked_verdict(verdict: str) -> Verdict:
    """The verdict of this name.

    Raises:
        BadInput: there is none.
    """
    try:
        return Verdict(verdict)
    except ValueError as error:
        names = ", ".join(Verdict)
        raise BadInput(f"verdict {verdict!r} is none of ours", hint=f"choose one of: {names}") from error


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
    if not is_plain_text(text):
        raise BadInput(f"{name} holds control characters", hint="give plain text")
    return text


def _entry(line: object) -> LoggedDecision:
    if not isinstance(line, Mapping):
        raise BadInput(f"is no object but {type(line).__name__}")
    decided_at = datetime.fromisoformat(line["decided_at"])
    if decided_at.tzinfo is None:
        raise BadInput(f"decided_at {line['decided_at']!r} names no time zone")
    decision = Decision(
        finding_id=checked_text("finding_id", line["finding_id"], most=64, least=1),
        verdict=checked_verdict(line["verdict"]),
        reviewer=checked_text("reviewer", line["reviewer"], most=MAX_REVIEWER_CHARS, least=1),
        note=checked_text("note", line.get("note", ""), most=MAX_NOTE_CHARS),
        decided_at=decided_at,
    )
    return LoggedDecision(
        decision=decision,
        left=Quote(**line["left"]),
        right=Quote(**line["right"]),
        relation=Relation(line["relation"]),
        probability=float(line["probability"]),
        model_id=str(line["model_id"]),
    )
