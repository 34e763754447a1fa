"""How records lie in the tables of the store: each record to its row and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from factcheck.records import (
    RELATIONS,
    Article,
    Claim,
    ClaimKind,
    ClaimPair,
    Clash,
    ConflictType,
    DateMention,
    Decision,
    Facts,
    Finding,
    LeftOut,
    LoggedDecision,
    Modality,
    ModalMention,
    NameMention,
    Quantity,
    Quote,
    Relation,
    RelationScores,
    RunSummary,
    ScoredPair,
    Span,
    Speaker,
    Unit,
    Verdict,
)

Row = dict[str, Any]

CHARS_AROUND = 32
"""Characters kept on each side of a quote, so that it can be found again in a text that has changed elsewhere."""


def as_json(values: object) -> str:
    """Compact JSON; dates become ISO 8601."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def article_row(article: Article) -> Row:
    """An article as a row of `articles`."""
    return {**asdict(article), "retrieved_at": article.retrieved_at.isoformat()}


def article_of(row: Row) -> Article:
    """The article of a row of `articles`."""
    return Article(**{**row, "retrieved_at": datetime.fromisoformat(row["retrieved_at"])})


def claim_row(claim: Claim) -> Row:
    """A claim as a row of `claims`."""
    row = asdict(claim)
    speaker, facts, units = row.pop("speaker"), row.pop("facts"), row.pop("units")
    cue = speaker["cue"] if speaker else {"start": None, "end": None}
    return row | {
        "kind": str(claim.kind),
        "speaker": speaker and speaker["name"],
        "cue_start": cue["start"],
        "cue_end": cue["end"],
        "facts": as_json({name: mentions for name, mentions in facts.items() if mentions}),
        "units": as_json(units),
    }


def claim_of(row: Row) -> Claim:
    """The claim of a row of `claims`."""
    fields = dict(row)
    cue = Span(start=fields.pop("cue_start"), end=fields.pop("cue_end")) if fields["cue_start"] is not None else None
    speaker = Speaker(name=fields["speaker"], cue=cue) if cue else None
    if cue is None:
        del fields["cue_start"], fields["cue_end"]
    facts = facts_of_json(json.loads(fields["facts"]))
    units = tuple(Unit(span=Span(**one["span"]), text=one["text"]) for one in json.loads(fields["units"]))
    return Claim(**{**fields, "kind": ClaimKind(fields["kind"]), "speaker": speaker, "facts": facts, "units": units})


def facts_of_json(fields: Mapping[str, list[Row]]) -> Facts:
    """The facts that `as_json` wrote."""
    return Facts(
        quantities=tuple(Quantity(**{**one, "span": Span(**one["span"])}) for one in fields.get("quantities", ())),
        dates=tuple(
            DateMention(
                first=date.fromisoformat(one["first"]), last=date.fromisoformat(one["last"]), span=Span(**one["span"])
            )
            for one in fields.get("dates", ())
        ),
        names=tuple(NameMention(**{**one, "span": Span(**one["span"])}) for one in fields.get("names", ())),
        negations=tuple(Span(**one) for one in fields.get("negations", ())),
        modals=tuple(
            ModalMention(modality=Modality(one["modality"]), span=Span(**one["span"]), is_main=one["is_main"])
            for one in fields.get("modals", ())
        ),
        unresolved=tuple(Span(**one) for one in fields.get("unresolved", ())),
    )


def pair_row(pair: ClaimPair) -> Row:
    """A pair as a row of `pairs`."""
    return {
        "left_id": pair.left_id,
        "right_id": pair.right_id,
        "similarity": pair.similarity,
        "evidence": as_json(pair.evidence),
        "left_unit": pair.left_unit,
        "right_unit": pair.right_unit,
    }


def pair_of(row: Row) -> ClaimPair:
    """The pair of a row that has its six columns."""
    return ClaimPair(
        left_id=row["left_id"],
        right_id=row["right_id"],
        similarity=row["similarity"],
        evidence=tuple(json.loads(row["evidence"])),
        left_unit=row["left_unit"],
        right_unit=row["right_unit"],
    )


def scores_row(scored: ScoredPair) -> Row:
    """A scored pair as a row of `scores`."""
    return {
        "left_id": scored.pair.left_id,
        "right_id": scored.pair.right_id,
        "model_id": scored.model_id,
        **scored.scores.probabilities,
        "conflict_type": scored.scores.conflict_type and str(scored.scores.conflict_type),
    }


def scored_of(row: Row) -> ScoredPair:
    """The scored pair of a row of `pairs` joined with `scores`."""
    conflict_type = ConflictType(row["conflict_type"]) if row["conflict_type"] else None
    scores = RelationScores(**{name: row[name] for name in RELATIONS}, conflict_type=conflict_type)
    return ScoredPair(pair=pair_of(row), scores=scores, model_id=row["model_id"])


def finding_row(finding: Finding) -> Row:
    """A finding as a row of `findings`, but for its number and its dispute."""
    clash = finding.clash
    return {
        "finding_id": finding.finding_id,
        **pair_row(finding.pair),
        "relation": str(finding.relation),
        "probability": finding.probability,
        "scores": as_json(finding.scores.probabilities),
        "conflict_type": finding.conflict_type and str(finding.conflict_type),
        "clash_left_start": clash and clash.left.start,
        "clash_left_end": clash and clash.left.end,
        "clash_right_start": clash and clash.right.start,
        "clash_right_end": clash and clash.right.end,
        "reasons": as_json(finding.reasons),
        "model_id": finding.model_id,
        "run_id": finding.run_id,
        "is_sampled": int(finding.is_sampled),
    }


def finding_of(row: Row) -> Finding:
    """The finding of a row of `findings`."""
    clash = None
    if row["clash_left_start"] is not None:
        clash = Clash(
            left=Span(start=row["clash_left_start"], end=row["clash_left_end"]),
            right=Span(start=row["clash_right_start"], end=row["clash_right_end"]),
        )
    return Finding(
        finding_id=row["finding_id"],
        pair=pair_of(row),
        relation=Relation(row["relation"]),
        probability=row["probability"],
        scores=RelationScores(**json.loads(row["scores"])),
        conflict_type=ConflictType(row["conflict_type"]) if row["conflict_type"] else None,
        clash=clash,
        reasons=tuple(json.loads(row["reasons"])),
        model_id=row["model_id"],
        run_id=row["run_id"],
        is_sampled=bool(row["is_sampled"]),
    )


def quote_of(claim: Claim, article: Article) -> Quote:
    """A claim as it stands now, and where to look it up."""
    return Quote(
        claim_id=claim.claim_id,
        article_id=article.article_id,
        content_hash=article.content_hash,
        url=article.url,
        source=article.source,
        title=article.title,
        published_at=article.published_at,
        start=claim.start,
        end=claim.end,
        text=claim.text,
        prefix=article.body[max(0, claim.start - CHARS_AROUND) : claim.start],
        suffix=article.body[claim.end : claim.end + CHARS_AROUND],
    )


def logged_row(entry: LoggedDecision) -> Row:
    """An entry of the log as a row of `decisions`."""
    return {
        "entry_id": entry.entry_id,
        **asdict(entry.decision),
        "verdict": str(entry.decision.verdict),
        "decided_at": entry.decision.decided_at.isoformat(),
        "conflict_type": entry.conflict_type and str(entry.conflict_type),
        "is_sampled": int(entry.is_sampled),
        "left": as_json(asdict(entry.left)),
        "right": as_json(asdict(entry.right)),
        "relation": str(entry.relation),
        "probability": entry.probability,
        "model_id": entry.model_id,
    }


def decision_of(row: Row) -> Decision:
    """The decision of a row of `decisions`."""
    return Decision(
        finding_id=row["finding_id"],
        verdict=Verdict(row["verdict"]),
        reviewer=row["reviewer"],
        note=row["note"],
        decided_at=datetime.fromisoformat(row["decided_at"]),
        withdraws=row["withdraws"],
    )


def logged_of(row: Row) -> LoggedDecision:
    """The entry of the log of a row of `decisions`."""
    return LoggedDecision(
        decision=decision_of(row),
        left=Quote(**json.loads(row["left"])),
        right=Quote(**json.loads(row["right"])),
        relation=Relation(row["relation"]),
        probability=row["probability"],
        model_id=row["model_id"],
        conflict_type=ConflictType(row["conflict_type"]) if row["conflict_type"] else None,
        is_sampled=bool(row["is_sampled"]),
    )


def run_row(kind: str, summary: RunSummary) -> Row:
    """A run as a row of `runs`."""
    return {
        "run_id": summary.run_id,
        "kind": kind,
        "started_at": summary.started_at.isoformat(),
        "counts": as_json(summary.counts),
        "left_out": as_json([asdict(one) for one in summary.left_out]),
        "seconds": as_json(summary.seconds),
        "models": as_json(summary.models),
        "settings": as_json(summary.settings),
    }


def run_of(row: Row) -> RunSummary:
    """The run of a row of `runs`."""
    return RunSummary(
        run_id=row["run_id"],
        started_at=datetime.fromisoformat(row["started_at"]),
        counts=json.loads(row["counts"]),
        left_out=tuple(LeftOut(**one) for one in json.loads(row["left_out"])),
        seconds=json.loads(row["seconds"]),
        models=json.loads(row["models"]),
        settings=json.loads(row["settings"]),
    )


def ids_json(ids: Iterable[str]) -> str:
    """Ids as one parameter, for `IN (SELECT value FROM json_each(?))`, which takes any number of them."""
    return json.dumps(list(ids))
