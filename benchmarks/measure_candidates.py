"""How many pairs matching sends to the relation model, and how many disagreements are among them.

Run `python benchmarks/measure_candidates.py EVENTS.jsonl[.gz] PAIRS.jsonl [--split dev] [--index FOLDER]`.
EVENTS has one event a line (topic, split, articles with numbered sentences); all articles of a split are one
collection. PAIRS lists what disagrees in it (a.text, b.text, relation, topic): its conflicts, updates and tensions are
what must be among the candidates. Plain nearest neighbours (the k most alike claims of other articles and origins) are
held against factcheck's own matching, at several settings of min_similarity, at equal recall. With --index the folder
and its vectors are kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from factcheck.article_fields import article_from_fields, clean
from factcheck.config import load_settings
from factcheck.errors import BadArticle
from factcheck.ingest import ingest
from factcheck.matching import pair_claims
from factcheck.parts import Parts, RunLog
from factcheck.pipeline import UnitsCompared, nearest_elsewhere
from factcheck.ports import Embedder, Vectors
from factcheck.records import FLAGGED, Article, Claim, LeftOut
from factcheck.wiring import build_parts

PLAIN = tuple(range(1, 41))
SHOWN = (1, 2, 3, 5, 8, 10, 15, 20, 30, 40)
OURS = (0.45, 0.4, 0.35, 0.3, 0.25, 0.2)

Pair = tuple[str, str]


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("events", type=Path)
    options.add_argument("pairs", type=Path)
    options.add_argument("--split", default="dev", help="the split of the events (default dev)")
    options.add_argument("--events-read", type=int, default=0, metavar="N", help="read so many events (default all)")
    options.add_argument("--index", type=Path, help="keep the index here (default: a temporary folder)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.index or Path(temporary)
        events = events_of(chosen.events, chosen.split)[: chosen.events_read or None]
        parts = parts_with(folder)
        taken = ingest(parts, articles_of(parts, events))
        wanted = list(listed(parts, chosen.pairs, events))
        claims = parts.store.counts()["claims"]
        print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, split {chosen.split}")
        print(f"{len(events)} events, {taken.counts['articles']} articles, {claims:,} claims, ", end="")
        print(
            f"{len(wanted)} listed disagreements, {sum(not pairs for pairs in wanted)} of them not among the claims\n"
        )
        plain = [(k, *figures(pairs, wanted, claims)) for k, pairs in plain_candidates(parts)]
        print_table("nearest neighbours", [row for row in plain if row[0] in SHOWN])
        own = [(least, *figures(pairs, wanted, claims)) for least, pairs in own_candidates(parts)]
        rows = [(*row, at_recall(plain, row[2])) for row in own]
        print_table("factcheck's min_similarity", rows)
        parts.store.close()


def print_table(name: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """One row for each setting: candidates a claim, recall, and how many plain nearest neighbours need for it."""
    has_plain = len(rows[0]) > 3
    print(
        f"| {name} | candidates a claim | recall |"
        + (" nearest neighbours need | share of that |" if has_plain else "")
    )
    print("|--:|--:|--:|" + ("--:|--:|" if has_plain else ""))
    for setting, count, recall, *plain in rows:
        line = f"| {setting} | {count:.2f} | {recall:.3f} |"
        for one in plain:
            line += f" {one:.2f} | {count / one:.2f} |" if one else " more than measured | |"
        print(line, flush=True)
    print()


def figures(found: set[Pair], wanted: Sequence[set[Pair]], claims: int) -> tuple[float, float]:
    """Candidates a claim, and the part of the listed disagreements that are among them."""
    return len(found) / claims, sum(bool(pairs & found) for pairs in wanted) / max(1, len(wanted))


def at_recall(plain: Sequence[tuple[int, float, float]], recall: float) -> float | None:
    """How many candidates a claim plain neighbours need for a recall, between two measured numbers; None for more."""
    before = (0.0, 0.0)
    for _, count, reached in plain:
        if reached >= recall:
            share = (recall - before[1]) / (reached - before[1])
            return before[0] + share * (count - before[0])
        before = (count, reached)
    return None


class Remembering:
    """An embedder that never embeds a text twice, also not in a later run."""

    def __init__(self, embedder: Embedder, path: Path) -> None:
        self.model_id, self.dimension = embedder.model_id, embedder.dimension
        self._embedder, self._path = embedder, path
        self._known: dict[str, Any] = {}
        if path.exists():
            kept = np.load(path)
            self._known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        missing = list(dict.fromkeys(text for text in texts if text not in self._known))
        if missing:
            self._known.update(zip(missing, self._embedder.embed(missing), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def keep(self) -> None:
        """Write all vectors to the file."""
        np.savez(self._path, texts=np.array(list(self._known)), vectors=np.array(list(self._known.values())))


def parts_with(folder: Path) -> Parts:
    """The service on an index, with an embedder that remembers."""
    parts = build_parts(load_settings(index=folder))
    embedder = Remembering(parts.embedder, folder / "vectors.npz")
    return replace(parts, load_embedder=lambda: embedder)


def events_of(path: Path, split: str) -> list[dict[str, Any]]:
    """The events of a split."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [event for event in map(json.loads, lines) if event["split"] == split]


def articles_of(parts: Parts, events: Sequence[dict[str, Any]]) -> Iterator[Article | LeftOut]:
    """The articles of the events, one sentence a line."""
    for event in events:
        for number, one in enumerate(event["articles"]):
            fields = {"source": one.get("source"), "title": one.get("title"), "body": "\n".join(one["sentences"])}
            fields["published_at"] = one.get("published_at")
            key = f"{event['topic']} {number}"
            try:
                yield article_from_fields(
                    fields, settings=parts.settings, retrieved_at=datetime.now(UTC), name=key, key=key
                )
            except BadArticle as error:
                yield LeftOut(what=key, reason=str(error))


def listed(parts: Parts, path: Path, events: Sequence[dict[str, Any]]) -> Iterator[set[Pair]]:
    """For each listed disagreement the pairs of claims that hold its two sentences; an empty set if there are none."""
    topics = {event["topic"] for event in events}
    claims: dict[str, list[tuple[Article, list[Claim]]]] = {}
    held: dict[str, list[Claim]] = {}
    for claim in parts.store.all_claims():
        held.setdefault(claim.article_id, []).append(claim)
    for article in parts.store.articles():
        topic = article.label.rpartition(" ")[0]
        claims.setdefault(topic, []).append((article, held.get(article.article_id, [])))
    for pair in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if pair["topic"] in topics and pair["relation"] in FLAGGED:
            ours, theirs = ({*holders(clean(pair[side]["text"]).strip(), claims[pair["topic"]])} for side in "ab")
            yield {(min(one, other), max(one, other)) for one in ours for other in theirs if one != other}


def holders(text: str, told: Sequence[tuple[Article, Sequence[Claim]]]) -> Iterator[str]:
    """The claims that a sentence has words in common with, in the articles that hold it."""
    for article, claims in told:
        start = article.body.find(text)
        for claim in claims:
            if start >= 0 and claim.start < start + len(text) and start < claim.end:
                yield claim.claim_id


def plain_candidates(parts: Parts) -> Iterator[tuple[int, set[Pair]]]:
    """For each k the pairs of a claim and its k nearest ones of other articles and origins, each once."""
    claims = list(parts.store.all_claims())
    origins = {article.article_id: article.origin_id for article in parts.store.articles()}
    vectors = parts.embedder.embed([claim.standalone_text for claim in claims])
    numbers: dict[str, int] = {}
    origin_of = np.array([numbers.setdefault(origins[claim.article_id], len(numbers)) for claim in claims])
    nearest = []
    for start in range(0, len(claims), 1000):
        alike = vectors[start : start + 1000] @ vectors.T
        alike[origin_of[start : start + 1000, None] == origin_of[None, :]] = -1.0
        nearest.append(np.argsort(-alike, axis=1)[:, : max(PLAIN)])
    order = np.concatenate(nearest)
    names = [claim.claim_id for claim in claims]
    found: set[Pair] = set()
    for k in PLAIN:
        others = order[:, k - 1].tolist()
        found |= {tuple(sorted((names[one], names[other]))) for one, other in enumerate(others)}
        yield k, found


def own_candidates(parts: Parts) -> Iterator[tuple[float, set[Pair]]]:
    """For each least cosine the pairs that the service would score."""
    claims = {claim.claim_id: claim for claim in parts.store.all_claims()}
    articles = {article.article_id: article for article in parts.store.articles()}
    run = RunLog(parts, "scan")
    nearest = nearest_elsewhere(parts, list(claims.values()), (claims, articles), UnitsCompared(), run)
    if isinstance(parts.embedder, Remembering):
        parts.embedder.keep()
    for least in OURS:
        days = parts.settings.event_window_days
        found = pair_claims(claims, articles, nearest, min_similarity=least, window_days=days)
        yield least, {(pair.left_id, pair.right_id) for pair in found.pairs}


if __name__ == "__main__":
    main()
