"""Claims of an article: exact spans, stable ids, speakers, text that stands alone, and facts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from factcheck.attribution import load_parser
from factcheck.facts import claim_from_text, claims_of, facts_of
from factcheck.records import Article, Claim, Modality
from tests.fakes import make_article

pytestmark = pytest.mark.model

WORDS = st.sampled_from(
    [
        *(
            "Qureshi",
            "said",
            "that",
            "12",
            "people",
            "were",
            "not",
            "killed",
            "on Monday",
            "in Delhi",
            ",",
            ".",
            "“",
            "”",
        ),
        *(
            "He",
            "\n",
            "at least",
            "2 million",
            "$5",
            "%",
            "India",
            "according to",
            "dozens of",
            "August 5",
            "\u200b",
            "🙂",
        ),
    ]
)


def article_of(body: str, published_at: str | None = "2019-08-14") -> Article:
    return Article(
        article_id="0",
        url=None,
        source="A",
        title=None,
        published_at=published_at,
        retrieved_at=datetime(2026, 1, 1, tzinfo=UTC),
        language="en",
        body=body,
        content_hash="0",
        origin_id="0",
        label="a",
    )


def claims_in(body: str) -> list[Claim]:
    return claims_of(article_of(body), load_parser())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, min_size=1, max_size=40).map(" ".join).filter(str.strip))
def test_every_span_lies_where_it_says_and_every_range_is_sound(body):
    """Claims cut their text out of the body; facts stay inside the claim; low <= high and first <= last."""
    for claim in claims_in(body):
        assert body[claim.start : claim.end] == claim.text
        assert claim.speaker is None or claim.speaker.cue.end <= len(body)
        facts = claim.facts
        spans = [one.span for one in (*facts.quantities, *facts.dates, *facts.names)] + list(facts.negations)
        assert all(span.end <= len(claim.text) for span in spans)
        assert all(one.low <= one.high for one in facts.quantities)
        assert all(one.first <= one.last for one in facts.dates)


def test_a_claim_keeps_its_id_when_another_sentence_changes():
    """Ids hang on the article's id, the words and their repetition, not on the place."""
    first = claims_in("Twelve people died. The road is closed. The road is closed.")
    second = claims_in("Nobody knows why. Twelve people died. The road is closed. The road is closed.")
    assert [claim.claim_id for claim in first] == [claim.claim_id for claim in second[1:]]
    assert len({claim.claim_id for claim in second}) == 4


def test_a_speaking_pronoun_is_replaced_and_the_text_is_not():
    """The standalone text names the speaker; text and span stay as they are."""
    claim = claims_in("Shah Mahmood Qureshi said talks failed. He added that India was to blame.")[1]
    assert claim.text == "He added that India was to blame."
    assert claim.standalone_text == "Shah Mahmood Qureshi added that India was to blame."


def test_the_only_person_of_the_sentence_before_is_meant():
    """Without a speech verb "she" is the subject before, if nobody else is named there."""
    claims = claims_in("Angela Merkel arrived in Paris on Monday. She was met by a crowd.")
    assert claims[1].standalone_text == "Angela Merkel was met by a crowd."


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("But now she's closing the gap.", "But now Angela Merkel is closing the gap."),
        ("She's been ill since May.", "Angela Merkel has been ill since May."),
        ("She's watched the bridge fall.", "She's watched the bridge fall."),
        ("She'd left before the fire.", "Angela Merkel had left before the fire."),
        ("She’ll stay until Friday.", "Angela Merkel will stay until Friday."),
    ],
)
def test_the_short_verb_behind_a_pronoun_is_written_out(text, wanted):
    """ "Merkel's closing the gap" would be about something that is Merkel's."""
    assert claims_in(f"Angela Merkel arrived in Paris on Monday. {text}")[1].standalone_text == wanted


@pytest.mark.parametrize(
    "body",
    [
        "Donald Trump met Vladimir Putin. He was late.",
        "Donald Trump arrived. “He was late,” an aide said.",
        "Donald Trump arrived. He was late, according to Smith.",
        "Officials said the road was closed. He was late.",
    ],
)
def test_a_pronoun_that_could_be_wrong_stays(body):
    """Two persons before it, a quotation around it, or another speaker: it stays unresolved."""
    claim = claims_in(body)[-1]
    assert claim.standalone_text == claim.text


def test_dates_of_an_undated_article_need_no_publication_date():
    """Only what says its own year is a date there."""
    body = "The army moved on Monday. The law was passed on August 5, 2019."
    dates = [one for claim in claims_of(article_of(body, None), load_parser()) for one in claim.facts.dates]
    assert [(one.first, one.last) for one in dates] == [(date(2019, 8, 5), date(2019, 8, 5))]


def test_negation_is_marked_on_its_word():
    """ "Not", "no" and verbs like "failed" are the negations of a claim."""
    (claim,) = claims_in("India failed to win support and did not veto the resolution.")
    assert [claim.text[span.start : span.end] for span in claim.facts.negations] == ["failed", "not"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The number of fires has declined in recent years.", []),
        ("Prices declined 3 percent.", []),
        ("The minister declined the offer and declined to comment.", ["declined", "declined"]),
        ("The boat is not only cheap but fast.", []),
        ("The bill is unlikely to pass.", ["unlikely"]),
    ],
)
def test_what_fell_and_what_is_not_only_so_is_no_negation(text, words):
    """A number that declined was not refused, and what is "not only" so is so."""
    negations = facts_of(text, None, load_parser()(text)).negations
    assert [text[span.start : span.end] for span in negations] == words


def test_a_surname_compares_under_the_full_name():
    """Within one article a surname has the normal form of the fullest name."""
    claims = claims_in("Shah Mahmood Qureshi arrived in New York. On Tuesday Mr Qureshi met the press.")
    assert "shah mahmood qureshi" in [name.normal for name in claims[1].facts.names]


def test_a_submitted_claim_has_speaker_and_facts_of_its_own():
    """Its spans count from its start, and its words stand as they were given."""
    text = "France said on Monday that 12 ships were sunk."
    claim = claim_from_text(text, date(2019, 8, 14), load_parser())
    speaker, facts = claim.speaker, claim.facts
    assert claim.standalone_text == claim.text == text
    assert speaker is not None
    assert speaker.name == "France"
    assert text[speaker.cue.start : speaker.cue.end] == "France said"
    assert [(one.low, one.counted) for one in facts.quantities] == [(12, "ship")]
    assert [one.first for one in facts.dates] == [date(2019, 8, 12)]


def test_facts_refuse_the_parse_of_another_text():
    """A wrong parse would put every span in the wrong place."""
    with pytest.raises(ValueError, match="parse is of another text"):
        facts_of("One thing.", None, load_parser()("Another."))


@pytest.mark.parametrize(
    ("text", "words", "modality"),
    [
        ("Russia will back the resolution.", ["will"], Modality.PLANNED),
        ("The army plans to leave the valley in May.", ["plans"], Modality.PLANNED),
        ("The talks may fail.", ["may"], Modality.POSSIBLE),
        ("The court must decide by Friday.", ["must"], Modality.REQUIRED),
        ("The minister said that the army will leave the valley.", ["will"], Modality.PLANNED),
        ("The bridge that could carry trucks fell on Monday.", ["could"], None),
        ("Russia backed the resolution.", [], None),
        ("The senate is likely to pass the bill.", ["likely"], Modality.POSSIBLE),
        ("The women were more likely to vote.", [], None),
        ("The minister is set to leave.", ["set"], Modality.PLANNED),
        ("The minister is due to leave.", ["due"], Modality.PLANNED),
        ("The minister went on to say it.", [], None),
        ("The army does not plan on leaving the valley.", ["plan"], Modality.PLANNED),
        ("The army leaves should the talks fail.", [], None),
        ("Should the army leave?", ["Should"], Modality.REQUIRED),
    ],
)
def test_what_is_no_fact_yet_is_marked(text: str, words: list[str], modality: Modality | None) -> None:
    """Plans, possibilities and duties are kept with their words; of the whole claim only where its verb is meant."""
    facts = facts_of(text, None, load_parser()(text))
    assert [text[one.span.start : one.span.end] for one in facts.modals] == words
    assert facts.modality is modality


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("The minister met Ada Novak. They agreed on a date.", ["They"]),
        ("Ada Novak left on Monday. She will return in May.", []),
        ("This has angered Russia and its neighbours.", ["This"]),
        ("This has come after Russia voiced its support.", []),
        ("It is clear that the talks failed.", []),
        ("Russia voiced its support on Monday.", []),
    ],
)
def test_subjects_that_nobody_resolved_are_marked(body: str, pointers: list[str]) -> None:
    """A pronoun that a name has replaced, or that the standalone text does without, is not; nor is the empty "it"."""
    last = claims_of(make_article(body), load_parser())[-1]
    assert [last.text[span.start : span.end] for span in last.facts.unresolved] == pointers
