"""Every error that factcheck raises on purpose.

FactcheckError
├── BadInput              exit 2, HTTP 400   something the user gave cannot be used
│   ├── BadArticle                           a file, line or object that is no readable article
│   ├── BadClaim                             a submitted claim that is empty, too long or not text
│   └── BadSetting                           a setting outside its limits
├── NotFound              exit 3, HTTP 404   no article, claim, finding or dispute has this id
├── Conflict              exit 4, HTTP 409   the request clashes with what is going on
│   └── ScanInProgress                       another scan or ingest is writing to this index
├── IndexUnusable         exit 5, HTTP 503   the files in index/ cannot be used as they are
│   ├── IndexMissing                         no vectors yet, or the file was deleted
│   ├── IndexOutOfStep                       index and database hold different claims
│   └── IndexOfOtherModel                    the vectors come from another embedder
├── StoreUnusable         exit 6, HTTP 503   the database cannot be read or written
└── ModelUnusable         exit 7, HTTP 503   weights are missing, changed, or have other labels
"""

from __future__ import annotations


class FactcheckError(Exception):
    """A failure that a person can act on: what happened, and the next thing to do."""

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class BadInput(FactcheckError):
    """Something the user gave cannot be used."""

    exit_code = 2
    http_status = 400


class BadArticle(BadInput):
    """A file, line or object that is no readable article."""


class BadClaim(BadInput):
    """A submitted claim that is empty, too long or not text."""


class BadSetting(BadInput):
    """A setting outside its limits."""


class NotFound(FactcheckError):
    """No article, claim, finding or dispute has this id."""

    exit_code = 3
    http_status = 404


class Conflict(FactcheckError):
    """The request clashes with what is going on."""

    exit_code = 4
    http_status = 409


class ScanInProgress(Conflict):
    """Another scan or ingest is writing to this index."""


class IndexUnusable(FactcheckError):
    """The files in the index folder cannot be used as they are."""

    exit_code = 5
    http_status = 503


class IndexMissing(IndexUnusable):
    """There are no vectors yet, or their file was deleted."""


class IndexOutOfStep(IndexUnusable):
    """Index and database hold different claims."""


class IndexOfOtherModel(IndexUnusable):
    """The vectors in the index come from another embedder."""


class StoreUnusable(FactcheckError):
    """The database cannot be read or written."""

    exit_code = 6
    http_status = 503


class ModelUnusable(FactcheckError):
    """Model weights are missing, changed, or have other labels than expected."""

    exit_code = 7
    http_status = 503
