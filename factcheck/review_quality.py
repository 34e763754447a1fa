"""How good the findings are, and how far reviewers agree, by what people decided: counting, and intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import sqrt

from factcheck.parts import Parts
from factcheck.records import FLAGGED, LoggedDecision, Relation, RunSummary, Verdict
from factcheck.settled import Settled, latest_by_reviewer, settle
from factcheck.store import FindingFilter

BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
"""Where the bands of probability begin; thresholds may lie far below one half. The last one holds 1.0 too."""

NORMAL_95 = 1.959964
RUNS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of `n` decided findings were right, as a share with its 95 % interval; shares are None where n is 0."""

    name: str
    n: int
    right: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """How many of all disagreements among the compared pairs were flagged, estimated.

    `found` and `missed` are estimated numbers of pairs: what was decided about flagged ones, and about the random
    slice, carried over to all. The interval comes from the slice. None where nothing was decided yet.
    """

    name: str
    decided_flagged: int
    decided_sampled: int
    missed_in_sample: int
    found: float | None
    missed: float | None
    recall: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Findings of like probability: the mean of it beside the share that was right."""

    low_probability: float
    high_probability: float
    mean_probability: float
    right: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """How two reviewers agree on the findings that both decided about. Kappa is None where chance alone decides."""

    one: str
    other: str
    n: int
    agreed: int
    kappa: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewQuality:
    """What the decisions say: precision in all, by relation, by conflict type, by band; recall; calibration; agreement.

    `decided` findings count once each, by what most reviewers say, or who decided last; those that are unsure count in
    no share. `alpha` is Krippendorff's for nominal data over all findings with two reviewers or more.
    """

    decided: int
    unsure: int
    decisions: int
    withdrawn: int
    reviewers: dict[str, int]
    precision: Share
    any_disagreement: Share
    by_relation: tuple[Share, ...]
    by_conflict_type: tuple[Share, ...]
    by_band: tuple[Share, ...]
    recall: tuple[Recall, ...]
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float | None
    agreement: tuple[PairAgreement, ...]
    alpha: float | None
    doubly_decided: int
    runs: tuple[RunSummary, ...]


def quality(parts: Parts) -> ReviewQuality:
    """What all decisions that stand say of precision, recall, calibration and agreement."""
    store = parts.store
    standing = store.standing_log()
    latest = latest_by_reviewer(standing)
    settled = [settle(entries) for entries in latest.values()]
    sure = [one for one in settled if one.verdict is not Verdict.UNSURE]
    flagged = [one for one in sure if not one.entry.is_sampled]
    sampled = [one for one in sure if one.entry.is_sampled]
    # what is flagged by now, by another model or operating point, is missed no more
    now_flagged = set(store.finding_ids(FindingFilter())) if sampled else set()
    found_since = [one for one in sampled if one.entry.decision.finding_id in now_flagged]
    missed = [one for one in sampled if one.entry.decision.finding_id not in now_flagged]
    runs = tuple(store.last_runs("scan", RUNS_SHOWN))
    bins = calibration(flagged)
    return ReviewQuality(
        decided=len(settled),
        unsure=len(settled) - len(sure),
        decisions=len(standing),
        withdrawn=store.withdrawal_count(),
        reviewers=dict(Counter(entry.decision.reviewer for entries in latest.values() for entry in entries)),
        precision=share_of("all", [one.is_right for one in flagged]),
        any_disagreement=share_of("any disagreement", [one.is_disagreement for one in flagged]),
        by_relation=by(flagged, [str(one) for one in FLAGGED], lambda one: str(one.entry.relation)),
        by_conflict_type=by_conflict_type(flagged),
        by_band=by(flagged, [band_name(low) for low in BANDS[:-1]], lambda one: band_of(one.entry.probability)),
        recall=recalls([*flagged, *found_since], missed, runs[0] if runs else None),
        calibration=bins,
        calibration_error=calibration_error(bins),
        agreement=tuple(agreements(latest)),
        alpha=krippendorff_alpha([[entry.decision.verdict for entry in entries] for entries in latest.values()]),
        doubly_decided=sum(len(entries) > 1 for entries in latest.values()),
        runs=runs,
    )


def share_of(name: str, rights: Sequence[bool]) -> Share:
    """The share of what is true, with its interval."""
    n, right = len(rights), sum(rights)
    low, high = wilson(right, n) if n else (None, None)
    return Share(name=name, n=n, right=right, share=right / n if n else None, low=low, high=high)


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share after Wilson, which stays within 0 and 1 and is fair to small numbers."""
    share, z2 = right / n, NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at the ends of the range rounding may leave a hair of difference
    return (0.0 if right == 0 else max(0.0, middle - half), 1.0 if right == n else min(1.0, middle + half))


def by(settled: Iterable[Settled], names: Sequence[str], name_of: Callable[[Settled], str]) -> tuple[Share, ...]:
    """The share that was right under each of these names, also under those where nothing was decided."""
    grouped: dict[str, list[bool]] = {name: [] for name in names}
    for one in settled:
        grouped.setdefault(name_of(one), []).append(one.is_right)
    return tuple(share_of(name, rights) for name, rights in grouped.items())


def by_conflict_type(flagged: Sequence[Settled]) -> tuple[Share, ...]:
    """The share of flagged conflicts that was right, by what they are about; most decided first."""
    conflicts = [one for one in flagged if one.entry.relation is Relation.CONFLICT]
    shares = by(conflicts, (), lambda one: str(one.entry.conflict_type or "not known"))
    return tuple(sorted(shares, key=lambda share: (-share.n, share.name)))


def band_of(probability: float) -> str:
    """The name of the band that a probability falls into."""
    return band_name(max(low for low in BANDS[:-1] if probability >= low))


def band_name(low: float) -> str:
    """A band as people read it."""
    return f"{low:.2f} to {BANDS[BANDS.index(low) + 1]:.2f}"


def recalls(flagged: Sequence[Settled], sampled: Sequence[Settled], run: RunSummary | None) -> tuple[Recall, ...]:
    """The estimated recall of conflicts, and of disagreements of any kind."""
    kinds: dict[str, Callable[[Settled], bool]] = {
        "conflict": lambda one: one.verdict is Verdict.CONFLICT,
        "any disagreement": lambda one: one.is_disagreement,
    }
    counts = run.counts if run else {}
    there = counts.get("flagged", 0)
    others = max(0, counts.get("scored", 0) - there)
    return tuple(
        recall_of(name, [is_kind(one) for one in flagged], [is_kind(one) for one in sampled], (there, others))
        for name, is_kind in kinds.items()
    )


def recall_of(name: str, flagged: Sequence[bool], sampled: Sequence[bool], numbers: tuple[int, int]) -> Recall:
    """Carries what was decided about some flagged pairs and some of the slice over to all of them; see `Recall`."""
    nothing = Recall(
        name=name,
        decided_flagged=len(flagged),
        decided_sampled=len(sampled),
        missed_in_sample=sum(sampled),
        found=None,
        missed=None,
        recall=None,
        low=None,
        high=None,
    )
    if not flagged or not sampled:
        return nothing
    there, others = numbers
    found = sum(flagged) / len(flagged) * there
    missed = sum(sampled) / len(sampled) * others
    least, most = (share * others for share in wilson(sum(sampled), len(sampled)))

    def recall(lost: float) -> float | None:
        return found / (found + lost) if found + lost else None

    return replace(nothing, found=found, missed=missed, recall=recall(missed), low=recall(most), high=recall(least))


def calibration(flagged: Sequence[Settled]) -> tuple[CalibrationBin, ...]:
    """The bands of probability in which something was decided."""
    bins = []
    for low, high in pairwise(BANDS):
        own = [one for one in flagged if band_of(one.entry.probability) == band_name(low)]
        if own:
            mean = sum(one.entry.probability for one in own) / len(own)
            right = share_of(band_name(low), [one.is_right for one in own])
            bins.append(CalibrationBin(low_probability=low, high_probability=high, mean_probability=mean, right=right))
    return tuple(bins)


def calibration_error(bins: Sequence[CalibrationBin]) -> float | None:
    """By how much probabilities are off on average; None where nothing was decided."""
    total = sum(one.right.n for one in bins)
    off = sum(abs(one.mean_probability * one.right.n - one.right.right) for one in bins)
    return off / total if total else None


def agreements(latest: Mapping[str, Sequence[LoggedDecision]]) -> Iterable[PairAgreement]:
    """Each two reviewers who decided about the same findings, most findings first."""
    together: dict[tuple[str, str], list[tuple[Verdict, Verdict]]] = {}
    for entries in latest.values():
        verdicts = {entry.decision.reviewer: entry.decision.verdict for entry in entries}
        for one, other in combinations(sorted(verdicts), 2):
            together.setdefault((one, other), []).append((verdicts[one], verdicts[other]))
    for (one, other), pairs in sorted(together.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        agreed = sum(ours is theirs for ours, theirs in pairs)
        yield PairAgreement(one=one, other=other, n=len(pairs), agreed=agreed, kappa=cohen_kappa(pairs))


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance of two who judged the same things; None where chance would always agree."""
    n = len(pairs)
    if not n:
        return None
    ours, theirs = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / n
    expected = sum(count * theirs[verdict] for verdict, count in ours.items()) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Agreement beyond chance of any number of people, who need not all have judged everything; nominal data.

    None where nothing was judged twice, or all judgements are the same and nothing could disagree.
    """
    paired = [unit for unit in units if len(unit) > 1]
    totals = Counter(verdict for unit in paired for verdict in unit)
    n = sum(totals.values())
    if n < 2 or len(totals) < 2:
        return None
    observed = sum(
        (len(unit) ** 2 - sum(count**2 for count in Counter(unit).values())) / (len(unit) - 1) for unit in paired
    )
    expected = (n**2 - sum(count**2 for count in totals.values())) / (n - 1)
    return 1 - observed / expected
