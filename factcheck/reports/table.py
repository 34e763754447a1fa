"""The report as CSV: one row a finding, its two claims side by side."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from factcheck.answers import ReportData
from factcheck.payloads import Json, report_payload

FINDING_COLUMNS = ("finding_id", "dispute_id", "question", "relation", "probability", "conflict_type")
CLAIM_COLUMNS = (
    "quote", "clash", "speaker", "source", "published_at", "title", "url",
    "start", "end", "context_before", "context_after", "article", "article_id", "content_hash", "origin_id",
)  # fmt: skip
LAST_COLUMNS = ("reasons", "decisions", "model_id", "run_id")
COLUMNS = (
    *FINDING_COLUMNS,
    *(f"left_{name}" for name in CLAIM_COLUMNS),
    *(f"right_{name}" for name in CLAIM_COLUMNS),
    *LAST_COLUMNS,
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def render_csv(data: ReportData) -> str:
    """The findings as CSV in UTF-8; cells that a spreadsheet would run as a formula start with an apostrophe."""
    report = report_payload(data)
    dispute_of = {finding_id: dispute for dispute in report["disputes"] for finding_id in dispute["finding_ids"]}
    lines = StringIO()
    writer = csv.DictWriter(lines, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for finding in report["findings"]:
        row = _row(finding, dispute_of.get(finding["finding_id"], {}))
        writer.writerow({name: defused(value) for name, value in row.items()})
    return lines.getvalue()


def defused(value: Any) -> Any:
    """The value, as text that no spreadsheet takes for a formula; unknown is an empty cell."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _row(finding: Json, dispute: Json) -> Json:
    decisions = (f"{one['verdict']} ({one['reviewer']}, {one['decided_at']})" for one in finding["decisions"])
    return {
        **{name: finding.get(name) for name in (*FINDING_COLUMNS, *LAST_COLUMNS)},
        "dispute_id": dispute.get("dispute_id"),
        "question": dispute.get("question"),
        **_claim_cells("left", finding),
        **_claim_cells("right", finding),
        "reasons": " | ".join(finding["reasons"]),
        "decisions": " | ".join(decisions),
    }


def _claim_cells(side: str, finding: Json) -> Json:
    claim, clash = finding[side], finding["clash"]
    cells = {
        **claim,
        **claim["article"],
        "article": claim["article"]["label"],
        "clash": clash[side]["text"] if clash else None,
        "context_before": claim["context"]["before"],
        "context_after": claim["context"]["after"],
    }
    return {f"{side}_{name}": cells[name] for name in CLAIM_COLUMNS}
