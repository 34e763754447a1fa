"""Jobs in the store: long work that was asked for, how far it is, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from factcheck.answers import Job, JobKind, JobState
from factcheck.errors import Conflict, NotFound
from factcheck.store_file import StoreFile
from factcheck.store_rows import Row, as_json

_COLUMNS = (
    "number, job_id, kind, state, asked_by, stage, done, total, created_at, started_at, ended_at, error, hint,"
    " cancel_asked"
)
_OPEN = "state IN ('queued', 'running')"


class JobStore(StoreFile):
    """Jobs. What a job has to work on is kept apart from it, until it has ended."""

    def add_job(self, job: Job, wanted: dict[str, Any]) -> None:
        """Keep a new job and what it has to work on."""
        with self.writing() as db:
            db.table("jobs").insert(_job_row(job))
            db.table("job_inputs").insert({"job_id": job.job_id, "wanted": as_json(wanted)})

    def job(self, job_id: str) -> Job:
        """One job.

        Raises:
            NotFound: there is none with this id.
        """
        found = self.rows(f"SELECT {_COLUMNS}, result FROM jobs WHERE job_id = ?", [job_id])
        if not found:
            raise NotFound(f"there is no job {job_id!r}", hint="GET /api/v1/jobs lists the latest")
        return _job_of(found[0])

    def jobs(self, states: Sequence[JobState] = ()) -> list[Job]:
        """Every job, or those in these states, latest first; without their results, which may be long."""
        where = "WHERE state IN (SELECT value FROM json_each(?))" if states else ""
        listed = f"SELECT {_COLUMNS}, NULL AS result FROM jobs {where} ORDER BY number DESC"
        return [_job_of(row) for row in self.rows(listed, [json.dumps(list(states))] if states else [])]

    def wanted_of_job(self, job_id: str) -> dict[str, Any]:
        """What a job that has not ended has to work on."""
        rows = self.rows("SELECT wanted FROM job_inputs WHERE job_id = ?", [job_id])
        wanted: dict[str, Any] = json.loads(rows[0]["wanted"]) if rows else {}
        return wanted

    def begin_job(self, job_id: str, at: datetime) -> bool:
        """Note that a queued job runs now; False if it is no longer queued."""
        with self.writing() as db:
            began = db.execute(
                "UPDATE jobs SET state = 'running', started_at = ? WHERE job_id = ? AND state = 'queued'",
                [at.isoformat(), job_id],
            )
        return bool(began.rowcount)

    def note_progress(self, job_id: str, stage: str, done: int, total: int) -> None:
        """Note how far a running job is."""
        with self.writing() as db:
            db.execute("UPDATE jobs SET stage = ?, done = ?, total = ? WHERE job_id = ?", [stage, done, total, job_id])

    def is_cancel_asked(self, job_id: str) -> bool:
        """Whether somebody asked to cancel this job."""
        return bool(self.number("SELECT cancel_asked FROM jobs WHERE job_id = ?", [job_id]))

    def end_job(self, ended: Job) -> None:
        """Keep how a job ended; what it worked on is forgotten."""
        with self.writing() as db:
            db.table("jobs").upsert(_job_row(ended), pk="job_id")
            db.execute("DELETE FROM job_inputs WHERE job_id = ?", [ended.job_id])

    def ask_cancel(self, job_id: str, at: datetime) -> Job:
        """Cancel a queued job, or ask a running one to stop; gives it as it is then.

        Raises:
            NotFound: there is no such job.
            Conflict: it has ended already.
        """
        with self.writing() as db:
            job = self.job(job_id)
            if job.is_over:
                raise Conflict(
                    f"job {job_id} is {job.state} already", hint="only a queued or running job can be cancelled"
                )
            db.execute(
                "UPDATE jobs SET cancel_asked = 1, ended_at = CASE state WHEN 'queued' THEN ? END,"
                " state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END WHERE job_id = ?",
                [at.isoformat(), job_id],
            )
            return self.job(job_id)

    def interrupt_jobs(self, at: datetime, error: str, hint: str) -> list[str]:
        """Mark every job that counts as running as interrupted; their ids. Only for when nothing can be running."""
        with self.writing() as db:
            ids = [job.job_id for job in self.jobs([JobState.RUNNING])]
            db.execute(
                "UPDATE jobs SET state = 'interrupted', ended_at = ?, error = ?, hint = ? WHERE state = 'running'",
                [at.isoformat(), error, hint],
            )
            db.execute(f"DELETE FROM job_inputs WHERE job_id NOT IN (SELECT job_id FROM jobs WHERE {_OPEN})")
        return ids


def _job_row(job: Job) -> Row:
    return {
        "job_id": job.job_id,
        "kind": str(job.kind),
        "state": str(job.state),
        "asked_by": job.asked_by,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at and job.started_at.isoformat(),
        "ended_at": job.ended_at and job.ended_at.isoformat(),
        "result": None if job.result is None else as_json(job.result),
        "error": job.error,
        "hint": job.hint,
        "cancel_asked": int(job.is_cancel_asked),
    }


def _job_of(row: Row) -> Job:
    return Job(
        job_id=row["job_id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        asked_by=row["asked_by"],
        stage=row["stage"],
        done=row["done"],
        total=row["total"],
        created_at=datetime.fromisoformat(row["created_at"]),
        started_at=_time(row["started_at"]),
        ended_at=_time(row["ended_at"]),
        result=json.loads(row["result"]) if row["result"] else None,
        error=row["error"],
        hint=row["hint"],
        is_cancel_asked=bool(row["cancel_asked"]),
    )


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
