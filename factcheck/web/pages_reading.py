"""The pages for readers: a claim checked against the index, the report, how good it all is, and how it works."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from flask import Response, flash, redirect, render_template, request, url_for
from pydantic import Field
from werkzeug.wrappers import Response as BaseResponse

from factcheck.claim_check import check_claim
from factcheck.errors import BadClaim, BadInput
from factcheck.payloads import Json, claim_check_payload, report_payload
from factcheck.records import ConflictType, Relation, Role
from factcheck.reporting import report_data
from factcheck.reports.wording import counted
from factcheck.review import import_file
from factcheck.review_quality import quality
from factcheck.store import FindingFilter, Page
from factcheck.web.access import needs
from factcheck.web.charts import calibration_chart
from factcheck.web.current import current_parts
from factcheck.web.downloads import decision_file, report_file
from factcheck.web.pages_base import PAGE_SIZE, Numbered, asked, bp, href_of_page, may
from factcheck.web.schemas import Asked
from factcheck.web.security import takes_files
from factcheck.web.turns import current_turns
from factcheck.web.wording import RELATION_MEANINGS, VERDICT_CHOICES

FORMATS = (
    ("html", "One page to share"),
    ("md", "Markdown"),
    ("json", "JSON"),
    ("csv", "CSV for spreadsheets"),
)
MOST_TOLD = 10
"""Lines of an import that are named one by one."""
LOG_FORMATS = (
    ("jsonl", "JSON lines", "every entry with offsets, hashes and W3C selectors; can be imported again"),
    ("csv", "CSV", "one row an entry, for spreadsheets"),
    ("pairs", "Training pairs", "in the schema of the relation model"),
    ("claimreview", "ClaimReview", "JSON-LD of what people decided"),
)


class Submitted(Asked):
    """A claim in the address of the page that checks it."""

    text: str | None = None
    published_at: str | None = None


class ReportFilter(Numbered):
    """What a report shows."""

    relation: Relation | None = None
    conflict_type: ConflictType | None = None
    status: Literal["open", "decided"] | None = None
    source: str | None = Field(None, max_length=200)
    q: str | None = Field(None, max_length=200)
    min_probability: float = Field(0.0, ge=0, le=1)
    format: Literal["json", "html", "md", "csv"] = "json"

    def filter(self) -> FindingFilter:
        """The same as the store takes it."""
        return FindingFilter(
            relation=self.relation,
            conflict_type=self.conflict_type,
            status=self.status,
            source=self.source,
            query=self.q,
            min_probability=self.min_probability,
        )


class LogFile(Asked):
    """Which form of the log of decisions."""

    format: Literal["jsonl", "csv", "pairs", "claimreview"] = "jsonl"


@bp.get("/check")
@needs(Role.REVIEWER)
def check() -> tuple[str, int]:
    """The form for a claim, and what the articles say of the claim in it."""
    parts, form = current_parts(), asked(Submitted)
    found, problem = None, None
    if form.text is not None:
        try:
            turns = current_turns()
            with turns.place(), turns.turn():
                found = claim_check_payload(check_claim(parts, form.text, form.published_at))
        except BadClaim as error:
            problem = error
    groups: dict[str, list[Json]] = {}
    for one in found["evidence"] if found else ():
        groups.setdefault(one["relation"], []).append(one)
    page = render_template(
        "check.html",
        active="check",
        asked=form,
        check=found,
        groups=groups,
        problem=problem,
        claim_limit=parts.settings.max_claim_chars,
    )
    return page, problem.http_status if problem else 200


@bp.get("/report")
def report() -> str:
    """The report on screen, some disputes at a time."""
    parts, wanted = current_parts(), asked(ReportFilter)
    query = {name: value for name, value in wanted.address.items() if name != "format"}
    data = report_data(parts, wanted.filter() if query else None)
    first = (wanted.page - 1) * PAGE_SIZE
    on_page = data.disputes[first : first + PAGE_SIZE]
    needed = {finding_id for dispute in on_page for finding_id in dispute.finding_ids}
    findings = tuple(one for one in data.findings if one.finding_id in needed)
    return render_template(
        "report.html",
        active="report",
        report=report_payload(replace(data, disputes=on_page, findings=findings)),
        page=Page(records=(), total=len(data.disputes), page=wanted.page, size=PAGE_SIZE),
        finding_count=len(data.findings),
        formats=FORMATS,
        form=wanted,
        query=query,
        facets=parts.store.finding_facets(),
        href_of_page=href_of_page("pages.report", query),
    )


@bp.get("/report/file")
def report_as_file() -> Response:
    """The report as a file, of the findings that the filter shows."""
    wanted = asked(ReportFilter)
    is_filtered = bool(set(wanted.address) - {"format"})
    return report_file(current_parts(), wanted.format, wanted.filter() if is_filtered else None)


@bp.get("/quality", endpoint="quality")
def quality_page() -> str:
    """How good the findings are by what people decided, and how the last scans went."""
    measured = quality(current_parts())
    return render_template(
        "quality.html",
        active="quality",
        quality=measured,
        chart=calibration_chart(measured.calibration),
        formats=LOG_FORMATS,
        may_import=may(Role.ADMIN),
    )


@bp.get("/decisions/file")
def decisions_as_file() -> BaseResponse:
    """The log of decisions as a file."""
    return decision_file(current_parts(), asked(LogFile).format)


@bp.post("/decisions/file")
@takes_files
def import_decisions() -> BaseResponse:
    """Brings in the decisions of an uploaded file; those that are here already stay single."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadInput("no file was chosen", hint="choose a file that another store exported")
    added, _, left_out = import_file(current_parts(), file.stream)
    flash(f"{counted(added, 'entry', 'entries')} of the log {'is' if added == 1 else 'are'} new here.")
    for one in left_out[:MOST_TOLD]:
        flash(f"Left out {one.what}: {one.reason}", "bad")
    if len(left_out) > MOST_TOLD:
        flash(f"And {len(left_out) - MOST_TOLD:,} more were left out.", "bad")
    return redirect(url_for("pages.quality"), 303)


@bp.get("/about")
def about() -> str:
    """How it works, what the keys are, and what it cannot do."""
    return render_template("about.html", active="about", choices=VERDICT_CHOICES, relation_meanings=RELATION_MEANINGS)
