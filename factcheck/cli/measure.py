"""The commands that measure a relation model and carry decisions elsewhere: review, evaluate, score-pairs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import click

from factcheck.cli.commands import main
from factcheck.cli.edge import answer, parts_now, wants_json
from factcheck.errors import BadInput

INPUT_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
OUTPUT_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
STANDARD = Path("-")


@main.group()
def review() -> None:
    """Carry decisions out of an index or into it."""


@review.command("export")
@click.option("--out", type=OUTPUT_FILE, default=STANDARD, help="File to write.  [default: standard output]")
def export_log(out: Path) -> None:
    """Write every decision as a line of JSON.

    A line also holds both quotes and what the model had said, so that it can be read without this index.
    """
    from factcheck.review import export_decisions

    _only_if_free(out)
    count = 0
    with _written(out) as file:
        for entry in export_decisions(parts_now()):
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            count += 1
    if out != STANDARD:
        answer(lambda: {"out": str(out), "decisions": count}, lambda: click.echo(f"{count} decisions written to {out}"))


@review.command("import")
@click.argument("file", type=INPUT_FILE)
def import_log(file: Path) -> None:
    """Append the decisions of a file.

    FILE is what `review export` wrote; decisions that are here already stay single.
    """
    from factcheck.cli.terminal import show_left_out
    from factcheck.review import import_decisions

    with _lines_of(file) as lines:
        added, left_out = import_decisions(parts_now(), _objects(lines))
    show_left_out(left_out)
    told = {"added": added, "left_out": [asdict(one) for one in left_out]}
    answer(lambda: told, lambda: click.echo(f"{added} decisions added, {len(left_out)} left out"))
    if left_out and not added:
        raise BadInput(f"no decision of {file} could be read")


@main.command()
@click.argument("pairs", type=INPUT_FILE, metavar="PAIRS.jsonl")
def evaluate(pairs: Path) -> None:
    """Measure the relation model on labelled pairs.

    A line of PAIRS.jsonl is a JSON object: id, a, b (each with text and, where known, published_at and speaker), and
    relation, the right one.
    """
    from factcheck.evaluate import as_json, as_text, evaluate_model, read_labelled_pairs

    with _lines_of(pairs) as lines:
        report = evaluate_model(read_labelled_pairs(lines), parts_now().relations)
    answer(lambda: {"evaluation": as_json(report)}, lambda: click.echo(as_text(report), nl=False))


@main.command("score-pairs")
@click.argument("pairs", type=INPUT_FILE, metavar="IN.jsonl")
@click.option(
    "--out", type=OUTPUT_FILE, required=True, help="File for one line of scores a pair; - for standard output."
)
def score_pairs(pairs: Path, out: Path) -> None:
    """Score pairs of claims, line by line.

    The lines are JSON and keep their order.

    In: {"id", "a": {"text", "published_at"?, "speaker"?}, "b": {…}}

    Out: {"id", "scores", "relation", "strict", "sensitive", "conflict_type", "clash"}; strict and sensitive are the
    relation at that operating point.
    """
    from factcheck.cli.terminal import show_left_out
    from factcheck.evaluate import clash_finder, score_lines
    from factcheck.records import LeftOut

    _only_if_free(out)
    parts = parts_now()
    scored, left_out = 0, []
    with _lines_of(pairs) as lines, _written(out) as file:
        for line in score_lines(lines, parts.relations, find_clash=clash_finder(parts.load_parser)):
            if isinstance(line, LeftOut):
                left_out.append(line)
            else:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                scored += 1
    show_left_out(left_out)
    if left_out and not scored:
        raise BadInput(f"no pair of {pairs} could be read")
    if out != STANDARD:
        told = {"out": str(out), "scored": scored, "left_out": [asdict(one) for one in left_out]}
        answer(lambda: told, lambda: click.echo(f"{scored} pairs scored, {len(left_out)} left out"))


@contextmanager
def _lines_of(path: Path) -> Iterator[IO[bytes]]:
    if path == STANDARD:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from error
    with file:
        yield file


@contextmanager
def _written(path: Path) -> Iterator[IO[str]]:
    if path == STANDARD:
        yield sys.stdout
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", hint="choose another file with --out") from error
    with file:
        yield file


def _objects(lines: IO[bytes]) -> Iterator[Any]:
    """What each line holds; a line that is no JSON is handed on as its text, to be refused by number."""
    for line in lines:
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                yield line


def _only_if_free(out: Path) -> None:
    if out == STANDARD and wants_json():
        raise BadInput("--json and lines of JSON cannot share standard output", hint="add --out FILE")
