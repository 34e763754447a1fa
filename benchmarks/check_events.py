"""What a scan makes of a file of articles whose events are known: the funnel, the copies, and findings across events.

Run `python benchmarks/check_events.py ARTICLES.jsonl[.gz] [--events NAME,NAME] [--index FOLDER] [--pairs 4000]
[--minutes 12] [--top 100]`. Every article has a field event_id, null where it is of no event. A finding that joins two
events is wrong. One that joins articles of no event may be right, for the file groups only its larger events: those are
counted apart.

It ends in bounded time. Of the pairs to score, three quarters are those of whole events, event by event in an order
that depends on their names alone, as long as they fit; the rest are pairs that join two events, most alike first. What
is scored is said first, and disputes for ten articles are those of the events that were scored in full. With --index
the folder is kept, and a second call goes on from there.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from measure_candidates import Remembering

from factcheck.article_fields import article_from_fields
from factcheck.config import Settings, load_settings
from factcheck.errors import BadArticle
from factcheck.ingest import ingest
from factcheck.parts import Parts, RunLog, write_lock
from factcheck.pipeline import SCORED_AT_ONCE, disagreements, match_key, match_new_claims, score_pairs
from factcheck.records import FLAGGED, Article, Claim, ClaimPair, Dispute, Finding, LeftOut, Relation
from factcheck.wiring import build_parts

WHOLE_EVENTS = 0.75
"""The share of the pairs that are those of whole events."""

NO_EVENT = "no event"
"""What the event of an article that is of none is called, before its line."""

JOINED = ("two events", "an event and an article of none", "two articles of no event")
"""What a finding can join that is not within one event."""

TO_JUDGE = 90
"""Seconds kept back for judging and printing."""


def main() -> None:
    """Ingest, scan and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("articles", type=Path)
    options.add_argument("--events", help="take the articles of these events only, with commas between (default: all)")
    options.add_argument("--index", type=Path, help="keep the index here (default: a temporary folder)")
    options.add_argument("--pairs", type=int, default=4000, help="score at most so many pairs (default 4000)")
    options.add_argument("--minutes", type=float, default=12.0, help="end after so many minutes (default 12)")
    options.add_argument("--top", type=int, default=100, help="how many of the most probable findings are checked")
    chosen = options.parse_args()
    deadline = time.monotonic() + 60 * chosen.minutes - TO_JUDGE
    with tempfile.TemporaryDirectory() as temporary:
        settings = load_settings(index=chosen.index or Path(temporary))
        parts = remembering(build_parts(settings))
        events: dict[str, str] = {}
        wanted = frozenset(chosen.events.split(",")) if chosen.events else None
        taken = ingest(parts, articles_in(chosen.articles, settings, events, wanted), said)
        with write_lock(parts):
            match_new_claims(parts, RunLog(parts, "scan", said))
        corpus = corpus_of(parts, events)
        plan = plan_of(corpus, parts.store.pairs_to_score(match_key(parts), ""), chosen.pairs)
        about = f"{os.cpu_count()} cores, {platform.machine()}, {parts.relations.model_id}"
        print(f"{datetime.now(UTC):%Y-%m-%d}, {about}\n")
        print_plan(corpus, plan)
        seconds = score(parts, plan.pairs, deadline)
        for one in taken.left_out:
            print(f"left out: {one.what}: {one.reason}")
        print(f"seconds: {taken.seconds | {'score': round(seconds)}}\n")
        print_copies(parts)
        print_funnel(parts, corpus, plan)
        print_findings(parts, corpus, chosen.top)
        parts.store.close()


def said(stage: str, done: int, total: int) -> None:
    """Say on the error output how far a stage is, now and then."""
    if done % 50 == 0 or done == total:
        print(f"\r{stage}: {done}{f' of {total}' if total else ''}    ", end="", file=sys.stderr, flush=True)


def remembering(parts: Parts) -> Parts:
    """The same parts with an embedder that embeds no text twice: a scan embeds what the ingest has embedded."""
    embedder = Remembering(parts.embedder, parts.settings.index / "vectors.npz")
    return replace(parts, load_embedder=lambda: embedder)


def articles_in(
    path: Path, settings: Settings, events: dict[str, str], wanted: frozenset[str] | None = None
) -> Iterator[Article | LeftOut]:
    """The articles of a file, or of its wanted events; `events` learns which event each article's id is of."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            fields = json.loads(line)
            event = fields.pop("event_id") or f"{NO_EVENT}, line {number}"
            if wanted is not None and event not in wanted:
                continue
            fields.pop("event", None)
            try:
                article = article_from_fields(fields, settings=settings, retrieved_at=datetime.now(UTC))
            except BadArticle as error:
                yield LeftOut(what=f"line {number}", reason=str(error))
                continue
            events[article.article_id] = str(event)
            yield article


@dataclass(frozen=True)
class Corpus:
    """The claims and articles, and the event of each article."""

    claims: Mapping[str, Claim]
    articles: Mapping[str, Article]
    events: Mapping[str, str]

    def events_of(self, pair: ClaimPair) -> tuple[str, str]:
        """The events of a pair's two articles."""
        left, right = (self.claims[one].article_id for one in (pair.left_id, pair.right_id))
        return self.events[left], self.events[right]


def corpus_of(parts: Parts, events: Mapping[str, str]) -> Corpus:
    """What the store holds."""
    claims = {claim.claim_id: claim for claim in parts.store.all_claims()}
    return Corpus(claims, {one.article_id: one for one in parts.store.articles()}, events)


@dataclass(frozen=True)
class Plan:
    """What is scored: all pairs within some events, and the likeliest of those that join two events."""

    within: Mapping[str, Sequence[ClaimPair]]
    across: Sequence[ClaimPair]
    whole: frozenset[str]
    pairs: Sequence[ClaimPair]


def plan_of(corpus: Corpus, candidates: Sequence[ClaimPair], most: int) -> Plan:
    """At most so many pairs: the most alike that join two events, then those of whole events, event by event."""
    within: dict[str, list[ClaimPair]] = {event: [] for event in sorted(set(corpus.events.values()))}
    across = []
    for pair in candidates:
        one, other = corpus.events_of(pair)
        if one == other:
            within[one].append(pair)
        else:
            across.append(pair)
    chosen: list[ClaimPair] = []
    whole = set()
    share = 1.0 if len(candidates) <= most else WHOLE_EVENTS
    for event in sorted(within, key=lambda event: hashlib.sha256(event.encode()).digest()):
        if len(chosen) + len(within[event]) <= share * most:
            chosen += within[event]
            whole.add(event)
    return Plan(within, across, frozenset(whole), [*across[: most - len(chosen)], *chosen])


def print_plan(corpus: Corpus, plan: Plan) -> None:
    """How many candidates each event has, and how many of them are scored."""
    articles = Counter(corpus.events.values())
    named = [event for event in plan.within if plan.within[event] or articles[event] > 1]
    print("| event | articles | candidates | scored |\n|---|--:|--:|--:|")
    for event in named:
        count = len(plan.within[event])
        print(f"| {event} | {articles[event]} | {count} | {count if event in plan.whole else 0} |")
    scored = sum(len(plan.within[event]) for event in plan.whole)
    print(f"| joining two events | | {len(plan.across)} | {len(plan.pairs) - scored} |")
    every = sum(map(len, plan.within.values())) + len(plan.across)
    full = len(plan.whole & set(named))
    print(f"\n{len(plan.pairs):,} of {every:,} candidates are to be scored: ", end="")
    print(f"those of {full} of {len(named)} events in full, and the most alike that join two events.", flush=True)


def score(parts: Parts, pairs: Sequence[ClaimPair], deadline: float) -> float:
    """Score the pairs that are not scored yet, until the deadline; how many seconds that took."""
    began = time.monotonic()
    waiting = {pair.finding_id for pair in parts.store.pairs_to_score(match_key(parts), parts.relations.model_id)}
    left = [pair for pair in pairs if pair.finding_id in waiting]
    done = 0
    while done < len(left) and time.monotonic() < deadline:
        batch = left[done : done + SCORED_AT_ONCE]
        parts.store.save_scored(score_pairs(parts, batch))
        done += len(batch)
        said("score", done, len(left))
    seconds = time.monotonic() - began
    if done < len(left):
        print(f"Out of time: {len(left) - done:,} of these pairs are not scored; fewer events are in full.")
    print(f"{done / max(seconds, 1e-3):.1f} pairs a second")
    return seconds


def judged(parts: Parts, point: str) -> tuple[list[Finding], list[Dispute]]:
    """Findings and disputes at an operating point."""
    settings = parts.settings.model_copy(update={"operating_point": point})
    return disagreements(replace(parts, settings=settings), "check")


def print_funnel(parts: Parts, corpus: Corpus, plan: Plan) -> None:
    """From articles to disputes at the strict setting, all in all and for ten articles of events scored in full."""
    findings, disputes = judged(parts, "strict")
    key, counts = match_key(parts), Counter(one.relation for one in findings)
    rows = [("articles", len(corpus.articles)), ("claims", len(corpus.claims))]
    rows += [("candidates", parts.store.candidate_count(key))]
    rows += [("scored", parts.store.scored_count(key, parts.relations.model_id)), ("flagged", len(findings))]
    rows += [(str(relation), counts[relation]) for relation in FLAGGED] + [("disputes", len(disputes))]
    print("| step, strict setting | how many |\n|---|--:|")
    for name, count in rows:
        print(f"| {name} | {count:,} |")
    waiting = parts.store.pairs_to_score(key, parts.relations.model_id)
    full = plan.whole - {one for one, other in map(corpus.events_of, waiting) if one == other}
    read = {article for article, event in corpus.events.items() if event in full and article in corpus.articles}
    inside = [one for one in disputes if articles_in_dispute(one, corpus) <= read]
    per_ten = 10 * len(inside) / max(1, len(read))
    print(f"\n{per_ten:.1f} disputes for 10 articles: {len(inside)} among the {len(read)} articles of events in full")
    for reason, pairs in parts.store.pairs_left_out(key).items():
        print(f"left out before: {pairs:,} pairs: {reason}")
    print()


def articles_in_dispute(dispute: Dispute, corpus: Corpus) -> set[str]:
    """The articles whose claims stand on a side."""
    return {corpus.claims[claim_id].article_id for side in dispute.sides for claim_id in side.claim_ids}


def print_copies(parts: Parts) -> None:
    """The articles that share an origin."""
    members: dict[str, list[str]] = defaultdict(list)
    for article in parts.store.articles():
        members[article.origin_id].append(f"{article.name}: {article.title or article.url}")
    shared = [sorted(names) for names in members.values() if len(names) > 1]
    print(f"{len(shared)} origins have copies, {sum(map(len, shared))} articles in all")
    for names in sorted(shared):
        print("- " + "\n  = ".join(names))
    print()


def print_findings(parts: Parts, corpus: Corpus, top: int) -> None:
    """The most probable findings of the sensitive setting with their events, and how many findings join two events."""
    findings = sorted(judged(parts, "sensitive")[0], key=lambda one: (-one.probability, one.finding_id))
    strict = {one.finding_id for one in judged(parts, "strict")[0]}
    joined = {one.finding_id: what_it_joins(corpus.events_of(one.pair)) for one in findings}
    for place, finding in enumerate(findings[:top], start=1):
        events = " and ".join(dict.fromkeys(corpus.events_of(finding.pair)))
        mark = f" JOINS {joined[finding.finding_id].upper()}" if joined[finding.finding_id] else ""
        point = "strict" if finding.finding_id in strict else "sensitive"
        print(f"{place}. {finding.relation} {finding.probability:.2f}, {point}, {events}{mark}")
        for claim_id in (finding.pair.left_id, finding.pair.right_id):
            claim = corpus.claims[claim_id]
            print(f"   {corpus.articles[claim.article_id].name}: {claim.text}")
    groups = {
        f"the {len(findings[:top])} most probable": findings[:top],
        "all": findings,
        "strict": [one for one in findings if one.finding_id in strict],
    }
    print(f"\n| findings | how many | join {' | join '.join(JOINED)} |\n|---|" + "--:|" * (1 + len(JOINED)))
    for name, group in groups.items():
        counts = Counter(joined[one.finding_id] for one in group)
        print(f"| {name} | {len(group)} | {' | '.join(str(counts[kind]) for kind in JOINED)} |")
    types = Counter(str(one.conflict_type) for one in findings if one.relation is Relation.CONFLICT)
    print(f"types of the conflicts: {dict(types.most_common())}")


def what_it_joins(events: tuple[str, str]) -> str:
    """Which of `JOINED` a finding between these two events joins; empty within one."""
    if len(set(events)) == 1:
        return ""
    return JOINED[sum(event.startswith(NO_EVENT) for event in events)]


if __name__ == "__main__":
    main()
