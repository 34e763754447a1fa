from __future__ import annotations
from datetime import date

RELATION_LABELS = ("conflict", "update", "tension", "agree", "compatible", "different")


def model_input(text: str, published_on: date | None) -> str:
    """A claim as the relation model reads it: the day of publication in words, where known, then the text."""
    return f"{published_on.day} {published_on:%B %Y}: {text}" if published_on else text
