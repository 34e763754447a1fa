"""What each part of the understanding of language brings: the same articles and pairs with one part taken away.

Run `python benchmarks/ablate_language.py [PAIRS.jsonl]`. The first table scans the seeds once for each part, with what
is flagged held against tests/quality/seeds_flagged.jsonl. The second, where labelled pairs are given, holds what is
flagged of them against their labels; the relation model reads each of them once.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from factcheck import facts as facts_module, ingest as ingest_module, verdicts
from factcheck.attribution import load_parser
from factcheck.config import load_settings
from factcheck.evaluate import LabelledPair, read_labelled_pairs
from factcheck.events import EventDecision, SidedClaim
from factcheck.ingest import ingest
from factcheck.loaders import load
from factcheck.parts import Parts
from factcheck.pipeline import operating_point, scan
from factcheck.records import Article, Claim, ClaimPair, Facts, Relation, ScoredPair
from factcheck.verdicts import find
from factcheck.wiring import build_parts

ROOT = Path(__file__).parents[1]
LABELS = ROOT / "tests" / "quality" / "seeds_flagged.jsonl"


@dataclass(frozen=True)
class Part:
    """A part that is taken away: from every claim, or from the event decision."""

    name: str
    without: Callable[[Claim], Claim] = lambda claim: claim
    has_events: bool = True


PARTS = (
    Part("everything"),
    Part("no attribution", lambda claim: replace(claim, speaker=None)),
    Part("no standalone text", lambda claim: replace(claim, standalone_text=claim.text)),
    Part("no units", lambda claim: replace(claim, units=())),
    Part("no facts", lambda claim: replace(claim, facts=Facts())),
    Part("no event decision", has_events=False),
)


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("pairs", type=Path, nargs="?")
    chosen = options.parse_args()
    print("| seeds | candidates | flagged | right | with a type | disputes | speakers named |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for part in PARTS:
        print(f"| {part.name} | " + " | ".join(map(str, seeds_without(part))) + " |", flush=True)
    if chosen.pairs:
        print_pairs(chosen.pairs)


@contextmanager
def taken_away(part: Part) -> Iterator[None]:
    """The service without this part."""

    def claims_of(article: Article, parser: Any) -> list[Claim]:
        return [part.without(claim) for claim in facts_module.claims_of(article, parser)]

    with patch.object(ingest_module, "claims_of", claims_of):
        if part.has_events:
            yield
            return
        with patch.object(verdicts, "event_decision", lambda *_: EventDecision(is_one=True, odds=1.0, reason="")):
            yield


def seeds_without(part: Part) -> list[int]:
    """What a scan of the seeds comes to: candidates, flagged, right, typed, disputes, and speakers in findings."""
    with tempfile.TemporaryDirectory() as folder, taken_away(part):
        settings = load_settings(index=Path(folder), operating_point="sensitive")
        parts = build_parts(settings)
        ingest(parts, load([ROOT / "seeds"], settings, parts.clock))
        counts = scan(parts).counts
        findings = parts.store.findings()
        sides = [side for one in findings for side in (one.pair.left_id, one.pair.right_id)]
        figures = [
            counts["candidates"],
            len(findings),
            sum(label_of(parts, one.pair) == one.relation for one in findings),
            sum(one.conflict_type is not None for one in findings),
            counts["disputes"],
            sum(parts.store.claim(side).speaker is not None for side in sides),
        ]
        parts.store.close()
        return figures


def label_of(parts: Parts, pair: ClaimPair) -> str | None:
    """The relation that a reader gave two claims of the seeds."""
    claims = [parts.store.claim(claim_id) for claim_id in (pair.left_id, pair.right_id)]
    key = {(parts.store.article(claim.article_id).label[:3], claim.text) for claim in claims}
    for row in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines()):
        if {(one["article"], one["quote"]) for one in row["pair"]} == key:
            return str(row["relation"])
    return None


def print_pairs(path: Path) -> None:
    """Of labelled pairs, what is flagged as conflict or update at the sensitive point, with and without each part."""
    parts = build_parts(load_settings(operating_point="sensitive"))
    with path.open("rb") as lines:
        pairs = [one for one in read_labelled_pairs(lines) if isinstance(one, LabelledPair)]
    scores = parts.relations.score([(one.left, one.right) for one in pairs])
    sided = [tuple(sided_claim(key, side) for key, side in (("a", one.left), ("b", one.right))) for one in pairs]
    point = operating_point(parts)
    print(f"\n| {path.name} | flagged | right | precision | recall | with a type |\n|---|--:|--:|--:|--:|--:|")
    wanted = (Relation.CONFLICT, Relation.UPDATE)
    for part in (one for one in PARTS if one.name in ("everything", "no facts", "no event decision")):
        flagged = right = typed = 0
        with taken_away(part):
            for (left, right_side), one, pair in zip(sided, scores, pairs, strict=True):
                sides = [replace(side, claim=part.without(side.claim)) for side in (left, right_side)]
                compared = ClaimPair(left_id="a", right_id="b", similarity=0.5)
                scored = ScoredPair(pair=compared, scores=one, model_id="")
                finding = find(scored, sides[0], sides[1], point, "")
                if finding and finding.relation in wanted:
                    flagged += 1
                    right += pair.relation in wanted
                    typed += finding.conflict_type is not None
        all_wanted = sum(pair.relation in wanted for pair in pairs)
        figures = f"{right / max(1, flagged):.2f} | {right / max(1, all_wanted):.2f}"
        print(f"| {part.name} | {flagged} | {right} | {figures} | {typed} |")


def sided_claim(key: str, side: Any) -> SidedClaim:
    """One side of a labelled pair as a claim of an article that is nothing but its text."""
    standalone, speaker, known = facts_module.claim_from_text(side.text, side.published_on, load_parser())
    published_at = side.published_on.isoformat() if side.published_on else None
    article = Article(
        article_id=key,
        url=None,
        source=None,
        title=None,
        published_at=published_at,
        retrieved_at=datetime.now(UTC),
        language="en",
        body=side.text,
        content_hash=key,
        origin_id=key,
        label=key,
    )
    claim = Claim(
        claim_id=key,
        article_id=key,
        position=0,
        start=0,
        end=len(side.text),
        text=side.text,
        standalone_text=standalone,
        speaker=speaker,
        facts=known,
    )
    return SidedClaim(claim=claim, article=article)


if __name__ == "__main__":
    main()
