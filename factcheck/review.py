"""Review: what people decide about findings, and the log of it as lines to take elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from factcheck.errors import BadInput
from factcheck.parts import Parts
from factcheck.records import Decision, LeftOut, LoggedDecision, Quote, Relation, Verdict, is_plain_text

MAX_REVIEWER_CHARS = 100
MAX_NOTE_CHARS = 10_000


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
