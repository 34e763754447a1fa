"""What the real models make of the five seed articles, held against labels by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factcheck.claim_check import check_claim
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.records import Dispute, Finding, Relation
from factcheck.verdicts import SidedClaim
from tests.quality.floors import floor

pytestmark = pytest.mark.model

LABELS = Path(__file__).with_name("seeds_flagged.jsonl")
NOT_YET = "the relation model is not good enough yet; its card gives the figures"


def side(parts: Parts, claim_id: str) -> SidedClaim:
    claim = parts.store.claim(claim_id)
    return SidedClaim(claim=claim, article=parts.store.article(claim.article_id))


def shown(parts: Parts, finding: Finding) -> str:
    """A finding as a line to read and to label."""
    left, right = (side(parts, one) for one in (finding.pair.left_id, finding.pair.right_id))
    return " | ".join(
        [f"{finding.relation} {finding.probability:.2f}"]
        + [f"{one.article.label[:3]}: {one.claim.text}" for one in (left, right)]
    )


def read_labels() -> dict[frozenset[tuple[str, str]], str]:
    """The labelled pairs: two of (first three digits of the article, quote), and the right relation."""
    rows = map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())
    return {frozenset((one["article"], one["quote"]) for one in row["pair"]): row["relation"] for row in rows}


def label_of(parts: Parts, finding: Finding) -> str | None:
    sides = [side(parts, one) for one in (finding.pair.left_id, finding.pair.right_id)]
    return read_labels().get(frozenset((one.article.label[:3], one.claim.text) for one in sides))


def quotes_by_side(parts: Parts, dispute: Dispute) -> list[set[tuple[str, str]]]:
    """For each side of a dispute the articles and quotes of its claims."""
    return [
        {(side(parts, claim_id).article.label[:3], side(parts, claim_id).claim.text) for claim_id in one.claim_ids}
        for one in dispute.sides
    ]


def card_with(parts: Parts, left: tuple[str, str], right: tuple[str, str]) -> Dispute:
    """The dispute that has a claim with these words on one side and one with those on another."""
    for dispute in parts.store.disputes():
        sides = quotes_by_side(parts, dispute)
        at = [
            {number for number, one in enumerate(sides) for article, text in one if (article == who and words in text)}
            for who, words in (left, right)
        ]
        if at[0] and at[1] and not at[0] & at[1]:
            return dispute
    raise AssertionError(f"no dispute has {left} on one side and {right} on another")


def test_every_flagged_pair_is_labelled(scanned_seeds: Parts) -> None:
    """A pair that nobody has labelled cannot count as right."""
    findings = scanned_seeds.store.findings()
    unlabelled = [shown(scanned_seeds, one) for one in findings if label_of(scanned_seeds, one) is None]
    assert unlabelled == []


def precision(parts: Parts) -> tuple[float, str]:
    """Which part of what is flagged has the labelled relation, and the flagged pairs that have another."""
    findings = parts.store.findings()
    wrong = [shown(parts, one) for one in findings if label_of(parts, one) != one.relation]
    return 1 - len(wrong) / max(1, len(findings)), "\n".join(wrong)


def test_at_most_one_flagged_pair_in_four_is_wrong(scanned_seeds: Parts) -> None:
    """Of what is flagged, the relation is the labelled one in three cases of four at least."""
    assert scanned_seeds.store.findings()
    right, wrong = precision(scanned_seeds)
    assert right >= floor("seeds", "precision"), wrong


def test_russias_position_is_one_dispute(scanned_seeds: Parts) -> None:
    """000 says that Russia supported India's move, 002 that it backed the resolution and did not oblige India."""
    card = card_with(
        scanned_seeds,
        ("000", "Russia voiced its support in the favour of India"),
        ("002", "Russia backed the resolution"),
    )
    assert card.relation is Relation.CONFLICT


def test_international_support_is_one_dispute(scanned_seeds: Parts) -> None:
    """000 says that Pakistan failed to win support, 001 that it had significant diplomatic success.

    The model takes it for a tension where it is a conflict: the relation is counted with the others flagged.
    """
    card = card_with(scanned_seeds, ("000", "failed"), ("001", "significant diplomatic success"))
    assert card.relation in (Relation.CONFLICT, Relation.TENSION)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            ("004", "sent a letter to UN Secretary-General"),
            ("000", "sent a formal letter to the president of the UNSC"),
        ),
        (("004", "sent a letter to UN Secretary-General"), ("003", "hand over the letter written by Senator")),
        (("004", "wrote to the UN"), ("000", "formal letter")),
        (("001", "steps up diplomatic offensive"), ("003", "downgrade diplomatic ties")),
        (("002", "steps up diplomatic offensive"), ("003", "downgrade diplomatic ties")),
        (("000", "Shah Mahmood Qureshi"), ("001", "Shah Mehmood Qureshi")),
    ],
)
def test_what_only_looks_alike_is_no_conflict(
    scanned_seeds: Parts, left: tuple[str, str], right: tuple[str, str]
) -> None:
    """Letters of three different years, two acts of diplomacy, and two spellings of one name do not clash."""
    for finding in scanned_seeds.store.findings():
        ends = [side(scanned_seeds, one) for one in (finding.pair.left_id, finding.pair.right_id)]
        for ours, theirs in (ends, ends[::-1]):
            here = ours.article.label.startswith(left[0]) and left[1] in ours.claim.text
            there = theirs.article.label.startswith(right[0]) and right[1] in theirs.claim.text
            assert not (here and there and finding.relation is Relation.CONFLICT), shown(scanned_seeds, finding)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(
            "the only country to oppose the session was France",
            marks=pytest.mark.xfail(reason=NOT_YET, strict=True),
        ),
        "convince France to not veto",
    ],
)
def test_a_claim_about_france_meets_its_contradiction(scanned_seeds: Parts, words: str) -> None:
    """What 002 says of France comes back as a conflict, with a span that cuts it out of the stored body.

    Who alone opposed the session, or had to be talked out of a veto, did not back the request for it.
    """
    found = check_claim(scanned_seeds, "France backed Pakistan's request for the Security Council session.")
    [france] = [one for one in found.evidence if words in one.claim.text]
    assert france.relation is Relation.CONFLICT
    assert france.article.label.startswith("002")
    body = scanned_seeds.store.article(france.article.article_id).body
    assert body[france.claim.start : france.claim.end] == france.claim.text


def test_nothing_backs_a_claim_that_the_articles_contradict(scanned_seeds: Parts) -> None:
    """ "The only country to oppose the session was France" seems to agree, but does not entail it."""
    found = check_claim(scanned_seeds, "France backed Pakistan's request for the Security Council session.")
    assert Relation.AGREE not in {one.relation for one in found.evidence}


def test_a_claim_about_something_else_meets_nothing(scanned_seeds: Parts) -> None:
    """No evidence is a result."""
    assert check_claim(scanned_seeds, "The Eiffel Tower was completed in 1889.").evidence == ()


def test_a_second_scan_adds_nothing(scanned_seeds: Parts) -> None:
    """The same articles scanned again give the same findings and disputes, and score nothing."""
    before = (scanned_seeds.store.findings(), scanned_seeds.store.disputes())
    assert scan(scanned_seeds).counts["new_scored"] == 0
    assert (scanned_seeds.store.findings(), scanned_seeds.store.disputes()) == before
