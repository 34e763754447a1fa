"""What a report shows, gathered from the store."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.parts import Parts
from factcheck.records import Dispute, Finding, ReportData
from factcheck.store import FindingFilter


def report_data(parts: Parts, shown: FindingFilter | None = None) -> ReportData:
    """The findings that pass the filter, the disputes that they belong to, and what made them.

    A dispute is shown whole: with all its findings and claims, also those that do not pass by themselves.
    """
    store = parts.store
    passing = store.findings(shown)
    disputes = _disputes_of(passing, store.disputes())
    findings = _with_neighbours(passing, disputes, store.findings() if shown else passing)
    claims = store.claims(_claim_ids(findings, disputes))
    articles = store.articles({claim.article_id for claim in claims.values()})
    run = store.last_run("scan")
    return ReportData(
        generated_at=parts.clock(),
        disputes=tuple(disputes),
        findings=tuple(findings),
        claims=claims,
        articles={article.article_id: article for article in articles},
        decisions={
            finding_id: tuple(decisions)
            for finding_id, decisions in store.decisions_of(finding.finding_id for finding in findings).items()
        },
        funnel=dict(run.counts) if run else {},
        left_out=run.left_out if run else (),
        models=dict(run.models) if run else {},
        settings=dict(run.settings) if run else {},
    )


def _disputes_of(findings: Sequence[Finding], disputes: Sequence[Dispute]) -> list[Dispute]:
    passing = {finding.finding_id for finding in findings}
    return [dispute for dispute in disputes if not passing.isdisjoint(dispute.finding_ids)]


def _with_neighbours(
    passing: Sequence[Finding], disputes: Sequence[Dispute], every: Sequence[Finding]
) -> list[Finding]:
    wanted = {finding.finding_id for finding in passing} | {one for dispute in disputes for one in dispute.finding_ids}
    return [finding for finding in every if finding.finding_id in wanted]


def _claim_ids(findings: Sequence[Finding], disputes: Sequence[Dispute]) -> set[str]:
    paired = {claim_id for finding in findings for claim_id in (finding.pair.left_id, finding.pair.right_id)}
    return paired | {claim_id for dispute in disputes for side in dispute.sides for claim_id in side.claim_ids}
