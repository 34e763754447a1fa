"""The five seed articles, scanned once with the real models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.config import load_settings
from factcheck.ingest import ingest
from factcheck.loaders import load
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.wiring import build_parts

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def scanned_seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Parts over an index that holds the seeds, scanned at the sensitive operating point, as `make demo` does."""
    settings = load_settings(index=tmp_path_factory.mktemp("seeds") / "index", operating_point="sensitive")
    parts = build_parts(settings)
    ingest(parts, load([SEEDS], settings, parts.clock))
    scan(parts)
    yield parts
    parts.store.close()
