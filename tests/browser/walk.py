"""What the browser tests share: Chromium, a window, and the small things a reviewer does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 90_000
"""Milliseconds to wait for what should be there at once: the machine may be busy with other things."""
LONG_PATIENCE = 900_000
"""The same for long work, which loads a parser."""
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}; set CHROMIUM to its path"),
]


def sign(page: Any, name: str) -> None:
    """Gives the name that decisions are made under, and leaves the field."""
    page.get_by_label("Your name").fill(name)
    page.keyboard.press("Escape")


def barriers(page: Any) -> list[str]:
    """What axe finds on the page as it is shown, and whether it is wider than the window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in axe.run(page).response["violations"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + ["too wide"] * too_wide
