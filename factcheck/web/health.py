"""Whether the service is alive and ready, and its counts for Prometheus."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from factcheck.claim_check import index_in_step
from factcheck.errors import FactcheckError
from factcheck.parts import Parts
from factcheck.payloads import Json, failure_payload, ok_payload
from factcheck.records import RelationInput
from factcheck.web.current import current_parts

logger = logging.getLogger(__name__)
bp = Blueprint("health", __name__)
REQUESTS = "factcheck-requests"
UNPROVEN = "factcheck-unproven"


class RequestCounter:
    """How many answers the service gave, by endpoint and status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, int]] = Counter()

    def count(self, response: Response) -> Response:
        """Counts one answer and hands it on."""
        with self._lock:
            self._answers[(request.endpoint or "none", response.status_code)] += 1
        return response

    def lines(self) -> list[str]:
        """The counts in the text form of Prometheus."""
        with self._lock:
            answers = sorted(self._answers.items())
        return [
            "# HELP factcheck_answers_total Answers given since the start, by endpoint and status.",
            "# TYPE factcheck_answers_total counter",
            *(
                f'factcheck_answers_total{{endpoint="{endpoint}",status="{status}"}} {count}'
                for (endpoint, status), count in answers
            ),
        ]


def unproven(parts: Parts) -> dict[str, Callable[[], object]]:
    """What has to work once before the service is ready: each model on one example."""
    example = RelationInput(text="The bridge is open.")
    return {
        "embedder": lambda: parts.embedder.embed([example.text]),
        "relation model": lambda: parts.relations.score([(example, example)]),
        "parser": lambda: parts.parser,
    }


def unready(parts: Parts, *, is_over: Callable[[], bool] = lambda: False) -> list[tuple[str, FactcheckError]]:
    """What keeps the service from answering, by name; models are tried until they have worked once.

    Once `is_over` says so nothing further is tried.
    """
    checks: dict[str, Callable[[], object]] = {
        "store": lambda: parts.store.counts(),
        "index": lambda: index_in_step(parts),
        **current_app.extensions[UNPROVEN],
    }
    failed = []
    for name, check in checks.items():
        if is_over():
            break
        try:
            check()
            current_app.extensions[UNPROVEN].pop(name, None)
        except FactcheckError as error:
            failed.append((name, error))
    return failed


def warm_up(app: Flask) -> Callable[[], None]:
    """Starts to load the models beside the running server, so that the first claim need not wait for them.

    Call what comes back before the process ends: it waits for the model at hand, and no further one is loaded. An
    interpreter that ends while torch is being imported can crash.
    """
    over = threading.Event()

    def load() -> None:
        with app.app_context():
            for name, error in unready(current_parts(), is_over=over.is_set):
                logger.warning("not ready: %s: %s %s", name, error, error.hint)

    thread = threading.Thread(target=load, name="warm-up")
    thread.start()

    def end() -> None:
        over.set()
        thread.join()

    return end


@bp.get("/healthz")
def healthz() -> Json:
    """Alive: the process answers."""
    return ok_payload(status="alive")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Ready: store, models and index can be used."""
    failed = unready(current_parts())
    if not failed:
        return jsonify(ok_payload(status="ready")), 200
    message = "; ".join(f"{name}: {error}" for name, error in failed)
    hint = next((error.hint for _, error in failed if error.hint), "")
    return jsonify(failure_payload(message, hint=hint, status=503)), 503


@bp.get("/metrics")
def metrics() -> Response:
    """Counts of the store and of answers given, as Prometheus reads them."""
    requests: RequestCounter = current_app.extensions[REQUESTS]
    lines = []
    for name, count in current_parts().store.counts().items():
        lines += [f"# TYPE factcheck_{name} gauge", f"factcheck_{name} {count}"]
    return Response("\n".join([*lines, *requests.lines(), ""]), mimetype="text/plain; version=0.0.4")
