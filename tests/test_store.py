"""The store keeps what it is given, once, and answers the questions that the service asks."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from factcheck.attribution import UNNAMED
from factcheck.errors import NotFound, StoreUnusable
from factcheck.records import (
    Article,
    Claim,
    ClaimPair,
    Clash,
    ConflictType,
    DateMention,
    Decision,
    Dispute,
    Facts,
    Finding,
    LeftOut,
    NameMention,
    Quantity,
    Relation,
    RunSummary,
    ScoredPair,
    Side,
    Span,
    Speaker,
    Verdict,
)
from factcheck.store import DATABASE, FindingFilter, Store
from tests.fakes import NOW, line_claims, make_article, make_claim, scores_for
from tests.together import all_at_once

ALPHA = make_article("Twelve people died in the quake.\nRescue teams are at work.", "alpha")
BETA = make_article("Fifteen people died in the quake.\nThe minister praised the army.", "beta")
KEY, MODEL = "settings", "model"


def claim_about(article: Article, words: str) -> Claim:
    """The claim of an article that holds these words."""
    return next(claim for claim in line_claims(article) if words in claim.text)


def pair_of(one: Claim, other: Claim, similarity: float = 0.8) -> ClaimPair:
    """Two claims as a pair, in the order of their ids."""
    left, right = sorted((one.claim_id, other.claim_id))
    return ClaimPair(left_id=left, right_id=right, similarity=similarity, evidence=("both name the quake",))


def finding_of(pair: ClaimPair, relation: Relation = Relation.CONFLICT, **fields: object) -> Finding:
    """A finding about a pair whose first three characters clash on both sides."""
    first = Span(start=0, end=3)
    values = {
        "finding_id": pair.finding_id,
        "pair": pair,
        "relation": relation,
        "probability": 0.9,
        "scores": scores_for(relation),
        "conflict_type": ConflictType.NUMBER if relation is Relation.CONFLICT else None,
        "clash": Clash(left=first, right=first),
        "reasons": ("Alpha says “Twelve”; Beta says “Fifteen”",),
        "model_id": MODEL,
        "run_id": "run",
    }
    return Finding(**{**values, **fields})


def decision_on(finding: Finding, verdict: Verdict = Verdict.CONFLICT, reviewer: str = "Ana") -> Decision:
    """What a reviewer decided."""
    return Decision(finding_id=finding.finding_id, verdict=verdict, reviewer=reviewer, note="", decided_at=NOW)


TOLL = pair_of(claim_about(ALPHA, "died"), claim_about(BETA, "died"))
PRAISE = pair_of(claim_about(ALPHA, "Rescue"), claim_about(BETA, "praised"), 0.5)


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with two articles and a finding about the toll."""
    for article in (ALPHA, BETA):
        store.save_article(article, line_claims(article))
    store.save_findings([finding_of(TOLL)])
    return store


def test_articles_and_claims_come_back_as_they_went_in(store: Store):
    """Every field of an article and of a claim survives, mentions and speaker included."""
    facts = Facts(
        quantities=(Quantity(low=12, high=12, unit="", counted="people", span=Span(start=0, end=6)),),
        dates=(DateMention(first=NOW.date(), last=NOW.date(), span=Span(start=1, end=3)),),
        names=(NameMention(surface="UN", normal="united nations", kind="org", span=Span(start=2, end=4)),),
        negations=(Span(start=4, end=5),),
    )
    speaker = Speaker(name="Shah Mahmood Qureshi", cue=Span(start=7, end=11))
    spoken = make_claim(ALPHA, "Twelve people died in the quake.", speaker=speaker, facts=facts)
    plain = make_claim(ALPHA, "Rescue teams are at work.")
    assert store.save_article(ALPHA, [spoken, plain]) == "added"
    assert store.article(ALPHA.article_id) == ALPHA
    assert store.claims_of_article(ALPHA.article_id) == [spoken, plain]


@given(body=st.text(min_size=1).filter(str.strip), title=st.none() | st.text())
def test_any_text_survives(body: str, title: str | None):
    """Whatever Unicode an article holds comes back character by character."""
    if any(0xD800 <= ord(character) < 0xE000 for character in body + (title or "")):
        return  # half a surrogate pair is no text; loaders refuse it
    store = Store.open(None)
    article = make_article(body, title=title)
    store.save_article(article, [])
    assert store.article(article.article_id) == article
    store.close()


def test_the_same_article_twice_is_one(filled: Store):
    """Saving a version that is here already adds nothing, even if it was fetched later."""
    before = filled.counts(), filled.revision()
    later = replace(ALPHA, retrieved_at=NOW + timedelta(days=1))
    assert filled.save_article(later, line_claims(later)) == "unchanged"
    assert (filled.counts(), filled.revision()) == before


def test_a_new_version_keeps_claims_that_it_still_makes(filled: Store):
    """A claim that stands unchanged in the new version keeps its finding, whose clash moves with the text."""
    changed = make_article("Correction below.\nTwelve people died in the quake.\nRescue is over.", "alpha")
    assert filled.save_article(changed, line_claims(changed)) == "replaced"
    assert [claim.text for claim in filled.claims_of_article(ALPHA.article_id)] == changed.body.splitlines()
    moved = filled.finding(TOLL.finding_id).clash
    side = "left" if filled.claim(TOLL.left_id).article_id == ALPHA.article_id else "right"
    span = getattr(moved, side)
    assert changed.body[span.start : span.end] == "Twe"
    assert filled.versions(ALPHA.article_id) == [ALPHA.content_hash, changed.content_hash]


def test_findings_of_vanished_claims_go_but_their_decisions_stay(filled: Store):
    """When a claim is gone its finding leaves the queue; what was decided stays in the log, with both quotes."""
    filled.add_decision(decision_on(finding_of(TOLL)))
    changed = make_article("Rescue teams are at work.", "alpha")
    filled.save_article(changed, line_claims(changed))
    assert filled.findings() == []
    with pytest.raises(NotFound, match=TOLL.finding_id):
        filled.finding(TOLL.finding_id)
    [entry] = filled.decision_log()
    assert {entry.left.text, entry.right.text} == {
        "Twelve people died in the quake.",
        "Fifteen people died in the quake.",
    }
    assert {entry.left.content_hash, entry.right.content_hash} == {ALPHA.content_hash, BETA.content_hash}


def test_a_claim_that_reads_differently_is_compared_again(filled: Store):
    """New words for the same sentence, or a new date, undo its matches and scores and mark its vector as stale."""
    ids = [claim.claim_id for claim in filled.all_claims()]
    filled.save_matches(KEY, ids, [TOLL], {})
    filled.save_scored([ScoredPair(pair=TOLL, scores=scores_for("conflict"), model_id=MODEL)])
    redated = replace(ALPHA, published_at="2019-08-01")
    filled.save_article(redated, line_claims(redated))
    assert {claim.claim_id for claim in filled.unmatched_claims(KEY)} == {c.claim_id for c in line_claims(ALPHA)}
    assert filled.scored_pairs(KEY, MODEL) == []
    assert filled.stale_vectors() == {claim.claim_id for claim in line_claims(ALPHA)}
    filled.vectors_are_fresh(filled.stale_vectors())
    assert filled.stale_vectors() == set()


def test_only_pairs_that_the_model_has_not_scored_are_asked_for(filled: Store):
    """Scores are kept by model; another model, or other settings, start anew."""
    filled.save_matches(KEY, [TOLL.left_id], [TOLL, PRAISE], {"too far apart in time": 2})
    assert filled.pairs_to_score(KEY, MODEL) == [TOLL, PRAISE]
    scores = replace(scores_for("conflict"), conflict_type=ConflictType.NUMBER)
    scored = ScoredPair(pair=TOLL, scores=scores, model_id=MODEL)
    filled.save_scored([scored])
    assert filled.pairs_to_score(KEY, MODEL) == [PRAISE]
    assert filled.pairs_to_score(KEY, "another") == [TOLL, PRAISE]
    assert filled.pairs_to_score("other settings", MODEL) == []
    assert filled.scored_pairs(KEY, MODEL) == [scored]
    assert (filled.candidate_count(KEY), filled.scored_count(KEY, MODEL)) == (2, 1)


def test_pairs_left_out_add_up_over_the_runs(store: Store):
    """The funnel counts what every run left out with these settings."""
    store.save_matches(KEY, [], [], {"same origin": 2})
    store.save_matches(KEY, [], [], {"same origin": 1, "too little alike": 5})
    assert store.pairs_left_out(KEY) == {"too little alike": 5, "same origin": 3}


def test_scored_pairs_are_chosen_by_probability(filled: Store):
    """Floors are inclusive; flagged relations count together."""
    agreed = ScoredPair(pair=TOLL, scores=scores_for("agree", 0.5), model_id=MODEL)
    flagged = ScoredPair(pair=PRAISE, scores=scores_for("tension", 0.5), model_id=MODEL)
    filled.save_matches(KEY, [], [TOLL, PRAISE], {})
    filled.save_scored([agreed, flagged])
    assert filled.scored_pairs(KEY, MODEL, least_agree=0.5) == [agreed]
    assert filled.scored_pairs(KEY, MODEL, least_flagged=0.7) == [flagged]
    assert filled.scored_pairs(KEY, MODEL, least_flagged=0.71) == []


def test_scored_pairs_among_claims_are_those_with_both_ends_there(filled: Store):
    """One end is not enough, and other settings have pairs of their own."""
    scored = [ScoredPair(pair=pair, scores=scores_for("agree", 0.5), model_id=MODEL) for pair in (TOLL, PRAISE)]
    filled.save_matches(KEY, [], [TOLL, PRAISE], {})
    filled.save_scored(scored)
    assert filled.scored_among(KEY, MODEL, [TOLL.left_id, TOLL.right_id, PRAISE.left_id]) == scored[:1]
    assert filled.scored_among(KEY, MODEL, [TOLL.left_id]) == []
    assert filled.scored_among("other settings", MODEL, [TOLL.left_id, TOLL.right_id]) == []


def test_copies_of_one_text_are_never_compared(filled: Store):
    """Once two articles share an origin, their pairs are neither scored nor judged, and their claims matched anew."""
    ids = [claim.claim_id for claim in filled.all_claims()]
    filled.save_matches(KEY, ids, [TOLL], {})
    assert filled.set_origins({ALPHA.article_id: BETA.origin_id, "unknown": "x"}) == 1
    assert filled.pairs_to_score(KEY, MODEL) == []
    assert {claim.claim_id for claim in filled.unmatched_claims(KEY)} == {c.claim_id for c in line_claims(ALPHA)}
    assert filled.set_origins({ALPHA.article_id: BETA.origin_id}) == 0


def test_findings_are_replaced_but_not_those_decided_on(filled: Store):
    """A rescan's findings take the place of the old ones; one that somebody decided about stays."""
    filled.save_findings([finding_of(PRAISE, Relation.TENSION)])
    assert [finding.finding_id for finding in filled.findings()] == [PRAISE.finding_id]
    filled.add_decision(decision_on(finding_of(PRAISE)))
    filled.save_findings([finding_of(TOLL)])
    assert {finding.finding_id for finding in filled.findings()} == {PRAISE.finding_id, TOLL.finding_id}


def test_a_finding_names_the_run_that_first_flagged_it_so(filled: Store):
    """A rescan that says the same keeps the run; another relation or model is news of the later run."""
    filled.save_findings([finding_of(TOLL, run_id="later")])
    assert filled.finding(TOLL.finding_id) == finding_of(TOLL)
    changed = finding_of(TOLL, Relation.UPDATE, run_id="later")
    filled.save_findings([changed])
    assert filled.finding(TOLL.finding_id) == changed


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (FindingFilter(), [TOLL, PRAISE]),
        (FindingFilter(relation=Relation.TENSION), [PRAISE]),
        (FindingFilter(conflict_type=ConflictType.NUMBER), [TOLL]),
        (FindingFilter(status="open"), [TOLL]),
        (FindingFilter(status="decided"), [PRAISE]),
        (FindingFilter(source="Beta"), [TOLL, PRAISE]),
        (FindingFilter(source="Gamma"), []),
        (FindingFilter(speaker="the minister"), [PRAISE]),
        (FindingFilter(min_probability=0.9), [TOLL]),
        (FindingFilter(query="quakes"), [TOLL]),
        (FindingFilter(query="minister army"), [PRAISE]),
        (FindingFilter(query="minist"), [PRAISE]),
        (FindingFilter(query='NOT "OR) *'), []),
        (FindingFilter(query="1,200"), [TOLL, PRAISE]),
        (FindingFilter(query="1200"), []),
        (FindingFilter(query=" "), [TOLL, PRAISE]),
        (FindingFilter(query="U.S."), [TOLL, PRAISE]),
        (FindingFilter(query="u.s. minist"), [PRAISE]),
        (FindingFilter(query="U.N."), []),
        (FindingFilter(query='"Fift\0een'), []),
        (FindingFilter(query=" $ ' \" "), []),
        (FindingFilter(sort="newest"), [TOLL, PRAISE]),
    ],
)
def test_the_queue_shows_what_a_filter_asks_for(store: Store, shown: FindingFilter, expected: list[ClaimPair]):
    """Each filter, the search, and the order."""
    store.save_article(ALPHA, line_claims(ALPHA))
    cue = Span(start=0, end=3)
    claims = [replace(one, speaker=Speaker(name="the minister", cue=cue)) for one in line_claims(BETA)[1:]]
    store.save_article(replace(BETA, title="Loss of 1,200 in the U.S."), [line_claims(BETA)[0], *claims])
    store.save_findings([finding_of(TOLL), finding_of(PRAISE, Relation.TENSION, probability=0.6)])
    store.add_decision(decision_on(finding_of(PRAISE)))
    page = store.findings_to_review(shown)
    assert [finding.pair for finding in page.records] == expected
    assert page.total == len(expected)
    assert store.finding_ids(shown) == [pair.finding_id for pair in expected]


def test_pages_of_the_queue_follow_each_other(filled: Store):
    """Every finding is on exactly one page, and a page knows how many there are."""
    filled.save_findings([finding_of(TOLL), finding_of(PRAISE, probability=0.8)])
    pages = [filled.findings_to_review(FindingFilter(), page, 1) for page in (1, 2, 3)]
    assert [[finding.pair for finding in page.records] for page in pages] == [[TOLL], [PRAISE], []]
    assert [(page.total, page.pages) for page in pages] == [(2, 2)] * 3


def test_facets_count_both_sides_of_a_finding(filled: Store):
    """A finding between two outlets counts for both, once each."""
    filled.add_decision(decision_on(finding_of(TOLL)))
    assert filled.finding_facets() == {
        "relation": {"conflict": 1},
        "conflict_type": {"number": 1},
        "status": {"decided": 1},
        "source": {"Alpha": 1, "Beta": 1},
        "speaker": {},
        "month": {"2019-08": 1},
        "event": {},
        "reviewer": {"Ana": 1},
    }


@pytest.mark.parametrize("nameless", ["He", UNNAMED])
def test_the_list_of_speakers_has_nobody_whom_nothing_names(store: Store, nameless: str):
    """A claim of "he" is in the queue; "he" is no speaker to choose, nor is what stands for an unnamed source."""
    cue = Span(start=0, end=3)
    for article, name in ((ALPHA, nameless), (BETA, "the minister")):
        claims = [replace(one, speaker=Speaker(name=name, cue=cue)) for one in line_claims(article)]
        store.save_article(article, claims)
    store.save_findings([finding_of(TOLL)])
    assert store.finding_facets()["speaker"] == {"the minister": 1}


def dispute_about(pair: ClaimPair) -> Dispute:
    """A dispute with one claim on each side."""
    sides = (
        Side(position="first", claim_ids=(pair.left_id,)),
        Side(position="second", claim_ids=(pair.right_id,)),
    )
    return Dispute(
        dispute_id="dispute",
        question="How many died?",
        relation=Relation.CONFLICT,
        probability=0.9,
        sides=sides,
        finding_ids=(pair.finding_id,),
    )


def test_disputes_come_back_as_they_went_in(filled: Store):
    """Sides keep their order and claims; a finding knows its dispute."""
    dispute = dispute_about(TOLL)
    filled.save_disputes([dispute])
    assert filled.disputes() == [dispute]
    assert filled.dispute("dispute") == dispute
    assert filled.dispute_of_finding(TOLL.finding_id) == dispute
    assert filled.known_dispute_ids() == {TOLL.finding_id: "dispute"}
    with pytest.raises(NotFound, match="'other'"):
        filled.dispute("other")


def test_a_dispute_that_lost_a_side_is_none(filled: Store):
    """When all claims of a side vanish the card goes, and the rest of the store stays sound."""
    filled.save_disputes([dispute_about(TOLL)])
    changed = make_article("Rescue teams are at work.", "alpha")
    filled.save_article(changed, line_claims(changed))
    assert filled.disputes() == []
    assert filled.problems() == []


def test_the_same_decision_twice_is_one(filled: Store):
    """An entry of the log is known by its content; another reviewer's is another."""
    entry = filled.add_decision(decision_on(finding_of(TOLL)))
    assert not filled.add_logged_decision(entry)
    filled.add_decision(decision_on(finding_of(TOLL), Verdict.UNSURE, "Ben"))
    assert [(one.reviewer, one.verdict) for one in filled.decisions(TOLL.finding_id)] == [
        ("Ana", Verdict.CONFLICT),
        ("Ben", Verdict.UNSURE),
    ]
    assert filled.counts()["decisions"] == 2
    assert filled.counts()["open"] == 0


def test_a_decision_needs_its_finding(store: Store):
    """Nothing is written about a finding that is not there."""
    with pytest.raises(NotFound):
        store.add_decision(decision_on(finding_of(TOLL)))
    assert store.decision_log() == []


def test_the_last_run_of_each_kind_is_kept(store: Store):
    """A run comes back as it was, and the latest wins."""
    first = RunSummary(
        run_id="one",
        started_at=NOW,
        counts={"articles": 2},
        left_out=(LeftOut(what="a.txt", reason="it is empty"),),
        seconds={"read": 0.1},
        models={"embedder": "hash"},
        settings={"neighbours": "5"},
    )
    store.save_run("scan", first)
    store.save_run("scan", replace(first, run_id="two"))
    store.save_run("ingest", replace(first, run_id="three"))
    assert store.last_run("scan") == replace(first, run_id="two")
    assert store.last_run("reindex") is None


def test_runs_that_took_articles_in_after_the_last_scan(store: Store):
    """Those before the scan do not count, and without a scan none does."""
    run = RunSummary(run_id="a", started_at=NOW, counts={}, left_out=(), seconds={}, models={}, settings={})
    store.save_run("ingest", run)
    assert store.ingests_after_scan() == []
    for run_id, kind in (("b", "scan"), ("c", "ingest"), ("d", "reindex"), ("e", "ingest")):
        store.save_run(kind, replace(run, run_id=run_id))
    assert store.ingests_after_scan() == [replace(run, run_id="c"), replace(run, run_id="e")]


def test_unknown_ids_are_named(store: Store):
    """The error says which id was not found."""
    for ask in (store.article, store.claim, store.finding, store.dispute):
        with pytest.raises(NotFound, match="'0123'"):
            ask("0123")


def test_a_transaction_that_fails_leaves_nothing(store: Store):
    """An error in the middle undoes all that the transaction wrote, also what was nested in it."""

    def save_and_fail() -> None:
        with store.writing():
            store.save_article(ALPHA, line_claims(ALPHA))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        save_and_fail()
    assert store.counts()["articles"] == 0


def test_every_thread_has_its_own_connection(tmp_path: Path):
    """Threads write to one file at a time and lose nothing."""
    store = Store.open(tmp_path / DATABASE)
    articles = [make_article(f"Story {number}.", f"outlet{number}") for number in range(24)]

    def save(share: list[Article]) -> None:
        for article in share:
            store.save_article(article, line_claims(article))

    all_at_once(partial(save, articles[start::4]) for start in range(4))
    assert {article.article_id for article in store.articles()} == {article.article_id for article in articles}
    assert store.revision() == 24
    store.close()


def test_a_store_is_there_again_after_closing(tmp_path: Path):
    """What was written is read by the next process."""
    store = Store.open(tmp_path / DATABASE)
    store.save_article(ALPHA, line_claims(ALPHA))
    store.close()
    again = Store.open(tmp_path / DATABASE)
    assert again.articles() == [ALPHA]
    again.close()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path):
    """The error names the step that this version does not know, and says to upgrade."""
    Store.open(tmp_path / DATABASE).close()
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('factcheck', 'm999_later')")
    connection.close()
    with pytest.raises(StoreUnusable, match=r"newer factcheck .*m999_later") as caught:
        Store.open(tmp_path / DATABASE)
    assert "upgrade" in caught.value.hint


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path):
    """The error names the file; its content stays."""
    path = tmp_path / DATABASE
    path.write_bytes(b"these are no pages of a database" * 100)
    with pytest.raises(StoreUnusable, match=f"{DATABASE} is damaged or no database"):
        Store.open(path)
    assert path.read_bytes().startswith(b"these are no pages")


def test_a_damaged_database_is_an_error_not_a_wrong_answer(tmp_path: Path):
    """Overwritten pages are noticed when they are read."""
    path = tmp_path / DATABASE
    store = Store.open(path)
    for number in range(200):
        store.save_article(make_article(f"Story {number}. " * 50, f"outlet{number}"), [])
    store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 20 : 4096 * 60] = b"\xff" * (4096 * 40)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreUnusable, match="damaged"):
        Store.open(path).articles()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    """The error names the folder and how to choose another."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnusable, match=r"cannot make the folder .*file") as caught:
        Store.open(tmp_path / "file" / DATABASE)
    assert "--index" in caught.value.hint


def test_a_database_that_cannot_be_written_is_named(tmp_path: Path):
    """A folder in the place of the file, as a stand-in for a disk that refuses to write."""
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreUnusable, match=f"{DATABASE} cannot be used: unable to open"):
        Store.open(tmp_path / DATABASE)


def test_what_is_read_together_is_of_one_state(tmp_path: Path) -> None:
    """A report under way does not see what a scan in another process commits; the next one does."""
    reader, writer = Store.open(tmp_path / DATABASE), Store.open(tmp_path / DATABASE)
    writer.save_article(ALPHA, line_claims(ALPHA))
    with reader.reading():
        before = reader.counts()
        writer.save_article(BETA, line_claims(BETA))
        with reader.reading():
            assert reader.counts() == before
    assert reader.counts()["articles"] == before["articles"] + 1
