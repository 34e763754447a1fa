"""What the pages and the API show, gathered from the store in the shapes of payloads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from factcheck.answers import OutletPair, Reviewed
from factcheck.events import SidedClaim
from factcheck.parts import Parts
from factcheck.payloads import Json, article_payload, article_ref, claim_payload, dispute_payload, finding_payload
from factcheck.payloads_review import review_payload
from factcheck.records import Article, Claim, Dispute, Finding
from factcheck.store import FindingFilter, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of an article: a claim and the surest finding about it, or the text between claims.

    `verdict` is what was decided last about that finding; `others` counts further findings about the claim.
    """

    text: str
    claim_id: str | None = None
    finding_id: str | None = None
    relation: str | None = None
    verdict: str | None = None
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands in a queue. `ordinal` is None where the queue does not show it."""

    ordinal: int | None
    total: int
    previous_id: str | None
    next_id: str | None


def place_in_queue(store: Store, finding_id: str, shown: FindingFilter) -> Place:
    """Where a finding stands in a queue; one that is not in it has neighbours, but no place."""
    ordinal, previous_id, next_id = store.beside_in_queue(shown, finding_id)
    return Place(ordinal=ordinal, total=store.finding_count(shown), previous_id=previous_id, next_id=next_id)


def shown_findings(
    parts: Parts, findings: Sequence[Finding], reviews: Mapping[str, Reviewed] | None = None
) -> list[Json]:
    """Findings with both claims, their articles, every decision and who is at them now, in the same order.

    `reviews` is what people made of them, where the caller has read that already.
    """
    sides = _sides(parts.store, [side for one in findings for side in (one.pair.left_id, one.pair.right_id)])
    if reviews is None:
        reviews = parts.store.reviews_of([finding.finding_id for finding in findings], now=parts.clock())
    return [
        {
            **finding_payload(finding, sides[finding.pair.left_id], sides[finding.pair.right_id]),
            **review_payload(reviews[finding.finding_id]),
        }
        for finding in findings
    ]


def shown_finding(parts: Parts, finding_id: str) -> Json:
    """One finding with both claims, their articles, every decision and who is at it now.

    Raises:
        NotFound: there is none with this id.
    """
    return shown_findings(parts, [parts.store.finding(finding_id)])[0]


def shown_disputes(store: Store, disputes: Sequence[Dispute]) -> list[Json]:
    """Disputes with their sides, claims and articles, in the same order."""
    findings = {one: store.finding(one) for dispute in disputes for one in dispute.finding_ids}
    sides = _sides(store, [claim for dispute in disputes for side in dispute.sides for claim in side.claim_ids])
    return [dispute_payload(dispute, findings, sides) for dispute in disputes]


def reported_by(finding: Json) -> Json:
    """Who reported a pair that belongs to no dispute, in the shape of a dispute."""
    articles = {side["article"]["article_id"]: side["article"] for side in (finding["left"], finding["right"])}
    return {
        "known_outlets": len({article["source"] for article in articles.values() if article["source"]}),
        "unknown_outlets": sum(not article["source"] for article in articles.values()),
        "outlets": list(dict.fromkeys(article["source"] or article["label"] for article in articles.values())),
        "origins": len({article["origin_id"] for article in articles.values()}),
    }


def who_differs(finding: Json) -> str:
    """Whether two outlets or two speakers differ, in a few words; empty where no reason says it."""
    told = (one for one in finding["reasons"] if one.startswith(("Two ", "A speaker and an outlet ")))
    return next(told, "").partition(":")[0].partition(",")[0].rstrip(".")


def shown_article(store: Store, article: Article) -> Json:
    """One article with its text and claims."""
    claims = store.claims_of_article(article.article_id)
    return {
        **article_payload(article),
        "opening": _opening(article),
        "claims": [claim_payload(claim, article) for claim in claims],
    }


def listed_articles(store: Store, articles: Iterable[Article]) -> list[Json]:
    """Articles without their text, each with its first words and the number of its claims."""
    return [
        {
            **article_ref(article),
            "opening": _opening(article),
            "claims": len(store.claims_of_article(article.article_id)),
        }
        for article in articles
    ]


def timeline(dispute: Json) -> list[Json]:
    """The claims of a dispute from the oldest to the newest, undated ones last."""
    claims = [{**claim, "latest": bool(side.get("latest"))} for side in dispute["sides"] for claim in side["claims"]]
    return sorted(claims, key=lambda claim: _moment(claim["article"]["published_at"]))


def _moment(published_at: str | None) -> datetime:
    """When that was, for putting in order: what has no zone counts as UTC, what is unknown comes last."""
    moment = datetime.fromisoformat(published_at) if published_at else datetime.max
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def undecided_by(reviewer: str, reviews: Mapping[str, Reviewed]) -> list[str]:
    """The findings among these about which a reviewer has no decision that stands."""
    return [one for one, review in reviews.items() if reviewer not in {made.reviewer for made in review.decisions}]


def outlet_table(pairs: Sequence[OutletPair], most: int) -> Json:
    """Who disagrees with whom how often: the outlets with most findings, and for each two of them the counts.

    `left_out` is how many outlets have no room.
    """
    totals: Counter[str] = Counter()
    cells: dict[str, dict[str, dict[str, int]]] = {}
    for pair in pairs:
        for row, column in {(pair.one, pair.other), (pair.other, pair.one)}:
            totals[row] += pair.count
            cells.setdefault(row, {}).setdefault(column, {})[pair.relation.value] = pair.count
    names = sorted(totals, key=lambda name: (-totals[name], name))
    return {"outlets": names[:most], "cells": cells, "totals": totals, "left_out": max(0, len(names) - most)}


def read_article(parts: Parts, article: Article) -> Json:
    """What the pages show of an article: its text with claims marked, and how they stand."""
    store = parts.store
    told = shown_article(store, article)
    found = store.findings_of_article(article.article_id)
    reviews = store.reviews_of([one.finding_id for one in found], now=parts.clock())
    paragraphs = marked_paragraphs(told, found, reviews)
    pieces = [piece for line in paragraphs for piece in line if piece.claim_id]
    return {
        "article": told,
        "paragraphs": paragraphs,
        "tally": {
            "claims": len(told["claims"]),
            "open": sum(bool(piece.finding_id) and not piece.verdict for piece in pieces),
            "decided": sum(bool(piece.verdict) for piece in pieces),
        },
    }


def marked_paragraphs(
    article: Json, findings: Sequence[Finding], reviews: Mapping[str, Reviewed] | None = None
) -> list[list[Piece]]:
    """An article's text by lines, cut where claims begin and end; `findings` are surest first."""
    about: dict[str, list[Finding]] = {}
    for finding in findings:
        about.setdefault(finding.pair.left_id, []).append(finding)
        about.setdefault(finding.pair.right_id, []).append(finding)
    pieces: list[Piece] = []
    at = 0
    for claim in sorted(article["claims"], key=lambda claim: int(claim["start"])):
        if claim["start"] < at:
            continue  # a claim within another, such as one inside a quotation, is not marked twice
        pieces.append(Piece(text=article["body"][at : claim["start"]]))
        pieces.append(_claim_piece(claim, about.get(claim["claim_id"], []), reviews or {}))
        at = claim["end"]
    return _by_line([*pieces, Piece(text=article["body"][at:])])


def _claim_piece(claim: Json, findings: Sequence[Finding], reviews: Mapping[str, Reviewed]) -> Piece:
    """A claim with the finding about it that waits for a decision, surest first, or else the surest one."""
    decided = {one: review.decisions for one, review in reviews.items() if review.status == "decided"}
    ranked = sorted(findings, key=lambda one: one.finding_id in decided)
    if not ranked:
        return Piece(text=claim["quote"], claim_id=claim["claim_id"])
    first = ranked[0]
    made = decided.get(first.finding_id, ())
    return Piece(
        text=claim["quote"],
        claim_id=claim["claim_id"],
        finding_id=first.finding_id,
        relation=first.relation,
        verdict=made[-1].verdict if made else None,
        others=len(ranked) - 1,
    )


def _opening(article: Article) -> str:
    return " ".join(article.body[:200].split())


def _by_line(pieces: Sequence[Piece]) -> list[list[Piece]]:
    lines: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece.claim_id:
            lines[-1].append(piece)
            continue
        first, *others = piece.text.split("\n")
        lines[-1].append(Piece(text=first))
        lines += [[Piece(text=text)] for text in others]
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _sides(store: Store, claim_ids: Iterable[str]) -> dict[str, SidedClaim]:
    claims: dict[str, Claim] = store.claims(claim_ids)
    held = store.articles({claim.article_id for claim in claims.values()})
    articles = {article.article_id: article for article in held}
    return {claim_id: SidedClaim(claim=claim, article=articles[claim.article_id]) for claim_id, claim in claims.items()}
