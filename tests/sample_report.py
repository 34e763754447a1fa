"""A small report made by hand: a conflict, an update, an article of unknown date, and text that wants to break out."""

from __future__ import annotations

from datetime import UTC, datetime

from factcheck.answers import ReportData
from factcheck.records import (
    RELATIONS,
    Article,
    Claim,
    ClaimPair,
    Clash,
    ConflictType,
    Decision,
    Dispute,
    Finding,
    LeftOut,
    Relation,
    RelationScores,
    Side,
    Span,
    Speaker,
    Verdict,
    content_id,
)

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MODEL = "builtin-1"


def article(name: str, body: str, *, source: str | None, published_at: str | None, url: str | None) -> Article:
    return Article(
        article_id=content_id(name),
        url=url,
        source=source,
        title=f"Title of {name}",
        published_at=published_at,
        retrieved_at=NOW,
        language="en",
        body=body,
        content_hash=content_id(body),
        origin_id=content_id(name),
        label=name,
    )


def claim(of: Article, text: str, *, speaker: str | None = None) -> Claim:
    start = of.body.index(text)
    cue = of.body.index(speaker) if speaker else 0
    return Claim(
        claim_id=content_id(of.article_id, text),
        article_id=of.article_id,
        position=0,
        start=start,
        end=start + len(text),
        text=text,
        standalone_text=text,
        speaker=Speaker(name=speaker, cue=Span(start=cue, end=cue + len(speaker))) if speaker else None,
    )


def span(of: Article, text: str) -> Span:
    start = of.body.index(text)
    return Span(start=start, end=start + len(text))


def finding(one: Claim, other: Claim, relation: Relation, probability: float, clash: dict[str, Span] | None) -> Finding:
    left, right = sorted((one, other), key=lambda side: side.claim_id)
    pair = ClaimPair(left_id=left.claim_id, right_id=right.claim_id, similarity=0.8, evidence=("both name the dam",))
    rest = (1 - probability) / 5
    scores = dict.fromkeys(RELATIONS, rest)
    return Finding(
        finding_id=pair.finding_id,
        pair=pair,
        relation=relation,
        probability=probability,
        scores=RelationScores(**{**scores, relation.value: probability}),
        conflict_type=ConflictType.NUMBER if relation is Relation.CONFLICT else None,
        clash=Clash(left=clash[left.claim_id], right=clash[right.claim_id]) if clash else None,
        reasons=(f"one says “{left.text[:20]}”, the other “{right.text[:20]}”",),
        model_id=MODEL,
        run_id="run-1",
    )


COURIER = article(
    "courier",
    "The dam at Orlo broke at dawn. Twelve people died in the flood, police said. Roads are closed.",
    source="The Courier",
    published_at="2026-11-18",
    url="https://courier.example/dam",
)
HERALD = article(
    "herald",
    "Water came at night.\nThe flood killed 15 people, the mayor told the Herald.\n"
    "=SUM(A1) <script>alert(1)</script> *x*.",
    source="=Herald & <Sons>",
    published_at=None,
    url="javascript:alert(1)",
)
WIRE = article(
    "wire",
    "Orlo counts its dead. The toll rose to 21 on Friday.",
    source=None,
    published_at="2026-11-20T08:00:00+00:00",
    url=None,
)
TWELVE = claim(COURIER, "Twelve people died in the flood, police said.", speaker="police")
FIFTEEN = claim(HERALD, "The flood killed 15 people, the mayor told the Herald.", speaker="the mayor")
TOLL = claim(WIRE, "The toll rose to 21 on Friday.")
NUMBERS = finding(
    TWELVE,
    FIFTEEN,
    Relation.CONFLICT,
    0.94,
    {TWELVE.claim_id: span(COURIER, "Twelve"), FIFTEEN.claim_id: span(HERALD, "15")},
)
LATER = finding(TWELVE, TOLL, Relation.UPDATE, 0.71, None)


def dispute(question: str, one: Finding, sides: tuple[Side, Side]) -> Dispute:
    return Dispute(
        dispute_id=content_id(one.finding_id),
        question=question,
        relation=one.relation,
        probability=one.probability,
        sides=sides,
        finding_ids=(one.finding_id,),
    )


SAMPLE = ReportData(
    generated_at=NOW,
    disputes=(
        dispute(
            "How many died in the Orlo flood?",
            NUMBERS,
            (
                Side(position="twelve died", claim_ids=(TWELVE.claim_id,)),
                Side(position="15 died", claim_ids=(FIFTEEN.claim_id,)),
            ),
        ),
        dispute(
            "How high is the toll?",
            LATER,
            (
                Side(position="twelve died", claim_ids=(TWELVE.claim_id,)),
                Side(position="21 died", claim_ids=(TOLL.claim_id,)),
            ),
        ),
    ),
    findings=(NUMBERS, LATER),
    claims={one.claim_id: one for one in (TWELVE, FIFTEEN, TOLL)},
    articles={one.article_id: one for one in (COURIER, HERALD, WIRE)},
    decisions={
        NUMBERS.finding_id: (
            Decision(
                finding_id=NUMBERS.finding_id,
                verdict=Verdict.CONFLICT,
                reviewer="@ana",
                note="asked the police",
                decided_at=NOW,
            ),
        )
    },
    decided_ids=frozenset({NUMBERS.finding_id}),
    funnel={"articles": 3, "claims": 7, "candidates": 4, "scored": 4, "flagged": 2},
    left_out=(LeftOut(what="scan.pdf", reason="no text in it"),),
    models={"relations": MODEL, "embedder": "minilm-1"},
    settings={"operating_point": "strict", "min_similarity": "0.4"},
)
EMPTY = ReportData(generated_at=NOW, disputes=(), findings=(), claims={}, articles={})
