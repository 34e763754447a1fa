"""The command line: reads arguments, calls one use case, prints what it gives."""

from factcheck.cli import measure, upkeep
from factcheck.cli.commands import main

__all__ = ["main", "measure", "upkeep"]
