"""What a report shows, gathered from the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from factcheck.answers import ReportData
from factcheck.errors import Conflict
from factcheck.parts import Parts
from factcheck.pipeline import disagreements, match_key
from factcheck.records import FLAGGED, Dispute, Finding, LeftOut
from factcheck.store import FindingFilter


def report_data(parts: Parts, shown: FindingFilter | None = None) -> ReportData:
    """The findings that pass the filter, the disputes that they belong to, and what made them.

    A dispute is shown whole: with all its findings and claims, also those that do not pass by themselves.
    """
    with parts.store.reading():
        every = parts.store.findings()
        passing = {finding.finding_id for finding in (parts.store.findings(shown) if shown else every)}
        # a new version of an article can leave a dispute without findings until the next scan
        found = [dispute for dispute in parts.store.disputes() if dispute.finding_ids]
        disputes = [dispute for dispute in found if not passing.isdisjoint(dispute.finding_ids)]
        wanted = passing.union(*(dispute.finding_ids for dispute in disputes))
        data = _gathered(parts, [finding for finding in every if finding.finding_id in wanted], disputes)
    return replace(data, filtered_out=len(found) - len(disputes))


def report_data_at(parts: Parts, operating_point: str) -> ReportData:
    """The report that a scan at another operating point would give. Nothing is scored anew, nothing is saved.

    Raises:
        ModelUnusable: the relation model has no such operating point.
        Conflict: the last scan was made with another model, other settings or another version.
    """
    run = parts.store.last_run("scan")
    if run is None or run.settings.get("operating_point") == operating_point:
        return report_data(parts)
    if run.counts.get("scored") and not parts.store.scored_count(match_key(parts), parts.relations.model_id):
        raise Conflict(
            f"nothing is known of the {operating_point} point: the last scan had another model, version or settings",
            hint="run: factcheck scan",
        )
    there = replace(parts, settings=parts.settings.model_copy(update={"operating_point": operating_point}))
    with parts.store.reading():
        findings, disputes = disagreements(there, run.run_id)
        data = _gathered(there, findings, disputes)
    counts = {relation.value: sum(one.relation is relation for one in findings) for relation in FLAGGED}
    return replace(
        data,
        funnel={**data.funnel, **counts, "flagged": len(findings), "disputes": len(disputes)},
        settings={**data.settings, "operating_point": operating_point},
    )


def _gathered(parts: Parts, findings: Sequence[Finding], disputes: Sequence[Dispute]) -> ReportData:
    store = parts.store
    claims = store.claims(_claim_ids(findings, disputes))
    articles = store.articles({claim.article_id for claim in claims.values()})
    decisions = store.decisions_of(finding.finding_id for finding in findings)
    filters = [FindingFilter(status="decided", sampled=is_sampled) for is_sampled in (False, True)]
    decided = {finding_id for shown in filters for finding_id in store.finding_ids(shown)}
    run = store.last_run("scan")
    if run and not run.counts.get("articles"):
        run = None  # there was nothing to compare: as if it had not been
    counts = store.counts()
    return ReportData(
        generated_at=parts.clock(),
        disputes=tuple(disputes),
        findings=tuple(findings),
        claims=claims,
        articles={article.article_id: article for article in articles},
        decisions={finding_id: tuple(made) for finding_id, made in decisions.items()},
        decided_ids=frozenset(decided & {finding.finding_id for finding in findings}),
        funnel=dict(run.counts) if run else {name: counts[name] for name in ("articles", "claims")},
        left_out=(*_not_compared(parts), *(run.left_out if run else ())),
        models=dict(run.models) if run else {},
        settings=dict(run.settings) if run else {},
    )


def _not_compared(parts: Parts) -> Iterator[LeftOut]:
    """What came in after the last scan, which a report would otherwise pass over in silence."""
    later = parts.store.ingests_after_scan()
    if changed := sum(run.counts.get(name, 0) for run in later for name in ("added", "replaced")):
        yield LeftOut(
            what="1 article" if changed == 1 else f"{changed:,} articles",
            reason="taken in after the last scan; run: factcheck scan",
        )


def _claim_ids(findings: Sequence[Finding], disputes: Sequence[Dispute]) -> set[str]:
    paired = {claim_id for finding in findings for claim_id in (finding.pair.left_id, finding.pair.right_id)}
    return paired.union(*(side.claim_ids for dispute in disputes for side in dispute.sides))
