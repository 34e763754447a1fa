"""Which articles are copies of one text, so that a wire story printed five times counts once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from rapidfuzz.distance import LCSseq

from factcheck.records import Article, content_id
from factcheck.sentences import split_sentences

COPIED_SHARE = 0.55
"""Least share of copied text that makes two articles copies of one."""

COPIED_SHARE_OF_ONE_AGENCY = 0.40
"""The same, where both articles credit the same agency."""

COPIED_SHARE_OF_ONE_OUTLET = 0.70
"""The same, where both are of one outlet, which repeats its own background and link lists in other stories."""

FEWEST_WORDS = 25
"""Of two texts the shorter of which has fewer words, only the whole of it makes them copies: one word may be news."""

_SHINGLE_WORDS = 5
_PERMUTATIONS = 128
_SCHEME = "affine64"
# Lower than the share wanted: a copy cut to a third has a Jaccard index of a third. On 5,038 articles, 0.4 finds
# 44 and 0.15 finds 58 of the 60 pairs that share half of the shorter text, at 965 pairs to confirm.
_CANDIDATE_JACCARD = 0.15
_CREDIT_CHARS = 200  # agencies are credited in the dateline or in the last lines

_AGENCIES = {
    "AFP": r"AFP|Agence France-Presse",
    "ANI": r"ANI|Asian News International",
    "AP": r"AP|Associated Press",
    "IANS": r"IANS",
    "PTI": r"PTI|Press Trust of India",
    "Reuters": r"Reuters|REUTERS",
    "TASS": r"TASS|Tass",
    "UPI": r"UPI|United Press International",
    "Xinhua": r"Xinhua|XINHUA",
}
_AGENCY = {name: re.compile(rf"\b(?:{spellings})\b") for name, spellings in _AGENCIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Two articles of one origin, the share of copied text between them, and the agency that both credit."""

    left_id: str
    right_id: str
    share: float
    agency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginReview:
    """What a reviewer says of an article's origin: it has one of its own, or that of another article."""

    article_id: str
    joined_to: str | None
    reviewer: str
    note: str
    made_at: datetime

    @property
    def entry_id(self) -> str:
        """The id of this entry of the log; the same one twice has the same."""
        return content_id(self.article_id, self.joined_to or "", self.reviewer, self.note, self.made_at.isoformat())


def assign_origins(
    articles: Sequence[Article],
    *,
    signatures: MutableMapping[str, bytes] | None = None,
    reviews: Sequence[OriginReview] = (),
) -> dict[str, str]:
    """The origin of every article by its id: the smallest id among its copies, its own where it has none.

    Copies of copies share an origin. The order of the articles does not matter. `signatures`, by content hash, saves
    reading again what an earlier call has read: those known are used, the others are added. What reviewers say goes
    before what the texts say, and a later one of the `reviews` before an earlier one.
    """
    ids = [article.article_id for article in articles]
    copies = [(copy.left_id, copy.right_id) for copy in find_copies(articles, signatures=signatures)]
    return with_reviews(smallest_linked(ids, copies), reviews)


def with_reviews(origins: Mapping[str, str], reviews: Sequence[OriginReview]) -> dict[str, str]:
    """The origins of articles after what reviewers say, oldest first; of articles that are not there nothing counts.

    An article that was split out leaves the others together. Joining it to another later brings in that other's
    origin, not the one that it was split from.
    """
    group_of: dict[str, str | int] = dict(origins)
    for number, review in enumerate(reviews):
        if review.article_id not in group_of:
            continue
        if review.joined_to is None:
            group_of[review.article_id] = number
        elif review.joined_to in group_of:
            left, joined = group_of[review.article_id], group_of[review.joined_to]
            group_of = {one: joined if group == left else group for one, group in group_of.items()}
    smallest: dict[str | int, str] = {}
    for one in sorted(group_of):
        smallest.setdefault(group_of[one], one)
    return {one: smallest[group] for one, group in group_of.items()}


def smallest_linked(ids: Iterable[str], links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each id the smallest one that links lead to."""
    linked = {one: one for one in ids}

    def root(one: str) -> str:
        while linked[one] != one:
            linked[one] = one = linked[linked[one]]
        return one

    for left, right in links:
        first, second = sorted((root(left), root(right)))
        linked[second] = first
    return {one: root(one) for one in linked}


def find_copies(articles: Sequence[Article], *, signatures: MutableMapping[str, bytes] | None = None) -> list[Copy]:
    """Every pair of articles that are copies, by id.

    Only the sentences of the account count, so a footer that an outlet prints under every article makes no copies.
    """
    by_id = {article.article_id: article for article in articles}
    words: dict[str, list[str]] = {}
    copies = []
    for left_id, right_id in _candidates(by_id, words, {} if signatures is None else signatures):
        for article_id in (left_id, right_id):
            if article_id not in words:
                words[article_id] = _words(by_id[article_id])
        share = copied_share(words[left_id], words[right_id])
        left, right = by_id[left_id], by_id[right_id]
        agency = min(_agencies_of(left) & _agencies_of(right), default=None)
        is_short = min(len(words[left_id]), len(words[right_id])) < FEWEST_WORDS
        if share >= (1.0 if is_short else _least_share(left, right, agency)):
            copies.append(Copy(left_id=left_id, right_id=right_id, share=share, agency=agency))
    return copies


def copied_share(left: Sequence[str], right: Sequence[str]) -> float:
    """How much of two texts is one text, 0 to 1: the greater of two measures.

    Runs of five words of the shorter text that stand in the longer, which sees through cuts; and words that stand in
    both in one order, as a share of the longer, which sees through small edits everywhere.
    """
    return max(share_in_runs(left, right, _SHINGLE_WORDS), float(LCSseq.normalized_similarity(left, right)))


def share_in_runs(left: Sequence[str], right: Sequence[str], length: int) -> float:
    """The share of the runs of `length` words of the text with fewer of them that stand in the other, 0 to 1."""
    runs, other_runs = _shingles(left, length), _shingles(right, length)
    return len(runs & other_runs) / min(len(runs), len(other_runs))


def _least_share(left: Article, right: Article, agency: str | None) -> float:
    if left.source is not None and left.source == right.source:
        return COPIED_SHARE_OF_ONE_OUTLET
    return COPIED_SHARE_OF_ONE_AGENCY if agency else COPIED_SHARE


def _candidates(
    by_id: Mapping[str, Article], words: dict[str, list[str]], signatures: MutableMapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    from datasketch import MinHash, MinHashLSH  # slow to import: it loads scipy

    index = MinHashLSH(threshold=_CANDIDATE_JACCARD, num_perm=_PERMUTATIONS)
    for article_id in sorted(by_id):
        article = by_id[article_id]
        if article.content_hash not in signatures:
            signatures[article.content_hash] = _signature(_words(article))
        values = np.frombuffer(signatures[article.content_hash], dtype="<u8")
        if not len(values):
            continue
        signature = MinHash(num_perm=_PERMUTATIONS, scheme=_SCHEME, hashvalues=values)
        yield from ((known_id, article_id) for known_id in sorted(index.query(signature)))
        index.insert(article_id, signature)


def _signature(words: Sequence[str]) -> bytes:
    """The text's MinHash, or nothing where there are no words: such texts would all be alike."""
    from datasketch import MinHash  # slow to import

    if not words:
        return b""
    signature = MinHash(num_perm=_PERMUTATIONS, scheme=_SCHEME)
    signature.update_batch([shingle.encode() for shingle in _shingles(words, _SHINGLE_WORDS)])
    return np.asarray(signature.hashvalues, dtype="<u8").tobytes()


def _shingles(words: Sequence[str], length: int) -> set[str]:
    count = max(1, len(words) - length + 1)
    return {" ".join(words[first : first + length]) for first in range(count)}


def _words(article: Article) -> list[str]:
    sentences = split_sentences(article.body, article.title)
    account = " ".join(article.body[sentence.start : sentence.end] for sentence in sentences)
    return re.findall(r"\w+", account.casefold())


def _agencies_of(article: Article) -> set[str]:
    credits = " ".join((article.source or "", article.body[:_CREDIT_CHARS], article.body[-_CREDIT_CHARS:]))
    return {name for name, spellings in _AGENCY.items() if spellings.search(credits)}
