"""Mines articles of many outlets for pairs of sentences worth labelling: of one event, and of doubtful relation."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from factcheck.embedders import MiniLmEmbedder
from factcheck.records import FLAGGED, RelationInput
from factcheck.relations import CrossEncoderRelations
from factcheck.sentences import split_sentences
from factcheck.training.pairs import published_day, read_lines

ONE_EVENT = 0.68
"""The least cosine between title and opening of two articles that are taken to tell one event."""

OPENING = 400
DAYS_APART = 4
LEAST_ALIKE, MOST_ALIKE = 0.52, 0.96
"""Two sentences less alike have little in common; more alike, one is a copy of the other."""

HELD_OUT = 0.9
"""An article with a sentence this like one of a dev file tells an event that is measured on."""

PAIRS_PER_SENTENCE = 4
PAIRS_PER_ARTICLES = 25
WORDS = range(6, 61)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """The sentences of one article: where they stand in its body, and their unit vectors, one a row."""

    article: dict[str, Any]
    spans: list[tuple[int, int]]
    vectors: NDArray[np.float32]


def same_event(articles: list[dict[str, Any]], embedder: MiniLmEmbedder) -> Iterator[tuple[int, int]]:
    """Places of two articles of two outlets, near in time and alike in title and opening."""
    vectors = embedder.embed([f"{article['title']}. {article['body'][:OPENING]}" for article in articles])
    days = [date.fromisoformat(article["published_at"][:10]) for article in articles]
    for left, right in np.argwhere(np.triu(vectors @ vectors.T >= ONE_EVENT, k=1)).tolist():
        is_near = abs((days[left] - days[right]).days) <= DAYS_APART
        if is_near and articles[left]["source"] != articles[right]["source"]:
            yield left, right


def sentences_of(article: dict[str, Any], embedder: MiniLmEmbedder) -> Sentences:
    """The sentences of an article that are neither scraps nor lists."""
    body = article["body"]
    spans = [(found.start, found.end) for found in split_sentences(body, article["title"])]
    spans = [(start, end) for start, end in spans if len(body[start:end].split()) in WORDS]
    return Sentences(article=article, spans=spans, vectors=embedder.embed([body[start:end] for start, end in spans]))


def alike_pairs(couples: Iterable[tuple[Sentences, Sentences]]) -> list[dict[str, Any]]:
    """Rows of two sentences across each two articles, most alike first, no sentence in too many."""
    found = [hit for left, right in couples for hit in _most_alike(left, right)]
    found.sort(key=lambda hit: -hit[0])
    used: Counter[tuple[str, int]] = Counter()
    rows = []
    for _, *claims in found:
        keys = [(claim["url"], claim["start"]) for claim in claims]
        if all(used[key] < PAIRS_PER_SENTENCE for key in keys):
            used.update(keys)
            rows.append({"a": claims[0], "b": claims[1]})
    return rows


def _most_alike(left: Sentences, right: Sentences) -> list[tuple[float, dict[str, Any], dict[str, Any]]]:
    cosines = left.vectors @ right.vectors.T
    places = np.argwhere((cosines >= LEAST_ALIKE) & (cosines < MOST_ALIKE))
    best = sorted(places.tolist(), key=lambda place: -cosines[tuple(place)])[:PAIRS_PER_ARTICLES]
    return [(float(cosines[ours, theirs]), _claim(left, ours), _claim(right, theirs)) for ours, theirs in best]


def _claim(sentences: Sentences, number: int) -> dict[str, Any]:
    start, end = sentences.spans[number]
    article = sentences.article
    named = {name: article[name] for name in ("url", "source", "published_at")}
    return named | {"start": start, "end": end, "text": article["body"][start:end]}


def measured_texts(relations: Path) -> list[str]:
    """Every sentence of the dev files and of the events that they come from."""
    texts = {row[side]["text"] for path in relations.glob("dev*.jsonl") for row in read_lines(path) for side in "ab"}
    for event in read_lines(relations / "events.jsonl.gz"):
        if event["split"] != "train":
            texts.update(sentence for article in event["articles"] for sentence in article["sentences"])
    return sorted(texts)


def mine(articles: list[dict[str, Any]], held_out: list[str]) -> list[dict[str, Any]]:
    """Pairs of like sentences from articles of one event, none of an event that a text of `held_out` tells."""
    embedder = MiniLmEmbedder()
    measured = embedder.embed(held_out)
    couples = list(same_event(articles, embedder))
    read = {place: sentences_of(articles[place], embedder) for place in sorted({at for both in couples for at in both})}
    usable = {
        place: one
        for place, one in read.items()
        if one.spans and not (measured.size and (one.vectors @ measured.T).max() > HELD_OUT)
    }
    return alike_pairs((usable[a], usable[b]) for a, b in couples if a in usable and b in usable)


def doubtful_first(rows: list[dict[str, Any]], model: CrossEncoderRelations) -> list[dict[str, Any]]:
    """The rows with the model's `score` for conflict, tension and update together, highest first."""
    scores = [
        sum(getattr(one, relation) for relation in FLAGGED)
        for one in model.score([(_read(row["a"]), _read(row["b"])) for row in rows])
    ]
    scored = [row | {"score": round(score, 4)} for row, score in zip(rows, scores, strict=True)]
    return sorted(scored, key=lambda row: -row["score"])


def _read(claim: dict[str, Any]) -> RelationInput:
    return RelationInput(text=claim["text"], published_on=published_day(claim["published_at"]))


@click.command()
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), required=True, help="Folder with news/ and news_relations/."
)
@click.option("--leave-out", default="", help="Regular expression; articles whose text it matches are not mined.")
@click.option("--count", default=3000, show_default=True, help="How many pairs to give, the most doubtful first.")
@click.option("--cache", type=click.Path(path_type=Path), default=Path("index/cache"), show_default=True)
@click.argument("out", type=click.Path(path_type=Path))
def main(data: Path, leave_out: str, count: int, cache: Path, out: Path) -> None:
    """Write pairs of sentences of DATA/news/articles_2019.jsonl.gz to OUT, for a person to label."""
    articles = list(read_lines(data / "news" / "articles_2019.jsonl.gz"))
    if leave_out:
        articles = [one for one in articles if not re.search(leave_out, f"{one['title']} {one['body']}")]
    rows = doubtful_first(mine(articles, measured_texts(data / "news_relations")), CrossEncoderRelations.builtin(cache))
    lines = [json.dumps({"id": f"mined-{number}"} | row) for number, row in enumerate(rows[:count])]
    out.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    click.echo(f"{len(lines)} of {len(rows)} pairs, from a score of {rows[0]['score']} down, in {out}")


if __name__ == "__main__":
    main()
