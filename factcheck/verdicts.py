"""What a person should see of a scored pair: the relation that is flagged, what clashes, and why, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from factcheck.aligned import TextClash, quote_around
from factcheck.attribution import UNNAMED
from factcheck.compared import compared_clash, unit_span
from factcheck.events import (
    SidedClaim as SidedClaim,
    called,
    event_decision,
    is_one_story,
    with_odds,
    with_time_for_updates,
)
from factcheck.matching import is_one_name, shared_dates
from factcheck.names import PRONOUNS, word_set
from factcheck.records import (
    Claim,
    ClaimKind,
    ClaimPair,
    Clash,
    ConflictType,
    Finding,
    Quantity,
    Relation,
    RelationScores,
    ScoredPair,
    Span,
)
from factcheck.vocabulary import percent

UNDECIDED_SHARE = 0.33
"""Two relations count together only if the less likely one has at least this share of the other's probability."""

RUNNING_COUNT_SHARE = 0.25
"""A growing count or a moving price is an update, not a conflict, if the model finds an update at least this likely."""

LEAST_QUOTED_WORDS = 4
"""What is quoted of a claim in which nothing is known to clash has at least so many words."""

FEWEST_QUOTED_WORDS = 6
"""A clause of fewer words is quoted with the rest of its sentence, if that is short."""

SHORT_CLAIM = 120
"""A sentence of so many characters is short."""

NOBODY_NAMED = "an unnamed source"
"""A speaker whom the text does not name; two of them need not be one."""

_MOVES = word_set(
    "fall rise drop climb trade close slide slip gain jump surge soar plunge tumble edge hover open sink rally"
)
"""What a price or rate does from day to day."""

_PARTNERS = (Relation.UPDATE, Relation.TENSION)
_INNER_MARKS = str.maketrans("“”", "‘’")
_LINK = re.compile(r",|\s(?:of|in|at|from|for|with|to|on|near|close)\s")
_MARKS = re.compile(r"[“”\"‘]|(?<!\w)'")
_WEB_ADDRESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}\b")
_WORD = re.compile(r"[^\s.,;:!?()\"'“”‘’]+")
_PLURALS = frozenset({"police", "people", "men", "women", "they", "we"})
_ANY = PRONOUNS | {"a", "an", "one", "another", "some", "any"}
_POINTERS = PRONOUNS | {"this", "these", "that", "those"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """How sure to be before flagging: the least probability of each flagged relation."""

    name: str
    conflict: float
    update: float
    tension: float

    def __post_init__(self) -> None:
        for relation in ("conflict", "update", "tension"):
            if not 0.0 <= getattr(self, relation) <= 1.0:
                raise ValueError(f"threshold {relation} must be between 0 and 1, got {getattr(self, relation)}")

    def of(self, relation: Relation) -> float:
        """The least probability at which a relation is flagged."""
        return float(getattr(self, relation.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The relation that is flagged, how likely it is after the event checks, and what there is to say about that."""

    relation: Relation
    probability: float
    remarks: tuple[str, ...] = ()


def find(scored: ScoredPair, left: SidedClaim, right: SidedClaim, point: OperatingPoint, run_id: str) -> Finding | None:
    """The finding about a pair, or None where no flagged relation is likely enough.

    `probability` is the model's, lowered where the times speak against one event (`event_decision`) or, of an update,
    where both articles are of one day. Where two relations are likely enough only together, it is that of both.
    `scores` stay the model's own.
    """
    clash = compared_clash(scored, left.claim, right.claim)
    ruling = ruling_on(scored.scores, clash, (left, right), point)
    if ruling is None:
        return None
    return Finding(
        finding_id=scored.pair.finding_id,
        pair=scored.pair,
        relation=ruling.relation,
        probability=ruling.probability,
        scores=scored.scores,
        conflict_type=None if ruling.relation is Relation.TENSION else clash.conflict_type,
        clash=in_bodies(clash, left.claim, right.claim),
        reasons=(
            what_they_say((left, right), clash, scored.pair),
            who_differs(left, right, ruling.relation),
            *ruling.remarks,
            *why_compared(scored),
            *caveats(left, right),
        ),
        model_id=scored.model_id,
        run_id=run_id,
    )


def ruling_on(
    scores: RelationScores, clash: TextClash, sides: tuple[SidedClaim, SidedClaim], point: OperatingPoint
) -> Ruling | None:
    """What is flagged once the event checks had their say, and whether it is a running count.

    None also where the articles tell two stories (`is_one_story`), where the claims are in the same words, or one is in
    the words of the other, and where the numbers that differ add up: they say the same, whatever the model says.
    """
    if in_same_words(*(side.claim.text for side in sides)) or quotes_the_other(*(side.claim for side in sides)):
        return None
    if is_part_of_whole(clash, sides):
        return None
    event = event_decision(*sides, scores)
    weighed = with_time_for_updates(with_odds(scores, event.odds), *sides)
    ruling = flagged(weighed, point) if event.is_one else None
    if ruling is None:
        return None
    ruling = replace(ruling, remarks=(*ruling.remarks, event.reason))
    ruling = running_count(ruling, scores, clash, sides)
    return ruling if is_one_story(*sides, ruling.relation) else None


def in_same_words(left: str, right: str) -> bool:
    """Whether two texts differ in case, spaces and punctuation at most."""
    ours, theirs = (_WORD.findall(text.casefold()) for text in (left, right))
    return ours == theirs


def quotes_the_other(left: Claim, right: Claim) -> bool:
    """Whether all words of one claim stand in a row in the other, which negates no more: one quotes, the other frames.

    Of 46 such pairs with labels, of news that the relation model is trained and tuned on, all agree.
    """
    if len(left.facts.negations) != len(right.facts.negations):
        return False
    shorter, longer = sorted((_WORD.findall(claim.text.casefold()) for claim in (left, right)), key=len)
    return len(shorter) >= LEAST_QUOTED_WORDS and f" {' '.join(shorter)} " in f" {' '.join(longer)} "


def is_part_of_whole(clash: TextClash, sides: tuple[SidedClaim, SidedClaim]) -> bool:
    """Whether the numbers that differ are the whole and a part: "10 tourists and two pilots" are "12 people".

    The other part stands beside the first and is said to have met the same fate, so that "two killed and ten injured"
    are no twelve dead.
    """
    left, right = clashing_numbers(clash, sides)
    if clash.conflict_type is not ConflictType.NUMBER or left is None or right is None:
        return False
    return any(
        one != part
        and one.verb == part.verb
        and one.unit == part.unit == whole.unit == ""
        and adds_up(one, part, whole)
        for whole, part, beside in ((left, right, sides[1]), (right, left, sides[0]))
        for one in beside.claim.facts.quantities
    )


def adds_up(one: Quantity, other: Quantity, whole: Quantity) -> bool:
    """Whether two exact numbers make a third."""
    are_exact = all(number.low == number.high for number in (one, other, whole))
    return are_exact and one.low + other.low == whole.low


def flagged(scores: RelationScores, point: OperatingPoint) -> Ruling | None:
    """The likeliest relation that reaches its threshold.

    Where none does, conflict counts together with tension or with update, against the higher of both thresholds.
    """
    passing = [relation for relation in (*_PARTNERS, Relation.CONFLICT) if scores.of(relation) >= point.of(relation)]
    if passing:
        relation = max(passing, key=scores.of)
        return Ruling(relation=relation, probability=scores.of(relation))
    return max(_both_together(scores, point), key=lambda ruling: ruling.probability, default=None)


def _both_together(scores: RelationScores, point: OperatingPoint) -> Iterator[Ruling]:
    for partner in _PARTNERS:
        probability = min(1.0, scores.conflict + scores.of(partner))
        likelier, other = sorted((Relation.CONFLICT, partner), key=scores.of, reverse=True)
        is_undecided = scores.of(other) >= UNDECIDED_SHARE * scores.of(likelier)
        if is_undecided and probability >= max(point.conflict, point.of(partner)):
            remark = (
                f"Likely enough only as one of two: {likelier} ({percent(scores.of(likelier))}) "
                f"or {other} ({percent(scores.of(other))})."
            )
            yield Ruling(relation=likelier, probability=probability, remarks=(remark,))


def running_count(
    ruling: Ruling, scores: RelationScores, clash: TextClash, sides: tuple[SidedClaim, SidedClaim]
) -> Ruling:
    """The ruling, turned from conflict to update where a figure has moved from one day's report to a later one's.

    That is a count that has grown, and a price or rate that both say fell, closed or traded, of no day in common.
    """
    days = [side.article.published_on for side in sides]
    if ruling.relation is not Relation.CONFLICT or clash.conflict_type is not ConflictType.NUMBER:
        return ruling
    if not days[0] or not days[1] or days[0] == days[1] or scores.update < RUNNING_COUNT_SHARE * scores.conflict:
        return ruling
    left, right = clashing_numbers(clash, sides)
    before, after = (left, right) if days[0] < days[1] else (right, left)
    if before is None or after is None:
        return ruling
    if before.unit and {before.verb, after.verb} <= _MOVES and not shared_dates(sides[0].claim, sides[1].claim):
        remark = "Both tell how a figure moved, on two days: an update, not a conflict."
    elif not before.unit and after.low > before.high:
        remark = "The later report counts more, as a running count does: an update, not a conflict."
    else:
        return ruling
    return Ruling(relation=Relation.UPDATE, probability=ruling.probability, remarks=(remark, *ruling.remarks))


def clashing_numbers(clash: TextClash, sides: tuple[SidedClaim, SidedClaim]) -> tuple[Quantity | None, Quantity | None]:
    """The quantities that stand at the stretches that clash, left and right."""
    left, right = sides
    return quantity_at(left.claim, clash.left), quantity_at(right.claim, clash.right)


def quantity_at(claim: Claim, span: Span | None) -> Quantity | None:
    """The quantity of a claim that stands at a span."""
    return next((quantity for quantity in claim.facts.quantities if quantity.span == span), None)


def in_bodies(clash: TextClash, left: Claim, right: Claim) -> Clash | None:
    """A clash between two claims' texts as spans of their articles' bodies."""
    if clash.left is None or clash.right is None:
        return None
    return Clash(
        left=Span(start=left.start + clash.left.start, end=left.start + clash.left.end),
        right=Span(start=right.start + clash.right.start, end=right.start + clash.right.end),
    )


def what_they_say(sides: tuple[SidedClaim, SidedClaim], clash: TextClash, pair: ClaimPair) -> str:
    """Both claims, each with who says it, cut down to the clause that clashes, or to the unit that was compared."""
    left, right = sides
    said = []
    for side, beside, span, unit in (
        (left, right, clash.left, pair.left_unit),
        (right, left, clash.right, pair.right_unit),
    ):
        shown = span or (unit_span(side.claim, unit) if unit else None)
        said.append(f"{who_says(side, beside)} “{quoted(side.claim.text, shown)}”")
    return sentence_case("; ".join(said)) + "."


def who_says(side: SidedClaim, beside: SidedClaim) -> str:
    """Who asserts a claim, with the verb: "the BBC says", "sources, in the BBC, say"."""
    return f"{sayer(side, beside)} {'say' if are_several(speaker_name(side.claim)) else 'says'}"


def sayer(side: SidedClaim, beside: SidedClaim) -> str:
    """Who asserts a claim: the outlet, its headline, or a speaker in it."""
    name = called(side, beside)
    if side.claim.speaker:
        return f"{speaker_name(side.claim)}, in {name},"
    return f"the headline of {name}" if side.claim.kind is ClaimKind.HEADLINE else name


def speaker_name(claim: Claim) -> str:
    """The speaker of a claim in words; empty where the outlet itself asserts it."""
    name = claim.speaker.name if claim.speaker else ""
    return NOBODY_NAMED if name == UNNAMED else name


def are_several(speaker: str) -> bool:
    """Whether a speaker takes a verb in the plural: "sources", "two officials", "Carter and Lee"; Reuters does not."""
    head = _LINK.split(speaker, maxsplit=1)[0]
    last = head.split()[-1] if head.split() else ""
    is_common = last.islower() and (last in _PLURALS or (last.endswith("s") and not last.endswith(("ss", "us", "is"))))
    return is_common or (" and " in head and not head.startswith("the "))


def quoted(text: str, span: Span | None) -> str:
    """The clause around a span, else the first words up to a clause's end, on one line; dots stand where it is cut.

    A short sentence in which nobody is quoted is shown whole rather than a scrap of it: "What's more" says nothing.
    """
    clause = quote_around(text, span or _opening(text))
    is_scrap = len(_WORD.findall(text[clause.start : clause.end])) < FEWEST_QUOTED_WORDS
    if is_scrap and len(text) <= SHORT_CLAIM and not _MARKS.search(text):
        clause = Span(start=0, end=len(text.rstrip(" .\n")) or 1)
    shown = within_quotes(text[clause.start : clause.end])
    before, after = text[: clause.start].rstrip(" “\"'"), text[clause.end :].lstrip(" ”\"'")
    is_cut = (before[-1:].isalnum() and not before.endswith("that"), after[:1].isalnum())
    return f"{'… ' * is_cut[0]}{shown}{' …' * is_cut[1]}"


def within_quotes(text: str) -> str:
    """A text on one line, as it stands between quotation marks: with single marks for its own double ones."""
    return " ".join(text.translate(_INNER_MARKS).split())


def _opening(text: str) -> Span:
    """The first words of a text: as many as say something, where a clause may end after "Separately"."""
    words = [*_WORD.finditer(text)][:LEAST_QUOTED_WORDS]
    return Span(start=0, end=words[-1].end() if words else 1)


def who_differs(left: SidedClaim, right: SidedClaim, relation: Relation) -> str:
    """Whether two outlets differ, two speakers, or a speaker and an outlet."""
    verb = "differ, perhaps because time passed" if relation is Relation.UPDATE else "disagree"
    speakers = [speaker_name(side.claim) for side in (left, right)]
    if all(speakers):
        if all(map(is_somebody, speakers)) and is_one_name(*(name.casefold() for name in speakers)):
            return f"Two reports of what one speaker said {verb}: {speakers[0]}."
        if all(name.casefold() in PRONOUNS | {NOBODY_NAMED} for name in speakers):
            return f"Two speakers, neither of them named, {verb}."
        if speakers[0].casefold() == speakers[1].casefold():
            return f"Two speakers, both called “{speakers[0]}”, {verb}."
        return f"Two speakers {verb}: {speakers[0]} and {speakers[1]}."
    if any(speakers):
        side, beside = (left, right) if speakers[0] else (right, left)
        return f"A speaker and an outlet {verb}: {speaker_name(side.claim)} and {called(beside, side)}."
    is_one_outlet = left.article.source is not None and left.article.source == right.article.source
    return f"Two {'reports of one outlet' if is_one_outlet else 'outlets'} {verb}."


def is_somebody(speaker: str) -> bool:
    """Whether a speaker is one and the same wherever so called: not "he", "a UN official", "officials" or "police"."""
    is_any = speaker.split()[0].casefold() in _ANY
    return not (is_any or are_several(speaker)) and any(map(str.isupper, speaker))


def why_compared(scored: ScoredPair) -> Iterator[str]:
    """What the two claims have in common, as one sentence; what is not known of them is a caveat."""
    known = [evidence for evidence in scored.pair.evidence if not evidence.endswith(" unknown")]
    if known:
        yield f"Grounds for comparing: {'; '.join(known).removesuffix('.')}."


def caveats(left: SidedClaim, right: SidedClaim) -> Iterator[str]:
    """What a reader should know: unknown days, whom a pronoun means, and that one tells of what is not yet a fact."""
    for side, beside in ((left, right), (right, left)):
        name = called(side, beside)
        if side.article.published_on is None and not side.is_date_assumed:
            yield f"The publication date of {name} is unknown."
        if pointer := unresolved_word(side.claim):
            yield f"Whom or what “{pointer}” means in {name} is not resolved."
    for side, beside in ((left, right), (right, left)):
        modality = side.claim.facts.modality
        if modality and not beside.claim.facts.modality:
            one, other = called(side, beside), called(beside, side)
            yield f"{sentence_case(one)} tells of what is {modality}, {other} of a fact."


def unresolved_word(claim: Claim) -> str:
    """The word of a claim that points to something outside of it; empty where there is none."""
    for span in claim.facts.unresolved:
        return claim.text[span.start : span.end].casefold()
    first = claim.standalone_text.lstrip("“”\"'‘ ").split(maxsplit=1)[0].casefold()
    return first if first in _POINTERS else ""


def sentence_case(words: str) -> str:
    """The words with a capital first letter and the rest as it is; a web address that comes first stays as it is."""
    if _WEB_ADDRESS.match(words):
        return words
    return words[:1].upper() + words[1:]
