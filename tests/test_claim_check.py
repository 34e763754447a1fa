"""A submitted claim is held against the index: evidence best first, with exact provenance; none is a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from factcheck.claim_check import MOST_SCORED, check_claim
from factcheck.errors import BadClaim, IndexMissing, IndexOutOfStep
from factcheck.ingest import ingest
from factcheck.parts import Parts, write_lock
from factcheck.pipeline import reindex
from factcheck.records import ConflictType, Relation, RelationInput, RelationScores
from tests.fakes import RuleRelationModel, line_claims, make_article
from tests.together import all_at_once

ALPHA = make_article("The quake in Nepal killed 12 people.\nThe airport of Kathmandu was closed.", "alpha")
BETA = make_article("The quake in Nepal killed 15 people.\nSchools in Delhi stay open.", "beta")


@pytest.fixture
def filled(parts: Parts) -> Parts:
    """Parts with two articles."""
    ingest(parts, [ALPHA, BETA])
    return parts


def test_conflicts_come_before_agreement(filled: Parts):
    """A claim about the toll conflicts with one outlet and agrees with the other."""
    check = check_claim(filled, "  The quake in Nepal killed 15 people.\n")
    assert check.text == "The quake in Nepal killed 15 people."
    assert [(one.relation, one.article.label) for one in check.evidence] == [
        (Relation.CONFLICT, "alpha"),
        (Relation.AGREE, "beta"),
    ]
    assert check.checked["articles"] == 2
    assert check.checked["claims"] == 4
    assert check.models == {"embedder": "hash-embedder", "relations": "rules"}


class DoubtfulRelations(RuleRelationModel):
    """Has the same doubts about every pair, as a model calibrated to pairs in which conflicts are rare."""

    doubts = RelationScores(conflict=0.2, update=0.02, tension=0.02, agree=0.4, compatible=0.3, different=0.06)

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """The same scores for all."""
        return [self.doubts for _ in pairs]


def test_a_submitted_claim_is_in_question(filled: Parts):
    """What is unlikely for any two claims is likely for one that somebody submits; the scores say so, too."""
    doubtful = replace(filled, load_relations=DoubtfulRelations)
    conflict = check_claim(doubtful, "The quake in Nepal killed 15 people.").evidence[0]
    assert conflict.relation is Relation.CONFLICT
    assert conflict.probability == conflict.scores.conflict == pytest.approx(1 / (1 + 0.06 + 0.06 + 0.4 + 0.3 + 0.06))
    assert sum(conflict.scores.probabilities.values()) == pytest.approx(1)


class AgreeingRelations(RuleRelationModel):
    """Finds the same likelihood of agreement and of entailment everywhere."""

    def __init__(self, agree: float, entailed: float) -> None:
        super().__init__()
        self.scores = RelationScores(
            conflict=0.0, update=0.0, tension=0.0, agree=agree, compatible=1 - agree, different=0.0
        )
        self.chance = entailed

    def score(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[RelationScores]:
        """Agreement, as likely as that."""
        return [self.scores for _ in pairs]

    def entailed(self, pairs: Sequence[tuple[RelationInput, RelationInput]]) -> list[float]:
        """That much, of what a stored claim says about a submitted one."""
        assert all(
            (left.text, right.text) == ("The quake killed 12.", "The quake killed some.") for left, right in pairs
        )
        return [self.chance] * len(pairs)


@pytest.mark.parametrize(("agree", "entailed", "told"), [(0.6, 0.6, 1), (0.6, 0.4, 0), (0.4, 0.6, 0)])
def test_a_claim_is_backed_by_what_agrees_and_entails_it(parts: Parts, agree: float, entailed: float, told: int):
    """That something false is backed by a stored article is worse to hear than nothing."""
    ingest(parts, [make_article("The quake killed 12.", "alpha")])
    agreeing = replace(parts, load_relations=lambda: AgreeingRelations(agree, entailed))
    assert len(check_claim(agreeing, "The quake killed some.").evidence) == told


def test_evidence_cuts_its_quote_out_of_the_article(filled: Parts):
    """The span is of the stored body, and the clash is of the submitted text on the left, the article on the right."""
    submitted = "So: the quake in Nepal killed 15 people."
    [conflict] = [one for one in check_claim(filled, submitted).evidence if one.relation is Relation.CONFLICT]
    assert conflict.article.body[conflict.claim.start : conflict.claim.end] == "The quake in Nepal killed 12 people."
    assert conflict.conflict_type is ConflictType.NUMBER
    assert "15" in submitted[conflict.clash.left.start : conflict.clash.left.end]
    assert "12" in conflict.article.body[conflict.clash.right.start : conflict.clash.right.end]
    assert conflict.probability == pytest.approx(conflict.scores.conflict)


def test_reasons_are_sentences_about_both_sides(filled: Parts):
    """A conflict says what both say; agreement says who says the same."""
    conflict, agreement = check_claim(filled, "The quake in Nepal killed 15 people.").evidence
    assert "Alpha says" in conflict.reasons[0]
    assert "the submitted claim says" in conflict.reasons[0].replace("The", "the")
    assert not any("disagree" in reason or "date of the submitted" in reason for reason in conflict.reasons)
    assert agreement.reasons == ("Beta says the same: “The quake in Nepal killed 15 people.”",)


def test_a_day_that_nobody_gave_is_no_reason(filled: Parts):
    """A claim without a date is not said to be published on any day; one with a date is."""
    told = {
        day: " ".join(check_claim(filled, "The quake in Nepal killed 15 people.", day).evidence[0].reasons)
        for day in (None, "2019-08-17")
    }
    assert "published" not in told[None]
    assert "when (published on one day)" in told["2019-08-17"]


def test_an_undated_claim_beside_an_undated_article(parts: Parts):
    """Only what is not known of the article is worth saying."""
    ingest(parts, [replace(ALPHA, published_at=None)])
    [conflict] = check_claim(parts, "The quake in Nepal killed 15 people.").evidence
    assert [one for one in conflict.reasons if "date" in one] == ["The publication date of Alpha is unknown."]


def test_a_plan_beside_a_fact_is_told(filled: Parts):
    """What is not yet a fact in the submitted claim is a caveat as it is between two articles."""
    conflict = check_claim(filled, "The airport of Kathmandu will not be closed.").evidence[0]
    assert conflict.relation is Relation.CONFLICT
    assert "The submitted claim tells of what is planned, Alpha of a fact." in conflict.reasons


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sources said that the quake in Nepal killed 15 people.", "Sources, in Beta, say the same: “"),
        ("The quake in Nepal is said to have killed 15 people.", "An unnamed source, in Beta, says the same: “"),
        ("The minister said that the quake in Nepal killed 15 people.", "The minister, in Beta, says the same: “"),
    ],
)
def test_who_agrees_is_named_with_its_verb(parts: Parts, text: str, words: str):
    """Several speakers say, one says, and one whom nothing names is an unnamed source."""
    ingest(parts, [make_article(text, "beta")])
    [agreement] = check_claim(parts, "The quake in Nepal killed 15 people.").evidence
    assert agreement.reasons[0].startswith(words)


def test_many_prints_of_one_text_leave_room_for_what_contradicts_it(parts: Parts):
    """Eighty outlets print an agency, one denies it: the denial is read, whether the claim is new or is stored."""
    agency = "The minister said that the bridge over the river would be closed for two weeks."
    for number in range(80):
        printed = replace(make_article(agency, f"print{number}"), origin_id="agency")
        parts.store.save_article(printed, line_claims(printed))
    denial = make_article("The town told us that the bridge over the river is not closed for weeks.", "denier")
    parts.store.save_article(denial, line_claims(denial))
    reindex(parts)
    for own in ("", "agency"):
        check = check_claim(parts, agency, not_of=own)
        assert check.evidence[0].article == denial
        assert check.checked["scored"] == 2 - bool(own)


def test_a_quotation_within_a_quotation_has_single_marks(parts: Parts):
    """What agrees may be somebody's words already."""
    ingest(parts, [make_article("“The quake in Nepal killed 15 people,” the minister said.", "beta")])
    [agreement] = check_claim(parts, "“The quake in Nepal killed 15 people,” the minister said.").evidence
    assert "the same: “‘The quake in Nepal killed 15 people,’ the minister said.”" in agreement.reasons[0]


LONG = "officials from both countries met for a third day of talks in the old town hall by the river"


@pytest.mark.parametrize(
    ("submitted", "relation"),
    [
        ("The army never shelled the northern town before dawn.", Relation.CONFLICT),
        ("The army shelled the northern town.", Relation.AGREE),
    ],
)
def test_evidence_knows_which_part_of_a_sentence_was_compared(parts: Parts, submitted: str, relation: Relation):
    """Where a unit of a long sentence speaks to the claim, evidence names it and its first reason quotes no more."""
    ingest(parts, [make_article(f"The army shelled the northern town before dawn, and {LONG}.", "alpha")])
    check = check_claim(parts, submitted)
    [one] = check.evidence
    assert (one.relation, one.unit) == (relation, 1)
    assert one.claim.wording(one.unit) == "The army shelled the northern town before dawn."
    assert "shelled the northern town before dawn" in one.reasons[0]
    assert "town hall" not in one.reasons[0]
    assert check.reads_as == submitted


def test_what_agrees_as_a_whole_may_contradict_in_a_part(parts: Parts):
    """A sentence most alike as a whole, which seems to agree, is evidence against a claim that a clause contradicts."""
    shelled, others = "The army shelled the northern town before dawn", LONG.replace("met for", "did not break off")
    ingest(parts, [make_article(f"{shelled}, and {others}.", "alpha")])
    [one] = check_claim(parts, f"The army never shelled the northern town, and {LONG}.").evidence
    assert (one.relation, one.unit) == (Relation.CONFLICT, 1)


def test_no_evidence_is_a_result(filled: Parts):
    """A claim that nothing in the index speaks to is answered, and the relation model is not asked."""
    check = check_claim(filled, "Giraffes sleep standing up.")
    assert check.evidence == ()
    assert check.checked == {"articles": 2, "claims": 4, "scored": 0}
    assert filled.relations.scored == 0


def test_an_empty_store_has_no_evidence(parts: Parts):
    """Before anything was taken in there is no index either, and that is no error."""
    assert check_claim(parts, "The quake killed 12 people.").checked == {"articles": 0, "claims": 0, "scored": 0}


def test_other_facts_of_the_story_are_no_evidence(filled: Parts):
    """Compatible and different claims were scored but are not shown."""
    check = check_claim(filled, "In Nepal rescuers from Delhi look for survivors.", "2019-08-18")
    assert check.evidence == ()
    assert check.published_at == "2019-08-18"


def test_only_so_many_claims_are_scored(parts: Parts):
    """However many claims are alike, the model reads the nearest few, the same words of one origin once."""
    lines = [f"The quake in Nepal killed {number} people." for number in range(30)]
    ingest(parts, [make_article("\n".join(lines + lines), "alpha")])
    check = check_claim(parts, "The quake in Nepal killed 99 people.")
    assert check.checked["scored"] == parts.relations.scored == MOST_SCORED
    assert len({one.claim.text for one in check.evidence}) == MOST_SCORED


def test_a_limit_cuts_the_list_from_its_end(filled: Parts):
    """The best evidence stays."""
    check = check_claim(filled, "The quake in Nepal killed 15 people.", limit=1)
    assert [one.relation for one in check.evidence] == [Relation.CONFLICT]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the claim is empty"),
        (" \n\t ", "the claim is empty"),
        ("?!…", "the claim is empty"),
        ("x" * 20_000, "the claim has 20,000 characters, the limit is 2,000"),
        ("The quake\x00 killed 12.", "the claim holds control characters"),
        ("The quake \ud800 killed 12.", "the claim holds control characters"),
        (None, "a claim must be text, got NoneType"),
        (12, "a claim must be text, got int"),
    ],
)
def test_what_is_no_claim_is_refused(filled: Parts, text: str, message: str):
    """The error names what is wrong and the limit."""
    with pytest.raises(BadClaim, match=message):
        check_claim(filled, text)


@pytest.mark.parametrize("published_at", ["yesterday", "2019-13-01", "17.08.2019", "2019", 20190817])
def test_a_date_that_is_none_is_refused(filled: Parts, published_at: str):
    """The error names the value and the form."""
    with pytest.raises(BadClaim, match=f"published_at {published_at!r} is no date") as caught:
        check_claim(filled, "The quake killed 12 people.", published_at)
    assert "2019-08-17" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["زلزلے میں بارہ افراد ہلاک ہوئے", "地震で12人が死亡した。", "A\n\nB 👩🏽\u200d🚒", "=SUM(1)"]
)
def test_claims_in_any_script_are_answered(filled: Parts, text: str):
    """Whatever the script, the answer is an answer."""
    assert check_claim(filled, text).text == text


def test_a_deleted_index_is_an_error_with_a_hint(filled: Parts):
    """Claims in the store and no index: the answer would be wrong, so there is none."""

    def deleted():
        raise IndexMissing("there is no claim index", hint="run: factcheck reindex")

    with pytest.raises(IndexMissing) as caught:
        check_claim(replace(filled, open_index=deleted), "The quake killed 12 people.")
    assert caught.value.hint == "run: factcheck reindex"


def test_an_index_out_of_step_is_an_error_with_a_hint(filled: Parts):
    """One claim less in the index than in the store is noticed."""
    filled.claim_index.remove(sorted(filled.claim_index.claim_ids())[:1])
    with pytest.raises(IndexOutOfStep, match="index holds 3 claims, database 4, 3 of them the same") as caught:
        check_claim(filled, "The quake killed 12 people.")
    assert caught.value.hint == "run: factcheck reindex"


def test_checks_go_on_while_an_ingest_is_running(filled: Parts):
    """What has only just come in is not found yet, which is no error as long as somebody is writing."""
    filled.claim_index.remove(sorted(filled.claim_index.claim_ids())[:1])
    with write_lock(filled):
        assert check_claim(filled, "The quake in Nepal killed 15 people.").checked["claims"] == 4


def test_many_threads_get_the_same_answer(filled: Parts):
    """Threads share models, index and store."""
    answers: list[object] = []
    ask = lambda: answers.append(check_claim(filled, "The quake in Nepal killed 15 people.").evidence)  # noqa: E731
    all_at_once([ask] * 8)
    assert answers == [answers[0]] * 8
