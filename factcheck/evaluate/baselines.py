"""Simple ways to guess which pairs conflict, to compare a relation model with."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from factcheck.evaluate.measures import Numbers
from factcheck.evaluate.pair_lines import PairLine
from factcheck.ports import Embedder

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def conflict_scores_by_cosine(pairs: Sequence[PairLine], embedder: Embedder) -> Numbers:
    """The cosine of the two claims: alike texts are taken to conflict."""
    left = embedder.embed([pair.left.text for pair in pairs])
    right = embedder.embed([pair.right.text for pair in pairs])
    cosines: Numbers = (left * right).sum(axis=1, dtype=np.float64)
    return cosines


def conflict_scores_by_numbers(pairs: Sequence[PairLine]) -> Numbers:
    """How many of the numbers in digits, of the claim with fewer, the other claim lacks: from 0 to 1.

    0 where either claim has none. Thousands separators do not count; number words, units and dates are not read.
    """
    return np.array([_mismatch(_numbers(pair.left.text), _numbers(pair.right.text)) for pair in pairs])


def _numbers(text: str) -> set[str]:
    return {re.sub(r",(?=\d{3}\b)", "", number) for number in NUMBER.findall(text)}


def _mismatch(left: set[str], right: set[str]) -> float:
    fewer, more = sorted((left, right), key=len)
    return len(fewer - more) / len(fewer) if fewer else 0.0
