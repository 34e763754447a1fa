"""Pairs that nobody labelled, as training takes them from whole events."""

import gzip
import json
from pathlib import Path

from factcheck.records import UNFLAGGED
from factcheck.training.base import base_folder
from factcheck.training.weak import numbers_of_one_article

SENTENCES = [
    "The ferry fire near Bergen killed 12 passengers, the coast guard said.",
    "The ferry fire near Bergen injured 30 passengers, the hospital said.",
    "An earlier report on the ferry fire near Bergen had put the number of passengers killed at 9.",
    "The fire on the ferry near Bergen cost 12 passengers their lives.",
    "The ferry fire near Bergen shocked passengers.",
]


def test_numbers_of_one_article_count_two_things(tmp_path: Path) -> None:
    """Not one number twice, a corrected one, a sentence without, one of another article, or one of a dev event."""
    events = tmp_path / "events.jsonl.gz"
    articles = [
        {"published_at": "2024-05-01", "sentences": SENTENCES[:1] + SENTENCES[2:]},
        {"sentences": SENTENCES[1:2]},
    ]
    one_article = [{"published_at": "2024-05-01", "sentences": SENTENCES}]
    rows = [
        {"topic": "a", "split": "train", "articles": one_article},
        {"topic": "b", "split": "train", "articles": articles},
        {"topic": "c", "split": "dev", "articles": one_article},
    ]
    with gzip.open(events, "wt", encoding="utf-8") as lines:
        lines.write("".join(json.dumps(row) + "\n" for row in rows))
    folder = base_folder("minilm", tmp_path / "base")
    pairs = numbers_of_one_article(events, folder, count=10, similarity=0.35, seed=1)
    assert {pair.labels for pair in pairs} == {UNFLAGGED}
    told = [{"injured" in text for text in (pair.left, pair.right)} for pair in pairs]
    assert told == [{True, False}] * 2, pairs
    assert sum("2024" in pair.left for pair in pairs) == sum("2024" in pair.right for pair in pairs)
    assert len(numbers_of_one_article(events, folder, count=1, similarity=0.35, seed=1)) == 1
