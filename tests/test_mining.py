"""Mining finds pairs of one event across outlets, leaves out what is measured on, and labels name them without text."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from factcheck.training.mining import main, mine
from factcheck.training.pairs import TrainingPair, quoted, weighed
from tests.jsonl import write_rows

FLOOD = "The river Almar burst its banks in Torvik on Monday night. Twelve people died in the flood, the mayor said."
FLOOD_TOO = "In Torvik the river Almar burst its banks. The flood killed nineteen people, according to the fire crew."
BALLET = "The Norland ballet opened its season with a new Giselle. Tickets for the ballet sold out within an hour."


def article(url: str, source: str, title: str, body: str, day: str = "2019-03-05") -> dict[str, object]:
    return {"url": url, "source": source, "title": title, "published_at": day, "body": body}


ARTICLES = [
    article("u1", "Courier", "Flood in Torvik kills twelve", FLOOD),
    article("u2", "Herald", "Deadly flood in Torvik", FLOOD_TOO),
    article("u3", "Herald", "Ballet season opens in Norland", BALLET),
    article("u4", "Mirror", "Flood in Torvik kills twelve", FLOOD, day="2019-06-05"),
]

LABEL = {
    "id": "mined-1",
    "a": {"url": "u1", "start": 59, "end": 107},
    "b": {"url": "u2", "start": 43, "end": 104},
    "relation": "conflict",
    "confidence": 2,
}


@pytest.mark.model
def test_sentences_of_one_event_meet() -> None:
    """Articles of one event, near in time and of two outlets, give pairs with their places; others give none."""
    rows = mine(ARTICLES, held_out=[])
    assert {(row["a"]["url"], row["b"]["url"]) for row in rows} == {("u1", "u2")}
    bodies = {one["url"]: str(one["body"]) for one in ARTICLES}
    assert all(bodies[row[s]["url"]][row[s]["start"] : row[s]["end"]] == row[s]["text"] for row in rows for s in "ab")
    assert ("Twelve people died in the flood, the mayor said.", "The flood killed nineteen people") in {
        (row["a"]["text"], row["b"]["text"].partition(",")[0]) for row in rows
    }


@pytest.mark.model
def test_measured_events_are_not_mined() -> None:
    """An article that tells what a dev file asks about gives nothing."""
    assert mine(ARTICLES, held_out=["Twelve people died in the flood, said the mayor."]) == []


@pytest.mark.model
def test_the_command_writes_the_doubtful_first(tmp_path: Path) -> None:
    """One object a line with both sentences and the score, the most doubtful first."""
    relations = tmp_path / "data" / "news_relations"
    news = tmp_path / "data" / "news"
    for folder in (relations, news):
        folder.mkdir(parents=True)
    write_rows(relations / "events.jsonl.gz", [])
    write_rows(news / "articles_2019.jsonl.gz", ARTICLES)
    out = tmp_path / "mined.jsonl"
    ran = CliRunner().invoke(main, ["--data", str(tmp_path / "data"), "--cache", str(tmp_path / "cache"), str(out)])
    assert ran.exit_code == 0, ran.output
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert rows[0]["id"] == "mined-0"
    assert "Twelve" in rows[0]["a"]["text"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)


def test_labels_are_joined_with_their_text(tmp_path: Path) -> None:
    """A label names two places in articles; the pair has their text, day and weight."""
    label = LABEL | {"topic": "flood"}
    rows = quoted(write_rows(tmp_path / "labels.jsonl", [label]), write_rows(tmp_path / "news.jsonl", ARTICLES))
    assert weighed(rows, "labels.jsonl") == [
        TrainingPair(
            left="5 March 2019: Twelve people died in the flood, the mayor said.",
            right="5 March 2019: The flood killed 19 people, according to the fire crew.",
            labels=("conflict",),
            weight=0.8,
        )
    ]


def test_a_claim_written_for_a_label_keeps_its_text(tmp_path: Path) -> None:
    """Only what stands in an article is looked up there."""
    written = LABEL | {"b": {"text": "Nobody died in the flood."}}
    [row] = quoted(write_rows(tmp_path / "labels.jsonl", [written]), write_rows(tmp_path / "news.jsonl", ARTICLES))
    assert row["a"]["text"] == "Twelve people died in the flood, the mayor said."
    assert row["b"] == {"text": "Nobody died in the flood."}


def test_a_label_of_an_unknown_article_is_named(tmp_path: Path) -> None:
    """The message names label, article and file."""
    news = write_rows(tmp_path / "news.jsonl", ARTICLES[:1])
    with pytest.raises(ValueError, match=r"labels\.jsonl: pair mined-1 is of u2, not in news\.jsonl"):
        list(quoted(write_rows(tmp_path / "labels.jsonl", [LABEL]), news))


def test_labels_of_an_event_are_joined_with_its_sentences(tmp_path: Path) -> None:
    """A label can name its event, and in it the numbers of article and sentence."""
    articles = [
        {"title": "Flood", "published_at": "2019-03-05", "sentences": ["Rain fell.", "Twelve died."]},
        {"sentences": ["Nineteen died."]},
    ]
    events = write_rows(tmp_path / "events.jsonl", [{"topic": "flood", "split": "train", "articles": articles}])
    places = {"a": {"article": 0, "sentence": 1}, "b": {"article": 1, "sentence": 0}}
    label = {"id": "e-1", "topic": "flood", "relation": "conflict"} | places
    [row] = quoted(write_rows(tmp_path / "labels.jsonl", [label]), events)
    assert row["a"] == {"text": "Twelve died.", "published_at": "2019-03-05", "source": None, "title": "Flood"}
    assert row["b"]["text"] == "Nineteen died."
    with pytest.raises(ValueError, match=r"labels\.jsonl: pair e-1 is of fire, not in events\.jsonl"):
        list(quoted(write_rows(tmp_path / "labels.jsonl", [label | {"topic": "fire"}]), events))
