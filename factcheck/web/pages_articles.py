"""The pages of articles: the list, one with its claims marked, and the forms that take some in and compare them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from factcheck import pipeline
from factcheck.article_fields import article_from_fields
from factcheck.ingest import ingest
from factcheck.records import RunSummary
from factcheck.reports.wording import counted, listed
from factcheck.store import Page
from factcheck.web import shown
from factcheck.web.current import current_parts
from factcheck.web.downloads import uploaded_articles
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page


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
        href_of_page=href_of_page("pages.articles", {}),
    )


@bp.post("/articles")
def add_articles() -> BaseResponse:
    """Takes in uploaded files and the pasted text."""
    parts = current_parts()
    files = [file for file in request.files.getlist("files") if file.filename]
    loaded = list(uploaded_articles(files, parts))
    fields = {name: request.form.get(name) or None for name in ("url", "source", "title", "published_at", "body")}
    if fields["body"] or not files:
        loaded.append(article_from_fields(fields, settings=parts.settings, retrieved_at=parts.clock()))
    _tell_of_ingest(ingest(parts, loaded))
    return redirect(url_for("pages.articles"), 303)


@bp.get("/articles/<article_id>")
def article(article_id: str) -> str:
    """One article with its claims marked."""
    store = current_parts().store
    whole = shown.shown_article(store, article_id)
    found = store.findings_of_article(article_id)
    paragraphs = shown.marked_paragraphs(whole, found)
    return render_template(
        "article.html",
        active="articles",
        article=whole,
        paragraphs=paragraphs,
        claim_count=len(whole["claims"]),
        flagged_count=sum(bool(piece.finding_id) for line in paragraphs for piece in line),
    )


@bp.post("/scan")
def scan() -> BaseResponse:
    """Compares what is new, then shows the queue."""
    run = pipeline.scan(current_parts())
    compared, flagged = run.counts.get("new_scored", 0), run.counts.get("flagged", 0)
    flash(f"Scanned: {counted(compared, 'new pair')} compared, {counted(flagged, 'pair')} flagged in all.")
    return redirect(url_for("pages.findings"), 303)


def _tell_of_ingest(run: RunSummary) -> None:
    counts = {name: run.counts.get(name, 0) for name in ("added", "replaced", "unchanged")}
    told = [f"{counted(count, 'article')} {name}" for name, count in counts.items() if count]
    if told:
        flash(f"{listed(told)}. Scan to compare what is new.")
    for one in run.left_out:
        flash(f"Left out {one.what}: {one.reason}", "bad")
