"""Gives the people of a labelled pair other surnames, the same on both sides, so that a model cannot learn by heart who
disagrees with whom."""

from __future__ import annotations

import calendar
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from factcheck.attribution import load_parser
from factcheck.relations import NLI_LABELS
from factcheck.training.pairs import TrainingPair

if TYPE_CHECKING:
    from spacy.tokens import Doc

SURNAME = re.compile(r"[A-Z][a-z]{2,}(?:[A-Z][a-z]+)?")
NOT_RENAMED = frozenset({*calendar.month_name, *calendar.day_name})
"""May and August are surnames and months; the text does not tell which."""

FREQUENT = 3
"""A word that the parser takes for a surname in fewer sentences may be none."""


def renamed(pairs: Sequence[TrainingPair], share: float, shuffle: random.Random) -> list[TrainingPair]:
    """The pairs, that share of the news pairs with other surnames, drawn from those of all the pairs.

    A relation holds for whoever the sentences name, so its label stays. First names stay too, which keeps "he" and
    "she" right. NLI pairs and pairs that name nobody stay as they are.
    """
    chosen = [at for at, pair in enumerate(pairs) if pair.labels[0] not in NLI_LABELS and shuffle.random() < share]
    texts = sorted({text for at in chosen for text in (pairs[at].left, pairs[at].right)})
    surnames = dict(zip(texts, map(_surnames, _named(texts)), strict=True))
    seen = Counter(name for names in surnames.values() for name in names)
    pool = sorted(name for name in seen if seen[name] >= FREQUENT) or sorted(seen)
    result = list(pairs)
    for at in chosen:
        pair = pairs[at]
        old = sorted(surnames[pair.left] | surnames[pair.right])
        new = dict(zip(old, shuffle.sample(pool, len(old)), strict=True))
        result[at] = replace(pair, left=_rewritten(pair.left, new), right=_rewritten(pair.right, new))
    return result


def _named(texts: Sequence[str]) -> Iterator[Doc]:
    parser = load_parser()
    with parser.select_pipes(enable=["tok2vec", "ner"]):
        yield from parser.pipe(texts)


def _surnames(doc: Doc) -> set[str]:
    last = (re.sub(r"['’]s?$", "", entity.text).split()[-1:] for entity in doc.ents if entity.label_ == "PERSON")
    return {word for words in last for word in words if SURNAME.fullmatch(word)} - NOT_RENAMED


def _rewritten(text: str, surnames: dict[str, str]) -> str:
    if not surnames:
        return text
    return re.sub(rf"\b(?:{'|'.join(surnames)})\b", lambda found: surnames[found[0]], text)
