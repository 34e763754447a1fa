"""How many labelled disagreements within events the comparison of openings loses, and how many pairs it tells apart.

Run `python benchmarks/measure_openings.py EVENTS.jsonl[.gz] PAIRS.jsonl [--split dev]`. EVENTS has one event a line
(topic, split, articles with numbered sentences); PAIRS lists what disagrees in it (a.text, b.text, relation, topic).
A disagreement is lost where `factcheck.events` takes its two articles for two stories. Against them stand pairs of
articles of two events, drawn by chance. No model is read.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from measure_candidates import articles_of, events_of, parts_with

from factcheck.article_fields import clean
from factcheck.events import SidedClaim, is_one_story
from factcheck.openings import opening
from factcheck.records import FLAGGED, Article, Claim, Relation

DRAWN = 20_000


def main() -> None:
    """Print one row for each relation and one for pairs drawn by chance."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("events", type=Path)
    options.add_argument("pairs", type=Path)
    options.add_argument("--split", default="dev", help="the split of the events (default dev)")
    options.add_argument("--index", type=Path, required=True, help="an empty folder for the settings to stand on")
    chosen = options.parse_args()
    read = articles_of(parts_with(chosen.index), events_of(chosen.events, chosen.split))
    articles = [one for one in read if isinstance(one, Article)]
    sided = [SidedClaim(claim=bare_claim(one), article=one, opening=opening(one)) for one in articles]
    print(f"{datetime.now(UTC):%Y-%m-%d}, split {chosen.split}: {len(articles)} articles\n")
    print("| pairs | how many | taken for two stories |\n|---|--:|--:|")
    every, lost = Counter[Relation](), Counter[Relation]()
    for relation, left, right in listed(chosen.pairs, sided):
        every[relation] += 1
        lost[relation] += not is_one_story(left, right, relation)
    for relation in FLAGGED:
        print(f"| {relation} in one event | {every[relation]:,} | {lost[relation] / max(1, every[relation]):.1%} |")
    chance = random.Random(0)
    drawn = [pair for pair in (chance.sample(sided, 2) for _ in range(DRAWN)) if topic(pair[0]) != topic(pair[1])]
    for relation in (Relation.CONFLICT, Relation.UPDATE):
        apart = sum(not is_one_story(*pair, relation) for pair in drawn)
        print(f"| two events, as {relation} | {len(drawn):,} | {apart / len(drawn):.1%} |")


def topic(side: SidedClaim) -> str:
    """The event of an article."""
    return side.article.label.rpartition(" ")[0]


def listed(path: Path, sided: list[SidedClaim]) -> Iterator[tuple[Relation, SidedClaim, SidedClaim]]:
    """The labelled disagreements with their two articles."""
    by_topic: dict[str, list[SidedClaim]] = {}
    for side in sided:
        by_topic.setdefault(topic(side), []).append(side)
    for pair in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        held = [holders(clean(pair[side]["text"]).strip(), by_topic.get(pair["topic"], [])) for side in "ab"]
        if pair["relation"] in FLAGGED and held[0] and held[1] and held[0][0] is not held[1][0]:
            yield Relation(pair["relation"]), held[0][0], held[1][0]


def holders(text: str, told: list[SidedClaim]) -> list[SidedClaim]:
    """The articles that hold a sentence."""
    return [side for side in told if text in side.article.body]


def bare_claim(article: Article) -> Claim:
    """A claim that states no day and no name, so that the articles alone decide."""
    text = article.body[:1]
    return Claim(
        claim_id=article.article_id,
        article_id=article.article_id,
        position=0,
        start=0,
        end=1,
        text=text,
        standalone_text=text,
        speaker=None,
    )


if __name__ == "__main__":
    main()
