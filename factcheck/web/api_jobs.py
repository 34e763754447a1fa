"""The JSON API about long work: starting it, seeing how far it is, and ending it early."""

from __future__ import annotations

from flask import Response, after_this_request, jsonify, request, url_for
from flask_openapi.models.tag import Tag

from factcheck import jobs, shapes_service
from factcheck.answers import Job, JobKind
from factcheck.errors import BadInput
from factcheck.parts import Parts
from factcheck.payloads import Json, ok_payload
from factcheck.payloads_jobs import job_payload
from factcheck.web import schemas
from factcheck.web.access import current_person
from factcheck.web.api_base import WITH_BODY, api_blueprint, articles_of, failing, takes
from factcheck.web.current import current_parts
from factcheck.web.downloads import uploaded_articles
from factcheck.web.paging import anchor_of, cursor_behind, ids_behind
from factcheck.web.repeats import once
from factcheck.web.security import takes_files

JOBS = Tag(name="jobs", description="Long work: started at once, done beside the server, watched by asking again.")
ASK_AGAIN = 1
"""Seconds after which it pays to ask for an unfinished job again."""

bp = api_blueprint("api_jobs")


@bp.post(
    "/jobs", tags=[JOBS], summary="Start long work", responses={202: shapes_service.JobAnswer, **failing(*WITH_BODY)}
)
@once
def start_job(body: schemas.JobIn) -> Response:
    """Starts an ingest, a scan, a reindex or the check of many claims. Location is where to see how far it is.

    Poll it: an unfinished job says by Retry-After when. There is no stream of events, as each would hold one of the
    server's threads for as long as somebody watches.
    """
    asked = body.root
    wanted = jobs.Wanted()
    if isinstance(asked, schemas.IngestJobIn):
        wanted = jobs.Wanted(sources=tuple(articles_of(asked.articles)), scan=asked.scan)
    elif isinstance(asked, schemas.CheckJobIn):
        wanted = jobs.Wanted(claims=tuple(asked.claims))
    return _started(JobKind(asked.kind), wanted)


@bp.post(
    "/uploads",
    tags=[JOBS],
    summary="Take files in",
    request_body=schemas.FILES_BODY,
    responses={202: shapes_service.JobAnswer, **failing(*WITH_BODY)},
)
@once
@takes("multipart/form-data")
@takes_files
def take_files() -> Response:
    """Starts the ingest of uploaded files: text, HTML, JSON or JSONL, as the command line takes them."""
    files = [file for file in request.files.getlist("files") if file.filename]
    if not files:
        raise BadInput("there is no file under the name files", hint="send multipart/form-data with files=…")
    scan = request.form.get("scan", "false")
    if scan not in ("true", "false"):
        raise BadInput(f"scan must be true or false, got {scan[:20]!r}")
    sources = tuple(uploaded_articles(files, current_parts()))
    return _started(JobKind.INGEST, jobs.Wanted(sources=sources, scan=scan == "true"))


@bp.get("/jobs", tags=[JOBS], summary="List jobs", responses={200: shapes_service.JobList, **failing()})
def list_jobs(query: schemas.Paged) -> Json:
    """Jobs without their results, latest first."""
    held = {job.job_id: job for job in current_parts().store.jobs()}
    page, is_last = ids_behind(list(held), anchor_of(query.cursor, held.__contains__), query.size)
    return ok_payload(
        jobs=[job_payload(held[one]) for one in page],
        total=len(held),
        next_cursor=cursor_behind(page, is_last=is_last),
    )


@bp.get("/jobs/<job_id>", tags=[JOBS], summary="Read a job", responses={200: shapes_service.JobAnswer, **failing(404)})
def read_job(path: schemas.JobPath) -> Response:
    """How far a job is, and what came of it. An unfinished one says by Retry-After when to ask again."""
    return _answer(jobs.job(current_parts(), path.job_id), 200)


@bp.post(
    "/jobs/<job_id>/cancel",
    tags=[JOBS],
    summary="Cancel a job",
    responses={202: shapes_service.JobAnswer, **failing(404, 409, 422)},
)
@once
@takes()
def cancel_job(path: schemas.JobPath) -> Response:
    """Ends a job at its next step; what it has finished is kept, so a cancelled scan goes on where it was."""
    return _answer(jobs.cancel(current_parts(), path.job_id), 202)


def _started(kind: JobKind, wanted: jobs.Wanted) -> Response:
    person = current_person()
    parts = current_parts()
    job = jobs.ask(parts, kind, wanted, asked_by=person.name if person else "")
    # the workers look the job up in the store, so it has to be there for others first
    after_this_request(lambda answer: _enqueued(answer, parts, job))
    response = _answer(job, 202)
    response.headers["Location"] = url_for("api_jobs.read_job", job_id=job.job_id)
    return response


def _enqueued(answer: Response, parts: Parts, job: Job) -> Response:
    jobs.enqueue(parts, job.job_id)
    return answer


def _answer(job: Job, status: int) -> Response:
    response = jsonify(ok_payload(**job_payload(job)))
    response.status_code = status
    if not job.is_over:
        response.headers["Retry-After"] = str(ASK_AGAIN)
    return response
