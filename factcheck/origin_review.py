"""What a reviewer says about the origins of articles: this one is no copy, those two are."""

from __future__ import annotations

from factcheck.errors import BadInput
from factcheck.ingest import find_copies
from factcheck.origins import OriginReview
from factcheck.parts import Parts, write_lock
from factcheck.review_formats import MAX_NOTE_CHARS, MAX_REVIEWER_CHARS, checked_text


def split(parts: Parts, article_id: str, reviewer: str, note: str = "") -> OriginReview:
    """Gives an article an origin of its own; the others of its origin stay together.

    Appended to a log: it goes before what the texts say, now and at every later ingest, until the article is joined to
    another. What the article claims is compared with its former copies at the next scan.

    Raises:
        NotFound: there is no such article.
        BadInput: it shares its origin with no other, or reviewer or note are missing, too long or not plain text.
        ScanInProgress: an ingest or scan is writing to this index.
    """
    article = parts.store.article(article_id)
    if not parts.store.others_of_origin(article):
        raise BadInput(f"{article.name} shares its origin with no other article", hint="there is nothing to split")
    return _reviewed(parts, article_id, None, (reviewer, note))


def join(parts: Parts, article_id: str, other_id: str, reviewer: str, note: str = "") -> OriginReview:
    """Gives two articles, and the copies of both, one origin.

    Appended to a log like `split`. Findings between articles of one origin go at the next scan; what was decided about
    them stays in the log of decisions.

    Raises:
        NotFound: there is no such article.
        BadInput: it is one article, or one origin already, or reviewer or note cannot be used.
        ScanInProgress: an ingest or scan is writing to this index.
    """
    article, other = parts.store.article(article_id), parts.store.article(other_id)
    if article_id == other_id:
        raise BadInput(f"{article.name} cannot be joined to itself", hint="name another article")
    if article.origin_id == other.origin_id:
        raise BadInput(f"{article.name} and {other.name} share an origin already", hint="there is nothing to join")
    return _reviewed(parts, article_id, other_id, (reviewer, note))


def _reviewed(parts: Parts, article_id: str, joined_to: str | None, said: tuple[str, str]) -> OriginReview:
    review = OriginReview(
        article_id=article_id,
        joined_to=joined_to,
        reviewer=checked_text("reviewer", said[0], most=MAX_REVIEWER_CHARS, least=1),
        note=checked_text("note", said[1], most=MAX_NOTE_CHARS),
        made_at=parts.clock(),
    )
    with write_lock(parts), parts.store.writing():
        parts.store.add_origin_review(review)
        find_copies(parts)
    return review
