"""Files as commands read and write them; - stands for standard input and output."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import IO

import click

from factcheck.cli.edge import wants_json
from factcheck.errors import BadInput

INPUT_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
OUTPUT_FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
STANDARD = Path("-")


@contextmanager
def lines_of(path: Path) -> Iterator[IO[bytes]]:
    """The lines of a file, or of standard input."""
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
def written(path: Path, *, keeps_part: bool = False) -> Iterator[IO[str]]:
    """A file to write to, whose folder is made, or standard output.

    What a file held before stays until the block has ended without error: a command may be reading it. With
    `keeps_part`, what was written before an error or Ctrl-C is kept beside it, and a note on the error says where.
    """
    if path == STANDARD:
        yield sys.stdout
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = path.resolve()
        is_stream = path.exists() and not target.is_file()
        if target.is_file():
            target.open("a").close()  # else one that may not be written would be replaced
        place = path if is_stream else target.with_name(f".{token_hex(8)}.partial")
        file = place.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", hint="choose another file with --out") from error
    if is_stream:
        with file:
            yield file
        return
    try:
        with file:
            yield file
        if target.exists():
            shutil.copymode(target, place)
        os.replace(place, target)
    except BaseException as error:
        if keeps_part and place.exists() and place.stat().st_size:
            kept = place.replace(_free_name_beside(target))
            error.add_note(f"what was finished is kept in {kept}")
        else:
            place.unlink(missing_ok=True)
            if keeps_part and isinstance(error, KeyboardInterrupt):
                error.add_note("nothing was finished yet")
        raise


def _free_name_beside(target: Path) -> Path:
    names = (target.with_name(f"{target.name}.partial{number or ''}") for number in count())
    return next(name for name in names if not name.exists())


def only_if_free(out: Path) -> None:
    """Refuses to write lines to standard output where --json wants one object there."""
    if out == STANDARD and wants_json():
        raise BadInput("--json and lines of JSON cannot share standard output", hint="add --out FILE")
