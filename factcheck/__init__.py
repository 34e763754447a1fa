"""Finds claims of different news articles that disagree about the same event, with exact provenance."""

__version__ = "0.1.0"
