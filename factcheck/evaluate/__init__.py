"""How good a relation model is on labelled pairs, and what it says of pairs in a file."""

from factcheck.evaluate.baselines import conflict_scores_by_cosine, conflict_scores_by_numbers
from factcheck.evaluate.measures import Resampling
from factcheck.evaluate.measuring import (
    EvaluationReport,
    Ranking,
    RankingFigures,
    conflict_ranking,
    evaluate_model,
    ranking_figures,
    ranking_of,
    report_on,
)
from factcheck.evaluate.pair_lines import FieldLeftOut, LabelledPair, PairLine, read_labelled_pairs, read_pairs
from factcheck.evaluate.rendering import as_json, as_text, comparison_as_markdown
from factcheck.evaluate.scoring import ClashFinder, clash_finder, relation_at, score_lines

__all__ = [
    "ClashFinder",
    "EvaluationReport",
    "FieldLeftOut",
    "LabelledPair",
    "PairLine",
    "Ranking",
    "RankingFigures",
    "Resampling",
    "as_json",
    "as_text",
    "clash_finder",
    "comparison_as_markdown",
    "conflict_ranking",
    "conflict_scores_by_cosine",
    "conflict_scores_by_numbers",
    "evaluate_model",
    "ranking_figures",
    "ranking_of",
    "read_labelled_pairs",
    "read_pairs",
    "relation_at",
    "report_on",
    "score_lines",
]
