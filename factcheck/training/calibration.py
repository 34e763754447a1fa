"""Calibration at the base rate of candidate pairs, and the two operating points that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from factcheck.records import FLAGGED, RELATIONS, Relation
from factcheck.relations import calibrated, in_both_orders

# A label with few natural examples must not run away with its bias.
BIAS_PENALTY = 0.003
EXPECTED_PRECISION: Mapping[str, Mapping[Relation, float]] = {
    "strict": dict.fromkeys(FLAGGED, 0.75),
    "sensitive": {Relation.CONFLICT: 0.25, Relation.UPDATE: 0.3, Relation.TENSION: 0.4},
}
"""How much of what is flagged is to be right at each operating point.

Conflicts are the rarest, and what people look for most: at the sensitive point more of them may be wrong. Of tensions
fewer may: a person who reads one finds no fact to settle.
"""

HIGHEST_THRESHOLD = 0.95

Logits = NDArray[np.float64]
Weights = NDArray[np.float64]


def at_base_rate(labels: NDArray[np.int64], rate: float) -> Weights:
    """What each pair counts for, so that flagged relations make up `rate` of all; an unflagged pair counts for 1.

    The labelled pairs were chosen, and relations that are rare by nature are more frequent among them (label shift;
    Saerens, Latinne and Decaestecker 2002, doi:10.1162/089976602753284446).
    """
    is_flagged = np.isin(labels, [RELATIONS.index(name) for name in FLAGGED])
    flagged, others = is_flagged.sum(), (~is_flagged).sum()
    return np.where(is_flagged, rate / (1 - rate) * others / max(1, flagged), 1.0)


def probabilities(forward: Logits, backward: Logits, parameters: Sequence[float]) -> Logits:
    """Calibrated probabilities, both orders averaged; `parameters` are the scale, then one bias a relation."""
    scale, *bias = parameters
    return in_both_orders(calibrated(forward, scale, bias), calibrated(backward, scale, bias))


def fit(forward: Logits, backward: Logits, labels: NDArray[np.int64], weights: Weights) -> list[float]:
    """The scale and biases under which the labels are likeliest; logits have one column a relation."""

    def loss(parameters: NDArray[np.float64]) -> float:
        chosen = probabilities(forward, backward, list(parameters))[np.arange(len(labels)), labels]
        return float(-np.average(np.log(chosen + 1e-9), weights=weights) + BIAS_PENALTY * (parameters[1:] ** 2).sum())

    start = np.array([1.0] + [0.0] * len(RELATIONS))
    return [float(value) for value in minimize(loss, start, method="L-BFGS-B", bounds=[(0.05, 5)] + [(-6, 6)] * 6).x]


def cross_fitted(
    forward: Logits, backward: Logits, labels: NDArray[np.int64], weights: Weights, topics: Sequence[str]
) -> Logits:
    """Probabilities for each pair from a fit that saw no pair of its topic's fold (five folds)."""
    order = {topic: number % 5 for number, topic in enumerate(sorted(set(topics)))}
    folds = np.array([order[topic] for topic in topics])
    result = np.zeros_like(forward)
    for fold in range(5):
        inside, outside = folds == fold, folds != fold
        parameters = fit(forward[outside], backward[outside], labels[outside], weights[outside])
        result[inside] = probabilities(forward[inside], backward[inside], parameters)
    return result


def operating_points(calibrated_scores: Logits, weights: Weights) -> dict[str, dict[str, float]]:
    """For each point and flagged relation, the lowest threshold above which the expected precision is reached.

    The expected precision of a set of flags is the weighted mean of their calibrated probabilities.
    """
    return {
        point: {
            str(name): _threshold(calibrated_scores[:, RELATIONS.index(name)], weights, least)
            for name, least in wanted.items()
        }
        for point, wanted in EXPECTED_PRECISION.items()
    }


def _threshold(scores: NDArray[np.float64], weights: Weights, wanted: float) -> float:
    order = np.argsort(-scores)
    means = np.cumsum(scores[order] * weights[order]) / np.maximum(np.cumsum(weights[order]), 1e-9)
    reached = scores[order][means >= wanted]
    lowest = reached[-1] if len(reached) else wanted
    return round(float(min(max(lowest, wanted / 2), HIGHEST_THRESHOLD)), 3)


def as_manifest(parameters: Sequence[float]) -> dict[str, object]:
    """The calibration as the model's manifest keeps it."""
    scale, *bias = parameters
    named: Mapping[str, float] = dict(zip(RELATIONS, (round(value, 4) for value in bias), strict=True))
    return {"scale": round(scale, 4), "bias": named}
