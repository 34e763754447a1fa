"""Copies of one text share an origin, in whatever order they come; articles that share only furniture do not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from factcheck.config import Settings
from factcheck.loaders import article_from_fields
from factcheck.origins import assign_origins, copied_share, find_copies
from factcheck.records import Article

NEWS = Path(__file__).parent.parent.parent / "shared" / "data" / "news"
LABELLED = Path(__file__).parent / "quality" / "origins.jsonl"

WIRE = (
    "A cargo ship ran aground near the harbour of Port Ellis on Tuesday evening, the coast guard said. "
    "Nobody on board was hurt, and the eleven members of the crew were taken ashore by a lifeboat. "
    "Divers will look for leaks in the hull as soon as the sea is calmer, a spokeswoman told reporters. "
    "The ship was carrying timber from Norway and had left Bergen on Saturday morning. "
    "It is the third accident at that reef in four years, and residents have asked for a second lighthouse. "
    "The harbour master said that the channel would stay closed until the weekend."
)
EDITED = WIRE.replace("cargo ship", "freighter").replace("Tuesday evening", "Tuesday").replace("ashore", "to land")
CUT = " ".join(WIRE.split()[:50]) + "."
OTHER = (
    "The harbour of Port Ellis stayed closed on Wednesday after a freighter hit a reef in heavy weather. "
    "Its owner blamed a broken beacon, which the port authority denied in a statement published at noon. "
    "Fishermen complained that they could not sell their catch and asked the government for help. "
    "The captain, who has sailed these waters for thirty years, is to be questioned by the police today. "
    "Timber washed up on the beaches, and children were told to keep away from the drifting trunks."
)
BACKGROUND = " ".join(
    f"Our paper has reported on matter number {n} of the old harbour affair since May." for n in range(7)
)


def article(number: int, body: str, *, source: str | None = None) -> Article:
    fields = {"url": f"https://example.org/{number}", "source": source, "body": body}
    return article_from_fields(fields, settings=Settings(), retrieved_at=datetime(2026, 1, 2, tzinfo=UTC))


def share_an_origin(*articles: Article) -> bool:
    return len(set(assign_origins(articles).values())) == 1


def test_an_article_without_copies_is_its_own_origin() -> None:
    """Two reports on one event, written by two hands, stay apart."""
    articles = [article(1, WIRE), article(2, OTHER)]
    assert assign_origins(articles) == {a.article_id: a.article_id for a in articles}


@pytest.mark.parametrize(
    "body",
    [WIRE, EDITED, CUT, WIRE.upper(), f"Ship aground\n\nPORT ELLIS (AP) — {WIRE}\n\nCopyright 2019 The Example."],
)
def test_copies_share_an_origin(body: str) -> None:
    """Word for word, lightly edited, cut to a third, or with headline, dateline and footer added."""
    assert share_an_origin(article(1, WIRE), article(2, body))


def test_the_origin_is_the_smallest_id_whatever_the_order() -> None:
    """Copies of copies belong together, and the result does not depend on who came first."""
    articles = [article(1, WIRE), article(2, EDITED), article(3, CUT), article(4, OTHER)]
    expected = assign_origins(articles)
    copies = {a.article_id for a in articles[:3]}
    assert {expected[article_id] for article_id in copies} == {min(copies)}
    for order in permutations(articles):
        assert assign_origins(order) == expected


def test_known_signatures_are_used_and_new_ones_kept() -> None:
    """One more article costs one reading, and the answer is the same."""
    signatures: dict[str, bytes] = {}
    first, second = article(1, WIRE), article(2, EDITED)
    assign_origins([first], signatures=signatures)
    kept = dict(signatures)
    assert assign_origins([first, second], signatures=signatures) == assign_origins([first, second])
    assert signatures.keys() == {first.content_hash, second.content_hash}
    assert signatures[first.content_hash] == kept[first.content_hash]


def test_an_outlet_that_repeats_its_own_background_makes_no_copies() -> None:
    """Two stories of one outlet may share more text than two stories of two outlets."""
    one, two = f"{OTHER} {BACKGROUND}", f"{WIRE} {BACKGROUND}"
    assert not share_an_origin(article(1, one, source="Example Times"), article(2, two, source="Example Times"))


def test_one_agency_named_by_both_lowers_the_share_that_is_needed() -> None:
    """Half of a text is a copy where both credit the agency, and is not where they do not."""
    sentences = WIRE.split(". ")
    half = ". ".join(sentences[:3]) + ". " + OTHER
    assert 0.40 <= copied_share(WIRE.casefold().split(), half.casefold().split()) < 0.55
    assert not share_an_origin(article(1, WIRE), article(2, half))
    credited = [article(1, f"{WIRE} (PTI)"), article(2, f"{half}\nWith PTI Inputs")]
    assert share_an_origin(*credited)
    assert [copy.agency for copy in find_copies(credited)] == ["PTI"]


def test_articles_without_sentences_have_no_copies() -> None:
    """What holds no claim has nothing to count twice."""
    assert not share_an_origin(article(1, "Advertisement"), article(2, "Advertisement\nAdvertisement"))


def test_a_changed_article_is_read_again() -> None:
    """A signature belongs to a version, not to an id."""
    signatures: dict[str, bytes] = {}
    first, second = article(1, OTHER), article(2, WIRE)
    assign_origins([first, second], signatures=signatures)
    changed = replace(first, body=WIRE, content_hash="another")
    assert len(set(assign_origins([changed, second], signatures=signatures).values())) == 1


def test_short_texts_are_copies_only_as_a_whole() -> None:
    """In a line of news the one word that differs may be the news."""
    twelve, fifteen = (f"{number} people died in the quake in Nepal." for number in ("Twelve", "Fifteen"))
    assert not share_an_origin(article(1, twelve), article(2, fifteen))
    assert share_an_origin(article(1, twelve), article(2, twelve + " Rescue teams are at work."))


def _news(urls: set[str]) -> Iterator[Article]:
    for name in ("event_clusters", "articles_2019"):
        with gzip.open(NEWS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for fields in map(json.loads, lines):
                if fields["url"] in urls:
                    yield article_from_fields(
                        fields, settings=Settings(), retrieved_at=datetime(2026, 1, 2, tzinfo=UTC)
                    )


def labelled_figures() -> tuple[int, float, float]:
    """How many pairs are labelled, which part of those taken for copies are, and which part of the copies is found."""
    labels = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    wanted = {url for label in labels for url in (label["left"], label["right"])}
    by_url = {found.url: found for found in _news(wanted)}
    copies = {frozenset((copy.left_id, copy.right_id)) for copy in find_copies(list(by_url.values()))}
    outcomes = [
        (label["copies"], frozenset((by_url[label["left"]].article_id, by_url[label["right"]].article_id)) in copies)
        for label in labels
    ]
    right = outcomes.count((True, True))
    wrong, missed = outcomes.count((False, True)), outcomes.count((True, False))
    return len(labels), right / (right + wrong), right / (right + missed)


@pytest.mark.shared
@pytest.mark.skipif(not NEWS.exists(), reason="needs the developers' data folder ../shared/data/news")
def test_labelled_pairs_of_real_news_are_told_apart() -> None:
    """Of 95 pairs, candidates all and read one by one, precision is at least 0.95 and recall at least 0.90."""
    _, precision, recall = labelled_figures()
    assert precision >= 0.95
    assert recall >= 0.90
