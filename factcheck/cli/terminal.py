"""What a person sees in the terminal: disputes, evidence, run summaries, tables, progress bars."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from factcheck.payloads import Json
from factcheck.records import LeftOut
from factcheck.reports import wording

RELATION_STYLES = {"conflict": "bold red", "update": "bold blue", "tension": "bold yellow", "agree": "bold green"}
EVIDENCE_HEADINGS = {
    "conflict": "Conflicts with it",
    "update": "Differs because time passed",
    "tension": "In tension with it",
    "agree": "Agrees with it",
}
READING_WIDTH = 100
_BELOW_SECONDS = re.compile(r"(?<=:\d\d)(?:\.\d+)?\+00:00$")


def console() -> Console:
    """Standard output, in a width that reads well."""
    out = Console(highlight=False)
    out.width = min(out.width, READING_WIDTH) if out.is_terminal else READING_WIDTH
    return out


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A callback (stage, done, total) that draws bars on standard error, if that is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    err = Console(stderr=True)
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report


def show_report(report: Json) -> None:
    """Disputes with their sides and quotes."""
    out = console()
    out.print(wording.summary(report))
    for number, dispute in enumerate(report["disputes"], 1):
        out.print()
        out.print(Text(_plain(f"{number}. {dispute['question']}"), style="bold"))
        _indented(out, _dispute_line(dispute))
        for side in dispute["sides"]:
            latest = " (latest)" if "latest" in side else ""
            out.print()
            _indented(out, Text(f"{wording.sentence_case(_plain(side['position']))}{latest}", style="bold"))
            for claim in side["claims"]:
                _show_claim(out, claim, claim["clash"])
        if dispute["reasons"]:
            out.print()
        for reason in dispute["reasons"]:
            _indented(out, Text.assemble(("why: ", "dim"), _plain(reason)))


def _dispute_line(dispute: Json) -> Text:
    about = wording.listed(wording.about(dispute["conflict_types"]))
    return Text.assemble(
        (dispute["relation"], RELATION_STYLES.get(dispute["relation"], "")),
        f" about {about}, " if about else ", ",
        f"{wording.percent(dispute['probability'])} likely, reported by {wording.reported_by(dispute)}",
    )


def show_claim_check(check: Json) -> None:
    """The evidence for and against a submitted claim, by relation; or plainly that there is none."""
    out = console()
    looked_at = check["checked"]
    if not check["evidence"]:
        articles, claims = (wording.counted(looked_at.get(name, 0), name[:-1]) for name in ("articles", "claims"))
        out.print(
            f"Nothing in the index speaks to this claim ({articles}, {claims} looked at). "
            "That is no evidence, not agreement."
        )
        return
    for relation, heading in EVIDENCE_HEADINGS.items():
        group = [evidence for evidence in check["evidence"] if evidence["relation"] == relation]
        if group:
            out.print(Text(heading, style=RELATION_STYLES[relation]))
        for evidence in group:
            clash = [evidence["clash"]["right"]] if evidence["clash"] else []
            _show_claim(out, evidence, clash)
            _indented(out, Text(f"{wording.percent(evidence['probability'])} likely", style="dim"), by=4)
            if part := wording.what_was_compared(evidence, evidence["compared"]["right"]):
                _indented(out, Text.assemble(("compared: ", "dim"), _plain(part)), by=4)
            for reason in evidence["reasons"]:
                _indented(out, Text.assemble(("why: ", "dim"), _plain(reason)), by=4)
            out.print()


def show_run(title: str, run: Json) -> None:
    """The counts of a run, and what was left out and why."""
    out = console()
    out.print(Text(title, style="bold"))
    for words, number in wording.funnel_rows(run["funnel"]):
        if number or words == wording.FUNNEL_WORDS["flagged"]:
            out.print(f"  {number:>7,}  {words}", markup=False)
    for one in run["funnel"]["left_out"]:
        out.print(Text.assemble("  left out  ", (_plain(one["what"]), "bold"), f": {_plain(one['reason'])}"))
    seconds = sum(run["seconds"].values())
    out.print(f"  took {seconds:.1f} s", style="dim")


def show_settings(rows: Sequence[Json]) -> None:
    """Every setting under its name."""
    out = console()
    for row in rows:
        source = "" if row["value"] == row["default"] else f"  (default {row['default']})"
        out.print(Text.assemble((row["name"], "bold"), f" = {_plain(str(row['value']))}{source}"))
        limits = f" Limits: {row['limits']}." if row["limits"] else ""
        _indented(out, Text(f"{row['description']}{limits} Set with {row['variable']}.", style="dim"))


def show_checks(checks: Sequence[Json]) -> None:
    """What doctor found, one line a check, with what to do about what is wrong."""
    table = Table.grid(padding=(0, 2))
    for check in checks:
        mark = Text("ok", "green") if check["ok"] else Text("WRONG", "bold red")
        detail = "\n".join(filter(None, (check["detail"], check["hint"])))
        table.add_row(mark, Text(check["name"], "bold"), Text("\n".join(map(_plain, detail.splitlines()))))
    console().print(table)


def show_table(columns: Sequence[str], rows: Sequence[Json], *, nothing: str) -> None:
    """Rows under the names of their columns, or what to say where there is none; moments go to the second."""
    out = console()
    if not rows:
        out.print(nothing)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        cells = ("" if row[column] is None else str(row[column]) for column in columns)
        table.add_row(*(Text(_plain(re.sub(_BELOW_SECONDS, "", cell))) for cell in cells))
    out.print(table)


def show_left_out(left_out: Sequence[LeftOut]) -> None:
    """On standard error, what was left out and why."""
    err = Console(stderr=True, highlight=False)
    for one in left_out:
        err.print(Text(_plain(f"left out  {one.what}: {one.reason}")))


def _show_claim(out: Console, claim: Json, clash: list[Json]) -> None:
    opening, closing = wording.quotation_marks(claim["quote"])
    quote = Text(opening)
    for text, is_clash in wording.marked(claim, clash):
        quote.append(_plain(text), "bold underline" if is_clash else "")
    _indented(out, quote.append(closing), by=4)
    article = claim["article"]
    parts = [
        wording.outlet(article),
        wording.voice(claim),
        wording.day(article["published_at"]),
        wording.title_of(claim),
        wording.web_link(article["url"]),
        f"characters {claim['start']}–{claim['end']}",
    ]
    _indented(out, Text("— " + _plain(", ".join(part for part in parts if part)), style="dim"), by=6)


def _indented(out: Console, text: Text, *, by: int = 3) -> None:
    out.print(Padding(text, (0, 0, 0, by), expand=False))


def _plain(text: str) -> str:
    """The text without the signs that a terminal obeys: an article must not steer the reader's screen."""
    return "".join(character if character.isprintable() else " " for character in text)
