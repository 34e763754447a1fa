"""The commands that measure a relation model: evaluate and score-pairs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from factcheck.cli.commands import main
from factcheck.cli.edge import answer, kill_as_ctrl_c, parts_now, told_if_stopped
from factcheck.cli.files import INPUT_FILE, OUTPUT_FILE, STANDARD, lines_of, only_if_free, written
from factcheck.errors import BadInput


@main.command()
@click.argument("pairs", type=INPUT_FILE, metavar="PAIRS.jsonl")
def evaluate(pairs: Path) -> None:
    """Measure the relation model on labelled pairs.

    A line of PAIRS.jsonl is a JSON object: id, a, b (each with text and, where known, published_at and speaker), and
    relation, the right one.
    """
    from factcheck.evaluate import as_json, as_text, evaluate_model, read_labelled_pairs

    with told_if_stopped("nothing is kept: all pairs are measured together"), lines_of(pairs) as lines:
        report = evaluate_model(read_labelled_pairs(lines), parts_now().relations)
    if report.left_out and not report.pairs:
        first = report.left_out[0]
        raise BadInput(f"no pair of {pairs} could be read; {first.what}: {first.reason}")
    answer(lambda: {"evaluation": as_json(report)}, lambda: click.echo(as_text(report), nl=False))


@main.command("score-pairs")
@click.argument("pairs", type=INPUT_FILE, metavar="IN.jsonl")
@click.option(
    "--out", type=OUTPUT_FILE, required=True, help="File for one line of scores a pair; - for standard output."
)
def score_pairs(pairs: Path, out: Path) -> None:
    """Score pairs of claims, line by line.

    The lines are JSON and keep their order.

    In: {"id"?, "a": {"text", "published_at"?, "speaker"?}, "b": {…}}; a pair without an id goes by the number of its
    line. A date or speaker that cannot be used is named, and the pair scored without it.

    Out: {"id", "scores", "relation", "strict", "sensitive", "conflict_type", "clash"}; strict and sensitive are the
    relation at that operating point.

    What is scored goes to OUT.jsonl.partial where the run is stopped, and OUT.jsonl stays as it was; a new run starts
    from the first line.
    """
    from factcheck.cli.terminal import show_left_out
    from factcheck.evaluate import FieldLeftOut, clash_finder, score_lines
    from factcheck.records import LeftOut

    only_if_free(out)
    parts = parts_now()
    scored = 0
    left_out: list[LeftOut] = []
    fields_left_out: list[LeftOut] = []
    with kill_as_ctrl_c(), lines_of(pairs) as lines, written(out, keeps_part=True) as file:
        for line in score_lines(lines, parts.relations, find_clash=clash_finder(parts.load_parser)):
            if isinstance(line, FieldLeftOut):
                fields_left_out.append(line)
            elif isinstance(line, LeftOut):
                left_out.append(line)
            else:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                scored += 1
        show_left_out([*left_out, *fields_left_out])
        if left_out and not scored:
            raise BadInput(f"no pair of {pairs} could be read")
    if out != STANDARD:
        told = {
            "out": str(out),
            "scored": scored,
            "left_out": [asdict(one) for one in left_out],
            "fields_left_out": [asdict(one) for one in fields_left_out],
        }
        answer(lambda: told, lambda: click.echo(f"{scored} pairs scored, {len(left_out)} left out"))
