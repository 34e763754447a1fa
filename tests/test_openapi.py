"""The OpenAPI document is true: schemathesis asks a real server all that the document allows and forbids."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web_server import running, sample_parts

HERE = Path(__file__).parent
EXAMPLES = 2
"""Of each call, beside the values at the limits of its fields, which schemathesis works out."""


@pytest.mark.timeout(900)
def test_every_call_behaves_as_its_document_says(tmp_path: Path) -> None:
    """Status, type, headers and shape of each answer are documented; what the document forbids is refused."""
    with running(sample_parts(tmp_path / "index")) as site:
        assert site.parts.parser is not None  # loaded now, so that no answer has to wait for it
        command = [Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml", "run"]
        options = ["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", 1, "--no-color"]
        run = subprocess.run(
            list(map(str, [*command, f"{site.address}/openapi.json", *options])),
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks", "PYTHONPATH": str(HERE.parent)},
        )
    assert run.returncode == 0, run.stdout[-8_000:] + run.stderr[-2_000:]
    [(asked, passed)] = re.findall(r"(\d+) generated, (\d+) passed", run.stdout)
    assert passed == asked
    assert "Tested: 42" in run.stdout
