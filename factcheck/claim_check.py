"""Checking one submitted claim: which stored claims contradict it, update it, are in tension or agree with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from factcheck.answers import ClaimCheck, Evidence
from factcheck.compared import unit_span
from factcheck.errors import BadClaim, IndexOutOfStep
from factcheck.events import reweighed
from factcheck.facts import claim_from_text
from factcheck.neighbours import Hits, nearest_enough
from factcheck.parts import Parts, is_being_written, settings_that_decide
from factcheck.pipeline import relation_input
from factcheck.ports import ClaimIndex
from factcheck.records import (
    FLAGGED,
    Article,
    Claim,
    ClaimPair,
    Clash,
    Finding,
    Relation,
    RelationScores,
    ScoredPair,
    claim_and_number,
    content_id,
    is_plain_text,
)
from factcheck.verdicts import (
    OperatingPoint,
    SidedClaim,
    find,
    quoted,
    sentence_case,
    who_differs,
    who_says,
    within_quotes,
)

MOST_SCORED = 12
"""Stored claims that the relation model reads for one submitted claim: what two cores do in under a second."""

IN_QUESTION = {Relation.CONFLICT: 5.0, Relation.UPDATE: 3.0, Relation.TENSION: 3.0}
"""How much higher the odds of these relations are for a submitted claim than for two claims of articles.

Of candidate pairs of articles one in a hundred is a conflict; of what is like a claim that somebody doubts, some one in
twenty (prior shift; Saerens, Latinne and Decaestecker 2002, doi:10.1162/089976602753284446). Chosen on half the
articles of benchmarks/submitted_claims.jsonl, measured on the others: docs/evaluation.md.
"""

EVEN_ODDS = 0.5
"""What is told of a submitted claim is more likely than not."""

SUBMITTED = "the submitted claim"
"""What reasons call it."""

_MORE_LIKELY_THAN_NOT = OperatingPoint(name="submitted", **dict.fromkeys(map(str, FLAGGED), EVEN_ODDS))


def check_claim(
    parts: Parts, text: str, published_at: str | None = None, *, limit: int = 20, not_of: str = ""
) -> ClaimCheck:
    """What the index says of a claim, best evidence first: conflicts, then updates and tensions, then agreement.

    No evidence is a result: nothing in the index speaks to the claim. What articles of the origin `not_of` say is none.

    Raises:
        BadClaim: the claim is empty, too long or no plain text, or its date is none.
        IndexUnusable: the index is missing or out of step with the store.
    """
    submitted = submitted_claim(parts, text, published_at)
    near = nearest_stored(parts, submitted.claim, not_of)
    read = as_best_read(parts, submitted, near)
    backing = those_that_back(parts, submitted, read)
    found = [
        evidence
        for one, scores in read
        if (evidence := _evidence(submitted, one, _scored(parts, submitted, one, scores), backs=one in backing))
    ]
    found.sort(key=lambda one: (_rank(one.relation), -one.probability, one.claim.claim_id))
    counts = parts.store.counts()
    return ClaimCheck(
        text=submitted.article.body,
        reads_as=submitted.claim.wording(0),
        published_at=published_at,
        evidence=tuple(found[:limit]),
        checked={"articles": counts["articles"], "claims": counts["claims"], "scored": len(near)},
        models={"embedder": parts.embedder.model_id, "relations": parts.relations.model_id},
        settings=settings_that_decide(parts.settings),
    )


def submitted_claim(parts: Parts, text: str, published_at: str | None) -> SidedClaim:
    """A submitted text as a claim of an article that is nothing but this text.

    Raises:
        BadClaim: it is empty, too long or no plain text, or its date is none.
    """
    body, published_on = _checked_text(text, parts.settings.max_claim_chars), _checked_date(published_at)
    claim = claim_from_text(body, published_on and published_on.date(), parts.parser, article_id="submitted")
    article = Article(
        article_id=claim.article_id,
        url=None,
        source=None,
        title=None,
        published_at=published_at or None,
        retrieved_at=parts.clock(),
        language="und",
        body=body,
        content_hash=content_id(body),
        origin_id="submitted",
        label=SUBMITTED,
    )
    return SidedClaim(claim=claim, article=article)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A stored claim that could speak to the submitted one, how alike, and its unit that is (0 for the whole)."""

    stored: SidedClaim
    similarity: float
    unit: int


def nearest_stored(parts: Parts, claim: Claim, not_of: str = "") -> list[Near]:
    """The stored claims alike enough to speak to a claim, most alike first, the same words of one origin once."""
    index = index_in_step(parts)
    if index is None:
        return []

    def is_enough(_: str, hits: Hits) -> bool:
        return hits[-1][1] < parts.settings.min_similarity or len(_told_apart(parts, hits, not_of)) >= MOST_SCORED

    vectors = parts.embedder.embed([claim.standalone_text])
    [nearest] = nearest_enough(index, [claim.claim_id], vectors, MOST_SCORED, is_enough)
    return _told_apart(parts, nearest, not_of)[:MOST_SCORED]


def _told_apart(parts: Parts, nearest: Hits, not_of: str) -> list[Near]:
    store, alike = parts.store, dict[str, tuple[float, int]]()
    for wording, similarity in nearest:
        claim_id, unit = claim_and_number(wording)
        if similarity >= parts.settings.min_similarity:
            alike.setdefault(claim_id, (similarity, unit))
    claims = store.claims(alike)
    articles = {one.article_id: one for one in store.articles({one.article_id for one in claims.values()})}
    chosen: dict[tuple[str, str], Near] = {}
    for claim_id, (similarity, unit) in alike.items():
        if claim_id in claims and articles[claims[claim_id].article_id].origin_id != not_of:
            stored = SidedClaim(claim=claims[claim_id], article=articles[claims[claim_id].article_id])
            near = Near(stored=stored, similarity=similarity, unit=unit)
            chosen.setdefault((stored.article.origin_id, stored.claim.text), near)
    return list(chosen.values())


def as_best_read(parts: Parts, submitted: SidedClaim, near: Sequence[Near]) -> list[tuple[Near, RelationScores]]:
    """The stored claims, each with what the relation model says of it and the submitted claim, which is in question.

    A claim that seems to agree may contradict it in a part ("opposed it, but did not block it"): its units, and the
    whole, are read as well, and that which contradicts it most then stands for it.
    """
    read = list(zip(near, _in_question(parts, submitted, near), strict=True))
    others = [
        replace(one, unit=unit)
        for one, scores in read
        if scores.agree >= EVEN_ODDS
        for unit in range(len(one.stored.claim.units) + 1)
        if unit != one.unit
    ]
    by_conflict = sorted(
        zip(others, _in_question(parts, submitted, others), strict=True), key=lambda read: read[1].conflict
    )
    against = {one.stored.claim.claim_id: (one, scores) for one, scores in by_conflict if scores.conflict >= EVEN_ODDS}
    return [against.get(one.stored.claim.claim_id, (one, scores)) for one, scores in read]


def those_that_back(parts: Parts, submitted: SidedClaim, read: Sequence[tuple[Near, RelationScores]]) -> list[Near]:
    """Those that agree with the submitted claim and also entail it, both more likely than not.

    To be told that something false is backed is worse than to be told nothing. Chosen on the same half as
    `IN_QUESTION`: of claims that contradict a sentence half as many are answered with agreement as without.
    """
    agreeing = [one for one, scores in read if scores.agree >= EVEN_ODDS]
    asked = [(relation_input(one.stored, one.unit), relation_input(submitted)) for one in agreeing]
    chances = parts.relations.entailed(asked)
    return [one for one, chance in zip(agreeing, chances, strict=True) if chance >= EVEN_ODDS]


def _in_question(parts: Parts, submitted: SidedClaim, near: Sequence[Near]) -> list[RelationScores]:
    asked = [(relation_input(submitted), relation_input(one.stored, one.unit)) for one in near]
    return [reweighed(scores, IN_QUESTION) for scores in parts.relations.score(asked)] if asked else []


def index_in_step(parts: Parts) -> ClaimIndex | None:
    """The claim index, sure to hold the claims of the store; None where the store has no claims.

    While an ingest is running the index may lack what has only just come in.

    Raises:
        IndexMissing: there is none, though the store has claims.
        IndexOutOfStep: it holds other claims than the store.
    """
    stored = parts.store.wording_ids()
    if not stored:
        return None
    index = parts.claim_index
    held = index.claim_ids()
    if held != stored and not is_being_written(parts):
        raise IndexOutOfStep(
            f"index holds {len(held)} claims, database {len(stored)}, {len(held & stored)} of them the same",
            hint="run: factcheck reindex",
        )
    return index


def _checked_text(text: object, most: int) -> str:
    if not isinstance(text, str):
        raise BadClaim(f"a claim must be text, got {type(text).__name__}")
    body = text.strip()
    if not any(map(str.isalnum, body)):
        raise BadClaim("the claim is empty", hint="submit one sentence that states something")
    if len(body) > most:
        raise BadClaim(
            f"the claim has {len(body):,} characters, the limit is {most:,}",
            hint="submit one sentence, or ingest a whole article and scan",
        )
    if not is_plain_text(body):
        raise BadClaim("the claim holds control characters", hint="submit plain text")
    return body


def _checked_date(published_at: str | None) -> datetime | None:
    if not published_at:
        return None
    try:
        return datetime.fromisoformat(published_at)
    except (TypeError, ValueError) as error:
        raise BadClaim(
            f"published_at {published_at!r:.60} is no date", hint="give an ISO 8601 date such as 2019-08-17"
        ) from error


def _scored(parts: Parts, submitted: SidedClaim, near: Near, scores: RelationScores) -> ScoredPair:
    compared = [(submitted.claim.claim_id, 0), (near.stored.claim.claim_id, near.unit)]
    (left_id, left_unit), (right_id, right_unit) = sorted(compared)
    pair = ClaimPair(
        left_id=left_id, right_id=right_id, similarity=near.similarity, left_unit=left_unit, right_unit=right_unit
    )
    return ScoredPair(pair=pair, scores=scores, model_id=parts.relations.model_id)


def _evidence(submitted: SidedClaim, near: Near, scored: ScoredPair, *, backs: bool) -> Evidence | None:
    stored = near.stored
    if submitted.article.published_at is None:
        held = replace(submitted.article, published_at=stored.article.published_at)
        submitted = replace(submitted, article=held, is_date_assumed=True)
    left, right = sorted((submitted, stored), key=lambda side: side.claim.claim_id)
    finding = find(scored, left, right, _MORE_LIKELY_THAN_NOT, run_id="")
    if finding:
        return Evidence(
            claim=stored.claim,
            article=stored.article,
            relation=finding.relation,
            probability=finding.probability,
            scores=scored.scores,
            conflict_type=finding.conflict_type,
            clash=_from_submitted(finding, submitted_is_left=left is submitted),
            reasons=_reasons(finding, left, right),
            unit=near.unit,
        )
    if not backs:
        return None
    return Evidence(
        claim=stored.claim,
        article=stored.article,
        relation=Relation.AGREE,
        probability=scored.scores.agree,
        scores=scored.scores,
        conflict_type=None,
        clash=None,
        reasons=(sentence_case(f"{who_says(stored, submitted)} the same: “{_compared_words(near)}”"),),
        unit=near.unit,
    )


def _compared_words(near: Near) -> str:
    claim = near.stored.claim
    return quoted(claim.text, unit_span(claim, near.unit)) if near.unit else within_quotes(claim.text)


def _reasons(finding: Finding, left: SidedClaim, right: SidedClaim) -> tuple[str, ...]:
    # that a submitted claim has no outlet goes without saying
    idle = who_differs(left, right, finding.relation)
    return tuple(reason for reason in finding.reasons if reason != idle)


def _from_submitted(finding: Finding, *, submitted_is_left: bool) -> Clash | None:
    clash = finding.clash
    return clash if clash is None or submitted_is_left else Clash(left=clash.right, right=clash.left)


def _rank(relation: Relation) -> int:
    # updates and tensions stand on one level
    return {Relation.CONFLICT: 0, Relation.AGREE: 2}.get(relation, 1)
