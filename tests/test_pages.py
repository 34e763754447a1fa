"""The pages over a real server, as a reader without JavaScript uses them."""

from __future__ import annotations

import re
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.config import Settings
from factcheck.records import Span, Unit
from factcheck.reports.wording import funnel_rows, percent
from factcheck.web.security import is_loopback, lasting_secrets
from factcheck.web.wording import in_words
from tests.fakes import fake_parts
from tests.sample_report import COURIER, FIFTEEN, HERALD, LATER, NUMBERS, SAMPLE, TOLL, TWELVE
from tests.web_server import Reader, Site, running, sample_parts

ADDRESSES = [
    "/",
    "/?status=all&relation=conflict&q=flood&min_probability=0.5&sort=newest",
    f"/findings/{NUMBERS.finding_id}",
    "/disputes",
    f"/disputes/{SAMPLE.disputes[0].dispute_id}",
    f"/disputes/{SAMPLE.disputes[1].dispute_id}",
    "/check",
    "/check?text=Twelve+people+never+died+in+the+flood%2C+police+said.",
    "/articles",
    f"/articles/{HERALD.article_id}",
    "/report",
    "/report?relation=conflict&status=decided&min_probability=0.9",
    "/quality",
    "/jobs",
    "/about",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_whole_and_escapes_what_articles_say(site: Site, address: str) -> None:
    """Each page has one heading of the first order, strict headers, and no markup out of an article."""
    page = site.get(address)
    assert page.status == 200
    assert page.text.count("<h1") == 1
    assert page.text.rstrip().endswith("</html>")
    assert "<script>alert" not in page.text
    assert 'href="javascript:' not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"<script>|<style|\sstyle=|\son[a-z]+=", page.text)


def test_an_address_cut_short_leads_to_the_queue(site: Site) -> None:
    """/findings is the queue, with the filters that were asked for."""
    reader = Reader(site)
    page = reader.get("/findings?status=all")
    assert page.text == reader.get("/?status=all").text
    assert f"/findings/{NUMBERS.finding_id}" in page.text
    for odd in ("endpoint", "values", "_scheme", "_anchor"):
        assert reader.get(f"/findings?status=all&{odd}=x").text == page.text


def test_the_queue_shows_what_waits_for_a_decision(site: Site) -> None:
    """Decided findings are left away until asked for, and counts say how many there are of each."""
    waiting, everything = site.get("/").text, site.get("/?status=all").text
    assert f"/findings/{LATER.finding_id}" in waiting
    assert f"/findings/{NUMBERS.finding_id}" not in waiting
    assert f"/findings/{NUMBERS.finding_id}?status=all" in everything
    assert "very likely" in everything
    assert "94%" in everything


def test_a_filter_that_fits_nothing_says_so(site: Site) -> None:
    """An empty list explains itself."""
    assert "No finding fits these filters" in site.get("/?q=zebra").text


def test_a_finding_shows_both_sides_with_the_clash_marked(site: Site) -> None:
    """Quote, context, outlet, speaker and date of each side are there, and an unknown date is called so."""
    page = site.get(f"/findings/{NUMBERS.finding_id}?status=all").text
    for shown in (
        "<mark>Twelve</mark>",
        "<mark>15</mark>",
        "The dam at Orlo broke at dawn.",
        "18 November 2026",
        "date unknown",
        "<strong>the mayor</strong>",
        "=Herald &amp; &lt;Sons&gt;",
        "asked the police",
        "1 of 2",
        "builtin-1",
        "How many died in the Orlo flood?",
    ):
        assert shown in page


def test_the_report_counts_from_articles_to_disputes(site: Site) -> None:
    """In words and in that order, as the file to share does."""
    page = site.get("/report").text
    told = re.findall(r"<div><dt>(.+?)</dt><dd>([\d,]+)</dd></div>", page)
    assert told == [(words, f"{number:,}") for words, number in funnel_rows(SAMPLE.funnel)]
    assert told[0][0] == "articles read"


def test_a_pair_that_another_relation_is_likelier_for_says_why_it_is_flagged(own_site: Site) -> None:
    """Only such a pair: who sees 50 % for another relation is told that the threshold lies lower."""
    store, told = own_site.parts.store, "Another relation is likelier."
    assert told not in own_site.get(f"/findings/{NUMBERS.finding_id}").text
    unsure = replace(NUMBERS.scores, conflict=0.2, compatible=0.7, update=0.1, tension=0.0, agree=0.0, different=0.0)
    store.save_findings([replace(NUMBERS, scores=unsure), LATER])
    assert told in own_site.get(f"/findings/{NUMBERS.finding_id}").text


def test_a_decision_is_recorded_and_leads_to_the_next_finding(own_site: Site) -> None:
    """After a decision the reviewer is at the next finding of the same queue, and the name is remembered."""
    reader = Reader(own_site)
    address = f"/findings/{NUMBERS.finding_id}?status=all"
    after = reader.send(
        address, f"/findings/{NUMBERS.finding_id}/decisions?status=all", verdict="update", reviewer="Bo", note="later"
    )
    assert after.headers["Url"].endswith(f"/findings/{LATER.finding_id}?status=all")
    assert "Recorded: update." in after.text
    assert 'name="reviewer" value="Bo"' in after.text
    decisions = own_site.parts.store.decisions(NUMBERS.finding_id)
    assert sorted((one.reviewer, one.verdict, one.note) for one in decisions) == [
        ("@ana", "conflict", "asked the police"),
        ("Bo", "update", "later"),
    ]


def test_after_the_last_finding_comes_the_queue(own_site: Site) -> None:
    """With nothing left to review the queue says so."""
    reader = Reader(own_site)
    path = f"/findings/{LATER.finding_id}"
    after = reader.send(path, f"{path}/decisions", verdict="unsure", reviewer="Bo")
    assert after.headers["Url"] == own_site.address + "/"
    assert "Everything has been decided." in after.text


def test_a_form_without_its_token_changes_nothing(own_site: Site) -> None:
    """A form that no page of this session sent is refused."""
    path = f"/findings/{LATER.finding_id}/decisions"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = own_site.send("POST", path, data=b"verdict=conflict&reviewer=Eve", headers=form)
    assert answer.status == 400
    assert "older session" in answer.text
    assert own_site.parts.store.decisions(LATER.finding_id) == []


def test_a_huge_note_is_refused_in_words(own_site: Site) -> None:
    """Ten megabytes of note are refused without a trace, and nothing is stored."""
    path = f"/findings/{LATER.finding_id}"
    answer = Reader(own_site).send(path, f"{path}/decisions", verdict="conflict", reviewer="Bo", note="x" * 10_000_000)
    assert answer.status in (400, 413)
    assert "Traceback" not in answer.text
    assert own_site.parts.store.decisions(LATER.finding_id) == []


def test_a_note_is_shown_as_text(own_site: Site) -> None:
    """Markup, right-to-left text and a formula in a note do no harm."""
    path = f"/findings/{LATER.finding_id}"
    note = '<img src=x onerror=alert(1)> =1+1 \u202eabc "quoted"'
    Reader(own_site).send(path, f"{path}/decisions", verdict="unsure", reviewer="<b>Bo</b>", note=note)
    page = own_site.get(path).text
    assert "&lt;img src=x onerror=alert(1)&gt; =1+1 \u202eabc" in page
    assert "&lt;b&gt;Bo&lt;/b&gt;" in page


def test_a_dispute_shows_sides_origins_and_the_latest_report(site: Site) -> None:
    """The card of an update puts its reports in order and marks the latest."""
    page = site.get(f"/disputes/{SAMPLE.disputes[1].dispute_id}").text
    assert "How high is the toll?" in page
    assert "1 outlet and 1 article of an unknown outlet, 2 origins" in page
    assert page.index("18 November 2026") < page.index("20 November 2026")
    assert '<li class="latest">' in page


def test_reports_of_unknown_date_are_put_in_no_order(own_site: Site) -> None:
    """Where nobody knows when either was published, nothing is said of an order."""
    address = f"/disputes/{SAMPLE.disputes[0].dispute_id}"
    assert "In order of publication" in own_site.get(address).text
    own_site.parts.store.save_article(replace(COURIER, published_at=None), [TWELVE])
    assert "In order of publication" not in own_site.get(address).text


def test_a_card_shows_the_claim_that_clashes(own_site: Site) -> None:
    """Of a side of several claims the list quotes the one that the finding is about, not one that supports it."""
    [numbers, _] = SAMPLE.disputes
    supported = replace(numbers.sides[0], claim_ids=(TOLL.claim_id, TWELVE.claim_id))
    own_site.parts.store.save_disputes([replace(numbers, sides=(supported, numbers.sides[1]))])
    page = own_site.get("/disputes").text
    assert "<mark" in page[: page.index("and 1 more claim")]
    assert TOLL.text not in page


def test_a_claim_is_checked_by_its_address(site: Site) -> None:
    """The evidence is grouped by relation; the address can be bookmarked."""
    page = site.get("/check?text=Twelve+people+never+died+in+the+flood%2C+police+said.").text
    assert 'id="g-conflict"' in page
    assert "The Courier" in page


def test_evidence_marks_the_part_that_was_compared(own_site: Site) -> None:
    """As a finding does: underlined, named for who listens, and told how it was read; only where it is not all."""
    unit = Unit(span=Span(start=0, end=31), text="Twelve residents died in the flood.")
    claim, parts = replace(TWELVE, units=(unit,)), own_site.parts
    parts.store.save_article(COURIER, [claim], rules="later")
    index = parts.create_index()
    wordings = {name: text for one in (claim, FIFTEEN, TOLL) for name, text in one.wordings.items()}
    index.add(list(wordings), parts.embedder.embed(list(wordings.values())))
    index.save()
    address = "/check?text=Thirty+residents+never+died+in+the+flood."
    page = own_site.get(address).text
    assert '<span class="compared"><span class="visually-hidden">[compared part:] </span>' in page
    assert 'Compared: only the part <span class="compared">underlined</span>, read as <q class="read-as"' in page
    assert page.count("Compared: ") == 1
    body = {"text": "Thirty residents never died in the flood."}
    [told] = [
        one for one in own_site.post("/api/v1/claims", body).json["evidence"] if one["claim_id"] == claim.claim_id
    ]
    assert told["compared"]["right"]["text"] == "Twelve people died in the flood"
    assert told["compared"]["left"]["reads_as"] == body["text"]


def test_no_evidence_is_said_plainly(site: Site) -> None:
    """A claim that nothing speaks to is answered with a result, not an error."""
    page = site.get("/check?text=Zebras+graze+beneath+Kilimanjaro.")
    assert page.status == 200
    assert "Nothing in the index speaks to this claim, for or against." in page.text


def test_a_claim_that_cannot_be_used_stays_in_the_form(site: Site) -> None:
    """The reason stands beside the field."""
    page = site.get("/check?text=" + "x" * 3_000)
    assert page.status == 400
    assert "The claim has 3,000 characters, the limit is 2,000" in page.text
    assert "x" * 3_000 in page.text


def test_an_article_has_its_claims_marked(site: Site) -> None:
    """Each claim has an anchor, and one with a finding links to it."""
    page = site.get(f"/articles/{COURIER.article_id}").text
    [claim_id] = [one.claim_id for one in SAMPLE.claims.values() if one.article_id == COURIER.article_id]
    assert f'id="claim-{claim_id}">Twelve people died in the flood, police said.</span>' in page
    # of the two findings about it, the one that waits for a decision
    assert f"/findings/{LATER.finding_id}?status=all" in page
    assert "+1" in page
    settled = site.get(f"/articles/{HERALD.article_id}").text
    assert f"/findings/{NUMBERS.finding_id}?status=all" in settled
    assert "decided: conflict" in settled


def test_the_first_run_explains_what_to_do(tmp_path: Path) -> None:
    """An empty store shows three steps instead of an empty list."""
    with running(fake_parts(tmp_path / "index")) as site:
        pages = [site.get(address).text for address in ("/", "/disputes")]
        assert site.get("/report").status == 200
        assert "Nothing in the index speaks" in site.get("/check?text=The+dam+held.").text
    assert all("Nothing has been read yet" in page for page in pages)


def test_articles_come_in_by_the_page_and_are_scanned(tmp_path: Path) -> None:
    """From an empty store to a finding: paste one article, upload another, scan."""
    with running(fake_parts(tmp_path / "index")) as site:
        reader = Reader(site)
        pasted = reader.send("/articles", "/articles", body="Ten ships left Orlo harbour on Monday.", source="Gazette")
        assert "1 article added" in reader.finished(pasted).text
        uploaded = reader.upload("../evil name.txt", b"Ten ships never left Orlo harbour on Monday.")
        assert "1 article added" in reader.finished(uploaded).text
        assert "evil name (outlet unknown)" in reader.get("/articles").text
        scanned = reader.finished(reader.send("/articles", "/scan"))
        assert "1 new pair compared" in scanned.text
        assert "Compare" in reader.get("/").text
        assert "Take articles in" in reader.get("/jobs").text


def test_an_upload_may_be_larger_than_one_article(tmp_path: Path) -> None:
    """A file of many articles is taken, and so is a log of many decisions."""
    with running(sample_parts(tmp_path / "index", max_article_chars=1_000)) as site:
        reader = Reader(site)
        lines = b'{"body": "Ten ships never left Orlo harbour on Monday."}\n' + b"\n" * 1_200_000
        assert "data-job" in reader.upload("many.jsonl", lines).text
        assert (
            "0 entries of the log are new here"
            in reader.upload("log.jsonl", b"\n" * 1_200_000, page="/quality", path="/decisions/file", field="file").text
        )


def test_an_uploaded_file_may_have_a_long_name_of_any_letters(own_site: Site) -> None:
    """File systems count bytes, of which these letters have three each; how it ends says what the file is."""
    article = b'{"body": "Ten ships never left Orlo harbour on Monday."}'
    reader = Reader(own_site)
    assert "1 article added" in reader.finished(reader.upload("x" + "\u65b0" * 110 + ".jsonl", article)).text


def test_a_bad_upload_is_named_with_its_reason(own_site: Site) -> None:
    """A binary file is left out and said so."""
    reader = Reader(own_site)
    assert "Left out blob.bin" in reader.finished(reader.upload("blob.bin", bytes(range(256)) * 50)).text


@pytest.mark.parametrize(
    ("pasted", "left_out"),
    [
        ({"body": "1 + 1 = 2"}, "there is no text in it"),
        ({"title": "Harbour closed", "source": "The Gazette"}, "field body is missing"),
        ({"title": " ", "url": "", "published_at": "", "body": "\r\n"}, None),
    ],
)
def test_what_is_pasted_beside_files_keeps_none_of_them_out(
    own_site: Site, pasted: dict[str, str], left_out: str | None
) -> None:
    """What cannot be used of it is named with its reason; a form that was left blank is nothing to name."""
    reader = Reader(own_site)
    uploaded = reader.upload("harbour.txt", b"Ten ships never left Orlo harbour on Monday.", **pasted)
    told = reader.finished(uploaded).text
    assert "1 article added" in told
    assert re.findall("Left out ([^<]*)", told) == ([f"the pasted article: {left_out}"] if left_out else [])


def test_an_empty_form_is_refused(own_site: Site) -> None:
    """Neither file nor text is an error that says what is missing."""
    answer = Reader(own_site).send("/articles", "/articles")
    assert (answer.status, "Field body is missing." in answer.text) == (400, True)


@pytest.mark.parametrize("address", ["/findings/none", "/disputes/none", "/articles/none", "/none"])
def test_what_is_not_there_is_a_page(site: Site, address: str) -> None:
    """An unknown address is answered in words, with the way back."""
    page = site.get(address)
    assert page.status == 404
    assert "Nothing is here" in page.text
    assert "To the findings" in page.text


@pytest.mark.parametrize(
    "address", ["/?status=x", "/?page=0", "/report/file?format=exe", "/?colour=red", "/articles?page=x"]
)
def test_an_address_that_cannot_be_used_is_refused(site: Site, address: str) -> None:
    """The page names the field."""
    page = site.get(address)
    assert page.status == 400
    assert f"<p>{re.split(r'[?=]', address)[1].capitalize()}: " in page.text


def test_the_report_is_downloaded_with_a_name(site: Site) -> None:
    """CSV and Markdown are attachments; the page opens in place and may run nothing."""
    csv, html = (site.get(f"/report/file?format={name}") for name in ("csv", "html"))
    assert re.fullmatch(r'attachment; filename="factcheck-[0-9-]{10}\.csv"', csv.headers["Content-Disposition"])
    assert "Content-Disposition" not in html.headers
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert html.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_session_cookie_is_out_of_reach_of_scripts(site: Site) -> None:
    """The cookie is HttpOnly and SameSite=Lax."""
    cookie = site.get(f"/findings/{NUMBERS.finding_id}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_answer_that_changes_no_session_sets_no_cookie(own_site: Site) -> None:
    """A style sheet that arrives late must not bring back an older session."""
    reader = Reader(own_site)
    path = f"/findings/{LATER.finding_id}"
    reader.send(path, f"{path}/decisions", verdict="unsure", reviewer="Bo")
    assert "Set-Cookie" not in reader.get("/static/app.css").headers
    assert "Set-Cookie" not in reader.get("/about").headers


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path: Path) -> None:
    """Two starts share a secret that only its owner can read."""
    first, second = (lasting_secrets(tmp_path / "index", time.time()) for _ in range(2))
    assert first == second
    assert [len(key) for key in first] == [32]
    assert stat.S_IMODE((tmp_path / "index" / "secret.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.0.0.8", False), ("me", False)],
)
def test_loopback_is_told_from_other_addresses(host: str, expected: bool) -> None:
    """Only addresses of this machine count."""
    assert is_loopback(host) is expected
    assert Settings(host=host).host == host


@pytest.mark.parametrize(
    ("probability", "words", "number"),
    [
        (1.0, "almost certain", "100%"),
        (0.999, "almost certain", "over 99%"),
        (0.95, "almost certain", "95%"),
        (0.8, "very likely", "80%"),
        (0.6, "likely", "60%"),
        (0.4, "as likely as not", "40%"),
        (0.39, "possible", "39%"),
        (0.1, "possible", "10%"),
        (0.09, "unlikely", "9%"),
        (0.001, "very unlikely", "under 1%"),
        (0.0, "very unlikely", "0%"),
    ],
)
def test_probabilities_have_words(probability: float, words: str, number: str) -> None:
    """Thresholds are inclusive, and no probability is falsely certain."""
    assert (in_words(probability), percent(probability)) == (words, number)
