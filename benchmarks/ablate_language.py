"""What each part of the understanding of language brings: the same articles and pairs with one part taken away.

Run `python benchmarks/ablate_language.py [PAIRS.jsonl] [--pairs N]`. The first table scans the seeds once for each
part, with what is flagged held against tests/quality/seeds_flagged.jsonl. The second, where labelled pairs are given,
holds what is flagged of the first N of them against their labels. These are sentences without their articles: no
pronoun is resolved and no unit compared, so those two parts have no row there.

The relation model never reads the same two texts twice, some 1,450 pairs of texts in all with a thousand labelled
pairs: about three minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
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
from factcheck.pipeline import named_point, scan
from factcheck.ports import RelationModel
from factcheck.records import Article, Claim, ClaimPair, Facts, Relation, RelationInput, RelationScores, ScoredPair
from factcheck.relations import model_input
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
    is_of_sentences: bool = True


PARTS = (
    Part("everything"),
    Part("no attribution", lambda claim: replace(claim, speaker=None)),
    Part("no standalone text", lambda claim: replace(claim, standalone_text=claim.text), is_of_sentences=False),
    Part("no units", lambda claim: replace(claim, units=()), is_of_sentences=False),
    Part("no facts", lambda claim: replace(claim, facts=Facts())),
    Part("no event decision", has_events=False),
)


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("labelled", type=Path, nargs="?", metavar="PAIRS.jsonl")
    options.add_argument("--pairs", type=int, default=1500, help="read at most so many (default 1500)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = RememberingRelations(build_parts(load_settings(index=Path(folder))).relations)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {model.model_id}, sensitive point\n")
    print("| seeds | candidates | flagged | right | with a type | disputes | speakers named |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for part in PARTS:
        print(f"| {part.name} | " + " | ".join(map(str, seeds_without(part, model))) + " |", flush=True)
    if chosen.labelled:
        print_pairs(chosen.labelled, model, chosen.pairs)
    print(f"\n{model.read:,} pairs of texts read by the relation model")


class RememberingRelations:
    """The relation model, which reads the same two texts once."""

    def __init__(self, model: RelationModel) -> None:
        self.model_id, self.operating_points = model.model_id, model.operating_points
        self._model = model
        self._known: dict[frozenset[str], RelationScores] = {}

    @property
    def read(self) -> int:
        """How many pairs of texts it has read."""
        return len(self._known)

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Scores, one a pair."""
        keys = [frozenset(model_input(side.text, side.published_on) for side in pair) for pair in pairs]
        missing = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in self._known}
        self._known.update(zip(missing, self._model.score(list(missing.values())), strict=True))
        return [self._known[key] for key in keys]


@contextmanager
def taken_away(part: Part) -> Iterator[None]:
    """The service without this part."""

    def claims_of(article: Article, parser: Any) -> list[Claim]:
        return [part.without(claim) for claim in facts_module.claims_of(article, parser)]

    with patch.object(ingest_module, "claims_of", claims_of):
        if part.has_events:
            yield
            return
        every = EventDecision(is_one=True, odds=1.0, reason="")
        with (
            patch.object(verdicts, "event_decision", lambda *_: every),
            patch.object(verdicts, "is_one_story", lambda *_: True),
        ):
            yield


def seeds_without(part: Part, model: RelationModel) -> list[int]:
    """What a scan of the seeds comes to: candidates, flagged, right, typed, disputes, and speakers in findings."""
    with tempfile.TemporaryDirectory() as folder, taken_away(part):
        settings = load_settings(index=Path(folder), operating_point="sensitive")
        parts = replace(build_parts(settings), load_relations=lambda: model)
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


def print_pairs(path: Path, model: RelationModel, most: int) -> None:
    """Of labelled pairs, what is flagged as conflict or update at the sensitive point, with and without each part."""
    with path.open("rb") as lines:
        pairs = [one for one in read_labelled_pairs(lines) if isinstance(one, LabelledPair)][:most]
    scores = model.score([(one.left, one.right) for one in pairs])
    sided = [(sided_claim("a", one.left), sided_claim("b", one.right)) for one in pairs]
    point = named_point(model, "sensitive")
    wanted = (Relation.CONFLICT, Relation.UPDATE)
    all_wanted = sum(pair.relation in wanted for pair in pairs)
    print(
        f"\n| {path.name}, {len(pairs)} pairs | flagged | right | precision | recall | with a type | speakers named |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for part in (one for one in PARTS if one.is_of_sentences):
        flagged = right = typed = named = 0
        with taken_away(part):
            for both, one, pair in zip(sided, scores, pairs, strict=True):
                left, other = (replace(side, claim=part.without(side.claim)) for side in both)
                scored = ScoredPair(
                    pair=ClaimPair(left_id="a", right_id="b", similarity=0.5), scores=one, model_id=model.model_id
                )
                finding = find(scored, left, other, point, "")
                if finding and finding.relation in wanted:
                    flagged += 1
                    right += pair.relation in wanted
                    typed += finding.conflict_type is not None
                    named += sum(side.claim.speaker is not None for side in (left, other))
        figures = f"{right / max(1, flagged):.2f} | {right / max(1, all_wanted):.2f}"
        print(f"| {part.name} | {flagged} | {right} | {figures} | {typed} | {named} |", flush=True)


def sided_claim(key: str, side: Any) -> SidedClaim:
    """One side of a labelled pair as a claim of an article that is nothing but its text."""
    claim = facts_module.claim_from_text(side.text, side.published_on, load_parser(), article_id=key)
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
    return SidedClaim(claim=replace(claim, claim_id=key), article=article)


if __name__ == "__main__":
    main()
