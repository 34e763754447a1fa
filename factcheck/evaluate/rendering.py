"""Evaluation reports as text, JSON and a table for the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from factcheck.evaluate.measures import Estimate
from factcheck.evaluate.measuring import PRECISION_AT, EvaluationReport, RankingFigures
from factcheck.records import RELATIONS


def as_json(report: EvaluationReport) -> dict[str, Any]:
    """The report as plain values; a figure that is not defined is null."""
    return asdict(report)


def as_text(report: EvaluationReport) -> str:
    """The report as plain text, every figure with its 95 % interval."""
    return "\n".join(line.rstrip() for line in _lines(report)) + "\n"


def comparison_as_markdown(figures: Sequence[RankingFigures]) -> str:
    """One table: a row a ranking and target, with average precision, area under the curve and precision at the top."""
    heads = [
        "ranked by",
        "target",
        "average precision",
        "ROC AUC",
        *(f"precision at {count}" for count in PRECISION_AT),
    ]
    rows = [
        [one.name, one.target, *map(_shown, (one.average_precision, one.roc_auc, *one.precision_at.values()))]
        for one in figures
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]) + "\n"


def _lines(report: EvaluationReport) -> Iterator[str]:
    yield f"{report.model_id} on {report.pairs:,} pairs, {len(report.left_out)} lines left out"
    yield "labels: " + ", ".join(f"{name} {count}" for name, count in report.labels.items())
    yield from (f"left out: {one.what}: {one.reason}" for one in (*report.left_out, *report.fields_left_out))
    yield "\nRanking"
    for ranking in report.rankings:
        yield f"  {ranking.target} ({ranking.positives} of {report.pairs:,})"
        yield f"    average precision  {_shown(ranking.average_precision)}"
        yield f"    ROC AUC            {_shown(ranking.roc_auc)}"
        yield from (f"    precision at {count:<4}  {_shown(one)}" for count, one in ranking.precision_at.items())
    yield "\nOperating points"
    for point in report.points:
        limits = ", ".join(f"{name} {least:.2f}" for name, least in report.operating_points[point.point].items())
        yield f"  {point.point}, {point.target}: {point.flagged} flagged (at least {limits})"
        yield f"    precision {_shown(point.precision)}   recall {_shown(point.recall)}"
    yield f"\nSix relations: accuracy {_shown(report.accuracy)}; rows are right, columns likeliest"
    yield "  " + " " * 12 + "".join(f"{name:>12}" for name in RELATIONS)
    for name, counts in report.confusion.items():
        yield f"  {name:<12}" + "".join(f"{counts[found]:>12}" for found in RELATIONS)
    yield f"\nCalibration error of P(conflict): {_shown(report.calibration_error)}"
    yield "  P(conflict)      pairs   said     so"
    for one in report.reliability:
        said, found = one.mean_probability, one.share_of_conflicts
        yield f"  {one.low:.1f} to {one.high:.1f}  {one.pairs:>9,}   {said:.3f}  {found:.3f}"
    if report.twins:
        yield f"\nA conflict scores above its compatible twin: {_shown(report.twin_accuracy)} of {report.twins}"
    yield f"\nIn brackets: 95 % intervals from {report.resampling.resamples:,} resamples of the pairs"


def _shown(estimate: Estimate | None) -> str:
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]" if estimate else "not defined"
