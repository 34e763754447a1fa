"""Where two claims clash and in what, on short sentences with facts written by hand."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.aligned import TextClash, quote_around, stem
from factcheck.clash import clash_between, numbers_agree, value_clash
from factcheck.records import ConflictType, Facts, NameMention, Quantity, Span
from tests.sample_claims import count, day, facts, span


def told(left: str, left_facts: Facts, right: str, right_facts: Facts) -> tuple[str | None, str | None, str | None]:
    """Type and clashing words of two texts."""
    kind, ours, theirs = clash_between(left, left_facts, right, right_facts)
    cut = [text[found.start : found.end] if found else None for text, found in ((left, ours), (right, theirs))]
    return (kind.value if kind else None, cut[0], cut[1])


def toll(text: str, surface: str, low: float, verb: str = "kill", **more: float | str) -> Facts:
    """Facts of a text that counts soldiers."""
    return facts(text, "Pulwama", quantities=(count(text, surface, low, "soldier", verb=verb, **more),))


def test_two_tolls_of_one_attack_clash_in_the_number():
    """The same soldiers are counted, and no number is both 40 and 44."""
    left, right = "40 soldiers were killed in Pulwama.", "The attack in Pulwama killed 44 soldiers."
    assert told(left, toll(left, "40", 40), right, toll(right, "44", 44)) == ("number", "40", "44")


def test_an_open_range_agrees_with_a_number_within_it():
    """ "At least 20" and "23" can both be right."""
    left, right = "At least 20 soldiers were killed in Pulwama.", "23 soldiers were killed in Pulwama."
    assert told(left, toll(left, "At least 20", 20, high="inf"), right, toll(right, "23", 23))[0] is None


def test_killed_and_injured_are_two_counts():
    """ "12 killed" and "15 injured" do not clash, though both count soldiers."""
    left, right = "12 soldiers were killed.", "15 soldiers were injured."
    ours, theirs = (facts(text, quantities=()) for text in (left, right))
    ours = facts(left, quantities=(count(left, "12", 12, "soldier", verb="kill"),))
    theirs = facts(right, quantities=(count(right, "15", 15, "soldier", verb="injure"),))
    assert told(left, ours, right, theirs)[0] is None


def test_numbers_that_agree_are_set_aside_before_others_clash():
    """Both say 12 were injured; what clashes is 40 and 44, whatever else differs from 12."""
    left, right = "40 soldiers died, 12 soldiers were hurt.", "44 soldiers died, 12 soldiers were hurt."
    ours = facts(left, quantities=(count(left, "40", 40, "soldier"), count(left, "12", 12, "soldier")))
    theirs = facts(right, quantities=(count(right, "44", 44, "soldier"), count(right, "12", 12, "soldier")))
    assert told(left, ours, right, theirs) == ("number", "40", "44")


def test_a_likely_number_is_one_that_is_given():
    """Where the model is sure that numbers clash, "at least 2" and "at least 6" are shown, though both can be right."""
    left, right = "A blast in Pulwama left at least 2 soldiers dead.", "At least 6 soldiers died as a truck exploded."
    ours = facts(left, quantities=(count(left, "at least 2", 2, "soldier", high="inf"),))
    theirs = facts(right, quantities=(count(right, "At least 6", 6, "soldier", high="inf"),))
    clash = clash_between(left, ours, right, theirs, likely=ConflictType.NUMBER)
    assert clash == TextClash(ConflictType.NUMBER, span(left, "at least 2"), span(right, "At least 6"))


def test_amounts_of_another_size_measure_another_thing():
    """$82 a share and $103 billion for the firm are no two answers to one question; $82 and $79 are."""
    left = "The offer for Acme was $82 a share."

    def shown(right: str, surface: str, low: float) -> str | None:
        ours = facts(left, "Acme", quantities=(count(left, "$82", 82, unit="usd"),))
        return told(left, ours, right, facts(right, "Acme", quantities=(count(right, surface, low, unit="usd"),)))[0]

    assert shown("The offer for Acme was $103 billion.", "$103 billion", 103e9) is None
    assert shown("The offer for Acme was $79 a share.", "$79", 79) == "number"


def table(start: int, place: str, *, rows: int = 500) -> tuple[str, Facts]:
    """A text that gives many numbers, two apart, each with a place."""
    row = f"{start} people lived in {place}. "
    begins = range(0, rows * len(row), len(row))
    text = "".join(row.replace(str(start), str(start + 2 * number)) for number in range(rows))
    at = row.index(place)
    return text, Facts(
        quantities=tuple(
            Quantity(low=low, high=low, unit="", counted="person", span=Span(start=begin, end=begin + len(str(start))))
            for low, begin in zip(range(start, start + 2 * rows, 2), begins, strict=True)
        ),
        names=tuple(
            NameMention(
                surface=place, normal=place, kind="GPE", span=Span(start=begin + at, end=begin + at + len(place))
            )
            for begin in begins
        ),
    )


@pytest.mark.parametrize(
    ("start", "what"), [(10_001, ConflictType.PLACE), (10_002, ConflictType.NUMBER)], ids=["all agree", "none agrees"]
)
def test_two_long_tables_are_compared_in_no_time(start: int, what: ConflictType):
    """Hundreds of numbers and names on each side take a fraction of a second, and may take five on a slow machine."""
    began = process_time()
    found = clash_between(*table(10_001, "Lyon"), *table(start, "Rome"))
    assert process_time() - began < 5
    assert found.conflict_type is what


def test_numbers_of_one_unit_clash_last_of_all_where_nothing_else_does():
    """Nothing around 500 and 600 miles is alike; texts that are known to clash do so in them."""
    left, right = "The missile came down 500 miles east.", "It travelled about 600 miles, the army said."
    ours = facts(left, quantities=(count(left, "500 miles", 500, unit="mile"),))
    theirs = facts(right, quantities=(count(right, "600 miles", 600, unit="mile"),))
    assert told(left, ours, right, theirs) == ("number", "500 miles", "600 miles")
    assert value_clash(left, ours, right, theirs) is None


def test_what_was_killed_and_injured_does_not_clash_far_apart_either():
    """Different things befell the soldiers."""
    left, right = "12 soldiers were killed in Pulwama.", "The army said that 15 soldiers were hurt elsewhere."
    ours = facts(left, quantities=(count(left, "12", 12, "soldier", verb="kill"),))
    theirs = facts(right, quantities=(count(right, "15", 15, "soldier", verb="hurt"),))
    assert told(left, ours, right, theirs)[0] is None


def test_who_rejects_a_claim_denies_it_in_words_of_his_own():
    """One text denies by its verb; the other need not repeat the word."""
    left, right = "Critics see a racist attack in the remarks.", "The office dismissed the charge as absurd."
    clash = ("denial", "Critics see a racist attack in the remarks", "dismissed the charge as absurd")
    assert told(left, facts(left), right, facts(right, negations="dismissed")) == clash
    assert told(left, facts(left, negations="see"), right, facts(right, negations="dismissed"))[0] == "denial"


def test_a_negation_is_shown_with_the_word_that_it_ends():
    """Nobody reads "n't veto"."""
    left, right = "France didn't veto the session.", "France vetoed the session."
    clash = ("denial", "didn't veto", "vetoed")
    assert told(left, facts(left, "France", "n't"), right, facts(right, "France")) == clash


def test_two_speakers_one_of_whom_negates_deny_each_other():
    """Without speakers a negation alone says nothing of the type."""
    left, right = "The plane was shot down by a missile.", "Nothing of that kind happened, we are certain."
    known = facts(left), facts(right, negations="Nothing")
    assert clash_between(left, known[0], right, known[1]).conflict_type is None
    assert clash_between(left, known[0], right, known[1], are_spoken=True).conflict_type is ConflictType.DENIAL


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (2_000_000, 2_100_000, True),
        (40_000, 41_000, True),
        (5_000, 9_000, False),
        (12, 15, False),
        (2_300, 2_400, False),
    ],
)
def test_round_thousands_agree_with_what_rounds_to_them(one: float, other: float, agree: bool):
    """ "2m" and "2.1m" agree; small and precise numbers mean what they say."""
    quantities = [Quantity(low=n, high=n, unit="", counted="x", span=Span(start=0, end=1)) for n in (one, other)]
    assert numbers_agree(*quantities) is agree


def test_two_days_of_one_vote_clash_in_the_date():
    """Around both dates stand the same words."""
    left, right = "The senate passed the bill on Monday.", "The bill was passed by the senate on Tuesday."
    ours = facts(left, dates=(day(left, "Monday", "2019-08-12"),))
    theirs = facts(right, dates=(day(right, "Tuesday", "2019-08-13"),))
    assert told(left, ours, right, theirs) == ("date", "Monday", "Tuesday")


def test_a_weekday_agrees_with_its_date():
    """Different precision is no conflict."""
    left, right = "The senate passed the bill on Tuesday.", "The senate passed the bill on 13 August."
    ours = facts(left, dates=(day(left, "Tuesday", "2019-08-13"),))
    theirs = facts(right, dates=(day(right, "13 August", "2019-08-13"),))
    assert told(left, ours, right, theirs)[0] is None


def test_what_one_negates_and_the_other_states_is_a_denial():
    """ "Did not veto" against "vetoed"; the order of the sides makes no difference."""
    left, right = "France did not veto the session.", "France vetoed the session."
    ours, theirs = facts(left, "France", "not"), facts(right, "France")
    assert told(left, ours, right, theirs) == ("denial", "not veto", "vetoed")
    assert told(right, theirs, left, ours) == ("denial", "vetoed", "not veto")


def test_two_negations_are_no_denial():
    """Negation words mean nothing by themselves."""
    left, right = "France did not veto the session.", "The session was never vetoed by France."
    assert told(left, facts(left, "France", "not"), right, facts(right, "France", "never"))[0] is None


def test_a_negation_of_something_else_is_no_denial():
    """The other side does not speak of what is negated."""
    left, right = "France did not veto the session.", "France spoke at length."
    assert told(left, facts(left, "France", "not"), right, facts(right, "France"))[0] is None


def test_another_name_in_the_same_place_is_another_actor():
    """All other words are the same."""
    left, right = "China vetoed the resolution.", "Russia vetoed the resolution."
    assert told(left, facts(left, "China"), right, facts(right, "Russia")) == ("actor", "China", "Russia")


def test_another_name_after_in_is_another_place():
    """A name after "in" on both sides says where."""
    left, right = "The bomb exploded in Pulwama.", "The bomb exploded in Srinagar."
    assert told(left, facts(left, "Pulwama"), right, facts(right, "Srinagar")) == ("place", "Pulwama", "Srinagar")


def test_two_names_of_one_country_are_one_actor():
    """Moscow and Russia are the same name to the facts, so nothing is left to clash."""
    left, right = "Moscow vetoed the resolution.", "Russia vetoed the resolution."
    assert told(left, facts(left, "Moscow=russia"), right, facts(right, "Russia")) == (None, None, None)


@pytest.mark.parametrize(
    "right", ["Pakistan attacked India.", "India was attacked by Pakistan."], ids=["active", "passive"]
)
def test_who_did_it_to_whom_the_other_way_round_is_a_role(right: str):
    """The two names change places around the same verb, or the verb turns passive."""
    left = "India attacked Pakistan."
    whole = right.rstrip(".")
    assert told(left, facts(left, "India|Pakistan"), right, facts(right, "India|Pakistan")) == (
        "role",
        "India attacked Pakistan",
        whole,
    )


def test_the_passive_voice_alone_is_no_clash():
    """ "India attacked Pakistan" and "Pakistan was attacked by India" are one statement."""
    left, right = "India attacked Pakistan.", "Pakistan was attacked by India."
    assert told(left, facts(left, "India|Pakistan"), right, facts(right, "India|Pakistan"))[0] is None


def test_what_the_model_is_sure_of_is_the_type():
    """The facts show no cause; the stretch is where the words differ."""
    left, right = "The bridge fell because of rust.", "The bridge fell because of overloading."
    clash = clash_between(left, facts(left), right, facts(right), likely=ConflictType.CAUSE)
    assert clash.conflict_type is ConflictType.CAUSE
    assert [text[span.start : span.end] for text, span in ((left, clash.left), (right, clash.right)) if span] == [
        "rust",
        "overloading",
    ]


def test_what_the_facts_show_goes_before_what_the_model_is_sure_of():
    """Two counts of the dead are a number, whatever the model says."""
    left, right = "The quake killed 12 people.", "The quake killed 15 people."
    ours = facts(left, quantities=(count(left, "12", 12, "people"),))
    theirs = facts(right, quantities=(count(right, "15", 15, "people"),))
    found = clash_between(left, ours, right, theirs, likely=ConflictType.DENIAL)
    assert found.conflict_type is ConflictType.NUMBER


def test_where_the_facts_show_no_type_the_smallest_differing_stretch_is_the_clash():
    """Russia and India are common to both; what stands between them is what differs."""
    left = "The official said that Russia backed the resolution on Kashmir despite its ties with India."
    right = "This has come after Russia voiced its support in the favour of India."
    kind, ours, theirs = told(left, facts(left, "Russia|Kashmir|India"), right, facts(right, "Russia|India"))
    assert kind is None
    assert ours == "backed the resolution on Kashmir despite its ties"
    assert theirs == "voiced its support in the favour"


def test_texts_without_a_common_word_show_no_clash():
    """There is nothing to align, so no stretch is pointed at."""
    left, right = "Rain fell.", "Snow melts."
    assert clash_between(left, facts(left), right, facts(right)) == TextClash(None, None, None)


def test_a_quote_is_the_clause_around_the_clash():
    """Who says so and the other clauses are left out."""
    text = "The official, who was tired, said that Russia backed the resolution, sources added."
    clause = quote_around(text, span(text, "backed"))
    assert text[clause.start : clause.end] == "Russia backed the resolution"


def test_at_least_is_not_cut_in_two():
    """What is highlighted begins with "at", not with "least"."""
    left, right = "Fire crews found at least some smoke in Lyon.", "Fire crews found no smell in Lyon."
    assert told(left, facts(left, "Lyon"), right, facts(right, "Lyon"))[1] == "at least some smoke"


def test_an_amount_keeps_the_sign_of_its_currency():
    """What is highlighted begins with the sign, not behind it."""
    left, right = "The offer in Lyon hinges on a $47 purchase.", "The offer in Lyon hinges on a good mood."
    assert told(left, facts(left, "Lyon"), right, facts(right, "Lyon"))[1] == "$47 purchase"


def test_a_concession_is_quoted_with_what_it_is_set_against():
    """“Although India asked Russia for a veto” alone says the opposite of what was said."""
    text = "“Although India asked Russia for a veto, it did not oblige,” the official added."
    clause = quote_around(text, span(text, "veto"))
    assert text[clause.start : clause.end] == "Although India asked Russia for a veto, it did not oblige"


@pytest.mark.parametrize(
    ("text", "word", "quoted"),
    [
        (
            "The “revenge attack” on the port left “dozens” dead.",
            "left",
            "The “revenge attack” on the port left “dozens” dead",
        ),
        ('The army said he "acted well" by waiting.', "acted", 'The army said he "acted well" by waiting'),
        ('Staff were "safe and sound," the mayor said.', "safe", 'Staff were "safe and sound,"'),
        (
            "He said men were sent “with a plan to destroy it all”.",
            "plan",
            "He said men were sent “with a plan to destroy it all”",
        ),
        ("He said it made her the “Iron Maid”.", "made", "He said it made her the “Iron Maid”"),
        ("“We saw smoke,” Field told the paper.", "smoke", "We saw smoke"),
        ("Field said: “No ship sank.”", "sank", "No ship sank"),
        ("Field Inc. fell 2 percent at 9:34 a.m.", "fell", "Field Inc. fell 2 percent at 9:34 a.m"),
        ("He made a pass at Ms. Field in Lyon, she says.", "pass", "He made a pass at Ms. Field in Lyon"),
    ],
)
def test_a_few_quoted_words_end_no_clause(text: str, word: str, quoted: str):
    """Marks around a word or two are part of the clause, and one that was opened is closed; so is that of a time."""
    clause = quote_around(text, span(text, word))
    assert text[clause.start : clause.end] == quoted


@pytest.mark.parametrize(
    ("text", "word", "quoted"),
    [
        ("The ferry, which sank on Monday, was old.", "sank", "The ferry, which sank on Monday"),
        ("Ada Field, 16, was charged by a court.", "charged", "Ada Field, 16, was charged by a court"),
        (
            "Ada Field, head of the Fund, which feeds the poor, said it fell.",
            "fell",
            "Ada Field, head of the Fund, which feeds the poor, said it fell",
        ),
        ("Six people died, with 20 others hurt in the fire.", "20", "Six people died, with 20 others hurt in the fire"),
        ("The raid that left 32 dead was long.", "32", "The raid that left 32 dead was long"),
        ("Field said that he left.", "left", "he left"),
        (
            "Ada Field, the mayor, denied reports of a raid.",
            "reports",
            "Ada Field, the mayor, denied reports of a raid",
        ),
        (
            "They were in the care of the town and “very tired of it all, indeed”.",
            "care",
            "They were in the care of the town",
        ),
        ("In Lyon, the mayor resigned.", "resigned", "the mayor resigned"),
        ("Given the pace of the work, it could fail.", "pace", "Given the pace of the work, it could fail"),
    ],
)
def test_what_says_nothing_alone_is_quoted_with_what_it_leans_on(text: str, word: str, quoted: str):
    """“which sank on Monday” does not say what sank."""
    clause = quote_around(text, span(text, word))
    assert text[clause.start : clause.end] == quoted


@pytest.mark.parametrize(
    ("one", "other"), [("backed", "backing"), ("vetoed", "vetoes"), ("denies", "denied"), ("voiced", "voice")]
)
def test_inflections_of_a_word_have_one_stem(one: str, other: str):
    """What is compared is the word, not its ending."""
    assert stem(one) == stem(other)


VOCABULARY = "Russia India backed vetoed the resolution not on Monday , . “ ” ’s 12"
WORDS = st.lists(st.sampled_from(VOCABULARY.split()))


@settings(deadline=None)
@given(WORDS, WORDS)
def test_a_clash_lies_within_its_text_and_turns_with_the_sides(left_words: list[str], right_words: list[str]):
    """Whatever the texts: spans fit, either both or none is given, and a text never clashes with itself."""
    left, right = (" ".join(words) for words in (left_words, right_words))
    found = clash_between(left, Facts(), right, Facts())
    assert (found.left is None) == (found.right is None)
    for text, stretch in ((left, found.left), (right, found.right)):
        if stretch:
            assert stretch.end <= len(text)
            quote = quote_around(text, stretch)
            assert quote.start <= stretch.start < stretch.end <= quote.end <= len(text)
    assert clash_between(left, Facts(), left, Facts()) == TextClash(None, None, None)


def test_the_types_are_those_of_the_records():
    """Every type that is found here is one that a finding can have."""
    assert {ConflictType.NUMBER, ConflictType.DENIAL} < set(ConflictType)
