"""The floors of quality: floors.json says how right each stage must stay."""

from __future__ import annotations

import json
from pathlib import Path


def floor(name: str, measure: str) -> float:
    """The least value that a measure may have. Lower one only with a reason in the commit."""
    return float(json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))[name][measure])
