"""Jobs: long work beside the server, with progress and cancel. The store says what there is, huey runs it."""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, cast

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from factcheck import pipeline
from factcheck.answers import Job, JobKind, JobState
from factcheck.claim_check import check_claim
from factcheck.errors import BadInput, FactcheckError, ScanInProgress, StoreUnusable
from factcheck.ingest import ingest
from factcheck.parts import Parts
from factcheck.payloads import Json, claim_check_payload, error_payload, ok_payload, run_payload
from factcheck.records import Article, LeftOut, RunSummary
from factcheck.store_rows import article_of, article_row

logger = logging.getLogger(__name__)

QUEUE_FILE = "jobs.db"
TASK = "run_job"
WORKERS = 2
"""One may be long at a scan while the other checks claims."""
LONGEST_NAP = 0.5
NOTED_EVERY = 0.25
"""Seconds between two notes of progress within one stage."""
ASKED_OF_CLAIM = ("text", "published_at", "limit")
MOST_EVIDENCE = 100
STOPPED = "the server was stopped before the job had ended"
STOPPED_HINT = "start it again: what it had finished is kept"


class Stopped(Exception):
    """Raised within a job to end it early: it was cancelled, or the server stops."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a job has to work on. A scan follows an ingest only where `scan` says so."""

    sources: tuple[Article | LeftOut, ...] = ()
    claims: tuple[dict[str, Any], ...] = ()
    scan: bool = False


def start(parts: Parts, kind: JobKind | str, wanted: Wanted | None = None, *, asked_by: str = "") -> Job:
    """Asks for long work, and gives the job at once. It runs where a server serves this index, now or later.

    Raises:
        BadInput: there is no such kind, or nothing to work on.
    """
    job = ask(parts, kind, wanted, asked_by=asked_by)
    enqueue(parts, job.job_id)
    return job


def ask(parts: Parts, kind: JobKind | str, wanted: Wanted | None = None, *, asked_by: str = "") -> Job:
    """Keeps a job without handing it to the workers yet, for a caller whose transaction has to end first.

    Raises:
        BadInput: there is no such kind, or nothing to work on.
    """
    wanted = wanted or Wanted()
    if kind not in tuple(JobKind):
        raise BadInput(f"there is no job of kind {kind!r}", hint=f"choose one of: {', '.join(JobKind)}")
    if kind == JobKind.INGEST and not wanted.sources:
        raise BadInput("an ingest job needs articles", hint="give at least one")
    if kind == JobKind.CHECK and not wanted.claims:
        raise BadInput("a check job needs claims", hint="give at least one")
    job = Job(job_id=secrets.token_hex(8), kind=JobKind(kind), created_at=parts.clock(), asked_by=asked_by)
    parts.store.add_job(job, _wanted_payload(wanted))
    return job


def enqueue(parts: Parts, job_id: str) -> None:
    """Hands a job that is kept already to the workers."""
    queue = _Queue(parts)
    queue.put(job_id)
    queue.close()


def job(parts: Parts, job_id: str) -> Job:
    """One job as it stands.

    Raises:
        NotFound: there is none with this id.
    """
    return parts.store.job(job_id)


def cancel(parts: Parts, job_id: str) -> Job:
    """Cancels a job, or asks a running one to stop at the next step; what it has finished is kept.

    Raises:
        NotFound: there is none with this id.
        Conflict: it has ended already.
    """
    return parts.store.ask_cancel(job_id, parts.clock())


class JobRunner:
    """The workers of a server. Only one server may serve an index: what counts as running at its start has died."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._queue = _Queue(parts, self._run)
        self._threads: list[threading.Thread] = []
        self._stop_workers: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Mark what died with an earlier server, take up what was queued, and work in threads of this process."""
        self._stopping.clear()
        store = self._parts.store
        store.interrupt_jobs(self._parts.clock(), STOPPED, STOPPED_HINT)
        self._queue.refill([job.job_id for job in reversed(store.jobs([JobState.QUEUED]))])
        self._threads, self._stop_workers = self._queue.workers()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the running jobs at their next step, mark them as interrupted, and wait until that is done."""
        self._stopping.set()
        self._stop_workers()
        for thread in self._threads:
            thread.join()
        self._queue.close()

    def _run(self, job_id: str) -> None:
        parts = self._parts
        if self._stopping.is_set() or not parts.store.begin_job(job_id, parts.clock()):
            return  # it stays queued for the next start, or was cancelled
        ended = _worked(parts, job_id, _Watch(parts, job_id, self._stopping))
        self._end(replace(ended, ended_at=parts.clock()))

    def _end(self, ended: Job) -> None:
        """Write what came of a job, again until the database can be written: hours of work may stand in it."""
        while True:
            try:
                return self._parts.store.end_job(ended)
            except StoreUnusable:
                if self._stopping.wait(LONGEST_NAP):
                    raise


def _worked(parts: Parts, job_id: str, watch: _Watch) -> Job:
    """The job after its work, however that ended."""
    try:
        wanted = _wanted_of(parts.store.wanted_of_job(job_id))
        result = _WORK[parts.store.job(job_id).kind](parts, wanted, watch)
    except Stopped:
        return _stopped(parts.store.job(job_id), watch)
    except FactcheckError as error:
        return _failed(parts.store.job(job_id), watch, str(error), error.hint)
    except Exception:
        logger.exception("unexpected error in job %s", job_id)
        return _failed(parts.store.job(job_id), watch, "something went wrong here", "the server's log says more")
    ended = replace(parts.store.job(job_id), result=result)
    return _stopped(ended, watch) if watch.was_seen else replace(ended, state=JobState.DONE)


def _failed(job: Job, watch: _Watch, error: str, hint: str) -> Job:
    return replace(job, state=JobState.FAILED, result=watch.finished or None, error=error, hint=hint)


def _stopped(job: Job, watch: _Watch) -> Job:
    if watch.is_cancelled:
        return replace(job, state=JobState.CANCELLED)
    return replace(job, state=JobState.INTERRUPTED, error=STOPPED, hint=STOPPED_HINT)


@dataclass
class _Watch:
    """What a job is told to report to, and asks whether to go on."""

    parts: Parts
    job_id: str
    stopping: threading.Event
    is_cancelled: bool = False
    was_seen: bool = False
    """Whether the job ended early of itself, because it was asked to."""
    finished: Json = field(default_factory=dict)
    """The result as far as it came: what is kept of a job that fails."""
    _stage: str = ""
    _noted: float = field(default=0.0)

    def note(self, stage: str, done: int, total: int) -> None:
        """Keeps how far the job is, not more often than somebody can read, and whether it was cancelled."""
        now = time.monotonic()
        self.is_cancelled = self.parts.store.is_cancel_asked(self.job_id)
        is_news = stage != self._stage or now - self._noted >= NOTED_EVERY or 0 < total <= done
        if is_news or self.should_end:
            self._stage, self._noted = stage, now
            with suppress(StoreUnusable):  # somebody else holds the database; the next note may come through
                self.parts.store.note_progress(self.job_id, stage, done, total)

    def report(self, stage: str, done: int, total: int) -> None:
        """The same, and ends the job where it should end.

        Raises:
            Stopped: it should.
        """
        self.note(stage, done, total)
        if self.should_end:
            raise Stopped

    @property
    def should_end(self) -> bool:
        """Whether the job was cancelled or the server stops."""
        return self.is_cancelled or self.stopping.is_set()

    def until_end(self, sources: Iterable[Article | LeftOut]) -> Iterator[Article | LeftOut]:
        """The sources up to where the job should end: an ingest then goes on to make findable what it took in."""
        for source in sources:
            self.is_cancelled = self.parts.store.is_cancel_asked(self.job_id)
            if self.should_end:
                self.was_seen = True
                return
            yield source

    def in_turn(self, write: Callable[[], RunSummary]) -> Json:
        """What a run did, once no other ingest or scan is at work on this index.

        Raises:
            Stopped: the job should end.
        """
        while True:
            try:
                return run_payload(write())
            except ScanInProgress:
                self._noted = 0.0
                self.report("wait", 0, 0)
                time.sleep(NOTED_EVERY)


def _scan(parts: Parts, wanted: Wanted, watch: _Watch) -> Json:
    return {"scan": watch.in_turn(lambda: pipeline.scan(parts, watch.report))}


def _ingest(parts: Parts, wanted: Wanted, watch: _Watch) -> Json:
    result = watch.finished
    result["ingest"] = watch.in_turn(lambda: ingest(parts, watch.until_end(wanted.sources), watch.note))
    if wanted.scan and not watch.was_seen:
        try:
            result |= _scan(parts, wanted, watch)
        except Stopped:
            watch.was_seen = True
    return result


def _reindex(parts: Parts, wanted: Wanted, watch: _Watch) -> Json:
    return {"reindex": watch.in_turn(lambda: pipeline.reindex(parts, watch.report))}


def _check(parts: Parts, wanted: Wanted, watch: _Watch) -> Json:
    results: list[Json] = []
    for asked in wanted.claims:
        results.append(checked_claim(parts, asked))
        watch.finished["results"] = results
        watch.note("check", len(results), len(wanted.claims))
        if watch.should_end and len(results) < len(wanted.claims):
            watch.was_seen = True
            break
    return {"results": results}


def checked_claim(parts: Parts, asked: dict[str, Any]) -> Json:
    """The answer about one claim of several; where it cannot be used, what is wrong with it instead.

    `asked` has a text, and may have published_at and limit.
    """
    try:
        if unknown := sorted(set(asked) - set(ASKED_OF_CLAIM)):
            raise BadInput(f"a claim has no {unknown[0]!r:.60}", hint=f"give {', '.join(ASKED_OF_CLAIM)}")
        limit = asked.get("limit", MOST_EVIDENCE)
        if type(limit) is not int or not 1 <= limit <= MOST_EVIDENCE:
            raise BadInput(f"limit {limit!r:.60} is no number from 1 to {MOST_EVIDENCE}")
        found = check_claim(parts, asked.get("text", ""), asked.get("published_at"), limit=limit)
    except BadInput as error:
        return error_payload(error)
    return ok_payload(**claim_check_payload(found))


_WORK: dict[JobKind, Callable[[Parts, Wanted, _Watch], Json]] = {
    JobKind.SCAN: _scan,
    JobKind.INGEST: _ingest,
    JobKind.REINDEX: _reindex,
    JobKind.CHECK: _check,
}


def _wanted_payload(wanted: Wanted) -> Json:
    def plain(source: Article | LeftOut) -> Json:
        if isinstance(source, Article):
            return {"article": article_row(source)}
        return {"what": source.what, "reason": source.reason}

    return {"sources": [plain(one) for one in wanted.sources], "claims": list(wanted.claims), "scan": wanted.scan}


def _wanted_of(payload: Json) -> Wanted:
    return Wanted(
        sources=tuple(
            article_of(one["article"]) if "article" in one else LeftOut(what=one["what"], reason=one["reason"])
            for one in payload["sources"]
        ),
        claims=tuple(payload["claims"]),
        scan=payload["scan"],
    )


class _JsonSerializer(Serializer):  # type: ignore[misc]
    """Huey's messages as JSON: the default, pickle, would run whatever somebody wrote into the file."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data) if isinstance(data, Message) else data).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


class _Queue:
    """The queue of an index in a file of its own, so that waiting for work never locks the store."""

    def __init__(self, parts: Parts, run: Callable[[str], None] = lambda job_id: None) -> None:
        self._huey = SqliteHuey(
            TASK,
            filename=str(parts.settings.index / QUEUE_FILE),
            results=False,
            serializer=_JsonSerializer(),
        )
        self._task = self._huey.task(name=TASK)(run)

    def put(self, job_id: str) -> None:
        """Hand a job to the workers."""
        self._task(job_id)

    def refill(self, job_ids: Sequence[str]) -> None:
        """Make these the jobs that wait, in this order."""
        self._huey.storage.flush_queue()
        for job_id in job_ids:
            self.put(job_id)

    def workers(self) -> tuple[list[threading.Thread], Callable[[], None]]:
        """Threads that work off the queue, not started yet, and what tells them to end."""
        # started one by one: the consumer's own start would take over the process's signals
        consumer = self._huey.create_consumer(workers=WORKERS, periodic=False, max_delay=LONGEST_NAP)
        threads = [cast(threading.Thread, thread) for _, thread in consumer.worker_threads]
        return threads, consumer.stop_flag.set

    def close(self) -> None:
        """Close the file."""
        self._huey.storage.close()
