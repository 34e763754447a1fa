"""How right the relation model is on held-out pairs about invented events; floors.json says how right it must stay.

The pairs were written like those of training, so the figures say little about real news: docs/evaluation.md does.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.evaluate import evaluate_model, read_labelled_pairs
from factcheck.evaluate.measures import Estimate
from factcheck.parts import Parts
from tests.quality.floors import floor

PAIRS = Path(__file__).with_name("relations.jsonl")

pytestmark = pytest.mark.model


def test_conflicts_of_invented_events_come_first(scanned_seeds: Parts) -> None:
    """Conflicts score above what is none, and most pairs have their relation."""
    with PAIRS.open("rb") as lines:
        report = evaluate_model(read_labelled_pairs(lines), scanned_seeds.relations)
    assert not report.left_out
    conflict, conflict_or_update = report.rankings
    reached = {
        "average_precision_conflict": value(conflict.average_precision),
        "average_precision_conflict_or_update": value(conflict_or_update.average_precision),
        "accuracy": value(report.accuracy),
    }
    assert all(reached[measure] >= floor("relations", measure) for measure in reached), reached


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value
