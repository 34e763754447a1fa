"""The commands that take articles in, compare them and answer. What is heavy is imported where it is used."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck import __version__
from factcheck.cli.edge import EdgeGroup, answer, parts_now, wants_json
from factcheck.cli.files import OUTPUT_FILE, STANDARD, written
from factcheck.errors import BadArticle, BadInput

FORMATS = ("html", "md", "json", "csv")
POINTS = ("strict", "sensitive")


@click.group(cls=EdgeGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="factcheck")
def main() -> None:
    """Find claims of different news articles that disagree about the same event, with exact provenance.

    Take articles in (ingest), compare them (scan), read what disagrees (report) or serve it as pages and an API
    (serve). It says who reported what and how the reports clash, never who is right.
    """


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
def ingest(paths: tuple[str, ...]) -> None:
    """Take articles in.

    PATHS are text, HTML, JSON or JSONL files, folders of them, - for standard input, or web addresses where the
    setting allow_fetch is on. The same article twice is one
    article; a changed one replaces its earlier version. What cannot be read is named with the reason, and the rest
    goes in.
    """
    from factcheck.cli.terminal import progress_bar, show_run
    from factcheck.ingest import ingest as take_in
    from factcheck.loaders import load
    from factcheck.payloads import run_payload

    parts = parts_now()
    with progress_bar() as progress:
        run = take_in(parts, load(paths, parts.settings, parts.clock), progress)
    if run.left_out and not any(run.counts.get(name) for name in ("added", "replaced", "unchanged")):
        reasons = "; ".join(f"{one.what}: {one.reason}" for one in run.left_out[:3])
        raise BadArticle(
            f"no article could be read ({len(run.left_out)} left out: {reasons})",
            hint="factcheck ingest --help says which forms are read",
        )

    answer(lambda: {"run": run_payload(run)}, lambda: show_run("Articles taken in", run_payload(run)))


@main.command()
def scan() -> None:
    """Compare the claims of all articles.

    Only what is new is compared: a second scan of the same articles adds nothing.
    """
    from factcheck.cli.terminal import progress_bar, show_run
    from factcheck.payloads import run_payload
    from factcheck.pipeline import scan as scan_claims

    with progress_bar() as progress:
        run = scan_claims(parts_now(), progress)
    answer(lambda: {"run": run_payload(run)}, lambda: show_run("Scan", run_payload(run)))


@main.command()
def reindex() -> None:
    """Build the vectors anew from the database.

    Helps when the vectors were lost or damaged, or come from another embedder.
    """
    from factcheck.cli.terminal import progress_bar, show_run
    from factcheck.payloads import run_payload
    from factcheck.pipeline import reindex as rebuild

    with progress_bar() as progress:
        run = rebuild(parts_now(), progress)
    answer(lambda: {"run": run_payload(run)}, lambda: show_run("Index rebuilt", run_payload(run)))


@main.command()
@click.argument("claim")
@click.option("--published-at", metavar="DATE", help="When the claim was made, as YYYY-MM-DD; unknown if left away.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Most claims to show.")
def check(claim: str, published_at: str | None, limit: int) -> None:
    """Show what the articles say of a claim.

    That is what conflicts with CLAIM, differs because time passed, is in tension with it or agrees with it. Nothing is
    an answer too: no evidence, which is not agreement.
    """
    from factcheck.claim_check import check_claim
    from factcheck.cli.terminal import show_claim_check
    from factcheck.payloads import claim_check_payload

    found = claim_check_payload(check_claim(parts_now(), claim, published_at, limit=limit))

    answer(lambda: found, lambda: show_claim_check(found))


@main.command()
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Form of the report.  [default: that of --out]")
@click.option("--out", type=OUTPUT_FILE, help="File to write; its folder is made. - for standard output.")
@click.option("--operating-point", type=click.Choice(POINTS), help="Flag only what is very likely right, or more.")
def report(format_: str | None, out: Path | None, operating_point: str | None) -> None:
    """Report what disagrees.

    Disputes come first, with their sides and quotes, then every flagged pair, then how they were found. With neither
    --format nor --out the disputes are shown in the terminal.
    """
    from factcheck.reporting import report_data, report_data_at
    from factcheck.reports import render

    parts = parts_now()
    data = report_data_at(parts, operating_point) if operating_point else report_data(parts)
    form = format_ or _format_of(out)
    if out == STANDARD:
        out, form = None, form or "md"
    if out is not None:
        text = render(data, form or "md")
        with written(out) as file:
            file.write(text)
        told = {"out": str(out), "format": form or "md", "disputes": len(data.disputes), "findings": len(data.findings)}
        answer(lambda: told, lambda: click.echo(f"Report written to {out}", err=True))
    elif wants_json() and form in (None, "json"):
        click.echo(render(data, "json"), nl=False)
    elif wants_json():
        raise BadInput(f"--json cannot carry a report in {form}", hint="add --out FILE, or take --format json")
    elif form is not None:
        click.echo(render(data, form), nl=False)
    else:
        from factcheck.cli.terminal import show_report
        from factcheck.payloads import report_payload

        show_report(report_payload(data))


def _format_of(out: Path | None) -> str | None:
    suffix = out.suffix.lower().lstrip(".") if out else ""
    form = {"htm": "html", "markdown": "md"}.get(suffix, suffix)
    return form if form in FORMATS else None
