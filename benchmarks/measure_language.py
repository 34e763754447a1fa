"""How right the language rules are, stage by stage, on the labelled samples of tests/quality.

Run `python benchmarks/measure_language.py [CONFLICTS.jsonl…]`. Prints a Markdown table. Each further file holds pairs
(a.text, b.text, relation, conflict_type); on its conflicts the types that model and rules give are held against labels.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from factcheck.attribution import load_parser  # noqa: E402 - the project need not be installed
from factcheck.clash import clash_between  # noqa: E402
from factcheck.config import load_settings  # noqa: E402
from factcheck.facts import claim_from_text, facts_of  # noqa: E402
from factcheck.ports import RelationModel  # noqa: E402
from factcheck.records import RelationInput  # noqa: E402
from factcheck.wiring import build_parts  # noqa: E402
from tests import test_origins  # noqa: E402
from tests.quality import test_language_quality as quality  # noqa: E402

Row = tuple[str, int, float | None, float | None]


def main() -> None:
    """Print one row for each stage."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("conflicts", type=Path, nargs="*")
    files = options.parse_args().conflicts
    print("| stage | labelled | precision | recall |\n|---|--:|--:|--:|")
    model = build_parts(load_settings()).relations
    rows = (*speakers(), *mentions(), *origins(), *clashes(model), *(given(path, model) for path in files))
    for row in rows:
        name, count, *values = row
        print(f"| {name} | {count} | " + " | ".join("" if one is None else f"{one:.2f}" for one in values) + " |")


def speakers() -> Iterator[Row]:
    """Of the claims that are given a speaker, those with the right one; of those labelled with one, the same."""
    judged = list(quality.judged_speakers())
    for name, key in (("speaker, seeds", "article"), ("speaker, written", "body")):
        chosen = [one for one in judged if key in one[0]]
        right = sum(claim.speaker is not None and quality.is_right(label, claim) for label, claim in chosen)
        given_one = sum(claim.speaker is not None for _, claim in chosen)
        wanted = sum(label["speaker"] is not None for label, _ in chosen)
        yield name, len(chosen), right / given_one, right / wanted


def mentions() -> Iterator[Row]:
    """Dates and quantities that are found, and those that are wanted."""
    for name, found_in in (("dates", dates_found), ("quantities", quantities_found)):
        labels = quality.labelled(name)
        precision, recall = quality.precision_and_recall(
            [found_in(label) for label in labels], [label[name] for label in labels]
        )
        yield name, len(labels), precision, recall


def dates_found(label: dict[str, Any]) -> list[Any]:
    """The dates of a labelled text, as labels give them."""
    published_on = date.fromisoformat(label["published_on"]) if label["published_on"] else None
    facts = facts_of(label["text"], published_on, load_parser()(label["text"]))
    return [[one.first.isoformat(), one.last.isoformat()] for one in facts.dates]


def quantities_found(label: dict[str, Any]) -> list[Any]:
    """The quantities of a labelled text, to be held against labels."""
    facts = facts_of(label["text"], None, load_parser()(label["text"]))
    return [quality.Measured(one) for one in facts.quantities]


def origins() -> Iterator[Row]:
    """Of the labelled pairs of articles, those taken for copies; only where the articles are at hand."""
    if test_origins.NEWS.exists():
        count, precision, recall = test_origins.labelled_figures()
        yield "copies", count, precision, recall


def clashes(model: RelationModel) -> Iterator[Row]:
    """Types and stretches on the written conflicts, all and the half not looked at while writing the rules."""
    judged = list(quality.judged_clashes(model))
    for name, chosen in (("all", judged), ("held out", [one for one in judged if one[0]["group"] == "held"])):
        figures = quality.clash_figures(chosen)
        spanned = sum(clash.left is not None for _, clash in chosen) / len(chosen)
        yield f"conflict type, written, {name}", len(chosen), figures["type_precision"], figures["type_recall"]
        yield f"clashing stretches, written, {name}", len(chosen), figures["spans"] / spanned, figures["spans"]


def given(path: Path, model: RelationModel) -> Row:
    """Types on the conflicts of a file."""
    pairs = [one for one in map(json.loads, path.read_text(encoding="utf-8").splitlines()) if one.get("conflict_type")]
    pairs = [one for one in pairs if one["relation"] == "conflict"]
    typed = right = 0
    asked = [
        (
            RelationInput(text=pair["a"]["text"], published_on=day_of(pair["a"])),
            RelationInput(text=pair["b"]["text"], published_on=day_of(pair["b"])),
        )
        for pair in pairs
    ]
    for pair, scores in zip(pairs, model.score(asked), strict=True):
        left, other = (claim_from_text(pair[side]["text"], day_of(pair[side]), load_parser()) for side in "ab")
        are_spoken = left.speaker is not None and other.speaker is not None
        found = clash_between(
            left.text, left.facts, other.text, other.facts, likely=scores.conflict_type, are_spoken=are_spoken
        ).conflict_type
        typed += found is not None
        right += found == pair["conflict_type"]
    return f"conflict type, {path.stem}", len(pairs), right / max(1, typed), right / max(1, len(pairs))


def day_of(side: dict[str, Any]) -> date | None:
    """The day of publication, where it is one."""
    try:
        return date.fromisoformat(str(side.get("published_at"))[:10])
    except ValueError:
        return None


if __name__ == "__main__":
    main()
