"""The words of one sentence that say who speaks, found in its dependency parse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.mentions import phrase_end, phrase_start
from factcheck.names import word_set
from factcheck.quotations import Quotation

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Verbs whose subject asserts what follows them. Requests and orders assert nothing and are left out.
_SPEECH = word_set(
    "say tell add claim state announce report declare explain insist argue maintain assert allege warn note remark "
    "observe reply respond answer admit acknowledge concede confirm deny reveal disclose inform testify recall repeat "
    "reiterate stress emphasise emphasize underline underscore suggest hint indicate predict estimate believe think "
    "hope fear expect write tweet post read comment caution contend boast joke complain quip lament plead vow pledge "
    "promise swear conclude agree accuse blame describe continue shout clarify mention assure opine aver"
)
_ONLY_WITH_THAT_OR_QUOTE = word_set("read post continue agree expect think answer describe shout joke promise")
_REPORTED = word_set("say report believe think allege understand rumour rumor estimate claim")
_REACTION = word_set(
    "reject dismiss condemn criticise criticize urge ask call welcome refuse thank praise apologise apologize"
)
_CUE_VERBS = _SPEECH | _REPORTED | {"quote", "cite", "make"}
_WITHOUT_THAT = frozenset({"claim", "deny", "admit", "vow", "pledge", "threaten"})
_GOES_ON_TO = frozenset({"go", "continue", "proceed"})
_SAID_TO_SOMEBODY = word_set("tell inform assure")
_DOCUMENTS = word_set("statement letter release communique communiqué post tweet message note document")
_NO_SPEAKER = word_set("this that these those which what there nothing i we you who")
_NOBODY = word_set("nobody none neither")
_HELD_WHEN_NEGATED = word_set("deny believe think expect hope fear agree predict estimate")
_SUPPOSING = frozenset({"may", "might", "could"})
_SHOWN_BY_FACTS = word_set("suggest indicate reveal")
_FACTS = word_set("it fact evidence number sign")
_NOT_A_SOURCE = word_set("plan schedule law rule constitution custom tradition need size age")
_NAMING = frozenset({"NOUN", "PROPN", "ADJ", "DET"})
_COMPLETING = frozenset({"ccomp", "xcomp", "dobj", "conj"})
_LEAST_SPEECH = 25  # characters; the “Panama Papers” are no speech
_SHORT_SPEECH = 12
_CUE_REACH = 60  # characters between a quotation and the words that say whose it is


@dataclass(frozen=True, slots=True)
class Cue:
    """The words of one sentence that name a speaker; `head` is the noun or pronoun, None where nobody is named."""

    head: Token | None
    start: int
    end: int


def cues_in(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> Iterator[Cue]:
    """The cues of a sentence, the one that governs it first."""
    near = _near(doc, offset, quotations)
    uttering = {token.i for token in doc if _is_uttering(token, offset, near)}
    verbs = [t for t in doc if (_can_be_cue(t) or t.i in uttering) and not _is_quoted(t, offset, near)]
    speech = [q for q in near if q.end - q.start >= _LEAST_SPEECH]
    quoted = {token.i for token in doc if _is_quoted(token, offset, speech)}
    for verb in sorted(verbs, key=_outermost_first):
        has_quotation = verb.i in uttering or _touches(verb, offset, near)
        cue = _reported_cue(verb) or _speech_cue(
            verb, quoted, has_quotation=has_quotation, is_uttering=verb.i in uttering
        )
        if cue:
            yield cue
    for token in doc:
        if token.lower_ == "according" and not _is_quoted(token, offset, near):
            cue = _according_cue(token)
            if cue:
                yield cue
    if named_first := _transcript_cue(doc, offset, speech):
        yield named_first


def headline_cue(doc: Doc) -> Cue | None:
    """The cue "…: X" with which a headline names its source."""
    colon = next((token for token in reversed(doc) if token.text == ":"), None)
    tail = doc[colon.i + 1 :] if colon is not None and colon.i >= 3 else None
    if not tail or len(tail) > 4 or any(token.pos_ not in _NAMING for token in tail):
        return None
    return Cue(tail.root, tail.start_char, tail.end_char)


def telling_words(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> str:
    """What a sentence says outside its quotations, where a verb there can tell who speaks; else nothing."""
    near = _near(doc, offset, quotations)
    outside = [token for token in doc if not _is_quoted(token, offset, near)] if near else []
    return " ".join(token.text for token in outside) if any(map(_can_be_cue, outside)) else ""


def _outermost_first(verb: Token) -> tuple[bool, int, int]:
    # in "The test, Ada Field said, confirmed it" the parser hangs what governs all on "confirmed"
    return verb.dep_ != "parataxis", sum(1 for _ in verb.ancestors), verb.i


def _can_be_cue(token: Token) -> bool:
    is_verb = token.pos_ in {"VERB", "AUX"} or (
        token.lower_ == "read" and any(c.dep_ == "nsubj" for c in token.children)
    )
    return is_verb and _is_one_of(token, _CUE_VERBS)  # to the parser the last word of “…,” the note read. is a noun


def _is_uttering(verb: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether any verb at all follows what it utters: “The rats are everywhere,” she sighed; “Why?” asked the mayor.

    To the parser a question ends its sentence, and in “At dawn,” he says, “it fell” the verb hangs on "fell".
    """
    speech = [q for q in quotations if q.end - q.start >= _SHORT_SPEECH and q.start <= offset]
    if verb.pos_ != "VERB" or not speech:
        return False
    if verb.dep_ == "advcl":
        return _is_one_of(verb, _SPEECH) and _follows_quotation(verb, offset, speech)
    uttered = (child for child in verb.children if child.dep_ == "ccomp" and child.i < verb.i)
    is_about_it = any(_is_quoted(child, offset, speech) for child in uttered)
    return verb.dep_ == "ROOT" and (is_about_it or _follows_quotation(verb, offset, speech))


def _follows_quotation(verb: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether the verb or its subject is the first word after a quotation."""
    first = min([verb.i, *(child.left_edge.i for child in verb.children if child.dep_ == "nsubj")])
    return any(0 <= offset + verb.doc[first].idx - quotation.end <= 1 for quotation in quotations)


def _speech_cue(verb: Token, quoted: Set[int], *, has_quotation: bool, is_uttering: bool) -> Cue | None:
    """The cue "X said", where X is no mere pointer, nor among the words `quoted`, and something is said."""
    subject = _subject(verb, quoted) or _inverted_subject(verb, quoted)
    if subject is None or subject.lower_ in _NO_SPEAKER:
        return None
    if not (is_uttering or _governs(verb, has_quotation=has_quotation)):
        return None
    if not (is_uttering or _asserts(verb, has_quotation=has_quotation) or _makes_clear(verb)):
        return None
    if _is_supposed(verb) or (not has_quotation and _is_left_unsaid(verb, subject)):
        return None
    if subject.lemma_ in _FACTS and verb.tag_ in {"VBZ", "VBP"} and _is_one_of(verb, _SHOWN_BY_FACTS):
        return None
    return _cue(_issuer(subject), verb, subject)


def _reported_cue(verb: Token) -> Cue | None:
    """The cue "is said to", "was quoted as saying", "is believed by X to", and "quoted X as saying"."""
    if verb.dep_ not in {"ROOT", "parataxis"}:
        return None
    if verb.lemma_ in {"quote", "cite"}:
        quoted = next((child for child in verb.children if child.dep_ in {"dobj", "nsubjpass"}), None)
        if quoted is not None and _says_as(quoted, verb):
            return _cue(quoted, verb, quoted)
    if not any(child.dep_ == "nsubjpass" for child in verb.children):
        return None
    if verb.lemma_ not in _REPORTED or not any(map(_is_what_is_reported, verb.children)):
        return None
    agent = next((noun for child in verb.children if child.dep_ == "agent" for noun in child.children), None)
    if agent is not None:
        return _cue(agent, verb, agent)
    passive = next((child for child in verb.children if child.dep_ == "auxpass"), verb)
    return Cue(None, passive.idx, verb.idx + len(verb))


def _is_what_is_reported(child: Token) -> bool:
    is_infinitive = any(inner.dep_ == "aux" and inner.lower_ == "to" for inner in child.children)
    return child.dep_ in {"xcomp", "ccomp"} or (child.dep_ == "advcl" and is_infinitive)


def _says_as(quoted: Token, verb: Token) -> bool:
    """Whether "as saying" or "as telling" hangs on the verb or on who is quoted."""
    return any(
        child.lower_ == "as" and any(said.dep_ == "pcomp" for said in child.children)
        for child in (*verb.children, *quoted.children)
    )


def _according_cue(token: Token) -> Cue | None:
    """The cue "according to X", unless it belongs to a subordinate clause."""
    nouns = [noun for child in token.children if child.lower_ == "to" for noun in child.children if noun.dep_ == "pobj"]
    if not nouns or nouns[0].lemma_ in _NOT_A_SOURCE:
        return None
    if token.i > 0 and any(ancestor.dep_ in {"relcl", "acl"} for ancestor in token.ancestors):
        return None
    return _cue(nouns[0], token, nouns[0])


def _transcript_cue(doc: Doc, offset: int, speech: Sequence[Quotation]) -> Cue | None:
    """The cue "X: “…”" with which a transcript names who speaks."""
    colon = next((token for token in doc if token.text == ":"), None)
    named = doc[: colon.i] if colon is not None else None
    if colon is None or not named or len(named) > 4:
        return None
    if any(token.pos_ not in _NAMING or not token.text[0].isupper() for token in named):
        return None
    after = offset + colon.idx + len(colon)
    is_followed = any(0 <= quotation.start - after <= 1 for quotation in speech)
    return Cue(named.root, named.start_char, named.end_char) if is_followed else None


def _cue(head: Token, verb: Token, named: Token) -> Cue:
    doc = head.doc
    first = min(phrase_start(named), verb.i)
    last = max(phrase_end(named) - 1, verb.i)
    return Cue(head, doc[first].idx, doc[last].idx + len(doc[last]))


def _subject(verb: Token, quoted: Set[int] = frozenset()) -> Token | None:
    """The subject of a verb, through "and" and "went on to", but none of the words `quoted`."""
    own = [child for child in verb.children if child.dep_ == "nsubj" and child.i not in quoted]
    if own:  # "TV station WXYZ said" and "ABC News’ Ada Field said" have two for the parser
        return own[-1] if own[-1].pos_ == "PROPN" and own[-1].i < verb.i else own[0]
    if _hangs_on_its_subject(verb) and verb.head.i not in quoted:
        return verb.head
    if verb.dep_ == "dep" or (verb.dep_ == "conj" and _is_one_of(verb.head, _SPEECH | _REACTION)) or _says_most(verb):
        return _subject(verb.head, quoted) if verb.head is not verb else None
    if verb.dep_ in {"xcomp", "advcl"} and verb.head.lemma_ in _GOES_ON_TO and verb.head.dep_ == "ROOT":
        return _subject(verb.head, quoted)
    return None


def _inverted_subject(verb: Token, quoted: Set[int]) -> Token | None:
    """Who speaks in “…,” tweeted the president: the parser takes him for the object.

    In "If it rains, said Ada Field, a farmer, all is lost" it takes her for the subject of the clause around.
    """
    if verb.dep_ == "parataxis" and verb.i > 1 and verb.nbor(-1).text == ",":
        around = (child for child in verb.head.children if child.dep_ == "nsubj" and child.i > verb.i)
        return next((child for child in around if child.left_edge.i == verb.i + 1), None)
    ends_speech = verb.i > 1 and verb.i - 1 in quoted and verb.doc[verb.i - 2].is_punct
    if not ends_speech or verb.lemma_ in _SAID_TO_SOMEBODY:
        return None
    objects = (child for child in verb.children if child.dep_ == "dobj" and child.left_edge.i == verb.i + 1)
    return next(objects, None)


def _governs(verb: Token, *, has_quotation: bool) -> bool:
    """Whether a verb stands on the main line of its sentence, or right beside a quotation."""
    if verb.dep_ in {"ROOT", "parataxis"} or _is_set_behind(verb) or _says_most(verb):
        return True
    if verb.dep_ == "conj":
        return _is_one_of(verb.head, _SPEECH | _REACTION) and verb.head.dep_ == "ROOT"
    if verb.dep_ in {"xcomp", "advcl"} and verb.head.lemma_ in _GOES_ON_TO:
        return bool(verb.head.dep_ == "ROOT")
    if verb.dep_ == "dep":  # what the parser makes of "Sources privy to the talks revealed"
        return verb.head.dep_ == "ROOT" and _subject(verb) is not None
    return has_quotation and (verb.dep_ not in {"relcl", "acl", "advcl"} or _hangs_on_its_subject(verb))


def _hangs_on_its_subject(verb: Token) -> bool:
    # what the parser makes of “…,” Mary Okoro, 34, recalled
    return verb.dep_ == "acl" and verb.head.pos_ == "PROPN" and verb.head.dep_ in {"npadvmod", "ROOT", "dep"}


def _says_most(verb: Token) -> bool:
    """Whether a sentence mostly tells what is said: "Ada Field met the council and said that …", "…, saying that …".

    Without its comma "saying" hangs on whatever stands before it: "Chad backed the council's move saying …".
    """
    is_saying = verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.i > 0 and verb.nbor(-1).text == ","
    if (
        not (is_saying or verb.dep_ == "conj")
        or verb.head.dep_ != "ROOT"
        or verb.i < verb.head.i
        or not _is_one_of(verb, _SPEECH)
    ):
        return False
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    said = sum(1 for clause in clauses for token in clause.subtree if not token.is_punct)
    return 2 * said >= sum(1 for token in verb.doc if not token.is_punct)


def _is_set_behind(verb: Token) -> bool:
    """Whether "…, X reported on Monday" ends a sentence, which the parser joins to its clauses as if by "and"."""
    subject = next((child for child in verb.children if child.dep_ == "nsubj" and child.i < verb.i), None)
    if verb.dep_ != "conj" or subject is None or subject.left_edge.i < 2 or not _is_one_of(verb, _SPEECH):
        return False
    before = verb.doc[subject.left_edge.i - 1]
    is_last = all(token.dep_ not in _COMPLETING for token in verb.rights)
    return is_last and before.is_punct and "," in (before.text, before.nbor(-1).text)


def _asserts(verb: Token, *, has_quotation: bool) -> bool:
    """Whether a speech verb comes with what is said: a clause, a quotation, or "of doing" after "accuse"."""
    if not _is_one_of(verb, _SPEECH):
        return False
    deps = {child.dep_ for child in verb.children}
    if verb.lemma_ in {"accuse", "blame"}:
        return "prep" in deps
    if has_quotation or verb.dep_ == "parataxis" or _is_set_behind(verb):
        return True
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    if verb.lemma_ in _ONLY_WITH_THAT_OR_QUOTE:
        return any(child.dep_ == "mark" for clause in clauses for child in clause.children)
    is_bare = "xcomp" in deps and (verb.lemma_ in _WITHOUT_THAT or verb.lemma_ == "say")
    return bool(clauses) or is_bare


def _is_one_of(verb: Token, lemmas: frozenset[str]) -> bool:
    # the lemmatiser makes "hop" of "hopes"
    return not lemmas.isdisjoint({verb.lemma_, verb.lower_.removesuffix("s"), verb.lower_.removesuffix("d")})


def _is_left_unsaid(verb: Token, subject: Token) -> bool:
    """Whether the outlet tells what was not said: "did not say how many", "no official confirmed that"."""
    first = subject.left_edge
    if first.lower_ in _NOBODY or (first.lower_ == "no" and first.dep_ == "det" and subject.pos_ != "NUM"):
        return True
    return any(child.dep_ == "neg" for child in verb.children) and not _is_one_of(verb, _HELD_WHEN_NEGATED)


def _is_supposed(verb: Token) -> bool:
    """Whether the outlet supposes that somebody says it: "critics could say", "he would have hoped"."""
    auxiliaries = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    return not auxiliaries.isdisjoint(_SUPPOSING) or auxiliaries >= {"would", "have"}


def _makes_clear(verb: Token) -> bool:
    return verb.lemma_ == "make" and any(child.lemma_ == "clear" for child in verb.children)


def _issuer(subject: Token) -> Token:
    """Who stands behind a document: X in "a statement issued by X" or "a statement from X"."""
    if subject.lemma_ not in _DOCUMENTS:
        return subject
    for token in subject.subtree:
        if token.dep_ == "pobj" and token.head.lower_ in {"by", "from"}:
            return token
    return subject


def _is_quoted(token: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    return any(q.start <= offset + token.idx < q.end for q in quotations)


def _touches(verb: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether a quotation of some length begins or ends near the verb."""
    place = offset + verb.idx
    speech = [q for q in quotations if q.end - q.start >= _SHORT_SPEECH and not _is_mere_name(q, verb, offset)]
    return any(0 <= place - q.end <= _CUE_REACH or 0 <= q.start - place <= _CUE_REACH for q in speech)


def _near(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> list[Quotation]:
    return [q for q in quotations if q.start < offset + len(doc.text) and q.end > offset]


def _is_mere_name(quotation: Quotation, verb: Token, offset: int) -> bool:
    """Whether a short quotation is one word ("wrote “Stop” on it"), or the name of a thing: a "roads for all" bill."""
    doc = verb.doc
    inside = [token.i for token in doc if _is_quoted(token, offset, [quotation]) and not token.is_punct]
    if quotation.end - quotation.start >= _LEAST_SPEECH or not inside:
        return False
    before, after = inside[0] - 2, inside[-1] + 2
    is_between = before >= 0 and after < len(doc) and doc[before].pos_ == "DET" and doc[after].pos_ == "NOUN"
    return is_between or (len(inside) == 1 and doc[inside[0]].dep_ == "dobj")
