"""The pages: each view reads the request, asks one use case or the store, and renders a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from pydantic import BaseModel, Field, ValidationError, field_validator
from werkzeug.wrappers import Response as BaseResponse

from factcheck import pipeline, review
from factcheck.article_fields import article_from_fields
from factcheck.claim_check import check_claim
from factcheck.errors import BadClaim
from factcheck.ingest import ingest
from factcheck.payloads import Json, claim_check_payload, report_payload
from factcheck.records import ConflictType, Relation, Role, RunSummary
from factcheck.reporting import report_data
from factcheck.reports.wording import counted, listed
from factcheck.store import FindingFilter, Page
from factcheck.web import shown
from factcheck.web.access import needs
from factcheck.web.current import current_parts
from factcheck.web.downloads import report_file, uploaded_articles
from factcheck.web.schemas import Asked, ReportQuery, refuse
from factcheck.web.security import check_form_token
from factcheck.web.wording import RELATION_MEANINGS, VERDICT_CHOICES

PAGE_SIZE = 25
FORMATS = (
    ("html", "Open as one page"),
    ("md", "Markdown"),
    ("json", "JSON"),
    ("csv", "CSV for spreadsheets"),
)

bp = Blueprint("pages", __name__)


class Numbered(Asked):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=1_000_000)


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

    @field_validator("*", mode="before")
    @classmethod
    def left_open(cls, value: Any, info: Any) -> Any:
        """A field that a form sends empty is as if it were not there."""
        return cls.model_fields[info.field_name].default if value == "" else value

    @property
    def address(self) -> dict[str, Any]:
        """The part of an address that names this queue."""
        return self.model_dump(mode="json", exclude_defaults=True, exclude={"page"})

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


class Submitted(Asked):
    """A claim in the address of the page that checks it."""

    text: str | None = None
    published_at: str | None = None


@bp.before_request
def check_forms() -> None:
    """Refuses a form that no page of this session sent."""
    if request.method == "POST":
        check_form_token()


@bp.get("/")
def findings() -> str:
    """The queue of findings."""
    store, queue = current_parts().store, _asked(Queue)
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
        href_of_page=_href_of_page("pages.findings", queue.address),
    )


@bp.get("/findings/<finding_id>")
def finding(finding_id: str) -> str:
    """One finding, side by side, with the form to decide about it."""
    store, queue = current_parts().store, _asked(Queue)
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
    parts, queue = current_parts(), _asked(Queue)
    form = request.form
    following = shown.place_in_queue(parts.store, finding_id, queue.filter()).next_id
    decision = review.decide(parts, finding_id, form.get("verdict", ""), form.get("reviewer", ""), form.get("note", ""))
    session["reviewer"] = decision.reviewer
    session.permanent = True
    session["last_decided"] = url_for("pages.finding", finding_id=finding_id, **queue.address)
    flash(f"Recorded: {decision.verdict}.", "decided")
    if following:
        return redirect(url_for("pages.finding", finding_id=following, **queue.address), 303)
    return redirect(url_for("pages.findings", **queue.address), 303)


@bp.get("/disputes")
def disputes() -> str:
    """The disputes as cards."""
    store, number = current_parts().store, _asked(Numbered).page
    every = store.disputes()
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "disputes.html",
        active="disputes",
        disputes=shown.shown_disputes(store, every[first : first + PAGE_SIZE]),
        page=Page(records=(), total=len(every), page=number, size=PAGE_SIZE),
        counts=store.counts(),
        href_of_page=_href_of_page("pages.disputes", {}),
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


@bp.get("/check")
@needs(Role.REVIEWER)
def check() -> tuple[str, int]:
    """The form for a claim, and what the articles say of the claim in it."""
    parts, asked = current_parts(), _asked(Submitted)
    found, problem = None, None
    if asked.text is not None:
        try:
            found = claim_check_payload(check_claim(parts, asked.text, asked.published_at))
        except BadClaim as error:
            problem = error
    groups: dict[str, list[Json]] = {}
    for one in found["evidence"] if found else ():
        groups.setdefault(one["relation"], []).append(one)
    page = render_template(
        "check.html",
        active="check",
        asked=asked,
        check=found,
        groups=groups,
        problem=problem,
        claim_limit=parts.settings.max_claim_chars,
    )
    return page, problem.http_status if problem else 200


@bp.get("/articles")
def articles() -> str:
    """The list of articles, and the forms to add some and to scan."""
    store, number = current_parts().store, _asked(Numbered).page
    held, total = store.article_page(number, PAGE_SIZE)
    return render_template(
        "articles.html",
        active="articles",
        articles=shown.listed_articles(store, held),
        page=Page(records=(), total=total, page=number, size=PAGE_SIZE),
        counts=store.counts(),
        last_scan=store.last_run("scan"),
        href_of_page=_href_of_page("pages.articles", {}),
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


@bp.get("/report")
def report() -> str:
    """The report on screen."""
    data = report_payload(report_data(current_parts()))
    return render_template("report.html", active="report", report=data, formats=FORMATS)


@bp.get("/report/file")
def report_as_file() -> Response:
    """The report as a file."""
    return report_file(current_parts(), _asked(ReportQuery).format)


@bp.get("/about")
def about() -> str:
    """How it works, what the keys are, and what it cannot do."""
    return render_template("about.html", active="about", choices=VERDICT_CHOICES, relation_meanings=RELATION_MEANINGS)


Form = TypeVar("Form", bound=BaseModel)


def _asked(form: type[Form]) -> Form:
    """The address of the request as a form.

    Raises:
        BadInput: a field is unknown, or has a value that it cannot have.
    """
    try:
        return form.model_validate(request.args.to_dict())
    except ValidationError as error:
        refuse(error)


def _href_of_page(endpoint: str, address: Mapping[str, Any]) -> Callable[[int], str]:
    return lambda number: url_for(endpoint, **address, page=number)


def _tell_of_ingest(run: RunSummary) -> None:
    counts = {name: run.counts.get(name, 0) for name in ("added", "replaced", "unchanged")}
    told = [f"{counted(count, 'article')} {name}" for name, count in counts.items() if count]
    if told:
        flash(f"{listed(told)}. Scan to compare what is new.")
    for one in run.left_out:
        flash(f"Left out {one.what}: {one.reason}", "bad")
