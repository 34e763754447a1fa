"""Which findings share a card, under which id, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.disputes import MOST_FINDINGS, dispute_ids, group_disputes, one_spelling
from factcheck.records import Article, Claim, Dispute, Finding, Relation, ScoredPair, content_id
from factcheck.verdicts import OperatingPoint, SidedClaim, find
from tests.sample_claims import article, claim, facts, scored

POINT = OperatingPoint(name="any", conflict=0.1, update=0.1, tension=0.1)


def cast(*told: tuple[str, str, str, str]) -> tuple[dict[str, Claim], dict[str, Article]]:
    """Claims and their articles from (claim id, article id, text, names)."""
    claims = {key: claim(key, of, text, facts(text, names), start=0) for key, of, text, names in told}
    articles = {of: article(of, text, f"2019-08-{10 + len(of)}") for _, of, text, _ in told}
    return claims, articles


RUSSIA_AND_SUPPORT = cast(
    ("r1", "x", "Russia backed the resolution on Kashmir despite its ties with India.", "Russia|Kashmir|India"),
    ("r2", "x", "India requested Russia to veto the resolution, it did not oblige.", "India|Russia"),
    ("r3", "yy", "Russia voiced its support in the favour of India.", "Russia|India"),
    ("r4", "yy", "Russia had backed the move of the Modi government on Kashmir.", "Russia|Modi=india|Kashmir"),
    (
        "s1",
        "zzz",
        "Pakistan has achieved a diplomatic success at the Security Council.",
        "Pakistan|Security Council=un security council",
    ),
    (
        "s2",
        "yy",
        "Pakistan has failed to take the issue to the Security Council.",
        "Pakistan|Security Council=un security council",
    ),
    (
        "s3",
        "x",
        "The session of the Security Council was a diplomatic win for Pakistan.",
        "Security Council=un security council|Pakistan",
    ),
)
PAIRS = (
    scored("r1", "r3", conflict=0.9),
    scored("r1", "r4", conflict=0.8),
    scored("r2", "r3", conflict=0.7),
    scored("s1", "s2", conflict=0.85),
)


def findings_of(pairs: Sequence[ScoredPair], claims: dict[str, Claim], articles: dict[str, Article]) -> list[Finding]:
    """What the verdicts make of the pairs."""
    sided = {key: SidedClaim(claim=one, article=articles[one.article_id]) for key, one in claims.items()}
    found = (find(pair, sided[pair.pair.left_id], sided[pair.pair.right_id], POINT, "run") for pair in pairs)
    return [finding for finding in found if finding]


def grouped(pairs: Sequence[ScoredPair], agreements: Sequence[ScoredPair] = (), known=None) -> list[Dispute]:
    """The disputes among the claims on Russia's position and on international support."""
    claims, articles = RUSSIA_AND_SUPPORT
    return group_disputes(findings_of(pairs, claims, articles), agreements, claims, articles, known or {})


def sides(dispute: Dispute) -> set[frozenset[str]]:
    """The claims on each side."""
    return {frozenset(side.claim_ids) for side in dispute.sides}


def test_findings_on_one_question_are_one_card():
    """Three pairs about Russia are one dispute with two sides; the pair about Pakistan is another."""
    russia, pakistan = grouped(PAIRS)
    assert sides(russia) == {frozenset({"r1", "r2"}), frozenset({"r3", "r4"})}
    assert sides(pakistan) == {frozenset({"s1"}), frozenset({"s2"})}
    assert (russia.relation, russia.probability) == (Relation.CONFLICT, 0.9)
    assert russia.question == (
        "Accounts differ on Russia and India: “backed the resolution on Kashmir despite its ties with India” or "
        "“voiced its support in the favour of India”?"
    )


def test_a_claim_that_agrees_joins_the_side_it_supports():
    """A third outlet agrees with the first; nothing it says was in a finding."""
    _, pakistan = grouped(PAIRS, [scored("s1", "s3", agree=0.8)])
    assert sides(pakistan) == {frozenset({"s1", "s3"}), frozenset({"s2"})}
    _, pakistan = grouped(PAIRS, [scored("s1", "s3", agree=0.79)])
    assert sides(pakistan) == {frozenset({"s1"}), frozenset({"s2"})}


def test_updates_have_cards_of_their_own():
    """A timeline is no conflict, even between the same claims' neighbours."""
    disputes = grouped([scored("r1", "r3", conflict=0.9), scored("r2", "r3", update=0.8)])
    assert [dispute.relation for dispute in disputes] == [Relation.CONFLICT, Relation.UPDATE]


def test_a_card_with_a_conflict_is_a_conflict():
    """However likely the tensions beside it: what a document can settle comes first."""
    [russia] = grouped([scored("r1", "r3", tension=0.9), scored("r2", "r3", conflict=0.4)])
    assert (russia.relation, russia.probability) == (Relation.CONFLICT, 0.4)
    assert russia.question == "Accounts differ on India and Russia"


def test_the_sides_that_a_card_is_named_after_come_first():
    """Also before a side with more claims, which is only in tension with one of them."""
    claims, articles = cast(
        ("a", "w", "Russia backed the resolution.", "Russia"),
        ("b", "xx", "Russia opposed the resolution.", "Russia"),
        ("c", "yyy", "Russia called the resolution a mistake.", "Russia"),
        ("d", "zzzz", "The resolution, which Russia called a mistake, passed.", "Russia"),
    )
    findings = findings_of([scored("b", "c", tension=0.9), scored("a", "b", conflict=0.4)], claims, articles)
    [russia] = group_disputes(findings, [scored("c", "d", agree=0.9)], claims, articles, {})
    assert [side.claim_ids for side in russia.sides] == [("a",), ("b",), ("c", "d")]


def test_a_card_holds_no_more_than_a_person_reads():
    """The finding after the last place opens another card."""
    text, other = "Russia backed the resolution.", "Russia opposed the resolution."
    claims, articles = cast(
        ("b", "beta", other, "Russia"), *((f"a{n:02d}", f"a{n:02d}", text, "Russia") for n in range(MOST_FINDINGS + 1))
    )
    pairs = [scored(key, "b", conflict=0.9) for key in claims if key != "b"]
    disputes = group_disputes(findings_of(pairs, claims, articles), [], claims, articles, {})
    assert sorted(len(dispute.finding_ids) for dispute in disputes) == [1, MOST_FINDINGS]


def test_chains_do_not_grow():
    """A shares a claim with B and B with C; A and C have no word in common, so they are not one question."""
    claims, articles = cast(
        ("a1", "x", "Russia backed the resolution on Kashmir.", "Russia|Kashmir"),
        (
            "a2",
            "yy",
            "Russia opposed the resolution on Kashmir, and France praised the harvest.",
            "Russia|Kashmir|France",
        ),
        ("c1", "zzz", "France praised the harvest and doubted the vintage.", "France"),
        ("c2", "wwww", "France deplored the vintage and the harvest.", "France"),
    )
    pairs = [scored("a1", "a2", conflict=0.9), scored("a2", "c1", conflict=0.8), scored("c1", "c2", conflict=0.7)]
    disputes = group_disputes(findings_of(pairs, claims, articles), [], claims, articles, {})
    of_finding = {one: number for number, dispute in enumerate(disputes) for one in dispute.finding_ids}
    assert of_finding[pairs[0].pair.finding_id] != of_finding[pairs[2].pair.finding_id]


def test_a_conflict_decides_what_stands_with_it():
    """Not a likelier tension beside it, to which other things are alike: those have a card of their own."""
    claims, articles = cast(
        ("a1", "x", "Russia backed the resolution on Kashmir.", "Russia|Kashmir"),
        (
            "a2",
            "yy",
            "Russia opposed the resolution on Kashmir and praised the harvest of Anjou.",
            "Russia|Kashmir|Anjou",
        ),
        ("c1", "zzz", "The harvest of Anjou and the resolution on Kashmir are a disgrace.", "Anjou|Kashmir"),
        ("c2", "wwww", "The harvest of Anjou is a delight.", "Anjou"),
    )
    pairs = [scored("a2", "c1", tension=0.9), scored("c1", "c2", tension=0.7), scored("a1", "a2", conflict=0.4)]
    conflict, tension = group_disputes(findings_of(pairs, claims, articles), [], claims, articles, {})
    assert conflict.relation is Relation.CONFLICT
    assert pairs[1].pair.finding_id in tension.finding_ids


def test_more_origins_come_first():
    """Of what is as likely in percent; what is likelier comes before that, however few report it."""
    claims, articles = cast(
        ("a", "x", "Russia backed the resolution.", "Russia"),
        ("b", "yy", "Russia opposed the resolution.", "Russia"),
        ("c", "zzz", "Russia opposed the resolution.", "Russia"),
        ("d", "x", "France praised the harvest.", "France"),
        ("e", "yy", "France deplored the harvest.", "France"),
    )
    for other, order in ((0.804, [0.8, 0.804]), (0.85, [0.85, 0.8])):
        pairs = [scored("a", "b", conflict=0.8), scored("d", "e", conflict=other)]
        agreements = [scored("b", "c", agree=0.9)]
        disputes = group_disputes(findings_of(pairs, claims, articles), agreements, claims, articles, {})
        assert [dispute.probability for dispute in disputes] == order


def test_a_new_dispute_is_named_after_its_smallest_finding():
    """The id depends on content alone."""
    russia, pakistan = grouped(PAIRS)
    assert russia.dispute_id == content_id("dispute", min(russia.finding_ids))
    assert pakistan.dispute_id == content_id("dispute", min(pakistan.finding_ids))


@pytest.mark.parametrize(
    ("cards", "known", "ids"),
    [
        ([["a", "b"], ["c"]], {"a": "D1", "b": "D1", "c": "D2"}, ["D1", "D2"]),
        ([["a", "b", "c"]], {"a": "D1", "b": "D1", "c": "D2"}, ["D1"]),
        ([["a", "b"]], {"a": "D2", "b": "D1"}, ["D1"]),
        ([["a", "b"], ["c"]], {"a": "D1", "b": "D1", "c": "D1"}, ["D1", content_id("dispute", "c")]),
    ],
    ids=["kept", "merged", "tied", "split"],
)
def test_a_card_keeps_the_id_that_most_of_its_findings_had(
    cards: list[list[str]], known: dict[str, str], ids: list[str]
):
    """Known ids stay with the majority; what splits off gets one of its own."""
    assert dispute_ids(cards, known) == ids


def test_an_id_is_never_given_twice():
    """The name that the first card would have is already that of another dispute."""
    taken = content_id("dispute", "a")
    first, second = dispute_ids([["a"], ["b"]], {"b": taken})
    assert second == taken != first


def test_short_and_long_forms_are_one_name():
    """Qureshi is Shah Mahmood Qureshi; India is not Indiana."""
    spelling = one_spelling(["qureshi", "shah mahmood qureshi", "india", "indiana"])
    assert spelling["qureshi"] == spelling["shah mahmood qureshi"] == "shah mahmood qureshi"
    assert spelling["india"] != spelling["indiana"]


CLAIM_IDS = sorted(RUSSIA_AND_SUPPORT[0])
RELATED = st.sampled_from(["conflict", "update", "tension", "agree"])
PAIRINGS = st.dictionaries(
    st.sampled_from([pair for pair in product(CLAIM_IDS, CLAIM_IDS) if pair[0] < pair[1]]),
    st.tuples(RELATED, st.integers(min_value=35, max_value=99)),
    max_size=12,
)


def split(pairings: dict[tuple[str, str], tuple[str, int]]) -> tuple[list[ScoredPair], list[ScoredPair]]:
    """Pairs to flag and pairs that agree."""
    every = [(relation, scored(*pair, **{relation: percent / 100})) for pair, (relation, percent) in pairings.items()]
    return (
        [pair for relation, pair in every if relation != "agree"],
        [pair for relation, pair in every if relation == "agree"],
    )


@settings(deadline=None, max_examples=40)
@given(PAIRINGS)
def test_every_finding_is_on_one_card_and_no_claim_on_two_sides(pairings):
    """Whatever is flagged and agreed: all findings are there once, and the two claims of each stand apart."""
    flagged, agreements = split(pairings)
    disputes = grouped(flagged, agreements)
    on_cards = sorted(one for dispute in disputes for one in dispute.finding_ids)
    assert on_cards == sorted(pair.pair.finding_id for pair in flagged)
    for dispute in disputes:
        side_of = {one: number for number, side in enumerate(dispute.sides) for one in side.claim_ids}
        assert len(side_of) == sum(len(side.claim_ids) for side in dispute.sides)
        for pair in flagged:
            if pair.pair.finding_id in dispute.finding_ids:
                assert side_of[pair.pair.left_id] != side_of[pair.pair.right_id]


@settings(deadline=None, max_examples=40)
@given(PAIRINGS, st.randoms())
def test_the_order_of_findings_and_agreements_does_not_matter(pairings, shuffle):
    """The same findings in another order give the same cards in the same order."""
    flagged, agreements = split(pairings)
    disputes = grouped(flagged, agreements)
    shuffle.shuffle(flagged)
    shuffle.shuffle(agreements)
    assert grouped(flagged, agreements) == disputes


@settings(deadline=None, max_examples=40)
@given(PAIRINGS, st.integers(min_value=0))
def test_ids_stay_when_a_finding_is_added(pairings, which: int):
    """Every card that holds most of what an old card held has its id, and no id is there twice."""
    flagged, agreements = split(pairings)
    if not flagged:
        return
    before = grouped(flagged[: which % len(flagged)], agreements)
    known = {one: dispute.dispute_id for dispute in before for one in dispute.finding_ids}
    after = grouped(flagged, agreements, known)
    assert len({dispute.dispute_id for dispute in after}) == len(after)
    for old in before:
        for new in after:
            kept = set(old.finding_ids) & set(new.finding_ids)
            others = [known[one] for one in new.finding_ids if one in known and known[one] != old.dispute_id]
            if 2 * len(kept) > len(old.finding_ids) and not others:
                assert new.dispute_id == old.dispute_id
