"""The report as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from factcheck.answers import ReportData
from factcheck.payloads import Json, report_payload
from factcheck.reports import wording

MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def render_markdown(data: ReportData) -> str:
    """The report as Markdown that shows quotes letter by letter, whatever signs they hold."""
    report = report_payload(data)
    lines = [*_head(report), *_disputes(report["disputes"]), *_findings(report["findings"]), *_method(report)]
    return "\n".join(lines) + "\n"


def escaped(text: str) -> str:
    """The text on one line, with every sign that Markdown would read as markup escaped."""
    return MARKUP.sub(r"\\\1", " ".join(text.split()))


def _head(report: Json) -> Iterator[str]:
    yield "# Contradictions report"
    yield ""
    yield f"Generated {wording.moment(report['generated_at'])}. {escaped(wording.summary(report))}"
    yield ""
    yield "It says who reported what, and how the reports clash. It does not say who is right."


def _disputes(disputes: list[Json]) -> Iterator[str]:
    for number, dispute in enumerate(disputes, 1):
        kinds = (
            f" about {wording.listed(wording.about(dispute['conflict_types']))}" if dispute["conflict_types"] else ""
        )
        yield ""
        yield f"## {number}. {escaped(dispute['question'])}"
        yield ""
        yield (
            f"**{dispute['relation'].capitalize()}**{kinds}, {wording.percent(dispute['probability'])} likely. "
            f"Reported by {wording.reported_by(dispute)}."
        )
        for side in dispute["sides"]:
            latest = " (latest)" if side.get("latest") else ""
            yield ""
            yield f"### {escaped(side['position'])}{latest}"
            for claim in side["claims"]:
                yield from _claim(claim)
        yield from _reasons(dispute["reasons"])


def _claim(claim: Json) -> Iterator[str]:
    quote = "".join(
        _kept(text, around="**" if is_clash else "") for text, is_clash in wording.marked(claim, claim["clash"])
    )
    before, after = (escaped(claim["context"][place]) for place in ("before", "after"))
    yield ""
    if before:
        yield f"> … {before}"
        yield ">"
    opening, closing = wording.quotation_marks(claim["quote"])
    yield f"> {opening}{quote.strip()}{closing}"
    if after:
        yield ">"
        yield f"> {after} …"
    yield ""
    yield f"— {_provenance(claim)}"


def _kept(text: str, *, around: str) -> str:
    """Escaped text between signs, with a blank at either end where the text has white space there."""
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() else "")
    words = escaped(text)
    return f"{before}{around}{words}{around}{after}" if words else before


def _provenance(claim: Json) -> str:
    article = claim["article"]
    link = wording.web_link(article["url"])
    title = wording.title_of(claim)
    parts = [
        escaped(wording.outlet(article)),
        escaped(wording.voice(claim)),
        wording.day(article["published_at"]),
        f"“{escaped(title)}”" if title else "",
        f"<{link}>" if link else "",
        f"characters {claim['start']}–{claim['end']} of version {article['content_hash'][:12]}",
    ]
    return ", ".join(part for part in parts if part)


def _reasons(reasons: list[str]) -> Iterator[str]:
    if reasons:
        yield ""
        yield "Why:"
        yield ""
        yield from (f"- {escaped(reason)}" for reason in reasons)


def _findings(findings: list[Json]) -> Iterator[str]:
    if not findings:
        return
    yield ""
    yield "## The flagged pairs"
    yield ""
    yield "| finding | relation | likely | one claim | the other | why | decision |"
    yield "|---|---|---|---|---|---|---|"
    for finding in findings:
        left, right = (_cell(finding[side]) for side in ("left", "right"))
        decided = wording.listed(one["verdict"] for one in finding["decisions"]) or "open"
        if finding["decisions"] and finding["status"] == "open":
            decided += " (open for a second look)"
        kind = f", {finding['conflict_type']}" if finding["conflict_type"] else ""
        yield (
            f"| {finding['finding_id']} | {finding['relation']}{kind} | {wording.percent(finding['probability'])} "
            f"| {left} | {right} | {' '.join(map(escaped, finding['reasons']))} | {decided} |"
        )


def _cell(claim: Json) -> str:
    opening, closing = wording.quotation_marks(claim["quote"])
    source = f"{wording.outlet(claim['article'])}, {wording.day(claim['article']['published_at'])}"
    return f"{opening}{escaped(claim['quote'])}{closing} ({escaped(source)})"


def _method(report: Json) -> Iterator[str]:
    yield ""
    yield "## How this report was made"
    yield ""
    if not report["funnel"]["left_out"] and not wording.funnel_rows(report["funnel"]):
        yield "- not scanned yet"
    yield from (f"- {number:,} {escaped(words)}" for words, number in wording.funnel_rows(report["funnel"]))
    yield from (f"- left out: {escaped(one['what'])}: {escaped(one['reason'])}" for one in report["funnel"]["left_out"])
    for heading in ("models", "settings"):
        for name, value in report[heading].items():
            yield f"- {heading.rstrip('s')} {escaped(name.replace('_', ' '))}: {escaped(value)}"
