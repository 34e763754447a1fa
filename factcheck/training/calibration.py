"""Calibration on natural pairs, and the two operating points that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from factcheck.records import FLAGGED, RELATIONS
from factcheck.relations import calibrated, in_both_orders

# A label with few natural examples must not run away with its bias.
BIAS_PENALTY = 0.01
EXPECTED_PRECISION = {"strict": 0.75, "sensitive": 0.4}
HIGHEST_THRESHOLD = 0.95

Logits = NDArray[np.float64]


def probabilities(forward: Logits, backward: Logits, parameters: Sequence[float]) -> Logits:
    """Calibrated probabilities, both orders averaged; `parameters` are the scale, then one bias a relation."""
    scale, *bias = parameters
    return in_both_orders(calibrated(forward, scale, bias), calibrated(backward, scale, bias))


def fit(forward: Logits, backward: Logits, labels: NDArray[np.int64]) -> list[float]:
    """The scale and biases under which the labels are likeliest; logits have one column a relation."""

    def loss(parameters: NDArray[np.float64]) -> float:
        chosen = probabilities(forward, backward, list(parameters))[np.arange(len(labels)), labels]
        return float(-np.log(chosen + 1e-9).mean() + BIAS_PENALTY * (parameters[1:] ** 2).sum())

    start = np.array([1.0] + [0.0] * len(RELATIONS))
    return [float(value) for value in minimize(loss, start, method="L-BFGS-B", bounds=[(0.05, 5)] + [(-6, 6)] * 6).x]


def cross_fitted(forward: Logits, backward: Logits, labels: NDArray[np.int64], topics: Sequence[str]) -> Logits:
    """Probabilities for each pair from a fit that saw no pair of its topic's fold (five folds)."""
    order = {topic: number % 5 for number, topic in enumerate(sorted(set(topics)))}
    folds = np.array([order[topic] for topic in topics])
    result = np.zeros_like(forward)
    for fold in range(5):
        inside, outside = folds == fold, folds != fold
        parameters = fit(forward[outside], backward[outside], labels[outside])
        result[inside] = probabilities(forward[inside], backward[inside], parameters)
    return result


def operating_points(calibrated_scores: Logits) -> dict[str, dict[str, float]]:
    """For each point and flagged relation, the lowest threshold above which the expected precision is reached.

    The expected precision of a set of flags is the mean of their calibrated probabilities.
    """
    return {
        point: {str(name): _threshold(calibrated_scores[:, RELATIONS.index(name)], wanted) for name in FLAGGED}
        for point, wanted in EXPECTED_PRECISION.items()
    }


def _threshold(scores: NDArray[np.float64], wanted: float) -> float:
    descending = np.sort(scores)[::-1]
    means = np.cumsum(descending) / np.arange(1, len(descending) + 1)
    reached = descending[means >= wanted]
    lowest = reached[-1] if len(reached) else wanted
    return round(float(min(max(lowest, wanted / 2), HIGHEST_THRESHOLD)), 3)


def as_manifest(parameters: Sequence[float]) -> dict[str, object]:
    """The calibration as the model's manifest keeps it."""
    scale, *bias = parameters
    named: Mapping[str, float] = dict(zip(RELATIONS, (round(value, 4) for value in bias), strict=True))
    return {"scale": round(scale, 4), "bias": named}
