"""Articles of every known form go in; everything else is named with its place and reason, and nothing is lost."""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, strategies as st

from factcheck.config import Settings
from factcheck.errors import BadArticle, BadInput
from factcheck.loaders import Loaded, article_from_fields, load
from factcheck.records import Article, LeftOut, content_id

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SETTINGS = Settings()
SEEDS = Path(__file__).parent.parent / "seeds"
BODY = "The talks in the capital failed on Friday, the mediator said. Both sides left the same evening."
FRENCH = "Les négociations ont échoué vendredi dans la capitale, a déclaré le médiateur devant la presse réunie."


def loaded(*paths: Path | str, settings: Settings = SETTINGS) -> list[Loaded]:
    return list(load(paths, settings, lambda: NOW))


def the_article(path: Path | str) -> Article:
    (article,) = loaded(path)
    assert isinstance(article, Article), article
    return article


def the_reason(path: Path | str, settings: Settings = SETTINGS) -> str:
    (left_out,) = loaded(path, settings=settings)
    assert isinstance(left_out, LeftOut), left_out
    assert left_out.what == str(path)
    return left_out.reason


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def from_fields(**fields: object) -> Article:
    return article_from_fields(fields, settings=SETTINGS, retrieved_at=NOW)


def from_stdin(monkeypatch: pytest.MonkeyPatch, content: str) -> list[Loaded]:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content.encode())))
    return loaded("-")


# Text


def test_the_seeds_folder_holds_exactly_five_articles() -> None:
    """README and manifest are passed over, and nothing is reported."""
    found = loaded(SEEDS)
    assert [(a.label[:3], a.published_at, bool(a.title)) for a in found if isinstance(a, Article)] == [
        ("000", None, False),
        ("001", None, True),
        ("002", None, True),
        ("003", "2025-02-07", False),
        ("004", "2019-02-19", True),
    ]
    assert len(found) == 5


def test_the_manifest_of_the_seeds_says_what_the_files_hold() -> None:
    """Checksums, lengths, headlines and dates are those of the files."""
    articles = {article.label: article for article in loaded(SEEDS) if isinstance(article, Article)}
    for entry in json.loads((SEEDS / "manifest.json").read_text(encoding="utf-8"))["articles"]:
        raw = (SEEDS / entry["file"]).read_bytes()
        article = articles[Path(entry["file"]).stem]
        assert (entry["sha256"], entry["characters"]) == (sha256(raw).hexdigest(), len(raw.decode()))
        assert (entry["headline"], entry["published_at"]) == (article.title, article.published_at)


def test_a_leading_date_is_the_date_and_no_part_of_the_body(tmp_path: Path) -> None:
    """So is a headline the title, but it stays in the body."""
    article = the_article(written(tmp_path / "a.txt", f" date 2019-08-17 Talks fail in the capital\r\n\r\n{BODY}\n"))
    assert (article.published_at, article.title) == ("2019-08-17", "Talks fail in the capital")
    assert article.body == f"Talks fail in the capital\n\n{BODY}"


def test_a_file_is_known_by_its_path_from_its_folder_on(tmp_path: Path) -> None:
    """The same file in a folder, or given alone, is one article."""
    path = written(tmp_path / "a.txt", BODY)
    assert the_article(tmp_path) == the_article(path)
    assert the_article(path).article_id == content_id("file", f"{tmp_path.name}/a.txt")
    assert the_article(path).origin_id == the_article(path).article_id


def test_files_of_one_name_in_two_loads_are_two_articles(tmp_path: Path) -> None:
    """Tuesday's 001.txt does not take the place of Monday's; the folder above tells them apart."""
    for name in ("monday", "tuesday"):
        (tmp_path / name).mkdir()
        written(tmp_path / name / "001.txt", f"{BODY} {name}")
    assert the_article(tmp_path / "monday").article_id != the_article(tmp_path / "tuesday").article_id


def test_a_file_that_no_path_tells_apart_is_known_by_what_it_says(tmp_path: Path) -> None:
    """An upload has no folder: two texts of one name are two articles, one text of two names is one."""
    one, other, same = (
        next(load([written(tmp_path / name, text)], SETTINGS, lambda: NOW, by_path=False))
        for name, text in (("a.txt", BODY), ("a.txt", f"Another story. {BODY}"), ("b.txt", BODY))
    )
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert isinstance(same, Article)
    assert one.article_id == same.article_id != other.article_id


@pytest.mark.parametrize("field", ["source", "published_at", "title"])
def test_two_prints_of_one_story_are_two_articles(tmp_path: Path, field: str) -> None:
    """Without url, outlet, date and title tell records apart, though both begin alike."""
    values = {
        "source": ("The Courier", "The Herald"),
        "published_at": ("2019-08-17", "2019-08-18"),
        "title": ("A", "B"),
    }
    rows = [json.dumps({"body": BODY, field: value}) for value in values[field]]
    one, other = loaded(written(tmp_path / "a.jsonl", "\n".join(rows)))
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert one.article_id != other.article_id


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "9999-12-31"])
def test_a_date_that_stands_for_none_is_refused(tmp_path: Path, day: str) -> None:
    """What programs write for an empty date is no day of publication."""
    (left_out,) = loaded(written(tmp_path / "a.jsonl", json.dumps({"body": BODY, "published_at": day})))
    assert isinstance(left_out, LeftOut)
    assert left_out.reason == f"field published_at must be of the years 1500 to 2099, got '{day}'"


def test_files_of_one_name_in_two_folders_are_two_articles(tmp_path: Path) -> None:
    """Neither takes the place of the other within one load; naming a file twice gives it one id."""
    for name in "ab":
        (tmp_path / name).mkdir()
        written(tmp_path / name / "1.txt", f"{BODY} {name}")
    one, two, again = (a for a in loaded(tmp_path / "a", tmp_path / "b", tmp_path / "a") if isinstance(a, Article))
    assert one.article_id != two.article_id
    assert one == again


def test_a_byte_order_mark_and_composed_letters_make_no_difference(tmp_path: Path) -> None:
    """The body is stored without mark, in NFC, with one kind of line end and without control characters."""
    text = f"Café\x00talks\x1ffail\u2028{BODY}"
    article = the_article(written(tmp_path / "a.txt", "\ufeff" + unicodedata.normalize("NFD", text)))
    assert article.body == f"Café talks fail\n{BODY}"


def test_hard_wrapped_lines_become_one_paragraph(tmp_path: Path) -> None:
    """A sentence is not cut where a mail program broke the line."""
    wrapped = "The talks in the capital failed\non Friday, the mediator\nsaid.\n\nBoth sides left."
    assert the_article(written(tmp_path / "a.txt", wrapped)).body == (
        "The talks in the capital failed on Friday, the mediator said.\n\nBoth sides left."
    )


# JSON and JSONL


def test_a_broken_line_is_named_and_the_lines_beside_it_go_in(tmp_path: Path) -> None:
    """File, line and reason; blank lines count but are no error."""
    lines = [json.dumps({"body": BODY, "url": "https://example.org/1"}), "", '{"body": "x', "[1]", '{"body": 3}']
    path = written(tmp_path / "a.jsonl", "\n".join(lines) + "\n")
    article, *left_out = loaded(path)
    assert isinstance(article, Article)
    assert left_out == [
        LeftOut(what=f"{path}, line 3", reason="not JSON: Unterminated string starting at character 10"),
        LeftOut(
            what=f"{path}, line 4",
            reason="an article must be an object with the fields url, source, title, published_at, body, got [1]",
        ),
        LeftOut(what=f"{path}, line 5", reason="field body must be text, got int 3"),
    ]


def test_a_line_that_is_no_utf8_is_named_with_its_offset(tmp_path: Path) -> None:
    """The other lines go in."""
    path = written(tmp_path / "a.jsonl", b'{"body": "caf\xe9"}\n' + json.dumps({"body": BODY}).encode())
    left_out, article = loaded(path)
    assert left_out == LeftOut(what=f"{path}, line 1", reason="not UTF-8: byte 0xe9 at offset 13; save it as UTF-8")
    assert isinstance(article, Article)


@pytest.mark.parametrize("count", [1, 2])
def test_a_json_file_holds_one_object_or_a_list(tmp_path: Path, count: int) -> None:
    """Entries of a list are named by their number."""
    entries: list[object] = [{"body": BODY, "title": "One", "source": "Example", "published_at": "2019-08-17"}, "two"]
    path = written(tmp_path / "a.json", json.dumps(entries[0] if count == 1 else entries))
    article, *left_out = loaded(path)
    assert isinstance(article, Article)
    assert (article.title, article.source, article.published_at) == ("One", "Example", "2019-08-17")
    assert [entry.what for entry in left_out if isinstance(entry, LeftOut)] == [f"{path}, article 2"][: count - 1]


@pytest.mark.parametrize("content", ["[" * 100_000, "1" * 5_000, '{"body": NaN}', "nonsense", "[]", "{}"])
def test_json_that_is_no_article_is_one_line_left_out(tmp_path: Path, content: str) -> None:
    """Depth, size and type of the value do not matter."""
    assert the_reason(written(tmp_path / "a.json", content))


# HTML


PAGE = f"""<!DOCTYPE html><html><head><title>Talks fail | The Daily Example</title>
<meta property="og:site_name" content="The Daily Example">
<link rel="canonical" href="https://example.org/2019/talks">
<meta property="article:published_time" content="2019-08-17T10:00:00Z">
<meta property="article:modified_time" content="2021-01-01T10:00:00Z"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Talks fail</h1>
<p>{BODY}</p><p>No date was set for another round of talks, a spokeswoman told reporters on Saturday.</p>
</article><footer>All rights reserved</footer></body></html>"""


def test_a_page_gives_text_title_outlet_address_and_date(tmp_path: Path) -> None:
    """Navigation and footer stay out; the date is that of publication."""
    article = the_article(written(tmp_path / "a.html", PAGE))
    assert (article.title, article.source) == ("Talks fail", "The Daily Example")
    assert (article.url, article.published_at) == ("https://example.org/2019/talks", "2019-08-17")
    assert BODY in article.body.split("\n")
    assert "Home" not in article.body
    assert "rights" not in article.body


@pytest.mark.parametrize("named", ["https://example.org", "https://example.org/#top", "https://[bad/x"])
def test_pages_that_do_not_name_themselves_are_known_by_their_path(tmp_path: Path, named: str) -> None:
    """A site that calls every page by its front page has as many articles as files."""
    page = PAGE.replace("https://example.org/2019/talks", named)
    one, other = loaded(written(tmp_path / "a.html", page), written(tmp_path / "b.html", page))
    assert isinstance(one, Article)
    assert isinstance(other, Article)
    assert (one.url, one.source) == (None, "The Daily Example")
    assert one.article_id != other.article_id


def test_a_page_may_name_itself_by_a_query(tmp_path: Path) -> None:
    """Some sites tell their articles apart by nothing else."""
    page = PAGE.replace("https://example.org/2019/talks", "https://example.org/?p=12")
    assert the_article(written(tmp_path / "a.html", page)).url == "https://example.org/?p=12"


def test_a_page_without_a_date_is_undated(tmp_path: Path) -> None:
    """No date is guessed from a footer."""
    page = f"<html><body><article><p>{BODY}</p><p>{BODY}</p></article><footer>© 2014 Example</footer></body></html>"
    assert the_article(written(tmp_path / "a.html", page)).published_at is None


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html", "<", "\x00<html>", "<!-- only a comment -->"])
def test_a_page_without_text_is_left_out(tmp_path: Path, page: str) -> None:
    """It says so."""
    assert the_reason(written(tmp_path / "a.html", page))


# Standard input


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"body": BODY}),
        json.dumps({"body": BODY}, indent=1),
        json.dumps({"places": [{"name": "Geneva"}], "body": BODY, "made": {"by": "hand"}}, indent=1),
        json.dumps([{"body": BODY}]),
        json.dumps({"body": BODY}) + "\n\n",
        BODY,
        PAGE,
        f"<?xml version='1.0'?>\n{PAGE}",
    ],
    ids=["line", "object", "nested", "list", "jsonl", "text", "page", "xhtml"],
)
def test_standard_input_says_itself_what_it_is(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """JSON, JSONL, HTML and text are told apart."""
    (article,) = from_stdin(monkeypatch, content)
    assert isinstance(article, Article)
    assert BODY in article.body
    assert "{" not in article.body
    assert "<" not in article.body


@pytest.mark.parametrize("cut", ['{"url": "https://example.org/a", "body": "The tal', 'talks failed."}', "Saved at 5"])
def test_lines_on_standard_input_are_read_where_the_first_is_cut(monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    """The cut line is named, and those after it go in."""
    whole = [json.dumps({"body": f"{BODY} {letter}"}) for letter in "ab"]
    broken, *rest = from_stdin(monkeypatch, "\r\n".join([cut, *whole, ""]))
    assert isinstance(broken, LeftOut)
    assert broken.what == "standard input, line 1"
    assert [one.body[-1] for one in rest if isinstance(one, Article)] == ["a", "b"]


def test_standard_input_is_named_in_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line, where there is one."""
    good = json.dumps({"body": BODY})
    assert [
        entry.what for entry in from_stdin(monkeypatch, f"{good}\n{{broken\n{good}") if isinstance(entry, LeftOut)
    ] == ["standard input, line 2"]
    assert from_stdin(monkeypatch, "") == [LeftOut(what="standard input", reason="it is empty")]


# What cannot go in


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \n", "it is empty"),
        (b"%% 12 !!", "there is no text in it"),
        (bytes(range(256)) * 20, "a binary file, not text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 50, "a binary file, not text"),
        (BODY.encode("utf-16"), "not UTF-8: a UTF-16 byte order mark at offset 0; save it as UTF-8"),
        (BODY.encode("utf-16-le"), "a binary file, not text"),
        (b"The caf\xe9 closed.", "not UTF-8: byte 0xe9 at offset 7; save it as UTF-8"),
        (FRENCH.encode(), "the text is in French (fr, certainty 0.98); only English is taken in"),
        (
            b" date 2019-13-45 The talks failed.",
            "field published_at must be an ISO 8601 date or time such as 2019-08-17 or 2019-08-17T09:30:00Z, "
            "got '2019-13-45'",
        ),
    ],
)
def test_a_text_file_that_cannot_go_in_has_a_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    """The reason says what to change."""
    found = the_reason(written(tmp_path / "a.txt", content))
    assert found.split("certainty")[0] == reason.split("certainty")[0]


def test_text_too_short_to_tell_its_language_goes_in() -> None:
    """It is marked as of unknown language, and never refused."""
    assert from_fields(body="Qureshi Guterres Modi").language == "und"
    assert from_fields(body=BODY).language == "en"
    assert from_fields(body=BODY.upper()).language == "en"


def test_fifty_megabytes_are_left_out_without_reading(tmp_path: Path) -> None:
    """Size is looked at first."""
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert the_reason(path) == "has 50000000 bytes, the limit for a text file is 8000000"


def test_a_body_over_the_limit_is_left_out(tmp_path: Path) -> None:
    """The setting is named."""
    path = written(tmp_path / "a.txt", "The talks failed. " * 100)
    reason = the_reason(path, Settings(max_article_chars=1_000))
    assert reason == "body has 1799 characters, the limit is 1000 (setting max_article_chars)"


def test_a_file_of_unknown_kind_is_reported_and_the_rest_goes_in(tmp_path: Path) -> None:
    """Hidden files, README and manifest.json are not; folders are read in order, with their subfolders."""
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b/2.txt", "1.txt", "README.md", "manifest.json", ".hidden.txt", ".git/x.txt", "c.pdf"):
        written(tmp_path / name, BODY + name)
    first, left_out, second = loaded(tmp_path)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.label, second.label) == ("1", "2")
    assert isinstance(left_out, LeftOut)
    assert left_out.what == str(tmp_path / "c.pdf")
    assert left_out.reason.startswith("unknown kind of file '.pdf'; known are .txt,")


def test_an_empty_folder_is_reported(tmp_path: Path) -> None:
    """Nothing in is said, not passed over."""
    assert the_reason(tmp_path) == "the folder holds no articles"


def test_a_linked_folder_is_reported(tmp_path: Path) -> None:
    """It is not followed, and not passed over in silence."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    [left_out] = load([tmp_path / "in"], SETTINGS, lambda: NOW)
    assert isinstance(left_out, LeftOut)
    assert left_out.what.endswith("in/link")
    assert left_out.reason.startswith("links to a folder elsewhere")


def test_a_name_longer_than_any_file_has_is_a_missing_path() -> None:
    """As where somebody gives the text itself."""
    with pytest.raises(BadInput, match="no such file or folder"):
        load(["The talks failed. " * 20], SETTINGS, lambda: NOW)


def test_a_missing_path_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(BadInput, match=r"no such file or folder: .*nothing\.txt"):
        load([written(tmp_path / "a.txt", BODY), tmp_path / "nothing.txt"], SETTINGS, lambda: NOW)


# Fields


def test_an_article_with_a_url_is_known_by_it() -> None:
    """A changed text is another version of the same article."""
    one = from_fields(url="https://www.example.org/a/", body=BODY)
    two = from_fields(url="https://www.example.org/a/", body=BODY + " More.")
    assert one.article_id == two.article_id == content_id("https://www.example.org/a/")
    assert one.content_hash != two.content_hash
    assert one.label == "example.org/a"


def test_an_article_without_url_or_path_is_known_by_title_and_first_words() -> None:
    """Title and the first 200 characters."""
    start = "The talks failed. " * 12
    assert from_fields(title="T", body=start + "End.").article_id == from_fields(title="T", body=start).article_id
    assert from_fields(title="U", body=start).article_id != from_fields(title="T", body=start).article_id


def test_two_articles_of_text_alone_are_known_by_all_of_it() -> None:
    """The same notice on cookies may open both."""
    notice = "This page uses cookies to make it work for you. " * 5
    one, other = (from_fields(body=notice + told) for told in ("The mayor resigned.", "The bridge fell."))
    assert one.article_id != other.article_id


@pytest.mark.parametrize(
    "value", ["2019-08-17", "2019-08-17T09:30:00Z", "2019-08-17 09:30", "2019-08-17T09:30:00+05:30"]
)
def test_iso_dates_and_times_are_dates(value: str) -> None:
    """They stay as given."""
    assert from_fields(body=BODY, published_at=value).published_at == value


@pytest.mark.parametrize(
    "value", ["17 August 2019", "2019", "2019-8-17", "20190817", "2019-02-30", "yesterday", "٢٠١٩-08-17"]
)
def test_another_form_of_date_is_refused_with_the_wanted_form(value: str) -> None:
    """Field, value and form are named; nothing is guessed."""
    with pytest.raises(BadArticle, match=r"field published_at must be an ISO 8601 date .* got") as caught:
        from_fields(body=BODY, published_at=value)
    assert value in str(caught.value)


@pytest.mark.parametrize("name", ["published_at", "url", "title", "source"])
@pytest.mark.parametrize("value", ["", "  \t", None])
def test_an_empty_field_is_an_unknown_one(name: str, value: str | None) -> None:
    """Not an error."""
    assert getattr(from_fields(**{"body": BODY, name: value}), name) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "example.org/a", "https://", "file:///etc/passwd", "http://[x"])
def test_an_address_that_cannot_be_opened_on_the_web_is_refused(url: str) -> None:
    """Reports link to it, so it must be http or https."""
    with pytest.raises(BadArticle, match="field url must begin with http"):
        from_fields(body=BODY, url=url)


@pytest.mark.parametrize("name", ["published_at", "url", "title", "source"])
@pytest.mark.parametrize("value", [3, ["x"], {"a": 1}, "x" * 2_001])
def test_a_field_of_wrong_type_or_length_is_refused_by_name(name: str, value: object) -> None:
    """Whatever it holds."""
    with pytest.raises(BadArticle, match=f"field {name} "):
        from_fields(**{"body": BODY, name: value})


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200), st.text(st.characters(), max_size=30))
def test_any_text_makes_an_article_or_a_clear_refusal(body: str, title: str) -> None:
    """Also lone surrogates; what is stored can be written as UTF-8 and comes back the same when read again."""
    try:
        article = from_fields(body=body, title=title)
    except BadArticle:
        return
    article.body.encode()
    assert from_fields(body=article.body, title=article.title) == article


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.json", "a.jsonl", "a.html"]))
def test_no_bytes_make_load_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    """Each file gives articles or reasons."""
    path = written(tmp_path_factory.mktemp("any") / name, content)
    assert all(isinstance(entry, Article | LeftOut) for entry in loaded(path))
    assert loaded(path)
