"""The claims of an article, and what can be compared about each without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from factcheck.attribution import speakers_of
from factcheck.dates import dates_in
from factcheck.mentions import Cast, cast_of, standalone_text
from factcheck.names import names_in, normal_name, word_set
from factcheck.quantities import quantities_in
from factcheck.records import Article, Claim, ClaimKind, Facts, Span, Speaker, Unit, content_id
from factcheck.sentences import Sentence, split_sentences
from factcheck.units import units_of

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

CLAIM_RULES = "2"
"""Names how claims are read from an article; raised whenever that changes, so that stored articles are read anew."""

_NEGATIVE_VERBS = word_set("deny fail refuse reject decline lack dismiss refute rebut")
_NEGATIVE_WORDS = word_set("no not n't n’t never neither nor none nobody nothing without unable cannot")


def claims_of(article: Article, parser: Language) -> list[Claim]:
    """The claims of an article in order: one a sentence, with its speaker, facts, units and a text that stands alone.

    A claim's id depends on the article's id and the claim's words, so it survives changes elsewhere in the article.
    """
    sentences = split_sentences(article.body, article.title)
    docs = list(parser.pipe((article.body[sentence.start : sentence.end] for sentence in sentences), batch_size=32))
    cast = cast_of(docs)
    speakers = speakers_of(article.body, sentences, docs, cast)
    standalone = _standalone_texts(sentences, docs, speakers, cast)
    seen: Counter[str] = Counter()
    claims = []
    for position, (sentence, doc, speaker) in enumerate(zip(sentences, docs, speakers, strict=True)):
        text = article.body[sentence.start : sentence.end]
        seen[text] += 1
        claims.append(
            Claim(
                claim_id=content_id(article.article_id, text, seen[text]),
                article_id=article.article_id,
                position=position,
                start=sentence.start,
                end=sentence.end,
                text=text,
                standalone_text=standalone[position],
                kind=sentence.kind,
                speaker=speaker,
                facts=_with_full_names(facts_of(text, article.published_on, doc), cast),
                units=_units(sentence, doc, speaker),
            )
        )
    return claims


def claim_from_text(text: str, published_on: date | None, parser: Language) -> tuple[str, Speaker | None, Facts]:
    """The standalone text, speaker and facts of a claim that a person submits; spans count from its start."""
    doc = parser(text)
    cast = cast_of([doc])
    sentence = Sentence(start=0, end=len(text))
    speaker = speakers_of(text, [sentence], [doc], cast)[0]
    return text, speaker, facts_of(text, published_on, doc)


def facts_of(text: str, published_on: date | None, doc: Doc) -> Facts:
    """The quantities, dates, names and negations of a text, from its parse; spans count from the start of the text.

    Dates that need the day of publication are left out where it is unknown.
    """
    if doc.text != text:
        raise ValueError(f"the parse is of another text: {doc.text[:60]!r}, not {text[:60]!r}")
    return Facts(
        quantities=tuple(quantities_in(doc)),
        dates=tuple(dates_in(doc, published_on)),
        names=tuple(names_in(doc)),
        negations=tuple(_negations_in(doc)),
    )


def _units(sentence: Sentence, doc: Doc, speaker: Speaker | None) -> tuple[Unit, ...]:
    if sentence.kind is ClaimKind.HEADLINE:
        return ()
    return tuple(units_of(doc, _from_start(speaker, sentence) if _has_own_cue(sentence, speaker) else None))


def _has_own_cue(sentence: Sentence, speaker: Speaker | None) -> bool:
    return speaker is not None and sentence.start <= speaker.cue.start and speaker.cue.end <= sentence.end


def _standalone_texts(
    sentences: Sequence[Sentence], docs: Sequence[Doc], speakers: Sequence[Speaker | None], cast: Cast
) -> list[str]:
    texts = []
    for index, (sentence, doc, speaker) in enumerate(zip(sentences, docs, speakers, strict=True)):
        if speaker is not None and not _has_own_cue(sentence, speaker):  # quoted: "he" is whomever the speaker means
            texts.append(str(doc.text))
            continue
        texts.append(standalone_text(doc, _from_start(speaker, sentence), docs[index - 1] if index else None, cast))
    return texts


def _from_start(speaker: Speaker | None, sentence: Sentence) -> Speaker | None:
    """The speaker, with the cue counted from the start of the sentence."""
    if speaker is None:
        return None
    cue = Span(start=speaker.cue.start - sentence.start, end=speaker.cue.end - sentence.start)
    return replace(speaker, cue=cue)


def _with_full_names(facts: Facts, cast: Cast) -> Facts:
    """The facts, with a surname under the fullest form of the name that the article has."""
    names = tuple(
        replace(name, normal=normal_name(cast.fullest(name.surface))) if cast.is_person(name.surface) else name
        for name in facts.names
    )
    return replace(facts, names=names)


def _negations_in(doc: Doc) -> Iterator[Span]:
    for token in doc:
        is_negative = token.dep_ == "neg" or token.lower_ in _NEGATIVE_WORDS
        if is_negative or (token.pos_ == "VERB" and token.lemma_ in _NEGATIVE_VERBS):
            yield Span(start=token.idx, end=token.idx + len(token))
