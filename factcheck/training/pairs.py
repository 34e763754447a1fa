"""Training pairs: the two data schemas, their checks, and the mix that one run learns from."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from factcheck.records import RELATIONS, Relation
from factcheck.relations import NLI_LABELS, model_input

# How many pairs of each NLI source one pass takes: most from contrastive edits of facts and numbers (VitaminC) and
# from written English of many kinds (MNLI, WANLI), few from picture captions (SNLI), none from one-label sources.
NLI_SHARES = {
    "vitaminc_real": 9000,
    "ling_in_loop": 7500,
    "mnli_pada": 2500,
    "wanli_sample": 4000,
    "snli_sub": 1500,
    "conjnli": 1200,
    "fever_rte": 1500,
    "fever_symmetric": 600,
    "fm2": 600,
    "negated_misc": 500,
    "semantoneg": 600,
    "vitaminc_synthetic": 1000,
}

# Labels that a second reader confirmed least often weigh least.
CONFIDENCE_WEIGHT = {1: 0.5, 2: 0.8, 3: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPair:
    """Two model inputs and the labels that are right for them; several labels mean "one of these"."""

    left: str
    right: str
    labels: tuple[str, ...]
    weight: float = 1.0


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, plain or gzipped.

    Raises:
        ValueError: a line is not a JSON object; the message names file and line.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise ValueError(f"{path.name}, line {number}: expected an object, got {type(row).__name__}")
            yield row


def nli_pairs(
    path: Path, *, seed: int, scale: float = 1.0, shares: Mapping[str, int] = NLI_SHARES
) -> list[TrainingPair]:
    """A sample of the NLI pairs, `shares` times `scale` of each source, in random order; other sources stay out."""
    by_source: dict[str, list[TrainingPair]] = {}
    for row in read_lines(path):
        if row["source"] in shares:
            if row["label"] not in NLI_LABELS:
                raise ValueError(f"{path.name}: unknown label {row['label']!r}; known: {', '.join(NLI_LABELS)}")
            pair = TrainingPair(left=row["premise"], right=row["hypothesis"], labels=(row["label"],))
            by_source.setdefault(row["source"], []).append(pair)
    shuffle = random.Random(seed)
    chosen: list[TrainingPair] = []
    for source, share in shares.items():
        pairs = by_source.get(source, [])
        shuffle.shuffle(pairs)
        chosen += pairs[: round(share * scale)]
    shuffle.shuffle(chosen)
    return chosen


def relation_pairs(paths: Iterable[Path], by_relation: Mapping[str, float] | None = None) -> list[TrainingPair]:
    """The labelled news pairs of the named files; `by_relation` multiplies the weights of the relations it names.

    Raises:
        ValueError: a label is not one of the six relations.
    """
    return [pair for path in paths for pair in weighed(read_lines(path), path.name, by_relation)]


def weighed(
    rows: Iterable[dict[str, Any]], file: str, by_relation: Mapping[str, float] | None = None
) -> list[TrainingPair]:
    """The labelled pairs of rows that `file` holds; weights and errors as of `relation_pairs`."""
    return [_weighed(row, file, by_relation or {}) for row in rows]


def _weighed(row: dict[str, Any], file: str, by_relation: Mapping[str, float]) -> TrainingPair:
    relation = relation_of(row, file)
    weight = CONFIDENCE_WEIGHT.get(row.get("confidence", 0), 0.9) * by_relation.get(relation, 1.0)
    return labelled_pair(row, (relation,), weight)


def relation_of(row: dict[str, Any], file: str) -> Relation:
    """The label of a row that `file` holds.

    Raises:
        ValueError: it is not one of the six relations.
    """
    if row["relation"] not in RELATIONS:
        raise ValueError(f"{file}: pair {row['id']} has unknown relation {row['relation']!r}")
    return Relation(row["relation"])


def read_again(rows: Iterable[dict[str, Any]], second: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows with the label of a second reader, by `id`, who saw the two sentences alone, as a model does.

    Where both readers agree a label is sure; where they differ the second one's counts, for a little less. A row that
    the second reader called `skip` is left out, one that he did not read stays as it is.
    """
    for row in rows:
        reading = second.get(row["id"])
        if reading is None:
            yield row
        elif reading["relation"] == row["relation"]:
            yield row | {"confidence": 3}
        elif reading["relation"] != "skip":
            yield row | {"relation": reading["relation"], "confidence": min(2, reading["confidence"])}


def undated(rows: Iterable[dict[str, Any]], share: float, shuffle: random.Random) -> Iterator[dict[str, Any]]:
    """The rows, that share of them without the days of publication, so that a model learns to do without."""
    for row in rows:
        if shuffle.random() < share:
            row = row | {side: {name: row[side][name] for name in row[side] if name != "published_at"} for side in "ab"}
        yield row


def labelled_pair(row: dict[str, Any], labels: tuple[str, ...], weight: float) -> TrainingPair:
    """A training pair from a row with claims `a` and `b`."""
    left, right = rendered(row)
    return TrainingPair(left=left, right=right, labels=labels, weight=weight)


def quoted(labels: Path, news: Path) -> Iterator[dict[str, Any]]:
    """Rows of labelled pairs with the text and day of the sentences that `labels` names by where they stand in `news`.

    So labels of news text can be shared where the text cannot. A sentence is named by the address of an article and the
    span in its body, or, of the event that is the `topic` of the row, by the numbers of article and sentence, or by the
    `pair` of labelled sentences whose `side` it is. A claim written for its row has its `text` there.

    Raises:
        ValueError: the event, article or pair of a label is not in the file.
    """
    known = {row.get("url") or row.get("id") or row["topic"]: row for row in read_lines(news)}
    for row in read_lines(labels):
        for side in ("a", "b"):
            if "text" in row[side]:
                continue
            name = row[side].get("url") or row[side].get("pair") or row["topic"]
            if name not in known:
                raise ValueError(f"{labels.name}: pair {row['id']} is of {name}, not in {news.name}")
            row[side] = _named(row[side], known[name])
        yield row


def edited(
    edits: Iterable[dict[str, Any]], rows_of: Mapping[str, Iterable[dict[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Rows of labelled pairs with one stretch of one sentence replaced, and the label that is right then.

    An edit names the `file` and the `pair` (its id there), the `side`, `start` and `end` in the text of that side, and
    the new `text`; `rows_of` gives the rows of each file.

    Raises:
        ValueError: the pair of an edit is not in its file.
    """
    known = {(file, row["id"]): row for file, rows in rows_of.items() for row in rows}
    for edit in edits:
        row = known.get((edit["file"], edit["pair"]))
        if row is None:
            raise ValueError(f"edit {edit['id']} is of pair {edit['pair']}, not in {edit['file']}")
        side, text = edit["side"], row[edit["side"]]["text"]
        claim = row[side] | {"text": text[: edit["start"]] + edit["text"] + text[edit["end"] :]}
        yield {"a": row["a"], "b": row["b"], side: claim} | {
            name: edit[name] for name in ("id", "relation", "confidence", "conflict_type") if name in edit
        }


def _named(place: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The claim at a place of a labelled pair, an article or an event."""
    if "pair" in place:
        return dict(row[place["side"]])
    if "article" in place:
        article = row["articles"][place["article"]]
        text = article["sentences"][place["sentence"]]
    else:
        article, text = row, row["body"][place["start"] : place["end"]]
    return {"text": text} | {name: article.get(name) for name in ("published_at", "source", "title")}


def rendered(row: dict[str, Any]) -> tuple[str, str]:
    """The two claims of a row as the relation model reads them."""
    left, right = (
        model_input(claim["text"], published_day(claim.get("published_at"))) for claim in (row["a"], row["b"])
    )
    return left, right


def published_day(published_at: str | None) -> date | None:
    """The day of an ISO date; None where there is none or, as in a few rows of the data, it is written otherwise."""
    try:
        return date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return None


def swapped_at_random(pair: TrainingPair, shuffle: random.Random) -> TrainingPair:
    """The pair or its mirror image: a relation between two claims has no direction, NLI has."""
    if pair.labels[0] in NLI_LABELS or shuffle.random() < 0.5:
        return pair
    return TrainingPair(left=pair.right, right=pair.left, labels=pair.labels, weight=pair.weight)
