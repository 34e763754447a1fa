"""The scan: from new claims to findings and disputes, stage by stage, top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from factcheck import __version__
from factcheck.consistency import SAYS_THE_SAME, consistent
from factcheck.disputes import group_disputes
from factcheck.errors import ModelUnusable
from factcheck.ingest import bring_index_up_to_date, embed_claims, find_copies_if_due, read_anew
from factcheck.matching import pair_claims
from factcheck.neighbours import Hits, nearest_enough
from factcheck.openings import opening
from factcheck.parts import Parts, Progress, RunLog, write_lock
from factcheck.ports import RelationModel
from factcheck.random_slice import draw, drawn_finding
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
    claim_and_number,
    content_id,
)
from factcheck.reopening import note_reopened
from factcheck.sides import Readings
from factcheck.verdicts import OperatingPoint, SidedClaim, find

__all__ = ["Parts", "reindex", "scan"]

PACKAGE = Path(__file__).parent
"""Where the modules are whose code decides what is found."""

SCORED_AT_ONCE = 64
"""Pairs scored between two saves: what a scan that is killed has to do again."""

MATCHED_AT_ONCE = 256
"""Claims whose neighbours are looked up between two reports of progress."""

UNIT_MARGIN = 0.02
"""How much less alike a unit is held to be than its cosine says: short texts are more alike than whole sentences.

On the seeds it leaves as many candidate pairs as there are without units.
"""


def scan(parts: Parts, progress: Progress | None = None) -> RunSummary:
    """Compares what is new with everything, and brings findings and disputes up to date.

    Counts of the summary are of the whole store as it is now: articles, claims, candidates, scored, flagged,
    conflict, update, tension, disputes; and of this run: new_claims, new_candidates, new_scored.

    Raises:
        ScanInProgress: another ingest or scan is writing to this index.
    """
    with write_lock(parts):
        run = RunLog(parts, "scan", progress)
        find_copies_if_due(parts, run)
        bring_index_up_to_date(parts, run)
        match_new_claims(parts, run)
        score_new_pairs(parts, run)
        judge_if_changed(parts, run)
        _count_the_funnel(parts, run)
        return run.finish()


def reindex(parts: Parts, progress: Progress | None = None) -> RunSummary:
    """Makes the claim index anew from the store, whatever state its files are in.

    Claims that an earlier version of factcheck read are read anew; what was decided about them stays.

    Raises:
        ScanInProgress: an ingest or scan is writing to this index.
    """
    with write_lock(parts):
        run = RunLog(parts, "reindex", progress)
        read_anew(parts, run)
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
        units = UnitsCompared()
        matched = pair_claims(
            claims,
            articles,
            nearest_elsewhere(parts, fresh, (claims, articles), units, run),
            min_similarity=settings.min_similarity,
            window_days=settings.event_window_days,
        )
        pairs = [units.noted(pair) for pair in matched.pairs]
        store.save_matches(key, [claim.claim_id for claim in fresh], pairs, matched.left_out)
        run.count({"new_candidates": len(pairs)})


class UnitsCompared:
    """What of two claims is compared: of all their units and wholes, the two most alike. So no pair comes twice."""

    def __init__(self) -> None:
        self._best: dict[tuple[str, str], tuple[float, int, int]] = {}

    def see(self, ours: str, theirs: str, similarity: float) -> None:
        """Take in how alike two wordings are, by their ids."""
        (left_id, left), (right_id, right) = sorted((claim_and_number(ours), claim_and_number(theirs)))
        found = (round(similarity, 6), -left, -right)
        self._best[left_id, right_id] = max(found, self._best.get((left_id, right_id), found))

    def noted(self, pair: ClaimPair) -> ClaimPair:
        """The pair, with what of its claims is compared."""
        _, left, right = self._best.get((pair.left_id, pair.right_id), (0.0, 0, 0))
        return replace(pair, left_unit=-left, right_unit=-right)


def nearest_elsewhere(
    parts: Parts,
    fresh: Sequence[Claim],
    stored: tuple[Mapping[str, Claim], Mapping[str, Article]],
    units: UnitsCompared,
    run: RunLog,
) -> dict[str, list[tuple[str, float]]]:
    """For each of these claims the nearest ones that articles of another origin make; `units` takes in of what.

    Where outlets print the same words of one origin, one of them stands for all and leaves room for others.
    """
    claims, articles = stored
    origin = {claim_id: articles[claim.article_id].origin_id for claim_id, claim in claims.items()}
    wanted, index = parts.settings.neighbours, parts.claim_index
    elsewhere: dict[str, list[tuple[str, float]]] = {}

    def is_enough(wording: str, hits: Hits) -> bool:
        own, others = origin[claim_and_number(wording)[0]], {claim_and_number(other)[0] for other, _ in hits}
        return len({(origin[one], claims[one].text) for one in others if origin.get(one, own) != own}) >= wanted

    for start in range(0, len(fresh), MATCHED_AT_ONCE):
        batch = fresh[start : start + MATCHED_AT_ONCE]
        wordings = [name for claim in batch for name in claim.wordings]
        found = nearest_enough(index, wordings, index.vectors_of(wordings), wanted, is_enough)
        alike: dict[str, dict[str, float]] = {claim.claim_id: {} for claim in batch}
        for wording, nearest in zip(wordings, found, strict=True):
            claim_id = claim_and_number(wording)[0]
            for other, similarity in nearest:
                other_id = claim_and_number(other)[0]
                if origin.get(other_id, "") not in ("", origin[claim_id]):
                    held = similarity - UNIT_MARGIN * ((wording != claim_id) + (other != other_id))
                    units.see(wording, other, similarity)
                    alike[claim_id][other_id] = max(held, alike[claim_id].get(other_id, held))
        for claim_id, others in alike.items():
            prints: dict[tuple[str, str], tuple[str, float]] = {}
            for hit in sorted(others.items(), key=lambda hit: (-hit[1], hit[0])):
                prints.setdefault((origin[hit[0]], claims[hit[0]].text), hit)
            elsewhere[claim_id] = list(prints.values())[:wanted]
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
    asked = [
        (relation_input(sided[pair.left_id], pair.left_unit), relation_input(sided[pair.right_id], pair.right_unit))
        for pair in pairs
    ]
    scores = parts.relations.score(asked)
    model_id = parts.relations.model_id
    return [ScoredPair(pair=pair, scores=one, model_id=model_id) for pair, one in zip(pairs, scores, strict=True)]


def relation_input(sided: SidedClaim, unit: int = 0) -> RelationInput:
    """What the relation model may know of a claim, of which the whole (0) or a unit is compared."""
    speaker = sided.claim.speaker.name if sided.claim.speaker else None
    return RelationInput(text=sided.claim.wording(unit), published_on=sided.article.published_on, speaker=speaker)


def judge_if_changed(parts: Parts, run: RunLog) -> None:
    """Derives findings and disputes from all scores, unless nothing that they depend on has changed."""
    store = parts.store
    state = content_id(
        store.revision(),
        match_key(parts),
        parts.relations.model_id,
        operating_point(parts),
        parts.settings.double_review,
        code_digest(PACKAGE),
    )
    if store.mark("judged") == state:
        return
    with run.stage("judge"):
        findings, disputes = disagreements(parts, run.run_id)
        drawn = random_slice(parts, findings, run.run_id)
    with run.stage("save"), store.writing():
        store.save_findings([*findings, *drawn], double_review=parts.settings.double_review)
        store.save_disputes(disputes)
        note_reopened(parts)
        store.set_mark("judged", state)


def code_digest(folder: Path) -> str:
    """Names the code of the modules in a folder, so that what other code judged is judged again.

    Nearly every module has a say in what is found: all of them are read, in a few milliseconds, and no list is kept.
    """
    modules = sorted(folder.glob("*.py"))
    return content_id(*(part for module in modules for part in (module.name, module.read_text(encoding="utf-8"))))


def disagreements(parts: Parts, run_id: str) -> tuple[list[Finding], list[Dispute]]:
    """Findings and disputes among all scored pairs at the operating point of the settings; nothing is saved."""
    store, found = parts.store, judge(parts, run_id)
    key, model_id = match_key(parts), parts.relations.model_id
    told = {claim_id for one in found for claim_id in (one.pair.left_id, one.pair.right_id)}
    agreeing = (
        (one.pair.left_id, one.pair.right_id) for one in store.scored_pairs(key, model_id, least_agree=SAYS_THE_SAME)
    )
    told |= {claim_id for pair in agreeing if told.intersection(pair) for claim_id in pair}
    claims, scored = store.claims(told), store.scored_among(key, model_id, told)
    articles = {one.article_id: one for one in store.articles({claim.article_id for claim in claims.values()})}
    findings = consistent(found, Readings(scored), claims)
    return findings, group_disputes(findings, scored, claims, articles, store.known_dispute_ids())


def judge(parts: Parts, run_id: str) -> list[Finding]:
    """The findings among all scored pairs at the operating point of the settings."""
    point = operating_point(parts)
    # verdicts may add up two flagged relations and lower them: less than half a threshold cannot become a finding
    least = min(point.of(relation) for relation in FLAGGED) / 2
    scored = parts.store.scored_pairs(match_key(parts), parts.relations.model_id, least_flagged=least)
    sided = _sided_claims(parts, [one.pair for one in scored], with_openings=True)
    found = (find(one, sided[one.pair.left_id], sided[one.pair.right_id], point, run_id) for one in scored)
    return [finding for finding in found if finding]


def random_slice(parts: Parts, flagged: Sequence[Finding], run_id: str) -> list[Finding]:
    """Some of the scored pairs that were not flagged; they stand in no dispute and no report."""
    key, model_id = match_key(parts), parts.relations.model_id
    ids = {finding.finding_id for finding in flagged}
    pairs = draw(pair for pair in parts.store.scored_candidates(key, model_id) if pair.finding_id not in ids)
    scored, sided = parts.store.scores_of(pairs, model_id), _sided_claims(parts, pairs)
    return [drawn_finding(one, sided[one.pair.left_id], sided[one.pair.right_id], run_id) for one in scored]


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


def _sided_claims(parts: Parts, pairs: Sequence[ClaimPair], *, with_openings: bool = False) -> dict[str, SidedClaim]:
    claims = parts.store.claims({claim_id for pair in pairs for claim_id in (pair.left_id, pair.right_id)})
    articles = {one.article_id: one for one in parts.store.articles({one.article_id for one in claims.values()})}
    opened = {one.article_id: opening(one) for one in articles.values()} if with_openings else {}
    return {
        claim_id: SidedClaim(claim=claim, article=articles[claim.article_id], opening=opened.get(claim.article_id))
        for claim_id, claim in claims.items()
    }


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
