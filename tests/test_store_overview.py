"""What the store counts over everything at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from factcheck.answers import OutletPair
from factcheck.records import Relation
from tests.sample_report import COURIER, HERALD, WIRE
from tests.web_server import sample_parts


def test_outlets_are_counted_in_pairs_by_relation(tmp_path: Path) -> None:
    """Each two outlets with a finding between them are there once a relation; an unknown outlet goes by its label."""
    store = sample_parts(tmp_path / "index").store
    assert store.outlet_pairs() == [
        OutletPair(one="=Herald & <Sons>", other="The Courier", relation=Relation.CONFLICT, count=1),
        OutletPair(one="The Courier", other="wire", relation=Relation.UPDATE, count=1),
    ]


def test_articles_of_one_text_are_counted(tmp_path: Path) -> None:
    """Two articles of one origin count two; an origin that nobody has is left away."""
    store = sample_parts(tmp_path / "index").store
    store.set_origins({WIRE.article_id: COURIER.origin_id})
    assert store.copies_of([COURIER.origin_id, HERALD.origin_id, "none"]) == {
        COURIER.origin_id: 2,
        HERALD.origin_id: 1,
    }
    assert replace(WIRE, origin_id=COURIER.origin_id) in store.articles()
