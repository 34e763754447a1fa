"""What goes into a report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.errors import Conflict
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.payloads import report_payload
from factcheck.pipeline import scan
from factcheck.records import Relation
from factcheck.reporting import report_data, report_data_at
from factcheck.reports.wording import summary
from factcheck.review import decide
from factcheck.store import FindingFilter
from tests.fakes import fake_parts, make_article


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """Parts that have scanned three articles: two disagree about a number, two whether a court was right."""
    parts = fake_parts(tmp_path)
    texts = {
        "alpha": "The flood at Orlo killed 12 people on Monday.",
        "beta": "The flood at Orlo killed 15 people on Monday.",
        "gamma": "The court in Orlo was right to close the bridge on Monday.",
        "delta": "Closing that bridge on Monday was wrong of the Orlo court, whatever the reasons.",
    }
    ingest(parts, [make_article(body, name) for name, body in texts.items()])
    scan(parts)
    return parts


def test_report_holds_everything_that_was_found(parts):
    """Disputes, findings with their claims and articles, the funnel, models and settings of the last scan."""
    data = report_data(parts)
    assert [dispute.relation for dispute in data.disputes] == [Relation.CONFLICT, Relation.TENSION]
    assert {article.label for article in data.articles.values()} == {"alpha", "beta", "gamma", "delta"}
    assert (data.funnel["articles"], data.funnel["flagged"]) == (4, 2)
    assert data.models == {"embedder": "hash-embedder", "relations": "rules"}
    assert data.settings["operating_point"] == "strict"


def test_report_can_be_shown(parts):
    """Every claim and article that disputes and findings name is there."""
    report = report_payload(report_data(parts))
    assert [len(dispute["sides"]) for dispute in report["disputes"]] == [2, 2]


def test_filtered_report_shows_disputes_whole(parts):
    """A filter chooses disputes; what belongs to them comes along, the rest does not."""
    data = report_data(parts, FindingFilter(relation=Relation.TENSION))
    assert [dispute.relation for dispute in data.disputes] == [Relation.TENSION]
    assert {article.label for article in data.articles.values()} == {"gamma", "delta"}
    assert data.filtered_out == 1


def test_a_report_knows_what_its_filter_leaves_out(parts):
    """Without a filter nothing; with one that nothing passes, everything that was found."""
    assert report_data(parts).filtered_out == 0
    data = report_data(parts, FindingFilter(source="nobody"))
    assert (data.disputes, data.filtered_out) == ((), 2)
    assert report_payload(data)["filtered_out"] == 2


def test_a_dispute_without_findings_is_not_held_to_be_filtered_out(parts):
    """What a new version of an article left of a dispute is in no report, filter or not."""
    disputes = parts.store.disputes()
    parts.store.save_disputes([*disputes, replace(disputes[0], dispute_id="left-over", finding_ids=())])
    data = report_data(parts)
    assert (list(data.disputes), data.filtered_out) == (disputes, 0)


def test_decisions_are_in_the_report(parts):
    """What reviewers decided stands beside the finding."""
    finding = report_data(parts).findings[0]
    decision = decide(parts, finding.finding_id, "unsure", "ana")
    assert report_data(parts).decisions == {finding.finding_id: (decision,)}


def test_report_before_any_scan_is_empty(tmp_path):
    """Without a scan there is nothing to report, and no error."""
    data = report_data(fake_parts(tmp_path))
    assert (data.disputes, data.findings, data.funnel) == ((), (), {"articles": 0, "claims": 0})


def test_articles_that_were_not_compared_are_named(parts):
    """What came in after the last scan is said to be missing from the report."""
    before = report_data(parts).left_out
    ingest(parts, [make_article("The mayor of Tarn resigned.", "epsilon")])
    [missing] = set(report_data(parts).left_out) - set(before)
    assert (missing.what, missing.reason) == ("1 article", "taken in after the last scan; run: factcheck scan")


def test_articles_of_every_run_since_the_last_scan_count(parts):
    """The last of three runs brought one article, one before it another one and a new version."""
    epsilon = make_article("The mayor of Tarn resigned.", "epsilon")
    ingest(parts, [epsilon, make_article("The flood at Orlo killed 14 people on Monday.", "alpha")])
    ingest(parts, [make_article("The mayor of Tarn stays.", "zeta")])
    ingest(parts, [epsilon])
    assert report_data(parts).left_out[0].what == "3 articles"
    scan(parts)
    assert [one for one in report_data(parts).left_out if "last scan" in one.reason] == []


def test_another_operating_point_needs_no_scan_and_changes_nothing(parts):
    """A report at another point shows what would be flagged there; the store stays as it was."""
    parts.relations.operating_points = {
        "strict": {"conflict": 0.8, "update": 0.8, "tension": 0.8},
        "sensitive": {"conflict": 0.95, "update": 0.95, "tension": 0.8},
    }
    scored = parts.relations.scored
    data = report_data_at(parts, "sensitive")
    assert [dispute.relation for dispute in data.disputes] == [Relation.TENSION]
    assert (data.funnel["conflict"], data.funnel["tension"], data.funnel["disputes"]) == (0, 1, 1)
    assert data.settings["operating_point"] == "sensitive"
    assert parts.relations.scored == scored
    assert len(report_data(parts).disputes) == 2


def test_same_operating_point_is_the_stored_report(parts):
    """At the point of the last scan the stored findings are shown, with the run that first found them."""
    assert report_data_at(parts, "strict").findings == report_data(parts).findings


def test_another_operating_point_after_other_settings_asks_for_a_scan(parts):
    """What was scored under other settings is not looked at: to say that nothing disagrees would be wrong."""
    other = replace(parts, settings=parts.settings.model_copy(update={"neighbours": 7}))
    with pytest.raises(Conflict, match="nothing is known of the sensitive point"):
        report_data_at(other, "sensitive")
    assert len(report_data(other).disputes) == 2


def test_a_scan_of_nothing_is_none(tmp_path):
    """Articles that came in after it have not been compared, which is what the report says."""
    parts = fake_parts(tmp_path)
    scan(parts)
    ingest(parts, [make_article("The flood at Orlo killed 12 people on Monday.", "alpha")])
    told = report_payload(report_data(parts))
    assert summary(told) == "1 article taken in and not compared yet: run factcheck scan."


def test_report_calls_decided_what_the_queue_does(tmp_path):
    """Where two people should look, one decision leaves a finding open, once there is a second person."""
    parts = fake_parts(tmp_path, double_review=1.0)
    for name, count in (("alpha", 12), ("beta", 15), ("gamma", 18)):
        ingest(parts, [make_article(f"The flood at Orlo killed {count} people on Monday.", name)])
    scan(parts)
    once, twice, never = parts.store.finding_ids(FindingFilter())
    decide(parts, once, "conflict", "Ana")
    decide(parts, twice, "conflict", "Ana")
    decide(parts, twice, "update", "Bo")
    told = {one["finding_id"]: one["status"] for one in report_payload(report_data(parts))["findings"]}
    assert told == {once: "open", twice: "decided", never: "open"}
    assert parts.store.finding_ids(FindingFilter(status="decided")) == [twice]
    other = report_payload(report_data_at(parts, "sensitive"))
    assert {one["finding_id"]: one["status"] for one in other["findings"]} == told
