"""The scan compares what is new with everything, once, and brings findings and disputes up to date."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from factcheck import pipeline
from factcheck.errors import IndexOfOtherModel, ModelUnusable, ScanInProgress
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.pipeline import SCORED_AT_ONCE, match_key, operating_point, reindex, scan
from factcheck.records import ConflictType, Decision, Relation, Verdict
from tests.fakes import BRIDGE, NOW, RuleRelationModel, line_claims, make_article

ALPHA = make_article("The quake in Nepal killed 12 people.\nThe airport of Kathmandu was closed.", "alpha")
BETA = make_article("The quake in Nepal killed 15 people.\nSchools in Delhi stay open.", "beta")
GAMMA = make_article("The quake in Nepal killed 15 people, rescuers found.\nRain is expected in Delhi.", "gamma")


@pytest.fixture
def scanned(parts: Parts) -> Parts:
    """Parts with two articles that disagree, scanned."""
    ingest(parts, [ALPHA, BETA])
    scan(parts)
    return parts


def state_of(parts: Parts) -> tuple[object, ...]:
    """Everything that a scan may change, but for the log of runs."""
    store = parts.store
    return store.findings(), store.disputes(), store.counts(), store.revision(), store.mark("judged")


def test_a_disagreement_becomes_a_finding_and_a_dispute(scanned: Parts):
    """Two tolls for one quake are a conflict about a number, with the clash in both bodies."""
    [finding] = scanned.store.findings()
    assert (finding.relation, finding.conflict_type) == (Relation.CONFLICT, ConflictType.NUMBER)
    assert finding.model_id == "rules"
    quotes = set()
    for claim_id, span in ((finding.pair.left_id, finding.clash.left), (finding.pair.right_id, finding.clash.right)):
        body = scanned.store.article(scanned.store.claim(claim_id).article_id).body
        quotes.add(body[span.start : span.end])
    assert {"12" in quote or "15" in quote for quote in quotes} == {True}
    [dispute] = scanned.store.disputes()
    assert dispute.finding_ids == (finding.finding_id,)
    assert {claim_id for side in dispute.sides for claim_id in side.claim_ids} == {
        finding.pair.left_id,
        finding.pair.right_id,
    }


def test_a_scan_compares_what_the_articles_open_with(parts: Parts):
    """Its findings say that the articles of both claims open alike, where the claims have nothing else in common."""
    ingest(
        parts, [make_article("The new bridge is open.", "alpha"), make_article("The new bridge is not open.", "beta")]
    )
    scan(parts)
    [finding] = parts.store.findings()
    assert any("what story (their articles open alike)" in reason for reason in finding.reasons)


def test_other_code_judges_again(scanned: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Findings are derived again once any module reads differently, under the same version; else they are left."""
    [finding] = scanned.store.findings()
    scanned.store.save_findings([])
    scan(scanned)
    assert scanned.store.findings() == []
    for module in pipeline.PACKAGE.glob("*.py"):
        shutil.copy(module, tmp_path)
    monkeypatch.setattr(pipeline, "PACKAGE", tmp_path)
    scan(scanned)
    assert scanned.store.findings() == []
    with (tmp_path / "verdicts.py").open("a", encoding="utf-8") as changed:
        changed.write("# another rule\n")
    scan(scanned)
    assert [one.finding_id for one in scanned.store.findings()] == [finding.finding_id]
    assert scanned.relations.scored == scanned.store.last_run("scan").counts["scored"]


def test_the_funnel_adds_up(scanned: Parts):
    """The summary counts what is there now and what this run did."""
    run = scanned.store.last_run("scan")
    counts = run.counts
    assert (counts["articles"], counts["claims"], counts["new_claims"]) == (2, 4, 4)
    assert counts["candidates"] == counts["scored"] == counts["new_scored"] == scanned.relations.scored
    assert (counts["flagged"], counts["conflict"], counts["update"], counts["tension"]) == (1, 1, 0, 0)
    assert counts["disputes"] == 1
    assert run.models == {"embedder": "hash-embedder", "relations": "rules"}
    assert run.settings["operating_point"] == "strict"
    assert set(run.seconds) == {"embed", "match", "score", "judge", "save"}


def test_scanning_twice_adds_nothing(scanned: Parts):
    """The second scan asks no model anything and leaves everything as it was."""
    before, scored, embedded = state_of(scanned), scanned.relations.scored, scanned.embedder.embedded
    first = scanned.store.last_run("scan")
    again = scan(scanned)
    assert state_of(scanned) == before
    assert (scanned.relations.scored, scanned.embedder.embedded) == (scored, embedded)
    new = ("new_claims", "new_candidates", "new_scored")
    assert [again.counts[name] for name in new] == [0, 0, 0]
    assert {k: v for k, v in again.counts.items() if k not in new} == {
        k: v for k, v in first.counts.items() if k not in new
    }
    assert again.left_out == first.left_out


def test_a_new_article_costs_only_its_own_pairs(scanned: Parts):
    """Only pairs with a claim of the new article are scored; old findings and dispute keep their ids."""
    [before], [dispute] = scanned.store.findings(), scanned.store.disputes()
    scored = scanned.relations.scored
    ingest(scanned, [GAMMA])
    run = scan(scanned)
    assert run.counts["new_claims"] == 2
    assert scanned.relations.scored - scored == run.counts["new_scored"] == run.counts["new_candidates"]
    findings = scanned.store.findings()
    assert before in findings
    assert len(findings) == 2
    assert dispute.dispute_id in {one.dispute_id for one in scanned.store.disputes()}


def test_the_order_of_arrival_makes_no_difference(parts: Parts, scanned: Parts, tmp_path):
    """All at once, or one after the other: the same findings."""
    from tests.fakes import fake_parts

    ingest(scanned, [GAMMA])
    scan(scanned)
    other = fake_parts(tmp_path / "other")
    ingest(other, [GAMMA, BETA, ALPHA])
    scan(other)
    assert {f.finding_id: f.relation for f in other.store.findings()} == {
        f.finding_id: f.relation for f in scanned.store.findings()
    }
    other.store.close()


def test_decisions_survive_rescans_and_changed_articles(scanned: Parts):
    """A changed article keeps the decision on a claim that it still makes; a vanished claim leaves only the log."""
    [finding] = scanned.store.findings()
    decision = Decision(
        finding_id=finding.finding_id, verdict=Verdict.CONFLICT, reviewer="Ana", note="", decided_at=NOW
    )
    scanned.store.add_decision(decision)
    changed = make_article("Update below.\nThe quake in Nepal killed 12 people.\nThe airport reopened.", "alpha")
    ingest(scanned, [changed])
    scan(scanned)
    [kept] = scanned.store.findings()
    assert kept.finding_id == finding.finding_id
    assert scanned.store.decisions(kept.finding_id) == [decision]
    ingest(scanned, [make_article("Nothing is known of the quake yet.", "alpha")])
    scan(scanned)
    assert scanned.store.findings() == []
    assert [entry.decision for entry in scanned.store.decision_log()] == [decision]


def test_a_changed_article_moves_the_clash_with_its_words(scanned: Parts):
    """After a change above the claim, the clash still cuts the same words out of the new body, before any scan."""
    changed = make_article("Update below.\n" + ALPHA.body, "alpha")
    ingest(scanned, [changed])
    [finding] = scanned.store.findings()
    sides = ((finding.pair.left_id, finding.clash.left), (finding.pair.right_id, finding.clash.right))
    words = {
        scanned.store.article(scanned.store.claim(claim_id).article_id).body[span.start : span.end]
        for claim_id, span in sides
    }
    scan(scanned)
    assert all("12" in word or "15" in word for word in words)
    assert scanned.store.findings() == [finding]


class DyingModel(RuleRelationModel):
    """A relation model whose process is killed after so many calls."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.calls = calls

    def score(self, pairs):
        """Scores, or the end."""
        if self.calls == 0:
            raise KeyboardInterrupt
        self.calls -= 1
        return super().score(pairs)


def test_a_scan_that_is_killed_loses_at_most_one_batch(parts: Parts):
    """What was scored before the death is not scored again, and the result is that of an undisturbed scan."""
    lines = [f"The quake in Nepal killed {number} people." for number in range(30)]
    others = [f"The quake in Nepal killed {number + 50} people." for number in range(30)]
    ingest(parts, [make_article("\n".join(lines), "alpha"), make_article("\n".join(others), "beta")])
    dying = DyingModel(1)
    with pytest.raises(KeyboardInterrupt):
        scan(replace(parts, load_relations=lambda: dying))
    assert dying.scored == SCORED_AT_ONCE
    run = scan(parts)
    assert parts.relations.scored == run.counts["new_scored"] == run.counts["scored"] - SCORED_AT_ONCE
    assert run.counts["scored"] == run.counts["candidates"] > SCORED_AT_ONCE


def test_another_relation_model_scores_everything_anew(scanned: Parts):
    """Findings name the model that they come from; the scores of the first are kept."""
    other = RuleRelationModel("other rules")
    run = scan(replace(scanned, load_relations=lambda: other))
    assert other.scored == run.counts["new_scored"] == run.counts["candidates"]
    assert [finding.model_id for finding in scanned.store.findings()] == ["other rules"]
    assert scan(scanned).counts["new_scored"] == 0
    assert [finding.model_id for finding in scanned.store.findings()] == ["rules"]


def test_another_operating_point_only_judges_anew(scanned: Parts):
    """Thresholds change the findings without asking the model again."""
    blind = RuleRelationModel()
    blind.operating_points = {"strict": {"conflict": 0.99, "update": 0.99, "tension": 0.99}}
    scan(replace(scanned, load_relations=lambda: blind))
    assert scanned.store.findings() == []
    assert blind.scored == 0


def test_other_settings_match_anew_and_keep_the_scores(scanned: Parts):
    """A wider search adds pairs; pairs scored before are not scored again."""
    scored = scanned.relations.scored
    wider = replace(scanned, settings=scanned.settings.model_copy(update={"min_similarity": 0.0}))
    run = scan(wider)
    assert run.counts["new_claims"] == 4
    assert run.counts["candidates"] >= scored
    assert scanned.relations.scored - scored == run.counts["candidates"] - scored == run.counts["new_scored"]


def test_going_back_to_former_settings_finds_what_they_found(scanned: Parts):
    """Candidates are those of the settings of now, also where others were tried meanwhile; none is scored twice."""
    narrow = replace(scanned, settings=scanned.settings.model_copy(update={"min_similarity": 0.95}))
    before, key = scan(scanned).counts, match_key(scanned)
    left_out = scanned.store.pairs_left_out(key)
    wide = replace(scanned, settings=scanned.settings.model_copy(update={"min_similarity": 0.0}))
    for other in (narrow, wide):
        scan(other)
    after = scan(scanned).counts
    assert {name: after[name] for name in ("candidates", "flagged", "disputes")} == {
        name: before[name] for name in ("candidates", "flagged", "disputes")
    }
    assert after["new_scored"] == 0
    assert scanned.store.pairs_left_out(key) == left_out


def test_an_operating_point_that_the_model_lacks_is_named(parts: Parts):
    """The error lists those that there are."""
    other = replace(parts, settings=parts.settings.model_copy(update={"operating_point": "sensitive"}))
    model = RuleRelationModel()
    model.operating_points = {"strict": model.operating_points["strict"]}
    with pytest.raises(ModelUnusable, match="rules has no operating point 'sensitive'") as caught:
        operating_point(replace(other, load_relations=lambda: model))
    assert "strict" in caught.value.hint


def test_copies_of_one_text_never_disagree(parts: Parts):
    """Two prints of one wire story, one with another number, are no finding; what a third says against both is."""
    story = (
        "\nThe army sent two hundred soldiers to the valley with tents, blankets and food for a week."
        "\nRoads to the north are blocked by stones, and helicopters cannot land because of the clouds."
        "\nThe government asked its neighbours for help and promised every family a new house by winter."
    )
    wire = [make_article(f"The quake in Nepal killed {n} people.{story}", name) for n, name in ((12, "a"), (13, "b"))]
    ingest(parts, [*wire, BETA])
    scan(parts)
    sides = [
        {parts.store.article(parts.store.claim(claim_id).article_id).label for claim_id in pair}
        for pair in ((one.pair.left_id, one.pair.right_id) for one in parts.store.findings())
    ]
    assert sides
    assert all("beta" in pair for pair in sides)


def test_a_deleted_index_is_made_anew_by_a_scan(scanned: Parts):
    """Nothing is lost with the files of the index: the store is the truth."""
    before = state_of(scanned)
    scanned.create_index()
    assert scanned.claim_index.claim_ids() == set()
    scan(scanned)
    assert scanned.claim_index.claim_ids() == scanned.store.claim_ids()
    assert state_of(scanned) == before


def test_reindex_makes_the_index_anew_whatever_its_state(scanned: Parts):
    """Also an index of another model, which scan refuses with a hint."""

    def of_another_model():
        raise IndexOfOtherModel("the index holds vectors of another model", hint="run: factcheck reindex")

    broken = replace(scanned, open_index=of_another_model)
    with pytest.raises(IndexOfOtherModel):
        scan(broken)
    run = reindex(broken)
    assert run.counts == {"claims": 4}
    assert scanned.claim_index.claim_ids() == scanned.store.claim_ids()


def test_an_empty_store_scans_to_nothing(parts: Parts):
    """No article is no error."""
    run = scan(parts)
    assert (run.counts["articles"], run.counts["flagged"], run.counts["disputes"]) == (0, 0, 0)


def test_a_second_scan_at_the_same_time_is_refused(scanned: Parts):
    """The error says that another is writing; afterwards a scan runs."""
    with FileLock(scanned.settings.index / "factcheck.lock"), pytest.raises(ScanInProgress, match="another ingest"):
        scan(scanned)
    scan(scanned)


def test_progress_hears_every_batch(parts: Parts):
    """Scoring reports how many pairs are done of how many."""
    heard: list[tuple[str, int, int]] = []
    ingest(parts, [ALPHA, BETA])
    run = scan(parts, progress=lambda stage, done, total: heard.append((stage, done, total)))
    total = run.counts["new_scored"]
    assert ("score", total, total) in heard
    assert ("match", 4, 4) in heard
    assert [stage for stage, done, _ in heard if done == 0] == ["embed", "match", "score", "judge", "save"]


def test_texts_that_very_many_outlets_print_are_compared(parts: Parts):
    """An agency and another one that denies it, seventy prints of each: one pair stands for all."""
    said = "The minister said that the bridge over the river would {}be closed for two weeks."
    for agency, text in (("one", said.format("")), ("other", said.format("not "))):
        for number in range(70):
            printed = replace(make_article(text, f"{agency}{number}"), origin_id=agency)
            parts.store.save_article(printed, line_claims(printed))
    assert scan(parts).counts["conflict"] >= 1


def test_prints_of_one_text_leave_room_for_other_neighbours(parts: Parts):
    """However many outlets print an agency's sentence, what two others say of it is compared, too."""
    first = BRIDGE.splitlines()[0]
    own = {
        "beta": "Ferries will run twice an hour from the old harbour.\nPupils get free tickets until the holidays.\n"
        "The mayor asked everybody to leave the car at home where that can be done.",
        "gamma": "Cyclists asked for a lane of their own.\nA fisherman saw the first crack in March.\n"
        "Repairs of the railings had been put off twice for want of money.",
    }
    beta = make_article(f"{first.replace('two weeks', 'three weeks')}\n{own['beta']}", "beta")
    gamma = make_article(
        f"{first.replace('two weeks', 'four weeks').replace('pillars', 'columns')}\n{own['gamma']}", "gamma"
    )
    prints = [make_article(BRIDGE, f"print{number}") for number in range(parts.settings.neighbours + 2)]
    ingest(parts, [*prints, beta, gamma])
    assert parts.store.counts()["origins"] == 3
    scan(parts)
    compared = {
        frozenset(parts.store.claim(one).article_id for one in (scored.pair.left_id, scored.pair.right_id))
        for scored in parts.store.scored_pairs(match_key(parts), parts.relations.model_id)
    }
    assert frozenset((beta.article_id, gamma.article_id)) in compared
