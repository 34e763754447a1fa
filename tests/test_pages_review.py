"""Review by the pages: filters and paging, undo, decisions on a whole dispute, quality, export and import."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

from factcheck.people import add_account
from factcheck.records import Dispute, Relation, Side, Span, Unit
from factcheck.review import decide, import_decisions
from factcheck.store import FindingFilter, Store
from factcheck.store_file import DATABASE
from factcheck.web import pages_queue
from factcheck.web.shown import outlet_table, timeline
from tests.fakes import fake_parts, line_claims
from tests.sample_report import COURIER, FIFTEEN, HERALD, LATER, NUMBERS, TOLL, TWELVE, WIRE, finding
from tests.test_access import ROOT, key_of
from tests.test_queue import EVERY, IN_ORDER, OUTLETS
from tests.web_server import Reader, Site, running, sample_parts

CARD = Dispute(
    dispute_id="card",
    question="How many died?",
    relation=Relation.CONFLICT,
    probability=0.94,
    sides=(
        Side(position="twelve", claim_ids=(TWELVE.claim_id,)),
        Side(position="more", claim_ids=(FIFTEEN.claim_id, TOLL.claim_id)),
    ),
    finding_ids=(NUMBERS.finding_id, LATER.finding_id),
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with the sample report, its two findings on one card."""
    parts = sample_parts(tmp_path / "index")
    parts = replace(parts, clock=lambda: datetime.now(UTC))
    parts.store.save_disputes([CARD])
    with running(parts) as started:
        yield started


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("status=all", {NUMBERS, LATER}),
        ("status=open", {LATER}),
        ("status=decided", {NUMBERS}),
        ("status=all&relation=update", {LATER}),
        ("status=all&conflict_type=number", {NUMBERS}),
        (f"status=all&source={quote('=Herald & <Sons>')}", {NUMBERS}),
        ("status=all&speaker=the+mayor", {NUMBERS}),
        ("status=all&published_from=2026-11-19", {LATER}),
        ("status=all&published_to=2026-11-17", set()),
        ("status=all&event=card", {NUMBERS, LATER}),
        ("status=all&event=none", set()),
        ("status=all&q=toll+friday", {LATER}),
        ("status=all&min_probability=0.9", {NUMBERS}),
        ("status=all&mine=decided", set()),
        ("status=sample", set()),
    ],
)
def test_each_filter_of_the_queue_shows_what_fits(site: Site, query: str, shown: set[object]) -> None:
    """The address alone says what is shown."""
    page = site.get(f"/?{query}").text
    assert {one for one in (NUMBERS, LATER) if f"/findings/{one.finding_id}" in page} == shown


def test_filters_have_counts_and_can_be_taken_off(site: Site) -> None:
    """A facet says how many findings another choice would show; a chosen one leads back."""
    page = site.get("/?status=all&relation=update").text
    facets = dict(re.findall(r'<span>(\w+)</span> <span class="count">(\d+)</span>', page))
    assert (facets["Update"], facets["Conflict"], facets["All"]) == ("1", "1", "1")
    assert '<a class="facet" href="/?status=all" aria-current="true"><span>Update</span>' in page
    assert '<ul class="chips" aria-label="Filters in use">' in page


def test_random_checks_stand_apart_open_and_decided(site: Site) -> None:
    """What was drawn at random has two entries of its own, by the pages and by the API; no other shows it."""
    drawn = replace(finding(FIFTEEN, TOLL, Relation.AGREE, 0.9, None), is_sampled=True)
    path = f"/findings/{drawn.finding_id}"
    site.parts.store.save_findings([NUMBERS, LATER, drawn])
    api = "/api/v1/findings?sampled=true"
    assert path in site.get("/?status=sample").text
    assert path not in site.get("/?status=checked").text
    assert site.get(f"{api}&status=decided").json["total"] == 0
    decide(site.parts, drawn.finding_id, "no disagreement", "Bo", "")
    assert path not in site.get("/?status=sample").text
    assert path not in site.get("/?status=all").text
    assert path in site.get("/?status=checked").text
    assert [one["finding_id"] for one in site.get(f"{api}&status=decided").json["findings"]] == [drawn.finding_id]
    counted = site.get("/api/v1/findings/facets?sampled=true").json
    assert (counted["total"], counted["facets"]["status"]) == (1, {"decided": 1})


def test_a_finding_marks_the_part_that_was_compared(site: Site) -> None:
    """Where a unit of a sentence was compared it is underlined, named for who listens, and told how it was read."""
    unit = Unit(span=Span(start=0, end=31), text="Twelve residents died in the flood.")
    store = site.parts.store
    store.save_article(COURIER, [replace(TWELVE, units=(unit,))], rules="later")
    assert NUMBERS.pair.right_id == TWELVE.claim_id
    store.save_findings([replace(NUMBERS, pair=replace(NUMBERS.pair, right_unit=1)), LATER])
    page = site.get(f"/findings/{NUMBERS.finding_id}").text
    part = "</mark> people died in the flood<span"
    assert '<span class="compared"><span class="visually-hidden">[compared part:] </span><mark>Twelve' in page
    assert f'{part} class="visually-hidden"> [end of the compared part]</span></span>, police said.' in page
    assert '<q class="read-as" dir="auto">Twelve residents died in the flood.</q>' in page
    assert page.count("<dt>Compared</dt>") == 1
    compared = site.get(f"/api/v1/findings/{NUMBERS.finding_id}").json["compared"]["right"]
    assert (compared["text"], compared["reads_as"]) == ("Twelve people died in the flood", unit.text)
    assert "<dt>Compared</dt>" not in site.get(f"/findings/{LATER.finding_id}").text


def test_a_reading_that_differs_in_marks_alone_is_not_told(site: Site) -> None:
    """What is one and the same words to the verdict is so to the page: a comma within them is no other reading."""
    unit = Unit(span=Span(start=0, end=31), text="Twelve people died, in the flood.")
    site.parts.store.save_article(COURIER, [replace(TWELVE, units=(unit,))], rules="later")
    site.parts.store.save_findings([replace(NUMBERS, pair=replace(NUMBERS.pair, right_unit=1)), LATER])
    page = site.get(f"/findings/{NUMBERS.finding_id}").text
    assert '<dt>Compared</dt><dd>only the part <span class="compared">underlined</span></dd>' in page
    assert "read-as" not in page


def test_a_finding_says_each_thing_once_and_why_its_odds_are_not_the_models(site: Site) -> None:
    """An unknown date and the likeness stand in one sentence each; odds that were added up are explained."""
    evidence = ("similarity 0.80", "both name the dam", "publication date of herald unknown")
    reasons = (
        "a",
        "Grounds for comparing: similarity 0.80; both name the dam.",
        "The publication date of herald is unknown.",
    )
    pair = replace(NUMBERS.pair, evidence=evidence)
    site.parts.store.save_findings([replace(NUMBERS, pair=pair, reasons=reasons, probability=0.97), LATER])
    page = site.get(f"/findings/{NUMBERS.finding_id}").text
    assert page.count("date of herald") == 1
    assert page.count("0.80") == 1
    assert "It is flagged with 97%, not 94%" in page
    assert "It is flagged with" not in site.get(f"/findings/{LATER.finding_id}").text


def test_mine_is_about_who_looks(site: Site) -> None:
    """One address shows each reviewer what is theirs."""
    reader = Reader(site)
    path = f"/findings/{LATER.finding_id}"
    reader.send(path, f"{path}/decisions", verdict="update", reviewer="Bo")
    assert path in reader.get("/?status=all&mine=decided").text
    assert path not in reader.get("/?status=all&mine=unreviewed").text
    assert path in Reader(site).get("/?status=all&mine=unreviewed").text


def test_what_somebody_decided_is_shown_to_them_when_they_ask(site: Site) -> None:
    """From what waits for a decision a way leads to what they decided, whatever its status; so from random checks."""
    reader = Reader(site)
    path = f"/findings/{LATER.finding_id}"
    reader.send(path, f"{path}/decisions", verdict="update", reviewer="Bo")
    for queue, wanted in (("/", "/?mine=decided&status=all"), ("/?status=sample", "/?status=checked&mine=decided")):
        [offered] = re.findall(r'href="([^"]+)"><span>Decided by me', reader.get(queue).text)
        assert unescape(offered) == wanted
    assert path in reader.get("/?mine=decided&status=all").text


def test_what_was_decided_in_its_new_wording_too_is_not_open_again(site: Site) -> None:
    """Only what waits for a decision is said to be open; that the wording changed is told all the same."""
    path = f"/findings/{LATER.finding_id}"
    site.parts.store.save_reopened([(LATER.finding_id, NUMBERS.finding_id, "wire now says more.")])
    assert "Open again" in site.get("/?status=all").text
    assert "Decided before as conflict by @ana; open again: wire now says more." in site.get(path).text
    decide(site.parts, LATER.finding_id, "update", "Bo")
    assert "Open again" not in site.get("/?status=all").text
    told = "Decided before as conflict by @ana; the wording changed since: wire now says more."
    assert told in site.get(path).text


def test_who_starts_is_led_to_a_pair_of_their_own(tmp_path: Path) -> None:
    """Past what others are at and past what waits for a second decision after one's own; the filters stay."""
    with running(fake_parts(tmp_path / "index")) as site:
        for article in OUTLETS:
            site.parts.store.save_article(article, line_claims(article))
        site.parts.store.save_findings(EVERY, double_review=1.0)
        paths = [f"/findings/{one.finding_id}" for one in IN_ORDER]
        ana, bo = Reader(site), Reader(site)
        for reader, name, path in ((ana, "Ana", paths[0]), (bo, "Bo", paths[4])):
            reader.send(path, f"{path}/decisions?status=all", verdict="conflict", reviewer=name)
        assert ana.send("/", "/start").headers["Path"] == paths[1]
        assert bo.send("/", "/start").headers["Path"] == paths[0]
        assert ana.send("/", "/start").headers["Path"] == paths[1]
        kept = bo.send("/?source=Delta", "/start?source=Delta")
        assert kept.headers["Path"] == f"{paths[3]}?source=Delta"
        nothing = bo.send("/?relation=tension", "/start?relation=tension")
        assert nothing.headers["Path"] == "/?relation=tension"
        assert "Nothing is left for you here" in nothing.text


def test_only_who_may_decide_is_offered_to_start(site: Site) -> None:
    """A reader has no button for it, and is refused where a form asks for it."""
    for name, role in (("Ana", "admin"), ("Cy", "reader")):
        add_account(site.parts, ROOT, name, role, "correct horse battery")
    [admin, reader] = [key_of(site, name) for name in ("Ana", "Cy")]
    assert 'action="/start"' in site.get("/", **admin).text
    assert 'action="/start"' not in site.get("/", **reader).text
    assert site.post("/start", {}, **reader).status == 403


def test_a_scan_that_saves_while_the_queue_is_read_does_not_show(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disputes that the counts are of go away before their questions are read: the page is of one state."""
    counted = Store.finding_facets
    scanner = Store.open(site.parts.settings.index / DATABASE)

    def counted_and_then_scanned(store: Store, shown: FindingFilter) -> dict[str, dict[str, int]]:
        facets = counted(store, shown)
        scanner.save_disputes([])
        return facets

    monkeypatch.setattr(Store, "finding_facets", counted_and_then_scanned)
    assert CARD.question in site.get("/").text
    assert CARD.question not in site.get("/disputes").text
    scanner.close()


def test_the_next_page_starts_behind_the_last_row(site: Site) -> None:
    """What is decided meanwhile moves no finding past the reader."""
    first = site.get("/?status=all&sort=probability").text
    assert first.index(NUMBERS.finding_id) < first.index(LATER.finding_id)
    behind = site.get(f"/?status=all&sort=probability&page=2&after={NUMBERS.finding_id}").text
    assert f"/findings/{LATER.finding_id}" in behind
    assert f"/findings/{NUMBERS.finding_id}" not in behind


def test_the_pages_of_a_queue_lead_to_its_end(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much of it is decided on the way; how many pages there are is told where the count holds."""
    monkeypatch.setattr(pages_queue, "PAGE_SIZE", 2)
    for article in OUTLETS:
        site.parts.store.save_article(article, line_claims(article))
    site.parts.store.save_findings(EVERY)
    seen, told, path = [], [], "/"
    while path:
        page = site.get(path).text
        rows = re.findall(r'class="open" href="/findings/(\w+)', page)
        for one in rows:
            decide(site.parts, one, "conflict", "Bo")
        told += re.findall(r"Page [\d of]*\d", page)
        path = unescape("".join(re.findall(r'rel="next" href="([^"]+)"', page)))
        seen += rows
    assert sorted(seen) == sorted(one.finding_id for one in EVERY)
    assert told == ["Page 1 of 3", "Page 2", "Page 3"]


def test_a_decision_is_undone_from_the_message(site: Site) -> None:
    """The message after a decision takes it back; the log keeps both."""
    reader = Reader(site)
    path = f"/findings/{LATER.finding_id}"
    after = reader.send(path, f"{path}/decisions", verdict="unsure", reviewer="Bo")
    assert f'action="{path}/withdrawals"' in after.text
    undone = reader.send(path, f"{path}/withdrawals")
    assert undone.headers["Url"].endswith(path)
    assert "Taken back: unsure." in undone.text
    assert "Took back: Unsure" in undone.text
    assert site.parts.store.decisions(LATER.finding_id) == []
    assert [bool(one.decision.withdraws) for one in site.parts.store.decision_log()][1:] == [False, True]


def test_a_decision_can_be_taken_back_later_on(site: Site) -> None:
    """The history has the button for whoever decided, also once the message is gone; of what others decided none."""
    reader = Reader(site)
    path = f"/findings/{LATER.finding_id}"
    reader.send(path, f"{path}/decisions", verdict="unsure", reviewer="Bo")
    page = reader.get(path).text
    assert "Recorded:" not in page
    assert page.count(f'action="{path}/withdrawals"') == 1
    assert f'action="{path}/withdrawals"' not in Reader(site).get(path).text
    reader.send(path, f"{path}/withdrawals")
    assert f'action="{path}/withdrawals"' not in reader.get(path).text


def test_nothing_to_undo_is_said(site: Site) -> None:
    """Taking back what was never decided is refused in words."""
    reader = Reader(site)
    answer = reader.send("/articles", f"/findings/{LATER.finding_id}/withdrawals", reviewer="Bo")
    assert answer.status == 400
    assert "no decision" in answer.text


def test_a_reviewer_is_told_who_is_at_it(site: Site) -> None:
    """A finding that somebody else has taken says whose it is."""
    now = datetime.now(UTC)
    site.parts.store.assign(LATER.finding_id, "Ana", now=now, until=datetime(now.year + 1, 1, 1, tzinfo=UTC))
    assert "Ana is looking at this until" in site.get(f"/findings/{LATER.finding_id}").text
    assert "<bdi>Ana</bdi> is at it" in site.get("/").text


def test_a_finding_shows_its_neighbours_and_who_reported_it(site: Site) -> None:
    """The other pairs of the dispute, and how widely it is reported."""
    page = site.get(f"/findings/{NUMBERS.finding_id}?status=all").text
    assert f"/findings/{LATER.finding_id}?status=all" in page
    assert "Dispute reported by 2 outlets and 1 article of an unknown outlet, 3 origins" in page


def test_the_whole_article_opens_beside_the_pair(site: Site) -> None:
    """The panel is a piece of a page, with the claim pointed out and nothing that runs."""
    panel = site.get(f"/articles/{COURIER.article_id}/panel?claim={TWELVE.claim_id}").text
    assert "this-claim" in panel
    assert "<html" not in panel
    assert "<script" not in panel


def test_a_dispute_without_a_pair_is_shown_no_more(site: Site) -> None:
    """Claims of two sides may be left of it; what was decided about its pair is kept, and so is a card with a pair."""
    store = site.parts.store
    store.save_disputes([replace(CARD, dispute_id="bare", finding_ids=(NUMBERS.finding_id,)), CARD])
    revised = replace(HERALD, body="Water came at night.", content_hash="revised")
    store.save_article(revised, line_claims(revised))
    assert [one.dispute_id for one in store.disputes()] == ["card"]
    assert "/disputes/bare" not in site.get("/disputes").text
    assert site.get("/disputes/bare").status == 404
    assert [one["dispute_id"] for one in site.get("/api/v1/disputes").json["disputes"]] == ["card"]
    assert [one.decision.finding_id for one in store.decision_log()] == [NUMBERS.finding_id]


def test_a_dispute_is_decided_as_a_whole_after_a_confirmation(site: Site) -> None:
    """The page before shows every pair; only what the reviewer has not decided is recorded."""
    reader = Reader(site)
    path = f"/findings/{LATER.finding_id}"
    reader.send(path, f"{path}/decisions", verdict="update", reviewer="Bo")
    question = reader.get("/disputes/card/decide?verdict=conflict&note=checked&reviewer=Bo")
    assert "“Conflict” for 1 pair?" in question.text
    assert site.parts.store.decisions_of([NUMBERS.finding_id])[NUMBERS.finding_id][0].reviewer == "@ana"
    done = reader.send(
        "/disputes/card/decide?verdict=conflict&reviewer=Bo",
        "/disputes/card/decisions",
        verdict="conflict",
        reviewer="Bo",
        note="checked",
        finding_id=NUMBERS.finding_id,
    )
    assert "Recorded: conflict for 1 of its pairs." in done.text
    log = site.parts.store.decision_log()[1:]
    made = [(one.decision.finding_id, one.decision.verdict) for one in log]
    assert made == [(LATER.finding_id, "update"), (NUMBERS.finding_id, "conflict")]
    again = reader.send(path, "/disputes/card/decisions", verdict="conflict", reviewer="Bo")
    assert "You had decided all of them." in again.text


def test_a_bulk_decision_is_about_the_pairs_that_were_shown(site: Site) -> None:
    """A pair that a scan adds between the question and the button stays undecided, and the reviewer is told."""
    reader, store = Reader(site), site.parts.store
    store.save_disputes([replace(CARD, finding_ids=(NUMBERS.finding_id,))])
    question = reader.get("/disputes/card/decide?verdict=conflict&reviewer=Zoe").text
    assert "“Conflict” for 1 pair?" in question
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', question))
    store.save_disputes([CARD])
    for answer in ("Recorded: conflict for 1 of its pairs.", "You had decided all of them."):
        done = reader.send("/disputes", "/disputes/card/decisions", **fields)
        assert f"{answer} 1 pair came since and stays undecided." in done.text
    by_zoe = [one.decision.finding_id for one in store.decision_log() if one.decision.reviewer == "Zoe"]
    assert by_zoe == [NUMBERS.finding_id]


@pytest.mark.parametrize("where", ["page=2", f"page=2&after={LATER.finding_id}", f"after={LATER.finding_id}"])
def test_an_empty_page_of_a_queue_that_is_not_leads_to_the_first(site: Site, where: str) -> None:
    """Its filters stay; that everything has been decided is said once it is."""
    reader = Reader(site)
    arrived = reader.get(f"/?relation=update&{where}")
    assert arrived.headers["Path"] == "/?relation=update"
    assert f"/findings/{LATER.finding_id}" in arrived.text
    assert "Everything has been decided" not in reader.get(f"/?{where}").text
    decide(site.parts, LATER.finding_id, "update", "Bo")
    assert "Everything has been decided" in reader.get(f"/?{where}").text


@pytest.mark.parametrize(
    "query", ["verdict=maybe&reviewer=Bo", "verdict=conflict&reviewer=", "verdict=conflict&reviewer=B%00o", "x=1"]
)
def test_a_bulk_decision_that_cannot_be_used_is_refused(site: Site, query: str) -> None:
    """Verdict and name are checked before anything is asked."""
    assert site.get(f"/disputes/card/decide?{query}").status == 400


def test_a_timeline_is_in_the_order_of_times() -> None:
    """Whatever their zones; what has none counts as UTC, a day as its beginning, and what is undated comes last."""
    times = ["2019-08-17", "2019-08-17T01:00:00+05:30", "2019-08-16T21:00:00", "2019-08-16T18:00:00-05:00"]
    given = [None, *sorted(times)]
    dispute = {"sides": [{"claims": [{"article": {"published_at": one}} for one in given]}]}
    in_order = [times[1], times[2], times[3], times[0], None]
    assert [claim["article"]["published_at"] for claim in timeline(dispute)] == in_order


def test_outlets_stand_in_a_table_of_who_disagrees(site: Site) -> None:
    """Each cell counts the findings between two outlets and leads to them."""
    page = site.get("/disputes").text
    assert "Who disagrees with whom" in page
    assert "between The Courier and wire" in page
    table = outlet_table(site.parts.store.outlet_pairs(), 2)
    assert table["outlets"] == ["The Courier", "=Herald & <Sons>"]
    assert table["left_out"] == 1
    assert table["cells"]["The Courier"]["wire"] == {"update": 1}


def test_the_table_of_outlets_leads_to_what_it_counts(site: Site) -> None:
    """Also where an outlet stands beside itself, and where its name has a dot or other marks in it."""
    store = site.parts.store
    for one in (COURIER, WIRE):
        store.save_article(replace(one, source="scroll.in"), store.claims_of_article(one.article_id), rules="later")
    store.save_findings([NUMBERS, LATER])
    cells = re.findall(r'<td class="num"><a href="([^"]+)"[^>]*>(\d+)<', site.get("/disputes").text)
    assert len(cells) == 3
    for link, count in cells:
        wanted, page = NUMBERS if "Herald" in link else LATER, site.get(unescape(link)).text
        assert {one for one in (NUMBERS, LATER) if f"/findings/{one.finding_id}" in page} == {wanted}, link
        assert count == "1"
        assert "<span>Other side: " in page


def test_quality_says_what_was_right(site: Site) -> None:
    """One right conflict is 1 of 1 with its interval; two reviewers who differ are shown, and where recall is off."""
    decide(site.parts, NUMBERS.finding_id, "not a claim", "Bo")
    page = site.get("/quality").text
    assert "@ana and Bo" in page
    assert "<circle" in page
    assert "21% to 100%" in page or "0% to 79%" in page
    assert "The shares are too high until the queue is decided to its end" in page


def test_quality_of_nothing_is_an_explanation(tmp_path: Path) -> None:
    """An empty store has no figures, and says what would be here."""
    with running(fake_parts(tmp_path / "index")) as empty:
        page = empty.get("/quality").text
    assert "Nothing has been decided yet" in page
    assert "No scan has run yet" in page


@pytest.mark.parametrize("format", ["jsonl", "csv", "pairs", "claimreview"])
def test_decisions_leave_as_files(site: Site, format: str) -> None:
    """Every form is an attachment with a name of its own."""
    answer = site.get(f"/decisions/file?format={format}")
    assert answer.status == 200
    assert 'attachment; filename="factcheck-decisions-' in answer.headers["Content-Disposition"]
    assert answer.text


def test_exported_decisions_come_in_again(site: Site, tmp_path: Path) -> None:
    """A fresh store that read the same articles has the same decisions after an import, and twice is once."""
    lines = [json.loads(line) for line in site.get("/decisions/file").text.splitlines()]
    fresh = replace(sample_parts(tmp_path / "fresh"), clock=site.parts.clock)
    assert import_decisions(fresh, lines) == (0, 1, ())
    empty = replace(fake_parts(tmp_path / "empty"), clock=site.parts.clock)
    assert import_decisions(empty, lines) == (1, 0, ())
    assert empty.store.decision_log() == site.parts.store.decision_log()


def test_an_import_without_a_file_is_refused(site: Site) -> None:
    """The form says what is missing."""
    answer = Reader(site).send("/quality", "/decisions/file")
    assert (answer.status, "No file was chosen." in answer.text) == (400, True)


def test_the_report_on_screen_and_its_files_share_a_filter(site: Site) -> None:
    """What the filter shows is what the links to files carry."""
    page = site.get("/report?relation=update").text
    assert "/report/file?format=csv&amp;relation=update" in page
    csv = site.get("/report/file?format=csv&source=nobody").text
    assert "How many died?" not in csv


def test_a_reviewer_joins_and_splits_origins(site: Site) -> None:
    """Two articles become one origin by the address of the other, and two again; the log keeps who said so."""
    reader = Reader(site)
    page = f"/articles/{COURIER.article_id}"
    other = f"{site.address}/articles/{WIRE.article_id}?x=1"
    joined = reader.send(page, f"{page}/join", other=other, reviewer="Bo", note="one agency text")
    assert "2 articles print this text" in joined.text
    assert "one agency text" in joined.text
    split = reader.send(page, f"{page}/split", reviewer="Bo")
    assert "No other article prints this text" in split.text
    assert [(one.reviewer, bool(one.joined_to)) for one in site.parts.store.origin_reviews()] == [
        ("Bo", True),
        ("Bo", False),
    ]
    assert reader.send(page, f"{page}/split", reviewer="Bo").status == 400
    assert reader.send(page, f"{page}/join", other="none", reviewer="Bo").status == 404


HOSTILE = "<script>alert(1)</script> \u202eabc \u0645\u0631\u062d\u0628\u0627 =1+1"


def test_text_that_wants_to_break_out_stays_text(site: Site) -> None:
    """Markup, right-to-left text and formulas in articles, notes, names and addresses run on no page."""
    decide(site.parts, NUMBERS.finding_id, "conflict", HOSTILE, HOSTILE)
    decide(site.parts, NUMBERS.finding_id, "update", "Bo", "")
    marked = quote(HOSTILE)
    for address in (
        "/?status=all",
        f"/?q={marked}&source={marked}&speaker={marked}",
        f"/findings/{NUMBERS.finding_id}?status=all&source={marked}",
        "/disputes",
        "/disputes/card",
        f"/disputes/card/decide?verdict=conflict&reviewer={marked}&note={marked}",
        f"/articles/{HERALD.article_id}",
        f"/articles/{HERALD.article_id}/panel?claim={FIFTEEN.claim_id}",
        f"/report?q={marked}",
        "/report?status=decided",
        "/quality",
    ):
        page = site.get(address)
        assert (page.status, "<script>alert" in page.text) == (200, False), address
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in site.get(f"/findings/{NUMBERS.finding_id}").text
    assert "'=SUM" not in site.get(f"/articles/{HERALD.article_id}").text


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x85"])
def test_control_characters_are_refused_in_notes(site: Site, character: str) -> None:
    """A note with a control character is refused in words, and nothing is recorded."""
    path = f"/findings/{LATER.finding_id}"
    answer = Reader(site).send(path, f"{path}/decisions", verdict="unsure", reviewer="Bo", note=f"a{character}b")
    assert (answer.status, "control characters" in answer.text) == (400, True)
    assert site.parts.store.decisions(LATER.finding_id) == []
