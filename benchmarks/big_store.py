"""A store with as many findings as wanted, made of invented articles: what a busy desk has after some months."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from factcheck.records import (
    FLAGGED,
    Article,
    Claim,
    ClaimPair,
    Clash,
    ConflictType,
    Decision,
    Dispute,
    Finding,
    Relation,
    RelationScores,
    Side,
    Span,
    Speaker,
    Verdict,
    content_id,
)
from factcheck.store import Store

CLAIMS_AN_ARTICLE = 20
OUTLETS = 40
SPEAKERS = 300
FINDINGS_A_DISPUTE = 5
REVIEWERS = ("Ana", "Ben", "Chandra")
FIRST_DAY = date(2026, 1, 1)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
_NOUNS = (
    "police court minister flood quake river hospital school army village border toll rescue storm bridge train "
    "election vote budget union strike airport factory harvest water power market bank talks treaty"
)
WORDS = _NOUNS.split()


def fill(store: Store, findings: int, decided: int, *, seed: int = 0) -> None:
    """Puts so many findings into a store, with articles and disputes, and so many decisions."""
    draw = random.Random(seed)
    articles = max(2, findings // CLAIMS_AN_ARTICLE * 2)
    with store.writing():
        claims = [list(_claims_of(store, number, draw)) for number in range(articles)]
    made = [_finding(*_two_claims(claims, number, draw), draw) for number in range(findings)]
    unique = list({finding.finding_id: finding for finding in made}.values())
    with store.writing():
        store.save_findings(unique, double_review=0.1)
        store.save_disputes(list(_disputes(unique)))
    with store.writing():
        for number, finding in enumerate(draw.sample(unique, min(decided, len(unique)))):
            store.add_decision(
                Decision(
                    finding_id=finding.finding_id,
                    verdict=draw.choice(list(Verdict)),
                    reviewer=REVIEWERS[number % len(REVIEWERS)],
                    note="",
                    decided_at=NOW + timedelta(seconds=number),
                )
            )


def _claims_of(store: Store, number: int, draw: random.Random) -> Iterator[Claim]:
    outlet = f"Outlet {number % OUTLETS}"
    lines = [
        f"{' '.join(draw.choices(WORDS, k=12)).capitalize()} {draw.randint(2, 900)} {number}-{line}."
        for line in range(CLAIMS_AN_ARTICLE)
    ]
    body = "\n".join(lines)
    article_id = content_id("big", number)
    article = Article(
        article_id=article_id,
        url=f"https://outlet{number % OUTLETS}.example/{number}",
        source=outlet,
        title=" ".join(draw.choices(WORDS, k=6)).capitalize(),
        published_at=(FIRST_DAY + timedelta(days=draw.randint(0, 180))).isoformat(),
        retrieved_at=NOW,
        language="en",
        body=body,
        content_hash=content_id(body),
        origin_id=content_id("origin", number % (OUTLETS * 20)),
        label=f"{number}.txt",
    )
    claims, start = [], 0
    for position, line in enumerate(lines):
        speaker = Speaker(name=f"Speaker {draw.randint(1, SPEAKERS)}", cue=Span(start=start, end=start + 1))
        claims.append(
            Claim(
                claim_id=content_id(article_id, line),
                article_id=article_id,
                position=position,
                start=start,
                end=start + len(line),
                text=line,
                standalone_text=line,
                speaker=speaker if draw.random() < 0.3 else None,
            )
        )
        start += len(line) + 1
    store.save_article(article, claims)
    yield from claims


def _two_claims(claims: list[list[Claim]], number: int, draw: random.Random) -> tuple[Claim, Claim]:
    mine = claims[number // CLAIMS_AN_ARTICLE % len(claims)]
    theirs = claims[(number // CLAIMS_AN_ARTICLE + 1 + draw.randrange(len(claims) - 1)) % len(claims)]
    one, other = sorted((mine[number % CLAIMS_AN_ARTICLE], draw.choice(theirs)), key=lambda claim: claim.claim_id)
    return one, other


def _finding(left: Claim, right: Claim, draw: random.Random) -> Finding:
    relation, probability = draw.choices(FLAGGED, (6, 2, 2))[0], round(draw.uniform(0.5, 1.0), 4)
    rest = (1 - probability) / 5
    scores = {one.value: probability if one is relation else rest for one in Relation}
    pair = ClaimPair(left_id=left.claim_id, right_id=right.claim_id, similarity=0.7, evidence=("both name the river",))
    return Finding(
        finding_id=pair.finding_id,
        pair=pair,
        relation=relation,
        probability=probability,
        scores=RelationScores(**scores),
        conflict_type=draw.choice(list(ConflictType)) if relation is Relation.CONFLICT else None,
        clash=Clash(
            left=Span(start=left.start, end=left.start + 5), right=Span(start=right.start, end=right.start + 5)
        ),
        reasons=(f"One says “{left.text}”; another says “{right.text}”.", "Two outlets disagree."),
        model_id="invented",
        run_id="invented",
    )


def _disputes(findings: list[Finding]) -> Iterator[Dispute]:
    for start in range(0, len(findings), FINDINGS_A_DISPUTE):
        card = findings[start : start + FINDINGS_A_DISPUTE]
        left = tuple(dict.fromkeys(one.pair.left_id for one in card))
        right = tuple(dict.fromkeys(one.pair.right_id for one in card if one.pair.right_id not in left))
        if right:
            yield Dispute(
                dispute_id=content_id("dispute", card[0].finding_id),
                question="What happened at the river?",
                relation=card[0].relation,
                probability=card[0].probability,
                sides=(Side(position="one", claim_ids=left), Side(position="other", claim_ids=right)),
                finding_ids=tuple(one.finding_id for one in card),
            )
