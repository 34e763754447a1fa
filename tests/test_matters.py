"""Which findings are of one matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from factcheck.disputes import group_disputes
from factcheck.matters import CONFLICT_LEADS, friends_of, matters
from factcheck.records import Claim, ConflictType, Finding, Relation, ScoredPair
from factcheck.verdicts import OperatingPoint, SidedClaim, find
from tests.sample_claims import article, claim, count, facts, scored

POINT = OperatingPoint(name="any", conflict=0.1, update=0.1, tension=0.1)


def toll(key: str, low: int, what: str = "were killed in the mill of Lyon", verb: str = "kill") -> Claim:
    """A claim of an article of its own about so many people."""
    text = f"In all {low} people {what}."
    known = count(text, str(low), float(low), "person", verb=verb)
    return claim(key, key, text, facts(text, "Lyon" * ("Lyon" in text), quantities=(known,)))


def plain(key: str, text: str, negations: str = "") -> Claim:
    """A claim of an article of its own."""
    return claim(key, key, text, facts(text, "Lyon" * ("Lyon" in text), negations))


def findings_of(claims: Sequence[Claim], read: Sequence[ScoredPair]) -> list[Finding]:
    """What the verdicts make of the pairs."""
    sided = {one.claim_id: SidedClaim(claim=one, article=article(one.article_id, one.text)) for one in claims}
    found = (find(pair, sided[pair.pair.left_id], sided[pair.pair.right_id], POINT, "run") for pair in read)
    return [finding for finding in found if finding]


def grouped(claims: Sequence[Claim], read: Sequence[ScoredPair], agree: Sequence[ScoredPair] = ()) -> list[list[str]]:
    """The pairs of claims of each matter."""
    by_id = {one.claim_id: one for one in claims}
    told = matters(findings_of(claims, read), by_id, friends_of(by_id, agree))
    return [sorted(issue.pair[0].claim_id + issue.pair[1].claim_id for issue in matter) for matter in told]


def test_one_toll_is_one_matter_whether_it_is_a_conflict_or_an_update():
    """12 against 15 is a conflict and 15 against 14 an update: the 15 is what both dispute."""
    claims = [toll("a", 12), toll("b", 15), toll("c", 14)]
    assert grouped(claims, [scored("a", "b", conflict=0.9), scored("b", "c", update=0.8)]) == [["ab", "bc"]]


def test_the_number_may_be_told_by_another_that_agrees():
    """B and D both say 15, of the same; without the agreement they may tell of two events."""
    claims = [toll("a", 12), toll("b", 15), toll("c", 14), toll("d", 15, "were killed when the mill of Lyon burned")]
    read = [scored("a", "b", conflict=0.9), scored("c", "d", update=0.8)]
    assert grouped(claims, read, [scored("b", "d", agree=0.9)]) == [["ab", "cd"]]
    assert grouped(claims, read) == [["ab"], ["cd"]]


def test_who_was_killed_and_who_was_hurt_are_two_matters():
    """The same number, of people whom another thing befell."""
    claims = [toll("a", 12), toll("b", 15), toll("c", 15, "were hurt", "hurt")]
    claims.append(toll("d", 40, "were hurt in the mill", "hurt"))
    read = [scored("a", "b", conflict=0.9), scored("c", "d", conflict=0.8)]
    assert grouped(claims, read, [scored("b", "c", agree=0.9)]) == [["ab"], ["cd"]]


def test_a_pair_that_mixes_what_befell_joins_no_two_matters():
    """15 killed against 40 hurt is a finding of its own: it is no bridge between the killed and the hurt."""
    claims = [toll("a", 12), toll("b", 15), toll("c", 40, "were hurt", "hurt")]
    claims.append(toll("d", 50, "were hurt in the mill", "hurt"))
    read = [scored("a", "b", conflict=0.9), scored("b", "c", update=0.8), scored("c", "d", conflict=0.7)]
    assert sorted(grouped(claims, read)) == [["ab"], ["bc"], ["cd"]]


def test_numbers_that_are_not_highlighted_are_those_of_which_both_say_the_same():
    """ "At least two" and "at least four" agree as ranges, but the model is sure that numbers clash."""
    told = {"a": ("at least two", 2.0), "b": ("at least four", 4.0), "c": ("at least six", 6.0)}
    claims = []
    for key, (surface, low) in told.items():
        text = f"A truck hit the mill of Lyon, killing {surface} {'soldiers' if key == 'b' else 'men of ' + key}."
        known = count(text, surface, low, "soldier" if key == "b" else key, high="inf", verb="kill")
        claims.append(claim(key, key, text, facts(text, "Lyon", quantities=(known,))))
    read = [scored("a", "b", conflict=0.9), scored("b", "c", update=0.8)]
    read = [replace(one, scores=replace(one.scores, conflict_type=ConflictType.NUMBER)) for one in read]
    assert grouped(claims, read) == [["ab", "bc"]]


def test_what_both_pairs_of_sides_agree_on_is_one_matter():
    """A against B and C against D, A like C, and B like D or in the same words: one disagreement told twice."""
    claims = [
        plain("a", "Lyon paid for the bells."),
        plain("b", "Lyon took a loan for them."),
        plain("c", "The bells were bought by Lyon."),
        plain("d", "Lyon took a loan for them!"),
    ]
    read = [scored("a", "b", conflict=0.9), scored("c", "d", update=0.8)]
    assert grouped(claims, read, [scored("a", "c", agree=0.9)]) == [["ab", "cd"]]
    assert grouped(claims, read) == [["ab"], ["cd"]]


def test_one_denial_is_one_matter_whoever_states_what_it_denies():
    """Two report a swap, one denies it."""
    claims = [
        plain("a", "Lyon denied a swap of the bells.", "denied"),
        plain("b", "There was a swap of bells, neighbours said."),
        plain("c", "The swap in Lyon was quick."),
    ]
    assert grouped(claims, [scored("a", "b", conflict=0.9), scored("a", "c", conflict=0.8)]) == [["ab", "ac"]]


def test_a_denial_in_which_nothing_is_negated_joins_no_matters():
    """The model takes both for denials of one statement; what its stretch has in common with each, nobody knows."""
    claims = [
        plain("a", "Lyon acknowledges an old debt to the neighbours and greets them."),
        plain("b", "The bells of Lyon rang at dawn, neighbours complained."),
        plain("c", "A baker in the harbour accused Lyon of fraud."),
    ]
    read = [scored("a", "b", conflict=0.9), scored("a", "c", conflict=0.8)]
    read = [replace(one, scores=replace(one.scores, conflict_type=ConflictType.DENIAL)) for one in read]
    assert grouped(claims, read) == [["ab"], ["ac"]]
    denying = plain("a", "Lyon denied an old debt to the neighbours and fraud.", "denied")
    assert grouped([denying, *claims[1:]], read) == [["ab", "ac"]]


def test_a_conflict_names_the_card_unless_an_update_is_far_likelier():
    """It leads where it is at least half as likely."""
    claims = [toll("a", 12), toll("b", 15), toll("c", 14)]
    by_id = {one.claim_id: one for one in claims}
    articles = {one.article_id: article(one.article_id, one.text) for one in claims}
    for likely, relation in ((0.8 * CONFLICT_LEADS, Relation.CONFLICT), (0.7 * CONFLICT_LEADS, Relation.UPDATE)):
        read = [scored("a", "b", conflict=likely), scored("b", "c", update=0.8)]
        [dispute] = group_disputes(findings_of(claims, read), [], by_id, articles, {})
        assert (dispute.relation, len(dispute.finding_ids)) == (relation, 2)


@pytest.mark.parametrize(("verb", "cards"), [("hurt", 2), ("kill", 1)])
def test_what_befell_them_keeps_cards_apart_however_alike(verb: str, cards: int):
    """All of it happened in one mill, in nearly the same words; if it is known to be one thing, it is one card."""
    where = "in the old mill beside the river of Lyon while the market was open"
    claims = [toll(key, low, f"were killed {where}") for key, low in (("a", 12), ("b", 15))]
    claims += [toll(key, low, f"were hit {where}", verb) for key, low in (("c", 30), ("d", 40))]
    claims += [plain(f"z{number}", "Rain fell.") for number in range(20)]  # beside them the words in common are rare
    by_id = {one.claim_id: one for one in claims}
    articles = {one.article_id: article(one.article_id, one.text) for one in claims}
    read = [scored("a", "b", conflict=0.9), scored("c", "d", conflict=0.8)]
    assert len(group_disputes(findings_of(claims, read), [], by_id, articles, {})) == cards
