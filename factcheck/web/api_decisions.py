"""The JSON API about the log of decisions: reading it, taking it elsewhere, and bringing it back."""

from __future__ import annotations

from flask import Response, request
from flask_openapi.models.tag import Tag

from factcheck import review, shapes
from factcheck.payloads import Json, ok_payload
from factcheck.payloads_review import history_payload
from factcheck.review_formats import FORMS
from factcheck.web import schemas
from factcheck.web.api_base import WITH_BODY, api_blueprint, failing, takes
from factcheck.web.current import current_parts
from factcheck.web.paging import anchor_of, cursor_behind
from factcheck.web.repeats import once_long
from factcheck.web.security import takes_files

LOG = Tag(name="decisions", description="The log of decisions, which only grows.")
IMPORTED = tuple(form.mimetype for form in FORMS.values() if form.can_be_imported)
EXPORT_FILE = {
    "description": "The decisions in the form asked for.",
    "content": {form.mimetype: {"schema": {}} for form in FORMS.values()},
}

bp = api_blueprint("api_decisions")


@bp.get("/decisions", tags=[LOG], summary="Read the log", responses={200: shapes.DecisionLog, **failing()})
def list_decisions(query: schemas.Paged) -> Json:
    """Every decision and withdrawal ever made, oldest first, also about claims that are gone."""
    store = current_parts().store
    entries = store.log_after(anchor_of(query.cursor, store.has_entry), query.size + 1)
    page = entries[: query.size]
    return ok_payload(
        decisions=[history_payload(entry.decision) for entry in page],
        total=store.counts()["decisions"],
        next_cursor=cursor_behind([one.entry_id for one in page], is_last=len(entries) <= query.size),
    )


@bp.get("/decisions/export", tags=[LOG], summary="Take the log elsewhere", responses={200: EXPORT_FILE, **failing()})
def export_decisions(query: schemas.ExportQuery) -> Response:
    """The whole log as JSONL or CSV; what stands about each finding as training pairs or ClaimReview."""
    form = FORMS[query.format]
    text = "".join(review.export_as(current_parts(), query.format))
    response = Response(text, content_type=f"{form.mimetype}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="decisions.{form.suffix}"'
    return response


@bp.post(
    "/decisions/import",
    tags=[LOG],
    summary="Bring a log back",
    request_body=schemas.IMPORT_BODY,
    responses={200: shapes.ImportAnswer, **failing(*WITH_BODY)},
)
@once_long
@takes(*IMPORTED)
@takes_files
def import_decisions() -> Json:
    """Adds what a JSONL or CSV export holds. The same twice is once; what cannot be read is named with its reason."""
    added, _, left_out = review.import_file(current_parts(), request.get_data().splitlines(keepends=True))
    return ok_payload(added=added, left_out=[{"what": one.what, "reason": one.reason} for one in left_out])
