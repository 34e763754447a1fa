"""How right the shipped relation model is on held-out pairs about invented events; floors.json says how right it must
stay. The pairs were written like those of training, so the figures say little about real news: docs/evaluation.md does.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factcheck.config import load_settings
from factcheck.evaluate import evaluate_model, read_labelled_pairs
from factcheck.evaluate.measures import Estimate
from factcheck.relations import CrossEncoderRelations

HERE = Path(__file__).parent

pytestmark = pytest.mark.model


def test_conflicts_of_invented_events_come_first() -> None:
    """Conflicts score above what is none, and most pairs have their relation."""
    floors = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["relations"]
    model = CrossEncoderRelations.builtin(load_settings().cache)
    report = evaluate_model(read_labelled_pairs((HERE / "relations.jsonl").open("rb")), model)
    assert not report.left_out
    conflict, conflict_or_update = report.rankings
    reached = {
        "average_precision_conflict": value(conflict.average_precision),
        "average_precision_conflict_or_update": value(conflict_or_update.average_precision),
        "accuracy": value(report.accuracy),
    }
    assert all(reached[name] >= floor for name, floor in floors.items()), reached


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value
