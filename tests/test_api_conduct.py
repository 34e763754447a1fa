"""How the API conducts itself: problems, cursors, entity tags, idempotency keys, the queue at the models."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from factcheck import people
from factcheck.errors import Conflict
from factcheck.parts import Parts, write_lock
from factcheck.people import Actor
from factcheck.ports import Embedder, RelationModel
from factcheck.store_replies import KEPT_FOR
from factcheck.web import create_app, turns
from factcheck.web.health import warm_up
from tests.fakes import HeldRelations, make_article
from tests.sample_report import COURIER, LATER, NUMBERS, SAMPLE
from tests.together import all_at_once
from tests.web_server import Answer, Site, running, sample_parts

DECISIONS = f"/api/v1/findings/{NUMBERS.finding_id}/decisions"
BO = {"verdict": "unsure", "reviewer": "Bo"}
CLAIM = {"text": "Twelve people never died in the flood, police said."}


def decided_by(site: Site, reviewer: str) -> int:
    """How many entries of the log are by this reviewer."""
    return sum(one.decision.reviewer == reviewer for one in site.parts.store.decision_log())


def test_a_problem_is_told_in_the_standard_form(site: Site) -> None:
    """RFC 9457 says the keys and the type; ours stand beside them; the kind of problem can be read."""
    answer = site.post("/api/v1/claims", {"text": " "})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json == {
        "type": "/api/v1/problems/bad-claim",
        "title": "A submitted claim that is empty, too long or not text",
        "status": 400,
        "detail": "the claim is empty",
        "ok": False,
        "error": "the claim is empty",
        "hint": "submit one sentence that states something",
    }
    kind = site.get(answer.json["type"]).json
    assert (kind["title"], kind["status"]) == (answer.json["title"], 400)
    listed = {one["type"]: one["status"] for one in site.get("/api/v1/problems").json["problems"]}
    assert listed["/api/v1/problems/changed-meanwhile"] == 412


def test_what_was_read_is_not_sent_twice(own_site: Site) -> None:
    """The entity tag of an answer gets 304 until something in it changes; a report's time alone is no change."""
    for path in (f"/api/v1/findings/{NUMBERS.finding_id}", "/api/v1/findings", "/api/v1/report", "/api/v1/status"):
        first = own_site.get(path)
        again = own_site.get(path, If_None_Match=first.headers["Etag"])
        assert (first.status, again.status, again.text) == (200, 304, "")
        assert first.headers["Cache-Control"] == "private, no-cache"
        own_site.post(DECISIONS, {**BO, "note": path})
        assert own_site.get(path, If_None_Match=first.headers["Etag"]).status == 200


def test_a_decision_for_another_reading_is_refused(own_site: Site) -> None:
    """If-Match holds a decision to what the reviewer saw; any reading will do for a star."""
    seen = own_site.get(f"/api/v1/findings/{NUMBERS.finding_id}").headers["Etag"]
    first, second = (own_site.post(DECISIONS, {**BO, "note": note}, If_Match=seen) for note in ("one", "two"))
    assert (first.status, second.status) == (201, 412)
    assert second.json["hint"] == "read it again, then decide"
    assert own_site.post(DECISIONS, {**BO, "note": "three"}, If_Match="*").status == 201
    assert decided_by(own_site, "Bo") == 2


def test_the_queue_hands_out_what_is_open_unless_others_are_asked_for(own_site: Site) -> None:
    """What is decided waits for nobody; with a status of null it is handed out all the same."""

    def handed_out(**wanted: object) -> dict[str, Any] | None:
        return own_site.post("/api/v1/queue/next", wanted).json["finding"]

    while found := handed_out(reviewer="Bo"):
        assert found["status"] == "open"
        own_site.post(f"/api/v1/findings/{found['finding_id']}/decisions", BO)
    assert handed_out(reviewer="Cy") is None
    for status in (None, "decided"):
        again = handed_out(reviewer="Cy", status=status)
        assert again
        assert again["status"] == "decided"


def test_who_is_at_a_finding_is_told_but_is_no_other_reading_of_it(tmp_path: Path) -> None:
    """The answer is sent anew when somebody takes it and when the time is over; a decision holds for each of them."""
    parts = sample_parts(tmp_path / "index")
    now = [parts.clock()]
    path = f"/api/v1/findings/{NUMBERS.finding_id}"
    seen: list[str] = []
    with running(replace(parts, clock=lambda: now[0])) as site:

        def read() -> object:
            answer = site.get(path, If_None_Match=seen[-1]) if seen else site.get(path)
            seen.append(answer.headers["Etag"])
            listed = site.get("/api/v1/findings?assigned_to=Cy").json["total"]
            return answer.status, answer.json["assigned"] and answer.json["assigned"]["reviewer"], listed

        assert read() == (200, None, 0)
        assert site.post(f"{path}/assignment", {"reviewer": "Cy", "minutes": 5}).status == 200
        assert read() == (200, "Cy", 1)
        now[0] += timedelta(minutes=6)
        assert read() == (200, None, 0)
        assert seen[0] == seen[2] != seen[1]
        assert site.post(DECISIONS, BO, If_Match=seen[1]).status == 201
        assert [site.post(DECISIONS, BO, If_Match=tag).status for tag in seen] == [412, 412, 412]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"text": oops}', "the body is no JSON: Expecting value: line 1 column 10 (char 9)"),
        (b"", "the body is no JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'{"text": "\xff"}', "the body is no JSON: 'utf-8' codec can't decode byte 0xff in position 10"),
        (b"[" * 200_000, "the body is nested too deeply"),
        (b'{"text": ' + b"[" * 900 + b"]" * 900 + b"}", "text: input should be a valid string"),
        (b"[]", "the body must be a JSON object, got list"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_reason(site: Site, body: bytes, said: str) -> None:
    """It says what is wrong and where."""
    answer = site.send("POST", "/api/v1/claims", data=body)
    assert answer.status == 400
    assert answer.json["detail"].startswith(said)


@pytest.mark.parametrize("body", [b"", b"oops", b"[" * 200_000])
def test_a_call_that_takes_no_body_reads_none(own_site: Site, body: bytes) -> None:
    """With an idempotency key as without one."""
    asked = [own_site.send("POST", "/api/v1/scan", data=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [one.status for one in asked] == [own_site.send("POST", "/api/v1/scan", data=body).status] * 2
    assert "Idempotency-Replayed" in asked[1].headers


def test_a_repeated_request_has_one_effect_and_one_answer(own_site: Site) -> None:
    """The layout of the JSON makes no other request; the answer says that it is a repeat."""
    first = own_site.post(DECISIONS, BO, Idempotency_Key="k1")
    again = own_site.send(
        "POST", DECISIONS, data=b'{ "reviewer":"Bo", "verdict" : "unsure"}', headers={"Idempotency-Key": "k1"}
    )
    assert (first.status, again.status, again.json) == (201, 201, first.json)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert decided_by(own_site, "Bo") == 1


def test_a_key_is_for_one_request(own_site: Site) -> None:
    """Another body under the same key is refused, and so is a key that is none."""
    own_site.post(DECISIONS, BO, Idempotency_Key="k1")
    other = own_site.post(DECISIONS, {**BO, "verdict": "conflict"}, Idempotency_Key="k1")
    assert (other.status, other.json["type"]) == (422, "/api/v1/problems/key-reused")
    assert own_site.post(DECISIONS, BO, Idempotency_Key="with space").status == 400
    assert own_site.post(DECISIONS, BO, Idempotency_Key="k" * 201).status == 400
    assert decided_by(own_site, "Bo") == 1


def test_a_refused_request_may_be_sent_again_under_its_key(own_site: Site) -> None:
    """It had no effect, so nothing of it is kept."""
    assert own_site.post(DECISIONS, {"verdict": "unsure"}, Idempotency_Key="k1").status == 400
    assert own_site.post(DECISIONS, BO, Idempotency_Key="k1").status == 201


def test_an_answer_is_kept_for_a_day(tmp_path: Path) -> None:
    """After that the key is as good as new."""
    parts = sample_parts(tmp_path / "index")
    now = [parts.clock()]
    with running(replace(parts, clock=lambda: now[0])) as site:
        for days, replayed in ((0, None), (KEPT_FOR - timedelta(minutes=1), "true"), (timedelta(minutes=2), None)):
            now[0] += days or timedelta()
            answer = site.post(DECISIONS, BO, Idempotency_Key="k1")
            assert (answer.status, answer.headers.get("Idempotency-Replayed")) == (201, replayed)
    assert decided_by(site, "Bo") == 2


def test_two_at_once_have_one_effect(own_site: Site) -> None:
    """Eight requests with one key at the same time: one decision, and the same answer for each."""
    barrier = threading.Barrier(8, timeout=60)

    def decide(_: int) -> Answer:
        barrier.wait()
        return own_site.post(DECISIONS, BO, Idempotency_Key="k1")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert decided_by(own_site, "Bo") == 1


def test_a_repeat_while_the_first_is_answered_is_told_to_wait(tmp_path: Path) -> None:
    """The work is not done twice; once the first answer is there the repeat gets it."""
    model = HeldRelations()
    with running(replace(sample_parts(tmp_path / "index"), load_relations=lambda: model)) as site:
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(site.post, "/api/v1/claims", CLAIM, Idempotency_Key="k1")
            assert model.asked.acquire(timeout=120)
            early = site.post("/api/v1/claims", CLAIM, Idempotency_Key="k1")
            model.go.set()
            answer = first.result(120)
        late = site.post("/api/v1/claims", CLAIM, Idempotency_Key="k1")
    assert (early.status, early.json["type"], early.headers["Retry-After"]) == (
        409,
        "/api/v1/problems/still-answering",
        "2",
    )
    assert (answer.status, late.text) == (200, answer.text)
    assert model.asked.acquire(blocking=False) is False


def test_what_a_dead_server_never_answered_may_be_sent_again(tmp_path: Path) -> None:
    """The next server forgets that it came."""
    parts = sample_parts(tmp_path / "index")
    from factcheck.store import Reply

    parts.store.keep_reply("", "k1", Reply(asked="x"), parts.clock())
    with running(parts) as site:
        assert site.post("/api/v1/claims", CLAIM, Idempotency_Key="k1").status == 200


def test_too_many_claims_at_once_are_sent_away_with_a_time(tmp_path: Path) -> None:
    """Who gets no place in the queue is told when to come again, and decisions go on meanwhile."""
    model = HeldRelations()
    parts = replace(sample_parts(tmp_path / "index"), load_relations=lambda: model)
    app = create_app(parts.settings, parts)
    app.extensions[turns.EXTENSION] = turns.Turns(at_once=1, most_present=2)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(app.test_client().post, "/api/v1/claims", json=CLAIM) for _ in range(2)]
        assert model.asked.acquire(timeout=120)
        until = time.monotonic() + 120
        while app.extensions[turns.EXTENSION]._present < 2:
            assert time.monotonic() < until, "the second claim got no place"
            time.sleep(0.01)
        refused = app.test_client().post("/api/v1/claims", json=CLAIM)
        batch = app.test_client().post("/api/v1/claims/batch", json={"claims": [CLAIM]})
        decided = app.test_client().post(DECISIONS, json=BO)
        model.go.set()
        answers = [one.result(120).status_code for one in waiting]
    assert (refused.status_code, batch.status_code, decided.status_code, answers) == (503, 503, 201, [200, 200])
    assert refused.json is not None
    assert refused.json["type"] == "/api/v1/problems/busy"
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_batch_answers_each_claim_for_itself(site: Site) -> None:
    """What is wrong with one claim is said in its place."""
    claims = [CLAIM, {}, {"text": 7}, {"text": "The dam held.", "lang": "en"}, {"text": "It held.", "limit": 0}]
    answer = site.post("/api/v1/claims/batch", {"claims": claims})
    results = answer.json["results"]
    assert answer.status == 200
    assert [one["ok"] for one in results] == [True, False, False, False, False]
    assert results[0]["evidence"] == site.post("/api/v1/claims", CLAIM).json["evidence"]
    assert [one.get("error") for one in results[1:]] == [
        "the claim is empty",
        "a claim must be text, got int",
        "a claim has no 'lang'",
        "limit 0 is no number from 1 to 100",
    ]
    assert site.post("/api/v1/claims/batch", {"claims": [CLAIM] * 51}).status == 400
    assert site.post("/api/v1/claims/batch", {"claims": []}).status == 400


def test_a_list_can_be_followed_while_it_grows_and_shrinks(own_site: Site) -> None:
    """What is added or decided behind the reader's back neither repeats nor hides what was there all the time."""
    store = own_site.parts.store
    first = own_site.get("/api/v1/articles?size=2").json
    for name, day in (("early", "2026-11-30"), ("late", "2026-11-01")):
        store.save_article(make_article("The dam held.", name, published_at=day), [])
    second = own_site.get(f"/api/v1/articles?size=2&cursor={first['next_cursor']}").json
    read = [one["article_id"] for one in (*first["articles"], *second["articles"])]
    assert set(SAMPLE.articles) <= set(read)
    assert len(read) == len(set(read))
    assert (first["total"], second["total"], second["next_cursor"]) == (3, 5, None)
    page = own_site.get("/api/v1/findings?size=1&status=open&sort=probability").json
    assert (page["total"], page["next_cursor"]) == (1, None)
    whole = own_site.get("/api/v1/findings?size=1&sort=probability").json
    own_site.post(f"/api/v1/findings/{whole['findings'][0]['finding_id']}/decisions", BO)
    rest = own_site.get(f"/api/v1/findings?size=1&sort=probability&cursor={whole['next_cursor']}").json
    assert [one["finding_id"] for one in rest["findings"]] == [LATER.finding_id]


def test_a_cursor_is_checked(site: Site) -> None:
    """One that was made up, changed, or is of another list or filter is refused with what to do."""
    cursor = site.get("/api/v1/findings?size=1").json["next_cursor"]
    for path in (
        f"findings?relation=conflict&cursor={cursor}",
        f"disputes?cursor={cursor}",
        f"findings?cursor={cursor}x",
    ):
        answer = site.get(f"/api/v1/{path}")
        assert (answer.status, "cursor" in answer.json["error"], bool(answer.json["hint"])) == (400, True, True)


def test_long_work_is_a_resource(own_site: Site) -> None:
    """It is answered at once with where to look; an unfinished job says when to look again."""
    body = {"kind": "ingest", "articles": [{"title": "none"}, {"body": COURIER.body, "url": COURIER.url}]}
    with write_lock(own_site.parts):  # so that it cannot end before it was looked at
        started = own_site.post("/api/v1/jobs", body, Idempotency_Key="k1")
        looked = own_site.get(started.headers["Location"])
        again = own_site.post("/api/v1/jobs", body, Idempotency_Key="k1")
        assert (started.status, looked.status, looked.json["is_over"]) == (202, 200, False)
        assert looked.headers["Retry-After"] == "1"
        assert (again.json, again.headers["Location"]) == (started.json, started.headers["Location"])
        cancelled = own_site.send("POST", f"{started.headers['Location']}/cancel")
        assert (cancelled.status, cancelled.json["is_cancel_asked"] or cancelled.json["is_over"]) == (202, True)
    listed = own_site.get("/api/v1/jobs").json
    assert [one["job_id"] for one in listed["jobs"]] == [started.json["job_id"]]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"kind": "dance"}, "kind"),
        ({"kind": "ingest"}, "articles"),
        ({"kind": "ingest", "articles": [{}]}, "field body is missing"),
        ({"kind": "check", "claims": []}, "claims"),
        ({"kind": "scan", "claims": []}, "claims"),
    ],
)
def test_long_work_that_cannot_be_done_is_refused(site: Site, body: object, named: str) -> None:
    """The answer names what is missing or too much, and no job is kept."""
    answer = site.post("/api/v1/jobs", body)
    assert answer.status == 400
    assert named in answer.json["error"]
    assert site.get("/api/v1/jobs").json["total"] == 0


def test_every_documented_failure_can_be_provoked(tmp_path: Path) -> None:
    """Each status that the document names for a failure comes, with its problem, from a request made here."""
    parts = sample_parts(tmp_path / "index", max_article_chars=1_000, write_rate_limit=40)
    with running(parts) as site:
        documented = {
            int(status)
            for methods in site.get("/openapi.json").json["paths"].values()
            for operation in methods.values()
            for status in operation["responses"]
            if int(status) >= 400
        }
        found = {answer.status: answer.json["type"] for answer in _refused(site, parts)}
    assert documented <= set(found)
    assert all(kind.startswith("/api/v1/problems/") for kind in found.values())


def _refused(site: Site, parts: Parts) -> Iterator[Answer]:
    yield site.get("/api/v1/findings?size=0")
    yield site.get("/api/v1/articles/none")
    yield site.get("/api/v1/claims")
    with write_lock(parts):
        yield site.send("POST", "/api/v1/scan")
    yield site.post(DECISIONS, BO, If_Match='"other"')
    yield site.post("/api/v1/articles", {"body": "x" * 1_100_000})
    yield site.send("POST", "/api/v1/claims", data=b"text", headers={"Content-Type": "text/plain"})
    site.post(DECISIONS, BO, Idempotency_Key="k1")
    yield site.post(DECISIONS, CLAIM | BO, Idempotency_Key="k2")
    yield site.post(DECISIONS, {**BO, "note": "other"}, Idempotency_Key="k1")
    parts.open_index.__self__.index = None  # type: ignore[attr-defined]
    yield site.post("/api/v1/claims", CLAIM)
    parts.open_index.__self__.index = object()  # type: ignore[attr-defined]
    yield site.post("/api/v1/claims", CLAIM)
    actor = Actor(who="test", address="")
    people.add_account(parts, actor, "ana", "admin", "correct horse battery")
    people.add_account(parts, actor, "rex", "reader", "correct horse battery")
    yield site.get("/api/v1/me")
    _, reader = people.add_key(parts, actor, "rex")
    yield site.post(DECISIONS, BO, Authorization=f"Bearer {reader}")
    for _ in range(41):
        answer = site.post(DECISIONS, BO, Authorization=f"Bearer {reader}")
    assert json.loads(answer.text)["hint"]
    yield answer


def test_a_key_secret_is_shown_once(own_site: Site) -> None:
    """Neither the store nor a repeated request knows it."""
    admin = {"name": "ana", "role": "admin", "password": "correct horse battery"}
    made = own_site.post("/api/v1/users", admin, Idempotency_Key="k1")
    assert (made.status, made.json["name"]) == (201, "ana")
    _, secret = people.add_key(own_site.parts, Actor(who="test", address=""), "ana")
    login = {"Authorization": f"Bearer {secret}"}
    first, again = (own_site.post("/api/v1/keys", {"owner": "ana"}, **login, Idempotency_Key="k2") for _ in range(2))
    assert (first.status, again.status) == (201, 201)
    assert again.json == {**first.json, "secret": None}
    assert own_site.get("/api/v1/me", Authorization=f"Bearer {first.json['secret']}").json["name"] == "ana"
    kept = "".join(str(row) for row in own_site.parts.store.rows("SELECT * FROM replies"))
    assert first.json["secret"] not in kept
    assert {one["owner"] for one in own_site.get("/api/v1/keys", **login).json["keys"]} == {"ana"}
    revoked = own_site.send("POST", f"/api/v1/keys/{first.json['prefix']}/revoke", headers=login)
    assert revoked.status == 200
    assert own_site.get("/api/v1/me", Authorization=f"Bearer {first.json['secret']}").status == 401
    assert [one["act"] for one in own_site.get("/api/v1/audit?limit=1", **login).json["audit"]] == ["revoked key"]


def test_a_password_is_not_kept_as_a_quick_hash(own_site: Site) -> None:
    """Whoever reads the store cannot try passwords at speed; a repeat is known all the same."""
    account = {"name": "ana", "role": "admin", "password": "correct horse battery"}
    change = {"old": account["password"], "new": "a third phrase now"}
    assert own_site.post("/api/v1/users", account, Idempotency_Key="k1").status == 201
    _, secret = people.add_key(own_site.parts, Actor(who="test", address=""), "ana")
    login = {"Authorization": f"Bearer {secret}"}
    first, again = (own_site.post("/api/v1/me/password", change, **login, Idempotency_Key="k2") for _ in range(2))
    assert (first.status, again.text) == (200, first.text)
    kept = {row["asked"] for row in own_site.parts.store.rows("SELECT asked FROM replies")}
    assert len(kept) == 2
    for path, body in (("/api/v1/users?", account), ("/api/v1/me/password?", change)):
        quick = sha256("\x1f".join(("POST", path, json.dumps(body, sort_keys=True))).encode()).hexdigest()
        assert quick not in kept


def test_a_server_that_stops_while_it_warms_up_loads_no_further_model(tmp_path: Path) -> None:
    """It waits for the model at hand; the others are left, so that stopping takes no longer than it must."""
    began, go, loaded = threading.Event(), threading.Event(), []
    parts = sample_parts(tmp_path / "index")

    def slowly() -> Embedder:
        began.set()
        assert go.wait(120)
        loaded.append("embedder")
        return parts.load_embedder()

    def relations() -> RelationModel:
        loaded.append("relations")
        return parts.load_relations()

    slow = replace(parts, load_embedder=slowly, load_relations=relations)
    end = warm_up(create_app(slow.settings, slow))
    assert began.wait(120)
    threading.Timer(0.2, go.set).start()
    all_at_once([end])
    assert loaded == ["embedder"]


def test_an_index_has_one_server(tmp_path: Path) -> None:
    """A second one would take the running jobs of the first for those of a server that died."""
    with (
        running(sample_parts(tmp_path / "index")) as site,
        pytest.raises(Conflict, match="another server serves"),
        running(site.parts),
    ):
        pass
