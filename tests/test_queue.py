"""The queue: what stands first, what is next for whom, what needs two people, and how many there are of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from factcheck import review
from factcheck.errors import BadInput, Conflict, NotFound
from factcheck.migrations import MIGRATIONS
from factcheck.parts import Parts
from factcheck.records import Article, ClaimPair, Dispute, Finding, Relation, Side, Verdict
from factcheck.store import DATABASE, FindingFilter, Store
from tests.fakes import NOW, line_claims, make_article
from tests.test_store import decision_on, dispute_about, finding_of, pair_of
from tests.together import all_at_once

DAYS = ("2019-08-17", "2019-07-18", "2019-08-17", None)
LINES = [f"Report number {number} speaks of the quake." for number in range(8)]
OUTLETS = [
    make_article("\n".join(f"{name} says: {line}" for line in LINES), name.lower(), source=name, published_at=day)
    for name, day in zip(("Alpha", "Beta", "Gamma", "Delta"), DAYS, strict=True)
]
OPEN = FindingFilter(status="open")


def pair_between(one: Article, other: Article, line: int) -> ClaimPair:
    """The claims that two articles make in the same line."""
    return pair_of(line_claims(one)[line], line_claims(other)[line])


ALPHA, BETA, GAMMA, DELTA = OUTLETS
FRESH = [finding_of(pair_between(ALPHA, GAMMA, line), probability=0.9 - line / 100) for line in range(3)]
OLDER = finding_of(pair_between(BETA, DELTA, 3), probability=0.99)
UNDATED = finding_of(pair_between(ALPHA, DELTA, 4), Relation.TENSION, probability=0.7)
EVERY = [*FRESH, OLDER, UNDATED]
IN_ORDER = [*FRESH, OLDER, UNDATED]


@pytest.fixture
def queue(store: Store) -> Store:
    """A store with five findings: three of the last day, one whose newest article is a month older, one half dated."""
    for article in OUTLETS:
        store.save_article(article, line_claims(article))
    store.save_findings(EVERY)
    return store


def ids(findings: list[Finding]) -> list[str]:
    """Their ids."""
    return [finding.finding_id for finding in findings]


def next_for(store: Store, reviewer: str, after: str | None = None, *, minute: int = 0) -> str | None:
    """What is next for a reviewer at a minute, assigned for a quarter of an hour."""
    now = NOW + timedelta(minutes=minute)
    return store.next_to_review(OPEN, reviewer, after, now=now, until=now + timedelta(minutes=15))


def widely_reported(finding: Finding, line: int) -> Dispute:
    """A dispute about a finding that all four outlets report, one claim of each."""
    narrow = dispute_about(finding.pair)
    held = (finding.pair.left_id, finding.pair.right_id)
    others = [claims[line].claim_id for claims in map(line_claims, OUTLETS) if claims[line].claim_id not in held]
    sides = (narrow.sides[0], Side(position="second", claim_ids=(*narrow.sides[1].claim_ids, *others)))
    return replace(narrow, sides=sides, finding_ids=(finding.finding_id,))


def test_likely_and_recent_conflicts_stand_first(queue: Store):
    """A month of age outweighs a little more probability, and a likely conflict stands before a likely tension."""
    assert queue.finding_ids(FindingFilter()) == ids(IN_ORDER)


@pytest.mark.parametrize("relation", [Relation.UPDATE, Relation.TENSION])
def test_a_conflict_stands_before_what_is_as_likely_and_none(queue: Store, relation: Relation):
    """However much fresher and more widely reported an update or a tension is."""
    fresh = finding_of(pair_between(ALPHA, GAMMA, 5), relation, probability=0.6)
    conflicts = [replace(OLDER, probability=0.6), replace(UNDATED, relation=Relation.CONFLICT, probability=0.6)]
    queue.save_findings([fresh, *conflicts])
    queue.save_disputes([widely_reported(fresh, 5)])
    assert queue.finding_ids(FindingFilter())[-1] == fresh.finding_id


def test_a_weak_update_of_today_does_not_stand_before_a_likely_conflict_of_unknown_date(queue: Store):
    """That an article has a date says little about what a reviewer should look at first."""
    for article in OUTLETS:
        queue.save_article(replace(article, published_at=None), line_claims(article))
    dated = replace(ALPHA, published_at="2019-08-17")
    queue.save_article(dated, line_claims(dated))
    update = finding_of(pair_between(ALPHA, GAMMA, 5), Relation.UPDATE, probability=0.45)
    conflict = finding_of(pair_between(BETA, DELTA, 3), probability=0.55)
    queue.save_findings([update, conflict])
    queue.save_disputes([widely_reported(update, 5)])
    assert queue.finding_ids(FindingFilter()) == [conflict.finding_id, update.finding_id]


def test_what_more_origins_report_stands_first(queue: Store):
    """At equal probability, even where it is older."""
    older = replace(OLDER, probability=FRESH[0].probability)
    queue.save_findings([*FRESH, older])
    assert queue.finding_ids(FindingFilter())[0] == FRESH[0].finding_id
    queue.save_disputes([widely_reported(older, 3)])
    assert queue.finding_ids(FindingFilter())[0] == older.finding_id


def test_an_opened_store_of_an_earlier_version_has_the_order_of_this_one(tmp_path: Path):
    """The places that an earlier version gave are worked out anew when the store is opened, without a scan."""
    path = tmp_path / DATABASE
    store = Store.open(path)
    for article in OUTLETS:
        store.save_article(article, line_claims(article))
    store.save_findings(EVERY)
    with store.writing() as db:
        db.execute("UPDATE findings SET priority = 9 - priority")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm013_queue_order'")
    store.close()
    again = Store.open(path)
    assert again.finding_ids(FindingFilter()) == ids(IN_ORDER)
    again.close()


def test_the_order_of_a_queue_never_depends_on_chance(queue: Store):
    """Findings alike in everything stand by their ids, on every page once."""
    queue.save_findings([replace(finding, probability=0.8) for finding in FRESH])
    by_id = sorted(ids(FRESH))
    for sort in ("priority", "probability", "newest"):
        shown = FindingFilter(sort=sort)
        assert queue.finding_ids(shown) == by_id
        assert [queue.findings_to_review(shown, page, 1).records[0].finding_id for page in (1, 2, 3)] == by_id
        assert ids(queue.findings_after(shown, by_id[0])) == by_id[1:]
        assert queue.beside_in_queue(shown, by_id[1]) == (2, by_id[0], by_id[2])


@pytest.mark.parametrize("sort", ["priority", "probability", "newest"])
def test_neighbours_are_those_of_the_whole_list(queue: Store, sort: str):
    """What stands before and behind a finding, without reading the list, is what the list says."""
    shown = FindingFilter(sort=sort)
    order = queue.finding_ids(shown)
    for at, finding_id in enumerate(order):
        before = order[at - 1] if at else None
        behind = order[at + 1] if at + 1 < len(order) else None
        assert queue.beside_in_queue(shown, finding_id) == (at + 1, before, behind)
    assert queue.beside_in_queue(shown, "unknown") == (None, None, order[0])


def test_a_finding_that_left_the_queue_still_has_its_place_in_it(queue: Store):
    """After a decision the next one is the one behind, not the first of all."""
    decided, behind = IN_ORDER[1], IN_ORDER[2]
    queue.add_decision(decision_on(decided))
    assert queue.beside_in_queue(OPEN, decided.finding_id) == (None, IN_ORDER[0].finding_id, behind.finding_id)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (FindingFilter(published_from=date(2019, 8, 17)), [*FRESH, UNDATED]),
        (FindingFilter(published_to=date(2019, 8, 16)), [OLDER]),
        (FindingFilter(published_from=date(2019, 7, 18), published_to=date(2019, 7, 18)), [OLDER]),
        (FindingFilter(month="2019-07"), [OLDER]),
        (FindingFilter(reviewer="Ana"), [FRESH[0]]),
        (FindingFilter(unreviewed_by="Ana"), [*FRESH[1:], UNDATED, OLDER]),
        (FindingFilter(reviewer="Nobody"), []),
        (FindingFilter(assigned_to="Ben"), [FRESH[1]]),
        (FindingFilter(assigned_to="Ben", as_of=NOW), [FRESH[1]]),
        (FindingFilter(assigned_to="Ben", as_of=NOW + timedelta(minutes=1)), []),
        (FindingFilter(event="dispute"), [OLDER]),
        (FindingFilter(source="Delta", relation=Relation.TENSION), [UNDATED]),
        (FindingFilter(source="Gamma", other_source="Alpha"), FRESH),
        (FindingFilter(source="Beta", other_source="Delta"), [OLDER]),
        (FindingFilter(source="Beta", other_source="Alpha"), []),
        (FindingFilter(source="Alpha", other_source="Alpha"), []),
        (FindingFilter(other_source="Beta"), [OLDER]),
        (FindingFilter(sampled=True), []),
    ],
)
def test_a_queue_can_be_narrowed(queue: Store, shown: FindingFilter, expected: list[Finding]):
    """By date of either article, month, reviewer, assignment, event and the outlet of one side or of both."""
    queue.add_decision(decision_on(FRESH[0]))
    queue.assign(FRESH[1].finding_id, "Ben", now=NOW, until=NOW + timedelta(minutes=1))
    queue.save_disputes([dispute_about(OLDER.pair)])
    assert set(queue.finding_ids(shown)) == set(ids(expected))
    assert queue.finding_count(shown) == len(expected)


def test_counts_of_a_matter_show_what_another_choice_would_give(queue: Store):
    """The count of outlets ignores the outlet chosen, and counts the rest of the filter."""
    queue.add_decision(decision_on(FRESH[0]))
    facets = queue.finding_facets(FindingFilter(source="Gamma", status="open"))
    assert facets["source"] == {"Alpha": 3, "Delta": 2, "Gamma": 2, "Beta": 1}
    assert facets["relation"] == {"conflict": 2}
    assert facets["status"] == {"open": 2, "decided": 1}
    assert facets["month"] == {"2019-08": 2}
    assert queue.finding_facets()["reviewer"] == {"Ana": 1}
    assert queue.finding_facets(FindingFilter(query="nothing of the kind"))["status"] == {}


def test_an_outlet_can_stand_opposite_itself(queue: Store):
    """The same outlet for either side shows what it printed on both, and the counts of outlets say how much that is."""
    again = make_article(ALPHA.body.replace("the quake", "a quake"), "again", source="Alpha")
    queue.save_article(again, line_claims(again))
    within = finding_of(pair_between(ALPHA, again, 5))
    queue.save_findings([*EVERY, within])
    both = FindingFilter(source="Alpha", other_source="Alpha")
    assert queue.finding_ids(both) == [within.finding_id]
    assert queue.finding_facets(both)["source"] == {"Gamma": 3, "Alpha": 1, "Delta": 1}
    assert queue.finding_facets(replace(both, other_source="Delta"))["source"] == {"Alpha": 1, "Beta": 1}


def test_two_reviewers_are_never_sent_to_the_same_finding(queue: Store):
    """What is next is kept for a quarter of an hour; then it is free again."""
    first, second = next_for(queue, "Ana"), next_for(queue, "Ben")
    assert [first, second] == ids(IN_ORDER[:2])
    assert next_for(queue, "Ana", minute=14) == first
    assert next_for(queue, "Ben", first, minute=14) == second
    assert next_for(queue, "Cem", minute=31) == first


def test_what_was_passed_over_comes_back_at_the_end(queue: Store):
    """Behind the last one the queue goes on from the top; a finding alone in it is not its own next one."""
    last = IN_ORDER[-1].finding_id
    assert next_for(queue, "Ana", last) == IN_ORDER[0].finding_id
    for finding in IN_ORDER[:-1]:
        queue.add_decision(decision_on(finding))
    assert next_for(queue, "Ana", last) is None
    assert next_for(queue, "Ana") == last
    queue.add_decision(decision_on(IN_ORDER[-1]))
    assert next_for(queue, "Ana") is None


def test_reviewers_at_work_at_once_share_the_queue(tmp_path: Path):
    """Four people decide as fast as they can: every finding is decided, none of them twice."""
    shared = Store.open(tmp_path / DATABASE)
    for article in OUTLETS:
        shared.save_article(article, line_claims(article))
    shared.save_findings(EVERY)

    def work(reviewer: str) -> None:
        while found := next_for(shared, reviewer):
            shared.add_decision(decision_on(shared.finding(found), reviewer=reviewer))

    all_at_once(partial(work, name) for name in ("Ana", "Ben", "Cem", "Dan"))
    decided = [entry.decision.finding_id for entry in shared.decision_log()]
    assert sorted(decided) == sorted(ids(EVERY))
    assert shared.chain_problems() == []
    shared.close()


def test_nobody_is_sent_to_what_they_decided(queue: Store):
    """Also where the queue shows everything."""
    queue.add_decision(decision_on(IN_ORDER[0]))
    found = queue.next_to_review(FindingFilter(), "Ana", None, now=NOW, until=NOW)
    assert found == IN_ORDER[1].finding_id
    other = queue.next_to_review(FindingFilter(), "Ben", None, now=NOW, until=NOW)
    assert other == IN_ORDER[0].finding_id


def test_without_a_name_nothing_is_kept_for_anybody(queue: Store):
    """A reader who only looks takes nothing from the others."""
    assert next_for(queue, "") == next_for(queue, "") == IN_ORDER[0].finding_id
    assert queue.assignments(ids(EVERY), now=NOW) == {}


def test_a_decision_gives_the_finding_free(queue: Store):
    """What was kept for somebody is given back with the decision."""
    queue.assign(OLDER.finding_id, "Ana", now=NOW, until=NOW + timedelta(days=1))
    queue.add_decision(decision_on(OLDER))
    assert queue.assignments([OLDER.finding_id], now=NOW) == {}


def test_findings_can_be_kept_and_given_back(parts: Parts):
    """A second reviewer is told who is at it and until when; the same one may keep it for longer."""
    for article in OUTLETS:
        parts.store.save_article(article, line_claims(article))
    parts.store.save_findings(EVERY)
    first = review.assign(parts, OLDER.finding_id, "Ana")
    assert review.assign(parts, OLDER.finding_id, "Ana", 60).until > first.until
    assert review.assign(parts, OLDER.finding_id, "Ana", 1).until > first.until
    with pytest.raises(Conflict, match=r"Ana is at finding .* until 13:00 UTC"):
        review.assign(parts, OLDER.finding_id, "Ben")
    review.release(parts, OLDER.finding_id, "Ben")
    assert parts.store.assignments([OLDER.finding_id])[OLDER.finding_id].reviewer == "Ana"
    review.release(parts, OLDER.finding_id, "Ana")
    assert review.assign(parts, OLDER.finding_id, "Ben").reviewer == "Ben"
    with pytest.raises(BadInput, match="0 minutes"):
        review.assign(parts, OLDER.finding_id, "Ben", 0)
    with pytest.raises(NotFound, match="'0123'"):
        review.assign(parts, "0123", "Ben")


def test_some_findings_stay_open_for_a_second_reviewer(queue: Store):
    """Where two people review, a finding of the double-review sample is open until both have decided."""
    queue.save_findings(EVERY, double_review=1.0)
    toll = FRESH[0]
    queue.add_decision(decision_on(toll))
    assert queue.reviews_of([toll.finding_id])[toll.finding_id].status == "decided", "there is only one reviewer"
    queue.add_decision(decision_on(OLDER, reviewer="Ben"))
    assert set(queue.finding_ids(OPEN)) == set(ids(EVERY))
    queue.add_decision(decision_on(toll, Verdict.UNSURE, "Ben"))
    assert toll.finding_id not in queue.finding_ids(OPEN)
    assert queue.counts()["decided"] == 1
    queue.withdraw_decision(toll.finding_id, "Ben", NOW + timedelta(hours=1))
    assert toll.finding_id in queue.finding_ids(OPEN)
    queue.withdraw_decision(OLDER.finding_id, "Ben", NOW + timedelta(hours=2))
    assert queue.finding_ids(FindingFilter(status="decided")) == [toll.finding_id]


def test_the_share_of_double_reviews_is_chosen_by_hash(queue: Store):
    """None, all, or those whose id ends low enough; the next scan chooses the same."""
    for share, expected in ((0.0, 0), (1.0, len(EVERY))):
        queue.save_findings(EVERY, double_review=share)
        assert sum(one.needs_two for one in queue.reviews_of(ids(EVERY)).values()) == expected
    queue.save_findings(EVERY, double_review=0.5)
    chosen = {one for one, made in queue.reviews_of(ids(EVERY)).items() if made.needs_two}
    assert chosen == {one for one in ids(EVERY) if int(one[-8:], 16) < 2**31}


def test_the_random_slice_stands_apart(queue: Store):
    """It is shown only when asked for, and counted apart."""
    drawn = finding_of(pair_between(BETA, GAMMA, 5), Relation.AGREE, is_sampled=True, conflict_type=None)
    queue.save_findings([*EVERY, drawn])
    assert drawn.finding_id not in queue.finding_ids(FindingFilter())
    assert drawn not in queue.findings()
    assert queue.findings_of_article(GAMMA.article_id) == FRESH
    assert (queue.counts()["findings"], queue.counts()["sampled"]) == (5, 1)
    assert queue.findings(FindingFilter(sampled=True)) == [drawn]
    assert queue.finding_ids(FindingFilter(status="sample")) == [drawn.finding_id]
    assert queue.finding_facets()["status"] == {"open": 5, "sample": 1}
    assert "agree" not in queue.finding_facets()["relation"]
    queue.add_decision(decision_on(drawn, Verdict.NO_DISAGREEMENT))
    assert queue.finding_ids(FindingFilter(status="sample")) == []
    assert [entry.is_sampled for entry in queue.decision_log()] == [True]


def test_a_drawn_pair_does_not_take_the_place_of_a_decision(queue: Store):
    """A finding that was decided and is not flagged any more stays what it was, even if its pair is drawn."""
    queue.add_decision(decision_on(OLDER))
    drawn = replace(OLDER, relation=Relation.AGREE, conflict_type=None, is_sampled=True)
    queue.save_findings([*FRESH, drawn])
    assert queue.finding(OLDER.finding_id) == OLDER


def test_a_drawn_pair_takes_the_place_of_what_nobody_decided(queue: Store):
    """What is not flagged any more and was never decided stands in the random slice alone, if its pair is drawn."""
    drawn = replace(OLDER, relation=Relation.AGREE, conflict_type=None, is_sampled=True)
    queue.save_findings([*FRESH, drawn])
    assert queue.findings(FindingFilter(sampled=True)) == [drawn]
    assert OLDER.finding_id not in queue.finding_ids(FindingFilter())


def test_an_old_database_gets_its_queue_at_once(queue: Store):
    """What the queue is made of can be worked out from the other tables alone."""
    with queue.writing() as db:
        db.execute("UPDATE findings SET priority = 0, first_published = '', last_published = '', is_open = 0")
        db.execute("DELETE FROM finding_facets")
    queue.renew_queue()
    assert queue.finding_ids(OPEN) == ids(IN_ORDER)
    assert queue.finding_facets()["source"] == {"Alpha": 4, "Gamma": 3, "Delta": 2, "Beta": 1}


def test_a_store_of_the_first_version_opens_with_its_queue_and_decisions(tmp_path: Path):
    """Findings and decisions from before there were priorities, facets and a chain are all there, and in order."""
    old = Store.open(None)
    for article in OUTLETS:
        old.save_article(article, line_claims(article))
    old.save_findings(EVERY)
    entry = old.add_decision(decision_on(OLDER))
    path = tmp_path / DATABASE
    db = Database(path)
    MIGRATIONS.apply(db, stop_before="m005_decision_chain")
    for table in ("articles", "claims", "findings", "decisions"):
        columns = [column.name for column in db[table].columns]
        db[table].insert_all({name: row[name] for name in columns} for row in old.rows(f"SELECT * FROM {table}"))
    db.close()
    old.close()
    store = Store.open(path)
    assert store.finding_ids(FindingFilter()) == ids(IN_ORDER)
    assert store.finding_ids(FindingFilter(status="decided")) == [OLDER.finding_id]
    assert store.finding_facets()["source"] == {"Alpha": 4, "Gamma": 3, "Delta": 2, "Beta": 1}
    assert store.decisions(OLDER.finding_id) == [entry.decision]
    assert store.chain_problems() == []
    store.close()
