"""The figures of the quality page, as places to draw at: the templates turn them into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from factcheck.review_quality import CalibrationBin

SIDE = 300
MARGIN = 44
LARGEST_RADIUS = 11
SMALLEST_RADIUS = 4
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One band of probability: where its dot and its interval are drawn, in units of the figure."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The calibration figure: 0 to 1 from left to right and from bottom to top."""

    size: int
    start: float
    end: float
    ticks: tuple[tuple[str, float, float], ...]
    dots: tuple[Dot, ...]


def calibration_chart(bins: Sequence[CalibrationBin]) -> Chart:
    """Where said probability and the share that was right are drawn; the more decided, the larger the dot."""
    most = max((one.right.n for one in bins), default=0)
    return Chart(
        size=SIDE + 2 * MARGIN,
        start=MARGIN,
        end=MARGIN + SIDE,
        ticks=tuple((f"{tick:.0%}", _across(tick), _up(tick)) for tick in TICKS),
        dots=tuple(_dot(one, most) for one in bins if one.right.share is not None),
    )


def _dot(one: CalibrationBin, most: int) -> Dot:
    share, low, high = one.right.share or 0.0, one.right.low or 0.0, one.right.high or 0.0
    return Dot(
        x=_across(one.mean_probability),
        y=_up(share),
        low=_up(low),
        high=_up(high),
        radius=round(max(SMALLEST_RADIUS, LARGEST_RADIUS * sqrt(one.right.n / most)), 1),
        told=f"said {one.mean_probability:.0%}, right {share:.0%} of {one.right.n}",
    )


def _across(share: float) -> float:
    return round(MARGIN + SIDE * share, 1)


def _up(share: float) -> float:
    return round(MARGIN + SIDE * (1 - share), 1)
