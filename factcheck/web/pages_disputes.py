"""The pages of disputes: the cards, one of them with its sides and timeline, and a decision about all its pairs."""

from __future__ import annotations

from flask import render_template

from factcheck.store import Page
from factcheck.web import shown
from factcheck.web.current import current_parts
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page


@bp.get("/disputes")
def disputes() -> str:
    """The disputes as cards."""
    store, number = current_parts().store, asked(Numbered).page
    every = store.disputes()
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "disputes.html",
        active="disputes",
        disputes=shown.shown_disputes(store, every[first : first + PAGE_SIZE]),
        page=Page(records=(), total=len(every), page=number, size=PAGE_SIZE),
        counts=store.counts(),
        href_of_page=href_of_page("pages.disputes", {}),
    )


@bp.get("/disputes/<dispute_id>")
def dispute(dispute_id: str) -> str:
    """One dispute: its sides, its claims in order of publication, its pairs."""
    store = current_parts().store
    whole = store.dispute(dispute_id)
    card = shown.shown_disputes(store, [whole])[0]
    return render_template(
        "dispute.html",
        active="disputes",
        dispute=card,
        timeline=shown.timeline(card),
        findings=shown.shown_findings(store, [store.finding(one) for one in whole.finding_ids]),
    )
