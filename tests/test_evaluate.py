"""Measuring a relation model, and scoring pairs line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from factcheck.aligned import TextClash
from factcheck.attribution import load_parser
from factcheck.evaluate import (
    FieldLeftOut,
    LabelledPair,
    PairLine,
    Resampling,
    as_json,
    as_text,
    clash_finder,
    comparison_as_markdown,
    conflict_ranking,
    conflict_scores_by_cosine,
    conflict_scores_by_numbers,
    evaluate_model,
    ranking_figures,
    read_labelled_pairs,
    read_pairs,
    relation_at,
    score_lines,
)
from factcheck.evaluate.measures import Ranked, bootstrap, calibration_error
from factcheck.ports import Vectors
from factcheck.records import (
    RELATIONS,
    ConflictType,
    LeftOut,
    Relation,
    RelationInput,
    RelationScores,
    Span,
)

NO_CLASH = TextClash(None, None, None)


def scores(**given: float) -> RelationScores:
    """The given probabilities; what is missing to 1 goes to compatible."""
    probabilities = {**dict.fromkeys(RELATIONS, 0.0), **given}
    probabilities["compatible"] += 1 - sum(probabilities.values())
    return RelationScores(**probabilities)


class StatedScores:
    """A relation model that says of a pair what was written down for the text of its left claim."""

    model_id = "stated"
    operating_points: Mapping[str, Mapping[str, float]] = {
        "strict": {"conflict": 0.8, "update": 0.8, "tension": 0.8},
        "sensitive": {"conflict": 0.3, "update": 0.3, "tension": 0.3},
    }

    def __init__(self, stated: Mapping[str, RelationScores]) -> None:
        self.stated = stated
        self.calls: list[int] = []

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """What was stated."""
        self.calls.append(len(pairs))
        return [self.stated[left.text] for left, _ in pairs]


def line(pair_id: object, text: str, **fields: object) -> str:
    """A pair as a line of JSON."""
    return json.dumps({"id": pair_id, "a": {"text": text}, "b": {"text": "The other side."}, **fields})


def labelled(relations: Iterable[tuple[str, str]]) -> list[LabelledPair]:
    """Pairs from texts and relations; the id of each is its text."""
    read = read_labelled_pairs(line(text, text, relation=relation) for text, relation in relations)
    return [pair for pair in read if isinstance(pair, LabelledPair)]


# reading


def test_a_line_becomes_two_claims_with_date_and_speaker() -> None:
    """The day counts, not the hour; what the model may not know is dropped."""
    given = {
        "id": "p1",
        "a": {"text": "Ten died.", "published_at": "2019-08-16T23:10:00+05:30", "speaker": "Dar", "source": "DAWN"},
        "b": {"text": "Nobody died.", "published_at": None, "speaker": ""},
    }
    left = RelationInput(text="Ten died.", published_on=date(2019, 8, 16), speaker="Dar")
    expected = PairLine(pair_id="p1", left=left, right=RelationInput(text="Nobody died."))
    assert list(read_pairs([json.dumps(given)])) == [expected]
    assert list(read_pairs([b"\xef\xbb\xbf" + json.dumps(given).encode(), "\n", "  "])) == [expected]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("{", "Invalid JSON"),
        (b'{"id": "\xff"}', "Invalid JSON"),
        ("[" * 100_000, "Invalid JSON"),
        ("[]", "object"),
        ('{"id": 1, "a": {"text": "x"}}', "b: Field required"),
        (line(True, "x"), "id"),
        (line("1", "x", b="text"), "b: "),
        (line("1", " \n"), "a.text: must not be empty"),
        (line("1", "x", b={"text": 7}), "b.text: Input should be a valid string"),
        (line("1", "x" * 20_001), "a.text: has 20,001 characters, at most 20,000 are taken"),
        ('{"id": NaN, "a": {"text": "x"}, "b": {"text": "y"}}', "id"),
    ],
)
def test_a_bad_line_is_left_out_by_number_and_reason(bad: str | bytes, reason: str) -> None:
    """The good lines around it are kept."""
    first, left_out, last = read_pairs([line("1", "good"), bad, line("3", "x" * 20_000)])
    assert isinstance(left_out, LeftOut)
    assert left_out.what == "line 2"
    assert reason in left_out.reason
    assert [pair.pair_id for pair in (first, last) if isinstance(pair, PairLine)] == ["1", "3"]


@pytest.mark.parametrize(
    "written",
    [
        "2019-08-01",
        " 2019-08-01\n",
        "20190801",
        "2019-08-01 10:00:00 UTC",
        "2019-08-01T24:00:00",
        "2019-08-01T10:00:00 +1",
    ],
)
def test_a_day_is_read_as_others_write_it(written: str) -> None:
    """What follows the day does not matter."""
    [read] = read_pairs([line("1", "x", b={"text": "y", "published_at": written})])
    assert isinstance(read, PairLine)
    assert read.right.published_on == date(2019, 8, 1)


@pytest.mark.parametrize(
    ("field", "given", "kind"),
    [
        ("published_at", "last Tuesday", "date of the form YYYY-MM-DD"),
        ("published_at", "2019-02-31", "date of the form YYYY-MM-DD"),
        ("published_at", 20190801, "date of the form YYYY-MM-DD"),
        ("speaker", ["Dar"], "text"),
    ],
)
def test_a_pair_is_read_without_a_date_or_speaker_that_is_none(field: str, given: object, kind: str) -> None:
    """The pair counts more than what stands beside it, and the reader is told what went."""
    read = list(read_pairs([line("1", "x"), line("2", "x", b={"text": "y", field: given})]))
    reason = f"{given!r} is no {kind}; the pair is read without it"
    assert read[1:] == [
        FieldLeftOut(what=f"b.{field} of line 2", reason=reason),
        PairLine(pair_id="2", left=RelationInput(text="x"), right=RelationInput(text="y")),
    ]


def test_half_a_character_costs_no_pair() -> None:
    """A text cut short in an emoji is read with a sign in its place, so that spans fit; other fields may be odd."""
    given = (
        '{"id": 1, "title": "\\ud83d", "v": NaN, "a": {"text": "Ten \\ud83d died \\ud83d\\ude00"}, "b": {"text": "y"}}'
    )
    [read] = read_pairs([given.encode()])
    assert isinstance(read, PairLine)
    assert read.left.text == "Ten \ufffd died 😀"


def test_a_pair_without_an_id_goes_by_the_number_of_its_line() -> None:
    """Whatever number or text an id is, it is handed on."""
    lines = [line(None, "x"), json.dumps({"a": {"text": "x"}, "b": {"text": "y"}}), line(1.0, "x"), line(7, "x")]
    ids = [repr(one.pair_id) for one in read_pairs(lines) if isinstance(one, PairLine)]
    assert ids == ["1", "2", "1.0", "7"]


def test_a_labelled_line_needs_a_relation_that_we_know() -> None:
    """An unknown relation is no pair to measure with."""
    unknown, missing = read_labelled_pairs([line("1", "x", relation="contradiction"), line("2", "x")])
    assert isinstance(unknown, LeftOut)
    assert unknown.reason.startswith("relation: Input should be 'conflict', 'update'")
    assert missing == LeftOut(what="line 2", reason="relation: Field required")


# scoring


def test_pairs_are_scored_in_order_and_bad_lines_stand_where_they_were() -> None:
    """One answer a line, over the border of a batch."""
    stated = {f"text {number}": scores(conflict=number / 1000) for number in range(600)}
    lines = [line(number, f"text {number}") for number in range(600)]
    lines[300] = "no JSON"
    model = StatedScores(stated)
    answers = list(score_lines(lines, model, find_clash=lambda left, right, scores: NO_CLASH))
    assert [answer.what for answer in answers if isinstance(answer, LeftOut)] == ["line 301"]
    given = [(answer["id"], answer["scores"]["conflict"]) for answer in answers if not isinstance(answer, LeftOut)]
    assert given == [(number, number / 1000) for number in range(600) if number != 300]
    assert len(model.calls) > 1


def test_lines_are_read_only_as_they_are_needed() -> None:
    """A stream without end still gives its first answers."""

    def endless() -> Iterable[str]:
        while True:
            yield line("again", "text")

    answers = score_lines(endless(), StatedScores({"text": scores()}), find_clash=lambda left, right, scores: NO_CLASH)
    assert next(iter(answers))["id"] == "again"  # type: ignore[index]


def test_an_answer_holds_scores_relations_and_clash() -> None:
    """The likeliest relation, the relation at each operating point, and the words that clash."""
    model = StatedScores({"Ten died.": scores(conflict=0.4, agree=0.6)})
    found = TextClash(ConflictType.NUMBER, Span(start=0, end=3), Span(start=4, end=9))
    assert list(score_lines([line("p", "Ten died.")], model, find_clash=lambda left, right, scores: found)) == [
        {
            "id": "p",
            "scores": {"conflict": 0.4, "update": 0, "tension": 0, "agree": 0.6, "compatible": 0, "different": 0},
            "relation": "agree",
            "strict": "agree",
            "sensitive": "conflict",
            "conflict_type": "number",
            "clash": {"a": {"start": 0, "end": 3, "text": "Ten"}, "b": {"start": 4, "end": 9, "text": "other"}},
        }
    ]


def test_no_clash_is_looked_for_where_nothing_is_flagged() -> None:
    """Finding a clash costs a parse, so thousands of unflagged pairs stay quick."""
    asked: list[str] = []

    def find_clash(left: RelationInput, right: RelationInput, scores: RelationScores) -> TextClash:
        asked.append(left.text)
        return NO_CLASH

    model = StatedScores({"flagged": scores(conflict=0.5), "not flagged": scores(conflict=0.2)})
    list(score_lines([line(1, "flagged"), line(2, "not flagged")], model, find_clash=find_clash))
    assert asked == ["flagged"]


def test_a_tension_has_no_conflict_type() -> None:
    """The stretches are shown, as in a finding, but there is no fact that they are about."""
    found = TextClash(ConflictType.NUMBER, Span(start=0, end=3), Span(start=4, end=9))
    model = StatedScores({"An illegal step.": scores(tension=0.9)})
    [answer] = score_lines([line("p", "An illegal step.")], model, find_clash=lambda left, right, scores: found)
    assert not isinstance(answer, LeftOut)
    assert (answer["strict"], answer["conflict_type"], answer["clash"]["a"]["text"]) == ("tension", None, "An ")


@pytest.mark.model
def test_a_clash_is_found_by_the_facts_of_both_texts() -> None:
    """Two counts of the same thing clash where they stand."""
    left, right = "Twelve people died in the fire.", "At least 15 people died in the fire."
    clash = clash_finder(load_parser)(RelationInput(text=left), RelationInput(text=right), scores())
    assert clash.left is not None
    assert clash.right is not None
    assert clash.conflict_type is ConflictType.NUMBER
    assert "Twelve" in left[clash.left.start : clash.left.end]
    assert "15" in right[clash.right.start : clash.right.end]


@pytest.mark.model
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (
            "“The bridge in Genoa collapsed because of rust,” Maria Rossi said.",
            "“The bridge in Genoa collapsed because of a bomb,” Paolo Bianchi said.",
        ),
        (
            "Two officials said the bridge in Genoa collapsed because of rust.",
            "Three officials said the bridge in Genoa collapsed because of a bomb.",
        ),
    ],
)
def test_who_speaks_is_not_what_clashes(left: str, right: str) -> None:
    """As in the service, neither who nor how many say so is compared."""
    clash = clash_finder(load_parser)(RelationInput(text=left), RelationInput(text=right), scores())
    assert clash.left is not None
    assert clash.right is not None
    assert clash.conflict_type is None
    assert (left[clash.left.start : clash.left.end], right[clash.right.start : clash.right.end]) == ("rust", "bomb")


@pytest.mark.model
def test_a_speaker_named_beside_the_text_speaks() -> None:
    """Two speakers who stand against each other deny in other words; two texts of nobody in particular may not."""
    left, right = "“We will not leave the treaty.”", "“The country walks out of the accord.”"
    spoken = RelationInput(text=left, speaker="Rossi"), RelationInput(text=right, speaker="Bianchi")
    find_clash = clash_finder(load_parser)
    assert find_clash(*spoken, scores()).conflict_type is ConflictType.DENIAL
    assert find_clash(RelationInput(text=left), RelationInput(text=right), scores()).conflict_type is None


@pytest.mark.parametrize(
    ("given", "relation"),
    [
        ({"conflict": 0.5, "agree": 0.5}, Relation.CONFLICT),  # a threshold that is just reached counts
        ({"conflict": 0.49, "agree": 0.3, "different": 0.21}, Relation.AGREE),
        ({"conflict": 0.45, "update": 0.55}, Relation.UPDATE),
        ({"tension": 0.6, "different": 0.4}, Relation.DIFFERENT),
    ],
)
def test_the_relation_at_an_operating_point(given: dict[str, float], relation: Relation) -> None:
    """The likeliest flagged relation that reaches its threshold, else the likeliest unflagged one."""
    thresholds = {"conflict": 0.5, "update": 0.5, "tension": 0.7}
    assert relation_at(pair("Ten died.", "Two died."), scores(**given), thresholds) is relation


def test_a_pair_in_the_same_words_is_not_flagged() -> None:
    """The scores stay the model's own, and nobody looks for a clash."""
    stated = scores(conflict=0.9, agree=0.06, compatible=0.04)
    same = line("p", "Ten died, he said.", b={"text": "TEN DIED he said"}, relation="agree")
    [answer] = score_lines([same], StatedScores({"Ten died, he said.": stated}), find_clash=raising)
    assert not isinstance(answer, LeftOut)
    assert (answer["scores"]["conflict"], answer["relation"]) == (0.9, "conflict")
    assert (answer["strict"], answer["sensitive"], answer["clash"]) == ("agree", "agree", None)
    report = evaluate_model(read_labelled_pairs([same]), StatedScores({"Ten died, he said.": stated}))
    assert [point.flagged for point in report.points] == [0, 0, 0, 0]
    assert report.confusion["agree"]["conflict"] == 1


def raising(left: RelationInput, right: RelationInput, scores: RelationScores) -> TextClash:
    """A finder of clashes that nobody may ask."""
    raise AssertionError(left.text)


# measures


RANKED_PAIRS = st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 3)), min_size=2, max_size=40)


@given(RANKED_PAIRS)
def test_average_precision_and_auc_are_those_of_scikit_learn(pairs: list[tuple[int, bool, int]]) -> None:
    """With ties and with pairs drawn several times or not at all."""
    values, positive, weights = (np.array(column) for column in zip(*pairs, strict=True))
    kinds = set(positive[weights > 0].tolist())
    ranked = Ranked.by(values.astype(float), positive, weights[None].astype(float))
    if True in kinds:
        expected = average_precision_score(positive, values, sample_weight=weights)
        assert ranked.average_precision()[0] == pytest.approx(expected)
    else:
        assert np.isnan(ranked.average_precision()[0])
    if kinds == {True, False}:
        assert ranked.roc_auc()[0] == pytest.approx(roc_auc_score(positive, values, sample_weight=weights))
    else:
        assert np.isnan(ranked.roc_auc()[0])


def test_precision_at_the_top_counts_ties_by_their_share() -> None:
    """The second place is shared by three pairs, of which one is positive."""
    positive = np.array([True, False, True, False])
    ranked = Ranked.by(np.array([0.9, 0.5, 0.5, 0.5]), positive, np.ones((1, 4)))
    assert ranked.precision_at(1) == pytest.approx([1.0])
    assert ranked.precision_at(2) == pytest.approx([(1 + 1 / 3) / 2])
    assert np.isnan(ranked.precision_at(5)[0])


def test_calibration_error_is_the_mean_distance_over_bins() -> None:
    """Two bins: one says 0.1 where nothing is so, one says 1.0 where half is so."""
    probabilities, positive = np.array([0.1, 0.1, 1.0, 1.0]), np.array([False, False, True, False])
    assert calibration_error(probabilities, positive, np.ones((1, 4)), 10) == pytest.approx([(0.1 + 0.5) / 2])


def test_intervals_hold_the_figure_and_repeat_with_their_seed() -> None:
    """The interval of a share of 30 in 100 is about 0.21 to 0.39."""
    so = np.arange(100) < 30

    def share(weights: np.ndarray) -> dict[str, np.ndarray]:
        return {"share": weights @ so / 100}

    first, again = (bootstrap(share, 100, Resampling(seed=7))["share"] for _ in range(2))
    assert first is not None
    assert first == again
    assert (first.value, first.low, first.high) == pytest.approx((0.3, 0.21, 0.39), abs=0.02)


# reports


def report_lines() -> list[str]:
    """Six pairs, of which two are twins, and a bad line."""
    return [
        line("c1", "c1", relation="conflict", twin="k1"),
        line("k1", "k1", relation="compatible", twin="c1"),
        line("c2", "c2", relation="conflict"),
        line("u", "u", relation="update"),
        "no JSON",
        line("a", "a", relation="agree"),
        line("d", "d", relation="different"),
    ]


STATED = {
    "c1": scores(conflict=0.9),
    "k1": scores(conflict=0.1),
    "c2": scores(conflict=0.2, agree=0.8),
    "u": scores(conflict=0.35, update=0.55),
    "a": scores(agree=1.0),
    "d": scores(conflict=0.85),
}


def test_a_report_counts_what_was_measured() -> None:
    """Figures worked out by hand from six pairs."""
    report = evaluate_model(read_labelled_pairs(report_lines()), StatedScores(STATED), resampling=Resampling(seed=1))
    assert (report.model_id, report.pairs) == ("stated", 6)
    assert [one.what for one in report.left_out] == ["line 5"]
    assert report.labels == {"conflict": 2, "update": 1, "tension": 0, "agree": 1, "compatible": 1, "different": 1}
    conflict, either = report.rankings
    assert conflict.average_precision is not None
    assert conflict.average_precision.value == pytest.approx((1 / 1 + 2 / 4) / 2)  # conflicts in places 1 and 4
    assert either.average_precision is not None
    assert either.average_precision.value == pytest.approx((1 + 1 + 3 / 4) / 3)  # u second, d third, c2 fourth
    assert conflict.precision_at == {20: None, 50: None, 100: None}
    assert report.confusion["conflict"] == {**dict.fromkeys(RELATIONS, 0), "conflict": 1, "agree": 1}
    assert report.accuracy is not None
    assert report.accuracy.value == pytest.approx(4 / 6)
    assert (report.twins, report.twin_accuracy and report.twin_accuracy.value) == (1, 1.0)


def test_a_report_gives_precision_and_recall_at_each_operating_point() -> None:
    """Both flag c1 and d as conflict, and u as the update that it is: surely enough only together with conflict."""
    report = evaluate_model(read_labelled_pairs(report_lines()), StatedScores(STATED))
    found = {
        (one.point, one.target): (one.flagged, one.precision and one.precision.value, one.recall and one.recall.value)
        for one in report.points
    }
    assert found == {
        ("strict", "conflict"): (2, 0.5, 0.5),
        ("strict", "conflict or update"): (3, pytest.approx(2 / 3), pytest.approx(2 / 3)),
        ("sensitive", "conflict"): (2, 0.5, 0.5),
        ("sensitive", "conflict or update"): (3, pytest.approx(2 / 3), pytest.approx(2 / 3)),
    }


def test_reliability_says_what_was_said_and_what_was_so() -> None:
    """Each pair is in one bin."""
    report = evaluate_model(read_labelled_pairs(report_lines()), StatedScores(STATED))
    assert [(one.low, one.pairs, one.share_of_conflicts) for one in report.reliability] == [
        (0.0, 1, 0.0),
        (0.1, 1, 0.0),
        (0.2, 1, 1.0),
        (0.3, 1, 0.0),
        (0.8, 1, 0.0),
        (0.9, 1, 1.0),
    ]


def test_a_report_without_pairs_defines_no_figure() -> None:
    """Nothing to measure is said, not raised."""
    report = evaluate_model([], StatedScores({}))
    assert (report.pairs, report.accuracy, report.rankings[0].average_precision) == (0, None, None)
    assert "average precision  not defined" in as_text(report)


def test_the_text_shows_figures_with_their_intervals() -> None:
    """A reader sees the left-out line, the figures and how sure they are."""
    text = as_text(evaluate_model(read_labelled_pairs(report_lines()), StatedScores(STATED)))
    assert text.startswith("stated on 6 pairs, 1 lines left out\n")
    assert "left out: line 5: Invalid JSON" in text
    assert "    average precision  0.750 [" in text
    assert "  strict, conflict: 2 flagged (at least conflict 0.80, update 0.80, tension 0.80)" in text
    assert "95 % intervals from 1,000 resamples" in text


def test_a_report_names_what_pairs_were_measured_without() -> None:
    """A date that is none costs no line."""
    lines = [line("a", "a", relation="agree", b={"text": "y", "published_at": "unknown"}), "no JSON"]
    report = evaluate_model(read_labelled_pairs(lines), StatedScores(STATED))
    assert [one.what for one in report.left_out] == ["line 2"]
    assert [one.what for one in report.fields_left_out] == ["b.published_at of line 1"]
    text = as_text(report)
    assert text.startswith("stated on 1 pairs, 1 lines left out\n")
    assert "left out: b.published_at of line 1: 'unknown' is no date" in text


def test_the_json_holds_the_same_figures() -> None:
    """It survives the way through a file."""
    report = evaluate_model(read_labelled_pairs(report_lines()), StatedScores(STATED))
    read_back = json.loads(json.dumps(as_json(report)))
    assert read_back["rankings"][0]["average_precision"]["value"] == 0.75
    assert read_back["rankings"][0]["precision_at"] == {"20": None, "50": None, "100": None}
    assert read_back["resampling"] == {"resamples": 1000, "seed": 0}


def test_a_thousand_resamples_of_two_thousand_pairs_take_seconds() -> None:
    """Measuring must not cost more than scoring."""
    draw = np.random.default_rng(3)
    relations = draw.choice(list(RELATIONS), size=2000)
    stated = {str(number): scores(conflict=float(value)) for number, value in enumerate(draw.random(2000))}
    lines = (line(number, str(number), relation=relation) for number, relation in enumerate(relations))
    report = evaluate_model(read_labelled_pairs(lines), StatedScores(stated))
    top = report.rankings[0].precision_at[100]
    assert top is not None
    assert top.low < top.value < top.high


# baselines


class Directions:
    """An embedder of two directions: claims with the word "war" and all others."""

    model_id = "directions"
    dimension = 2

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One of two unit vectors a text."""
        return np.array([[1, 0] if "war" in text else [0, 1] for text in texts], dtype=np.float32)


def pair(left: str, right: str) -> PairLine:
    """A pair of bare texts."""
    return PairLine(pair_id="p", left=RelationInput(text=left), right=RelationInput(text=right))


def test_the_cosine_baseline_ranks_alike_texts_first() -> None:
    """Its score is the cosine itself."""
    assert conflict_scores_by_cosine([pair("war", "war!"), pair("war", "peace")], Directions()).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("left", "right", "score"),
    [
        ("12 died", "15 died", 1.0),
        ("12 died on 4 May", "15 died on 4 May", 0.5),
        ("1,200 fled", "some 1200 fled in 3 days", 0.0),
        ("3.5 million", "3.6 million", 1.0),
        ("many died", "15 died", 0.0),
    ],
)
def test_the_number_baseline_scores_the_share_of_missing_numbers(left: str, right: str, score: float) -> None:
    """Of the numbers of the claim with fewer, how many the other lacks."""
    assert conflict_scores_by_numbers([pair(left, right)]).tolist() == [score]


def test_rankings_are_compared_in_one_table() -> None:
    """A row for each ranking and target, all on the same pairs."""
    pairs = labelled([("one", "conflict"), ("two", "update"), ("three", "agree")])
    figures = ranking_figures(pairs, conflict_ranking("cosine", np.array([0.2, 0.9, 0.1])))
    table = comparison_as_markdown(figures).splitlines()
    assert table[0] == (
        "| ranked by | target | average precision | ROC AUC | precision at 20 | precision at 50 | precision at 100 |"
    )
    assert [row.split(" | ")[:2] for row in table[2:]] == [["| cosine", "conflict"], ["| cosine", "conflict or update"]]
    assert "| 0.500 [" in table[2]
    assert "| 1.000 [1.000, 1.000] |" in table[3]
