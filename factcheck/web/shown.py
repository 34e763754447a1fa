"""What the pages and the API show, gathered from the store in the shapes of payloads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from factcheck.payloads import Json, article_payload, article_ref, claim_payload, dispute_payload, finding_payload
from factcheck.payloads_review import review_payload
from factcheck.records import Article, Claim, Dispute, Finding
from factcheck.store import FindingFilter, Store
from factcheck.verdicts import SidedClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of an article: a claim and the surest finding about it, or the text between claims."""

    text: str
    claim_id: str | None = None
    finding_id: str | None = None
    relation: str | None = None


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


def shown_findings(store: Store, findings: Sequence[Finding]) -> list[Json]:
    """Findings with both claims, their articles and every decision, in the same order."""
    sides = _sides(store, [side for one in findings for side in (one.pair.left_id, one.pair.right_id)])
    reviews = store.reviews_of([finding.finding_id for finding in findings])
    return [
        {
            **finding_payload(finding, sides[finding.pair.left_id], sides[finding.pair.right_id]),
            **review_payload(reviews[finding.finding_id]),
        }
        for finding in findings
    ]


def shown_finding(store: Store, finding_id: str) -> Json:
    """One finding with both claims, their articles and every decision.

    Raises:
        NotFound: there is none with this id.
    """
    return shown_findings(store, [store.finding(finding_id)])[0]


def shown_disputes(store: Store, disputes: Sequence[Dispute]) -> list[Json]:
    """Disputes with their sides, claims and articles, in the same order."""
    findings = {one: store.finding(one) for dispute in disputes for one in dispute.finding_ids}
    sides = _sides(store, [claim for dispute in disputes for side in dispute.sides for claim in side.claim_ids])
    return [dispute_payload(dispute, findings, sides) for dispute in disputes]


def reported_by(finding: Json) -> Json:
    """Who reported a pair that belongs to no dispute, in the shape of a dispute."""
    articles = {side["article"]["article_id"]: side["article"] for side in (finding["left"], finding["right"])}
    return {
        "unknown_outlets": sum(not article["source"] for article in articles.values()),
        "outlets": list(dict.fromkeys(article["source"] or article["label"] for article in articles.values())),
        "origins": len({article["origin_id"] for article in articles.values()}),
    }


def shown_article(store: Store, article_id: str) -> Json:
    """One article with its text and claims.

    Raises:
        NotFound: there is none with this id.
    """
    article = store.article(article_id)
    claims = store.claims_of_article(article_id)
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
    return sorted(
        claims, key=lambda claim: (claim["article"]["published_at"] is None, claim["article"]["published_at"])
    )


def marked_paragraphs(article: Json, findings: Sequence[Finding]) -> list[list[Piece]]:
    """An article's text by lines, cut where claims begin and end; `findings` are surest first."""
    about: dict[str, Finding] = {}
    for finding in findings:
        about.setdefault(finding.pair.left_id, finding)
        about.setdefault(finding.pair.right_id, finding)
    pieces: list[Piece] = []
    at = 0
    for claim in sorted(article["claims"], key=lambda claim: int(claim["start"])):
        if claim["start"] < at:
            continue  # a claim within another, such as one inside a quotation, is not marked twice
        found = about.get(claim["claim_id"])
        pieces.append(Piece(text=article["body"][at : claim["start"]]))
        pieces.append(
            Piece(
                text=claim["quote"],
                claim_id=claim["claim_id"],
                finding_id=found.finding_id if found else None,
                relation=found.relation if found else None,
            )
        )
        at = claim["end"]
    return _by_line([*pieces, Piece(text=article["body"][at:])])


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
