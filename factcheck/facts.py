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
from factcheck.records import Article, Claim, ClaimKind, Facts, Modality, ModalMention, Span, Speaker, Unit, content_id
from factcheck.sentences import Sentence, split_sentences
from factcheck.units import units_of, what_it_comes_after

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

CLAIM_RULES = "7"
"""Names how claims are read from an article; raised whenever that changes, so that stored articles are read anew."""

_NEGATIVE_VERBS = word_set("deny fail refuse reject decline lack dismiss refute rebut")
_NEGATIVE_WORDS = word_set("no not n't n’t never neither nor none nobody nothing without unable cannot")
_COMPARING = word_set("more less most least as equally")
_MERELY = word_set("only just merely simply")


_MODALITY_OF_AUXILIARY = {
    **dict.fromkeys(("will", "wo", "'ll", "’ll", "shall"), Modality.PLANNED),
    **dict.fromkeys(("may", "might", "could", "can", "ca", "would"), Modality.POSSIBLE),
    **dict.fromkeys(("must", "should", "ought"), Modality.REQUIRED),
}
_MODALITY_OF_VERB = {
    **dict.fromkeys(
        word_set("plan intend expect schedule aim propose threaten vow pledge prepare go set due"), Modality.PLANNED
    ),
    **dict.fromkeys(word_set("seem appear believe think suspect allege likely unlikely"), Modality.POSSIBLE),
    **dict.fromkeys(word_set("need require urge"), Modality.REQUIRED),
}
_POINTING = word_set("he she it they this that these those")


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
                facts=replace(
                    _with_full_names(facts_of(text, article.published_on, doc), cast),
                    unresolved=_unresolved(doc, standalone[position]),
                ),
                units=_units(sentence, doc, speaker),
            )
        )
    return claims


def claim_from_text(text: str, published_on: date | None, parser: Language, *, article_id: str = "") -> Claim:
    """A text by itself as one claim, with its speaker and facts and without units; spans count from its start."""
    doc = parser(text)
    cast = cast_of([doc])
    sentence = Sentence(start=0, end=len(text))
    speaker = speakers_of(text, [sentence], [doc], cast)[0]
    return Claim(
        claim_id=content_id(article_id, text),
        article_id=article_id,
        position=0,
        start=0,
        end=len(text),
        text=text,
        standalone_text=text,
        speaker=speaker,
        facts=facts_of(text, published_on, doc),
    )


def facts_of(text: str, published_on: date | None, doc: Doc) -> Facts:
    """The quantities, dates, names, negations and modals of a text, from its parse; spans count from its start.

    Dates that need the day of publication are left out where it is unknown.
    """
    if doc.text != text:
        raise ValueError(f"the parse is of another text: {doc.text[:60]!r}, not {text[:60]!r}")
    return Facts(
        quantities=tuple(quantities_in(doc)),
        dates=tuple(dates_in(doc, published_on)),
        names=tuple(names_in(doc)),
        negations=tuple(_negations_in(doc)),
        modals=tuple(_modals_in(doc)),
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
        stated = what_it_comes_after(doc)
        if stated and doc[0].lower_ in _POINTING:
            texts.append(stated.text)
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
        is_negative = is_negative or (token.lower_ == "unlikely" and token.dep_ == "acomp")
        if token.lower_ in {"not", "n't", "n’t"} and token.i + 1 < len(doc) and token.nbor(1).lower_ in _MERELY:
            continue  # "not only cheap, but also good"
        if is_negative or (token.pos_ == "VERB" and token.lemma_ in _NEGATIVE_VERBS and not _is_fall(token)):
            yield Span(start=token.idx, end=token.idx + len(token))


def _is_fall(verb: Token) -> bool:
    """Whether a verb tells that something became less: "the number declined"."""
    return verb.lemma_ == "decline" and not any(
        child.dep_ in {"xcomp", "ccomp", "auxpass"} or (child.dep_ == "dobj" and child.ent_type_ != "PERCENT")
        for child in verb.children
    )


def _modals_in(doc: Doc) -> Iterator[ModalMention]:
    """Auxiliaries ("may", "will") and verbs that take an infinitive ("plans to", "is expected to")."""
    for token in doc:
        if token.tag_ == "MD" and token.dep_ == "aux" and token.lower_ in _MODALITY_OF_AUXILIARY:
            if _is_condition(token):
                continue
            modality, verb = _MODALITY_OF_AUXILIARY[token.lower_], token.head
        elif token.lemma_ in _MODALITY_OF_VERB and _takes_infinitive(token):
            modality, verb = _MODALITY_OF_VERB[token.lemma_], token if token.pos_ == "VERB" else token.head
        else:
            continue
        yield ModalMention(
            modality=modality, span=Span(start=token.idx, end=token.idx + len(token)), is_main=_is_main(verb)
        )


def _is_condition(auxiliary: Token) -> bool:
    """Whether "should" stands for "if": "sanctions follow should the bank refuse"."""
    subjects = [child for child in auxiliary.head.children if child.dep_ in {"nsubj", "nsubjpass"}]
    is_question = auxiliary.doc[-1].text == "?" or auxiliary.doc.text.rstrip("\"”’'").endswith("?")
    is_inverted = any(auxiliary.i < subject.i for subject in subjects)
    return auxiliary.lower_ == "should" and is_inverted and not is_question


def _takes_infinitive(word: Token) -> bool:
    """Whether to a verb or adjective belongs what somebody is to do: "plans to", "likely to", "plans on closing"."""
    if word.lemma_ == "go" and word.tag_ != "VBG":  # "went on to say"
        return False
    if word.lemma_ == "set" and word.tag_ != "VBN":
        return False
    if word.pos_ == "ADJ" and (word.dep_ != "acomp" or any(child.lower_ in _COMPARING for child in word.children)):
        return False
    return word.pos_ in {"VERB", "ADJ"} and any(
        child.dep_ == "xcomp"
        or (word.lemma_ == "plan" and child.lower_ == "on" and any(one.dep_ == "pcomp" for one in child.children))
        for child in word.children
    )


def _is_main(verb: Token) -> bool:
    """Whether a verb carries its sentence, or all that somebody says in it."""
    return verb.dep_ == "ROOT" or (verb.dep_ == "ccomp" and verb.head.dep_ == "ROOT")


def _unresolved(doc: Doc, standalone_text: str) -> tuple[Span, ...]:
    """The subjects of main clauses that point elsewhere, but for one that the standalone text does without."""
    is_resolved = standalone_text != doc.text
    found = []
    for token in doc:
        is_subject = token.dep_ in {"nsubj", "nsubjpass"} and _is_main(token.head) and token.lower_ in _POINTING
        is_empty = token.lower_ == "it" and any(
            child.dep_ in {"ccomp", "xcomp", "acomp"} for child in token.head.children
        )
        is_named = is_resolved and token.head.dep_ == "ROOT"
        if is_subject and not is_empty and not is_named:
            found.append(Span(start=token.idx, end=token.idx + len(token)))
    return tuple(found)
