"""The command line: reads arguments, calls one use case, prints what it gives."""

from factcheck.cli import measure, people, review, upkeep
from factcheck.cli.commands import main

__all__ = ["main", "measure", "people", "review", "upkeep"]
