"""The commands of review: decisions out of an index and into it, taken back, and what they say of the findings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from factcheck.cli.commands import main
from factcheck.cli.edge import answer, parts_now
from factcheck.cli.files import INPUT_FILE, OUTPUT_FILE, STANDARD, lines_of, only_if_free, written
from factcheck.errors import BadInput

FORMS = ("jsonl", "csv", "pairs", "claimreview")


@main.group()
def review() -> None:
    """Carry decisions elsewhere, and measure by them."""


@review.command("export")
@click.option("--out", type=OUTPUT_FILE, default=STANDARD, help="File to write.  [default: standard output]")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="jsonl", show_default=True, help="Form of the file."
)
def export_log(out: Path, form: str) -> None:
    """Write every decision to a file.

    jsonl and csv hold the whole log with both quotes and what the model had said, and can be imported elsewhere.
    pairs are for training the relation model, claimreview is JSON-LD to publish; both hold what stands in the end.
    """
    from factcheck.review import export_as

    only_if_free(out)
    parts = parts_now()
    with written(out) as file:
        for piece in export_as(parts, form):
            file.write(piece)
    if out != STANDARD:
        count = parts.store.counts()["decisions"]
        told = {"out": str(out), "decisions": count, "format": form}
        entries = f"{count} entries of the log"
        what = entries if form in ("jsonl", "csv") else f"What stands of {entries},"
        answer(lambda: told, lambda: click.echo(f"{what} written to {out}"))


@review.command("import")
@click.argument("file", type=INPUT_FILE)
def import_log(file: Path) -> None:
    """Append the decisions of a file.

    FILE is what `review export` wrote as jsonl or csv; decisions that are here already stay single.
    """
    from factcheck.cli.terminal import show_left_out
    from factcheck.review import import_file

    with lines_of(file) as lines:
        added, known, left_out = import_file(parts_now(), lines)
    show_left_out(left_out)
    if left_out and not added and not known:
        raise BadInput(f"no decision of {file} could be read")
    told = {"added": added, "left_out": [asdict(one) for one in left_out]}
    answer(lambda: told, lambda: click.echo(f"{added} entries added, {len(left_out)} left out"))


@review.command("withdraw")
@click.argument("finding")
@click.option("--reviewer", required=True, help="Who made the decision.")
def withdraw_decision(finding: str, reviewer: str) -> None:
    """Take back your latest decision about a finding.

    FINDING is its id. The log keeps the decision, and that it was withdrawn.
    """
    from factcheck.payloads_review import history_payload
    from factcheck.review import withdraw

    made = withdraw(parts_now(), finding, reviewer)
    told = {"decision": history_payload(made)}
    answer(lambda: told, lambda: click.echo(f"Withdrawn: {made.verdict}, by {made.reviewer}"))


@review.command("quality")
def show_quality() -> None:
    """Measure the findings by what people decided.

    Precision with its interval, estimated recall, calibration, and how far reviewers agree.
    """
    from factcheck.cli.quality import quality_text
    from factcheck.payloads_review import quality_payload
    from factcheck.review_quality import quality

    measured = quality(parts_now())
    answer(lambda: {"quality": quality_payload(measured)}, lambda: click.echo(quality_text(measured), nl=False))
