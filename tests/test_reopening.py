"""A decision about an earlier wording is not lost: the new wording is open, and says what was decided before."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck import review
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.records import Finding
from factcheck.web.shown import shown_finding
from tests.fakes import fake_parts, make_article

ALPHA = make_article("The quake in Nepal killed 12 people.\nThe airport of Kathmandu was closed.", "alpha")
BETA = make_article("The quake in Nepal killed 15 people.\nSchools in Delhi stay open.", "beta")
CORRECTED = make_article("The quake in Nepal killed 13 people.\nThe airport of Kathmandu was closed.", "alpha")


@pytest.fixture
def decided(parts: Parts) -> Parts:
    """Parts with one finding, about which two people decided and one took it back."""
    ingest(parts, [ALPHA, BETA])
    scan(parts)
    [finding] = parts.store.findings()
    review.decide(parts, finding.finding_id, "conflict", "Ana", "asked the police")
    review.decide(parts, finding.finding_id, "unsure", "Ben")
    review.withdraw(parts, finding.finding_id, "Ben")
    return parts


def changed(parts: Parts, *articles: object) -> Finding:
    """The one finding after these articles came in."""
    ingest(parts, articles)
    scan(parts)
    [finding] = parts.store.findings()
    return finding


def test_a_new_wording_is_open_and_says_what_was_decided_about_the_old_one(decided: Parts):
    """With the reason, and only with the decisions that stand."""
    [before] = decided.store.findings()
    finding = changed(decided, CORRECTED)
    assert finding.finding_id != before.finding_id
    shown = shown_finding(decided, finding.finding_id)
    assert (shown["status"], shown["decisions"]) == ("open", [])
    assert shown["reopened"]["because"] == (
        "Alpha now says “The quake in Nepal killed 13 people.” where it said “The quake in Nepal killed 12 people.”."
    )
    assert [(one["reviewer"], one["verdict"], one["note"]) for one in shown["reopened"]["decisions"]] == [
        ("Ana", "conflict", "asked the police")
    ]


def test_a_finding_that_is_decided_again_remembers_the_first_time(decided: Parts):
    """It is decided, and what was said of the old wording is still there to read."""
    finding = changed(decided, CORRECTED)
    review.decide(decided, finding.finding_id, "update", "Ana")
    shown = shown_finding(decided, finding.finding_id)
    assert shown["status"] == "decided"
    assert [one["verdict"] for one in shown["decisions"]] == ["update"]
    assert [one["verdict"] for one in shown["reopened"]["decisions"]] == ["conflict"]


def test_a_wording_that_comes_back_has_its_decision_back(decided: Parts):
    """Findings are known by their content: the decision was about this very pair."""
    [before] = decided.store.findings()
    changed(decided, CORRECTED)
    again = changed(decided, ALPHA)
    assert again.finding_id == before.finding_id
    shown = shown_finding(decided, again.finding_id)
    assert (shown["status"], shown["reopened"]) == ("decided", None)


def test_both_sides_may_change_and_more_than_once(decided: Parts):
    """Each earlier wording that was decided about is remembered."""
    second = changed(decided, CORRECTED)
    review.decide(decided, second.finding_id, "tension", "Cem")
    third = changed(
        decided,
        make_article("The quake in Nepal has killed 14 people.", "alpha"),
        make_article("The quake in Nepal killed 17 people.", "beta"),
    )
    reopened = decided.store.reopened([third.finding_id])[third.finding_id]
    assert [one.reviewer for one in reopened.decisions] == ["Ana", "Cem"]
    assert "Alpha now says" in reopened.because
    assert "Beta now says" in reopened.because


def test_other_findings_of_the_same_articles_are_not_reopened(decided: Parts):
    """A decision about the toll says nothing of the airport."""
    finding = changed(
        decided,
        make_article(
            "The airport of Kathmandu was closed after 12 flights.\nRescue teams are at work in the hills.", "alpha"
        ),
        make_article("The airport of Kathmandu was closed after 30 flights.\nSchools in Delhi stay open.", "beta"),
    )
    assert shown_finding(decided, finding.finding_id)["reopened"] is None


def test_a_change_elsewhere_in_the_article_reopens_nothing(decided: Parts):
    """Nor does a rescan, or another model."""
    [before] = decided.store.findings()
    finding = changed(decided, make_article("Update.\n" + ALPHA.body, "alpha"))
    assert finding.finding_id == before.finding_id
    decided.relations.model_id = "another"
    scan(decided)
    shown = shown_finding(decided, finding.finding_id)
    assert (shown["status"], shown["model_id"], shown["reopened"]) == ("decided", "another", None)


def test_a_sentence_that_stood_beside_the_one_that_went_is_no_new_wording(parts: Parts):
    """Of two similar sentences of one version, both decided about, one is dropped: the other stays decided."""
    kept = "On Sunday the quake in Nepal killed 13 people."
    ingest(parts, [make_article(f"The quake in Nepal killed 12 people.\n{kept}", "alpha"), BETA])
    scan(parts)
    for finding in parts.store.findings():
        review.decide(parts, finding.finding_id, "conflict", "Ana")
    finding = changed(parts, make_article(kept, "alpha"))
    shown = shown_finding(parts, finding.finding_id)
    assert (shown["status"], shown["reopened"]) == ("decided", None)


def test_imported_decisions_about_an_earlier_wording_are_brought_up_too(decided: Parts, tmp_path: Path):
    """A store that only ever saw the corrected article learns what was decided about the first version."""
    other = fake_parts(tmp_path / "other")
    finding = changed(other, CORRECTED, BETA)
    review.import_decisions(other, list(review.export_decisions(decided)))
    shown = shown_finding(other, finding.finding_id)
    assert shown["status"] == "open"
    assert [one["verdict"] for one in shown["reopened"]["decisions"]] == ["conflict"]
    other.store.close()
