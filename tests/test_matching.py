"""Which claims are paired, which are left out for which reason, and what is said about why."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.matching import (
    OTHER_STORY_MARGIN,
    PLACE_MARGIN,
    WORDS_MARGIN,
    Matched,
    NamesOfArticles,
    days_in_words,
    demanded_similarity,
    few_words,
    names_in_words,
    pair_claims,
    unordered,
    what_they_share,
)
from factcheck.records import Article, Claim, Facts
from tests.sample_claims import article, claim, count, day, facts

RUSSIA_BACKED = "Russia backed the resolution on Kashmir."
RUSSIA_HELPED = "Moscow voiced support for India on Kashmir."
A = claim("a", "one", RUSSIA_BACKED, facts(RUSSIA_BACKED, "Russia|Kashmir"))
B = claim("b", "two", RUSSIA_HELPED, facts(RUSSIA_HELPED, "Moscow=russia|India|Kashmir"))
ARTICLES = {
    "one": article("one", RUSSIA_BACKED, "2019-08-18"),
    "two": article("two", RUSSIA_HELPED, "2019-08-20"),
}


def matched(claims: list[Claim], articles: Mapping[str, Article], similarity: float = 0.7, **limits: float) -> Matched:
    """What is paired of claims that are all neighbours of each other, equally alike."""
    neighbours = {
        one.claim_id: [(other.claim_id, similarity) for other in claims if other.claim_id != one.claim_id]
        for one in claims
    }
    wanted = {"min_similarity": 0.3, "window_days": 30} | limits
    return pair_claims({one.claim_id: one for one in claims}, articles, neighbours, **wanted)  # type: ignore[arg-type]


def ids(result: Matched) -> list[tuple[str, str]]:
    """The pairs by id."""
    return [(pair.left_id, pair.right_id) for pair in result.pairs]


def test_claims_of_two_outlets_on_one_story_are_paired_once():
    """Both claims name each other as a neighbour; the pair is there once, with the evidence in plain words."""
    result = matched([A, B], ARTICLES)
    assert ids(result) == [("a", "b")]
    assert result.pairs[0].evidence == ("similarity 0.70", "both name Kashmir, Russia")
    assert result.left_out == {}


def test_claims_of_one_article_are_never_paired():
    """An article does not contradict itself."""
    other = claim("b", "one", RUSSIA_BACKED, A.facts)
    assert matched([A, other], ARTICLES).left_out == {"same article": 1}


def test_claims_of_one_origin_are_never_paired():
    """Two copies of one wire story neither confirm nor contradict each other."""
    copies = {"one": ARTICLES["one"], "two": article("two", RUSSIA_HELPED, "2019-08-20", origin_id="one")}
    assert matched([A, B], copies).left_out == {"same origin": 1}


@pytest.mark.parametrize(("published_at", "paired"), [("2019-09-17", True), ("2019-09-18", False)])
def test_the_window_is_inclusive(published_at: str, paired: bool):
    """Articles 30 days apart are within a window of 30 days, 31 days are not."""
    articles = ARTICLES | {"two": article("two", RUSSIA_HELPED, published_at)}
    result = matched([A, B], articles)
    assert ids(result) == ([("a", "b")] if paired else [])
    assert result.left_out == ({} if paired else {"too far apart in time": 1})


def test_reports_years_apart_on_one_dated_event_are_paired():
    """Both say 5 August 2019, so both speak of one past event, whenever they were published."""
    early, late = "India revoked the status on August 5.", "On Aug. 5, 2019, India revoked the special status."
    claims = [
        claim("a", "one", early, facts(early, "India", dates=(day(early, "August 5", "2019-08-05"),))),
        claim("b", "two", late, facts(late, "India", dates=(day(late, "Aug. 5, 2019", "2019-08-05"),))),
    ]
    articles = {"one": article("one", early, "2019-08-06"), "two": article("two", late, "2025-02-07")}
    result = matched(claims, articles)
    assert result.pairs[0].evidence == ("similarity 0.70", "both name India", "both speak of 5 August 2019")


def test_a_whole_year_in_common_is_no_common_date():
    """ "In 2019" and "2019" say nothing about whether two acts are one."""
    text = "India acted in 2019."
    known = facts(text, "India", dates=(day(text, "2019", "2019-01-01", "2019-12-31"),))
    articles = {"one": article("one", text, "2019-08-06"), "two": article("two", text, "2025-02-07")}
    result = matched([claim("a", "one", text, known), claim("b", "two", text, known)], articles)
    assert result.left_out == {"too far apart in time": 1}


def test_an_undated_article_passes_the_window_and_the_evidence_says_so():
    """Nothing is known about its time, so nothing speaks against it; a reader is told."""
    articles = ARTICLES | {"two": article("two", RUSSIA_HELPED, source="The Post")}
    [pair] = matched([A, B], articles).pairs
    assert pair.evidence[-1] == "publication date of The Post unknown"


def test_claims_of_other_stories_need_more_likeness():
    """At the cosine that is enough within one story, strangers are left out."""
    told = "It rained all night and the river rose and rose until at last it reached the old bridge in town."
    strangers = [claim("a", "one", told), claim("b", "two", told)]
    assert matched(strangers, ARTICLES, 0.55).left_out == {"too little alike": 1}
    assert ids(matched(strangers, ARTICLES, 0.3 + OTHER_STORY_MARGIN)) == [("a", "b")]


def test_the_next_neighbours_need_more_likeness_than_the_nearest():
    """A pair counts with the better of its two places, whichever claim it is the neighbour of."""
    assert unordered({"a": [("b", 0.8), ("c", 0.9)], "b": [("a", 0.7)]}) == {("a", "b"): (0.8, 1), ("a", "c"): (0.9, 1)}
    assert unordered({"a": [("b", 0.8), ("c", 0.9)]}) == {("a", "b"): (0.8, 2), ("a", "c"): (0.9, 1)}
    shared = what_they_share(A, B, NamesOfArticles([A, B]))
    nearest, second = (demanded_similarity(shared, place, 0.0, min_similarity=0.3) for place in (1, 2))
    assert second - nearest == pytest.approx(PLACE_MARGIN * log(2))


def test_short_claims_need_more_likeness_than_long_ones():
    """ "It rained." says little that could clash; beyond forty words nothing changes any more."""
    short, usual, long, longest = (claim("a", "one", " ".join(["word"] * count)) for count in (2, 20, 40, 90))
    assert few_words(usual, usual) == 0
    assert few_words(short, usual) == few_words(usual, short) > 0
    assert few_words(long, long) == few_words(longest, longest) < 0
    shared = what_they_share(A, B, NamesOfArticles([A, B]))
    asked = [demanded_similarity(shared, 1, few_words(one, usual), min_similarity=0.3) for one in (short, usual)]
    assert asked[0] - asked[1] == pytest.approx(WORDS_MARGIN * log(4))


def test_a_rare_name_in_common_tells_more_than_a_common_one():
    """Of a hundred articles all carry India and two carry Rafale."""
    text = "India bought Rafale."
    claims = [
        claim("a", "one", text, facts(text, "India|Rafale")),
        claim("b", "two", text, facts(text, "India|Rafale")),
    ]
    claims += [claim(f"c{n}", f"c{n}", text, facts(text, "India")) for n in range(98)]
    names = NamesOfArticles(claims)
    assert names.rarity("rafale") == 1.0
    assert names.rarity("india") < 0.01
    both = what_they_share(claims[0], claims[1], names)
    assert both.names == ("Rafale", "India")


def test_in_a_small_collection_no_name_is_common():
    """Five articles on one subject all name India; that does not make it a word like any other."""
    text = "India acted."
    names = NamesOfArticles([claim(f"c{n}", f"c{n}", text, facts(text, "India")) for n in range(5)])
    assert names.rarity("india") > 0.6


def test_articles_that_share_no_name_tell_other_stories():
    """The likeness of two stories lies between nothing in common and enough in common."""
    flood = claim("c", "three", "Dhaka flooded.", facts("Dhaka flooded.", "Dhaka"))
    names = NamesOfArticles([A, B, flood])
    assert names.story("one", "three") == 0.0
    assert names.story("one", "two") == names.story("two", "one") == 1.0
    other = what_they_share(A, flood, names)
    assert demanded_similarity(other, 1, 0.0, min_similarity=0.3) == pytest.approx(0.3 + OTHER_STORY_MARGIN)


def test_a_claim_keeps_its_best_candidates_only():
    """With one place a claim, the pair that ranks first for either of its claims stays, and the rest is counted."""
    texts = [f"Russia spoke {word}." for word in ("once", "twice", "thrice")]
    claims = [claim(f"c{n}", f"c{n}", text, facts(text, "Russia")) for n, text in enumerate(texts)]
    articles = {one.article_id: article(one.article_id, one.text) for one in claims}
    neighbours = {"c0": [("c1", 0.9), ("c2", 0.8)], "c1": [("c2", 0.7)]}
    by_id = {one.claim_id: one for one in claims}
    result = pair_claims(by_id, articles, neighbours, min_similarity=0.3, window_days=30, max_per_claim=1)
    assert ids(result) == [("c0", "c1"), ("c0", "c2")]
    assert result.left_out == {"both claims have better candidates": 1}


def test_counting_the_same_thing_is_evidence():
    """Two tolls of soldiers are told apart from two mentions of soldiers."""
    texts = ["40 soldiers died in Pulwama.", "44 soldiers died in Pulwama."]
    claims = [
        claim(key, key, text, facts(text, "Pulwama", quantities=(count(text, text[:2], float(text[:2]), "soldier"),)))
        for key, text in zip(("one", "two"), texts, strict=True)
    ]
    assert "both count: soldier" in matched(claims, ARTICLES).pairs[0].evidence


def test_a_claim_that_is_gone_is_left_out():
    """A neighbour that the store no longer has is counted, not an error."""
    result = pair_claims({"a": A}, ARTICLES, {"a": [("gone", 0.9)]}, min_similarity=0.3, window_days=30)
    assert result == Matched(pairs=(), left_out={"claim no longer there": 1})


def test_dates_are_said_in_words():
    """A day is a day, a stretch says where it starts and ends."""
    text = "14 February, August"
    one = day(text, "14 February", "2019-02-14")
    month = day(text, "August", "2019-08-01", "2019-08-31")
    assert days_in_words(one.first, one.last) == "14 February 2019"
    assert days_in_words(month.first, month.last) == "1 August 2019 to 31 August 2019"


NEIGHBOURS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(min_value=0, max_value=1)), max_size=6),
)


@settings(deadline=None)
@given(NEIGHBOURS)
def test_every_neighbour_is_paired_or_left_out_once(neighbours: dict[str, list[tuple[str, float]]]):
    """Pairs and reasons add up to the unordered pairs of different claims; no pair breaks a rule."""
    claims = {key: claim(key, key, "Russia spoke.", Facts()) for key in "abcdef"}
    articles = {
        one.article_id: article(one.article_id, one.text, None, origin_id="wire" if one.claim_id in "ab" else None)
        for one in claims.values()
    }
    result = pair_claims(claims, articles, neighbours, min_similarity=0.2, window_days=3, max_per_claim=2)
    assert len(result.pairs) + sum(result.left_out.values()) == len(unordered(neighbours))
    assert len(set(ids(result))) == len(result.pairs)
    assert ("a", "b") not in ids(result)


@settings(deadline=None)
@given(NEIGHBOURS, st.randoms())
def test_the_order_of_the_neighbours_does_not_matter(neighbours: dict[str, list[tuple[str, float]]], shuffle):
    """The same neighbours in another order give the same pairs and the same counts."""
    claims = {key: claim(key, key, "Russia spoke.", facts("Russia spoke.", "Russia")) for key in "abcdef"}
    articles = {key: article(key, "Russia spoke.") for key in "abcdef"}
    turned = {key: list(nearest) for key, nearest in neighbours.items()}
    keys = list(turned)
    shuffle.shuffle(keys)
    for nearest in turned.values():
        shuffle.shuffle(nearest)
    first = pair_claims(claims, articles, neighbours, min_similarity=0.2, window_days=3, max_per_claim=2)
    again = pair_claims(
        claims, articles, {key: turned[key] for key in keys}, min_similarity=0.2, window_days=3, max_per_claim=2
    )
    assert first == again


def test_names_are_said_once_and_plainly():
    """A reader does not need “Germany’s”, “German” and “Germany”, nor “the the”."""
    surfaces = ["Germany’s", "German", "the The Lakes Office", "Acme", "Acme Chief", "York"]
    assert names_in_words(surfaces) == ["Germany", "the Lakes Office", "Acme", "York"]
