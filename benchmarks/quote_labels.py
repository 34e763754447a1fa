"""Joins labels that name their sentences by article and span with the text, for `factcheck evaluate`."""

import json
import sys
from pathlib import Path

import click

from factcheck.training.pairs import quoted


@click.command()
@click.argument("labels", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("articles", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(labels: Path, articles: Path) -> None:
    """Print the pairs of LABELS with the sentences that stand in ARTICLES, one object a line."""
    for row in quoted(labels, articles):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
