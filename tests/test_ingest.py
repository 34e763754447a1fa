"""Ingest takes articles in once, with their claims, origins and vectors, and passes on what could not be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from factcheck.errors import IndexOutOfStep, ScanInProgress
from factcheck.ingest import ingest
from factcheck.loaders import load
from factcheck.parts import Parts
from factcheck.pipeline import scan
from factcheck.records import LeftOut
from tests.fakes import BRIDGE, fake_parts, make_article

ALPHA = make_article("Officials said twelve people died in the quake.\nThe airport was closed on Monday.", "alpha")
BETA = make_article("Fifteen people died in the quake, the army said.\nSchools stay open.", "beta")


def texts(parts: Parts) -> set[str]:
    """The words of every claim in the store."""
    return {claim.text for claim in parts.store.all_claims()}


def test_articles_go_in_with_claims_and_vectors(parts: Parts):
    """Every sentence is a claim that cuts its words out of the body, and the index finds it."""
    run = ingest(parts, [ALPHA, BETA])
    assert texts(parts) == {*ALPHA.body.splitlines(), *BETA.body.splitlines()}
    for claim in parts.store.all_claims():
        assert parts.store.article(claim.article_id).body[claim.start : claim.end] == claim.text
    assert parts.claim_index.claim_ids() == parts.store.claim_ids()
    assert run.counts == {
        "added": 2,
        "unchanged": 0,
        "replaced": 0,
        "left_out": 0,
        "articles": 2,
        "claims": 4,
        "origins": 2,
    }
    assert parts.store.last_run("ingest") == run


def test_taking_in_twice_adds_nothing(parts: Parts):
    """The second time everything is unchanged, nothing is embedded and nothing saved."""
    ingest(parts, [ALPHA, BETA])
    before = parts.store.counts(), parts.store.revision(), parts.embedder.embedded, parts.claim_index.saves
    run = ingest(parts, [ALPHA, BETA, ALPHA])
    assert (run.counts["added"], run.counts["unchanged"]) == (0, 3)
    assert (parts.store.counts(), parts.store.revision(), parts.embedder.embedded, parts.claim_index.saves) == before


def test_a_changed_article_takes_the_place_of_the_old_one(parts: Parts):
    """Claims that are still made stay, the others go from store and index, and only new words are embedded."""
    ingest(parts, [ALPHA])
    kept = next(claim for claim in parts.store.all_claims() if "airport" in claim.text)
    embedded = parts.embedder.embedded
    changed = make_article("Officials said nobody died in the quake.\nThe airport was closed on Monday.", "alpha")
    run = ingest(parts, [changed])
    assert run.counts["replaced"] == 1
    assert texts(parts) == set(changed.body.splitlines())
    assert parts.store.claim(kept.claim_id).text == kept.text
    assert parts.claim_index.claim_ids() == parts.store.claim_ids()
    assert parts.embedder.embedded == embedded + 1


def told(parts: Parts, *paths: Path) -> list[str]:
    """What an ingest of these files and folders did, and the openings of the articles that are there then."""
    counts = ingest(parts, load(paths, parts.settings, parts.clock)).counts
    done = [f"{counts[name]} {name}" for name in ("added", "replaced", "unchanged") if counts[name]]
    return done + sorted(article.body.split(".")[0] for article in parts.store.articles())


def test_folders_of_one_name_lose_nothing_to_each_other(parts: Parts, tmp_path: Path):
    """/b/news/one.txt is no version of /a/news/one.txt; each is known again, and replaced by what it became."""
    one, other = (tmp_path / name / "news" / "one.txt" for name in "ab")
    for path, text in ((one, ALPHA.body), (other, "Schools stay open. The bridge over the Orlo fell at noon.")):
        path.parent.mkdir(parents=True)
        path.write_text(text)
    assert told(parts, one.parent) == ["1 added", "Officials said twelve people died in the quake"]
    both = ["Officials said twelve people died in the quake", "Schools stay open"]
    assert told(parts, other.parent) == ["1 added", *both]
    assert told(parts, one.parent) == told(parts, other.parent) == ["1 unchanged", *both]
    other.write_text("Schools are shut. The bridge over the Orlo fell at noon.")
    assert told(parts, other.parent) == ["1 replaced", both[0], "Schools are shut"]
    other.write_text("Nobody won the match on Sunday.")
    assert told(parts, other.parent) == ["1 added", "Nobody won the match on Sunday", both[0], "Schools are shut"]


def test_what_one_load_told_apart_is_known_in_another(parts: Parts, tmp_path: Path):
    """Two folders of one name taken in together, and then the second by itself, are as many articles as before."""
    folders = [tmp_path / name / "news" for name in "ab"]
    for folder, text in zip(folders, (ALPHA.body, "The bridge over the Orlo fell at noon."), strict=True):
        folder.mkdir(parents=True)
        (folder / "one.txt").write_text(text)
    told(parts, *folders)
    assert told(parts, folders[1])[0] == "1 unchanged"
    assert parts.store.counts()["articles"] == 2


def test_an_address_is_one_article_whatever_stands_there(parts: Parts):
    """A page that was written anew replaces the old one: its url says that it is the same."""
    ingest(parts, [ALPHA, make_article("The bridge over the Orlo fell at noon.", "alpha")])
    assert texts(parts) == {"The bridge over the Orlo fell at noon."}


def test_what_cannot_be_read_is_passed_on(parts: Parts):
    """A bad file is named with its reason and counted; the good ones beside it go in."""
    bad = LeftOut(what="c.txt", reason="it is empty")
    run = ingest(parts, [ALPHA, bad, BETA])
    assert run.left_out == (bad,)
    assert (run.counts["added"], run.counts["left_out"]) == (2, 1)


def test_copies_of_one_text_share_an_origin(parts: Parts):
    """The same wire text in two outlets is one origin, whenever they come in."""
    ingest(parts, [make_article(BRIDGE, "alpha"), BETA])
    run = ingest(parts, [make_article(BRIDGE, "gamma")])
    origins = {article.label: article.origin_id for article in parts.store.articles()}
    assert origins["alpha"] == origins["gamma"] != origins["beta"]
    assert run.counts["origins"] == 2


@pytest.mark.parametrize("mend", [lambda parts: ingest(parts, []), scan])
def test_copies_are_found_after_an_ingest_that_died(parts: Parts, mend: Callable[[Parts], object]):
    """The next ingest or scan looks for them, though nothing new came in."""

    def sources():
        yield make_article(BRIDGE, "alpha")
        yield make_article(BRIDGE, "gamma")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(parts, sources())
    assert parts.store.counts()["origins"] == 2
    mend(parts)
    assert parts.store.counts()["origins"] == 1
    assert not parts.store.copies_are_due()


def test_a_new_version_keeps_its_origin_until_copies_are_looked_for(parts: Parts):
    """So an ingest that dies undoes no origin that was found or decided."""
    ingest(parts, [make_article(BRIDGE, "alpha"), make_article(BRIDGE, "gamma")])
    before = {article.article_id: article.origin_id for article in parts.store.articles()}

    def sources():
        for name in ("alpha", "gamma"):
            yield make_article(f"{BRIDGE}\nNobody was hurt.", name)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(parts, sources())
    assert {article.article_id: article.origin_id for article in parts.store.articles()} == before


def test_an_ingest_that_died_is_mended_by_the_next(parts: Parts):
    """Articles saved before the death stay, and the next ingest makes them findable."""

    def sources():
        yield ALPHA
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(parts, sources())
    assert texts(parts) == set(ALPHA.body.splitlines())
    ingest(parts, [])
    assert parts.claim_index.claim_ids() == parts.store.claim_ids()


def test_two_ingests_at_once_are_refused(parts: Parts):
    """The second is told who is at it, and nothing is written."""
    folder = parts.settings.index
    with FileLock(folder / "factcheck.lock"):
        (folder / "factcheck.lock.json").write_text('{"pid": 4711, "since": "2026-01-01T00:00:00+00:00"}')
        with pytest.raises(ScanInProgress, match=r"process 4711, since 2026-01-01T00:00:00") as caught:
            ingest(parts, [ALPHA])
    assert caught.value.hint == "try again when it is done"
    assert parts.store.counts()["articles"] == 0
    ingest(parts, [ALPHA])


def test_progress_is_told_by_stage(parts: Parts):
    """The progress hears each stage begin and how far it is."""
    heard: list[tuple[str, int, int]] = []
    ingest(parts, [ALPHA], progress=lambda stage, done, total: heard.append((stage, done, total)))
    assert heard == [("read", 0, 0), ("read", 1, 0), ("find copies", 0, 0), ("embed", 0, 0), ("embed", 2, 2)]


def test_a_folder_in_the_way_of_the_lock_is_named(tmp_path: Path):
    """A place that cannot be written is an error with a hint."""
    parts = fake_parts(tmp_path / "index")
    (tmp_path / "index" / "factcheck.lock").mkdir()
    with pytest.raises(Exception, match=r"cannot write to .*index"):
        ingest(parts, [ALPHA])
    parts.store.close()


def test_an_index_that_cannot_be_read_is_not_overwritten(parts: Parts):
    """Damage is reported by ingest; only reindex makes the index anew."""

    def broken():
        raise IndexOutOfStep("the index file is truncated", hint="run: factcheck reindex")

    ingest(parts, [ALPHA])
    damaged = Parts(**{**vars(parts), "open_index": broken})
    with pytest.raises(IndexOutOfStep, match="truncated"):
        ingest(damaged, [BETA])
