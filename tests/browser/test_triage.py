"""The pages in a real browser: a claim submitted, decisions by mouse and by keyboard, and the keys themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.walk import NEEDS_CHROMIUM, PATIENCE
from tests.sample_report import COURIER, LATER, NUMBERS
from tests.web_server import Site, running, sample_parts

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server with the sample report."""
    with running(sample_parts(tmp_path / "index")) as started:
        yield started


@pytest.fixture
def page(browser: Any, site: Site) -> Iterator[Any]:
    """A window on the server."""
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def verdicts(site: Site, finding_id: str) -> list[tuple[str, str, str]]:
    """What was decided about a finding: reviewer, verdict, note."""
    return [(one.reviewer, str(one.verdict), one.note) for one in site.parts.store.decisions(finding_id)]


def test_a_claim_is_submitted_and_answered(page: Any) -> None:
    """A reader types a claim and sees which article contradicts it, with a way into the article."""
    page.goto("/check")
    page.get_by_label("Claim").fill("Twelve people never died in the flood, police said.")
    page.get_by_role("button", name="Check").click()
    conflicts = page.locator("#result section", has_text="cannot both be right")
    assert "Twelve people died in the flood, police said." in conflicts.inner_text()
    conflicts.locator("article", has_text="The Courier").get_by_role("link", name="in the article").click()
    assert page.url.split("#")[0].endswith(f"/articles/{COURIER.article_id}")
    assert page.locator(":target").inner_text() == "Twelve people died in the flood, police said."


def test_a_decision_by_mouse_is_recorded(page: Any, site: Site) -> None:
    """From the queue into a finding, a note, a click on a verdict."""
    page.goto("/")
    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Note").fill("the toll rose")
    page.get_by_label("Your name").fill("Bo")
    page.get_by_role("button", name="Update").click()
    page.get_by_text("Recorded: update.").wait_for()
    assert verdicts(site, LATER.finding_id) == [("Bo", "update", "the toll rose")]


def test_a_decision_by_keyboard_is_recorded_and_leads_on(page: Any, site: Site) -> None:
    """Keys open, decide, go on and come back; while a note is typed they rest."""
    page.goto("/?status=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/findings/{NUMBERS.finding_id}?status=all")
    page.get_by_label("Your name").fill("Bo")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type("cud")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_url(f"**/findings/{LATER.finding_id}?status=all")
    page.keyboard.press("?")
    page.get_by_text("Recorded: unsure.").wait_for()
    assert verdicts(site, LATER.finding_id) == [("Bo", "unsure", "")]
    page.keyboard.press("z")
    page.get_by_text("Taken back: unsure.").wait_for()
    assert page.url.endswith(f"/findings/{LATER.finding_id}?status=all")
    assert ("Bo", "conflict", "cud") in verdicts(site, NUMBERS.finding_id)
    assert verdicts(site, LATER.finding_id) == []


def test_enter_in_the_name_decides_nothing(page: Any, site: Site) -> None:
    """A verdict key that leads to the empty name records nothing before it is pressed again."""
    page.goto(f"/findings/{LATER.finding_id}")
    page.keyboard.press("u")
    page.keyboard.type("Bo")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.get_by_text("Recorded: update.").wait_for()
    assert verdicts(site, LATER.finding_id) == [("Bo", "update", "")]
    assert not page.locator("button[disabled]").is_visible()


def test_keys_and_forms_work_again_after_the_browser_was_stopped(page: Any, site: Site) -> None:
    """What is pressed while the answer is awaited does nothing; three seconds later the page takes a decision again."""
    sent = []
    page.clock.install()
    page.goto(f"/findings/{LATER.finding_id}")
    page.get_by_label("Your name").fill("Bo")
    page.keyboard.press("Escape")
    page.clock.pause_at("2030-01-01")
    page.route("**/decisions", lambda route: (sent.append(route.request.post_data), route.abort("aborted")))
    page.keyboard.press("c")
    page.get_by_role("button", name="Tension").click(no_wait_after=True)
    assert len(sent) == 1
    page.unroute("**/decisions")
    page.clock.fast_forward(3_000)
    page.keyboard.press("u")
    page.get_by_text("Recorded: update.").wait_for()
    assert verdicts(site, LATER.finding_id) == [("Bo", "update", "")]


def test_the_whole_article_is_one_key_away(page: Any) -> None:
    """A bracket opens the article beside the pair at the claim; the same key, or Escape, closes it."""
    page.goto(f"/findings/{NUMBERS.finding_id}")
    page.keyboard.press("[")
    panel = page.locator("#article-panel")
    panel.locator(".this-claim").wait_for()
    claim = page.locator(".side .passage p:not(.context)").first.inner_text()
    assert panel.locator(".this-claim").inner_text() == claim
    page.keyboard.press("c")  # decides nothing behind the panel
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert "/findings/" in page.url


def test_keys_can_be_chosen(page: Any, site: Site) -> None:
    """Another key is kept in the browser; one that is taken is refused with the reason."""
    page.goto(f"/findings/{LATER.finding_id}")
    page.get_by_label("Your name").fill("Bo")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    page.get_by_role("button", name="Change the key for: Update").click()
    page.keyboard.press("c")
    page.get_by_text("“c” is taken by: Conflict").wait_for()
    page.keyboard.press("9")
    page.get_by_text("“9” is now: Update.").wait_for()
    page.reload()
    page.get_by_label("Your name").fill("Bo")
    page.keyboard.press("Escape")
    page.keyboard.press("9")
    page.get_by_text("Recorded: update.").wait_for()
    assert verdicts(site, LATER.finding_id) == [("Bo", "update", "")]


def test_keys_can_be_turned_off(page: Any, site: Site) -> None:
    """With the switch off a verdict key does nothing, also on the next page."""
    page.goto(f"/findings/{LATER.finding_id}")
    page.get_by_label("Your name").fill("Bo")
    page.get_by_role("switch", name="Keys").uncheck()
    page.keyboard.press("c")
    page.reload()
    assert not page.get_by_role("switch", name="Keys").is_checked()
    page.keyboard.press("c")
    page.keyboard.press("q")
    assert page.url.endswith(f"/findings/{LATER.finding_id}")
    assert verdicts(site, LATER.finding_id) == []


def test_a_decision_without_javascript_is_recorded(browser: Any, site: Site) -> None:
    """The forms alone are enough."""
    context = browser.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/findings/{LATER.finding_id}")
    page.get_by_label("Your name").fill("Bo")
    page.get_by_role("button", name="Not a claim").click()
    page.get_by_text("Recorded: not a claim.").wait_for()
    context.close()
    assert verdicts(site, LATER.finding_id) == [("Bo", "not a claim", "")]


def test_the_api_page_shows_every_call_without_the_network(page: Any, site: Site) -> None:
    """The page that reads the OpenAPI document works under the same policy."""
    page.goto("/openapi/swagger")
    page.get_by_text("/api/v1/claims").first.wait_for()
    calls = sum(len(methods) for methods in site.get("/openapi.json").json["paths"].values())
    assert page.locator(".opblock").count() == calls
