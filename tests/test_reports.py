"""Reports in every format."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO

import pytest

from factcheck.attribution import UNNAMED
from factcheck.reports import MEDIA_TYPES, RENDERERS, render, wording
from factcheck.reports.table import defused
from factcheck.reports.text import escaped
from tests.golden_files import golden
from tests.sample_report import EMPTY, SAMPLE, TWELVE


class Tags(HTMLParser):
    """The tags of a page with their attributes, and the text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("form", RENDERERS)
def test_report_reads_as_expected(form):
    """The whole report in each format, letter by letter."""
    text = render(SAMPLE, form)
    assert text == golden(f"report.{form}", text)


@pytest.mark.parametrize("form", RENDERERS)
def test_report_without_disputes_reads_well(form):
    """A report of nothing is a report too."""
    text = render(EMPTY, form)
    assert text == golden(f"report_empty.{form}", text)


def test_every_format_has_a_media_type():
    """What can be rendered can be served."""
    assert set(MEDIA_TYPES) == set(RENDERERS)


def test_page_loads_and_runs_nothing():
    """The page has no script, no image, no stylesheet from elsewhere, and no handler in an attribute."""
    tags = Tags(render(SAMPLE, "html"))
    assert {name for name, _ in tags.tags} & {"script", "img", "link", "iframe", "object", "form", "base"} == set()
    assert [name for _, attributes in tags.tags for name in attributes if name.startswith("on")] == []
    assert re.findall(r"url\(|@import", render(SAMPLE, "html")) == []


def test_page_links_only_to_articles_on_the_web():
    """A link leads to an anchor of the page or to an article over http; what an article calls its URL is no link."""
    links = {attributes["href"] for attributes in Tags(render(SAMPLE, "html")).named("a")}
    assert {link for link in links if not link.startswith("#")} == {"https://courier.example/dam"}


def test_page_shows_markup_of_articles_as_text():
    """What an article contains never becomes part of the page's own markup."""
    page = render(SAMPLE, "html")
    assert "<Sons>" not in page
    assert "&lt;Sons&gt;" in page


def test_page_highlights_what_clashes():
    """The two stretches that clash are marked in the disputes and again in the pairs."""
    assert re.findall(r"<mark>(.*?)</mark>", render(SAMPLE, "html")) == ["Twelve", "15", "15", "Twelve"]


def test_unknown_date_and_outlet_are_said_openly():
    """An article without a date or an outlet is shown as such in every form that people read."""
    for form in ("html", "md"):
        text = render(SAMPLE, form)
        assert "date unknown" in text
        assert "wire (outlet unknown)" in text


def test_disputes_come_before_pairs_and_method():
    """The reader meets the questions first, then the pairs, then how they were found."""
    page = render(SAMPLE, "html")
    places = [page.index(words) for words in ("How many died", "The flagged pairs", "How this report was made")]
    assert places == sorted(places)


def test_json_report_is_an_answer():
    """The JSON report carries the envelope of every JSON answer."""
    report = json.loads(render(SAMPLE, "json"))
    assert report["ok"] is True
    assert [dispute["question"] for dispute in report["disputes"]] == [
        "How many died in the Orlo flood?",
        "How high is the toll?",
    ]


def test_csv_has_one_row_a_finding():
    """Each finding is one row with both quotes and the question of its dispute."""
    rows = list(csv.DictReader(StringIO(render(SAMPLE, "csv"))))
    assert [(row["question"], row["relation"], row["probability"]) for row in rows] == [
        ("How many died in the Orlo flood?", "conflict", "0.94"),
        ("How high is the toll?", "update", "0.71"),
    ]
    assert {rows[0]["left_quote"], rows[0]["right_quote"]} == {
        "The flood killed 15 people, the mayor told the Herald.",
        "Twelve people died in the flood, police said.",
    }


def test_csv_cells_cannot_start_a_formula():
    """No cell of the table starts with a sign that makes a spreadsheet compute."""
    cells = [cell for row in csv.reader(StringIO(render(SAMPLE, "csv"))) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "'=Herald & <Sons>" in cells


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_formula_start_is_defused(start):
    """Each sign that starts a formula gets an apostrophe before it; numbers stay numbers."""
    assert defused(f"{start}1+1") == f"'{start}1+1"
    assert defused(-1.5) == -1.5


def test_markdown_shows_markup_as_text():
    """Signs that Markdown reads as markup are escaped, and line breaks cannot start a block."""
    assert escaped("*a* [b](c)\n# <d> `e` & f_g") == r"\*a\* \[b\](c) \# \<d\> \`e\` \& f\_g"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "file:///etc/passwd", "https://", 'http://a/"x', None],
)
def test_other_than_web_addresses_are_no_links(url):
    """Only http and https addresses with a host become links."""
    assert wording.web_link(url) is None


def test_web_address_is_a_link():
    """An ordinary address stays as it is."""
    assert wording.web_link("https://example.org/a?b=c#d") == "https://example.org/a?b=c#d"


def test_marked_quote_is_whole():
    """The stretches of a quote put together are the quote; spans outside of it mark nothing."""
    claim = {"quote": "twelve or more", "start": 10}
    stretches = wording.marked(claim, [{"start": 5, "end": 16}, {"start": 20, "end": 99}, None])
    assert stretches == [("twelve", True), (" or ", False), ("more", True)]


@pytest.mark.parametrize(
    ("probability", "words"), [(0.0, "0%"), (0.001, "under 1%"), (0.5, "50%"), (0.999, "over 99%"), (1.0, "100%")]
)
def test_probability_is_never_falsely_certain(probability, words):
    """Rounding never makes a probability certain."""
    assert wording.percent(probability) == words


def test_summary_counts_by_relation():
    """The outcome in one sentence."""
    report = {
        "disputes": [{"relation": "conflict"}, {"relation": "tension"}],
        "articles": [],
        "filtered_out": 0,
        "funnel": {"articles": 5, "scored": 9},
    }
    assert wording.summary(report) == "2 disputes found among 5 articles: 1 conflict and 1 tension."
    assert wording.summary({**report, "disputes": []}) == "No disagreement found among 5 articles."


@pytest.mark.parametrize(
    ("shown", "filtered_out", "words"),
    [
        (0, 7, "None of the 7 disputes found among 5 articles passes the filter."),
        (0, 1, "The 1 dispute found among 5 articles does not pass the filter."),
        (1, 6, "1 of 7 disputes found among 5 articles is shown: 1 conflict."),
        (2, 5, "2 of 7 disputes found among 5 articles are shown: 2 conflicts."),
    ],
)
def test_summary_says_what_a_filter_leaves_out(shown: int, filtered_out: int, words: str):
    """What is not shown was found all the same."""
    report = {
        "disputes": [{"relation": "conflict"}] * shown,
        "articles": [],
        "filtered_out": filtered_out,
        "funnel": {"articles": 5, "scored": 9},
    }
    assert wording.summary(report) == words


@pytest.mark.parametrize("form", ["html", "md"])
def test_a_filter_that_nothing_passes_is_no_agreement(form: str):
    """A report of which everything is filtered out does not say that nothing disagrees."""
    text = render(replace(EMPTY, filtered_out=7, funnel={"articles": 5, "scored": 9}), form)
    assert "None of the 7 disputes found among 5 articles passes the filter." in text
    assert "No disagreement" not in text
    assert "No two reports were found to disagree" not in text


def test_articles_of_unknown_outlets_are_counted_beside_the_known():
    """Two articles may have one label, of which an outlet may have the name."""
    whole = {"outlets": ["notes.txt"], "known_outlets": 0, "unknown_outlets": 2, "origins": 2}
    assert wording.reported_by(whole) == "2 articles of unknown outlets, 2 origins"
    assert wording.reported_by({**whole, "known_outlets": 1}) == "1 outlet and 2 articles of unknown outlets, 2 origins"


@pytest.mark.parametrize("form", RENDERERS)
def test_an_unnamed_source_is_called_one(form: str):
    """Where nothing names who says it, no report shows the word that stands for that inside as a name."""
    nameless = replace(TWELVE, speaker=replace(TWELVE.speaker, name=UNNAMED))
    text = render(replace(SAMPLE, claims={**SAMPLE.claims, TWELVE.claim_id: nameless}), form)
    assert "an unnamed source" in text
    assert re.findall(r"\bunnamed\b(?! source)", text) == []


def test_summary_does_not_take_what_was_not_compared_for_agreement():
    """Before a scan the summary says that nothing was compared."""
    report = {"disputes": [], "articles": [], "filtered_out": 0, "funnel": {"articles": 5}}
    assert wording.summary(report) == "5 articles taken in and not compared yet: run factcheck scan."
