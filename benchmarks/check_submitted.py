"""What the service answers to claims that contradict, repeat or pass by a sentence of an article that it holds.

Run `python benchmarks/check_submitted.py articles_2019.jsonl.gz`. benchmarks/submitted_claims.jsonl names 120 sentences
by article and span, with three claims each that language models wrote in 2026 as a person would submit them. The
articles are taken in, every claim is checked as `factcheck check` does, and what is said of its sentence is counted,
apart for the half of the articles on which the check was tuned and for the other.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from factcheck.article_fields import article_from_fields
from factcheck.claim_check import check_claim
from factcheck.config import load_settings
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.records import FLAGGED
from factcheck.training.pairs import read_lines
from factcheck.wiring import build_parts

CLAIMS = Path(__file__).with_name("submitted_claims.jsonl")
LABELS = ("conflict", "agree", "compatible")
NOTHING = "nothing"
ANSWERS = (*map(str, FLAGGED), "agree", NOTHING)


def main() -> None:
    """Print how often each answer is given of the sentence, and how much is said of others."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("articles", type=Path)
    rows = list(read_lines(CLAIMS))
    wanted = {row["url"] for row in rows}
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder))
        parts = build_parts(settings)
        articles = [row for row in read_lines(options.parse_args().articles) if row["url"] in wanted]
        now = datetime.now(UTC)
        ingest(parts, (article_from_fields(row, settings=settings, retrieved_at=now) for row in articles))
        said: Counter[tuple[bool, str, str]] = Counter()
        elsewhere: Counter[tuple[bool, str, str]] = Counter()
        for row in rows:
            for label in LABELS:
                half = is_tuned_on(row["url"])
                answer, others = answers(parts, row[label], row)
                said[half, label, answer] += 1
                elsewhere.update((half, label, relation) for relation in others)
        print(f"{now:%Y-%m-%d}, {len(articles)} articles, {parts.relations.model_id}\n")
        for half, name in ((True, "half on which the check was tuned"), (False, "the other half")):
            print(f"{name}\n\n| claims that | {' | '.join(ANSWERS)} | conflicts with other sentences |")
            print(f"| --- |{' --: |' * (len(ANSWERS) + 1)}")
            for label in LABELS:
                counts = [said[half, label, answer] for answer in ANSWERS]
                print(f"| {label} | {' | '.join(map(str, counts))} | {elsewhere[half, label, 'conflict']} |")
            print()


def is_tuned_on(url: str) -> bool:
    """Whether an article is of the half on which the check was tuned."""
    return sum(map(ord, url)) % 2 == 0


def answers(parts: Parts, claim: str, row: dict[str, object]) -> tuple[str, list[str]]:
    """What is said of the sentence that the claim was written about, and what of all others."""
    of_it, others = NOTHING, []
    for one in check_claim(parts, claim).evidence:
        is_it = one.article.url == row["url"] and one.claim.start < row["end"] and row["start"] < one.claim.end
        if is_it and of_it == NOTHING:
            of_it = str(one.relation)
        elif not is_it:
            others.append(str(one.relation))
    return of_it, others


if __name__ == "__main__":
    main()
