"""Who may do what, over a real server: roles, sessions, keys, forms, rates, names, and what is refused."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request

import pytest

from factcheck import people
from factcheck.config import Settings
from factcheck.errors import BadSetting, NotAllowed, TooManyRequests
from factcheck.people import Actor
from factcheck.records import Role
from factcheck.web import create_app
from factcheck.web.access import NEEDED, needed_role, refuse_open_door
from factcheck.web.pages_people import inner_address
from factcheck.web.rates import Rates, network_of
from factcheck.web.security import SECRET_DAYS, cookie_name, lasting_secrets
from tests.fakes import fake_parts
from tests.sample_report import LATER
from tests.web_server import Answer, Reader, Site, running, sample_parts

PASSWORDS = {"Ana": "correct horse battery", "Bo": "quite another phrase", "Cy": "only here to read"}
ROLES = {"Ana": "admin", "Bo": "reviewer", "Cy": "reader"}
ROOT = Actor(who="root", address="here")
PRIVATE = "https://desk.example"
CLAIM = {"text": "Twelve people never died in the flood, police said."}
DECIDE = f"/api/v1/findings/{LATER.finding_id}/decisions"
ARTICLE = {"body": "The harbour of Orlo was closed on Thursday.", "url": "https://gazette.example/harbour"}


class Visitor(Reader):
    """A browser that can log in."""

    def post(self, path: str, **headers: str) -> Answer:
        """What an empty JSON body gives, sent with the cookies."""
        named = {"Content-Type": "application/json", **{name.replace("_", "-"): one for name, one in headers.items()}}
        return self.open(Request(self.site.address + path, data=b"{}", headers=named))

    def log_in(self, name: str, password: str | None = None) -> Answer:
        """The page after logging in."""
        return self.send("/login", "/login", name=name, password=password or PASSWORDS[name])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The accounts of an admin, a reviewer and a reader; hashing passwords takes long, so it is done once."""
    made = fake_parts(tmp_path_factory.mktemp("office"))
    for name, password in PASSWORDS.items():
        people.add_account(made, ROOT, name, ROLES[name], password)
    made.store.close()
    return made.settings.index


@pytest.fixture
def site(office: Path, tmp_path: Path) -> Iterator[Site]:
    """A server with the sample report and these accounts."""
    with opened(office, tmp_path) as started:
        yield started


@contextmanager
def opened(office: Path, folder: Path, **settings: Any) -> Iterator[Site]:
    """Such a server under other settings."""
    shutil.copytree(office, folder / "index")
    parts = sample_parts(folder / "index", **settings)
    assert parts.parser  # loading it may take longer than a request may
    with running(parts) as started:
        yield started


def key_of(site: Site, name: str) -> dict[str, str]:
    """The header with a new key of somebody."""
    return {"Authorization": f"Bearer {people.add_key(site.parts, ROOT, name)[1]}"}


def raw(site: Site, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    """What a request with exactly these headers gives."""
    host, port = site.address.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=60)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


# Who may do what


@pytest.mark.parametrize(
    ("method", "path", "body", "needed"),
    [
        ("GET", "/api/v1/findings", None, "reader"),
        ("GET", "/api/v1/report", None, "reader"),
        ("GET", "/metrics", None, "reader"),
        ("POST", "/api/v1/claims", CLAIM, "reviewer"),
        ("POST", DECIDE, {"verdict": "conflict"}, "reviewer"),
        ("POST", "/api/v1/articles", ARTICLE, "admin"),
        ("POST", "/api/v1/scan", {}, "admin"),
        ("GET", "/api/v1/users", None, "admin"),
    ],
)
def test_each_role_may_do_its_part_of_the_api_and_no_more(
    site: Site, method: str, path: str, body: Any, needed: str
) -> None:
    """Nobody gets 401, a role below the needed one 403, and the needed one an answer."""
    send = (
        (lambda **headers: site.get(path, **headers))
        if method == "GET"
        else (lambda **headers: site.post(path, body, **headers))
    )
    anonymous = send()
    assert (anonymous.status, anonymous.headers["Www-Authenticate"]) == (401, 'Bearer realm="factcheck"')
    for name, role in sorted(ROLES.items(), key=lambda one: Role(one[1]).rank):
        answer = send(**key_of(site, name))
        expected = Role(role).may(Role(needed))
        assert (answer.status < 300) is expected, (name, answer.text)
        if not expected:
            assert answer.status == 403
            assert f"{name} is {role}; this needs {needed}" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/disputes", "/articles", "/check", "/report", "/account", f"/findings/{LATER.finding_id}"]
)
def test_a_page_sends_whoever_is_not_logged_in_to_the_login_and_back(site: Site, path: str) -> None:
    """After the login one is where one wanted to be."""
    visitor = Visitor(site)
    arrived = visitor.get(path)
    assert (arrived.status, arrived.headers["Path"].split("?")[0]) == (200, "/login")
    assert "Log in" in arrived.text
    wanted = re.search(r'name="next" value="([^"]*)"', arrived.text)
    assert wanted
    assert (
        visitor.send(arrived.headers["Path"], "/login", name="Ana", password=PASSWORDS["Ana"], next=wanted[1]).headers[
            "Path"
        ]
        == path
    )


@pytest.mark.parametrize("path", ["/healthz", "/static/app.css", "/login", "/openapi.json", "/openapi/swagger"])
def test_what_tells_nothing_is_open_to_everybody(site: Site, path: str) -> None:
    """Health checks, styles, the login and the description of the API ask nobody who they are."""
    assert site.get(path).status == 200


def test_every_view_that_writes_says_who_may_call_it(tmp_path: Path) -> None:
    """What has no mark needs an admin; what a reader or nobody may post to is only about the own account."""
    parts = fake_parts(tmp_path)
    app = create_app(parts.settings, parts)
    open_to_readers = set()
    with app.app_context():
        for rule in app.url_map.iter_rules():
            for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
                role = needed_role(rule.endpoint, method)
                if role is None or role is Role.READER:
                    open_to_readers.add(rule.endpoint)
        marked = {name: getattr(view, NEEDED, "none") for name, view in app.view_functions.items()}
    assert open_to_readers == {
        *("people.log_in", "people.log_out", "people.change_password", "people.add_key", "people.revoke_key"),
        *("api_people.change_own_password", "api_people.add_own_key", "api_people.revoke_own_key"),
    }
    assert marked["people.users"] is Role.ADMIN
    parts.store.close()


def test_a_decision_of_an_account_carries_its_name(site: Site) -> None:
    """The reviewer may be left away or said right; another name is refused."""
    key = key_of(site, "Bo")
    assert site.post(DECIDE, {"verdict": "conflict"}, **key).json["decision"]["reviewer"] == "Bo"
    assert site.post(DECIDE, {"verdict": "update", "reviewer": "Bo"}, **key).json["decision"]["reviewer"] == "Bo"
    refused = site.post(DECIDE, {"verdict": "update", "reviewer": "Ana"}, **key)
    assert refused.status == 400
    assert "Ana" in refused.text


def test_a_decision_on_a_page_carries_the_name_of_the_account(site: Site) -> None:
    """Whatever name the form of the page may hold."""
    visitor = Visitor(site)
    visitor.log_in("Bo")
    page = f"/findings/{LATER.finding_id}"
    assert visitor.send(page, f"{page}/decisions", verdict="unsure").status == 200
    assert [one.reviewer for one in site.parts.store.decisions(LATER.finding_id)][-1] == "Bo"
    assert visitor.send(page, f"{page}/decisions", verdict="unsure", reviewer="Ana").status == 400
    assert "Ana" not in [one.reviewer for one in site.parts.store.decisions(LATER.finding_id)]


# Logging in and out


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(site: Site) -> None:
    """The page says that name or password is wrong, not which."""
    visitor = Visitor(site)
    wrong, unknown = visitor.log_in("Ana", "a wrong guess"), visitor.log_in("Eve", "a wrong guess")
    assert (wrong.status, unknown.status) == (401, 401)
    told = [re.sub(r'value="[^"]*"', "", page.text) for page in (wrong, unknown)]
    assert told[0] == told[1]
    assert "Name or password is not right" in told[0]


def test_logging_out_ends_the_session_also_for_a_copied_cookie(site: Site) -> None:
    """The cookie of before is worth nothing, whoever kept it."""
    visitor, thief = Visitor(site), Visitor(site)
    visitor.log_in("Ana")
    for cookie in visitor.cookies:
        thief.cookies.set_cookie(cookie)
    assert thief.get("/users").status == 200
    visitor.send("/account", "/logout")
    assert visitor.get("/users").headers["Path"].startswith("/login")
    assert thief.get("/users").headers["Path"].startswith("/login")


@pytest.mark.parametrize("page", [f"/findings/{LATER.finding_id}?status=all", "//evil.example/", ""])
def test_what_is_sent_after_the_session_ended_is_told_to_be_lost(site: Site, page: str) -> None:
    """The login says so and leads back to the page that sent it, if that is one of ours."""
    visitor = Visitor(site)
    visitor.log_in("Bo")
    people.set_password(site.parts, ROOT, "Bo", PASSWORDS["Bo"])
    form = urlencode({"verdict": "unsure"}).encode()
    sender = {"Referer": site.address + page} if page else {"Referer": "https://evil.example/disputes"}
    decide = Request(f"{site.address}/findings/{LATER.finding_id}/decisions", data=form, headers=sender)
    arrived = visitor.open(decide)
    assert "You were logged out: what you sent was not recorded." in arrived.text
    assert site.parts.store.decisions(LATER.finding_id) == []
    wanted = re.search(r'name="next" value="([^"]*)"', arrived.text)
    assert wanted
    assert wanted[1] == (page if page.startswith("/findings") else "/")
    assert "not recorded" not in visitor.get("/login").text


def test_a_login_gets_a_new_session(site: Site) -> None:
    """Who planted a cookie before the login has none of the session after it."""
    visitor = Visitor(site)
    before = visitor.token("/login")
    planted = {cookie.value for cookie in visitor.cookies}
    visitor.log_in("Ana")
    assert planted.isdisjoint(cookie.value for cookie in visitor.cookies)
    assert visitor.token("/account") != before


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(site: Site) -> None:
    """The other browser has to log in again, with the new password."""
    here, elsewhere = Visitor(site), Visitor(site)
    here.log_in("Bo")
    elsewhere.log_in("Bo")
    new = "words that are entirely new"
    wrong = here.send("/account", "/account/password", old="a wrong guess", new=new)
    assert "The present password is not right" in wrong.text
    changed = here.send("/account", "/account/password", old=PASSWORDS["Bo"], new=new)
    assert (changed.headers["Path"], "Your password is changed" in changed.text) == ("/account", True)
    assert elsewhere.get("/account").headers["Path"].startswith("/login")
    assert elsewhere.log_in("Bo").status == 401
    assert elsewhere.log_in("Bo", new).status == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    """HttpOnly and SameSite=Lax always; the secret is not in it in plain."""
    status, headers, _ = raw(site, "GET", "/login")
    assert status == 200
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(headers["Set-Cookie"].split("; "))
    assert "Secure" not in headers["Set-Cookie"]


def test_behind_https_the_cookie_is_secure_and_https_is_asked_for(office: Path, tmp_path: Path) -> None:
    """With the setting, the cookie goes over https alone, and browsers are told to come that way."""
    with opened(office, tmp_path, https=True) as site:
        _, headers, _ = raw(site, "GET", "/login")
    assert headers["Set-Cookie"].startswith("__Host-factcheck-")
    assert "Secure" in headers["Set-Cookie"].split("; ")
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


def test_two_servers_on_one_machine_leave_each_others_sessions_alone(tmp_path: Path) -> None:
    """A browser sends its cookies to every port of a host, so each index has one of its own name."""
    with running(fake_parts(tmp_path / "one")) as one, running(fake_parts(tmp_path / "other")) as other:
        visitor = Visitor(one)
        token = visitor.token("/users")
        assert visitor.open(Request(other.address + "/users")).status == 200
        assert visitor.token("/users") == token != ""
    assert cookie_name(Settings(index=tmp_path / "one")) == cookie_name(Settings(index=tmp_path / "x" / ".." / "one"))


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "evil",
        "/login",
        "/a\r\nb",
        "",
    ],
)
def test_the_login_leads_nowhere_but_to_these_pages(tmp_path: Path, wanted: str) -> None:
    """An address of another site in the link to the login is left away."""
    parts = fake_parts(tmp_path)
    with create_app(parts.settings, parts).test_request_context():
        assert inner_address(wanted) == "/"
        assert inner_address("/disputes?page=2") == "/disputes?page=2"
    parts.store.close()


@pytest.mark.parametrize(
    "path", ["/login", "/logout", "/account/password", "/account/keys", "/users", "/users/Bo/role", "/scan"]
)
def test_every_form_needs_the_token_of_its_session(site: Site, path: str) -> None:
    """A form without it, or with another one, changes nothing."""
    visitor = Visitor(site)
    visitor.log_in("Ana")
    for token in ("", "x" * 32):
        answer = visitor.open(
            Request(site.address + path, data=urlencode({"form_token": token, "role": "reader"}).encode())
        )
        assert (answer.status, "This form belongs to an older session" in answer.text) == (400, True)
    assert site.parts.store.account("bo").role is Role.REVIEWER


def test_a_session_writes_to_the_api_only_with_its_token(site: Site) -> None:
    """The cookie alone is not enough, as another site's page could make a browser send it."""
    visitor = Visitor(site)
    visitor.log_in("Ana")
    assert visitor.post("/api/v1/scan").status == 403
    assert visitor.post("/api/v1/scan", Authorization="").status == 403
    assert visitor.post("/api/v1/scan", X_Form_Token=visitor.token("/account")).status == 200
    for origin in ("https://evil.example", "null", "http://[", f"{site.address}.evil.example"):
        assert visitor.post("/api/v1/scan", X_Form_Token=visitor.token("/account"), Origin=origin).status == 403
    assert visitor.post("/api/v1/scan", X_Form_Token=visitor.token("/account"), Origin=site.address).status == 200


# Keys


@pytest.mark.parametrize("given", ["Bearer nonsense", "Bearer fc_00112233_x", "Basic YTpi", "Bearer", "nonsense"])
def test_a_key_that_is_none_is_refused(site: Site, given: str) -> None:
    """Also where a page would be shown to a session."""
    for path in ("/api/v1/findings", "/disputes"):
        answer = site.get(path, Authorization=given)
        assert (answer.status, answer.headers["Www-Authenticate"]) == (401, 'Bearer realm="factcheck"')


def test_a_key_is_made_on_the_account_page_shown_once_and_revoked(site: Site) -> None:
    """The page that follows knows only how it begins."""
    visitor = Visitor(site)
    visitor.log_in("Bo")
    made = visitor.send("/account", "/account/keys", label="<b>import</b>", role="reader", days="5")
    found = re.search(r"<code>(fc_[0-9a-f]{8}_[\w-]+)</code>", made.text)
    assert found
    assert "<b>import</b>" not in made.text
    assert made.headers["Cache-Control"] == "no-store"
    key, prefix = found[1], found[1][:11]
    assert site.get("/api/v1/findings", Authorization=f"Bearer {key}").status == 200
    assert site.post("/api/v1/claims", CLAIM, Authorization=f"Bearer {key}").status == 403
    later = visitor.get("/account").text
    assert (prefix in later, key in later) == (True, False)
    refused = visitor.send("/account", "/account/keys", role="admin").text
    assert "Bo is reviewer here and cannot make a key that is admin" in refused
    for days in ("9" * 5000, "9" * 9, "soon"):
        assert "A key cannot last" in visitor.send("/account", "/account/keys", days=days).text
    stranger = Visitor(site)
    stranger.log_in("Cy")
    assert stranger.send("/account", f"/account/keys/{prefix}/revoke").status == 404
    assert visitor.send("/account", f"/account/keys/{prefix}/revoke").status == 200
    assert site.get("/api/v1/findings", Authorization=f"Bearer {key}").status == 401


# The people page and the audit


def test_an_account_looks_after_its_keys_and_password_by_the_api(site: Site) -> None:
    """The same as on the account page: make, list and revoke one's own keys, change one's own password."""
    bo = key_of(site, "Bo")
    made = site.post("/api/v1/me/keys", {"label": "desk", "role": "reader", "days": 3}, **bo)
    assert (made.status, made.json["owner"], made.json["role"], made.json["label"]) == (201, "Bo", "reader", "desk")
    key = {"Authorization": f"Bearer {made.json['secret']}"}
    assert site.get("/api/v1/me", **key).json["role"] == "reader"
    assert made.json["prefix"] in {one["prefix"] for one in site.get("/api/v1/me/keys", **bo).json["keys"]}
    anas = people.add_key(site.parts, ROOT, "Ana")[0].prefix
    assert anas not in site.get("/api/v1/me/keys", **bo).text
    assert site.send("POST", f"/api/v1/me/keys/{anas}/revoke", headers=bo).status == 404
    assert site.send("POST", f"/api/v1/me/keys/{made.json['prefix']}/revoke", headers=bo).status == 200
    assert site.get("/api/v1/me", **key).status == 401
    new = {"old": "wrong wrong wrong", "new": "a third phrase now"}
    assert site.post("/api/v1/me/password", new, **bo).status == 403
    assert site.post("/api/v1/me/password", {**new, "old": PASSWORDS["Bo"]}, **bo).json["name"] == "Bo"
    assert Visitor(site).log_in("Bo").status == 401
    assert Visitor(site).log_in("Bo", "a third phrase now").status == 200


@pytest.mark.parametrize("role", ["admin", "reviewer"])
def test_no_key_makes_one_that_may_do_more_than_itself(site: Site, role: str) -> None:
    """Ana is an admin, but a key of hers that may only read stays a reader's, by the API and by the page."""
    _, secret = people.add_key(site.parts, ROOT, "Ana", role="reader")
    weak = {"Authorization": f"Bearer {secret}"}
    refused = site.post("/api/v1/me/keys", {"role": role}, **weak)
    assert (refused.status, f"Ana is reader here and cannot make a key that is {role}" in refused.text) == (400, True)
    assert site.post("/api/v1/me/keys", {}, **weak).json["role"] == "reader"
    visitor = Visitor(site)
    page = visitor.open(Request(site.address + "/account", headers=weak)).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token
    before = {key.prefix for key in site.parts.store.api_keys("Ana")}
    form = urlencode({"form_token": token[1], "role": role}).encode()
    answer = visitor.open(Request(site.address + "/account/keys", data=form, headers=weak))
    assert "cannot make a key" in answer.text
    assert {key.prefix for key in site.parts.store.api_keys("Ana")} == before


@pytest.mark.parametrize(("path", "asked"), [("/api/v1/me/keys", {}), ("/api/v1/keys", {"owner": "Bo", "days": 90})])
def test_no_key_makes_one_that_lasts_longer_than_itself(site: Site, path: str, asked: dict[str, Any]) -> None:
    """What it makes ends when it ends itself; a key without an end makes what is asked for."""
    maker, secret = people.add_key(site.parts, ROOT, "Ana", days=1)
    made = site.post(path, asked, Authorization=f"Bearer {secret}")
    assert maker.expires_at
    assert (made.status, datetime.fromisoformat(made.json["expires_at"])) == (201, maker.expires_at)
    assert (site.post(path, asked, **key_of(site, "Ana")).json["expires_at"] is None) is ("days" not in asked)


def test_without_accounts_nobody_has_keys_of_their_own(tmp_path: Path) -> None:
    """The single user is told that there is no account, in place of a list that could never fill."""
    with running(sample_parts(tmp_path / "index")) as alone:
        answers = [alone.get("/api/v1/me/keys"), alone.post("/api/v1/me/keys", {})]
    assert [(one.status, one.json["error"]) for one in answers] == [(409, "there is no account yet")] * 2


def test_an_admin_manages_people_on_their_page(site: Site) -> None:
    """Adding, changing and removing work, and what cannot be done is said."""
    ana = Visitor(site)
    ana.log_in("Ana")
    assert (
        "Di can log in as reader"
        in ana.send("/users", "/users", name="Di", role="reader", password="a phrase for di").text
    )
    assert "is taken by" in ana.send("/users", "/users", name="di", role="reader", password="a phrase for di").text
    assert "Di is reviewer now" in ana.send("/users", "/users/Di/role", role="reviewer").text
    assert "Ana is the last admin" in ana.send("/users", "/users/Ana/remove").text
    assert "Di is removed" in ana.send("/users", "/users/Di/remove").text
    assert [one.name for one in site.parts.store.accounts()] == ["Ana", "Bo", "Cy"]
    bo = Visitor(site)
    bo.log_in("Bo")
    assert bo.get("/users").status == 403


def test_what_an_admin_does_is_in_the_audit_with_name_and_address(site: Site) -> None:
    """Articles, scans and accounts are noted; what a reviewer does is not, nor what was refused."""
    key = key_of(site, "Ana")
    answers = [
        site.post(DECIDE, {"verdict": "conflict"}, **key_of(site, "Bo")),
        site.post("/api/v1/articles", ARTICLE, **key),
        site.post("/api/v1/articles", {"body": ""}, **key),
        site.post("/api/v1/scan", {}, **key),
        site.post("/api/v1/claims", CLAIM, **key),
    ]
    assert [one.status for one in answers] == [201, 201, 400, 200, 200]
    assert Visitor(site).send("/login", "/scan").headers["Path"] == "/login"  # somebody who is not logged in
    ana = Visitor(site)
    ana.log_in("Ana")
    ana.send("/users", "/users/Cy/role", role="reviewer")
    noted = [(one.who, one.act, one.what, one.address) for one in reversed(site.parts.store.audit(100))]
    keys = [one for one in noted if one[1] == "added key"]
    assert len(keys) == 2
    assert [one for one in noted[len(PASSWORDS) :] if one not in keys] == [
        ("Ana", "add articles", "POST /api/v1/articles", "127.0.0.1"),
        ("Ana", "scan now", "POST /api/v1/scan", "127.0.0.1"),
        ("Ana", "logged in", "admin", "127.0.0.1"),
        ("Ana", "changed role", "Cy from reader to reviewer", "127.0.0.1"),
    ]
    assert "Cy from reader to reviewer" in ana.get("/users").text


def test_an_answer_that_is_given_again_is_no_second_act(site: Site) -> None:
    """The audit has a request once, however often it is repeated under its idempotency key."""
    key = key_of(site, "Ana") | {"Idempotency-Key": "once"}
    answers = [site.post("/api/v1/articles", ARTICLE, **key) for _ in range(3)]
    assert [one.headers.get("Idempotency-Replayed") for one in answers] == [None, "true", "true"]
    assert [one.act for one in site.parts.store.audit(100)].count("add articles") == 1


# Single-user mode, and opening the door


def test_without_accounts_whoever_sits_here_may_do_everything(tmp_path: Path) -> None:
    """No login is asked for, and the body names the reviewer."""
    with running(sample_parts(tmp_path / "index")) as site:
        decided = site.post(DECIDE, {"verdict": "conflict", "reviewer": "Whoever"})
        assert decided.json["decision"]["reviewer"] == "Whoever"
        assert site.post("/api/v1/scan", {}).status == 200
        assert Visitor(site).get("/login").headers["Path"] == "/"
        assert "Nobody has to log in" in Visitor(site).get("/account").text
        assert [(one.who, one.act) for one in site.parts.store.audit(9)] == [("single user", "scan now")]


def test_the_first_account_closes_the_door_behind_whoever_made_it(tmp_path: Path) -> None:
    """It is an admin, its maker is logged in with it, and everybody else is asked from then on."""
    with running(sample_parts(tmp_path / "index")) as site:
        first, other = Visitor(site), Visitor(site)
        assert other.get("/users").status == 200
        refused = first.send("/users", "/users", name="Ana", role="reader", password=PASSWORDS["Ana"])
        assert "The first account has to be an admin" in refused.text
        made = first.send("/users", "/users", name="Ana", role="admin", password=PASSWORDS["Ana"])
        assert "Ana is the first account" in made.text
        assert first.get("/users").status == 200
        assert other.get("/users").headers["Path"].startswith("/login")
        assert site.get("/api/v1/findings").status == 401


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"host": "0.0.0.0"}, "serving on 0.0.0.0"),
        ({"host": "::"}, "serving on ::"),
        ({"host": "192.168.1.5"}, "serving on 192.168.1.5"),
        ({"public_hosts": "facts.example"}, "serving on facts.example .*FACTCHECK_PUBLIC_HOSTS"),
        ({"trusted_proxy": "127.0.0.1"}, "behind the proxy 127.0.0.1 .*FACTCHECK_TRUSTED_PROXY"),
        ({"https": True}, "behind a proxy .*FACTCHECK_HTTPS"),
    ],
)
def test_without_an_account_the_door_stays_shut(tmp_path: Path, settings: dict[str, Any], named: str) -> None:
    """The refusal names what opens it and the commands that make an account; with one, and on loopback, it opens."""
    parts = fake_parts(tmp_path, **settings)
    with pytest.raises(BadSetting, match=named) as refused:
        refuse_open_door(parts)
    assert f"factcheck --index {tmp_path} users add NAME --role admin" in refused.value.hint
    parts.store.close()
    local = fake_parts(tmp_path)
    refuse_open_door(local)
    people.add_account(local, ROOT, "Ana", "admin", PASSWORDS["Ana"])
    local.store.close()
    again = fake_parts(tmp_path, **settings)
    refuse_open_door(again)
    again.store.close()


def test_serve_refuses_to_start_without_a_login_and_says_how_to_make_one(tmp_path: Path) -> None:
    """The real command ends with exit code 2 and the commands to type; nothing was served."""
    command = [sys.executable, "-m", "factcheck", "--index", str(tmp_path), "serve", "--host", "0.0.0.0", "--port", "0"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert run.returncode == 2
    assert run.stdout == ""
    assert "serving on 0.0.0.0 lets others in, and there is no account to log in with" in run.stderr
    assert f"factcheck --index {tmp_path} users add NAME --role admin" in run.stderr
    assert f"factcheck --index {tmp_path} serve --host 0.0.0.0" in run.stderr


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"https": True}, {"trusted_proxy": "127.0.0.1"}])
def test_a_server_that_others_reach_takes_nobody_for_the_single_user(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Even where the start was not refused, as under another WSGI server."""
    parts = sample_parts(tmp_path / "index", **settings)
    with running(parts) as site:
        assert site.get("/api/v1/findings").status == 401
        page = Visitor(site).get("/")
        assert "factcheck users add NAME --role admin" in page.text
    app = create_app(Settings(index=tmp_path / "index"), parts)
    far = app.test_client().get("/api/v1/findings", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert far.status_code == 401


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        ({}, "127.0.0.1:8000", True),
        ({}, "[::1]:8000", True),
        ({}, "localhost", True),
        ({}, "evil.example", False),
        ({}, "10.0.0.8", False),
        ({"public_hosts": "facts.example"}, "facts.example", True),
        ({"host": "0.0.0.0"}, "192.168.1.5:8000", True),
        ({"host": "0.0.0.0"}, "[2001:db8::5]:8000", True),
        ({"host": "0.0.0.0"}, "evil.example", False),
        ({"host": "0.0.0.0", "public_hosts": "Facts.example, news.example"}, "NEWS.example:8000", True),
        ({"host": "0.0.0.0", "public_hosts": "facts.example"}, "192.168.1.5", False),
        ({"host": "0.0.0.0", "public_hosts": "facts.example"}, "facts.example.evil.example", False),
        ({"host": "0.0.0.0", "public_hosts": "facts.example"}, "127.0.0.1", True),
    ],
)
def test_the_server_answers_only_to_its_own_names(
    office: Path, tmp_path: Path, settings: dict[str, str], host: str, expected: bool
) -> None:
    """A name that somebody else points at this address is refused before anything else."""
    with opened(office, tmp_path, **settings) as site:
        status, _, body = raw(site, "GET", "/healthz", Host=host)
    assert status == (200 if expected else 400)
    assert expected or "this server is not known as" in body


# Other origins


def test_other_origins_may_not_call_the_api_unless_a_setting_names_them(office: Path, tmp_path: Path) -> None:
    """Off, no header lets a browser show the answer; on, only the named origin, and never with cookies."""
    with opened(office, tmp_path / "off") as site:
        _, headers, _ = raw(site, "OPTIONS", "/api/v1/claims", Origin=PRIVATE)
        assert [name for name in headers if name.startswith("Access-Control")] == []
    with opened(office, tmp_path / "on", cors_origins=f"{PRIVATE}/, https://b.example") as site:
        key = key_of(site, "Bo")["Authorization"]
        status, headers, _ = raw(site, "OPTIONS", "/api/v1/claims", Origin=PRIVATE)
        assert (status, headers["Access-Control-Allow-Origin"]) == (200, PRIVATE)
        assert "Authorization" in headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in headers
        answer = site.post("/api/v1/claims", CLAIM, Origin=PRIVATE, Authorization=key)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, PRIVATE)
        assert "Origin" in answer.headers["Vary"]
        stranger = site.post("/api/v1/claims", CLAIM, Origin="https://evil.example", Authorization=key)
        assert stranger.status == 403
        assert "Access-Control-Allow-Origin" not in stranger.headers
        assert "Access-Control-Allow-Origin" not in site.get("/login", Origin=PRIVATE).headers


# Rates and sizes


def test_who_asks_too_often_is_told_when_to_come_back(office: Path, tmp_path: Path) -> None:
    """The rest of the minute is refused with 429 and Retry-After; somebody else is not held up."""
    with opened(office, tmp_path, rate_limit=5, write_rate_limit=2) as site:
        bo, cy = key_of(site, "Bo"), key_of(site, "Cy")
        written = [site.post("/api/v1/claims", CLAIM, **bo) for _ in range(3)]
        assert [one.status for one in written] == [200, 200, 429]
        assert "Bo sent more than 2 writes in a minute" in written[-1].text
        assert 1 <= int(written[-1].headers["Retry-After"]) <= 60
        assert [site.get("/api/v1/findings", **bo).status for _ in range(4)] == [200, 200, 429, 429]
        assert site.get("/api/v1/findings", **cy).status == 200
        assert [site.get("/healthz").status for _ in range(8)] == [200] * 8


def test_a_wrong_key_counts_for_the_address(office: Path, tmp_path: Path) -> None:
    """Trying keys is as limited as everything else."""
    with opened(office, tmp_path, rate_limit=3) as site:
        tried = [site.get("/api/v1/findings", Authorization="Bearer x").status for _ in range(5)]
    assert tried == [401, 401, 401, 429, 429]


def test_whoever_sits_at_the_machine_may_ask_far_more_often(tmp_path: Path) -> None:
    """The limits are a hundred times as high in single-user mode, and 0 is none."""
    with running(sample_parts(tmp_path / "index", rate_limit=1)) as site:
        assert {site.get("/api/v1/findings").status for _ in range(20)} == {200}
    free = Rates(Settings(rate_limit=0))
    for _ in range(2000):
        free.ask("requests", "somebody")


def test_passwords_cannot_be_tried_for_long(site: Site) -> None:
    """After ten tries of a name from an address even the right password waits; other names still get in."""
    visitor = Visitor(site)
    answers = [visitor.log_in("Bo", f"wrong guess {number}").status for number in range(11)]
    assert answers == [401] * 10 + [429]
    right = visitor.log_in("Bo")
    assert right.status == 429
    assert "Too many passwords were tried" in right.text
    assert int(right.headers["Retry-After"]) > 60
    assert Visitor(site).log_in("Ana").status == 200


def test_tries_are_forgiven_once_the_right_password_came() -> None:
    """Who mistypes now and then is not shut out; one name from many addresses is."""
    rates = Rates(Settings())

    def mistype(name: str, address: str) -> None:
        with pytest.raises(NotAllowed), rates.password_try(name, address):
            raise NotAllowed("the password is not right")

    for _ in range(5):
        for _ in range(8):
            mistype("Bo", "10.0.0.9")
        with rates.password_try("Bo", "10.0.0.9"):
            pass
    for number in range(100 - 9 * 5):
        mistype("BO", f"10.1.0.{number}")
    with pytest.raises(TooManyRequests) as refused, rates.password_try("bo", "10.2.0.1"):
        raise AssertionError("a password that is one too many is looked at")
    assert refused.value.retry_after > 60


@pytest.mark.parametrize(
    ("proxy", "expected"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9"), ("10.0.0.1", "127.0.0.1")]
)
def test_only_the_proxy_of_the_settings_is_believed_on_who_asks(
    office: Path, tmp_path: Path, proxy: str, expected: str
) -> None:
    """Else anybody could pass for another address by a header; of several addresses the proxy's own note counts."""
    with opened(office, tmp_path, trusted_proxy=proxy) as site:
        visitor = Visitor(site)
        filled = {"form_token": visitor.token("/login"), "name": "Ana", "password": "a wrong guess"}
        headers = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        visitor.open(Request(site.address + "/login", data=urlencode(filled).encode(), headers=headers))
        [failed] = [one for one in site.parts.store.audit(9) if one.act == "login failed"]
    assert failed.address == expected


def test_one_household_is_one_address() -> None:
    """IPv6 gives everybody endless addresses in one network; an IPv4 address may come in the form of IPv6."""
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert network_of("::ffff:10.0.0.9") == network_of("10.0.0.9") == "10.0.0.9"


def test_a_form_that_is_far_too_large_is_refused(site: Site) -> None:
    """A login is a few bytes; nobody fills memory with one."""
    visitor = Visitor(site)
    answer = visitor.send("/login", "/login", name="Ana", password="x" * 100_000)
    assert answer.status == 413


# Headers and secrets


@pytest.mark.parametrize("path", ["/login", "/healthz", "/api/v1/findings", "/static/app.css", "/nothing"])
def test_every_answer_carries_the_strict_headers(site: Site, path: str) -> None:
    """No framing, no sniffing, no code but our own files, nothing told to other sites."""
    headers = site.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_secret_gives_way_to_a_new_one_and_is_kept_to_its_owner(tmp_path: Path) -> None:
    """Cookies of the former secret hold until the next change, and only the owner can read either file."""
    now = time.time()
    [first] = lasting_secrets(tmp_path, now)
    (tmp_path / "secret.key").chmod(0o644)
    assert lasting_secrets(tmp_path, now) == [first]
    os.utime(tmp_path / "secret.key", (now - (SECRET_DAYS + 1) * 86_400,) * 2)
    second, former = lasting_secrets(tmp_path, now)
    assert (former, len(second), second != first) == (first, 32, True)
    modes = [stat.S_IMODE(file.stat().st_mode) for file in sorted(tmp_path.iterdir())]
    assert modes == [0o600, 0o600]


def test_a_secret_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    """A disk that was full when it was made logs nobody out at every start."""
    (tmp_path / "secret.key").touch()
    [made] = lasting_secrets(tmp_path, time.time())
    assert lasting_secrets(tmp_path, time.time()) == [made]


def test_a_session_outlives_a_change_of_the_secret(office: Path, tmp_path: Path) -> None:
    """Nobody is logged out by it."""
    shutil.copytree(office, tmp_path / "index")
    parts = sample_parts(tmp_path / "index")
    client = create_app(parts.settings, parts).test_client()
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/login").text)
    assert token
    client.post("/login", data={"form_token": token[1], "name": "Ana", "password": PASSWORDS["Ana"]})
    name = cookie_name(parts.settings)
    cookie = client.get_cookie(name)
    assert cookie
    os.utime(tmp_path / "index" / "secret.key", (1, 1))
    later = create_app(parts.settings, parts).test_client()
    later.set_cookie(name, cookie.value)
    assert later.get("/users").status_code == 200
    parts.store.close()
