"""The JSON shapes that the API, --json and the JSON report share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from factcheck.answers import ClaimCheck, Evidence, ReportData
from factcheck.compared import moved, unit_span
from factcheck.errors import FactcheckError
from factcheck.events import SidedClaim
from factcheck.records import (
    Article,
    Claim,
    Clash,
    Decision,
    Dispute,
    Finding,
    LeftOut,
    Relation,
    RunSummary,
    Side,
    Span,
)
from factcheck.sentences import context_of
from factcheck.verdicts import speaker_name

Json = dict[str, Any]


def ok_payload(**fields: Any) -> Json:
    """The envelope of every answer that worked."""
    return {"ok": True, **fields}


def failure_payload(message: str, *, hint: str, status: int) -> Json:
    """The envelope of every answer that did not work; `status` is the HTTP status that fits."""
    return {"ok": False, "error": message, "hint": hint, "status": status}


def error_payload(error: FactcheckError) -> Json:
    """The envelope of one of our own errors."""
    return failure_payload(str(error), hint=error.hint, status=error.http_status)


def article_ref(article: Article) -> Json:
    """An article without its text: what to call it, where and when it stood, and which version was read."""
    return {
        "article_id": article.article_id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "published_at": article.published_at,
        "label": article.label,
        "content_hash": article.content_hash,
        "origin_id": article.origin_id,
    }


def article_payload(article: Article) -> Json:
    """An article with its text."""
    return {
        **article_ref(article),
        "retrieved_at": article.retrieved_at.isoformat(),
        "language": article.language,
        "body": article.body,
    }


def claim_payload(claim: Claim, article: Article) -> Json:
    """A claim with everything needed to find it again; `start:end` cuts `quote` out of the article's body.

    `speaker` is null where the outlet itself asserts the claim, "an unnamed source" where nothing names who does.
    """
    before, after = context_of(article.body, claim.start, claim.end)
    return {
        "claim_id": claim.claim_id,
        "quote": claim.text,
        "start": claim.start,
        "end": claim.end,
        "kind": claim.kind.value,
        "standalone_text": claim.standalone_text,
        "speaker": speaker_name(claim) or None,
        "speaker_cue": _stretch(article.body, claim.speaker.cue) if claim.speaker else None,
        "context": {"before": before, "after": after},
        "article": article_ref(article),
    }


def evidence_payload(evidence: Evidence, check: ClaimCheck) -> Json:
    """One stored claim that speaks to the submitted text, with how it relates and why; the submitted one is left."""
    whole = _stretch(check.text, Span(start=0, end=len(check.text)))
    stored = SidedClaim(claim=evidence.claim, article=evidence.article)
    return {
        "relation": evidence.relation.value,
        "probability": evidence.probability,
        "scores": evidence.scores.probabilities,
        "conflict_type": _value(evidence.conflict_type),
        "clash": _clash(evidence.clash, check.text, evidence.article.body),
        "compared": {"left": {**whole, "reads_as": check.reads_as}, "right": _compared(stored, evidence.unit)},
        "reasons": list(evidence.reasons),
        **claim_payload(evidence.claim, evidence.article),
    }


def claim_check_payload(check: ClaimCheck) -> Json:
    """What the index says of a submitted claim. No evidence is an answer: it means that nothing speaks to it."""
    return {
        "claim": {"text": check.text, "published_at": check.published_at},
        "evidence": [evidence_payload(evidence, check) for evidence in check.evidence],
        "checked": dict(check.checked),
        "models": dict(check.models),
        "settings": dict(check.settings),
    }


def decision_payload(decision: Decision) -> Json:
    """One decision of one reviewer."""
    return {
        "finding_id": decision.finding_id,
        "verdict": decision.verdict.value,
        "reviewer": decision.reviewer,
        "note": decision.note,
        "decided_at": decision.decided_at.isoformat(),
    }


def finding_payload(
    finding: Finding,
    left: SidedClaim,
    right: SidedClaim,
    decisions: Iterable[Decision] = (),
    *,
    is_decided: bool = False,
) -> Json:
    """Two claims that a person should compare. `status` is open until as many people decided as it needs."""
    return {
        "finding_id": finding.finding_id,
        "relation": finding.relation.value,
        "probability": finding.probability,
        "scores": finding.scores.probabilities,
        "conflict_type": _value(finding.conflict_type),
        "clash": _clash(finding.clash, left.article.body, right.article.body),
        "compared": {
            "left": _compared(left, finding.pair.left_unit),
            "right": _compared(right, finding.pair.right_unit),
        },
        "reasons": list(finding.reasons),
        "similarity": finding.pair.similarity,
        "matched_because": list(finding.pair.evidence),
        "left": claim_payload(left.claim, left.article),
        "right": claim_payload(right.claim, right.article),
        "status": "decided" if is_decided else "open",
        "decisions": [decision_payload(decision) for decision in decisions],
        "model_id": finding.model_id,
        "run_id": finding.run_id,
    }


def dispute_payload(dispute: Dispute, findings: Mapping[str, Finding], claims: Mapping[str, SidedClaim]) -> Json:
    """Findings that answer one question, as sides; the side of an update that was reported last carries `latest`.

    `reasons` are those of its first finding; each finding has its own. `findings` and `claims` are by id and must hold
    all that the dispute names.
    """
    own = [findings[finding_id] for finding_id in dispute.finding_ids]
    sides = [_side_payload(side, own, claims) for side in dispute.sides]
    if dispute.relation is Relation.UPDATE and (latest := _latest_side(dispute, claims)) is not None:
        sides[latest]["latest"] = True
    articles = [claims[claim_id].article for side in dispute.sides for claim_id in side.claim_ids]
    return {
        "dispute_id": dispute.dispute_id,
        "question": dispute.question,
        "relation": dispute.relation.value,
        "probability": dispute.probability,
        "conflict_types": sorted({finding.conflict_type.value for finding in own if finding.conflict_type}),
        "reasons": list(own[0].reasons) if own else [],
        **_reported_by(articles),
        "sides": sides,
        "finding_ids": list(dispute.finding_ids),
        "model_ids": sorted({finding.model_id for finding in own}),
    }


def run_payload(run: RunSummary) -> Json:
    """What one ingest or scan did."""
    return {
        "run_id": run.run_id,
        "started_at": run.started_at.isoformat(),
        "funnel": funnel_payload(run.counts, run.left_out),
        "seconds": {stage: round(seconds, 3) for stage, seconds in run.seconds.items()},
        "models": dict(run.models),
        "settings": dict(run.settings),
    }


def funnel_payload(counts: Mapping[str, int], left_out: Iterable[LeftOut]) -> Json:
    """How many went in and came out of each step, and what was left out and why."""
    return {**counts, "left_out": [asdict(one) for one in left_out]}


def report_payload(data: ReportData) -> Json:
    """A whole report: disputes first, then every finding, then how they were found."""
    claims = {
        claim.claim_id: SidedClaim(claim=claim, article=data.articles[claim.article_id])
        for claim in data.claims.values()
    }
    findings = {finding.finding_id: finding for finding in data.findings}
    return {
        "generated_at": data.generated_at.isoformat(),
        "disputes": [dispute_payload(dispute, findings, claims) for dispute in data.disputes],
        "findings": [
            finding_payload(
                finding,
                claims[finding.pair.left_id],
                claims[finding.pair.right_id],
                data.decisions.get(finding.finding_id, ()),
                is_decided=finding.finding_id in data.decided_ids,
            )
            for finding in data.findings
        ],
        "articles": [article_ref(article) for article in data.articles.values()],
        "filtered_out": data.filtered_out,
        "funnel": funnel_payload(data.funnel, data.left_out),
        "models": dict(data.models),
        "settings": dict(data.settings),
    }


def _latest_side(dispute: Dispute, claims: Mapping[str, SidedClaim]) -> int | None:
    """The number of the side that was first reported after all others; None where the known days do not tell."""
    known = [
        min((day for one in side.claim_ids if (day := claims[one].article.published_on)), default=None)
        for side in dispute.sides
    ]
    days = sorted(day for day in known if day)
    return known.index(days[-1]) if len(days) > 1 and days[-2] < days[-1] else None


def _side_payload(side: Side, findings: Sequence[Finding], claims: Mapping[str, SidedClaim]) -> Json:
    return {
        "position": side.position,
        **_reported_by([claims[claim_id].article for claim_id in side.claim_ids]),
        "claims": [_sided_claim_payload(claims[claim_id], findings) for claim_id in side.claim_ids],
    }


def _sided_claim_payload(sided: SidedClaim, findings: Sequence[Finding]) -> Json:
    """A claim as one side of a dispute, with the first of its findings; one that only corroborates has none."""
    claim_id = sided.claim.claim_id
    own = [finding for finding in findings if claim_id in (finding.pair.left_id, finding.pair.right_id)]
    first = own[0] if own else None
    spans = {
        finding.clash.left if finding.pair.left_id == claim_id else finding.clash.right
        for finding in own
        if finding.clash
    }
    return {
        "relation": first.relation.value if first else Relation.AGREE.value,
        "probability": first.probability if first else None,
        "scores": first.scores.probabilities if first else None,
        "conflict_type": _value(first.conflict_type) if first else None,
        "reasons": list(first.reasons) if first else [],
        "clash": [_stretch(sided.article.body, span) for span in sorted(spans, key=lambda span: span.start)],
        "finding_ids": [finding.finding_id for finding in own],
        **claim_payload(sided.claim, sided.article),
    }


def _reported_by(articles: Sequence[Article]) -> Json:
    """Who reported it: outlets by name, else by the label of the article, and how many independent origins."""
    return {
        "articles": len({article.article_id for article in articles}),
        "known_outlets": len({article.source for article in articles if article.source}),
        "unknown_outlets": len({article.article_id for article in articles if not article.source}),
        "outlets": list(dict.fromkeys(article.name for article in articles)),
        "origins": len({article.origin_id for article in articles}),
    }


def _clash(clash: Clash | None, left_text: str, right_text: str) -> Json | None:
    if clash is None:
        return None
    return {"left": _stretch(left_text, clash.left), "right": _stretch(right_text, clash.right)}


def _compared(sided: SidedClaim, unit: int) -> Json:
    """The part of a claim that was compared, all of it or a unit, and how that reads by itself."""
    span = moved(unit_span(sided.claim, unit), sided.claim.start)
    return {**_stretch(sided.article.body, span), "reads_as": sided.claim.wording(unit)}


def _stretch(text: str, span: Span) -> Json:
    return {"start": span.start, "end": span.end, "text": text[span.start : span.end]}


def _value(member: Any) -> str | None:
    return member.value if member is not None else None
