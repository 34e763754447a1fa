"""Long sentences and quotations of several sentences come apart where that is clear, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.attribution import load_parser
from factcheck.facts import CLAIM_RULES, claims_of
from factcheck.ingest import ingest
from factcheck.pipeline import UNIT_MARGIN, UnitsCompared, reindex, scan
from factcheck.records import ClaimPair, Span, Unit, claim_and_number, wording_id
from tests.fakes import RuleRelationModel, fake_parts, make_article, make_claim

LONG = "officials from both countries met for a third day of talks in the old town hall by the river"


def units_in(body: str) -> list[str]:
    """How the units of a one-sentence article read."""
    [claim] = claims_of(make_article(body), load_parser())
    return [unit.text for unit in claim.units]


def test_a_quotation_of_several_sentences_yields_each_with_its_speaker():
    """Each sentence is a unit; the claim and its span stay the whole, and so does the speaker."""
    body = "“The dam is safe. The gates will open on Friday morning,” the engineer Ada Novak told reporters."
    [claim] = claims_of(make_article(body), load_parser())
    assert [unit.text for unit in claim.units] == ["The dam is safe.", "The gates will open on Friday morning."]
    assert (claim.text, claim.speaker and claim.speaker.name) == (body, "Ada Novak")


def test_main_clauses_of_a_long_sentence_are_units():
    """Two statements joined by "and" are compared one by one."""
    body = f"The army shelled the northern town before dawn, and {LONG}."
    assert units_in(body) == ["The army shelled the northern town before dawn.", f"{LONG.capitalize()}."]


def test_what_is_said_is_a_unit_without_who_says_it():
    """The words that name the speaker go, since he is kept beside the claim."""
    body = (
        "The senior official, who spoke on condition of anonymity because the talks in the capital are closed to the "
        "press, said that Russia backed the resolution on the disputed valley."
    )
    assert units_in(body) == ["Russia backed the resolution on the disputed valley."]


def test_a_clause_without_a_subject_gets_the_one_before():
    """ "… and rejected" is said of the ministry."""
    body = (
        "The foreign ministry summoned the ambassador on Tuesday evening over the raid near the border and rejected "
        "every claim that the neighbouring state had made in its letter to the council."
    )
    assert units_in(body)[1].startswith("The foreign ministry rejected every claim")


def test_a_verb_that_the_parser_joins_without_a_link_parts_nothing():
    """It is not the smoke that could be heard; and who reports it all is no clause of its own."""
    smoke = "On Friday smoke rose over the harbour of the old town as shots and cries could be heard in the streets"
    assert units_in(f"{smoke} around it, though it was unclear who had come.") == []
    hired = "Ada Field hired a firm to mend the roads of the town before the race in May"
    paid = "skipped out on paying it for two years"
    assert units_in(f"{hired} and {paid}, the Daily Courier reported on Monday.") == [
        f"{hired}.",
        f"Ada Field {paid}.",
    ]


def test_a_number_stays_with_the_subject_that_is_repeated():
    """ "Flight 175", not "Flight"; and "even though" goes as "though" does."""
    body = f"Flight 175 left for the coast at dawn and turned around over the sea, even though {LONG}."
    assert "Flight 175 turned around over the sea." in units_in(body)
    assert not any(unit.startswith("Even") for unit in units_in(body))


def test_a_concession_comes_apart_only_from_a_clause_that_stands_alone():
    """ "Although … asked for a veto" says little without "it did not oblige", which needs the rest to be understood."""
    body = (
        "Although the government in the capital had asked the ally for a veto of the draft, it did not oblige and took "
        "up the older resolutions on the valley in a text of its own."
    )
    assert not any(unit.startswith("The government") for unit in units_in(body))
    standing = body.replace("it did not oblige", "the ally did not oblige")
    assert any(unit.startswith("The government") for unit in units_in(standing))


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        (
            "This has come after Norway voiced its support for the treaty.",
            "Norway voiced its support for the treaty.",
        ),
        ("It comes as Norway withdraws from the treaty.", "Norway withdraws from the treaty."),
        ("That came just two days after Norway had signed the treaty.", "Norway had signed the treaty."),
    ],
)
def test_what_this_comes_after_stands_alone(body: str, stated: str):
    """ "This" points at another sentence; what it came after is all that the sentence states by itself."""
    [claim] = claims_of(make_article(body), load_parser())
    assert (claim.text, claim.standalone_text, claim.facts.unresolved) == (body, stated, ())


def test_what_a_named_thing_comes_after_is_a_unit():
    """The resignation is a statement, too, so that the sentence stays whole beside what it came after."""
    body = "The minister's resignation came two days after Norway had signed the treaty."
    [claim] = claims_of(make_article(body), load_parser())
    assert (claim.standalone_text, [unit.text for unit in claim.units]) == (body, ["Norway had signed the treaty."])


@pytest.mark.parametrize(
    "body",
    [
        "She came to his defence after the senator had attacked him on Monday.",
        "It comes as no surprise that the talks have failed.",
        "The storm came ashore in the north as a hurricane of the second category.",
    ],
)
def test_what_comes_otherwise_is_compared_whole(body: str):
    """Who comes somewhere does something."""
    [claim] = claims_of(make_article(body), load_parser())
    assert (claim.standalone_text, claim.units) == (body, ())


def test_parts_between_semicolons_are_units():
    """A list of statements is one sentence to the eye only."""
    body = (
        "The report said that twelve people died in the north of the country; four bridges were washed away; "
        "the army has rescued several hundred villagers from their roofs."
    )
    assert "Four bridges were washed away." in units_in(body)


@pytest.mark.parametrize(
    "body",
    [
        "Russia backed the resolution, and China opposed it.",
        f"The minister denied on Monday that the army had shelled the northern town before dawn while {LONG}.",
        f"The spokesman did not say that the army had shelled the northern town before dawn or that {LONG}.",
        f"If the army shells the northern town before dawn on Monday, {LONG.replace('met', 'will meet')}.",
    ],
    ids=["short", "denied", "not said", "conditional"],
)
def test_what_nobody_asserts_by_itself_is_no_unit(body: str):
    """Short sentences stay whole, and what is denied, left unsaid or conditional is nobody's claim."""
    assert not [unit for unit in units_in(body) if "shell" in unit or "Russia" in unit]


def test_he_who_says_it_of_himself_is_named():
    """“Qureshi said that he had sent” is about Qureshi; the words of the article stay as they are."""
    body = (
        "Speaking to reporters outside the ministry in the capital on Monday night, Foreign Minister Shah Mahmood "
        "Qureshi said that he had sent a formal letter to the president of the council."
    )
    [claim] = claims_of(make_article(body), load_parser())
    [unit] = claim.units
    assert unit.text == "Shah Mahmood Qureshi had sent a formal letter to the president of the council."
    assert claim.text[unit.span.start : unit.span.end] == "he had sent a formal letter to the president of the council"


def test_ids_of_wordings_can_be_read_back():
    """The whole has the claim's own id, a unit its number behind it."""
    assert [claim_and_number(wording_id("abc", number)) for number in (0, 2)] == [("abc", 0), ("abc", 2)]


def test_of_one_pair_of_claims_the_two_most_alike_wordings_are_compared():
    """However many units two sentences have, they are one pair; ties go to the wholes."""
    seen = UnitsCompared()
    seen.see("b:1", "a", 0.7)
    seen.see("a:2", "b:1", 0.8)
    seen.see("a", "b", 0.8)
    assert seen.noted(ClaimPair(left_id="a", right_id="b", similarity=0.8)).left_unit == 0
    seen.see("a:2", "b:1", 0.9)
    pair = seen.noted(ClaimPair(left_id="a", right_id="b", similarity=0.9))
    assert (pair.left_unit, pair.right_unit) == (2, 1)
    assert 0 < UNIT_MARGIN < 0.1


def test_the_model_reads_the_unit_and_the_finding_quotes_the_sentence(tmp_path: Path):
    """What clashes is found within the unit; provenance is the sentence of the article."""
    long = make_article(f"The army shelled the northern town before dawn, and {LONG}.", "alpha")
    short = make_article("The army never shelled the northern town before dawn.", "beta")
    parts = fake_parts(tmp_path)
    ingest(parts, [long, short])
    scan(parts)
    [finding] = parts.store.findings()
    sides = {finding.pair.left_id: finding.pair.left_unit, finding.pair.right_id: finding.pair.right_unit}
    [(claim_id, unit)] = [side for side in sides.items() if side[1]]
    claim = parts.store.claim(claim_id)
    assert (claim.text, claim.units[unit - 1].text) == (long.body, "The army shelled the northern town before dawn.")
    assert "never" in finding.reasons[0]
    assert "town hall" not in finding.reasons[0]


def test_articles_that_earlier_rules_read_are_read_anew(tmp_path: Path):
    """Reindex reads them anew, their claims keep their ids, and another ingest has nothing left to do."""
    article = make_article(f"The army shelled the northern town before dawn, and {LONG}.")
    parts = fake_parts(tmp_path)
    old = [replace(claim, units=()) for claim in claims_of(article, load_parser())]
    parts.store.save_article(article, old, rules="1")
    summary = reindex(parts)
    [claim] = parts.store.claims_of_article(article.article_id)
    assert (summary.counts["read_anew"], claim.claim_id, len(claim.units)) == (1, old[0].claim_id, 2)
    assert parts.claim_index.claim_ids() == set(claim.wordings)
    assert parts.store.articles_read_otherwise(CLAIM_RULES) == []
    assert ingest(parts, [article]).counts["unchanged"] == 1


def test_a_pair_of_which_other_units_are_compared_is_scored_again(tmp_path: Path):
    """What the model said of the wholes says nothing of the units."""
    parts = fake_parts(tmp_path)
    ingest(parts, [make_article("The army shelled the town.", "alpha"), make_article("The army shelled it.", "beta")])
    scan(parts)
    [pair] = [one.pair for one in parts.store.scored_pairs(*keys(parts))]
    parts.store.save_matches(keys(parts)[0], [], [pair], {})
    assert parts.store.pairs_to_score(*keys(parts)) == []
    parts.store.save_matches(keys(parts)[0], [], [replace(pair, left_unit=1)], {})
    assert parts.store.pairs_to_score(*keys(parts)) == [replace(pair, left_unit=1)]


def keys(parts) -> tuple[str, str]:
    """The match key and the model of some parts."""
    from factcheck.pipeline import match_key

    return match_key(parts), RuleRelationModel().model_id


def test_a_unit_lies_within_its_claim():
    """A unit that ends behind the text is refused."""
    article = make_article("The army shelled the town.")
    with pytest.raises(ValueError, match="ends behind"):
        make_claim(article, article.body, units=(Unit(span=Span(start=0, end=99), text="x"),))
