"""Findings that nothing else that was read speaks against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from factcheck.questions import clash_spans, dates_in, numbers_at_issue
from factcheck.records import Claim, ConflictType, Finding, Relation
from factcheck.sides import Readings

SAYS_THE_SAME = 0.7
"""How likely two claims agree at least for the one to stand for the other."""

HARDLY_DISAGREES = 0.05
"""How likely a conflict, update or tension of two claims is at most for them to be held not to disagree.

Of the findings of the first draw of benchmarks/matters.jsonl that both numbers leave out 3 of 31 are right, of the
others 38 of 145; of those of the second, by which nothing was chosen, none of 22 and 10 of 100.
"""


def consistent(findings: Iterable[Finding], readings: Readings, claims: Mapping[str, Claim]) -> list[Finding]:
    """The findings that agree with what else was read of their claims.

    The others are those where a claim that says the same as one of a finding hardly disagrees with the other one: then
    the model has most likely taken other words for another account. Tensions stand whatever else was read, and so does
    what shows two numbers or two dates, for who agrees on the rest of a sentence may leave those out.
    """
    return [finding for finding in findings if is_consistent(finding, readings, claims)]


def is_consistent(finding: Finding, readings: Readings, claims: Mapping[str, Claim]) -> bool:
    """Whether no claim that says the same as one of a finding's hardly disagrees with the other: `consistent`."""
    pair = (claims[finding.pair.left_id], claims[finding.pair.right_id])
    if finding.relation is Relation.TENSION or shows_values(finding, pair):
        return True
    return not any(
        (read := readings.of(like, other.claim_id)) is not None and read.flagged < HARDLY_DISAGREES
        for one, other in (pair, pair[::-1])
        for like in readings.agreeing_with(one.claim_id, least=SAYS_THE_SAME)
    )


def shows_values(finding: Finding, pair: tuple[Claim, Claim]) -> bool:
    """Whether two numbers, or two dates, stand in the stretches that clash."""
    if finding.conflict_type is ConflictType.NUMBER:
        return all(numbers_at_issue(finding, pair))
    return finding.conflict_type is ConflictType.DATE and all(map(dates_in, pair, clash_spans(finding, pair)))
