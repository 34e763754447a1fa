"""Files that come in by a form and reports that go out as files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response
from werkzeug.datastructures import FileStorage

from factcheck.loaders import load
from factcheck.parts import Parts
from factcheck.records import Article, LeftOut
from factcheck.reporting import report_data
from factcheck.reports import MEDIA_TYPES, render
from factcheck.review import FORMS, export_as
from factcheck.store import FindingFilter
from factcheck.web.security import REPORT_POLICY

MOST_NAME_BYTES = 240
"""File systems take 255 bytes, however few letters they are."""


def uploaded_articles(files: Sequence[FileStorage], parts: Parts) -> Iterator[Article | LeftOut]:
    """Every article in uploaded files, read as the command line reads them; what is none comes with its reason."""
    with TemporaryDirectory(prefix="factcheck-") as folder:
        paths = []
        for number, file in enumerate(files):
            path = Path(folder, str(number), _plain_name(file.filename))
            path.parent.mkdir()
            file.save(path)
            paths.append(path)
        for loaded in load(paths, parts.settings, parts.clock, by_path=False):
            yield _by_its_own_name(loaded, folder) if isinstance(loaded, LeftOut) else loaded


def report_file(parts: Parts, format: str, shown: FindingFilter | None = None) -> Response:
    """The report, whole or by a filter, as a file of one of the formats of the renderers."""
    data = report_data(parts, shown)
    response = Response(render(data, format), content_type=f"{MEDIA_TYPES[format]}; charset=utf-8")
    if format == "html":
        response.headers["Content-Security-Policy"] = REPORT_POLICY
    elif format != "json":
        name = f"factcheck-{data.generated_at:%Y-%m-%d}.{format}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def decision_file(parts: Parts, form: str) -> Response:
    """The decisions as a file of one of the forms of `review`."""
    name = f"factcheck-decisions-{parts.clock():%Y-%m-%d}.{FORMS[form].suffix}"
    response = Response(export_as(parts, form), content_type=f"{FORMS[form].mimetype}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _by_its_own_name(left_out: LeftOut, folder: str) -> LeftOut:
    """The same without the folder and the number that the upload had for a moment."""
    what = left_out.what.removeprefix(folder).lstrip("/\\")
    return LeftOut(what=re.sub(r"^\d+[/\\]", "", what), reason=left_out.reason)


def _plain_name(name: str | None) -> str:
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(character for character in last if character.isprintable())
    kept = printable.encode()[-MOST_NAME_BYTES:].decode(errors="ignore")
    return kept if kept.strip(".") else "upload.txt"
