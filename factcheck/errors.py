"""Every error that factcheck raises on purpose.

FactcheckError
├── BadInput              exit 2, HTTP 400   something the user gave cannot be used
│   ├── BadArticle                           a file, line or object that is no readable article
│   ├── BadClaim                             a submitted claim that is empty, too long or not text
│   ├── BadSetting                           a setting outside its limits
│   └── KeyReused               HTTP 422     an idempotency key that came with another request before
├── NotFound              exit 3, HTTP 404   no article, claim, finding, dispute or job has this id
├── Conflict              exit 4, HTTP 409   the request clashes with what is there: a write, a name, an only admin
│   ├── ScanInProgress                       another scan or ingest is writing to this index
│   ├── StillAnswering                       the first request with this idempotency key is not answered yet
│   └── ChangedMeanwhile        HTTP 412     what the request was made for reads differently by now
├── IndexUnusable         exit 5, HTTP 503   the files in index/ cannot be used as they are
│   ├── IndexMissing                         no vectors yet, or the file was deleted
│   ├── IndexOutOfStep                       index and database hold different claims
│   └── IndexOfOtherModel                    the vectors come from another embedder
├── StoreUnusable         exit 6, HTTP 503   the database cannot be read or written
├── ModelUnusable         exit 7, HTTP 503   weights are missing, changed, or have other labels
├── NotAllowed            exit 8, HTTP 403   this account or key may not do that
│   └── LoginNeeded             HTTP 401     nobody said who they are, or not convincingly
├── TooManyRequests       exit 9, HTTP 429   more in a while than the settings allow
├── Busy                  exit 10, HTTP 503  so many claims wait for the models that another one would wait too long
└── ServiceFailed         exit 11            a factcheck server refused a call of the client, or cannot be reached
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


class KeyReused(BadInput):
    """An idempotency key that came with another request before."""

    http_status = 422


class NotFound(FactcheckError):
    """No article, claim, finding, dispute or job has this id."""

    exit_code = 3
    http_status = 404


class Conflict(FactcheckError):
    """The request clashes with what is going on."""

    exit_code = 4
    http_status = 409


class ScanInProgress(Conflict):
    """Another scan or ingest is writing to this index."""


class StillAnswering(Conflict):
    """The first request with this idempotency key is not answered yet; try again after `retry_after` seconds."""

    retry_after = 2


class ChangedMeanwhile(Conflict):
    """What the request was made for reads differently by now."""

    http_status = 412


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


class NotAllowed(FactcheckError):
    """This account or key may not do that."""

    exit_code = 8
    http_status = 403


class LoginNeeded(NotAllowed):
    """Nobody said who they are, or not convincingly."""

    http_status = 401


class TooManyRequests(FactcheckError):
    """More in a while than the settings allow; `retry_after` says in how many seconds to try again."""

    exit_code = 9
    http_status = 429

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class Busy(FactcheckError):
    """So many claims wait for the models that one more would wait too long; try again after `retry_after` seconds."""

    exit_code = 10
    http_status = 503

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class ServiceFailed(FactcheckError):
    """A factcheck server refused a call of the client, or cannot be reached; then `http_status` is 0.

    `kind` is the last part of the problem type that the server named, such as "bad-claim".
    """

    exit_code = 11

    def __init__(self, message: str, *, hint: str = "", status: int = 0, kind: str = "") -> None:
        super().__init__(message, hint=hint)
        self.http_status = status
        self.kind = kind
