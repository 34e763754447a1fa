"""A client of the JSON API: every call as a function that takes and gives records, and raises what went wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

import urllib3
from urllib3.util import Retry, Timeout

from factcheck import __version__, shapes, shapes_service
from factcheck.errors import ServiceFailed

Answer = TypeVar("Answer", bound=shapes.Answer)
Progress = Callable[[shapes_service.JobOut], None]
PATIENCE = 300.0
"""Seconds to wait for an answer: an ingest that scans takes its time."""
TRIES = 6
PAGE_SIZE = 100
API = "/api/v1"


class Client:
    """Calls one server. Use it as a context, or close it; threads may share it.

    A call that the server refuses for the moment, or that does not get through, is made again: every write carries
    an idempotency key, so that it has its effect once. Where the server is still at work on it by then, its answer is
    waited for as long again as `timeout` seconds. `key` is an API key, needed once the server has accounts.

    Every call may raise ServiceFailed.
    """

    def __init__(self, url: str = "http://127.0.0.1:8000", key: str = "", *, timeout: float = PATIENCE) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout
        self._headers = {"Accept": "application/json", "User-Agent": f"factcheck-client/{__version__}"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        # an answer that names no time to try again is not asked for again: it would be the same
        patient = Retry(total=TRIES, redirect=0, status_forcelist=(), allowed_methods=None, backoff_factor=0.2)
        self._pool = urllib3.PoolManager(retries=patient, timeout=Timeout(timeout), maxsize=32)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give up the connections."""
        self._pool.clear()

    def check_claim(self, text: str, published_at: str | None = None, *, limit: int = 20) -> shapes.ClaimAnswer:
        """What the articles say about a claim, best evidence first."""
        wanted = {"text": text, "published_at": published_at, "limit": limit}
        return self._post(shapes.ClaimAnswer, "/claims", wanted)

    def check_claims(self, claims: Iterable[str | Mapping[str, Any]]) -> list[shapes.CheckedClaim]:
        """The same for several claims, in their order; each may be a text, or a mapping with text and published_at."""
        wanted = [{"text": claim} if isinstance(claim, str) else dict(claim) for claim in claims]
        return self._post(shapes.BatchAnswer, "/claims/batch", {"claims": wanted}).results

    def check_stored_claim(self, claim_id: str) -> shapes.ClaimAnswer:
        """What the other articles say now about a claim of one of them."""
        return self._post(shapes.ClaimAnswer, f"/claims/{_part(claim_id)}/check")

    def add_articles(self, articles: Sequence[Mapping[str, Any]], *, scan: bool = False) -> shapes.ArticlesTaken:
        """Takes articles in: mappings with body, and url, source, title and published_at where known."""
        return self._post(shapes.ArticlesTaken, "/articles", {"articles": list(map(dict, articles)), "scan": scan})

    def articles(self) -> Iterator[shapes.ListedArticle]:
        """Every article without its text, newest publication first."""
        for page in self._pages(shapes.ArticleList, "/articles", {}):
            yield from page.articles

    def article(self, article_id: str) -> shapes.ArticleAnswer:
        """An article with its text and claims."""
        return self._get(shapes.ArticleAnswer, f"/articles/{_part(article_id)}")

    def findings_of_article(self, article_id: str) -> list[shapes.FindingOut]:
        """Every finding about an article, likeliest first."""
        return self._get(shapes.ArticleFindings, f"/articles/{_part(article_id)}/findings").findings

    def split_origin(self, article_id: str, *, reviewer: str | None = None, note: str = "") -> shapes.ArticleRef:
        """Says that an article is no copy; the article with an origin of its own."""
        wanted = {"reviewer": reviewer, "note": note}
        return self._post(shapes.OriginAnswer, f"/articles/{_part(article_id)}/origin", wanted).article

    def join_origins(
        self, article_id: str, other_id: str, *, reviewer: str | None = None, note: str = ""
    ) -> shapes.ArticleRef:
        """Says that two articles print one text; the first one with the origin that both have now."""
        wanted = {"joined_to": other_id, "reviewer": reviewer, "note": note}
        return self._post(shapes.OriginAnswer, f"/articles/{_part(article_id)}/origin", wanted).article

    def findings(self, **filters: Any) -> Iterator[shapes.FindingOut]:
        """Every finding that the filters show, such as relation="conflict"; the document of the API lists them."""
        for page in self._pages(shapes.FindingList, "/findings", filters):
            yield from page.findings

    def finding(self, finding_id: str) -> shapes.FindingAnswer:
        """One finding. Its `etag` says to `decide` which reading of it was decided about."""
        return self._get(shapes.FindingAnswer, f"/findings/{_part(finding_id)}")

    def count_findings(self, **filters: Any) -> shapes.FacetsAnswer:
        """How many findings of each kind there are among those that the filters show."""
        return self._get(shapes.FacetsAnswer, "/findings/facets", filters)

    def next_finding(self, reviewer: str | None = None, **filters: Any) -> shapes.FindingOut | None:
        """What a reviewer should look at next, kept for them for a while; None where nothing is left.

        Only open findings, unless `status` says otherwise; status=None is for decided ones, too.
        """
        return self._post(shapes.NextAnswer, "/queue/next", {"reviewer": reviewer, **filters}).finding

    def decide(
        self, finding_id: str, verdict: str, *, reviewer: str | None = None, note: str = "", if_match: str = ""
    ) -> shapes.DecisionOut:
        """Adds a decision; with the etag of a finding only if it still reads so. `reviewer` is for single-user mode."""
        wanted = {"verdict": verdict, "reviewer": reviewer, "note": note}
        path = f"/findings/{_part(finding_id)}/decisions"
        return self._post(shapes.DecisionAnswer, path, wanted, if_match=if_match).decision

    def withdraw(self, finding_id: str, *, reviewer: str | None = None) -> shapes.DecisionOut:
        """Takes back the latest of a reviewer's decisions about a finding."""
        path = f"/findings/{_part(finding_id)}/withdrawals"
        return self._post(shapes.DecisionAnswer, path, {"reviewer": reviewer}).decision

    def disputes(self, relation: str | None = None) -> Iterator[shapes.DisputeOut]:
        """Every dispute, most telling first."""
        for page in self._pages(shapes.DisputeList, "/disputes", {"relation": relation}):
            yield from page.disputes

    def dispute(self, dispute_id: str) -> shapes.DisputeAnswer:
        """One dispute."""
        return self._get(shapes.DisputeAnswer, f"/disputes/{_part(dispute_id)}")

    def decide_dispute(
        self, dispute_id: str, verdict: str, *, reviewer: str | None = None, note: str = ""
    ) -> list[shapes.DecisionOut]:
        """Decides alike about every finding of a dispute that the reviewer has not decided."""
        wanted = {"verdict": verdict, "reviewer": reviewer, "note": note}
        return self._post(shapes.DecisionsAnswer, f"/disputes/{_part(dispute_id)}/decisions", wanted).decisions

    def decisions(self) -> Iterator[shapes.HistoryOut]:
        """The whole log of decisions and withdrawals, oldest first."""
        for page in self._pages(shapes.DecisionLog, "/decisions", {}):
            yield from page.decisions

    def export_decisions(self, format: str = "jsonl") -> str:
        """The decisions as a file: jsonl, csv, pairs or claimreview."""
        return self._send("GET", "/decisions/export", query={"format": format}).data.decode()

    def import_decisions(self, exported: str, *, format: str = "jsonl") -> shapes.ImportAnswer:
        """Adds the decisions of an exported file."""
        kind = "text/csv" if format == "csv" else "application/x-ndjson"
        answer = self._send("POST", "/decisions/import", body=exported.encode(), headers={"Content-Type": kind})
        return _read(shapes.ImportAnswer, answer)

    def outlets(self) -> list[shapes.OutletPairOut]:
        """How many findings of each relation there are between each two outlets, most first."""
        return self._get(shapes.OutletList, "/outlets").pairs

    def quality(self) -> shapes_service.QualityAnswer:
        """How good the findings are by what people decided, and how far reviewers agree."""
        return self._get(shapes_service.QualityAnswer, "/quality")

    def report(self, **filters: Any) -> shapes.ReportAnswer:
        """The report, whole or by a filter."""
        return self._get(shapes.ReportAnswer, "/report", filters)

    def report_file(self, format: str = "html", **filters: Any) -> str:
        """The report as html, md, csv or json."""
        return self._send("GET", "/report", query={"format": format, **filters}).data.decode()

    def scan(self) -> shapes.ScanAnswer:
        """Compares what is new, and returns when that is done; `start_job("scan")` returns at once."""
        return self._post(shapes.ScanAnswer, "/scan")

    def start_job(self, kind: str, **wanted: Any) -> shapes_service.JobAnswer:
        """Starts a scan or reindex, an ingest of `articles` (perhaps with scan=True), or a check of `claims`."""
        return self._post(shapes_service.JobAnswer, "/jobs", {"kind": kind, **wanted})

    def upload(self, files: Iterable[Path | tuple[str, bytes]], *, scan: bool = False) -> shapes_service.JobAnswer:
        """Starts the ingest of files: text, HTML, JSON or JSONL, by path or as a name with what is in it."""
        named = [(one.name, one.read_bytes()) if isinstance(one, Path) else one for one in files]
        fields: list[tuple[str, Any]] = [("files", one) for one in named]
        body, kind = urllib3.encode_multipart_formdata([*fields, ("scan", "true" if scan else "false")])
        return _read(
            shapes_service.JobAnswer, self._send("POST", "/uploads", body=body, headers={"Content-Type": kind})
        )

    def job(self, job_id: str) -> shapes_service.JobAnswer:
        """How far a job is, and what came of it."""
        return self._get(shapes_service.JobAnswer, f"/jobs/{_part(job_id)}")

    def jobs(self) -> Iterator[shapes_service.JobOut]:
        """Every job without its result, latest first."""
        for page in self._pages(shapes_service.JobList, "/jobs", {}):
            yield from page.jobs

    def cancel_job(self, job_id: str) -> shapes_service.JobAnswer:
        """Asks a job to end; what it has finished is kept."""
        return self._post(shapes_service.JobAnswer, f"/jobs/{_part(job_id)}/cancel")

    def wait_for_job(self, job_id: str, progress: Progress | None = None) -> shapes_service.JobAnswer:
        """The job once it has ended, however it did; meanwhile `progress` is told how far it is."""
        while True:
            response = self._send("GET", f"/jobs/{_part(job_id)}")
            job = _read(shapes_service.JobAnswer, response)
            if progress:
                progress(job)
            if job.is_over:
                return job
            time.sleep(float(response.headers.get("Retry-After", 1)))

    def status(self) -> shapes_service.StatusAnswer:
        """What the store holds, and what the last runs did."""
        return self._get(shapes_service.StatusAnswer, "/status")

    def my_keys(self) -> list[shapes_service.KeyOut]:
        """The keys of the account that this client speaks for."""
        return self._get(shapes_service.KeyList, "/me/keys").keys

    def add_key(self, *, role: str | None = None, label: str = "", days: int | None = None) -> shapes_service.KeyAnswer:
        """A new key of that account, which may do no more than this client; `secret` is told this once."""
        return self._post(shapes_service.KeyAnswer, "/me/keys", {"role": role, "label": label, "days": days})

    def revoke_key(self, prefix: str) -> shapes_service.KeyAnswer:
        """Makes a key of that account worthless."""
        return self._post(shapes_service.KeyAnswer, f"/me/keys/{_part(prefix)}/revoke")

    def change_password(self, old: str, new: str) -> shapes_service.AccountAnswer:
        """Gives that account another password, which ends its sessions; keys stay."""
        return self._post(shapes_service.AccountAnswer, "/me/password", {"old": old, "new": new})

    def me(self) -> shapes_service.MeAnswer:
        """Who the server takes this client for."""
        return self._get(shapes_service.MeAnswer, "/me")

    def _get(self, shape: type[Answer], path: str, query: Mapping[str, Any] | None = None) -> Answer:
        return _read(shape, self._send("GET", path, query=query))

    def _post(
        self, shape: type[Answer], path: str, body: Mapping[str, Any] | None = None, if_match: str = ""
    ) -> Answer:
        headers = {"Content-Type": "application/json"} | ({"If-Match": if_match} if if_match else {})
        return _read(shape, self._send("POST", path, body=json.dumps(body or {}).encode(), headers=headers))

    def _pages(self, shape: type[Answer], path: str, query: Mapping[str, Any]) -> Iterator[Answer]:
        cursor = None
        while True:
            page = self._get(shape, path, {"size": PAGE_SIZE, **query, "cursor": cursor})
            yield page
            cursor = getattr(page, "next_cursor", None)
            if cursor is None:
                return

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> urllib3.BaseHTTPResponse:
        asked = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        url = f"{self._url}{API}{path}" + (f"?{urlencode(asked)}" if asked else "")
        own = {**self._headers, **(headers or {})}
        if method == "POST":
            own["Idempotency-Key"] = str(uuid4())
        response = self._answer(method, url, body, own)
        deadline = time.monotonic() + self._timeout
        while response.status == 409 and "Retry-After" in response.headers and time.monotonic() < deadline:
            time.sleep(float(response.headers["Retry-After"]))  # the server is at work on what was sent before
            response = self._answer(method, url, body, own)
        if response.status >= 400:
            raise _failure(response)
        return response

    def _answer(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> urllib3.BaseHTTPResponse:
        try:
            return self._pool.request(method, url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            raise ServiceFailed(
                f"no answer from {self._url}: {reason}", hint="check the address; factcheck serve starts a server"
            ) from error


def _read(shape: type[Answer], response: urllib3.BaseHTTPResponse) -> Answer:
    answer = shape.model_validate_json(response.data)
    answer.etag = response.headers.get("ETag", "")
    return answer


def _failure(response: urllib3.BaseHTTPResponse) -> ServiceFailed:
    try:
        problem = json.loads(response.data)
        kind = problem["type"].rpartition("/")[2]
        return ServiceFailed(problem["detail"], hint=problem.get("hint", ""), status=response.status, kind=kind)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ServiceFailed(f"the server answered {response.status} {response.reason or ''}", status=response.status)


def _part(name: str) -> str:
    return quote(name, safe="")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
