"""How fast claims are read from articles: split, parse, attribute, facts, units.

Run `python benchmarks/bench_claims.py [ARTICLES.jsonl[.gz]] [--articles N] [--profile]`; without a file it reads the
seeds, four times over. Prints sentences a second by the clock and by processor time, which other work on the machine
does not change. `OMP_NUM_THREADS=1` measures one core.
"""

from __future__ import annotations

import argparse
import cProfile
import gzip
import json
import platform
import pstats
import time
from datetime import UTC, datetime
from pathlib import Path

from factcheck.article_fields import article_from_fields
from factcheck.attribution import load_parser
from factcheck.config import load_settings
from factcheck.facts import claims_of
from factcheck.loaders import load
from factcheck.records import Article

SEEDS = Path(__file__).parents[1] / "seeds"


def main() -> None:
    """Print the figures, and with --profile where the time goes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("articles_file", type=Path, nargs="?")
    options.add_argument("--articles", type=int, default=60, help="read at most so many (default 60)")
    options.add_argument("--profile", action="store_true", help="print where the time goes")
    chosen = options.parse_args()
    articles = articles_of(chosen.articles_file)[: chosen.articles]
    parser = load_parser()
    claims_of(articles[0], parser)  # the first call loads tables
    profile = cProfile.Profile()
    began, began_cpu = time.perf_counter(), time.process_time()
    if chosen.profile:
        profile.enable()
    claims = [claim for article in articles for claim in claims_of(article, parser)]
    profile.disable()
    wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    units = sum(len(claim.units) for claim in claims)
    print(f"{platform.machine()}: {len(articles)} articles, {len(claims)} claims, {units} units")
    print(f"{len(claims) / wall:.0f} claims a second by the clock, {len(claims) / cpu:.0f} by processor time")
    if chosen.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(25)


def now() -> datetime:
    """When the articles are fetched."""
    return datetime.now(UTC)


def articles_of(path: Path | None) -> list[Article]:
    """The articles of a file, or the seeds four times over."""
    settings = load_settings()
    if path is None:
        return [one for one in load([SEEDS], settings, now) if isinstance(one, Article)] * 4
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [article_from_fields(json.loads(line), settings=settings, retrieved_at=now()) for line in lines]


if __name__ == "__main__":
    main()
