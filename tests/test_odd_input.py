"""Odd articles go through the whole scan with the real rules: nothing breaks, and nothing is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from factcheck.attribution import load_parser
from factcheck.config import load_settings
from factcheck.facts import claims_of, facts_of
from factcheck.ingest import ingest
from factcheck.loaders import load
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.records import Article, LeftOut
from tests.fakes import Clock, fake_parts, make_article

DIED, MORE = "12 people died in the quake in Nepal.", "15 people died in the quake in Nepal."


def scanned(folder: Path, *articles: Article) -> Parts:
    """An index that holds these articles, scanned."""
    parts = fake_parts(folder)
    ingest(parts, articles)
    scan(parts)
    return parts


def dated(body: str, name: str, published_at: str | None) -> Article:
    """An article of this day, or of no known day."""
    return replace(make_article(body, name), published_at=published_at)


def test_articles_without_any_date_are_compared_and_that_is_said(tmp_path: Path):
    """Nothing speaks for or against one time; the finding names both unknown days."""
    parts = scanned(tmp_path, dated(DIED, "alpha", None), dated(MORE, "beta", None))
    [finding] = parts.store.findings()
    assert {"The publication date of Alpha is unknown.", "The publication date of Beta is unknown."} <= set(
        finding.reasons
    )


def test_an_undated_article_is_held_against_a_dated_one_with_lower_odds(tmp_path: Path):
    """It is not taken to be of the same day."""
    day = "2019-08-17"
    same = scanned(tmp_path / "same", dated(DIED, "alpha", day), dated(MORE, "beta", day)).store.findings()
    apart = scanned(tmp_path / "apart", dated(DIED, "alpha", day), dated(MORE, "beta", None)).store.findings()
    assert [one.probability for one in same] > [one.probability for one in apart]


def test_articles_of_one_day_are_no_timeline(tmp_path: Path):
    """All dates equal: a higher count is no later count, so the conflict stays one."""
    day = "2019-08-17"
    [finding] = scanned(tmp_path, dated(DIED, "alpha", day), dated(MORE, "beta", day)).store.findings()
    assert (finding.relation.value, finding.conflict_type and finding.conflict_type.value) == ("conflict", "number")


def test_an_article_of_one_sentence_has_one_claim(tmp_path: Path):
    """Its only line is its text, not its headline."""
    parts = scanned(tmp_path, make_article(DIED))
    assert [claim.text for claim in parts.store.all_claims()] == [DIED]


def test_four_hundred_sentences_are_read_whole(tmp_path: Path):
    """Every sentence is a claim, in order, and each cuts its words out of the body."""
    body = "\n".join(f"Village number {number} was flooded on Monday, the mayor said." for number in range(400))
    article = make_article(body)
    claims = claims_of(article, load_parser())
    assert [claim.position for claim in claims] == list(range(400))
    assert all(article.body[claim.start : claim.end] == claim.text for claim in claims)


def test_a_quotation_that_is_never_closed_ends_with_its_line():
    """What stands in the next paragraph is the outlet's again."""
    body = "Foreign Minister Ada Novak said: “The dam is safe.\nThe river rose by a metre on Monday."
    first, second = claims_of(make_article(body), load_parser())
    assert first.speaker is not None
    assert first.speaker.name == "Ada Novak"
    assert (second.text, second.speaker) == ("The river rose by a metre on Monday.", None)


def test_text_in_capitals_keeps_its_numbers_and_makes_no_speaker_up():
    """Parsers lose names in capitals; what is found must still be there."""
    body = "TWELVE PEOPLE DIED IN THE QUAKE.\nRESCUE TEAMS ARE ON THEIR WAY TO THE VALLEY."
    claims = claims_of(make_article(body), load_parser())
    assert [claim.text for claim in claims] == body.split("\n")
    assert [claim.speaker for claim in claims] == [None, None]
    assert [quantity.low for quantity in claims[0].facts.quantities] == [12]


def test_the_lines_of_a_list_are_claims_without_their_marks():
    """A colon announces them."""
    body = "The report names three causes:\n• a broken valve in the pump\n• a storm over the bay\nNobody was hurt."
    texts = [claim.text for claim in claims_of(make_article(body), load_parser())]
    assert texts == [
        "The report names three causes:",
        "a broken valve in the pump",
        "a storm over the bay",
        "Nobody was hurt.",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Two lakh people fled the floods.", 200_000),
        ("The bridge cost 3.5 crore rupees.", 35_000_000),
        ("Twenty-one soldiers were killed.", 21),
        ("Half a million voters stayed at home.", 500_000),
        ("The state spent Rs 12,34,567 on the road.", 1_234_567),
    ],
)
def test_numbers_in_words_and_in_lakh_and_crore_have_their_value(text: str, value: float):
    """The range of the number holds its value."""
    [quantity] = facts_of(text, date(2019, 8, 17), load_parser()(text)).quantities
    assert quantity.low <= value <= quantity.high


def test_another_language_is_left_out_with_its_reason(tmp_path: Path):
    """Named, not compared; the English article beside it goes in."""
    german = (
        "Bei dem Erdbeben in Nepal sind nach Angaben der Behörden zwölf Menschen ums Leben gekommen. "
        "Rettungskräfte suchen in den Trümmern weiter nach Überlebenden, sagte ein Sprecher der Polizei am Montag."
    )
    (tmp_path / "german.txt").write_text(german, encoding="utf-8")
    (tmp_path / "english.txt").write_text(DIED, encoding="utf-8")
    found = list(load([tmp_path], load_settings(), Clock()))
    [left_out] = [one for one in found if isinstance(one, LeftOut)]
    assert "German" in left_out.reason
    assert "only English is taken in" in left_out.reason
    assert [one.body for one in found if isinstance(one, Article)] == [DIED]
