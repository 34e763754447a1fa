"""The figures of a relation model, or of any score, on labelled pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factcheck.evaluate import measures
from factcheck.evaluate.measures import Estimate, Numbers, Ranked, Resampling, bootstrap, ratio
from factcheck.evaluate.pair_lines import FieldLeftOut, LabelledPair
from factcheck.evaluate.scoring import PAIRS_A_BATCH, relation_at
from factcheck.ports import RelationModel
from factcheck.records import RELATIONS, LeftOut, Relation, RelationScores

TARGETS = {
    "conflict": (Relation.CONFLICT,),
    "conflict or update": (Relation.CONFLICT, Relation.UPDATE),
}
PRECISION_AT = (20, 50, 100)
BINS = 10
DEFAULT_RESAMPLING = Resampling()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A score for each pair and target of TARGETS; the higher, the surer."""

    name: str
    scores: Mapping[str, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingFigures:
    """How well a score brings the pairs of one target to the top; a figure that is not defined is None."""

    name: str
    target: str
    positives: int
    average_precision: Estimate | None
    roc_auc: Estimate | None
    precision_at: Mapping[int, Estimate | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFigures:
    """What is flagged as one target at one operating point."""

    point: str
    target: str
    flagged: int
    precision: Estimate | None
    recall: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """The pairs whose probability of conflict lies in one range: what the model says, and what is so."""

    low: float
    high: float
    pairs: int
    mean_probability: float
    share_of_conflicts: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationReport:
    """Everything measured of one model on one set of pairs. `confusion` counts by right relation, then by likeliest.

    `left_out` are lines, `fields_left_out` the dates and speakers without which pairs were scored.
    `twin_accuracy` is how often a conflict scores above its twin that is none, over `twins` such couples.
    """

    model_id: str
    pairs: int
    labels: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    fields_left_out: tuple[LeftOut, ...]
    rankings: tuple[RankingFigures, ...]
    points: tuple[PointFigures, ...]
    operating_points: Mapping[str, Mapping[str, float]]
    confusion: Mapping[str, Mapping[str, int]]
    accuracy: Estimate | None
    calibration_error: Estimate | None
    reliability: tuple[ReliabilityBin, ...]
    twins: int
    twin_accuracy: Estimate | None
    resampling: Resampling


def evaluate_model(
    lines: Iterable[LabelledPair | LeftOut],
    model: RelationModel,
    *,
    resampling: Resampling = DEFAULT_RESAMPLING,
    progress: Callable[[int], None] | None = None,
) -> EvaluationReport:
    """Score the pairs and report; `progress` is told after each batch how many more are done."""
    read = list(lines)
    pairs = [line for line in read if isinstance(line, LabelledPair)]
    scores: list[RelationScores] = []
    for start in range(0, len(pairs), PAIRS_A_BATCH):
        batch = pairs[start : start + PAIRS_A_BATCH]
        scores += model.score([(pair.left, pair.right) for pair in batch])
        if progress:
            progress(len(batch))
    left_out = tuple(line for line in read if isinstance(line, LeftOut))
    return report_on(pairs, scores, model, left_out=left_out, resampling=resampling)


def report_on(
    pairs: Sequence[LabelledPair],
    scores: Sequence[RelationScores],
    model: RelationModel,
    *,
    left_out: tuple[LeftOut, ...] = (),
    resampling: Resampling = DEFAULT_RESAMPLING,
) -> EvaluationReport:
    """The report on scores that the model gave these pairs."""
    conflict = np.array([score.conflict for score in scores])
    is_conflict = _is_any_of(pairs, TARGETS["conflict"])
    likeliest = [max(Relation, key=score.of) for score in scores]
    is_right = np.array([found is pair.relation for found, pair in zip(likeliest, pairs, strict=True)])
    whole = bootstrap(
        lambda weights: {
            "accuracy": ratio(weights @ is_right, weights.sum(axis=1)),
            "calibration_error": measures.calibration_error(conflict, is_conflict, weights, BINS),
        },
        len(pairs),
        resampling,
    )
    wins = _twin_wins(pairs, conflict)
    return EvaluationReport(
        model_id=model.model_id,
        pairs=len(pairs),
        labels=_counted(pair.relation for pair in pairs),
        left_out=tuple(one for one in left_out if not isinstance(one, FieldLeftOut)),
        fields_left_out=tuple(one for one in left_out if isinstance(one, FieldLeftOut)),
        rankings=ranking_figures(pairs, ranking_of(model.model_id, scores), resampling),
        points=tuple(_point_figures(pairs, scores, model.operating_points, resampling)),
        operating_points={name: dict(thresholds) for name, thresholds in model.operating_points.items()},
        confusion={
            relation: _counted(found for found, pair in zip(likeliest, pairs, strict=True) if pair.relation == relation)
            for relation in RELATIONS
        },
        accuracy=whole.get("accuracy"),
        calibration_error=whole.get("calibration_error"),
        reliability=tuple(_reliability(conflict, is_conflict)),
        twins=len(wins),
        twin_accuracy=bootstrap(
            lambda weights: {"accuracy": ratio(weights @ wins, weights.sum(axis=1))}, len(wins), resampling
        ).get("accuracy"),
        resampling=resampling,
    )


def ranking_of(name: str, scores: Sequence[RelationScores]) -> Ranking:
    """The ranking by a model's own probabilities: for two relations, by their sum."""
    return Ranking(
        name=name,
        scores={
            target: np.array([sum(score.of(relation) for relation in relations) for score in scores])
            for target, relations in TARGETS.items()
        },
    )


def conflict_ranking(name: str, conflict_scores: Numbers) -> Ranking:
    """The ranking by one score, whatever the target."""
    return Ranking(name=name, scores=dict.fromkeys(TARGETS, conflict_scores))


def ranking_figures(
    pairs: Sequence[LabelledPair], ranking: Ranking, resampling: Resampling = DEFAULT_RESAMPLING
) -> tuple[RankingFigures, ...]:
    """How well a ranking finds each target."""
    return tuple(_figures(pairs, ranking, target, resampling) for target in TARGETS)


def _figures(pairs: Sequence[LabelledPair], ranking: Ranking, target: str, resampling: Resampling) -> RankingFigures:
    positive = _is_any_of(pairs, TARGETS[target])

    def measure(weights: Numbers) -> dict[str, Numbers]:
        ranked = Ranked.by(ranking.scores[target], positive, weights)
        figures = {"average_precision": ranked.average_precision(), "roc_auc": ranked.roc_auc()}
        return figures | {str(count): ranked.precision_at(count) for count in PRECISION_AT}

    found = bootstrap(measure, len(pairs), resampling)
    return RankingFigures(
        name=ranking.name,
        target=target,
        positives=int(positive.sum()),
        average_precision=found.get("average_precision"),
        roc_auc=found.get("roc_auc"),
        precision_at={count: found.get(str(count)) for count in PRECISION_AT},
    )


def _point_figures(
    pairs: Sequence[LabelledPair],
    scores: Sequence[RelationScores],
    operating_points: Mapping[str, Mapping[str, float]],
    resampling: Resampling,
) -> Iterator[PointFigures]:
    for point, thresholds in operating_points.items():
        found = [relation_at(pair, score, thresholds) for pair, score in zip(pairs, scores, strict=True)]
        for target, relations in TARGETS.items():
            flagged = np.array([relation in relations for relation in found], dtype=bool)
            measure = measures.precision_and_recall(flagged, _is_any_of(pairs, relations))
            figures = bootstrap(measure, len(pairs), resampling)
            yield PointFigures(
                point=point,
                target=target,
                flagged=int(flagged.sum()),
                precision=figures.get("precision"),
                recall=figures.get("recall"),
            )


def _reliability(conflict: Numbers, is_conflict: NDArray[np.bool_]) -> Iterator[ReliabilityBin]:
    bins = measures.bin_of(conflict, BINS)
    for number in sorted(set(bins.tolist())):
        inside = bins == number
        yield ReliabilityBin(
            low=number / BINS,
            high=(number + 1) / BINS,
            pairs=int(inside.sum()),
            mean_probability=float(conflict[inside].mean()),
            share_of_conflicts=float(is_conflict[inside].mean()),
        )


def _twin_wins(pairs: Sequence[LabelledPair], conflict: Numbers) -> Numbers:
    """For each conflict with a twin that is none: 1 where it scores higher, 0.5 where both score the same."""
    place = {pair.pair_id: at for at, pair in enumerate(pairs)}
    wins = []
    for at, pair in enumerate(pairs):
        twin = place.get(pair.twin) if pair.twin is not None else None
        if pair.relation is Relation.CONFLICT and twin is not None and pairs[twin].relation is not Relation.CONFLICT:
            wins.append((float(np.sign(conflict[at] - conflict[twin])) + 1) / 2)
    return np.array(wins)


def _is_any_of(pairs: Sequence[LabelledPair], relations: tuple[Relation, ...]) -> NDArray[np.bool_]:
    return np.array([pair.relation in relations for pair in pairs], dtype=bool)


def _counted(relations: Iterable[Relation]) -> dict[str, int]:
    counts = Counter(relations)
    return {relation.value: counts[relation] for relation in Relation}
