"""No page has a barrier: axe on each of them, in light and dark, wide and narrow, for one reader and for several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from factcheck import jobs, people
from factcheck.article_fields import article_from_fields
from factcheck.parts import Parts
from factcheck.people import Actor
from factcheck.records import Dispute, LeftOut
from factcheck.web.pages_people import MOST_FORM_BYTES
from tests.browser.walk import NEEDS_CHROMIUM, PATIENCE, barriers
from tests.fakes import fake_parts
from tests.sample_report import HERALD, LATER, NUMBERS, SAMPLE
from tests.web_server import Site, running, sample_parts

pytestmark = [*NEEDS_CHROMIUM, pytest.mark.timeout(1200)]

SCHEMES = pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
PASSWORD = "correct horse battery"
ROOT = Actor(who="root", address="here")
CARD: Dispute = replace(SAMPLE.disputes[0], dispute_id="card", finding_ids=(NUMBERS.finding_id, LATER.finding_id))
FOR_ONE = [
    "/?status=all",
    "/?q=zebra",
    "/?status=all&relation=conflict#filters",
    f"/findings/{NUMBERS.finding_id}?status=all",
    "/disputes",
    f"/disputes/{SAMPLE.disputes[1].dispute_id}",
    "/disputes/card",
    "/disputes/card/decide?verdict=conflict&reviewer=Bo&note=seen",
    "/check",
    "/check?text=Twelve+people+never+died+in+the+flood%2C+police+said.",
    "/check?text=Zebras+graze+beneath+Kilimanjaro.",
    "/check?text=",
    "/articles",
    f"/articles/{HERALD.article_id}",
    "/report",
    "/quality",
    "/jobs",
    "/about",
    "/account",
    "/users",
    "/none",
    "/findings/none",
    "/?status=odd",
]
AT_FIRST = ["/", "/articles", "/disputes", "/check", "/report", "/quality", "/jobs", "/login"]
FOR_SEVERAL = ["/", f"/findings/{LATER.finding_id}", "/disputes/card", "/users", "/account", "/check"]


@contextmanager
def looked_at(browser: Any, site: Site, scheme: str, width: int) -> Iterator[tuple[Any, dict[str, list[str]]]]:
    """A window, and what is found on its pages; at the end nothing must be, nor blocked by our own policy."""
    context = browser.new_context(base_url=site.address, color_scheme=scheme, viewport={"width": width, "height": 850})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    found: dict[str, list[str]] = {}
    yield page, found
    context.close()
    assert ({name: problems for name, problems in found.items() if problems}, complaints) == ({}, [])


def visitor(page: Any, found: dict[str, list[str]]) -> Callable[[str, int], None]:
    """What goes to an address that should answer with a status, and looks at the page there."""

    def visit(address: str, status: int = 200) -> None:
        answer = page.goto(address)
        assert answer is None or answer.status == status, address
        found[address] = barriers(page)

    return visit


def worked(parts: Parts, **article: str) -> str:
    """A job that is over, took one article in and left one out; its address."""
    taken = article_from_fields(article, settings=parts.settings, retrieved_at=parts.clock())
    wanted = jobs.Wanted(sources=(taken, LeftOut(what="notes.pdf", reason="it is a PDF; save it as text or HTML")))
    return f"/jobs/{jobs.start(parts, 'ingest', wanted, asked_by='Bo').job_id}"


def status_of(address: str) -> int:
    """The status that a page of FOR_ONE has."""
    refused = {"/none": 404, "/findings/none": 404, "/?status=odd": 400, "/check?text=": 400}
    return refused.get(address, 200)


@SCHEMES
def test_no_page_of_one_reader_has_a_barrier(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    """Axe finds no violation and nothing is wider than the window, on any page, its dialogs and its errors."""
    parts = sample_parts(tmp_path / "index")
    parts.store.save_disputes([*SAMPLE.disputes, CARD])
    with running(parts) as site, looked_at(browser, site, scheme, width) as (page, found):
        visit = visitor(page, found)
        for address in FOR_ONE:
            visit(address, status_of(address))
        page.goto(worked(parts, body="The harbour of Orlo was closed on Thursday.", title="Harbour"))
        page.locator('[data-job="over"]').wait_for()
        found["job"] = barriers(page)
        page.goto(f"/findings/{NUMBERS.finding_id}")
        for key, opened in (("h", "#keys-dialog"), ("[", "#article-panel .this-claim")):
            page.keyboard.press(key)
            page.locator(opened).wait_for()
            found[opened] = barriers(page)
            page.keyboard.press("Escape")


@SCHEMES
def test_no_page_of_an_empty_store_has_a_barrier(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    """The first-run page and every page that has nothing to show yet."""
    with running(fake_parts(tmp_path / "index")) as site, looked_at(browser, site, scheme, width) as (page, found):
        for address in AT_FIRST:
            visitor(page, found)(address)


@SCHEMES
def test_no_page_has_a_barrier_where_people_log_in(browser: Any, tmp_path: Path, scheme: str, width: int) -> None:
    """The login and what it refuses, the pages with accounts in use, and the errors that come with them."""
    parts = sample_parts(tmp_path / "index")
    parts.store.save_disputes([*SAMPLE.disputes, CARD])
    for name, role in (("Ana", "admin"), ("Cy", "reader")):
        people.add_account(parts, ROOT, name, role, PASSWORD)
    people.add_key(parts, ROOT, "Ana", label="nightly import", days=30)
    with running(parts) as site, looked_at(browser, site, scheme, width) as (page, found):
        visit = visitor(page, found)
        visit("/login", 200)
        _log_in(page, "Cy", "not the password")
        page.get_by_role("alert").wait_for()
        found["wrong password"] = barriers(page)
        page.get_by_label("Password").evaluate("(field, size) => (field.value = 'x'.repeat(size))", MOST_FORM_BYTES)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="That is too large").wait_for()
        found["413"] = barriers(page)
        page.goto("/login")
        _log_in(page, "Cy", PASSWORD)
        page.get_by_text("Logged in as Cy.").wait_for()
        visit("/users", 403)
        visit("/account", 200)
        page.get_by_role("button", name="Log out").click()
        _log_in(page, "Ana", PASSWORD)
        page.get_by_text("Logged in as Ana.").wait_for()
        for address in FOR_SEVERAL:
            visit(address, 200)
        page.goto("/users")
        page.get_by_text("Change Cy").click()
        found["one account open"] = barriers(page)
        page.goto("/account")
        page.get_by_text("Make a key").click()
        page.get_by_role("button", name="Make the key").click()
        page.get_by_text("Copy it now.").wait_for()
        found["a new key"] = barriers(page)


def _log_in(page: Any, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
