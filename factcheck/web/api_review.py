"""The JSON API about review: findings, disputes, what people decide about them, and what that says of quality."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response
from flask_openapi.models.tag import Tag

from factcheck import review, shapes, shapes_service
from factcheck.payloads import Json, decision_payload, ok_payload
from factcheck.payloads_review import assignment_payload, history_payload, quality_payload
from factcheck.records import Role
from factcheck.review_quality import quality
from factcheck.web import schemas, shown
from factcheck.web.access import needs, reviewer_of
from factcheck.web.api_base import WITH_BODY, api_blueprint, failing
from factcheck.web.conditional import refuse_changed
from factcheck.web.current import current_parts, of_one_state
from factcheck.web.downloads import report_file
from factcheck.web.paging import anchor_of, cursor_behind, ids_behind
from factcheck.web.repeats import once

REVIEW = Tag(name="review", description="Findings, disputes, and what people decide about them.")

bp = api_blueprint("api_review")


@bp.get("/findings", tags=[REVIEW], summary="List findings", responses={200: shapes.FindingList, **failing()})
@of_one_state
def list_findings(query: schemas.FindingsQuery) -> Json:
    """Pairs of claims that may disagree, in the order asked for."""
    parts, wanted = current_parts(), query.filter()
    anchor = anchor_of(query.cursor, parts.store.has_finding)
    found = parts.store.findings_after(wanted, anchor, query.size + 1)
    page = found[: query.size]
    return ok_payload(
        findings=shown.shown_findings(parts, page),
        total=parts.store.finding_count(wanted),
        next_cursor=cursor_behind([one.finding_id for one in page], is_last=len(found) <= query.size),
    )


@bp.get("/findings/facets", tags=[REVIEW], summary="Count findings", responses={200: shapes.FacetsAnswer, **failing()})
@of_one_state
def count_findings(query: schemas.Sliced) -> Json:
    """How many findings of each kind a filter shows. What it says of a matter does not count for that matter."""
    store, wanted = current_parts().store, query.filter()
    return ok_payload(total=store.finding_count(wanted), facets=store.finding_facets(wanted))


@bp.post(
    "/queue/next",
    tags=[REVIEW],
    summary="Take the next finding",
    responses={200: shapes.NextAnswer, **failing(*WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def take_next(body: schemas.NextIn) -> Json:
    """What a reviewer should look at next; for a quarter of an hour nobody else is sent to it."""
    parts = current_parts()
    found = review.next_finding(parts, body.filter(), reviewer_of(body.reviewer), body.after)
    return ok_payload(finding=shown.shown_finding(parts, found) if found else None)


@bp.get(
    "/findings/<finding_id>",
    tags=[REVIEW],
    summary="Read a finding",
    responses={200: shapes.FindingAnswer, **failing(404)},
)
@of_one_state
def read_finding(path: schemas.FindingPath) -> Json:
    """A finding with both claims in context and everything decided about it."""
    return ok_payload(**shown.shown_finding(current_parts(), path.finding_id))


@bp.post(
    "/findings/<finding_id>/decisions",
    tags=[REVIEW],
    summary="Decide about a finding",
    responses={201: shapes.DecisionAnswer, **failing(404, 412, *WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def add_decision(path: schemas.FindingPath, body: schemas.DecisionIn) -> tuple[Json, int]:
    """Adds a decision. Earlier ones stay. With If-Match, only if the finding reads as it did."""
    parts = current_parts()
    with parts.store.writing():
        refuse_changed(f"finding {path.finding_id!r}", _finding_now(path.finding_id))
        decision = review.decide(parts, path.finding_id, body.verdict, reviewer_of(body.reviewer) or "", body.note)
    return ok_payload(decision=decision_payload(decision)), 201


@bp.post(
    "/findings/<finding_id>/withdrawals",
    tags=[REVIEW],
    summary="Take a decision back",
    responses={201: shapes.DecisionAnswer, **failing(404, 412, *WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def withdraw_decision(path: schemas.FindingPath, body: schemas.NamedReviewer) -> tuple[Json, int]:
    """Takes back the latest of a reviewer's decisions that stands. The log keeps the decision and the withdrawal."""
    parts = current_parts()
    with parts.store.writing():
        refuse_changed(f"finding {path.finding_id!r}", _finding_now(path.finding_id))
        decision = review.withdraw(parts, path.finding_id, reviewer_of(body.reviewer) or "")
    return ok_payload(decision=history_payload(decision)), 201


@bp.post(
    "/findings/<finding_id>/assignment",
    tags=[REVIEW],
    summary="Keep a finding for a reviewer",
    responses={200: shapes.AssignmentAnswer, **failing(404, *WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def assign_finding(path: schemas.FindingPath, body: schemas.AssignIn) -> Json:
    """Keeps a finding for a reviewer, or keeps it for longer, so that nobody else is sent to it."""
    held = review.assign(current_parts(), path.finding_id, reviewer_of(body.reviewer) or "", body.minutes)
    return ok_payload(assigned=assignment_payload(held))


@bp.get("/disputes", tags=[REVIEW], summary="List disputes", responses={200: shapes.DisputeList, **failing()})
@of_one_state
def list_disputes(query: schemas.DisputesQuery) -> Json:
    """Findings that answer one question, as sides; most telling first."""
    store = current_parts().store
    disputes = {one.dispute_id: one for one in store.disputes(query.relation)}
    page, is_last = ids_behind(list(disputes), anchor_of(query.cursor, disputes.__contains__), query.size)
    return ok_payload(
        disputes=shown.shown_disputes(store, [disputes[one] for one in page]),
        total=len(disputes),
        next_cursor=cursor_behind(page, is_last=is_last),
    )


@bp.get(
    "/disputes/<dispute_id>",
    tags=[REVIEW],
    summary="Read a dispute",
    responses={200: shapes.DisputeAnswer, **failing(404)},
)
@of_one_state
def read_dispute(path: schemas.DisputePath) -> Json:
    """A dispute with every claim of each side."""
    return _dispute_now(path.dispute_id)


@bp.post(
    "/disputes/<dispute_id>/decisions",
    tags=[REVIEW],
    summary="Decide about a whole dispute",
    responses={201: shapes.DecisionsAnswer, **failing(404, 412, *WITH_BODY)},
)
@once
@needs(Role.REVIEWER)
def decide_dispute(path: schemas.DisputePath, body: schemas.DecisionIn) -> tuple[Json, int]:
    """Decides alike about all its findings that this reviewer has not decided; all of them or none."""
    parts = current_parts()
    with parts.store.writing():
        refuse_changed(f"dispute {path.dispute_id!r}", _dispute_now(path.dispute_id))
        reviewer = reviewer_of(body.reviewer) or ""
        made = review.decide_dispute(parts, path.dispute_id, body.verdict, reviewer, body.note)
    return ok_payload(decisions=[decision_payload(one) for one in made]), 201


@bp.get("/outlets", tags=[REVIEW], summary="Who disagrees", responses={200: shapes.OutletList, **failing()})
def list_outlets() -> Json:
    """How many findings of each relation there are between each two outlets, most first."""
    pairs = current_parts().store.outlet_pairs()
    return ok_payload(pairs=[{**asdict(one), "relation": one.relation.value} for one in pairs])


@bp.get("/quality", tags=[REVIEW], summary="How good it is", responses={200: shapes_service.QualityAnswer, **failing()})
def read_quality() -> Json:
    """Precision, estimated recall and calibration by what people decided, and how far reviewers agree."""
    return ok_payload(**quality_payload(quality(current_parts())))


@bp.get("/report", tags=[REVIEW], summary="The report", responses={200: shapes.ReportAnswer, **failing()})
def whole_report(query: schemas.ReportQuery) -> Response:
    """Disputes, findings, and how they were found, as JSON, HTML, Markdown or CSV; all of it, or by a filter."""
    return report_file(current_parts(), query.format, query.filter() if query.narrows else None)


def _finding_now(finding_id: str) -> Json:
    return ok_payload(**shown.shown_finding(current_parts(), finding_id))


def _dispute_now(dispute_id: str) -> Json:
    store = current_parts().store
    return ok_payload(**shown.shown_disputes(store, [store.dispute(dispute_id)])[0])
