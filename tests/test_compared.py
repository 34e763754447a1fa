"""What of a claim is compared: what is said, without the words that say who speaks."""

from __future__ import annotations

import pytest

from factcheck.attribution import load_parser
from factcheck.compared import what_is_said
from factcheck.facts import claims_of
from tests.fakes import make_article


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "said", "numbers", "days"),
    [
        ("Two officials on Monday said that 12 ships sank on Friday.", "that 12 ships sank on Friday.", [12], [9]),
        ("Police said three people died.", "three people died.", [3], []),
        ("According to two officials, three ships sank.", ", three ships sank.", [3], []),
        ("Two officials denied that 12 ships sank.", "Two officials denied that 12 ships sank.", [12], []),
        ("63 percent believe the mayor lied.", "the mayor lied.", [62.5], []),
        ("“Three ships sank,” Ada Field told AFP.", "“Three ships sank,”", [3], []),
        ("“Three ships sank,” Ada Field told the Courier on Monday.", "“Three ships sank,”", [3], []),
        ("“Three ships sank,” Ada Field said on Monday.", "“Three ships sank,”", [3], []),
        ("“Three ships sank,” said an official who was not named.", "“Three ships sank,”", [3], []),
        ("“Three ships sank,” said Ada Field, who has been at sea for 12 years.", "“Three ships sank,”", [3], []),
        ("Ada Field told AFP three ships sank on Friday.", "AFP three ships sank on Friday.", [3], [9]),
    ],
)
def test_how_many_speak_and_when_is_not_compared(text: str, said: str, numbers: list[float], days: list[int]):
    """What they count and date is, and so is the share of those asked that a poll found."""
    [claim] = claims_of(make_article(text, published_at="2019-08-14"), load_parser())
    compared, facts = what_is_said(claim)
    assert " ".join(compared.split()).removesuffix(" .") == " ".join(said.split()).removesuffix(" .")
    assert [one.low for one in facts.quantities] == numbers
    assert [one.first.day for one in facts.dates] == days
