"""What has to be decided again: findings that were decided about before a source changed its wording."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rapidfuzz import fuzz

from factcheck.parts import Parts
from factcheck.records import Claim, Finding, LoggedDecision, Quote

LEAST_ALIKE = 60
"""How alike, of 100, an earlier and a later wording must be for a decision about one to matter to the other."""

Sides = tuple[tuple[Quote, Claim], tuple[Quote, Claim]]


def note_reopened(parts: Parts) -> int:
    """Notes for each finding what was decided about it when a source still read differently; how many there are.

    A decision goes to the one finding between the same two articles whose claims are most like what was decided about.
    """
    store = parts.store
    orphans = store.orphaned_decisions()
    seen = _seen_in_versions(store.decision_log()) if orphans else ()
    found = list(_reopened(parts, orphans, seen))
    store.save_reopened(found)
    return len({finding_id for finding_id, _, _ in found})


def _reopened(
    parts: Parts, orphans: Iterable[LoggedDecision], seen: Collection[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    store = parts.store
    one_a_finding = {entry.decision.finding_id: entry for entry in orphans}
    between: dict[str, list[tuple[Finding, Claim, Claim]]] = {}
    for finding_id, entry in one_a_finding.items():
        article_id = entry.left.article_id
        if article_id not in between:
            between[article_id] = _with_claims(parts, store.findings_of_article(article_id))
        here = store.claims([entry.left.claim_id, entry.right.claim_id])
        if len(here) == len({entry.left.claim_id, entry.right.claim_id}):
            continue  # nothing has changed; the pair is not flagged any more, or not yet
        ranked = [
            (likeness(sides), finding.finding_id, sides)
            for finding, *claims in between[article_id]
            if (sides := _sides(entry, claims)) and not _stood_beside(sides, seen)
        ]
        if ranked and (best := max(ranked, key=lambda one: one[:2]))[0] >= LEAST_ALIKE:
            yield best[1], finding_id, because(parts, best[2])


def likeness(sides: Sides) -> float:
    """How alike, of 100, two claims are to what was decided about; that of the less alike side."""
    return min(
        100.0 if quote.claim_id == claim.claim_id else fuzz.ratio(quote.text, claim.text) for quote, claim in sides
    )


def because(parts: Parts, sides: Sides) -> str:
    """Why a finding has to be decided again, in plain words."""
    return " ".join(
        f"{parts.store.article(claim.article_id).name} now says “{claim.text}” where it said “{quote.text}”."
        for quote, claim in sides
        if quote.claim_id != claim.claim_id
    )


def _seen_in_versions(log: Iterable[LoggedDecision]) -> set[tuple[str, str]]:
    """The versions of articles, each with a claim that is known to have stood in it: somebody decided about it."""
    return {(quote.content_hash, quote.claim_id) for entry in log for quote in (entry.left, entry.right)}


def _stood_beside(sides: Sides, seen: Collection[tuple[str, str]]) -> bool:
    """Whether what looks like a new wording stood in the same version as what was decided about."""
    return any(
        quote.claim_id != claim.claim_id and (quote.content_hash, claim.claim_id) in seen for quote, claim in sides
    )


def _sides(entry: LoggedDecision, claims: Iterable[Claim]) -> Sides | None:
    """Each quote with the claim of its article; which of them is left and which right may have changed."""
    by_article = {claim.article_id: claim for claim in claims}
    if entry.left.article_id in by_article and entry.right.article_id in by_article:
        return (
            (entry.left, by_article[entry.left.article_id]),
            (entry.right, by_article[entry.right.article_id]),
        )
    return None


def _with_claims(parts: Parts, findings: Iterable[Finding]) -> list[tuple[Finding, Claim, Claim]]:
    held = list(findings)
    claims = parts.store.claims({claim_id for one in held for claim_id in (one.pair.left_id, one.pair.right_id)})
    return [(one, claims[one.pair.left_id], claims[one.pair.right_id]) for one in held]
