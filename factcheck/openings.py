"""How much two articles tell one story: the words that they open with, weighed by how few articles open with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, sqrt

from factcheck.matching import FEW_ARTICLES
from factcheck.records import Article

OPENING_CHARS = 2000
"""An article opens with its title and so much of its body: there it says what it is about."""

MOST_COUNTED = 5000
"""How telling a word is shows in so many articles as well as in all of them."""

TELLING_SHARE = 0.02
"""A word that at most this part of the articles opens with is as telling as a word can be.

Without a limit the measure would sink as articles are added: ever more words would weigh more than those of the story.
"""

Opening = Mapping[str, float]
"""How much each word of an opening weighs; the squares sum to 1."""

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_GENITIVE = re.compile(r"[’']s$")
_SHORT = 3


class Openings:
    """Which words articles open with, and so how telling each word is."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._carriers: Counter[str] = Counter()
        self._articles = 0
        for text in texts:
            self._carriers.update(set(words_of(text)))
            self._articles += 1

    def opening(self, article: Article) -> Opening:
        """The words that an article opens with: a word counts more if it comes often and if few articles have it."""
        counts = Counter(words_of(opening_text(article)))
        weights = {word: (1 + log(count)) * self._telling(word) for word, count in counts.items()}
        length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}

    def _telling(self, word: str) -> float:
        """From 0 for a word that every article opens with to 1; few articles count as `FEW_ARTICLES`."""
        share = max(1, self._carriers[word]) / max(FEW_ARTICLES, self._articles)
        return min(1.0, log(share) / log(TELLING_SHARE))


def opening_text(article: Article) -> str:
    """The title and the beginning of the body."""
    return f"{article.title or ''}\n{article.body[:OPENING_CHARS]}"


def words_of(text: str) -> list[str]:
    """The words and numbers of three letters or more, in lower case and without a genitive."""
    words = (_GENITIVE.sub("", word) for word in _WORD.findall(text.casefold()))
    return [word for word in words if len(word) >= _SHORT]


def likeness(ours: Opening, theirs: Opening) -> float:
    """How alike two openings are: 0 for no common word, 1 for the same words as often."""
    return sum(weight * theirs.get(word, 0.0) for word, weight in ours.items())
