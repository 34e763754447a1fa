"""The pages of review: the queue of findings, one finding side by side, and the decisions about it."""

from __future__ import annotations

from typing import Any, Literal

from flask import flash, redirect, render_template, request, session, url_for
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from factcheck import review
from factcheck.records import ConflictType, Relation, Role
from factcheck.store import FindingFilter
from factcheck.web import shown
from factcheck.web.access import needs
from factcheck.web.current import current_parts
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page
from factcheck.web.wording import VERDICT_CHOICES


class Queue(Numbered):
    """Which findings a reviewer looks at; it lives in the address, so a queue can be bookmarked."""

    status: Literal["open", "decided", "all"] = "open"
    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    source: str | None = Field(None, max_length=200)
    speaker: str | None = Field(None, max_length=200)
    q: str | None = Field(None, max_length=200)
    min_probability: float = Field(0.0, ge=0, le=1)
    sort: Literal["probability", "newest"] = "probability"

    def filter(self) -> FindingFilter:
        """The same as the store takes it."""
        return FindingFilter(
            relation=self.relation,
            conflict_type=self.conflict_type,
            status=None if self.status == "all" else self.status,
            source=self.source,
            speaker=self.speaker,
            query=self.q,
            min_probability=self.min_probability,
            sort=self.sort,
        )


@bp.get("/")
def findings() -> str:
    """The queue of findings."""
    store, queue = current_parts().store, asked(Queue)
    page = store.findings_to_review(queue.filter(), queue.page, PAGE_SIZE)
    facets = store.finding_facets()
    facets["status"] = {"open": 0, "decided": 0, **facets["status"]}
    return render_template(
        "findings.html",
        active="findings",
        rows=shown.shown_findings(store, page.records),
        first=(page.page - 1) * page.size + 1,
        page=page,
        facets=facets,
        form=queue,
        query=queue.address,
        counts=store.counts(),
        href_with=lambda **changes: url_for("pages.findings", **{**queue.address, **changes}),
        href_of_page=href_of_page("pages.findings", queue.address),
    )


@bp.get("/findings/<finding_id>")
def finding(finding_id: str) -> str:
    """One finding, side by side, with the form to decide about it."""
    store, queue = current_parts().store, asked(Queue)
    last_scan = store.last_run("scan")
    return render_template(
        "finding.html",
        active="findings",
        finding=shown.shown_finding(store, finding_id),
        place=shown.place_in_queue(store, finding_id, queue.filter()),
        dispute=store.dispute_of_finding(finding_id),
        query=queue.address,
        choices=VERDICT_CHOICES,
        reviewer=session.get("reviewer", ""),
        note_limit=review.MAX_NOTE_CHARS,
        name_limit=review.MAX_REVIEWER_CHARS,
        settings=last_scan.settings if last_scan else {},
    )


@bp.post("/findings/<finding_id>/decisions")
@needs(Role.REVIEWER)
def decide(finding_id: str) -> BaseResponse:
    """Adds a decision and goes on to the next finding of the queue."""
    parts, queue = current_parts(), asked(Queue)
    form = request.form
    following = shown.place_in_queue(parts.store, finding_id, queue.filter()).next_id
    decision = review.decide(parts, finding_id, form.get("verdict", ""), form.get("reviewer", ""), form.get("note", ""))
    session["reviewer"] = decision.reviewer
    session.permanent = True
    session["last_decided"] = url_for("pages.finding", finding_id=finding_id, **queue.address)
    flash(f"Recorded: {decision.verdict}.", "decided")
    return redirect(_after(following, queue.address), 303)


def _after(following: str | None, address: dict[str, Any]) -> str:
    if following:
        return url_for("pages.finding", finding_id=following, **address)
    return url_for("pages.findings", **address)
