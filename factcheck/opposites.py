"""Words that cannot both be said of one thing: for and against, won and lost, open and closed; and two causes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from factcheck.aligned import CLAUSE_END, Side, TextClash
from factcheck.records import ConflictType, Span


class Opposites(NamedTuple):
    """Words that say one thing of a matter, and words that say the contrary; * stands for any ending."""

    conflict_type: ConflictType
    one: str
    other: str


_OUTCOMES = (
    ("won|win|wins|winning|victor*|triumph*", "lost|lose|loses|losing|loss|defeat*"),
    ("succeed*|success*|breakthrough|agreement|a deal|compromise", "fail*|unsuccessful*|deadlock*|stalemate|no deal"),
    (
        "passed|passes|adopted|approved|ratified|enacted",
        "rejected|defeated|voted down|blocked|vetoed|threw out|turned down|scrapped",
    ),
    ("guilty|convict*|found liable", "acquit*|not guilty|exonerat*"),
    ("surviv*|rescued|unharmed|unhurt", "died|dies|dead|killed|perished|drowned"),
    (
        "rose|rise|rises|risen|rising|climb*|gain*|increas*|grew|grow*|surg*|soar*|jump*|expand*|improv*|strengthen*",
        "fell|fall|falls|fallen|falling|drop*|declin*|decreas*|shrank|shrink*|plung*|slump*|slid|worsen*|weaken*",
    ),
    ("upheld|uphold*|affirm*", "overturn*|struck down|quash*|revers*"),
    ("convince*|persuad*|reassur*", "unconvinced|unpersuaded"),
    ("improv*", "deteriorat*"),
    ("destroyed|ruined|gutted", "saved|spared|intact|undamaged|unscathed"),
)
_STATUSES = (
    ("at large|on the run|freed|released|walked free", "in custody|arrest*|jail*|detain*|behind bars|captured"),
    ("closed|shut|closes|shuttered|blocked|suspended|cancel*", "open|opened|reopen*|cleared|resum*|went ahead"),
    ("alive|living|recovering", "dead|died|killed"),
    ("missing|unaccounted", "found|located|recovered|accounted"),
    ("is over|was over|ended|lifted|called off", "continu*|ongoing|goes on|under way|underway"),
    ("holding|in force|intact|valid|binding", "collapsed|broken|broke down|expired|void|lapsed"),
    ("running|operating|operational|online|on track", "shut down|offline|idle|halted|stalled|dormant"),
    ("married", "divorc*|single|separated|unmarried"),
    ("pending|undecided|unresolved", "closed|decided|settled|dismissed|resolved"),
    ("staying|remains in office|in charge|stays on", "fired|resigned|resigning|stepped down|stepping down|quit"),
    ("legal|lawful|allowed|permitted|constitutional", "illegal|unlawful|banned|prohibited|unconstitutional"),
    ("under control|contained", "out of control|spreading"),
)
_POSITIONS = (
    (
        "backs|backed|backing|support|supports|supported|supporting|favours|favors|favoured|favored|in favour|in favor"
        "|endors*|approves of|approved of|welcom*|agreed to|agrees|vote for|voted for|advocat*|embrac*|accepted|accepts"
        "|prais*|hail*|applaud*",
        "oppose|opposes|opposed|opposing|reject|rejects|rejected|rejecting|is against|vote against|voted against"
        "|objects|objected|condemn*|criticis*|criticiz*|refuse|refuses|refused|denounc*|disapprov*|slammed|slams|decri*",
    ),
)
OPPOSITES = (
    *(Opposites(ConflictType.OUTCOME, *words) for words in _OUTCOMES),
    *(Opposites(ConflictType.STATUS, *words) for words in _STATUSES),
    *(Opposites(ConflictType.POSITION, *words) for words in _POSITIONS),
)

_CAUSES = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|caused by|as a result of|thanks to|blamed on|attributed to|in response to"
    r"|result(?:ed|s)? from|result of|stem(?:med|s)? from|triggered by|sparked by|prompted by|died (?:of|from)"
    r"|over(?= an? )|after(?= an? ))\s+(?P<why>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_WEAK_CAUSES = ("after", "over")
_MOST_CAUSE_WORDS = 12
_NEGATED_WITHIN = 20
_SHORT = 8


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words.replace('*', r'[a-z]*')})\b", re.IGNORECASE)


_PATTERNS = [(group.conflict_type, _pattern(group.one), _pattern(group.other)) for group in OPPOSITES]


def opposite_clash(left: Side, right: Side) -> TextClash | None:
    """The two opposite words with most common words around them: at least two, or one in a short text."""
    least = 1 if min(len(left.words), len(right.words)) <= _SHORT else 2
    found: list[tuple[int, int, TextClash]] = []
    for number, (conflict_type, one, other) in enumerate(_PATTERNS):
        for ours, theirs in product(_said(left, one, other), _said(right, one, other)):
            if ours.is_one == theirs.is_one or ours.is_negated or theirs.is_negated:
                continue
            shared = len(left.keys_near(ours.span) & right.keys_near(theirs.span))
            found.append((shared, -number, TextClash(conflict_type, ours.span, theirs.span)))
    best = max(found, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] >= least else None


class _Said(NamedTuple):
    span: Span
    is_one: bool
    is_negated: bool


def _said(side: Side, one: re.Pattern[str], other: re.Pattern[str]) -> Iterator[_Said]:
    for pattern, is_one in ((one, True), (other, False)):
        for match in pattern.finditer(side.text):
            span = Span(start=match.start(), end=match.end())
            yield _Said(span, is_one, _is_negated(side, span))


def _is_negated(side: Side, span: Span) -> bool:
    """Whether a negation stands shortly before, in the same clause."""
    return any(
        0 <= span.start - negation.end <= _NEGATED_WITHIN and not CLAUSE_END.search(side.text, negation.end, span.start)
        for negation in side.facts.negations
    )


def cause_clash(left: Side, right: Side) -> TextClash | None:
    """Two causes without a word in common, of something that both speak of."""
    for (ours, is_weak), (theirs, other_is_weak) in product(_causes(left), _causes(right)):
        if is_weak and other_is_weak:
            continue
        inside, others = _keys_in(left, ours), _keys_in(right, theirs)
        around = {word.key for word in left.words} - inside, {word.key for word in right.words} - others
        if inside and others and not inside & others and around[0] & around[1]:
            return TextClash(ConflictType.CAUSE, ours, theirs)
    return None


def _causes(side: Side) -> Iterator[tuple[Span, bool]]:
    """Where a text gives a cause, up to the end of its clause; and whether the words may mean something else."""
    position = 0
    while match := _CAUSES.search(side.text, position):
        start = position = match.start("why")
        stop = CLAUSE_END.search(side.text, start)
        end = stop.start() if stop else len(side.text)
        words = list(re.finditer(r"\S+", side.text[start:end]))[:_MOST_CAUSE_WORDS]
        if words:
            span = Span(start=start, end=start + words[-1].end())
            yield span, side.text[match.start() :].casefold().startswith(_WEAK_CAUSES)


def _keys_in(side: Side, span: Span) -> set[str]:
    return {word.key for word in side.words if span.start <= word.start and word.end <= span.end}
