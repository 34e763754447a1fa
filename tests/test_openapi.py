"""The OpenAPI document is true: schemathesis asks a real server all that the document allows and forbids."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from factcheck import people
from factcheck.people import Actor
from tests.web_server import Site, running, sample_parts

HERE = Path(__file__).parent
EXAMPLES = 2
"""Of each call, beside the values at the limits of its fields, which schemathesis works out."""
OPERATIONS = 47
ROOT = Actor(who="root", address="here")


def asked(
    site: Site, folder: Path, *options: object, config: Path = HERE / "schemathesis.toml", spared: str = ""
) -> str:
    """What schemathesis tells of a server that it found nothing wrong with."""
    assert site.parts.parser is not None  # loaded now, so that no answer has to wait for it
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", config, "run"]
    fixed = ["--max-examples", EXAMPLES, "--seed", 1, "--no-color"]
    run = subprocess.run(
        list(map(str, [*command, f"{site.address}/openapi.json", *options, *fixed])),
        capture_output=True,
        text=True,
        check=False,
        timeout=840,
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.schemathesis_hooks", "PYTHONPATH": str(HERE.parent)}
        | {"SCHEMATHESIS_SPARED": spared},
    )
    assert run.returncode == 0, run.stdout[-8_000:] + run.stderr[-2_000:]
    [(generated, passed)] = re.findall(r"(\d+) generated, (\d+) passed", run.stdout)
    assert passed == generated
    return run.stdout


@pytest.mark.timeout(900)
def test_every_call_behaves_as_its_document_says(tmp_path: Path) -> None:
    """Status, type, headers and shape of each answer are documented; what the document forbids is refused."""
    with running(sample_parts(tmp_path / "index")) as site:
        told = asked(site, tmp_path, "--phases", "examples,coverage,fuzzing")
    assert f"Tested: {OPERATIONS}" in told


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("role", "phases"), [("admin", "examples,fuzzing"), ("reader", "fuzzing")])
def test_every_call_behaves_so_where_people_log_in(tmp_path: Path, role: str, phases: str) -> None:
    """The same with accounts and a key: an admin's, and a reader's, who is refused what is not for readers."""
    parts = sample_parts(tmp_path / "index", rate_limit=0, write_rate_limit=0)
    for name, own in (("Ana", "admin"), ("Rex", role)):
        people.add_account(parts, ROOT, name, own, "correct horse battery")
    key, secret = people.add_key(parts, ROOT, "Rex")
    config = tmp_path / "schemathesis.toml"
    config.write_text((HERE / config.name).read_text().replace('"2xx"', '"2xx", "403"'))
    with running(parts) as site:
        header = ("--header", f"Authorization: Bearer {secret}")
        told = asked(site, tmp_path, "--phases", phases, *header, config=config, spared=f"Rex {key.prefix}")
        assert f"Tested: {OPERATIONS}" in told
        assert site.get("/api/v1/me", Authorization=f"Bearer {secret}").json["role"] == role
