"""Which findings are of one matter: one disagreement that the articles of several outlets show again and again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from factcheck.aligned import WORD
from factcheck.clash import are_of_a_size
from factcheck.questions import clash_spans, negates, numbers_at_issue
from factcheck.records import Claim, ConflictType, Finding, Quantity, Relation, ScoredPair, Span
from factcheck.sides import AGREES

_BY_VALUE = frozenset({ConflictType.NUMBER, ConflictType.DATE})
_AT_ISSUE = frozenset({ConflictType.DATE, ConflictType.PLACE, ConflictType.ACTOR})
"""Types whose stretches are what is disputed; those of the others are words that differ, no more."""

CONFLICT_LEADS = 0.5
"""How likely a conflict has to be beside an update of the same matter to name the card: a person should not miss it."""

Friends = Mapping[str, frozenset[str]]
"""For each claim those that say the same, itself among them."""


@dataclass(frozen=True, slots=True, eq=False)
class Issue:
    """A finding with what it disputes in each of its claims: a stretch, and numbers if it is about numbers."""

    finding: Finding
    pair: tuple[Claim, Claim]
    spans: tuple[Span, Span]
    numbers: tuple[Sequence[Quantity], Sequence[Quantity]]

    @property
    def kind(self) -> ConflictType | None:
        """The type of the clash; a number, whatever its type, where one stands in both of its stretches."""
        return ConflictType.NUMBER if all(self.numbers) else self.finding.conflict_type

    @property
    def is_at_issue(self) -> bool:
        """Whether what is disputed in each claim is known.

        Of numbers it is only if one thing befell those they count, of a denial only if one of the stretches negates.
        """
        if all(self.numbers):
            return any(can_count_one(one, other) for one, other in product(*self.numbers))
        return self.kind in _AT_ISSUE or (self.kind is ConflictType.DENIAL and negates(self.pair, self.spans))

    def is_of_one_matter(self, other: Issue, friends: Friends) -> bool:
        """Whether two findings are one disagreement, told twice: `matters`."""
        if self.kind != other.kind and {self.kind, other.kind} & _BY_VALUE:
            return False
        is_number = all(self.numbers) or all(other.numbers)
        meeting = {
            (ours, theirs)
            for ours, theirs in product((0, 1), (0, 1))
            if other.pair[theirs].claim_id in friends[self.pair[ours].claim_id]
            and (not is_number or is_one_number(self.numbers[ours], other.numbers[theirs]))
        }
        if {(0, 0), (1, 1)} <= meeting or {(0, 1), (1, 0)} <= meeting:
            return True
        if self.kind != other.kind or not (self.is_at_issue and other.is_at_issue):
            return False
        return any(is_number or self._meets(other, *sides) for sides in meeting)

    def _meets(self, other: Issue, ours: int, theirs: int) -> bool:
        """Whether both dispute the same stretch of one claim."""
        return self.pair[ours] is other.pair[theirs] and self.spans[ours].overlaps(other.spans[theirs])


def issue_of(finding: Finding, claims: Mapping[str, Claim]) -> Issue:
    """A finding with what it disputes in each of its claims."""
    pair = (claims[finding.pair.left_id], claims[finding.pair.right_id])
    return Issue(finding, pair, clash_spans(finding, pair), numbers_at_issue(finding, pair))


def is_one_number(ours: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
    """Whether some number is told in both."""
    return any(
        (one.low, one.high) == (other.low, other.high) and can_count_one(one, other)
        for one, other in product(ours, theirs)
    )


def can_count_one(one: Quantity, other: Quantity) -> bool:
    """Whether two numbers are of one unit and size, or one thing befell those they count, as far as it is told."""
    if one.unit or other.unit:
        return one.unit == other.unit and are_of_a_size(one, other)
    return one.verb == other.verb or not (one.verb and other.verb)


def matters(findings: Sequence[Finding], claims: Mapping[str, Claim], friends: Friends) -> list[list[Issue]]:
    """The findings in groups, each of one matter, in the order of their leading findings.

    Two findings are of one matter where both claims of the one are, or say the same as, both claims of the other, and
    where both dispute one number, date, place, actor or denial in one claim. Numbers are to be the same ones: who was
    killed is one matter, who was injured another. That the model takes one finding for a conflict and the other for an
    update makes no difference: 12 killed, 15 and 14 are one toll.
    """
    issues = [issue_of(finding, claims) for finding in findings]
    groups = {issue: [issue] for issue in issues}
    told_by: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        near = [other for claim in issue.pair for like in friends[claim.claim_id] for other in told_by[like]]
        for other in near:
            ours, theirs = groups[issue], groups[other]
            if ours is not theirs and issue.is_of_one_matter(other, friends):
                theirs += ours
                groups.update(dict.fromkeys(ours, theirs))
        for claim in issue.pair:
            told_by[claim.claim_id].append(issue)
    once = {id(group): in_order(group) for group in groups.values()}
    return sorted(once.values(), key=lambda group: standing(group[0]))


def friends_of(claims: Mapping[str, Claim], scored: Iterable[ScoredPair]) -> Friends:
    """For each claim itself, those in the same words, and those that clearly agree with it."""
    told: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for claim in claims.values():
        told[tuple(WORD.findall(claim.text.casefold()))].add(claim.claim_id)
    friends = {claim_id: set(copies) for copies in told.values() for claim_id in copies}
    for one in scored:
        if one.scores.agree >= AGREES and friends.keys() >= {one.pair.left_id, one.pair.right_id}:
            friends[one.pair.left_id].add(one.pair.right_id)
            friends[one.pair.right_id].add(one.pair.left_id)
    return {claim_id: frozenset(said) for claim_id, said in friends.items()}


def in_order(issues: Sequence[Issue]) -> list[Issue]:
    """The findings of a card by probability, tensions last.

    A conflict leads if it is at least `CONFLICT_LEADS` times as likely as the likeliest update.
    """
    ranked = sorted(issues, key=leading)
    likeliest = next((one for one in ranked if one.finding.relation is Relation.CONFLICT), ranked[0])
    if likeliest.finding.probability >= CONFLICT_LEADS * ranked[0].finding.probability:
        ranked.sort(key=lambda issue: issue is not likeliest)
    return ranked


def leading(issue: Issue) -> tuple[bool, float, str]:
    """What findings are sorted by: conflicts and updates by probability, then tensions."""
    finding = issue.finding
    return finding.relation is Relation.TENSION, -finding.probability, finding.finding_id


def standing(issue: Issue) -> tuple[bool, float, str]:
    """What cards are filled by: conflicts first, then by probability."""
    finding = issue.finding
    return finding.relation is not Relation.CONFLICT, -finding.probability, finding.finding_id
