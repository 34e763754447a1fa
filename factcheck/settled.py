"""What is held of a finding after all that people decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factcheck.records import FLAGGED, LoggedDecision, Relation, Verdict

DISAGREE = tuple(Verdict(relation.value) for relation in FLAGGED)
"""The verdicts that say that two claims do disagree, in one way or another."""

_RELATION_OF = {
    **{verdict: Relation(verdict.value) for verdict in DISAGREE},
    Verdict.ATTRIBUTION_ONLY: Relation.AGREE,
    Verdict.DIFFERENT_EVENT: Relation.DIFFERENT,
    Verdict.NO_DISAGREEMENT: Relation.COMPATIBLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One finding: the verdict that holds, the last entry that says so, and who said it or something else.

    `is_tied` is true where as many people say something else; then the last of them is held to be right.
    """

    entry: LoggedDecision
    verdict: Verdict
    agreeing: tuple[str, ...]
    dissenting: tuple[str, ...]
    is_tied: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the relation is the one that was flagged."""
        return self.verdict.value == self.entry.relation.value

    @property
    def is_disagreement(self) -> bool:
        """Whether the claims disagree at all, be it in another way than was flagged."""
        return self.verdict in DISAGREE

    @property
    def relation(self) -> Relation | None:
        """The relation that the verdict amounts to; None where it says nothing about one.

        Nothing disagrees means that both claims agree or are compatible; it is agreement where the model saw that.
        """
        if self.verdict is Verdict.NO_DISAGREEMENT and self.entry.relation is Relation.AGREE:
            return Relation.AGREE
        return _RELATION_OF.get(self.verdict)


def latest_by_reviewer(standing: Iterable[LoggedDecision]) -> dict[str, list[LoggedDecision]]:
    """By finding, the last word of each reviewer, oldest first; `standing` is oldest first."""
    latest: dict[str, dict[str, LoggedDecision]] = {}
    for entry in standing:
        own = latest.setdefault(entry.decision.finding_id, {})
        own.pop(entry.decision.reviewer, None)
        own[entry.decision.reviewer] = entry
    return {finding_id: list(own.values()) for finding_id, own in latest.items()}


def settle(entries: Sequence[LoggedDecision]) -> Settled:
    """What most reviewers say of a finding; where as many say one thing as another, what was said last."""
    votes = Counter(entry.decision.verdict for entry in entries)
    most = max(votes.values())
    last = next(entry for entry in reversed(entries) if votes[entry.decision.verdict] == most)
    verdict = last.decision.verdict
    return Settled(
        entry=last,
        verdict=verdict,
        agreeing=tuple(one.decision.reviewer for one in entries if one.decision.verdict is verdict),
        dissenting=tuple(one.decision.reviewer for one in entries if one.decision.verdict is not verdict),
        is_tied=sum(count == most for count in votes.values()) > 1,
    )
