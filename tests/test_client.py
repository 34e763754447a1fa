"""The client against a real server: every call, and what it raises."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from factcheck import people
from factcheck.client import Client
from factcheck.errors import ServiceFailed, StillAnswering
from factcheck.people import Actor
from tests.fakes import HeldRelations
from tests.sample_report import COURIER, LATER, NUMBERS, SAMPLE, TWELVE
from tests.web_server import running, sample_parts

HARBOUR = {
    "url": "https://gazette.example/harbour",
    "source": "The Gazette",
    "published_at": "2026-11-19",
    "body": "The harbour of Orlo was closed on Thursday. Nobody was hurt when the crane fell.",
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server with the sample report, for tests that only read."""
    with running(sample_parts(tmp_path_factory.mktemp("index"))) as site, Client(site.address) as client:
        yield client


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Client]:
    """The same for tests that write."""
    with running(sample_parts(tmp_path / "index")) as site, Client(site.address + "/") as client:
        yield client


def test_a_claim_is_checked(reading: Client) -> None:
    """The evidence comes as records, with its quote and article."""
    check = reading.check_claim("Twelve people never died in the flood, police said.", "2026-11-18")
    best = next(one for one in check.evidence if one.article.article_id == COURIER.article_id)
    assert (best.relation, best.quote, best.article.url) == ("conflict", TWELVE.text, COURIER.url)
    assert check.checked["articles"] == 3


def test_claims_are_checked_together(reading: Client) -> None:
    """One that cannot be used has its error, the other its evidence."""
    good, bad = reading.check_claims(["Twelve people never died in the flood, police said.", {"text": "?"}])
    assert good.ok
    assert good.evidence is not None
    assert good.evidence[0].relation == "conflict"
    assert (bad.ok, bad.error, bad.status) == (False, "the claim is empty", 400)


def test_a_stored_claim_is_checked_against_the_others(reading: Client) -> None:
    """Its own article says nothing about it."""
    check = reading.check_stored_claim(TWELVE.claim_id)
    assert COURIER.article_id not in {one.article.article_id for one in check.evidence}


def test_lists_are_followed_to_their_end(reading: Client) -> None:
    """However long the pages are, everything comes once, in order."""
    assert [one.finding_id for one in reading.findings(sort="probability", size=1)] == [
        NUMBERS.finding_id,
        LATER.finding_id,
    ]
    assert [one.finding_id for one in reading.findings(relation="update")] == [LATER.finding_id]
    assert sorted(one.article_id for one in reading.articles()) == sorted(SAMPLE.articles)
    assert [one.question for one in reading.disputes()] == [one.question for one in SAMPLE.disputes]
    assert [one.reviewer for one in reading.decisions()] == ["@ana"]


def test_single_things_are_read(reading: Client) -> None:
    """Article, finding, dispute, report, quality and status, each as its record."""
    assert reading.article(COURIER.article_id).body == COURIER.body
    assert {one.finding_id for one in reading.findings_of_article(COURIER.article_id)} == {
        NUMBERS.finding_id,
        LATER.finding_id,
    }
    assert reading.dispute(SAMPLE.disputes[0].dispute_id).sides[0].claims
    assert reading.count_findings(relation="conflict").total == 1
    assert len(reading.report().disputes) == 2
    assert len(reading.report(relation="update").disputes) == 1
    assert "<html" in reading.report_file("html")
    assert reading.quality().decided == 1
    assert reading.status().counts["findings"] == 2
    assert (reading.me().role, reading.me().is_single_user) == ("admin", True)


def test_decisions_are_made_and_taken_back(writing: Client) -> None:
    """A decision that was made for another reading is refused; a withdrawal stays in the log."""
    seen = writing.finding(NUMBERS.finding_id)
    decided = writing.decide(NUMBERS.finding_id, "different event", reviewer="Bo", if_match=seen.etag)
    assert (decided.reviewer, decided.verdict) == ("Bo", "different event")
    with pytest.raises(ServiceFailed, match="has changed since") as refused:
        writing.decide(NUMBERS.finding_id, "conflict", reviewer="Cy", if_match=seen.etag)
    assert (refused.value.http_status, refused.value.kind) == (412, "changed-meanwhile")
    writing.withdraw(NUMBERS.finding_id, reviewer="Bo")
    assert [one.reviewer for one in writing.finding(NUMBERS.finding_id).decisions] == ["@ana"]
    assert len(list(writing.decisions())) == 3


def test_a_dispute_is_decided_as_a_whole(writing: Client) -> None:
    """What the reviewer has decided already stays as it is."""
    dispute = SAMPLE.disputes[0]
    made = writing.decide_dispute(dispute.dispute_id, "unsure", reviewer="Bo")
    assert sorted(one.finding_id for one in made) == sorted(dispute.finding_ids)
    assert writing.decide_dispute(dispute.dispute_id, "conflict", reviewer="Bo") == []


def test_the_next_finding_is_kept_for_its_reviewer(writing: Client) -> None:
    """Somebody else is sent elsewhere, and nobody to what they have decided."""
    first = writing.next_finding("Bo", status="open")
    assert first is not None
    assert first.assigned is not None
    assert first.assigned.reviewer == "Bo"
    other = writing.next_finding("Cy")
    assert other is None or other.finding_id != first.finding_id


def test_a_status_of_none_is_told_to_the_server(writing: Client) -> None:
    """Where it means decided findings, too, it is not left away for the default, which is open ones."""
    for finding_id in (NUMBERS.finding_id, LATER.finding_id):
        writing.decide(finding_id, "conflict", reviewer="Bo")
    assert writing.next_finding("Cy") is None
    decided = writing.next_finding("Cy", status=None)
    assert decided is not None
    assert decided.status == "decided"


def test_the_log_moves_to_another_store(writing: Client, tmp_path: Path) -> None:
    """What was exported goes in once."""
    exported = {form: writing.export_decisions(form) for form in ("jsonl", "csv")}
    with running(sample_parts(tmp_path / "other")) as site, Client(site.address) as other:
        other.decide(NUMBERS.finding_id, "update", reviewer="Cy")
        taken = writing.import_decisions(other.export_decisions())
    assert (taken.added, taken.left_out) == (1, [])
    assert [writing.import_decisions(text, format=form).added for form, text in exported.items()] == [0, 0]


def test_articles_go_in_by_a_call_a_job_or_as_files(writing: Client) -> None:
    """Each way says what it took in; the jobs can be waited for."""
    taken = writing.add_articles([HARBOUR], scan=True)
    assert taken.articles[0].source == "The Gazette"
    assert writing.scan().funnel["new_scored"] == 0
    seen = []
    job = writing.wait_for_job(
        writing.start_job("ingest", articles=[HARBOUR]).job_id, lambda job: seen.append(job.state)
    )
    assert (job.state, job.result and job.result["ingest"]["funnel"]["unchanged"]) == ("done", 1)
    assert seen[-1] == "done"
    uploaded = writing.wait_for_job(writing.upload([("story.txt", HARBOUR["body"].encode())]).job_id)
    assert uploaded.result
    assert uploaded.result["ingest"]["funnel"]["added"] == 1
    assert [one.kind for one in writing.jobs()] == ["ingest", "ingest"]
    with pytest.raises(ServiceFailed, match="done already"):
        writing.cancel_job(job.job_id)


def test_every_file_of_an_upload_goes_in(writing: Client) -> None:
    """All of it is read for the idempotency key, and all of it is there for the ingest."""
    stories = [f"The harbour of {town} was closed on Thursday. Nobody was hurt." for town in ("Orlo", "Velm", "Tarn")]
    job = writing.upload([(f"{number}.txt", story.encode()) for number, story in enumerate(stories)])
    done = writing.wait_for_job(job.job_id)
    assert done.result
    assert done.result["ingest"]["funnel"]["added"] == 3
    bodies = {writing.article(one.article_id).body.strip() for one in writing.articles()}
    assert bodies >= set(stories)


def test_a_reviewer_says_which_articles_are_copies(writing: Client) -> None:
    """Joined articles share an origin; one that is split off has its own again."""
    one, other = sorted(SAMPLE.articles)[:2]
    joined = writing.join_origins(one, other, reviewer="Bo", note="the same wire text")
    assert joined.origin_id == writing.article(other).origin_id
    split = writing.split_origin(one, reviewer="Bo")
    assert split.origin_id != writing.article(other).origin_id
    with pytest.raises(ServiceFailed, match="no other article"):
        writing.split_origin(one, reviewer="Bo")


@pytest.mark.parametrize(
    ("finding_id", "verdict", "status", "kind"),
    [("none", "conflict", 404, "not-found"), (NUMBERS.finding_id, "maybe", 400, "bad-input")],
)
def test_a_refusal_is_raised_with_its_hint(
    reading: Client, finding_id: str, verdict: str, status: int, kind: str
) -> None:
    """The error says what went wrong and the next thing to do."""
    with pytest.raises(ServiceFailed) as refused:
        reading.decide(finding_id, verdict, reviewer="Bo")
    assert (refused.value.http_status, refused.value.kind) == (status, kind)
    assert refused.value.hint


def test_outlets_are_told_with_how_often_they_differ(reading: Client) -> None:
    """Who disagrees with whom, by relation."""
    told = {(one.one, one.other, one.relation): one.count for one in reading.outlets()}
    assert told == {("=Herald & <Sons>", "The Courier", "conflict"): 1, ("The Courier", "wire", "update"): 1}


def test_an_account_looks_after_itself(tmp_path: Path) -> None:
    """A client with a key makes, lists and revokes keys of its account, and changes the password."""
    parts, root = sample_parts(tmp_path / "index"), Actor(who="root", address="")
    people.add_account(parts, root, "Ana", "admin", "correct horse battery")
    with running(parts) as site, Client(site.address, people.add_key(parts, root, "Ana")[1]) as client:
        made = client.add_key(role="reader", label="desk", days=3)
        assert (made.owner, made.role, made.label) == ("Ana", "reader", "desk")
        with Client(site.address, made.secret or "") as weak:
            assert weak.me().role == "reader"
            with pytest.raises(ServiceFailed, match="cannot make a key that is admin"):
                weak.add_key(role="admin")
        client.revoke_key(made.prefix)
        assert made.prefix not in {one.prefix for one in client.my_keys()}
        assert client.change_password("correct horse battery", "a third phrase now").name == "Ana"
        with pytest.raises(ServiceFailed, match="the present password is not right"):
            client.change_password("correct horse battery", "a fourth phrase now")


def test_an_answer_that_takes_longer_than_a_try_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repeat is told that the first is still being answered, waits as long as it says, and gets that answer."""
    model, wait = HeldRelations(), time.sleep
    told: list[float] = []

    def sleep(seconds: float) -> None:
        if threading.current_thread() is threading.main_thread() and seconds >= StillAnswering.retry_after:
            told.append(seconds)
            model.go.set()
        wait(seconds)

    parts = replace(sample_parts(tmp_path / "index"), load_relations=lambda: model)
    assert parts.parser  # loading it may take longer than a try
    monkeypatch.setattr(time, "sleep", sleep)
    with running(parts) as site, Client(site.address, timeout=4) as client:
        check = client.check_claim("Twelve people never died in the flood, police said.")
    assert check.evidence[0].relation == "conflict"
    assert told
    assert model.asked.acquire(timeout=1)
    assert model.asked.acquire(blocking=False) is False


def test_an_answer_that_never_comes_is_not_waited_for_forever(tmp_path: Path) -> None:
    """After its timeout once more, the client says that the server is still at work."""
    model = HeldRelations()
    parts = replace(sample_parts(tmp_path / "index"), load_relations=lambda: model)
    with running(parts) as site, Client(site.address, timeout=1) as client:
        with pytest.raises(ServiceFailed, match="still being answered") as failed:
            client.check_claim("Twelve people never died in the flood, police said.")
        model.go.set()
    assert (failed.value.http_status, failed.value.kind) == (409, "still-answering")


def test_no_server_is_said_so() -> None:
    """An address where nobody listens is named, with what starts a server."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with Client(address) as client, pytest.raises(ServiceFailed, match="no answer from") as failed:
            client.status()
    assert "factcheck serve" in failed.value.hint
