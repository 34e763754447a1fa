"""The pages of review: the queue of findings, one finding side by side, and the decisions about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Literal

from flask import flash, redirect, render_template, request, session, url_for
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from factcheck import review
from factcheck.parts import Parts
from factcheck.records import ConflictType, Relation, Role
from factcheck.reports.wording import TYPE_WORDS, day, sentence_case
from factcheck.store import FindingFilter, Page
from factcheck.store_filter import Status
from factcheck.web import shown
from factcheck.web.access import is_single_user, needs, reviewer_of
from factcheck.web.current import current_parts, of_one_state
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, may, my_name
from factcheck.web.wording import MINE, ORDERS, RELATION_WORDS, STATUSES, VERDICT_CHOICES, told_of_review


class Queue(Numbered):
    """Which findings a reviewer looks at; it lives in the address, so a queue can be bookmarked.

    `mine` is about whoever looks; `after` is the finding that the page before ended with.
    """

    status: Literal["open", "decided", "sample", "checked", "all"] = "open"
    mine: Literal["decided", "unreviewed", "assigned"] | None = None
    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    source: str | None = Field(None, max_length=200)
    other_source: str | None = Field(None, max_length=200)
    speaker: str | None = Field(None, max_length=200)
    event: str | None = Field(None, max_length=64)
    published_from: date | None = None
    published_to: date | None = None
    q: str | None = Field(None, max_length=200)
    min_probability: float = Field(0.0, ge=0, le=1)
    sort: Literal["priority", "probability", "newest"] = "priority"
    after: str | None = Field(None, max_length=64)

    @property
    def address(self) -> dict[str, Any]:
        """The part of an address that names this queue, whichever page of it."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"page", "after"})

    def filter(self) -> FindingFilter:
        """The same as the store takes it."""
        me = my_name() or "nobody"
        shown = FindingFilter(
            relation=self.relation,
            conflict_type=self.conflict_type,
            source=self.source,
            other_source=self.other_source,
            speaker=self.speaker,
            event=self.event,
            query=self.q,
            min_probability=self.min_probability,
            published_from=self.published_from,
            published_to=self.published_to,
            reviewer=me if self.mine == "decided" else None,
            unreviewed_by=me if self.mine == "unreviewed" else None,
            assigned_to=me if self.mine == "assigned" else None,
            as_of=current_parts().clock(),
            sort=self.sort,
        )
        return _of_status(shown, self.status)


@bp.get("/findings")
def findings_by_name() -> BaseResponse:
    """An address cut short after its first word leads to the queue, with its filters."""
    filters: dict[str, Any] = {name: value for name, value in request.args.items() if name in Queue.model_fields}
    return redirect(url_for("pages.findings", **filters), 303)


@bp.get("/")
@of_one_state
def findings() -> str | BaseResponse:
    """The queue of findings; a page that nothing is left for leads to the first."""
    parts, queue = current_parts(), asked(Queue)
    store, wanted = parts.store, queue.filter()
    page = store.findings_to_review(wanted, queue.page, PAGE_SIZE)
    has_more = page.page < page.pages
    if queue.after:
        behind = tuple(store.findings_after(wanted, queue.after, PAGE_SIZE + 1))
        page = Page(records=behind[:PAGE_SIZE], total=page.total, page=queue.page, size=PAGE_SIZE)
        has_more = len(behind) > PAGE_SIZE
    if page.total and not page.records:
        return redirect(url_for("pages.findings", **queue.address))
    facets = store.finding_facets(wanted)
    facets["status"] = {name: store.finding_count(_of_status(wanted, name)) for name, _ in STATUSES}
    questions = {one: store.dispute(one).question for one in [*facets["event"]][:12]}
    facets["event"] = {one: facets["event"][one] for one in questions}
    ids = [one.finding_id for one in page.records]
    reviews = store.reviews_of(ids, now=parts.clock())
    return render_template(
        "findings.html",
        active="findings",
        rows=shown.shown_findings(parts, page.records, reviews),
        reviews=reviews,
        first=(page.page - 1) * page.size + 1,
        page=page,
        has_more=has_more,
        facets=facets,
        questions=questions,
        chips=_chips(queue, questions),
        statuses=STATUSES,
        mine=MINE,
        orders=ORDERS,
        me=my_name(),
        form=queue,
        query=queue.address,
        counts=store.counts(),
        may_add=may(Role.ADMIN),
        may_decide=may(Role.REVIEWER),
        href_with=partial(_href_with, queue),
        href_of_page=lambda number: _href_of_page(queue, page.page, number, ids),
    )


@bp.post("/start")
@needs(Role.REVIEWER)
def start() -> BaseResponse:
    """Leads to the first finding of the queue that is free for whoever starts, and keeps it for them."""
    queue = asked(Queue)
    first = review.next_finding(current_parts(), queue.filter(), my_name())
    if not first:
        flash("Nothing is left for you here: you have decided it, or others are at it.")
    return redirect(_after(first, queue.address), 303)


@bp.get("/findings/<finding_id>")
@of_one_state
def finding(finding_id: str) -> str:
    """One finding, side by side, with the form to decide about it."""
    parts, queue = current_parts(), asked(Queue)
    store, me = parts.store, my_name()
    asked_for, card = store.finding(finding_id), store.dispute_of_finding(finding_id)
    others = [one for one in card.finding_ids if one != finding_id] if card else []
    reviews = store.reviews_of([finding_id, *others], now=parts.clock())
    found, *neighbours = shown.shown_findings(parts, [asked_for, *map(store.finding, others)], reviews)
    dispute = shown.shown_disputes(store, [card])[0] if card else None
    last_scan = store.last_run("scan")
    return render_template(
        "finding.html",
        active="findings",
        finding=found,
        review=reviews[finding_id],
        reviews=reviews,
        who_differs=shown.who_differs(found),
        copies=store.copies_of(found[side]["article"]["origin_id"] for side in ("left", "right")),
        told=told_of_review(reviews[finding_id], me),
        mine=next((one for one in reversed(reviews[finding_id].decisions) if one.reviewer == me), None),
        place=shown.place_in_queue(store, finding_id, queue.filter()),
        dispute=dispute,
        reported=dispute or shown.reported_by(found),
        neighbours=neighbours,
        query=queue.address,
        choices=VERDICT_CHOICES,
        me=me,
        asks_name=is_single_user(),
        may_decide=may(Role.REVIEWER),
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
    reviewer = reviewer_of(form.get("reviewer"))
    following = _following(parts, queue, finding_id, reviewer)
    decision = review.decide(parts, finding_id, form.get("verdict", ""), reviewer, form.get("note", ""))
    remember(decision.reviewer)
    session["last_decided"] = {"finding_id": finding_id, **queue.address}
    flash(f"Recorded: {decision.verdict}.", "decided")
    return redirect(_after(following, queue.address), 303)


@bp.post("/findings/<finding_id>/withdrawals")
@needs(Role.REVIEWER)
def withdraw(finding_id: str) -> BaseResponse:
    """Takes back what whoever sent the form decided last about a finding, and shows it again."""
    queue = asked(Queue)
    taken_back = review.withdraw(current_parts(), finding_id, reviewer_of(request.form.get("reviewer") or my_name()))
    flash(f"Taken back: {taken_back.verdict}. Decide again, or go on.")
    return redirect(url_for("pages.finding", finding_id=finding_id, **queue.address), 303)


def remember(reviewer: str) -> None:
    """Keeps the name in the session, for the next form."""
    session["reviewer"] = reviewer
    session.permanent = True


def _following(parts: Parts, queue: Queue, finding_id: str, reviewer: str) -> str | None:
    """What comes after a decision: in a queue of open findings the next one that is free, else the next row."""
    if queue.status in ("open", "sample"):
        return review.next_finding(parts, queue.filter(), reviewer, finding_id)
    return shown.place_in_queue(parts.store, finding_id, queue.filter()).next_id


def _of_status(shown: FindingFilter, status: str) -> FindingFilter:
    """A filter for one of the statuses of the page, which has two for the random slice: open, and decided."""
    named: dict[str, Status] = {"open": "open", "decided": "decided", "sample": "sample", "checked": "decided"}
    return replace(shown, status=named.get(status), sampled=status == "checked")


def _after(following: str | None, address: Mapping[str, Any]) -> str:
    if following:
        return url_for("pages.finding", finding_id=following, **address)
    return url_for("pages.findings", **address)


def _href_with(queue: Queue, **changes: Any) -> str:
    """The queue with other filters. What somebody has decided is hardly open: choosing that shows it all the same."""
    if changes.get("mine") == "decided":
        changes["status"] = {"open": "all", "sample": "checked"}.get(queue.status, queue.status)
    return url_for("pages.findings", **{**queue.address, **changes})


def _href_of_page(queue: Queue, shown_page: int, number: int, ids: list[str]) -> str:
    """The next page starts behind what this one ends with: what is decided meanwhile moves nothing past the reader."""
    address = {**queue.address, "page": number}
    if number == shown_page + 1 and ids:
        address["after"] = ids[-1]
    return url_for("pages.findings", **address)


def _chips(queue: Queue, questions: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters in use, each with the field that takes it off and how to call it."""
    chips = {
        "mine": dict(MINE).get(queue.mine or ""),
        "relation": queue.relation and RELATION_WORDS[queue.relation],
        "conflict_type": queue.conflict_type and sentence_case(TYPE_WORDS[queue.conflict_type]),
        "source": queue.source,
        "other_source": queue.other_source and f"Other side: {queue.other_source}",
        "speaker": queue.speaker,
        "event": queue.event and questions.get(queue.event, "One dispute"),
        "published_from": queue.published_from and f"From {day(queue.published_from.isoformat())}",
        "published_to": queue.published_to and f"To {day(queue.published_to.isoformat())}",
        "q": queue.q and f"“{queue.q}”",
        "min_probability": queue.min_probability and f"At least {queue.min_probability:.0%}",
    }
    return [(field, label) for field, label in chips.items() if label]
