"""The pages for readers: a claim checked against the index, the report, and how it all works."""

from __future__ import annotations

from flask import Response, render_template

from factcheck.claim_check import check_claim
from factcheck.errors import BadClaim
from factcheck.payloads import Json, claim_check_payload, report_payload
from factcheck.records import Role
from factcheck.reporting import report_data
from factcheck.web.access import needs
from factcheck.web.current import current_parts
from factcheck.web.downloads import report_file
from factcheck.web.pages_base import asked, bp
from factcheck.web.schemas import Asked, ReportQuery
from factcheck.web.wording import RELATION_MEANINGS, VERDICT_CHOICES

FORMATS = (
    ("html", "Open as one page"),
    ("md", "Markdown"),
    ("json", "JSON"),
    ("csv", "CSV for spreadsheets"),
)


class Submitted(Asked):
    """A claim in the address of the page that checks it."""

    text: str | None = None
    published_at: str | None = None


@bp.get("/check")
@needs(Role.REVIEWER)
def check() -> tuple[str, int]:
    """The form for a claim, and what the articles say of the claim in it."""
    parts, form = current_parts(), asked(Submitted)
    found, problem = None, None
    if form.text is not None:
        try:
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
    """The report on screen."""
    data = report_payload(report_data(current_parts()))
    return render_template("report.html", active="report", report=data, formats=FORMATS)


@bp.get("/report/file")
def report_as_file() -> Response:
    """The report as a file."""
    return report_file(current_parts(), asked(ReportQuery).format)


@bp.get("/about")
def about() -> str:
    """How it works, what the keys are, and what it cannot do."""
    return render_template("about.html", active="about", choices=VERDICT_CHOICES, relation_meanings=RELATION_MEANINGS)
