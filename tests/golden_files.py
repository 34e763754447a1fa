"""Expected outputs, kept whole in tests/golden/ so that every change of them is read as a diff."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden"


def golden(name: str, text: str) -> str:
    """The expected text of this name; `make golden` first replaces it by the text given."""
    file = GOLDEN / name
    if os.environ.get("FACTCHECK_GOLDEN") == "rewrite":
        file.write_text(text, encoding="utf-8", newline="")
    return file.read_bytes().decode()
