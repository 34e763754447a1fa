"""Measures of a ranking, each over many weightings of the pairs at once, and bootstrap intervals from them.

A resample is a weighting: how often each pair was drawn. Weights have shape (resamples, pairs), and every measure
gives one number a resample, not-a-number where it is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
RESAMPLES_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with the interval that holds it in 95 % of resamples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling:
    """How often to draw, and the seed."""

    resamples: int = 1000
    seed: int = 0


def bootstrap(
    measure: Callable[[Numbers], Mapping[str, Numbers]], count: int, resampling: Resampling
) -> dict[str, Estimate | None]:
    """Each figure of `measure` over `count` pairs, with its interval; None where it is not defined.

    Pairs are drawn with replacement, each on its own: pairs of one topic are alike, so the real interval is wider.
    """
    if not count:
        return {}
    plain = measure(np.ones((1, count)))
    draw = np.random.default_rng(resampling.seed)
    drawn: dict[str, list[Numbers]] = {name: [] for name in plain}
    for start in range(0, resampling.resamples, RESAMPLES_AT_ONCE):
        rows = min(RESAMPLES_AT_ONCE, resampling.resamples - start)
        weights = np.stack([np.bincount(draw.integers(count, size=count), minlength=count) for _ in range(rows)])
        for name, numbers in measure(weights.astype(np.float64)).items():
            drawn[name].append(numbers)
    return {name: _estimate(float(plain[name][0]), drawn[name]) for name in plain}


def _estimate(value: float, drawn: list[Numbers]) -> Estimate | None:
    if np.isnan(value):
        return None
    numbers = np.concatenate([[value], *drawn])
    numbers = numbers[~np.isnan(numbers)]
    low, high = np.percentile(numbers, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high))


def ratio(part: Numbers, whole: Numbers) -> Numbers:
    """part / whole, not-a-number where the whole is 0."""
    undefined = np.full(np.broadcast(part, whole).shape, np.nan)
    return np.asarray(np.divide(part, whole, out=undefined, where=whole > 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Pairs from the highest score down, pairs of one score together: weight of the positives and of all in each.

    With ties kept together no figure depends on the order of the file.
    """

    positives: Numbers
    totals: Numbers

    @classmethod
    def by(cls, scores: Numbers, is_positive: NDArray[np.bool_], weights: Numbers) -> Ranked:
        """Rank pairs by score under each weighting."""
        order = np.argsort(-scores, kind="stable")
        starts = np.flatnonzero(np.diff(scores[order], prepend=np.inf))
        return cls(
            positives=np.add.reduceat((weights * is_positive)[:, order], starts, axis=1),
            totals=np.add.reduceat(weights[:, order], starts, axis=1),
        )

    def average_precision(self) -> Numbers:
        """The mean precision at the positives: the area under the precision-recall steps."""
        found, seen = self.positives.cumsum(axis=1), self.totals.cumsum(axis=1)
        precision = np.divide(found, seen, out=np.zeros_like(found), where=seen > 0)
        return ratio((self.positives * precision).sum(axis=1), self.positives.sum(axis=1))

    def roc_auc(self) -> Numbers:
        """How often a positive stands above a negative; a tie counts half."""
        negatives = self.totals - self.positives
        above = self.positives.cumsum(axis=1) - self.positives / 2
        return ratio((negatives * above).sum(axis=1), self.positives.sum(axis=1) * negatives.sum(axis=1))

    def precision_at(self, count: int) -> Numbers:
        """The share of positives among the `count` highest; of tied pairs the mean share."""
        before = self.totals.cumsum(axis=1) - self.totals
        taken = np.clip(count - before, 0, self.totals)
        share = np.divide(self.positives, self.totals, out=np.zeros_like(self.positives), where=self.totals > 0)
        enough = self.totals.sum(axis=1) >= count
        return np.where(enough, (taken * share).sum(axis=1) / count, np.nan)


def precision_and_recall(
    flagged: NDArray[np.bool_], wanted: NDArray[np.bool_]
) -> Callable[[Numbers], dict[str, Numbers]]:
    """A measure: of what is flagged how much is wanted, and of what is wanted how much is flagged."""
    right = flagged & wanted
    return lambda weights: {
        "precision": ratio(weights @ right, weights @ flagged),
        "recall": ratio(weights @ right, weights @ wanted),
    }


def calibration_error(probabilities: Numbers, is_positive: NDArray[np.bool_], weights: Numbers, bins: int) -> Numbers:
    """The mean distance between probability and share of positives over equally wide bins, weighted by their pairs."""
    in_bin = np.eye(bins)[bin_of(probabilities, bins)]
    distance = np.abs((weights * (probabilities - is_positive)) @ in_bin)
    return ratio(distance.sum(axis=1), weights.sum(axis=1))


def bin_of(probabilities: Numbers, bins: int) -> NDArray[np.int64]:
    """The number of the equally wide bin in which each probability lies; 1.0 lies in the last."""
    return np.minimum((probabilities * bins).astype(np.int64), bins - 1)
