"""What articles and notes bring along does no harm: markup, formulas, huge and turned text, control characters."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from factcheck.review import MAX_NOTE_CHARS, decide, export_decisions
from factcheck.store import FindingFilter
from factcheck.web import create_app
from tests.fakes import Clock, fake_parts
from tests.web_server import Reader, Site, running

SCRIPT = "<script>alert(1)</script>"
TURNED = "\u202eabc\u2066 \u0645\u0631\u062d\u0628\u0627"
NASTY = f"=1+1 {SCRIPT} {TURNED}"
CONTROLS = "\x00\x07\x1b[31m\x85"
ARTICLES = [
    {
        "source": f"=cmd|calc!A1 {SCRIPT}",
        "title": f"@SUM(A1) {SCRIPT} {TURNED}{CONTROLS}",
        "url": "https://alpha.example/story",
        "published_at": "2019-08-17",
        "body": f"+1 The flood at Orlo killed 12 people {SCRIPT}, police said.{CONTROLS}\n=2+2 {TURNED} is said.",
    },
    {
        "source": "Beta",
        "title": "Toll",
        "url": "https://beta.example/story",
        "published_at": "2019-08-17",
        "body": "The flood at Orlo killed 15 people, police said.",
    },
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server whose store has read hostile articles and holds a hostile note by a hostile name."""
    parts = replace(fake_parts(tmp_path_factory.mktemp("index")), clock=Clock())
    assert parts.parser
    with running(parts) as started:
        taken = started.post("/api/v1/articles", {"articles": ARTICLES, "scan": True})
        assert (taken.status, len(taken.json["articles"])) == (201, 2), taken.text
        for finding in parts.store.findings():
            decide(parts, finding.finding_id, "conflict", f"=Bo {SCRIPT} {TURNED}", NASTY)
        yield started


def addresses(site: Site) -> list[str]:
    """Every page that shows something of these articles or of the note."""
    store = site.parts.store
    [finding_id, *_] = store.finding_ids(FindingFilter())
    [dispute, *_] = store.disputes()
    articles = [f"/articles/{one.article_id}" for one in store.articles()]
    pages = [
        "/?status=all",
        "/disputes",
        "/articles",
        "/report",
        "/quality",
        "/check?text=The+flood+at+Orlo+killed+9+people.",
    ]
    return [*pages, *articles, f"{articles[0]}/panel", f"/findings/{finding_id}", f"/disputes/{dispute.dispute_id}"]


def test_no_page_runs_or_hides_what_they_brought(site: Site) -> None:
    """The script is text on every page, none has a control character, and names cannot turn what follows them."""
    shown = ""
    for address in addresses(site):
        page = site.get(address)
        assert (page.status, SCRIPT in page.text, "<script>alert" in page.text) == (200, False, False), address
        assert re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page.text) is None, address
        shown += page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert f"<bdi>=Bo &lt;script&gt;alert(1)&lt;/script&gt; {TURNED}</bdi>" in shown


def test_spans_still_cut_the_quotes_out(site: Site) -> None:
    """Control characters go before claims are counted, so that every quote is where it says."""
    [hostile] = [one for one in site.parts.store.articles() if "alpha" in (one.url or "")]
    told = site.get(f"/api/v1/articles/{hostile.article_id}").json
    assert not set(CONTROLS[:3]) & set(told["body"] + told["title"])
    assert TURNED in told["body"]
    assert told["claims"]
    assert all(told["body"][one["start"] : one["end"]] == one["quote"] for one in told["claims"])


@pytest.mark.parametrize(
    "path", ["/report/file?format=csv", "/decisions/file?format=csv", "/api/v1/decisions/export?format=csv"]
)
def test_no_cell_of_a_spreadsheet_is_a_formula(site: Site, path: str) -> None:
    """Every cell that would be run starts with an apostrophe; the rows stay whole."""
    header, *rows = csv.reader(io.StringIO(site.get(path).text))
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert any(SCRIPT in cell and cell.startswith("'=") for cell in cells)


def test_the_report_as_a_page_runs_nothing(site: Site) -> None:
    """The file to share has the words and the note, and neither a script nor a control character."""
    page = site.get("/report/file?format=html")
    assert (page.status, "<script" in page.text.lower()) == (200, False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page.text) is None
    assert SCRIPT not in site.get("/report/file?format=md").text
    assert site.get("/report/file?format=json").json["findings"][0]["decisions"][0]["note"] == NASTY


@pytest.mark.parametrize("length", [MAX_NOTE_CHARS + 1, 10_000_000])
def test_a_note_that_is_too_long_is_refused_everywhere(site: Site, length: int) -> None:
    """By the page, by the API and in a file to import: nothing is kept, and the answer stays short."""
    [finding_id, *_] = site.parts.store.finding_ids(FindingFilter())
    before, note = site.parts.store.counts()["decisions"], "x" * length
    path = f"/findings/{finding_id}"
    page = Reader(site).send(path, f"{path}/decisions", verdict="update", reviewer="Cy", note=note)
    told = site.post(f"/api/v1{path}/decisions", {"verdict": "update", "reviewer": "Cy", "note": note})
    line = next(export_decisions(site.parts))
    lines = json.dumps({**line, "note": note, "reviewer": "Cy", "entry_id": ""}).encode()
    kind = {"Content-Type": "application/x-ndjson"}
    imported = site.send("POST", "/api/v1/decisions/import", data=lines, headers=kind)
    assert (page.status in (400, 413), told.status in (400, 413)) == (True, True)
    if imported.status == 200:
        assert (imported.json["added"], len(imported.json["left_out"])) == (0, 1)
    else:
        assert imported.status == 413
    assert max(len(one.text) for one in (page, told, imported)) < 20_000
    assert site.parts.store.counts()["decisions"] == before


def test_the_log_keeps_one_line_a_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An address with line ends and escapes cannot write lines of its own into the log."""

    def broken(rest: str) -> str:
        raise RuntimeError("nobody foresaw this")

    parts = fake_parts(tmp_path / "index")
    app = create_app(parts.settings, parts)
    app.add_url_rule("/broken/<rest>", "broken", broken)
    answer = app.test_client().get("/broken/x%0aERROR forged%1b[31m%E2%80%AE")
    told = " ".join(answer.text.split())
    assert (answer.status_code, "Nobody foresaw what happened here." in told, "RuntimeError" in told) == (
        500,
        True,
        False,
    )
    [message] = [record.getMessage() for record in caplog.records if record.name == "factcheck.web"]
    assert message == r"unexpected error at GET '/broken/x\nERROR forged\x1b[31m\u202e'"
