"""How long the service takes, on this machine: run `python benchmarks/bench_service.py`.

Works on a store of its own in a temporary folder. Models are loaded within the first row that needs them, as for a
user; "after load" means that they are there. Exits with 1 when a row is over its limit.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import combinations, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from factcheck.parts import Parts

Thing = TypeVar("Thing")

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
CLAIMS_CHECKED = 9
CLAIMS_INDEXED = 50_000
SEARCHES = 50
FINDINGS_QUEUED = 10_000
FINDINGS_DECIDED = 1_000
PAGES_ASKED = 9


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing measured; `limit` is what the project promises, in seconds."""

    what: str
    seconds: float
    limit: float | None = None
    note: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the promise, if there is one, holds."""
        return self.limit is None or self.seconds <= self.limit


def main() -> int:
    """Measure, print a table, and say by the exit code whether every limit holds."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=Path, default=SEEDS, help="articles to scan (default: seeds/)")
    options.add_argument("--queue-only", action="store_true", help="measure only what reviewers wait for")
    options.add_argument(
        "--pairs", type=int, default=200, help="pairs to score for the rate (default: 200; 0 for none)"
    )
    chosen = options.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}")
    print(f"{'':<44} {'seconds':>9} {'limit':>7}")
    all_kept = True
    for row in queue_rows() if chosen.queue_only else rows(chosen.seeds, chosen.pairs):
        limit = f"{row.limit:.1f}" if row.limit else ""
        over = "" if row.is_kept else "  OVER"
        print(f"{row.what:<44} {row.seconds:>9.4f} {limit:>7}  {row.note}{over}".rstrip(), flush=True)
        all_kept &= row.is_kept
    return 0 if all_kept else 1


def rows(seeds: Path, pairs: int) -> Iterator[Row]:
    """Each measurement as it is made."""
    yield help_row()
    with tempfile.TemporaryDirectory() as folder:
        parts, load_row = loaded_parts(Path(folder) / "index", seeds)
        yield load_row
        yield from scan_rows(parts)
        yield from check_rows(parts)
        if pairs:
            yield score_row(parts, pairs)
        yield search_row(Path(folder) / "vectors")
    yield from queue_rows()


def queue_rows() -> Iterator[Row]:
    """What a reviewer waits for with many findings in the store: whole answers, without the network."""
    from big_store import fill

    from factcheck.config import load_settings
    from factcheck.store import FindingFilter
    from factcheck.web import create_app
    from factcheck.wiring import build_parts

    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(index=Path(folder))
        parts = build_parts(settings)
        fill(parts.store, FINDINGS_QUEUED, FINDINGS_DECIDED)
        client = create_app(settings, parts).test_client()
        store_size = f"{parts.store.counts()['findings']:,} findings"
        for what, address, limit in (
            ("queue page", "/", 0.2),
            ("queue page by outlet", "/?source=Outlet+3&status=all", 0.2),
            ("queue page by words", "/?q=river+flood", 0.2),
            ("hundredth queue page", "/?page=100", 0.2),
        ):
            yield asked_row(what, lambda address=address: client.get(address), limit, store_size)
        yield next_row(parts, store_size)
        finding_id = parts.store.finding_ids(FindingFilter())[FINDINGS_QUEUED // 2]
        yield asked_row("finding page", lambda: client.get(f"/findings/{finding_id}"), None, store_size)
        yield asked_row("quality page", lambda: client.get("/quality"), None, f"{FINDINGS_DECIDED:,} decisions")
        parts.store.close()


def asked_row(what: str, ask: Callable[[], Any], limit: float | None, note: str) -> Row:
    """The median time of an answer, after a first one that warms templates and pages of the file."""
    answer = ask()
    if answer.status_code != 200:
        raise SystemExit(f"{what}: the answer is {answer.status}")
    taken, worked = [], []
    for _ in range(PAGES_ASKED):
        began = time.thread_time()
        taken.append(seconds(ask))
        worked.append(time.thread_time() - began)
    # on a busy machine the clock on the wall says little
    note = f"{note}; median of {PAGES_ASKED}; {median(worked):.3f} s of it at work"
    return Row(what=what, seconds=median(taken), limit=limit, note=note)


def next_row(parts: Parts, note: str) -> Row:
    """Finding out what to look at next, from one finding to the one after it, with its assignment."""
    from factcheck.review import next_finding
    from factcheck.store import FindingFilter

    shown, at, taken = FindingFilter(status="open"), None, []
    for _ in range(SEARCHES):
        started = time.perf_counter()
        at = next_finding(parts, shown, "Zoe", at)
        taken.append(time.perf_counter() - started)
        if at is None:
            raise SystemExit("next finding: there is none")
    return Row(what="next finding", seconds=median(taken), limit=0.1, note=f"{note}; median of {SEARCHES}")


def help_row() -> Row:
    """`factcheck --help` in a process of its own, the median of five."""
    command = [str(Path(sys.executable).with_name("factcheck")), "--help"]
    taken = [seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(5)]
    return Row(what="factcheck --help", seconds=median(taken), limit=0.5, note="median of 5")


def loaded_parts(index: Path, seeds: Path) -> tuple[Parts, Row]:
    """A store with the seeds in it, and how long it took to take them in."""
    started = time.perf_counter()
    from factcheck.config import load_settings  # imports are part of what a user waits for
    from factcheck.ingest import ingest
    from factcheck.loaders import load
    from factcheck.wiring import build_parts

    settings = load_settings(index=index)
    parts = build_parts(settings)
    run = ingest(parts, load([seeds], settings, parts.clock))
    note = f"{run.counts['articles']} articles, {run.counts['claims']} claims; loads parser and embedder"
    return parts, Row(what="ingest the seeds", seconds=time.perf_counter() - started, note=note)


def scan_rows(parts: Parts) -> Iterator[Row]:
    """The first scan, and one that finds nothing new."""
    from factcheck.pipeline import scan

    started = time.perf_counter()
    run = scan(parts)
    note = f"{run.counts['scored']} pairs scored, {run.counts['flagged']} flagged; loads the relation model"
    yield Row(what="scan the seeds", seconds=time.perf_counter() - started, limit=20, note=note)
    yield Row(what="scan again, nothing new", seconds=seconds(lambda: scan(parts)), limit=5)


def check_rows(parts: Parts) -> Iterator[Row]:
    """Claims of the store checked one by one, each cut short so that none is there word for word."""
    from factcheck.claim_check import check_claim

    texts = spread([claim.standalone_text for claim in parts.store.all_claims()], CLAIMS_CHECKED)
    claims = [text[: parts.settings.max_claim_chars].rstrip(" .") for text in texts]
    taken = [seconds(partial(check_claim, parts, claim)) for claim in claims]
    note = f"median of {len(taken)}, each another claim"
    yield Row(what="check a claim, after load", seconds=median(taken), limit=1, note=note)
    yield Row(what="check a claim, the slowest of these", seconds=max(taken))


def score_row(parts: Parts, count: int) -> Row:
    """The relation model on pairs of stored claims as a scan asks it, after load."""
    from factcheck.pipeline import relation_input
    from factcheck.verdicts import SidedClaim

    articles = {article.article_id: article for article in parts.store.articles()}
    sided = [SidedClaim(claim=claim, article=articles[claim.article_id]) for claim in parts.store.all_claims()]
    pairs = list(islice(combinations([relation_input(side) for side in spread(sided, 60)], 2), count))
    taken = seconds(lambda: parts.relations.score(pairs))
    return Row(what=f"score {len(pairs)} pairs", seconds=taken, note=f"{len(pairs) / taken:.0f} pairs/s")


def search_row(folder: Path) -> Row:
    """The ten nearest of many claims, exact search over random vectors of the embedder's size."""
    import numpy as np

    from factcheck.claim_index import FaissClaimIndex
    from factcheck.embedders import MiniLmEmbedder

    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(CLAIMS_INDEXED, MiniLmEmbedder.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FaissClaimIndex.create(folder, model_id=MiniLmEmbedder.model_id, dimension=MiniLmEmbedder.dimension)
    index.add([f"{number:016x}" for number in range(CLAIMS_INDEXED)], vectors)
    taken = [seconds(partial(index.nearest, vectors[row : row + 1], 10)) for row in range(SEARCHES)]
    return Row(what=f"search {CLAIMS_INDEXED:,} claims", seconds=median(taken), note=f"median of {SEARCHES}")


def spread(given: Sequence[Thing], count: int) -> list[Thing]:
    """Up to `count` of the given, evenly spaced."""
    step = max(1, len(given) // count)
    return list(given[::step][:count])


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, by the clock on the wall."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def machine() -> str:
    """Processor, cores and Python."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{processor}, {cores} cores, Python {platform.python_version()}, {platform.system()}"


if __name__ == "__main__":
    sys.exit(main())
