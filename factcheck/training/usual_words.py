"""Counts which words news articles usually open with: how `factcheck/usual_words.csv` is made."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from factcheck.openings import OPENING_CHARS, TELLING_SHARE, words_of
from factcheck.training.pairs import read_lines


def word_shares(openings: Iterable[str]) -> dict[str, float]:
    """The part of the texts that holds a word, for every word of `TELLING_SHARE` of them or more; likeliest first."""
    carriers: Counter[str] = Counter()
    count = 0
    for text in openings:
        carriers.update(set(words_of(text)))
        count += 1
    ranked = sorted(carriers.items(), key=lambda item: (-item[1], item[0]))
    return {word: held / count for word, held in ranked if held >= TELLING_SHARE * count}


@click.command()
@click.argument("articles", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(articles: Path) -> None:
    """Print the usual words of ARTICLES (JSON lines with title and body, plain or gzip) as CSV."""
    rows = read_lines(articles)
    shares = word_shares(f"{row.get('title') or ''}\n{row['body'][:OPENING_CHARS]}" for row in rows)
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("word", "share"))
    table.writerows((word, f"{share:.4f}") for word, share in shares.items())


if __name__ == "__main__":
    main()
