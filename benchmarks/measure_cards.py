"""How well the disputes of a scan match what people would put on one card, and claims of one answer on one side.

Run `python benchmarks/measure_cards.py benchmarks/matters.jsonl --draw first --index FOLDER`, with a folder that
check_events.py kept. The labels name findings at the sensitive point by the spans of their claims; each says what
question the finding is about (its matter), what each claim answers, and whether it is a disagreement at all.

Printed are B-cubed precision and recall (Bagga and Baldwin, 1998) of the cards against the matters: of the findings
on a finding's card, how many are of its matter, and of those of its matter, how many are on its card.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import fmean

from factcheck.config import load_settings
from factcheck.parts import Parts
from factcheck.pipeline import disagreements
from factcheck.records import Dispute, Finding
from factcheck.wiring import build_parts

FIRST = 20
"""How many of the cards that come first are looked at by themselves."""

Place = tuple[str | None, int, int]
"""Where a claim stands: the address of its article, start and end."""


@dataclass(frozen=True)
class Label:
    """What a finding is about, what its left and right claim answer, and whether they disagree."""

    matter: str
    answers: tuple[str, str]
    is_right: bool


def main() -> None:
    """Derive the disputes of a kept index, match the labels, print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("labels", type=Path)
    options.add_argument("--draw", required=True, help="which labels: first or second")
    options.add_argument("--index", type=Path, required=True, help="a folder that check_events.py kept")
    chosen = options.parse_args()
    parts = build_parts(load_settings(index=chosen.index, operating_point="sensitive"))
    findings, disputes = disagreements(parts, "measure_cards")
    labels = matched(parts, findings, chosen.labels, chosen.draw)
    print(f"{len(findings)} findings, {len(labels)} of them labelled; {len(disputes)} disputes")
    cards = [[one for one in dispute.finding_ids if one in labels] for dispute in disputes]
    for name, of in (("all", list(labels)), ("disagreements", [one for one in labels if labels[one].is_right])):
        print_cards(name, cards, {one: labels[one].matter for one in of})
    first = [any(labels[one].is_right for one in card) for card in cards[:FIRST]]
    print(f"of the first {len(first)} cards {sum(first)} hold a disagreement")
    print_sides(disputes, {finding.finding_id: finding for finding in findings}, labels)


def matched(parts: Parts, findings: Sequence[Finding], path: Path, draw: str) -> dict[str, Label]:
    """The labels of a draw by finding id; those of pairs that are no findings any more are left out."""
    claims = parts.store.claims({one for finding in findings for one in (finding.pair.left_id, finding.pair.right_id)})
    urls = {one.article_id: one.url for one in parts.store.articles({claim.article_id for claim in claims.values()})}
    at: dict[Place, str] = {(urls[one.article_id], one.start, one.end): one.claim_id for one in claims.values()}
    told: dict[tuple[str | None, str | None], Label] = {}
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        if row["draw"] == draw:
            left, right = (at.get((row[side]["url"], row[side]["start"], row[side]["end"])) for side in ("a", "b"))
            ours, theirs = row["answers"]
            told[left, right] = Label(row["matter"], (ours, theirs), row["is_right"])
            told[right, left] = Label(row["matter"], (theirs, ours), row["is_right"])
    pairs = {finding.finding_id: (finding.pair.left_id, finding.pair.right_id) for finding in findings}
    return {finding_id: told[pair] for finding_id, pair in pairs.items() if pair in told}


def print_cards(name: str, cards: Iterable[Sequence[str]], matter: Mapping[str, str]) -> None:
    """B-cubed figures, and how many cards hold several matters, of the findings that `matter` has."""
    kept = [[one for one in card if one in matter] for card in cards]
    card_of = {one: frozenset(card) for card in kept for one in card}
    like: dict[str, set[str]] = defaultdict(set)
    for one in card_of:
        like[matter[one]].add(one)
    both = {one: len(card_of[one] & like[matter[one]]) for one in card_of}
    precision = fmean(both[one] / len(card_of[one]) for one in card_of)
    recall = fmean(both[one] / len(like[matter[one]]) for one in card_of)
    several = [card for card in kept if len(card) > 1]
    mixed = sum(len({matter[one] for one in card}) > 1 for card in several)
    print(f"{name}: {len(card_of)} findings of {len(like)} matters on {sum(map(bool, kept))} cards;", end=" ")
    print(f"B-cubed precision {precision:.2f}, recall {recall:.2f};", end=" ")
    print(f"{mixed} of {len(several)} cards of several findings hold several matters")


def print_sides(disputes: Iterable[Dispute], findings: Mapping[str, Finding], labels: Mapping[str, Label]) -> None:
    """Of the claims of one matter on one card: how many pairs of one answer share a side, and of two are apart."""
    together, apart = [], []
    for dispute in disputes:
        side_of = {claim_id: side for side in dispute.sides for claim_id in side.claim_ids}
        answers: dict[tuple[str, str], set[str]] = defaultdict(set)
        for label, pair in (
            (labels[one], findings[one].pair) for one in dispute.finding_ids if one in labels and labels[one].is_right
        ):
            for claim_id, answer in zip((pair.left_id, pair.right_id), label.answers, strict=True):
                answers[label.matter, claim_id].add(answer)
        sure = {key: next(iter(found)) for key, found in answers.items() if len(found) == 1}
        for (matter, one), (beside, other) in combinations(sorted(sure), 2):
            if matter == beside:
                is_one_side = side_of[one] is side_of[other]
                if sure[matter, one] == sure[matter, other]:
                    together.append(is_one_side)
                else:
                    apart.append(not is_one_side)
    print(
        f"claims of one answer on one side: {sum(together)} of {len(together)} pairs; "
        f"of two answers on two sides: {sum(apart)} of {len(apart)}"
    )


if __name__ == "__main__":
    main()
