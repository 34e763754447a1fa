"""The report as one self-contained HTML page that reads well on a screen, in the dark and on paper."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from factcheck import __version__
from factcheck.answers import ReportData
from factcheck.payloads import report_payload
from factcheck.reports import wording


def render_html(data: ReportData) -> str:
    """The page; it loads nothing from elsewhere, runs no script, and links only to the articles."""
    return _template().render(report=report_payload(data), words=wording, version=__version__)


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
