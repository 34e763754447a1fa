"""The JSON shapes of review: what people made of a finding, and what all decisions say of the findings."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from factcheck.answers import Assignment, Reopened, Reviewed
from factcheck.payloads import Json, decision_payload, run_payload

if TYPE_CHECKING:
    from factcheck.origins import OriginReview
    from factcheck.review_quality import ReviewQuality


def review_payload(reviewed: Reviewed) -> Json:
    """What people made of a finding: keys that go beside those of `finding_payload`, in the place of its own."""
    return {
        "status": reviewed.status,
        "decisions": [decision_payload(one) for one in reviewed.decisions],
        "history": [history_payload(one) for one in reviewed.history],
        "reopened": reopened_payload(reviewed.reopened),
        "assigned": assignment_payload(reviewed.assignment),
        "needs_two": reviewed.needs_two,
        "is_sampled": reviewed.is_sampled,
        "dispute_id": reviewed.dispute_id,
    }


def history_payload(decision: Any) -> Json:
    """An entry of the log; `withdraws` is the entry that it takes back, else null."""
    return {
        **decision_payload(decision),
        "entry_id": decision.entry_id,
        "withdraws": decision.withdraws or None,
    }


def reopened_payload(reopened: Reopened | None) -> Json | None:
    """Why a finding has to be decided again, and what was decided before."""
    if reopened is None:
        return None
    return {"because": reopened.because, "decisions": [decision_payload(one) for one in reopened.decisions]}


def assignment_payload(assignment: Assignment | None) -> Json | None:
    """Who is at a finding, and until when."""
    if assignment is None:
        return None
    return {"reviewer": assignment.reviewer, "until": assignment.until.isoformat()}


def origin_review_payload(review: OriginReview) -> Json:
    """What a reviewer said of an article's origin; `joined_to` is null where it has one of its own."""
    return {
        "article_id": review.article_id,
        "joined_to": review.joined_to,
        "reviewer": review.reviewer,
        "note": review.note,
        "made_at": review.made_at.isoformat(),
    }


def quality_payload(quality: ReviewQuality) -> Json:
    """What the decisions say of the findings, and how far reviewers agree."""
    return {**asdict(quality), "runs": [run_payload(run) for run in quality.runs]}
