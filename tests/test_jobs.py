"""Jobs: long work with progress and cancel, that survives what happens to the server."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest

from factcheck import jobs, store_file
from factcheck.answers import Job, JobKind, JobState
from factcheck.errors import BadInput, Conflict, ModelUnusable, NotFound
from factcheck.ingest import ingest
from factcheck.parts import Parts, write_lock
from factcheck.pipeline import SCORED_AT_ONCE
from factcheck.records import LeftOut, RelationInput, RelationScores
from factcheck.store import Store
from tests.fakes import RuleRelationModel, line_claims, make_article

Found = TypeVar("Found")
FLOOD = "Twelve people died when the dam of Orlo broke. The bridge was closed."


class SlowRelations(RuleRelationModel):
    """The rules, but each batch after the first waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = 0
        self.started, self.go = threading.Event(), threading.Event()

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Scores by the rules, when allowed."""
        self.batches += 1
        if self.batches > 1:
            self.started.set()
            assert self.go.wait(30)
        return super().score(pairs)


@contextmanager
def working(parts: Parts) -> Iterator[jobs.JobRunner]:
    """A runner over these parts while the context lasts."""
    runner = jobs.JobRunner(parts)
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def ended(parts: Parts, job: Job) -> Job:
    """The job once it has ended."""
    return eventually(lambda: found if (found := jobs.job(parts, job.job_id)).is_over else None)


def eventually(look: Callable[[], Found | None]) -> Found:
    """What looking gives, as soon as it gives something."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about within two minutes")


def many_pairs(parts: Parts) -> SlowRelations:
    """Articles with more pairs than are scored at once, and the model that scores them slowly."""
    words = ["dam", "bridge", "road", "tower", "harbour", "school", "clinic", "market", "church", "temple"]
    for name in ("alpha", "bravo", "charlie", "delta"):
        lines = [f"The old {word} near Orlo was closed by police on Friday, said {name}." for word in words]
        article = make_article("\n".join(lines), name)
        parts.store.save_article(article, line_claims(article))
    parts.store.set_origins({})  # so like each other, they would be taken for copies of one text
    return SlowRelations()


def test_an_ingest_job_takes_articles_in_and_scans_them(parts: Parts) -> None:
    """Its result holds what both runs did, and what was left out with its reason."""
    sources = (make_article(FLOOD, "alpha"), make_article(FLOOD.replace("Twelve", "15"), "bravo"))
    wanted = jobs.Wanted(sources=(*sources, LeftOut(what="x.pdf", reason="is no text")), scan=True)
    with working(parts):
        job = ended(parts, jobs.start(parts, "ingest", wanted, asked_by="ana"))
    assert (job.state, job.kind, job.asked_by, job.error) == (JobState.DONE, JobKind.INGEST, "ana", "")
    assert job.result is not None
    assert job.result["ingest"]["funnel"]["added"] == 2
    assert job.result["ingest"]["funnel"]["left_out"] == [{"what": "x.pdf", "reason": "is no text"}]
    assert job.result["scan"]["funnel"]["articles"] == 2
    assert [article.article_id for article in parts.store.articles()] == sorted(one.article_id for one in sources)
    assert parts.store.wanted_of_job(job.job_id) == {}


def test_what_came_of_a_job_waits_for_a_database_that_is_held(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hours of work are not lost because somebody else wrote for too long."""
    monkeypatch.setattr(store_file, "BUSY_SECONDS", 0.1)
    ingest(parts, [make_article(FLOOD)])
    begun, held = threading.Event(), threading.Event()

    class Held(RuleRelationModel):
        def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
            begun.set()
            assert held.wait(30)
            return super().score(pairs)

    store = Store.open(parts.settings.index / "factcheck.db")
    parts = replace(parts, open_store=lambda: store, load_relations=Held)
    with working(parts):
        job = jobs.start(parts, "check", jobs.Wanted(claims=({"text": "The bridge was not closed."},)))
        assert begun.wait(30)
        other = sqlite3.connect(parts.settings.index / "factcheck.db")
        other.execute("BEGIN IMMEDIATE")
        held.set()
        time.sleep(1)
        other.rollback()
        assert ended(parts, job).state is JobState.DONE
    other.close()
    store.close()


def test_a_check_job_answers_each_claim(parts: Parts) -> None:
    """A claim that cannot be used has its error; the others have their evidence."""
    ingest(parts, [make_article(FLOOD)])
    wanted = jobs.Wanted(claims=({"text": "The bridge was not closed."}, {"text": " "}))
    with working(parts):
        job = ended(parts, jobs.start(parts, "check", wanted))
    assert job.result is not None
    [checked, refused] = job.result["results"]
    assert checked["evidence"][0]["relation"] == "conflict"
    assert (refused["ok"], refused["status"], refused["error"]) == (False, 400, "the claim is empty")
    assert (job.stage, job.done, job.total) == ("check", 2, 2)


@pytest.mark.parametrize("error", [ModelUnusable("no weights", hint="get them"), RuntimeError("no weights")])
def test_a_job_that_fails_keeps_what_it_had_finished(parts: Parts, error: Exception) -> None:
    """What went in and was left out where the scan after it fails, and the claims that were checked before."""

    class Failing(RuleRelationModel):
        def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
            if any("bridge" in one.text for pair in pairs for one in pair):
                raise error
            return super().score(pairs)

    parts = replace(parts, load_relations=Failing)
    sources = (make_article(FLOOD, "alpha"), make_article("Police said that no bridge was closed near Orlo.", "bravo"))
    asked = tuple({"text": text} for text in ("Twelve people died.", "The bridge was not closed.", "It rained."))
    with working(parts):
        scanned = ended(parts, jobs.start(parts, "ingest", jobs.Wanted(sources=sources, scan=True)))
        checked = ended(parts, jobs.start(parts, "check", jobs.Wanted(claims=asked)))
    assert (scanned.state, checked.state) == (JobState.FAILED, JobState.FAILED)
    assert scanned.error == checked.error != ""
    assert scanned.result is not None
    assert checked.result is not None
    assert list(scanned.result) == ["ingest"]
    assert scanned.result["ingest"]["funnel"]["added"] == 2
    assert [one["claim"]["text"] for one in checked.result["results"]] == ["Twelve people died."]


def test_a_list_of_jobs_leaves_their_results_out(parts: Parts) -> None:
    """What came of two thousand claims is read for the one job that is asked for."""
    wanted = jobs.Wanted(claims=({"text": " "},))
    with working(parts):
        job = ended(parts, jobs.start(parts, "check", wanted))
    assert job.result is not None
    assert parts.store.jobs() == parts.store.jobs([JobState.DONE]) == [replace(job, result=None)]


def test_a_cancelled_scan_keeps_what_it_has_scored(parts: Parts) -> None:
    """The pairs of the batches that were done need not be scored again."""
    model = many_pairs(parts)
    parts = replace(parts, load_relations=lambda: model)
    with working(parts):
        job = jobs.start(parts, "scan")
        assert model.started.wait(30)
        running = jobs.cancel(parts, job.job_id)
        model.go.set()
        job = ended(parts, job)
    assert (running.state, running.is_cancel_asked) == (JobState.RUNNING, True)
    assert (job.state, job.stage) == (JobState.CANCELLED, "score")
    assert parts.store.number("SELECT count(*) FROM scores") == 2 * SCORED_AT_ONCE
    assert job.done == 2 * SCORED_AT_ONCE < job.total
    with pytest.raises(Conflict, match="cancelled already"):
        jobs.cancel(parts, job.job_id)


def test_a_queued_job_is_cancelled_at_once(parts: Parts) -> None:
    """It never runs."""
    job = jobs.start(parts, "scan")
    assert jobs.cancel(parts, job.job_id).state is JobState.CANCELLED
    with working(parts):
        other = ended(parts, jobs.start(parts, "scan"))
    assert other.state is JobState.DONE
    assert jobs.job(parts, job.job_id).started_at is None


def test_a_job_that_died_with_its_server_is_marked_at_the_next_start(parts: Parts) -> None:
    """What was queued runs then, in its order; what was running is interrupted and says what to do."""
    died, waiting = (jobs.start(parts, "scan") for _ in range(2))
    assert parts.store.begin_job(died.job_id, parts.clock())  # and then the process is gone
    with working(parts):
        assert ended(parts, waiting).state is JobState.DONE
    job = jobs.job(parts, died.job_id)
    assert (job.state, job.error, job.hint) == (JobState.INTERRUPTED, jobs.STOPPED, jobs.STOPPED_HINT)
    assert job.ended_at is not None


def test_a_server_that_stops_interrupts_its_job(parts: Parts) -> None:
    """Stopping waits for the step, not for the job."""
    model = many_pairs(parts)
    parts = replace(parts, load_relations=lambda: model)
    with working(parts) as runner:
        job = jobs.start(parts, "scan")
        assert model.started.wait(30)
        stopping = threading.Thread(target=runner.stop)
        stopping.start()
        model.go.set()
        stopping.join(30)
    assert jobs.job(parts, job.job_id).state is JobState.INTERRUPTED


def test_a_job_waits_for_its_turn_to_write(parts: Parts) -> None:
    """While another process writes, the job says that it waits; it can be cancelled meanwhile."""
    with working(parts), write_lock(parts):
        first, second = (jobs.start(parts, kind) for kind in ("scan", "reindex"))
        eventually(lambda: jobs.job(parts, first.job_id).stage == "wait" or None)
        jobs.cancel(parts, second.job_id)
        assert ended(parts, second).state is JobState.CANCELLED
        assert jobs.job(parts, first.job_id).state is JobState.RUNNING
        jobs.cancel(parts, first.job_id)
        assert ended(parts, first).state is JobState.CANCELLED


def test_a_job_that_fails_says_why(parts: Parts) -> None:
    """One of our own errors is told with its hint, another one only in the log."""
    ingest(parts, [make_article(FLOOD)])

    def broken() -> object:
        raise RuntimeError("secret detail")

    with working(replace(parts, load_embedder=broken)):  # type: ignore[arg-type]
        job = ended(parts, jobs.start(parts, "reindex"))
    assert (job.state, job.error) == (JobState.FAILED, "something went wrong here")


@pytest.mark.parametrize(
    ("kind", "named"), [("dance", "no job of kind 'dance'"), ("ingest", "articles"), ("check", "claims")]
)
def test_a_job_with_nothing_to_do_is_refused(parts: Parts, kind: str, named: str) -> None:
    """The error names what is missing, and no job is kept."""
    with pytest.raises(BadInput, match=named):
        jobs.start(parts, kind)
    assert parts.store.jobs() == []


def test_an_unknown_job_is_not_found(parts: Parts) -> None:
    """Neither looked up nor cancelled."""
    with pytest.raises(NotFound, match="'none'"):
        jobs.job(parts, "none")
    with pytest.raises(NotFound, match="'none'"):
        jobs.cancel(parts, "none")


def test_what_is_in_the_queue_file_is_never_run_as_code(parts: Parts) -> None:
    """The messages are JSON: a pickle written into the file is passed over, and the next job still runs."""
    waiting = jobs.start(parts, "scan")
    queue = jobs._Queue(parts)
    queue._huey.storage.enqueue(
        b"\x80\x04\x95\x17\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94."
    )
    queue.close()
    with working(parts):
        assert ended(parts, waiting).state is JobState.DONE
