"""The documentation names everything that there is."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from factcheck.cli import main
from factcheck.config import Settings
from factcheck.errors import FactcheckError

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> dict[str, click.Command]:
    """Every command by the words that call it."""
    found = {}
    for name, command in main.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        found[name] = command
        found |= {f"{name} {one}": each for one, each in inner.items()}
    return found


def error_classes(base: type[FactcheckError] = FactcheckError) -> set[type[FactcheckError]]:
    """The whole tree of errors."""
    return {base}.union(*(error_classes(child) for child in base.__subclasses__()))


@pytest.mark.parametrize("name", commands())
def test_every_command_is_in_the_readme(name):
    """The README names each command."""
    assert f"`{name}" in README


@pytest.mark.parametrize("name", commands())
def test_every_command_and_option_has_help(name):
    """Each command starts its help with a short sentence, and each option says what it does."""
    command = commands()[name]
    first_line = (command.help or "").splitlines()[0]
    assert 10 < len(first_line) < 60
    assert first_line.endswith(".")
    options = [one for one in command.params if isinstance(one, click.Option) and one.name != "help"]
    assert [one.name for one in options if not one.help] == []


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme_with_its_default(name):
    """The README lists each setting under its variable; `factcheck settings` describes it."""
    field = Settings.model_fields[name]
    [row] = [line for line in README.splitlines() if line.startswith(f"| `FACTCHECK_{name.upper()}` |")]
    assert field.description
    assert name == "cache" or f"| `{field.default}` |" in row


def test_every_exit_code_is_in_the_readme():
    """The README explains each exit code of the error tree."""
    rows = {line.split("|")[1].strip() for line in README.splitlines() if line.startswith("| ") and "|" in line[2:]}
    assert {str(error.exit_code) for error in error_classes()} <= rows


def test_every_make_target_has_help():
    """`make help` lists each target."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    [phony] = [line for line in lines if line.startswith(".PHONY:")]
    described = {line.split(":")[0] for line in lines if ": " in line and "## " in line and line[0].isalpha()}
    assert set(phony.split()[1:]) == described
