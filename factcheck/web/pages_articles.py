"""The pages of articles: the list, one with its claims marked, and the forms that take some in and compare them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from factcheck import jobs, review
from factcheck.answers import Job, JobKind
from factcheck.article_fields import FIELDS, article_from_fields
from factcheck.errors import BadArticle
from factcheck.payloads import article_ref
from factcheck.records import Article, LeftOut, Role
from factcheck.store import Page
from factcheck.web import shown
from factcheck.web.access import is_single_user, needs
from factcheck.web.current import current_parts
from factcheck.web.downloads import uploaded_articles
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page, may, my_name
from factcheck.web.schemas import Asked
from factcheck.web.security import takes_files
from factcheck.web.wording import STAGES

JOBS_SHOWN = 20


class WithClaim(Asked):
    """Which claim of an article to point out."""

    claim: str | None = Field(None, max_length=64)


@bp.get("/articles")
def articles() -> str:
    """The list of articles, and the forms to add some and to scan."""
    store, number = current_parts().store, asked(Numbered).page
    held, total = store.article_page(number, PAGE_SIZE)
    return render_template(
        "articles.html",
        active="articles",
        articles=shown.listed_articles(store, held),
        page=Page(records=(), total=total, page=number, size=PAGE_SIZE),
        counts=store.counts(),
        last_scan=store.last_run("scan"),
        at_work=next((job for job in store.jobs() if not job.is_over), None),
        stages=STAGES,
        may_add=may(Role.ADMIN),
        href_of_page=href_of_page("pages.articles", {}),
    )


@bp.post("/articles")
@takes_files
def add_articles() -> BaseResponse:
    """Starts to take in the uploaded files and the pasted text, and shows how far that is."""
    parts = current_parts()
    files = [file for file in request.files.getlist("files") if file.filename]
    loaded: list[Article | LeftOut] = list(uploaded_articles(files, parts))
    fields = {name: request.form.get(name, "").strip() or None for name in FIELDS}
    if any(fields.values()) or not files:
        try:
            loaded.append(article_from_fields(fields, settings=parts.settings, retrieved_at=parts.clock()))
        except BadArticle as error:
            if not loaded:
                raise
            loaded.append(LeftOut(what="the pasted article", reason=str(error)))
    wanted = jobs.Wanted(sources=tuple(loaded), scan=bool(request.form.get("scan")))
    return _to_job(jobs.start(parts, JobKind.INGEST, wanted, asked_by=my_name()))


@bp.get("/articles/<article_id>")
def article(article_id: str) -> str:
    """One article with its claims marked."""
    parts = current_parts()
    found = parts.store.article(article_id)
    return render_template(
        "article.html",
        active="articles",
        **shown.read_article(parts, found),
        copies=list(map(article_ref, parts.store.others_of_origin(found))),
        origin_reviews=parts.store.origin_reviews(article_id),
        me=my_name(),
        asks_name=is_single_user(),
        may_decide=may(Role.REVIEWER),
        note_limit=review.MAX_NOTE_CHARS,
        name_limit=review.MAX_REVIEWER_CHARS,
    )


@bp.get("/articles/<article_id>/panel")
def article_panel(article_id: str) -> str:
    """The text of an article as it is shown beside a pair."""
    parts = current_parts()
    found = shown.read_article(parts, parts.store.article(article_id))
    return render_template("article_panel.html", pointed_out=asked(WithClaim).claim, **found)


@bp.post("/scan")
def scan() -> BaseResponse:
    """Starts to compare what is new, and shows how far that is."""
    return _to_job(jobs.start(current_parts(), JobKind.SCAN, asked_by=my_name()))


@bp.get("/jobs")
def job_list() -> str:
    """The long work that was asked for, latest first."""
    latest = current_parts().store.jobs()[:JOBS_SHOWN]
    return render_template("jobs.html", active="articles", jobs=latest, stages=STAGES)


@bp.get("/jobs/<job_id>")
def job(job_id: str) -> str:
    """How far long work is, and what came of it."""
    found = jobs.job(current_parts(), job_id)
    return render_template("job.html", active="articles", job=found, stages=STAGES, may_cancel=may(Role.ADMIN))


@bp.post("/jobs/<job_id>/cancel")
@needs(Role.ADMIN)
def cancel_job(job_id: str) -> BaseResponse:
    """Stops long work at its next step."""
    jobs.cancel(current_parts(), job_id)
    flash("It stops at the next step; what it finished is kept.")
    return redirect(url_for("pages.job", job_id=job_id), 303)


def _to_job(started: Job) -> BaseResponse:
    return redirect(url_for("pages.job", job_id=started.job_id), 303)
