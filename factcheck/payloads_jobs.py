"""The JSON shapes of long work."""

from __future__ import annotations

from factcheck.answers import Job
from factcheck.payloads import Json


def job_payload(job: Job) -> Json:
    """A job with what came of it."""
    return {
        "job_id": job.job_id,
        "kind": job.kind.value,
        "state": job.state.value,
        "is_over": job.is_over,
        "asked_by": job.asked_by,
        "progress": {"stage": job.stage, "done": job.done, "total": job.total},
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
        "is_cancel_asked": job.is_cancel_asked,
        "result": job.result,
        "error": job.error,
        "hint": job.hint,
    }
