"""What a scan makes of a file of articles whose events are known: the funnel, the copies, and findings across events.

Run `python benchmarks/check_events.py ARTICLES.jsonl[.gz] [--index FOLDER] [--point strict|sensitive] [--top 100]`.
Every article has a field event_id. A finding that joins two events is wrong. With --index the folder is kept, and a
second call goes on from there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from factcheck.article_fields import article_from_fields
from factcheck.config import Settings, load_settings
from factcheck.errors import BadArticle
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.records import Article, LeftOut, RunSummary
from factcheck.wiring import build_parts

FUNNEL = ("articles", "claims", "candidates", "scored", "flagged", "conflict", "update", "tension", "disputes")


def main() -> None:
    """Ingest, scan and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("articles", type=Path)
    options.add_argument("--index", type=Path, help="keep the index here (default: a temporary folder)")
    options.add_argument("--point", default="strict", choices=("strict", "sensitive"))
    options.add_argument("--top", type=int, default=100, help="how many of the most probable findings are checked")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        settings = load_settings(index=chosen.index or Path(temporary), operating_point=chosen.point)
        parts = build_parts(settings)
        events: dict[str, str] = {}
        taken = ingest(parts, articles_in(chosen.articles, settings, events))
        found = scan(parts)
        print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {found.models['relations']}, {chosen.point}\n")
        print_funnel(taken, found)
        print_copies(parts)
        print_findings(parts, events, chosen.top)
        parts.store.close()


def articles_in(path: Path, settings: Settings, events: dict[str, str]) -> Iterator[Article | LeftOut]:
    """The articles of a file; `events` learns which event each article's id is of."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            fields = json.loads(line)
            event = str(fields.pop("event_id"))
            fields.pop("event", None)
            try:
                article = article_from_fields(fields, settings=settings, retrieved_at=datetime.now(UTC))
            except BadArticle as error:
                yield LeftOut(what=f"line {number}", reason=str(error))
                continue
            events[article.article_id] = event
            yield article


def print_funnel(taken: RunSummary, found: RunSummary) -> None:
    """From articles to disputes, with what was left out on the way, and the seconds of each stage."""
    print("| step | how many |\n|---|--:|")
    for name in FUNNEL:
        print(f"| {name} | {found.counts.get(name, 0):,} |")
    per_ten = 10 * found.counts.get("disputes", 0) / max(1, found.counts["articles"])
    print(f"\n{per_ten:.1f} disputes for 10 articles")
    for one in (*taken.left_out, *found.left_out):
        print(f"left out: {one.what}: {one.reason}")
    print(f"seconds: {dict(taken.seconds) | dict(found.seconds)}\n")


def print_copies(parts: Parts) -> None:
    """The articles that share an origin."""
    members: dict[str, list[str]] = defaultdict(list)
    for article in parts.store.articles():
        members[article.origin_id].append(f"{article.name}: {article.title or article.url}")
    shared = [sorted(names) for names in members.values() if len(names) > 1]
    print(f"{len(shared)} origins have copies, {sum(map(len, shared))} articles in all")
    for names in sorted(shared):
        print("- " + "\n  = ".join(names))
    print()


def print_findings(parts: Parts, events: dict[str, str], top: int) -> None:
    """Of the most probable findings those that join two events, and of all findings how many."""
    findings = sorted(parts.store.findings(), key=lambda one: (-one.probability, one.finding_id))
    wrong = []
    for place, finding in enumerate(findings, start=1):
        left, right = parts.store.claim(finding.pair.left_id), parts.store.claim(finding.pair.right_id)
        if events[left.article_id] != events[right.article_id]:
            wrong.append(place)
            if place <= top:
                texts = f"  {events[left.article_id]}: {left.text}\n  {events[right.article_id]}: {right.text}"
                print(f"{place}. {finding.relation} {finding.probability:.2f} joins two events\n{texts}")
    checked = min(top, len(findings))
    print(f"\n{sum(place <= top for place in wrong)} of the {checked} most probable findings join two events, ", end="")
    print(f"{len(wrong)} of all {len(findings)}")
    types = Counter(str(one.conflict_type) for one in findings if one.relation == "conflict")
    print(f"types of the conflicts: {dict(types.most_common())}")


if __name__ == "__main__":
    main()
