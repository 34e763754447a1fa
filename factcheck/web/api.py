"""The JSON API about claims and articles: looking claims up, taking articles in, comparing them."""

from __future__ import annotations

from flask_openapi.models.tag import Tag

from factcheck import __version__, origin_review, pipeline, shapes, shapes_service
from factcheck.claim_check import check_claim
from factcheck.errors import NotFound
from factcheck.ingest import ingest
from factcheck.jobs import MOST_EVIDENCE, checked_claim
from factcheck.payloads import Json, article_ref, claim_check_payload, ok_payload, run_payload
from factcheck.payloads_review import origin_review_payload
from factcheck.records import Article, LeftOut, Role
from factcheck.web import problems, schemas, shown
from factcheck.web.access import needs, public, reviewer_of
from factcheck.web.api_base import WITH_BODY, api_blueprint, article_of, articles_of, failing, takes
from factcheck.web.current import current_parts
from factcheck.web.paging import anchor_of, cursor_behind, ids_behind
from factcheck.web.repeats import once, once_long
from factcheck.web.turns import current_turns

CLAIMS = Tag(name="claims", description="Look up what the articles say about a claim.")
ARTICLES = Tag(name="articles", description="Take articles in, compare and read them.")
SERVICE = Tag(name="service", description="What the service holds, and what can go wrong.")

bp = api_blueprint("api")


@bp.post(
    "/claims",
    tags=[CLAIMS],
    summary="Submit a claim",
    responses={200: shapes.ClaimAnswer, **failing(*WITH_BODY)},
)
@once_long
@needs(Role.REVIEWER)
def submit_claim(body: schemas.ClaimIn) -> Json:
    """What contradicts or supports a claim, best first. An empty `evidence` means that nothing speaks to it."""
    turns = current_turns()
    with turns.place(), turns.turn():
        check = check_claim(current_parts(), body.text, body.published_at, limit=body.limit)
    return ok_payload(**claim_check_payload(check))


@bp.post(
    "/claims/batch",
    tags=[CLAIMS],
    summary="Submit several claims",
    responses={200: shapes.BatchAnswer, **failing(*WITH_BODY)},
)
@once_long
@needs(Role.REVIEWER)
def submit_claims(body: schemas.BatchIn) -> Json:
    """The same for several claims, in their order; one that cannot be used has its own error. A job takes more."""
    parts, turns, results = current_parts(), current_turns(), []
    with turns.place():
        for asked in body.claims:
            with turns.turn():
                results.append(checked_claim(parts, asked))
    return ok_payload(results=results)


@bp.post(
    "/claims/<claim_id>/check",
    tags=[CLAIMS],
    summary="Check a stored claim again",
    responses={200: shapes.ClaimAnswer, **failing(404, 409, 422)},
)
@once_long
@takes()
@needs(Role.REVIEWER)
def check_again(path: schemas.ClaimPath) -> Json:
    """What the other articles say now about a claim of one of them; copies of its own text say nothing about it."""
    parts, turns = current_parts(), current_turns()
    claim = parts.store.claim(path.claim_id)
    article = parts.store.article(claim.article_id)
    with turns.place(), turns.turn():
        check = check_claim(
            parts, claim.standalone_text, article.published_at, limit=MOST_EVIDENCE, not_of=article.origin_id
        )
    return ok_payload(**claim_check_payload(check))


@bp.post(
    "/articles",
    tags=[ARTICLES],
    summary="Take articles in",
    responses={200: shapes.ArticlesTaken, 201: shapes.ArticlesTaken, **failing(*WITH_BODY)},
)
@once_long
def add_articles(body: schemas.ArticlesIn) -> tuple[Json, int]:
    """Takes one article, or those under `articles`. What cannot be used is listed with its reason; the rest goes in.

    It answers when that is done; a job takes more at once and can be watched.
    """
    parts = current_parts()
    loaded: list[Article | LeftOut]
    if body.articles is None:
        loaded = [article_of(body.model_dump(exclude={"articles", "scan"}))]
    else:
        loaded = articles_of(body.articles)
    taken = ingest(parts, loaded)
    scanned = pipeline.scan(parts) if body.scan else None
    articles = parts.store.articles([one.article_id for one in loaded if isinstance(one, Article)])
    answer = ok_payload(
        articles=shown.listed_articles(parts.store, articles),
        ingest=run_payload(taken),
        scan=run_payload(scanned) if scanned else None,
    )
    return answer, 201 if taken.counts.get("added") or taken.counts.get("replaced") else 200


@bp.get("/articles", tags=[ARTICLES], summary="List articles", responses={200: shapes.ArticleList, **failing()})
def list_articles(query: schemas.Paged) -> Json:
    """Articles without their text, newest publication first, undated last."""
    store = current_parts().store
    ids = store.article_ids()
    page, is_last = ids_behind(ids, anchor_of(query.cursor, set(ids).__contains__), query.size)
    return ok_payload(
        articles=shown.listed_articles(store, store.articles(page)),
        total=len(ids),
        next_cursor=cursor_behind(page, is_last=is_last),
    )


@bp.get(
    "/articles/<article_id>",
    tags=[ARTICLES],
    summary="Read an article",
    responses={200: shapes.ArticleAnswer, **failing(404)},
)
def read_article(path: schemas.ArticlePath) -> Json:
    """An article with its text, the claims in it, its copies, and what reviewers said of its origin."""
    parts = current_parts()
    article = parts.store.article(path.article_id)
    reviews = parts.store.origin_reviews(path.article_id)
    return ok_payload(
        **shown.shown_article(parts.store, article),
        copies=list(map(article_ref, parts.store.others_of_origin(article))),
        origin_reviews=list(map(origin_review_payload, reviews)),
    )


@bp.get(
    "/articles/<article_id>/findings",
    tags=[ARTICLES],
    summary="The findings about an article",
    responses={200: shapes.ArticleFindings, **failing(404)},
)
def findings_of_article(path: schemas.ArticlePath) -> Json:
    """Every finding with a claim of this article, likeliest first."""
    parts = current_parts()
    parts.store.article(path.article_id)
    return ok_payload(findings=shown.shown_findings(parts, parts.store.findings_of_article(path.article_id)))


@bp.post(
    "/articles/<article_id>/origin",
    tags=[ARTICLES],
    summary="Say which articles print one text",
    responses={201: shapes.OriginAnswer, **failing(404, *WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def review_origin(path: schemas.ArticlePath, body: schemas.OriginIn) -> tuple[Json, int]:
    """Gives an article the origin of another one, or one of its own. The next scan compares accordingly."""
    parts, reviewer = current_parts(), reviewer_of(body.reviewer) or ""
    if body.joined_to is None:
        origin_review.split(parts, path.article_id, reviewer, body.note)
    else:
        origin_review.join(parts, path.article_id, body.joined_to, reviewer, body.note)
    return ok_payload(article=article_ref(parts.store.article(path.article_id))), 201


@bp.post(
    "/scan",
    tags=[ARTICLES],
    summary="Compare what is new",
    responses={200: shapes.ScanAnswer, **failing(409, 422)},
)
@once_long
@takes()
def scan_now() -> Json:
    """Compares new claims with all others, and answers when that is done. A job of kind scan can be watched."""
    return ok_payload(**run_payload(pipeline.scan(current_parts())))


@bp.get("/status", tags=[SERVICE], summary="What there is", responses={200: shapes_service.StatusAnswer, **failing()})
def status() -> Json:
    """Counts of everything in the store, and what the last runs did."""
    store = current_parts().store
    last = {f"last_{kind}": store.last_run(kind) for kind in ("ingest", "scan")}
    runs = {name: run_payload(run) if run else None for name, run in last.items()}
    return ok_payload(counts=store.counts(), **runs, version=__version__)


@bp.get("/problems", tags=[SERVICE], summary="List problems", responses={200: shapes_service.ProblemKinds, **failing()})
@public
def list_problems() -> Json:
    """Every kind of problem that an answer can name as its `type`."""
    return ok_payload(problems=list(problems.kinds()))


@bp.get(
    "/problems/<name>",
    tags=[SERVICE],
    summary="Read a kind of problem",
    responses={200: shapes_service.ProblemKindAnswer, **failing(404)},
)
@public
def read_problem(path: schemas.ProblemPath) -> Json:
    """What a kind of problem is called, and the status that it comes with."""
    for kind in problems.kinds():
        if kind["type"] == problems.ADDRESS + path.name:
            return ok_payload(**kind)
    raise NotFound(f"there is no kind of problem {path.name!r}", hint="GET /api/v1/problems lists them")
