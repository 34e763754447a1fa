"""The JSON API: each view reads the request, asks one use case or the store, and answers in the shapes of payloads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from flask_openapi.types import ResponseDict

from factcheck import pipeline
from factcheck.article_fields import article_from_fields
from factcheck.claim_check import check_claim
from factcheck.errors import BadArticle, BadInput
from factcheck.ingest import ingest
from factcheck.payloads import Json, claim_check_payload, decision_payload, ok_payload, run_payload
from factcheck.records import Article, LeftOut, Role
from factcheck.reports import MEDIA_TYPES
from factcheck.review import decide
from factcheck.web import answers, schemas, shown
from factcheck.web.access import needs
from factcheck.web.current import current_parts
from factcheck.web.downloads import report_file

CLAIMS = Tag(name="claims", description="Look up what the articles say about a claim.")
ARTICLES = Tag(name="articles", description="Take articles in and read them.")
REVIEW = Tag(name="review", description="Findings, disputes, and what people decide about them.")
FAILURES: ResponseDict = dict.fromkeys((400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503), answers.Failure)

REPORT_FILE = {
    "description": "The report in the format asked for.",
    "content": {
        "application/json": {
            "schema": answers.ReportAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
        },
        **{kind: {"schema": {"type": "string"}} for name, kind in MEDIA_TYPES.items() if name != "json"},
    },
}

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", abp_responses=FAILURES)


@bp.before_request
def read_body() -> None:
    """Refuses a body that is no JSON object in UTF-8, before a view looks at it.

    Raises:
        BadInput: it is JSON of another kind, or holds half a character.
    """
    if request.method != "POST" or (request.endpoint == "api.scan_now" and not request.content_length):
        return
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadInput(f"the body must be a JSON object, got {type(body).__name__}", hint='send {"…": …}')
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BadInput("the body holds half of a surrogate pair, which is no character") from error


@bp.post("/claims", tags=[CLAIMS], summary="Submit a claim", responses={200: answers.ClaimAnswer})
@needs(Role.REVIEWER)
def submit_claim(body: schemas.ClaimIn) -> Json:
    """What contradicts or supports a claim, best first. An empty `evidence` means that nothing speaks to it."""
    check = check_claim(current_parts(), body.text, body.published_at, limit=body.limit)
    return ok_payload(**claim_check_payload(check))


@bp.post(
    "/articles",
    tags=[ARTICLES],
    summary="Take articles in",
    responses={200: answers.ArticlesTaken, 201: answers.ArticlesTaken},
)
def add_articles(body: schemas.ArticlesIn) -> tuple[Json, int]:
    """Takes one article, or those under `articles`. What cannot be used is listed with its reason; the rest goes in."""
    parts = current_parts()
    if body.articles is None:
        loaded: list[Article | LeftOut] = [_article(body.model_dump(exclude={"articles", "scan"}))]
    else:
        loaded = [_article_or_reason(fields, number) for number, fields in enumerate(body.articles)]
        refused = [one for one in loaded if isinstance(one, LeftOut)]
        if refused and len(refused) == len(loaded):
            raise BadArticle("; ".join(f"{one.what}: {one.reason}" for one in refused[:5]), hint="none was taken in")
    taken = ingest(parts, loaded)
    scanned = pipeline.scan(parts) if body.scan else None
    articles = parts.store.articles([one.article_id for one in loaded if isinstance(one, Article)])
    answer = ok_payload(
        articles=shown.listed_articles(parts.store, articles),
        ingest=run_payload(taken),
        scan=run_payload(scanned) if scanned else None,
    )
    return answer, 201 if taken.counts.get("added") or taken.counts.get("replaced") else 200


@bp.get("/articles", tags=[ARTICLES], summary="List articles", responses={200: answers.ArticleList})
def list_articles(query: schemas.Paged) -> Json:
    """Articles without their text, newest publication first, undated last."""
    store = current_parts().store
    articles, total = store.article_page(query.page, query.size)
    pages = -(-total // query.size)
    return ok_payload(
        articles=shown.listed_articles(store, articles),
        total=total,
        next_cursor=schemas.next_cursor(query.page, pages),
    )


@bp.get("/articles/<article_id>", tags=[ARTICLES], summary="Read an article", responses={200: answers.ArticleAnswer})
def read_article(path: schemas.ArticlePath) -> Json:
    """An article with its text and the claims in it."""
    return ok_payload(**shown.shown_article(current_parts().store, path.article_id))


@bp.get("/findings", tags=[REVIEW], summary="List findings", responses={200: answers.FindingList})
def list_findings(query: schemas.FindingsQuery) -> Json:
    """Pairs of claims that may disagree, surest first."""
    store = current_parts().store
    page = store.findings_to_review(query.filter(), query.page, query.size)
    return ok_payload(
        findings=shown.shown_findings(store, page.records),
        total=page.total,
        next_cursor=schemas.next_cursor(page.page, page.pages),
    )


@bp.get("/findings/<finding_id>", tags=[REVIEW], summary="Read a finding", responses={200: answers.FindingAnswer})
def read_finding(path: schemas.FindingPath) -> Json:
    """A finding with both claims in context and everything decided about it."""
    return ok_payload(**shown.shown_finding(current_parts().store, path.finding_id))


@bp.post(
    "/findings/<finding_id>/decisions",
    tags=[REVIEW],
    summary="Decide about a finding",
    responses={201: answers.DecisionAnswer},
)
@needs(Role.REVIEWER)
def add_decision(path: schemas.FindingPath, body: schemas.DecisionIn) -> tuple[Json, int]:
    """Adds a decision. Earlier ones stay."""
    decision = decide(current_parts(), path.finding_id, body.verdict, body.reviewer, body.note)
    return ok_payload(decision=decision_payload(decision)), 201


@bp.get("/disputes", tags=[REVIEW], summary="List disputes", responses={200: answers.DisputeList})
def list_disputes(query: schemas.DisputesQuery) -> Json:
    """Findings that answer one question, as sides; conflicts first, likeliest first."""
    store = current_parts().store
    disputes = store.disputes(query.relation)
    first = (query.page - 1) * query.size
    pages = -(-len(disputes) // query.size)
    return ok_payload(
        disputes=shown.shown_disputes(store, disputes[first : first + query.size]),
        total=len(disputes),
        next_cursor=schemas.next_cursor(query.page, pages),
    )


@bp.get("/disputes/<dispute_id>", tags=[REVIEW], summary="Read a dispute", responses={200: answers.DisputeAnswer})
def read_dispute(path: schemas.DisputePath) -> Json:
    """A dispute with every claim of each side."""
    store = current_parts().store
    return ok_payload(**shown.shown_disputes(store, [store.dispute(path.dispute_id)])[0])


@bp.get("/report", tags=[REVIEW], summary="The whole report", responses={200: REPORT_FILE})
def whole_report(query: schemas.ReportQuery) -> Response:
    """Disputes, findings, and how they were found, as JSON, HTML, Markdown or CSV."""
    return report_file(current_parts(), query.format)


@bp.post("/scan", tags=[ARTICLES], summary="Compare what is new", responses={200: answers.ScanAnswer})
def scan_now() -> Json:
    """Compares new claims with all others, and answers when that is done."""
    return ok_payload(**run_payload(pipeline.scan(current_parts())))


def _article(fields: Mapping[str, Any]) -> Article:
    parts = current_parts()
    return article_from_fields(fields, settings=parts.settings, retrieved_at=parts.clock())


def _article_or_reason(fields: Mapping[str, Any], number: int) -> Article | LeftOut:
    try:
        return _article(fields)
    except BadArticle as error:
        return LeftOut(what=f"articles[{number}]", reason=str(error))
