"""Gives labelled pairs the label of a second reader, for `factcheck evaluate`."""

import json
import sys
from pathlib import Path

import click

from factcheck.training.pairs import read_again, read_lines

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("pairs", type=FILE)
@click.argument("second", type=FILE)
def main(pairs: Path, second: Path) -> None:
    """Print PAIRS with the labels of SECOND, a JSONL file of `id`, `relation` and `confidence`, one object a line."""
    readings = {row["id"]: row for row in read_lines(second)}
    for row in read_again(read_lines(pairs), readings):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
