"""The forms by which reviewers say which articles print one text."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from factcheck import origin_review
from factcheck.records import Role
from factcheck.web.access import needs, reviewer_of
from factcheck.web.current import current_parts
from factcheck.web.pages_base import bp
from factcheck.web.pages_queue import remember


@bp.post("/articles/<article_id>/split")
@needs(Role.REVIEWER)
def split_origin(article_id: str) -> BaseResponse:
    """Gives an article an origin of its own."""
    reviewer = reviewer_of(request.form.get("reviewer"))
    made = origin_review.split(current_parts(), article_id, reviewer, request.form.get("note", ""))
    return _done(article_id, made.reviewer, "This article is an origin of its own now.")


@bp.post("/articles/<article_id>/join")
@needs(Role.REVIEWER)
def join_origins(article_id: str) -> BaseResponse:
    """Gives two articles one origin."""
    reviewer, other = reviewer_of(request.form.get("reviewer")), request.form.get("other", "")
    made = origin_review.join(current_parts(), article_id, named_article(other), reviewer, request.form.get("note", ""))
    return _done(article_id, made.reviewer, "The two articles are one origin now.")


def named_article(given: str) -> str:
    """The id in what a person pasted: the id itself, or the address of the article's page."""
    return urlsplit(given.strip()).path.rstrip("/").rsplit("/", 1)[-1]


def _done(article_id: str, reviewer: str, told: str) -> BaseResponse:
    remember(reviewer)
    flash(f"{told} Scan to compare anew.")
    return redirect(url_for("pages.article", article_id=article_id), 303)
