"""Taking articles in: claims, origins and vectors of what is new, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from factcheck.errors import IndexMissing
from factcheck.facts import CLAIM_RULES, claims_of
from factcheck.origins import assign_origins, share_in_runs
from factcheck.parts import Parts, Progress, RunLog, write_lock
from factcheck.ports import ClaimIndex
from factcheck.records import Article, LeftOut, RunSummary, claim_and_number, content_id

EMBEDDED_AT_ONCE = 256

RUN_WORDS = 3
LEAST_IN_COMMON = 0.15
"""Share of its runs of three words that the shorter of two versions of one article has from the other, at the least.

Of 4,831 pairs of articles of one outlet, mostly with the same footer, 99.5 % have less than 0.12 in common.
"""


def ingest(parts: Parts, sources: Iterable[Article | LeftOut], progress: Progress | None = None) -> RunSummary:
    """Takes articles in and makes their claims findable; what could not be read is passed on with its reason.

    Each article goes in whole or not at all; one that is here already in this version is left as it is, unless an
    earlier version of factcheck read its claims: those are then read anew. One without url whose text has next to
    nothing in common with the article of its id is another article, and takes no place: two folders may have one name.
    Counts of the summary: added, unchanged, replaced, left_out; then articles and claims, as there are now.

    Raises:
        ScanInProgress: another ingest or scan is writing to this index.
    """
    with write_lock(parts):
        run = RunLog(parts, "ingest", progress)
        run.count({"added": 0, "replaced": 0, "unchanged": 0, "left_out": 0})
        with run.stage("read"):
            for number, source in enumerate(sources, start=1):
                if isinstance(source, LeftOut):
                    run.leave_out(source)
                    run.count({"left_out": 1})
                else:
                    run.count({_take_in(parts, source): 1})
                run.report(number, 0)
        find_copies_if_due(parts, run)
        bring_index_up_to_date(parts, run)
        run.count({name: parts.store.counts()[name] for name in ("articles", "claims", "origins")})
        return run.finish()


def find_copies_if_due(parts: Parts, run: RunLog) -> None:
    """Looks for copies where articles have come in since it was done last, be it in a run that was broken off."""
    if parts.store.copies_are_due():
        with run.stage("find copies"):
            find_copies(parts)


def find_copies(parts: Parts) -> None:
    """Gives every article the origin of its text, or the one that a reviewer says; texts seen are not read again."""
    known = parts.store.text_signatures()
    signatures = dict(known)
    origins = assign_origins(parts.store.articles(), signatures=signatures, reviews=parts.store.origin_reviews())
    parts.store.save_text_signatures({name: noted for name, noted in signatures.items() if name not in known})
    parts.store.set_origins(origins)


def bring_index_up_to_date(parts: Parts, run: RunLog) -> None:
    """Makes every claim of the store findable as it reads now, and no other; makes the index where there is none."""
    with run.stage("embed"):
        stored, stale = parts.store.wording_ids(), parts.store.stale_vectors()
        index = _index_or_new(parts) if stored else None
        if index is None:
            return
        held = index.claim_ids()
        missing = {claim_and_number(wording)[0] for wording in stored - held} | stale
        if not missing and held == stored:
            return
        index.remove(held - stored)
        embed_claims(parts, index, sorted(missing), run)
        index.save()
        parts.store.vectors_are_fresh(missing)


def embed_claims(parts: Parts, index: ClaimIndex, claim_ids: list[str], run: RunLog) -> None:
    """Adds the vectors of these claims and of their units to an index, which is not saved yet."""
    for start in range(0, len(claim_ids), EMBEDDED_AT_ONCE):
        claims = parts.store.claims(claim_ids[start : start + EMBEDDED_AT_ONCE])
        wordings = {name: text for claim in claims.values() for name, text in claim.wordings.items()}
        index.add(list(wordings), parts.embedder.embed(list(wordings.values())))
        run.report(min(start + EMBEDDED_AT_ONCE, len(claim_ids)), len(claim_ids))
    if claim_ids:
        run.models["embedder"] = parts.embedder.model_id


def read_anew(parts: Parts, run: RunLog) -> None:
    """Reads the claims anew of every article that an earlier version of factcheck read; decisions stay."""
    outdated = parts.store.articles_read_otherwise(CLAIM_RULES)
    if not outdated:
        return
    with run.stage("read"):
        for number, article in enumerate(parts.store.articles(outdated), start=1):
            parts.store.save_article(article, claims_of(article, parts.parser), rules=CLAIM_RULES)
            run.report(number, len(outdated))
    run.count({"read_anew": len(outdated)})


def _take_in(parts: Parts, article: Article) -> str:
    article = _told_apart(parts, article)
    if parts.store.holds(article, rules=CLAIM_RULES):
        return "unchanged"
    return parts.store.save_article(article, claims_of(article, parts.parser), rules=CLAIM_RULES)


def _told_apart(parts: Parts, article: Article) -> Article:
    """The article under the id that is its own: the first, counted on from the one given, that no other has."""
    if article.url:
        return article
    article_id = article.article_id
    for number in count(2):
        held = parts.store.articles([article_id])
        if not held or _are_versions(held[0], article):
            break
        if number == 2 and (same := parts.store.article_of_text(article)):
            article_id = same.article_id
            break
        article_id = content_id(article.article_id, number)
    return replace(article, article_id=article_id, origin_id=article_id)


def _are_versions(held: Article, given: Article) -> bool:
    """Whether two texts under one name can be one article, before and after a change."""
    if held.content_hash == given.content_hash:
        return True
    ours, theirs = (re.findall(r"\w+", article.body.casefold()) for article in (held, given))
    return share_in_runs(ours, theirs, RUN_WORDS) >= LEAST_IN_COMMON


def _index_or_new(parts: Parts) -> ClaimIndex:
    try:
        return parts.claim_index
    except IndexMissing:
        return parts.create_index()
