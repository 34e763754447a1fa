"""The pages: each view reads the request, asks one use case or the store, and renders a template."""

from __future__ import annotations

from factcheck.web import pages_articles, pages_disputes, pages_origins, pages_queue, pages_reading
from factcheck.web.pages_base import bp

__all__ = ["bp", "pages_articles", "pages_disputes", "pages_origins", "pages_queue", "pages_reading"]
