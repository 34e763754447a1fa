"""The scan: from new claims to findings and disputes, stage by stage, top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factcheck import __version__
from factcheck.disputes import group_disputes
from factcheck.errors import ModelUnusable
from factcheck.ingest import EMBEDDED_AT_ONCE, bring_index_up_to_date, embed_claims
from factcheck.matching import pair_claims
from factcheck.parts import Parts, Progress, RunLog, write_lock
from factcheck.ports import RelationModel
from factcheck.records import (
    FLAGGED,
    Article,
    Claim,
    ClaimPair,
    Dispute,
    Finding,
    LeftOut,
    RelationInput,
    RunSummary,
    ScoredPair,
    content_id,
)
from factcheck.verdicts import OperatingPoint, SidedClaim, find

__all__ = ["Parts", "reindex", "scan"]

SCORED_AT_ONCE = 64
"""Pairs scored between two saves: what a scan that is killed has to do again."""

EVEN_ODDS = 0.5
"""Claims agree, and stand on one side of a dispute, if that is more likely than not."""

CROWDED = 4
"""How many times more neighbours are asked for than wanted, since many are of the same article or a copy of it."""


def scan(parts: Parts, progress: Progress | None = None) -> RunSummary:
    """Compares what is new with everything, and brings findings and disputes up to date.

    Counts of the summary are of the whole store as it is now: articles, claims, candidates, scored, flagged,
    conflict, update, tension, disputes; and of this run: new_claims, new_candidates, new_scored.

    Raises:
        ScanInProgress: another ingest or scan is writing to this index.
    """
    with write_lock(parts):
        run = RunLog(parts, "scan", progress)
        bring_index_up_to_date(parts, run)
        match_new_claims(parts, run)
        score_new_pairs(parts, run)
        judge_if_changed(parts, run)
        _count_the_funnel(parts, run)
        return run.finish()


def reindex(parts: Parts, progress: Progress | None = None) -> RunSummary:
    """Makes the claim index anew from the store, whatever state its files are in.

    Raises:
        ScanInProgress: an ingest or scan is writing to this index.
    """
    with write_lock(parts):
        run = RunLog(parts, "reindex", progress)
        with run.stage("embed"):
            claim_ids = sorted(parts.store.claim_ids())
            index = parts.create_index()
            embed_claims(parts, index, claim_ids, run)
            index.save()
            parts.store.vectors_are_fresh(claim_ids)
        run.count({"claims": len(claim_ids)})
        return run.finish()


def match_new_claims(parts: Parts, run: RunLog) -> None:
    """Finds the pairs worth comparing among those that have a new claim in them."""
    store, settings, key = parts.store, parts.settings, match_key(parts)
    with run.stage("match"):
        fresh = store.unmatched_claims(key)
        run.count({"new_claims": len(fresh), "new_candidates": 0})
        if not fresh:
            return
        claims = {claim.claim_id: claim for claim in store.all_claims()}
        articles = {article.article_id: article for article in store.articles()}
        matched = pair_claims(
            claims,
            articles,
            nearest_elsewhere(parts, fresh, claims, articles, run),
            min_similarity=settings.min_similarity,
            window_days=settings.event_window_days,
        )
        store.save_matches(key, [claim.claim_id for claim in fresh], matched.pairs, matched.left_out)
        run.count({"new_candidates": len(matched.pairs)})


def nearest_elsewhere(
    parts: Parts, fresh: Sequence[Claim], claims: Mapping[str, Claim], articles: Mapping[str, Article], run: RunLog
) -> dict[str, list[tuple[str, float]]]:
    """For each of these claims the nearest ones that articles of another origin make."""
    origin = {claim_id: articles[claim.article_id].origin_id for claim_id, claim in claims.items()}
    wanted = parts.settings.neighbours
    elsewhere: dict[str, list[tuple[str, float]]] = {}
    for start in range(0, len(fresh), EMBEDDED_AT_ONCE):
        batch = fresh[start : start + EMBEDDED_AT_ONCE]
        vectors = parts.embedder.embed([claim.standalone_text for claim in batch])
        for claim, nearest in zip(batch, parts.claim_index.nearest(vectors, CROWDED * wanted + 1), strict=True):
            others = [hit for hit in nearest if origin.get(hit[0], "") not in ("", origin[claim.claim_id])]
            elsewhere[claim.claim_id] = others[:wanted]
        run.report(len(elsewhere), len(fresh))
    return elsewhere


def score_new_pairs(parts: Parts, run: RunLog) -> None:
    """Asks the relation model about the pairs that it has not scored, and keeps its answers batch by batch."""
    store = parts.store
    with run.stage("score"):
        pairs = store.pairs_to_score(match_key(parts), parts.relations.model_id)
        run.count({"new_scored": len(pairs)})
        for start in range(0, len(pairs), SCORED_AT_ONCE):
            store.save_scored(score_pairs(parts, pairs[start : start + SCORED_AT_ONCE]))
            run.report(min(start + SCORED_AT_ONCE, len(pairs)), len(pairs))


def score_pairs(parts: Parts, pairs: Sequence[ClaimPair]) -> list[ScoredPair]:
    """What the relation model says of pairs of stored claims."""
    sided = _sided_claims(parts, pairs)
    asked = [(relation_input(sided[pair.left_id]), relation_input(sided[pair.right_id])) for pair in pairs]
    scores = parts.relations.score(asked)
    model_id = parts.relations.model_id
    return [ScoredPair(pair=pair, scores=one, model_id=model_id) for pair, one in zip(pairs, scores, strict=True)]


def relation_input(sided: SidedClaim) -> RelationInput:
    """What the relation model may know of a claim."""
    speaker = sided.claim.speaker.name if sided.claim.speaker else None
    return RelationInput(text=sided.claim.standalone_text, published_on=sided.article.published_on, speaker=speaker)


def judge_if_changed(parts: Parts, run: RunLog) -> None:
    """Derives findings and disputes from all scores, unless nothing that they depend on has changed."""
    store = parts.store
    state = content_id(
        store.revision(), match_key(parts), parts.relations.model_id, operating_point(parts), __version__
    )
    if store.mark("judged") == state:
        return
    with run.stage("judge"):
        findings, disputes = disagreements(parts, run.run_id)
    with run.stage("save"), store.writing():
        store.save_findings(findings)
        store.save_disputes(disputes)
        store.set_mark("judged", state)


def disagreements(parts: Parts, run_id: str) -> tuple[list[Finding], list[Dispute]]:
    """Findings and disputes among all scored pairs at the operating point of the settings; nothing is saved."""
    store, findings = parts.store, judge(parts, run_id)
    agreements = store.scored_pairs(match_key(parts), parts.relations.model_id, least_agree=EVEN_ODDS)
    pairs = [one.pair for one in findings] + [one.pair for one in agreements]
    claims = store.claims({claim_id for pair in pairs for claim_id in (pair.left_id, pair.right_id)})
    articles = {one.article_id: one for one in store.articles({claim.article_id for claim in claims.values()})}
    return findings, group_disputes(findings, agreements, claims, articles, store.known_dispute_ids())


def judge(parts: Parts, run_id: str) -> list[Finding]:
    """The findings among all scored pairs at the operating point of the settings."""
    point = operating_point(parts)
    # verdicts may add up two flagged relations and lower them: less than half a threshold cannot become a finding
    least = min(point.of(relation) for relation in FLAGGED) / 2
    scored = parts.store.scored_pairs(match_key(parts), parts.relations.model_id, least_flagged=least)
    sided = _sided_claims(parts, [one.pair for one in scored])
    found = (find(one, sided[one.pair.left_id], sided[one.pair.right_id], point, run_id) for one in scored)
    return [finding for finding in found if finding]


def operating_point(parts: Parts) -> OperatingPoint:
    """The thresholds of the relation model at the operating point of the settings.

    Raises:
        ModelUnusable: the model has no such operating point.
    """
    return named_point(parts.relations, parts.settings.operating_point)


def named_point(model: RelationModel, name: str) -> OperatingPoint:
    """The thresholds of a relation model at one of its operating points.

    Raises:
        ModelUnusable: the model has no such operating point.
    """
    if name not in model.operating_points:
        raise ModelUnusable(
            f"relation model {model.model_id} has no operating point {name!r}",
            hint=f"set FACTCHECK_OPERATING_POINT to one of: {', '.join(model.operating_points)}",
        )
    floors = model.operating_points[name]
    return OperatingPoint(name=name, conflict=floors["conflict"], update=floors["update"], tension=floors["tension"])


def match_key(parts: Parts) -> str:
    """Names what decides which pairs are candidates; pairs of other settings or versions are not looked at."""
    settings = parts.settings
    chosen = (settings.neighbours, settings.min_similarity, settings.event_window_days)
    return content_id(__version__, parts.embedder.model_id, *chosen)


def _sided_claims(parts: Parts, pairs: Sequence[ClaimPair]) -> dict[str, SidedClaim]:
    claims = parts.store.claims({claim_id for pair in pairs for claim_id in (pair.left_id, pair.right_id)})
    articles = {one.article_id: one for one in parts.store.articles({one.article_id for one in claims.values()})}
    return {claim_id: SidedClaim(claim=claim, article=articles[claim.article_id]) for claim_id, claim in claims.items()}


def _count_the_funnel(parts: Parts, run: RunLog) -> None:
    store, key, counts = parts.store, match_key(parts), parts.store.counts()
    findings = store.finding_facets()["relation"]
    run.count({name: counts[name] for name in ("articles", "claims")})
    run.count({"candidates": store.candidate_count(key)})
    run.count({"scored": store.scored_count(key, parts.relations.model_id)})
    run.count({"flagged": counts["findings"], **{str(one): findings.get(one, 0) for one in FLAGGED}})
    run.count({"disputes": counts["disputes"]})
    for reason, pairs in store.pairs_left_out(key).items():
        run.leave_out(LeftOut(what=f"{pairs} pairs", reason=reason))
    run.models |= {"embedder": parts.embedder.model_id, "relations": parts.relations.model_id}
