"""The pages of disputes: the cards, one of them with its sides and timeline, and a decision about all its pairs."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from factcheck import review
from factcheck.records import Relation, Role
from factcheck.reports.wording import counted
from factcheck.store import Page
from factcheck.web import shown
from factcheck.web.access import is_single_user, needs, reviewer_of
from factcheck.web.current import current_parts, of_one_state
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page, may, my_name
from factcheck.web.pages_queue import remember
from factcheck.web.schemas import Asked
from factcheck.web.wording import VERDICT_CHOICES

MOST_OUTLETS = 12
"""Outlets in the table of who disagrees with whom; wider ones cannot be read."""


class Disputes(Numbered):
    """Which disputes."""

    relation: Relation | None = None


class Bulk(Asked):
    """A decision about all pairs of a dispute, before it is confirmed."""

    verdict: str = Field("", max_length=40)
    note: str = Field("", max_length=review.MAX_NOTE_CHARS)
    reviewer: str = Field("", max_length=review.MAX_REVIEWER_CHARS)


@bp.get("/disputes")
@of_one_state
def disputes() -> str:
    """The disputes as cards."""
    store, wanted = current_parts().store, asked(Disputes)
    every = store.disputes()
    counts = {relation: sum(one.relation is relation for one in every) for relation in Relation}
    chosen = [one for one in every if wanted.relation in (None, one.relation)]
    first = (wanted.page - 1) * PAGE_SIZE
    return render_template(
        "disputes.html",
        active="disputes",
        disputes=shown.shown_disputes(store, chosen[first : first + PAGE_SIZE]),
        page=Page(records=(), total=len(chosen), page=wanted.page, size=PAGE_SIZE),
        total=len(every),
        relation_counts={relation: count for relation, count in counts.items() if count},
        relation=wanted.relation,
        outlets=shown.outlet_table(store.outlet_pairs(), MOST_OUTLETS),
        counts=store.counts(),
        may_add=may(Role.ADMIN),
        href_of_page=href_of_page("pages.disputes", wanted.address),
    )


@bp.get("/disputes/<dispute_id>")
@of_one_state
def dispute(dispute_id: str) -> str:
    """One dispute: its sides, its claims in order of publication, its pairs."""
    parts = current_parts()
    whole = parts.store.dispute(dispute_id)
    card = shown.shown_disputes(parts.store, [whole])[0]
    reviews = parts.store.reviews_of(whole.finding_ids, now=parts.clock())
    return render_template(
        "dispute.html",
        active="disputes",
        dispute=card,
        timeline=shown.timeline(card),
        findings=shown.shown_findings(parts, [parts.store.finding(one) for one in whole.finding_ids], reviews),
        reviews=reviews,
        undecided=shown.undecided_by(my_name(), reviews),
        choices=VERDICT_CHOICES,
        me=my_name(),
        asks_name=is_single_user(),
        may_decide=may(Role.REVIEWER),
        note_limit=review.MAX_NOTE_CHARS,
        name_limit=review.MAX_REVIEWER_CHARS,
    )


@bp.get("/disputes/<dispute_id>/decide")
@needs(Role.REVIEWER)
def confirm_dispute(dispute_id: str) -> str:
    """Asks whether to decide alike about every pair of a dispute, and shows which."""
    parts, bulk = current_parts(), asked(Bulk)
    whole = parts.store.dispute(dispute_id)
    verdict = review.checked_verdict(bulk.verdict)
    reviewer = _checked_reviewer(bulk.reviewer)
    left = shown.undecided_by(reviewer, parts.store.reviews_of(whole.finding_ids, now=parts.clock()))
    return render_template(
        "dispute_decide.html",
        active="disputes",
        dispute=whole,
        verdict=verdict,
        note=bulk.note,
        reviewer=reviewer,
        findings=shown.shown_findings(parts, [parts.store.finding(one) for one in left]),
        kept=len(whole.finding_ids) - len(left),
    )


@bp.post("/disputes/<dispute_id>/decisions")
@needs(Role.REVIEWER)
def decide_dispute(dispute_id: str) -> BaseResponse:
    """Decides alike about every pair that the form lists and the reviewer has not decided."""
    parts, form = current_parts(), request.form
    reviewer = _checked_reviewer(form.get("reviewer"))
    listed, whole = set(form.getlist("finding_id")), parts.store.dispute(dispute_id)
    made = review.decide_dispute(
        parts, dispute_id, form.get("verdict", ""), reviewer, form.get("note", ""), only=listed
    )
    remember(reviewer)
    told = f"Recorded: {made[0].verdict} for {len(made)} of its pairs." if made else "You had decided all of them."
    reviews = parts.store.reviews_of(whole.finding_ids, now=parts.clock())
    if new := len(shown.undecided_by(reviewer, reviews)):
        told += f" {counted(new, 'pair')} came since and stay{'s' if new == 1 else ''} undecided."
    flash(told)
    return redirect(url_for("pages.dispute", dispute_id=dispute_id), 303)


def _checked_reviewer(given: str | None) -> str:
    return review.checked_text("reviewer", reviewer_of(given), most=review.MAX_REVIEWER_CHARS, least=1)
