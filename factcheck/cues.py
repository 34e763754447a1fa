"""The words of one sentence that say who speaks, found in its dependency parse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.mentions import phrase_end, phrase_start
from factcheck.names import word_set
from factcheck.quotations import LEAST_SPEECH, SHORT_SPEECH, Quotation, is_quoted, quotations_near, touches

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Verbs whose subject asserts what follows them. Requests and orders assert nothing and are left out.
_SPEECH = word_set(
    "say tell add claim state announce report declare explain insist argue maintain assert allege warn note remark "
    "observe reply respond answer admit acknowledge concede confirm deny reveal disclose inform testify recall repeat "
    "reiterate stress emphasise emphasize underline underscore suggest hint indicate predict estimate believe think "
    "hope fear expect write tweet post read comment caution contend boast joke complain quip lament plead vow pledge "
    "promise swear conclude agree accuse blame describe continue shout clarify mention assure opine aver point doubt "
    "email confess"
)
_ONLY_WITH_THAT_OR_QUOTE = word_set("read post continue agree expect answer describe shout joke promise")
_REPORTED = word_set("say report believe think allege understand rumour rumor estimate claim")
_REACTION = word_set(
    "reject dismiss condemn criticise criticize urge ask call welcome refuse decline thank praise apologise apologize "
    "attack blast slam assail denounce defend mock oppose"
)
_CUE_VERBS = _SPEECH | _REPORTED | {"quote", "cite", "make", "put"}
_WITHOUT_THAT = frozenset({"claim", "deny", "admit", "vow", "pledge", "threaten"})
_GOES_ON_TO = frozenset({"go", "continue", "proceed"})
_TURNS_TO = frozenset({"take", "use"})  # to Twitter, the speech
_COMMENTING = word_set("say put note explain argue write observe tell report")
_SAID_TO_SOMEBODY = word_set("tell inform assure")
_DOCUMENTS = word_set("statement letter release communique communiqué post tweet message note document testimony memo")
_SOURCES = word_set("source official report filing poll study")
_DENIED = word_set("allegation accusation claim charge report rumour rumor involvement wrongdoing")
_WORDS_OF = word_set(
    "message answer response reply reaction verdict conclusion advice warning point argument view word"
)
_NO_SPEAKER = word_set("this that these those which what there nothing i we you who")
_NOBODY = word_set("nobody none neither")
_HELD_WHEN_NEGATED = word_set("deny doubt believe think expect hope fear agree predict estimate")
_SUPPOSING = frozenset({"may", "might", "could"})
_SHOWN_BY_FACTS = word_set("suggest indicate reveal")
_FACTS = word_set("it fact evidence number sign")
_NOT_A_SOURCE = word_set("plan schedule law rule constitution custom tradition need size age")
NAMING = frozenset({"NOUN", "PROPN", "ADJ", "DET"})
_COMPLETING = frozenset({"ccomp", "xcomp", "dobj", "conj"})


@dataclass(frozen=True, slots=True)
class Cue:
    """The words of one sentence that name a speaker; `head` is the noun or pronoun, None where nobody is named."""

    head: Token | None
    start: int
    end: int


def cues_in(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> Iterator[Cue]:
    """The cues of a sentence, the one that governs it first."""
    near = quotations_near(doc, offset, quotations)
    uttering = {token.i for token in doc if _is_uttering(token, offset, near)}
    verbs = [t for t in doc if (_can_be_cue(t) or t.i in uttering) and not is_quoted(t, offset, near)]
    speech = [q for q in near if q.end - q.start >= LEAST_SPEECH]
    quoted = {token.i for token in doc if is_quoted(token, offset, speech)}
    for verb in sorted(verbs, key=_outermost_first):
        has_quotation = verb.i in uttering or touches(verb, offset, near)
        cue = _reported_cue(verb) or _speech_cue(
            verb, quoted, has_quotation=has_quotation, is_uttering=verb.i in uttering
        )
        if cue:
            yield cue
    for token in doc:
        if token.lower_ in {"according", "per"} and not is_quoted(token, offset, near):
            cue = _according_cue(token) if token.lower_ == "according" else _per_cue(token)
            if cue:
                yield cue
    if named_first := _transcript_cue(doc, offset, speech) or _announcing_cue(doc, offset, speech):
        yield named_first


def telling_words(doc: Doc, offset: int, quotations: Sequence[Quotation]) -> str:
    """What a sentence says outside its quotations, where a verb there can tell who speaks; else nothing."""
    near = quotations_near(doc, offset, quotations)
    outside = [token for token in doc if not is_quoted(token, offset, near)] if near else []
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
    speech = [q for q in quotations if q.end - q.start >= SHORT_SPEECH and q.start <= offset]
    if verb.pos_ != "VERB" or not speech:
        return False
    if verb.dep_ != "ROOT":
        return _is_one_of(verb, _SPEECH) and _follows_quotation(verb, offset, speech)
    uttered = (child for child in verb.children if child.dep_ == "ccomp" and child.i < verb.i)
    is_about_it = any(is_quoted(child, offset, speech) for child in uttered)
    return is_about_it or _follows_quotation(verb, offset, speech)


def _follows_quotation(verb: Token, offset: int, quotations: Sequence[Quotation]) -> bool:
    """Whether the verb or its subject is the first word after a quotation."""
    first = min([verb.i, *(child.left_edge.i for child in verb.children if child.dep_ == "nsubj")])
    return any(0 <= offset + verb.doc[first].idx - quotation.end <= 1 for quotation in quotations)


def _speech_cue(verb: Token, quoted: Set[int], *, has_quotation: bool, is_uttering: bool) -> Cue | None:
    """The cue "X said", where X is no mere pointer, nor among the words `quoted`, and something is said."""
    subject = _subject(verb, quoted) or _inverted_subject(verb, quoted, is_uttering=is_uttering)
    if subject is None or not _NO_SPEAKER.isdisjoint({subject.lower_, verb.doc[phrase_end(subject) - 1].lower_}):
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
    return _cue(_issuer(nouns[0]), token, nouns[0])


def _per_cue(token: Token) -> Cue | None:
    """The cue ", per the Daily Courier" or ", per a memo": two dollars "per person" are something else."""
    source = next((child for child in token.children if child.dep_ == "pobj"), None)
    is_set_off = token.i == 0 or token.nbor(-1).is_punct
    if source is None or not is_set_off or not (source.pos_ == "PROPN" or source.lemma_ in _DOCUMENTS | _SOURCES):
        return None
    return _cue(_issuer(source), token, source)


def _transcript_cue(doc: Doc, offset: int, speech: Sequence[Quotation]) -> Cue | None:
    """The cue "X: “…”" with which a transcript names who speaks."""
    colon = next((token for token in doc if token.text == ":"), None)
    named = doc[: colon.i] if colon is not None else None
    if colon is None or not named or len(named) > 4:
        return None
    if any(token.pos_ not in NAMING or not token.text[0].isupper() for token in named):
        return None
    after = offset + colon.idx + len(colon)
    is_followed = any(0 <= quotation.start - after <= 1 for quotation in speech)
    return Cue(named.root, named.start_char, named.end_char) if is_followed else None


def _announcing_cue(doc: Doc, offset: int, speech: Sequence[Quotation]) -> Cue | None:
    """The cue "She went further: “…”" or "Okoro's answer was simple: “…”", where a quotation ends the sentence."""
    ends = [q.start - offset for q in speech if q.end >= offset + len(doc.text) - 1]
    colon = next((t for t in doc if t.text == ":" and any(0 < start - t.idx <= 4 for start in ends)), None)
    before = doc[: colon.i] if colon is not None else ()
    for verb in before:
        if verb.pos_ not in {"VERB", "AUX"} or not (verb.dep_ == "ROOT" or verb.head.i >= len(before)):
            continue
        if any(_can_be_cue(token) for token in before[verb.i + 1 :]):  # "He wept, prompting Ada Field to say: …"
            return None
        subjects = (child for child in verb.children if child.dep_ == "nsubj" and child.i < verb.i)
        for subject in subjects:
            owners = (child for child in subject.children if child.dep_ == "poss" and child.pos_ == "PROPN")
            owner = next(owners, None) if subject.lemma_ in _WORDS_OF else None
            if owner or subject.ent_type_ == "PERSON" or subject.lower_ in {"he", "she"}:
                return _cue(owner or subject, verb, subject)
    return None


def _cue(head: Token, verb: Token, named: Token) -> Cue:
    doc = head.doc
    first = min(phrase_start(named), verb.i)
    last = max(phrase_end(named) - 1, verb.i)
    return Cue(head, doc[first].idx, doc[last].idx + len(doc[last]))


def _subject(verb: Token, quoted: Set[int] = frozenset()) -> Token | None:
    """The subject of a verb, through "and" and "went on to", but none of the words `quoted`."""
    own = [child for child in verb.children if child.dep_ == "nsubj" and child.i not in quoted]
    if len(own) > 1 and own[-1].left_edge.i == verb.i + 1 and verb.nbor(-1).text == ",":
        return own[-1]  # "… with Ada Field, the mayor, said Okoro"
    if own:  # "TV station WXYZ said" and "ABC News’ Ada Field said" have two for the parser
        is_owned = own[-1].i < verb.i or any(child.dep_ == "case" for child in own[0].children)
        return _named_without_comma(own[-1] if own[-1].pos_ == "PROPN" and is_owned else own[0])
    if _hangs_on_its_subject(verb) and verb.head.i not in quoted:
        return verb.head
    if verb.dep_ == "ROOT" and verb.i > 1 and verb.nbor(-1).text == "," and verb.nbor(-2).dep_ == "appos":
        return verb.nbor(-2)  # "In an interview with the Courier, the author, Ada Field, denied …"
    if verb.dep_ == "dep" or (verb.dep_ == "conj" and _is_one_of(verb.head, _SPEECH | _REACTION)):
        return _subject(verb.head, quoted) if verb.head is not verb else None
    main = _told_beside(verb)
    if main is not None and _says_most(verb):
        return _subject(main, quoted)
    if verb.dep_ in {"xcomp", "advcl"} and verb.head.lemma_ in _GOES_ON_TO and verb.head.dep_ == "ROOT":
        return _subject(verb.head, quoted)
    return None


def _named_without_comma(subject: Token) -> Token:
    # to the parser "Senate Leader Ada Field" may be a Senate Leader, Ada Field
    named = next((c for c in subject.rights if c.dep_ == "appos" and c.pos_ == "PROPN"), subject)
    is_next = not any(token.is_punct for token in subject.doc[subject.i + 1 : named.left_edge.i])
    return named if subject.pos_ == "PROPN" and is_next else subject


def _inverted_subject(verb: Token, quoted: Set[int], *, is_uttering: bool) -> Token | None:
    """Who speaks in “…,” tweeted the president: the parser takes him for the object.

    In "If it rains, said Ada Field, a farmer, all is lost" it takes her for the subject of the clause around.
    """
    if verb.dep_ == "parataxis" and verb.i > 1 and verb.nbor(-1).text == ",":
        around = (child for child in verb.head.children if child.dep_ == "nsubj" and child.i > verb.i)
        return next((child for child in around if child.left_edge.i == verb.i + 1), None)
    is_behind = verb.i > 1 and (verb.i - 1 in quoted or (is_uttering and verb.nbor(-1).is_quote))
    ends_speech = is_behind and verb.doc[verb.i - 2].is_punct
    if not ends_speech or verb.lemma_ in _SAID_TO_SOMEBODY:
        return None
    objects = (child for child in verb.children if child.dep_ in {"dobj", "attr"} and child.left_edge.i == verb.i + 1)
    return next(objects, None)


def _governs(verb: Token, *, has_quotation: bool) -> bool:
    """Whether a verb stands on the main line of its sentence, or right beside a quotation."""
    if verb.dep_ in {"ROOT", "parataxis"} or _is_set_behind(verb) or _says_most(verb) or _is_comment(verb):
        return True
    if verb.dep_ == "conj":
        has_own_subject = verb.head.dep_ == "conj" and any(child.dep_ == "nsubj" for child in verb.head.children)
        return _is_one_of(verb.head, _SPEECH | _REACTION) and (verb.head.dep_ == "ROOT" or has_own_subject)
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

    Beside another verb of speech, or a statement that is issued, it need not be most: "Okoro denied it, saying that …".
    """
    main = _told_beside(verb)
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    if main is None or not clauses or not _is_one_of(verb, _SPEECH):
        return False
    is_issued = any(child.dep_ == "dobj" and child.lemma_ in _DOCUMENTS for child in main.children)
    if verb.dep_ != "conj" and (is_issued or verb.tag_ == "VB" or _is_one_of(main, _SPEECH | _REACTION)):
        return True
    said = sum(1 for clause in clauses for token in clause.subtree if not token.is_punct)
    return 2 * said >= sum(1 for token in verb.doc if not token.is_punct)


def _told_beside(verb: Token) -> Token | None:
    """The main verb whose subject also says what follows: of "and said", ", saying", "by saying", "used it to say".

    Without its comma "saying" hangs on whatever stands before it: "Chad backed the council's move saying …".
    """
    head, is_after_comma = verb.head, verb.i > 0 and verb.nbor(-1).text == ","
    is_issued = verb.dep_ == "acl" and verb.tag_ == "VBG" and head.lemma_ in _DOCUMENTS and head.dep_ == "dobj"
    if is_issued or (verb.dep_ == "pcomp" and head.lower_ == "by"):
        head = head.head
        return head if head.dep_ == "ROOT" else None
    is_aimed = verb.dep_ in {"advcl", "xcomp"} and head.lemma_ in _TURNS_TO and verb.tag_ == "VB"
    is_saying = verb.dep_ == "advcl" and verb.tag_ == "VBG" and (is_after_comma or _is_one_of(head, _SPEECH))
    is_told = is_aimed or is_saying or verb.dep_ == "conj"
    return head if is_told and head.dep_ == "ROOT" and head.i < verb.i else None


def _is_comment(verb: Token) -> bool:
    """Whether somebody's words are set into the sentence: "as Okoro explained in a letter", "as she put it"."""
    if verb.dep_ != "advcl" or verb.lemma_ not in _COMMENTING:
        return False
    is_open = all(c.lower_ != "they" and (c.dep_ not in _COMPLETING or c.lower_ == "it") for c in verb.children)
    first, after = verb.left_edge, verb.right_edge.i + 1
    begins = first.i == 0 or first.nbor(-1).text == "," or first.nbor(-1).i == 0
    is_set_off = any(token.text == "," for token in (*verb.rights, *verb.doc[after : after + 1]))
    return is_open and begins and is_set_off and first.lower_ == "as"


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
        return _is_comment(verb)
    deps = {child.dep_ for child in verb.children}
    if verb.lemma_ == "point" and "prt" not in deps:  # "point out that"; to "point to" something is to say nothing
        return False
    if verb.lemma_ in {"accuse", "blame"}:
        return "prep" in deps
    is_denial = verb.lemma_ == "deny" and any(c.dep_ == "dobj" and c.lemma_ in _DENIED for c in verb.children)
    if is_denial or has_quotation or verb.dep_ == "parataxis" or _is_set_behind(verb) or _is_comment(verb):
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
    for token in subject.doc[subject.left_edge.i :]:
        is_its_own = token.head.i == subject.i + 1 or subject in token.ancestors
        if token.dep_ == "pobj" and token.head.lower_ in {"by", "from"} and is_its_own:
            return token
    return subject
