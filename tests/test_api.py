"""The JSON API over a real server: the shapes that others rely on, and every error in one shape."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from factcheck.config import Settings
from factcheck.records import Relation
from factcheck.store import DATABASE
from factcheck.web import create_app, security
from factcheck.wiring import build_parts
from tests.fakes import Clock
from tests.sample_report import COURIER, FIFTEEN, HERALD, LATER, NUMBERS, SAMPLE, TWELVE, WIRE
from tests.web_server import Site, running, sample_parts

CONTRADICTED = "Twelve people never died in the flood, police said."
HARBOUR = {
    "url": "https://gazette.example/harbour",
    "source": "The Gazette",
    "title": "Harbour closed",
    "published_at": "2026-11-19",
    "body": "The harbour of Orlo was closed on Thursday. Nobody was hurt when the crane fell.",
}


def test_a_claim_gets_the_evidence_against_it(site: Site) -> None:
    """A contradicted claim is answered with the quote that contradicts it, cut from the stored body."""
    answer = site.post("/api/v1/claims", {"text": CONTRADICTED, "published_at": "2026-11-18"})
    assert answer.status == 200
    best = next(one for one in answer.json["evidence"] if one["article"]["article_id"] == COURIER.article_id)
    assert answer.json["ok"] is True
    assert answer.json["claim"] == {"text": CONTRADICTED, "published_at": "2026-11-18"}
    assert best["relation"] == "conflict"
    assert best["quote"] == COURIER.body[best["start"] : best["end"]] == TWELVE.text
    assert best["article"]["url"] == COURIER.url
    assert best["article"]["published_at"] == COURIER.published_at
    assert set(best["scores"]) == set(Relation)
    assert answer.json["checked"]["articles"] == 3


def test_a_claim_that_nothing_speaks_to_has_no_evidence(site: Site) -> None:
    """No evidence is an answer, not an error."""
    answer = site.post("/api/v1/claims", {"text": "Zebras graze beneath Kilimanjaro."})
    assert (answer.status, answer.json["ok"], answer.json["evidence"]) == (200, True, [])


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "text: field required"),
        ({"text": ""}, "the claim is empty"),
        ({"text": "x" * 20_000}, "20,000 characters, the limit is 2,000"),
        ({"text": 7}, "text: input should be a valid string, got 7"),
        ({"text": "The dam held.", "published_at": "yesterday"}, "'yesterday' is no date"),
        ({"text": "The dam held.", "limit": 0}, "limit: input should be greater than or equal to 1, got 0"),
        ({"text": "The dam held.", "lang": "en"}, "lang: extra inputs are not permitted, got 'en'"),
        ({"text": "The dam \ud800 held."}, "half of a surrogate pair"),
        (["The dam held."], "must be a JSON object, got list"),
    ],
)
def test_a_claim_that_cannot_be_used_is_refused_by_field_value_and_limit(site: Site, body: object, named: str) -> None:
    """The answer is 400 and names what is wrong."""
    answer = site.post("/api/v1/claims", body)
    assert (answer.status, answer.json["ok"], answer.json["status"]) == (400, False, 400)
    assert named in answer.json["error"]


def test_articles_go_in_once(own_site: Site) -> None:
    """The same article twice is one article; the second answer is 200 instead of 201."""
    first, second = (own_site.post("/api/v1/articles", HARBOUR) for _ in range(2))
    assert (first.status, second.status) == (201, 200)
    [article] = first.json["articles"]
    read = own_site.get(f"/api/v1/articles/{article['article_id']}").json
    assert {name: read[name] for name in HARBOUR} == HARBOUR
    assert next(claim["quote"] for claim in read["claims"]) == "The harbour of Orlo was closed on Thursday."
    assert all(read["body"][claim["start"] : claim["end"]] == claim["quote"] for claim in read["claims"])


def test_a_bad_article_does_not_keep_the_good_ones_out(own_site: Site) -> None:
    """What cannot be used is named with its reason, and the rest goes in."""
    answer = own_site.post("/api/v1/articles", {"articles": [HARBOUR, {"title": "no body"}]})
    assert answer.status == 201
    assert [article["title"] for article in answer.json["articles"]] == ["Harbour closed"]
    assert answer.json["ingest"]["funnel"]["left_out"] == [{"what": "articles[1]", "reason": "field body is missing"}]


def test_an_address_alone_needs_fetching(own_site: Site) -> None:
    """While nothing is fetched, an article that is only an address is refused with the setting that would fetch it."""
    answer = own_site.post("/api/v1/articles", {"url": "https://a.example/"})
    assert answer.status == 400
    assert "FACTCHECK_ALLOW_FETCH" in answer.json["hint"]


@pytest.mark.parametrize("body", [{}, {"title": "no body"}, {"articles": [{"title": "no body"}]}, {"body": 5}])
def test_articles_that_cannot_be_used_are_refused(own_site: Site, body: object) -> None:
    """The answer is 400 and nothing goes in."""
    answer = own_site.post("/api/v1/articles", body)
    assert (answer.status, answer.json["ok"]) == (400, False)
    assert "body" in answer.json["error"]
    assert own_site.get("/api/v1/articles").json["total"] == 3


def test_articles_are_scanned_only_when_asked(own_site: Site) -> None:
    """`scan` decides whether new claims are compared at once."""
    unasked = own_site.post("/api/v1/articles", HARBOUR)
    asked = own_site.post("/api/v1/articles", {**HARBOUR, "url": "https://other.example/harbour", "scan": True})
    assert unasked.json["scan"] is None
    assert asked.json["scan"]["funnel"]["articles"] == 5
    assert own_site.send("POST", "/api/v1/scan").json["funnel"]["new_scored"] == 0


def test_findings_are_listed_surest_first_and_filtered(site: Site) -> None:
    """Every filter narrows the list."""
    ids = [NUMBERS.finding_id, LATER.finding_id]
    cases = {
        "": ids,
        "?relation=update": ids[1:],
        "?conflict_type=number": ids[:1],
        "?status=decided": ids[:1],
        "?status=open": ids[1:],
        "?source=The%20Courier": ids,
        "?source=The%20Courier&other_source=wire": ids[1:],
        "?source=The%20Courier&other_source=The%20Courier": [],
        "?speaker=the%20mayor": ids[:1],
        "?q=friday": ids[1:],
        "?min_probability=0.9": ids[:1],
        "?relation=tension": [],
    }
    found = {query: site.get(f"/api/v1/findings{query}").json for query in cases}
    assert {query: [one["finding_id"] for one in answer["findings"]] for query, answer in found.items()} == cases


def test_a_cursor_leads_through_all_findings(site: Site) -> None:
    """Following next_cursor gives every finding once."""
    first = site.get("/api/v1/findings?size=1").json
    second = site.get(f"/api/v1/findings?size=1&cursor={first['next_cursor']}").json
    assert [one["finding_id"] for one in (*first["findings"], *second["findings"])] == [
        NUMBERS.finding_id,
        LATER.finding_id,
    ]
    assert (first["total"], second["next_cursor"]) == (2, None)


def test_a_finding_carries_its_provenance(site: Site) -> None:
    """Both sides come with quote, span, context, outlet, date and version."""
    finding = site.get(f"/api/v1/findings/{NUMBERS.finding_id}").json
    sides = {finding[side]["quote"]: finding[side] for side in ("left", "right")}
    twelve = sides[TWELVE.text]
    assert set(sides) == {TWELVE.text, FIFTEEN.text}
    assert COURIER.body[twelve["start"] : twelve["end"]] == TWELVE.text
    assert twelve["context"] == {"before": "The dam at Orlo broke at dawn.", "after": "Roads are closed."}
    assert twelve["article"]["content_hash"] == COURIER.content_hash
    assert sides[FIFTEEN.text]["article"]["published_at"] is None
    assert {finding["clash"][side]["text"] for side in ("left", "right")} == {"Twelve", "15"}
    assert (finding["relation"], finding["conflict_type"], finding["status"]) == ("conflict", "number", "decided")


def test_decisions_are_added_and_never_overwritten(own_site: Site) -> None:
    """A second opinion stands beside the first."""
    path = f"/api/v1/findings/{NUMBERS.finding_id}"
    answer = own_site.post(f"{path}/decisions", {"verdict": "different event", "reviewer": " Bo ", "note": "two dams"})
    assert answer.status == 201
    assert answer.json["decision"]["reviewer"] == "Bo"
    decisions = own_site.get(path).json["decisions"]
    assert sorted((one["reviewer"], one["verdict"]) for one in decisions) == [
        ("@ana", "conflict"),
        ("Bo", "different event"),
    ]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"verdict": "conflict"}, "reviewer has 0 characters"),
        ({"verdict": "maybe", "reviewer": "Bo"}, "verdict: input should be 'conflict', 'update'"),
        ({"verdict": "conflict", "reviewer": "  "}, "reviewer"),
        ({"verdict": "conflict", "reviewer": "Bo", "note": "x" * 20_000}, "note"),
        ({"verdict": "conflict", "reviewer": "Bo\x00"}, "reviewer holds control characters"),
    ],
)
def test_a_decision_that_cannot_be_used_is_refused(site: Site, body: object, named: str) -> None:
    """The answer is 400 and names the field."""
    answer = site.post(f"/api/v1/findings/{NUMBERS.finding_id}/decisions", body)
    assert (answer.status, answer.json["ok"]) == (400, False)
    assert named in answer.json["error"]


def test_disputes_show_their_sides(site: Site) -> None:
    """A dispute names its question, sides, outlets and the latest report of an update."""
    listed = site.get("/api/v1/disputes").json
    assert [one["question"] for one in listed["disputes"]] == [one.question for one in SAMPLE.disputes]
    update = site.get(f"/api/v1/disputes/{SAMPLE.disputes[1].dispute_id}").json
    assert [side["claims"][0]["quote"] for side in update["sides"]] == [TWELVE.text, "The toll rose to 21 on Friday."]
    assert [bool(side.get("latest")) for side in update["sides"]] == [False, True]
    assert site.get("/api/v1/disputes?relation=tension").json["disputes"] == []


def test_the_report_comes_in_every_format(site: Site) -> None:
    """JSON, HTML, Markdown and CSV have their media types; the page may not run anything."""
    answers = {name: site.get(f"/api/v1/report?format={name}") for name in ("json", "html", "md", "csv")}
    types = {name: answer.headers["Content-Type"].split(";")[0] for name, answer in answers.items()}
    assert types == {"json": "application/json", "html": "text/html", "md": "text/markdown", "csv": "text/csv"}
    report = answers["json"].json
    assert report["ok"] is True
    assert [one["question"] for one in report["disputes"]] == [one.question for one in SAMPLE.disputes]
    assert report["funnel"]["candidates"] == 4
    assert "sandbox" in answers["html"].headers["Content-Security-Policy"]
    assert "<script>alert" not in answers["html"].text


@pytest.mark.parametrize(
    "path", ["/api/v1/findings/none", "/api/v1/disputes/none", "/api/v1/articles/none", "/api/v1/none"]
)
def test_what_is_not_there_is_404(site: Site, path: str) -> None:
    """An unknown id or address is answered in the shape of every error."""
    answer = site.get(path)
    assert (answer.status, answer.json["ok"], answer.json["status"]) == (404, False, 404)
    assert "none" in answer.json["error"]


@pytest.mark.parametrize(
    "query", ["size=0", "size=201", "cursor=nonsense", "relation=agreed", "min_probability=2", "colour=red", "status=x"]
)
def test_a_query_that_cannot_be_used_is_refused(site: Site, query: str) -> None:
    """The answer names the parameter."""
    answer = site.get(f"/api/v1/findings?{query}")
    assert answer.status == 400
    assert query.split("=")[0] in answer.json["error"]


def test_another_method_is_405_and_says_which_is_taken(site: Site) -> None:
    """The answer has the Allow header."""
    answer = site.get("/api/v1/claims")
    assert (answer.status, answer.json["status"]) == (405, 405)
    assert "POST" in answer.headers["Allow"]


def test_another_content_type_is_415(site: Site) -> None:
    """Only JSON is taken."""
    answer = site.send("POST", "/api/v1/claims", data=b"text=hello", headers={"Content_Type": "text/plain"})
    assert (answer.status, answer.json["status"]) == (415, 415)


def test_broken_json_is_400(site: Site) -> None:
    """A body that is no JSON is refused before it is looked at."""
    answer = site.send("POST", "/api/v1/claims", data=b'{"text": ')
    assert (answer.status, answer.json["ok"]) == (400, False)


def test_too_large_a_body_is_413(tmp_path: Path) -> None:
    """The limit follows the longest article that settings allow."""
    with running(sample_parts(tmp_path / "index", max_article_chars=1_000)) as site:
        answer = site.post("/api/v1/articles", {"body": "x" * 1_100_000})
    assert (answer.status, answer.json["status"]) == (413, 413)


def files_in(*bodies: bytes) -> bytes:
    """Text files as a form with the boundary X sends them."""
    head = '--X\r\nContent-Disposition: form-data; name="files"; filename="{}.txt"\r\n\r\n'
    return b"".join(head.format(number).encode() + body + b"\r\n" for number, body in enumerate(bodies)) + b"--X--\r\n"


def test_files_together_may_be_larger_than_one_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Uploads and imports have a limit of their own, and what is above it is refused as everything else is."""
    monkeypatch.setattr(security, "MAX_COLLECTION_BYTES", 2_000_000)
    kind = {"Content-Type": "multipart/form-data; boundary=X"}
    with running(sample_parts(tmp_path / "index", max_article_chars=1_000)) as site:
        files, keyed = files_in(*[b"x" * 100_000] * 15), {**kind, "Idempotency-Key": "k1"}
        taken, again = (site.send("POST", "/api/v1/uploads", data=files, headers=keyed) for _ in range(2))
        refused = [site.send("POST", "/api/v1/uploads", data=files_in(b"x" * 2_100_000), headers=kind)]
        lines, kind = b"\n" * 1_100_000, {"Content-Type": "application/x-ndjson"}
        imported = site.send("POST", "/api/v1/decisions/import", data=lines, headers=kind)
        refused += [site.send("POST", "/api/v1/decisions/import", data=lines * 2, headers=kind)]
        refused += [site.send("POST", "/api/v1/claims", data=lines * 2)]
        form = site.get("/articles").text
    assert (taken.status, again.text, imported.status) == (202, taken.text, 200)
    assert [(one.status, one.json["error"]) for one in refused] == [
        (413, f"the request is larger than this server takes: at most {most}") for most in ("1 MB", "1 MB", "980 kB")
    ]
    assert "up to 1,000 files at once, together at most 1 MB" in form


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_far_beyond_the_limit_is_refused_in_our_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_chunked: bool
) -> None:
    """It is not received to its end, and leaves no job and no file."""
    monkeypatch.setattr(security, "MAX_COLLECTION_BYTES", 2_000_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kind = {"Content-Type": "multipart/form-data; boundary=X", "Expect": "100-continue"}
    with running(sample_parts(tmp_path / "index", max_article_chars=1_000)) as site:
        before = {*tmp_path.iterdir()}
        refused = []
        for path in ("/api/v1/uploads", "/articles"):
            connection = HTTPConnection(site.address.removeprefix("http://"), timeout=30)
            if is_chunked:
                connection.request("POST", path, body=iter([files_in(b"x" * 2_600_000)]), headers=kind)
            else:
                connection.putrequest("POST", path)
                for name, value in {**kind, "Content-Length": "2600000"}.items():
                    connection.putheader(name, value)
                connection.endheaders()
            with connection.getresponse() as response:
                refused.append((response.status, response.getheader("Connection"), response.read().decode()))
        assert {*tmp_path.iterdir()} == before
        assert site.parts.store.jobs() == []
    (status, ends, program), (page_status, _, page) = refused
    assert (status, ends, page_status) == (413, "close", 413)
    assert json.loads(program)["type"] == "/api/v1/problems/too-large"
    assert "That is too large" in page


def test_a_page_of_another_site_may_not_write(site: Site) -> None:
    """A browser that names another origin is refused."""
    path, body = f"/api/v1/findings/{NUMBERS.finding_id}/decisions", {"verdict": "conflict", "reviewer": "Eve"}
    assert site.post(path, body, Origin="https://evil.example").status == 403
    assert site.post(path, body, Sec_Fetch_Site="cross-site").json["status"] == 403


def test_a_foreign_host_name_is_refused_on_loopback(site: Site) -> None:
    """A name that was rebound to this machine gets nothing."""
    connection = HTTPConnection(site.address.removeprefix("http://"), timeout=30)
    connection.request("GET", "/api/v1/findings", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["status"]) == (400, 400)


def test_an_unexpected_error_shows_no_trace(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The reader gets the shape of every error, the log gets the trace."""

    def broken() -> object:
        raise RuntimeError("secret detail")

    parts = replace(sample_parts(tmp_path / "index"), open_index=broken)
    with running(parts) as site:
        answer = site.post("/api/v1/claims", {"text": CONTRADICTED})
    assert (answer.status, answer.json["ok"]) == (500, False)
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


def test_a_missing_index_is_503_with_a_hint(tmp_path: Path) -> None:
    """A claim cannot be checked without an index, and the answer says what to run; the service is not ready."""
    parts = sample_parts(tmp_path / "index")
    parts = replace(parts, open_index=type(parts.open_index.__self__)().opened, clock=Clock())  # type: ignore[attr-defined]
    with running(parts) as site:
        answer, ready, alive = (
            site.post("/api/v1/claims", {"text": CONTRADICTED}),
            site.get("/readyz"),
            site.get("/healthz"),
        )
    assert (answer.status, answer.json["hint"]) == (503, "run: factcheck reindex")
    assert (ready.status, ready.json["error"]) == (503, "index: there is no claim index")
    assert (alive.status, alive.json["ok"]) == (200, True)


def test_a_damaged_database_is_503_with_a_hint(tmp_path: Path) -> None:
    """The application stands, and says what keeps it from answering."""
    (tmp_path / DATABASE).write_bytes(b"no database" * 1000)
    parts = replace(sample_parts(tmp_path / "index"), open_store=build_parts(Settings(index=tmp_path)).open_store)
    client = create_app(parts.settings, parts).test_client()
    ready, alive = client.get("/readyz"), client.get("/healthz")
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.json is not None
    assert ready.json["error"].startswith(f"store: the database {tmp_path / DATABASE} is damaged or no database")


def test_ready_once_everything_works(site: Site) -> None:
    """With store, models and index at hand the service is ready."""
    assert site.get("/readyz").json == {"ok": True, "status": "ready"}


def test_metrics_count_what_is_held_and_answered(site: Site) -> None:
    """Prometheus reads the counts of the store and of answers by endpoint and status."""
    site.get("/healthz")
    lines = site.get("/metrics").text.splitlines()
    assert "factcheck_findings 2" in lines
    assert any(line.startswith('factcheck_answers_total{endpoint="health.healthz",status="200"} ') for line in lines)


def _api_rules(site: Site) -> list[Rule]:
    app = create_app(site.parts.settings, site.parts)
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]


def test_the_openapi_document_names_every_call(site: Site) -> None:
    """The document is OpenAPI 3.1, and the page that shows it loads nothing from elsewhere."""
    document = site.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    calls = {f"{method} {path}" for path, methods in document["paths"].items() for method in methods}
    assert {"post /api/v1/claims", "get /api/v1/findings", "post /api/v1/findings/{finding_id}/decisions"} <= calls
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert sorted(set(names)) == sorted(names)
    served = {f"{method.lower()} {rule.rule}" for rule in _api_rules(site) for method in rule.methods & {"GET", "POST"}}
    assert {re.sub(r"<(\w+)>", r"{\1}", call) for call in served} == calls
    page = site.get("/openapi/swagger").text
    assert "//" not in page.replace("</", "")


def test_articles_are_listed_without_their_text(site: Site) -> None:
    """Newest publication first, undated last."""
    listed = site.get("/api/v1/articles").json
    assert [one["article_id"] for one in listed["articles"]] == [one.article_id for one in (WIRE, COURIER, HERALD)]
    assert all("body" not in one for one in listed["articles"])


def test_what_the_pages_tell_about_one_thing_the_api_tells_too(own_site: Site) -> None:
    """An article with its copies and what was said of its origin, a finding with its dispute, outlets with counts."""
    path = f"/api/v1/articles/{COURIER.article_id}"
    assert (own_site.get(path).json["copies"], own_site.get(path).json["origin_reviews"]) == ([], [])
    joined = {"joined_to": HERALD.article_id, "reviewer": "Bo", "note": "one text"}
    assert own_site.post(f"{path}/origin", joined).status == 201
    told = own_site.get(path).json
    assert [one["article_id"] for one in told["copies"]] == [HERALD.article_id]
    [said] = told["origin_reviews"]
    assert (said["joined_to"], said["reviewer"], said["note"]) == (HERALD.article_id, "Bo", "one text")
    finding = own_site.get(f"/api/v1/findings/{NUMBERS.finding_id}").json
    assert NUMBERS.finding_id in own_site.get(f"/api/v1/disputes/{finding['dispute_id']}").json["finding_ids"]
    assert own_site.get("/api/v1/outlets").json["pairs"] == [
        {"one": "=Herald & <Sons>", "other": "The Courier", "relation": "conflict", "count": 1},
        {"one": "The Courier", "other": "wire", "relation": "update", "count": 1},
    ]


@pytest.mark.parametrize("address", ["/api/v1/articles/{}", "/articles/{}", "/articles/{}/panel"])
def test_an_article_is_read_from_the_store_once(tmp_path: Path, address: str) -> None:
    """Whoever reads one article has it loaded once, and no article of another origin with it."""
    parts = sample_parts(tmp_path / "index")
    client = create_app(parts.settings, parts).test_client()
    statements: list[str] = []
    parts.store._db.conn.set_trace_callback(statements.append)
    assert client.get(address.format(HERALD.article_id)).status_code == 200
    parts.store._db.conn.set_trace_callback(None)
    loads = [one.partition(" WHERE ")[2] for one in statements if one.startswith("SELECT * FROM articles")]
    assert [one for one in loads if not one.startswith("origin_id = ")] == [f"article_id = '{HERALD.article_id}'"]
    others = [one for one in loads if f"article_id <> '{HERALD.article_id}'" in one]
    assert len(loads) == len(others) + 1


@pytest.mark.parametrize("address", ["/", f"/findings/{NUMBERS.finding_id}", "/api/v1/findings"])
def test_what_people_made_of_findings_is_read_once(tmp_path: Path, address: str) -> None:
    """A page asks once for the decisions about all that it shows."""
    parts = sample_parts(tmp_path / "index")
    client = create_app(parts.settings, parts).test_client()
    statements: list[str] = []
    parts.store._db.conn.set_trace_callback(statements.append)
    assert client.get(address).status_code == 200
    parts.store._db.conn.set_trace_callback(None)
    assert sum(one.startswith("SELECT * FROM decisions") for one in statements) == 1
