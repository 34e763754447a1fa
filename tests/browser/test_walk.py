"""The whole way in a real browser: from an empty store to decisions that came into a second one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factcheck.config import load_settings
from factcheck.wiring import build_parts
from tests.browser.walk import LONG_PATIENCE, NEEDS_CHROMIUM, PATIENCE, sign
from tests.fakes import fake_parts
from tests.web_server import Site, running

pytestmark = NEEDS_CHROMIUM

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
KEYS = ["c", "u", "t", "a", "d", "x", "n", "?", "c", "t"]
SAID = [
    "conflict",
    "update",
    "tension",
    "attribution only",
    "different event",
    "not a claim",
    "no disagreement",
    "unsure",
    "conflict",
    "tension",
]


def window(browser: Any, site: Site) -> Any:
    """A window of a reader of their own."""
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def take_in_the_seeds(page: Any) -> None:
    """From the first-run page to compared articles."""
    page.goto("/")
    page.get_by_text("Nothing has been read yet").wait_for()
    page.get_by_label("Files").set_input_files([str(path) for path in SEEDS])
    page.get_by_role("button", name="Add and start").click()
    page.wait_for_url("**/jobs/*")
    page.locator('[data-job="over"]').wait_for(timeout=LONG_PATIENCE)
    told = page.inner_text("#job")
    assert f"{len(SEEDS)} articles added" in told
    assert "Review findings" in told


def decide_by_keys(page: Any) -> list[str]:
    """Ten decisions without the mouse; the addresses of what was decided, in order."""
    page.get_by_role("button", name="Start reviewing").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("s")
    page.wait_for_url("**/findings/*")
    page.keyboard.press("m")
    page.keyboard.type("ct")  # letters in a note decide nothing
    page.keyboard.press("Tab")
    page.keyboard.type("Ana")
    page.keyboard.press("Escape")
    decided = []
    for key in KEYS:
        here = page.url
        decided.append(here)
        page.keyboard.press(key)
        page.wait_for_url(lambda address, here=here: address != here)
        page.get_by_text("Recorded:").wait_for()
    return decided


def standing(site: Site) -> dict[str, list[tuple[str, str, str]]]:
    """What stands about each finding: reviewer, verdict, note."""
    stands: dict[str, list[tuple[str, str, str]]] = {}
    for entry in site.parts.store.standing_log():
        made = entry.decision
        stands.setdefault(made.finding_id, []).append((made.reviewer, str(made.verdict), made.note))
    return stands


def id_of(address: str) -> str:
    """The finding that an address is about."""
    return address.split("?")[0].rsplit("/", 1)[-1]


@pytest.mark.timeout(2400)
def test_from_an_empty_store_to_decisions_in_another(browser: Any, tmp_path: Path) -> None:
    """First run, ingest and scan by the page, ten keys, one undone, a second reviewer, quality, export, import."""
    with running(fake_parts(tmp_path / "index")) as site:
        ana = window(browser, site)
        take_in_the_seeds(ana)
        ana.get_by_role("button", name="Review findings").click()
        decided = decide_by_keys(ana)
        assert len(set(decided)) == len(KEYS)
        assert [standing(site)[id_of(one)] for one in decided] == [
            [("Ana", verdict, "ct" if number == 0 else "")] for number, verdict in enumerate(SAID)
        ]

        ana.keyboard.press("z")
        ana.get_by_text("Taken back: tension.").wait_for()
        assert id_of(ana.url) == id_of(decided[-1])
        assert id_of(decided[-1]) not in standing(site)

        bo = window(browser, site)
        for address, button in zip(decided[:2], ("Different event", "Update"), strict=True):
            bo.goto(address)
            sign(bo, "Bo")
            bo.get_by_role("button", name=button).click()
            bo.get_by_text("Recorded:").wait_for()
        bo.get_by_role("link", name="Quality").click()
        row = bo.get_by_role("row", name="Ana and Bo").inner_text().split("\t")
        assert [cell.strip() for cell in row[1:3]] == ["2", "1"]

        with bo.expect_download() as coming:
            bo.get_by_role("link", name="JSON lines").click()
        exported = tmp_path / "decisions.jsonl"
        coming.value.save_as(exported)
        here, figures = standing(site), bo.inner_text("main .measures")
        log = site.parts.store.decision_log()
        open_here = {one.finding_id for one in site.parts.store.findings()} - set(here)

    with running(fake_parts(tmp_path / "fresh")) as other:
        page = window(browser, other)
        take_in_the_seeds(page)
        page.goto("/quality")
        page.get_by_text("Nothing has been decided yet").wait_for()
        page.get_by_label("Bring in decisions").set_input_files(str(exported))
        page.get_by_role("button", name="Import").click()
        page.get_by_text(f"{len(log)} entries of the log are new here.").wait_for()
        assert standing(other) == here
        assert page.inner_text("main .measures") == figures
        assert {one.finding_id for one in other.parts.store.findings()} - set(standing(other)) == open_here
        page.goto(f"/findings/{id_of(decided[0])}")
        assert "Different event by Bo" in page.inner_text("main")
        assert other.parts.store.chain_problems() == []


@pytest.mark.model
@pytest.mark.timeout(2400)
def test_the_seeds_are_taken_in_and_reviewed_with_the_real_models(browser: Any, tmp_path: Path) -> None:
    """The same first steps with the models that ship: what they flag on the seeds comes up and is decided by key."""
    parts = build_parts(load_settings(index=tmp_path / "index", operating_point="sensitive"))
    with running(parts) as site:
        page = window(browser, site)
        take_in_the_seeds(page)
        page.get_by_role("button", name="Review findings").click()
        page.get_by_role("button", name="Start reviewing").wait_for()
        page.wait_for_load_state()
        page.keyboard.press("s")
        page.wait_for_url("**/findings/*")
        sign(page, "Ana")
        decided = id_of(page.url)
        page.keyboard.press("n")
        page.get_by_text("Recorded: no disagreement.").wait_for()
        assert standing(site) == {decided: [("Ana", "no disagreement", "")]}
        page.goto("/check?text=Pakistan+asked+the+Security+Council+for+a+meeting+on+Kashmir.")
        assert page.locator("#result .evidence").count() > 0
    parts.store.close()
