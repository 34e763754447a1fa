"""Reports: one renderer a format, all fed from the one shape in payloads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from factcheck.answers import ReportData
from factcheck.payloads import ok_payload, report_payload
from factcheck.reports.page import render_html
from factcheck.reports.table import render_csv
from factcheck.reports.text import render_markdown


def render_json(data: ReportData) -> str:
    """The report as one JSON object."""
    return json.dumps(ok_payload(**report_payload(data)), ensure_ascii=False, indent=2) + "\n"


RENDERERS: Mapping[str, Callable[[ReportData], str]] = {
    "html": render_html,
    "md": render_markdown,
    "json": render_json,
    "csv": render_csv,
}
MEDIA_TYPES = {"html": "text/html", "md": "text/markdown", "json": "application/json", "csv": "text/csv"}


def render(data: ReportData, format: str) -> str:
    """The report as text in one of the formats of RENDERERS."""
    return RENDERERS[format](data)
