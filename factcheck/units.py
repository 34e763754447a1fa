"""The parts of a sentence that state one thing each, where quotation marks or the parse show them clearly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from factcheck.mentions import phrase_end, phrase_start
from factcheck.names import word_set
from factcheck.quotations import quotations_in
from factcheck.records import Span, Speaker, Unit
from factcheck.sentences import sentence_spans

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LONG_WORDS = 25
"""A sentence of at most this many words is compared whole, unless it quotes several sentences."""

MOST_SHARE = 0.75
"""A part with more than this share of the words of its sentence is compared no better than the whole."""

FEWEST_WORDS = 4
MOST_UNITS = 4

LONGEST_FRAME = 8
"""A sentence says little else than what "this comes a few days after" where at most this many words are not of that."""

# What these verbs report is asserted by their subject; what is denied, doubted or hoped for is asserted by nobody.
_ASSERTING = word_set(
    "say tell add claim state announce report declare explain insist argue maintain assert allege note remark observe "
    "reply inform reveal disclose testify confirm reiterate stress emphasise emphasize recall admit acknowledge write"
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_FRAMING = frozenset({"after", "as"})
_CONCEDING = frozenset({"although", "though", "while", "whereas"})
_POINTERS = frozenset({"which", "who", "that", "what"})
_DANGLING = frozenset(
    {"it", "its", "they", "their", "he", "his", "she", "her", "this", "these", "those", "such", "both"}
)


def units_of(doc: Doc, speaker: Speaker | None) -> list[Unit]:
    """The units of a sentence from its parse, in order; none where the whole sentence is best compared as it is.

    Each sentence of a quotation of several is a unit, and so is each main clause of a long sentence, without the
    words that say whose it is; of a shorter one only what something "comes after". A clause without a subject of
    its own gets that of the clause before. What hangs on "if", "because" or a denial is no clause of its own, nor
    is one whose first word points back, or whose parts stand apart. All of them are asserted by the `speaker` of
    the sentence, who is also the "he" of what he says of himself.
    """
    words = len(str(doc.text).split())
    quoted = [unit for unit in _quoted_sentences(doc) if _is_whole(unit.text)]
    if len(quoted) > 1:
        return quoted[:MOST_UNITS]
    if "[" in doc.text:  # editors' brackets break the parse
        return []
    framed = what_it_comes_after(doc)
    if framed:
        parts = [framed]
    elif words > LONG_WORDS:
        roots = [sentence.root for sentence in doc.sents]
        parts = list(_parts_between_semicolons(doc)) or [unit for root in roots for unit in _clauses(root)]
    else:
        return []
    named = [_with_speaker_named(doc, unit, speaker) for unit in parts]
    fitting = [
        unit
        for unit in named
        if _is_whole(unit.text)
        and len(unit.text.split()) <= MOST_SHARE * words
        and unit.text.split()[0].casefold() not in _DANGLING
    ]
    return sorted(fitting, key=lambda unit: unit.span.start)[:MOST_UNITS]


def what_it_comes_after(doc: Doc) -> Unit | None:
    """What a sentence states of which it says that something comes after it, or as it happens; else nothing.

    "The move comes a day after Poland objected" states that Poland objected, and little else.
    """
    roots = [sentence.root for sentence in doc.sents]
    root = roots[0]
    if len(roots) > 1 or root.lemma_ != "come" or any(child.dep_ == "prep" for child in root.children):
        return None
    for child in root.children:
        links = [inner.i for inner in child.children if inner.dep_ == "mark" and inner.lower_ in _FRAMING]
        if child.dep_ == "advcl" and links and links[0] > root.i and _is_clause(child):
            unit = _clause(child, set(range(child.left_edge.i, links[0] + 1)))
            if unit and len(doc.text.split()) - len(unit.text.split()) <= LONGEST_FRAME:
                return unit
    return None


def _is_whole(text: str) -> bool:
    """Whether a unit has words enough to say something, and closes every mark that it opens."""
    pairs = (text.count("“") == text.count("”"), text.count("(") == text.count(")"), text.count("[") == text.count("]"))
    return len(text.split()) >= FEWEST_WORDS and all(pairs) and text.count('"') % 2 == 0


def _quoted_sentences(doc: Doc) -> Iterator[Unit]:
    """The sentences inside the quotations of a text; only where one quotation holds several."""
    for quotation in quotations_in(doc.text):
        spans = sentence_spans(doc.text, quotation.start + 1, quotation.end)
        if len(spans) < 2:
            continue
        for start, end in spans:
            trimmed = _trimmed(doc, start, end)
            if trimmed and any(_is_clause(token) for token in trimmed):
                yield _unit(doc, trimmed[0].i, trimmed[-1].i + 1)


def _parts_between_semicolons(doc: Doc) -> Iterator[Unit]:
    marks = [token for token in doc if token.text == ";"]
    edges = [0, *(mark.i + 1 for mark in marks), len(doc)]
    for first, last in pairwise(edges) if marks else ():
        part = _trimmed(doc, doc[first].idx, doc[last - 1].idx + len(doc[last - 1])) if first < last else []
        heads = [token for token in part if token.dep_ == "ROOT" or token.head not in part]
        if any(map(_is_clause, heads)):
            yield _unit(doc, part[0].i, part[-1].i + 1)


def _clauses(root: Token) -> Iterator[Unit]:
    """The main clauses under the root of a parse; of a sentence that reports speech those of what is said."""
    reported = _reported(root)
    if reported is None and _is_reporting(root):
        return
    heads = list(_coordinated(reported or root))
    if any(map(_is_misjoined, heads)):
        return
    for head in heads:
        others = {token.i for other in heads if head.is_ancestor(other) for token in other.subtree}
        unit = None if _is_afterthought(head) else _clause(head, others)
        if unit:
            yield unit


def _is_reporting(root: Token) -> bool:
    return root.lemma_ in _ASSERTING and any(child.dep_ in {"ccomp", "parataxis"} for child in root.children)


def _reported(root: Token) -> Token | None:
    """The head of what the root reports, if it asserts it: not "did not say that" nor "might say that"."""
    if root.lemma_ not in _ASSERTING or any(child.dep_ == "neg" or child.tag_ == "MD" for child in root.children):
        return None
    clauses = [child for child in root.children if child.dep_ == "ccomp" and _is_clause(child)]
    return clauses[0] if len(clauses) == 1 else None


def _coordinated(head: Token) -> Iterator[Token]:
    """A clause, the clauses joined to it by "and" or "but", and those it is set against by "although" or "while".

    What is conceded goes with what it is set against: without "it did not", "although he was asked to" misleads.
    """
    if _is_clause(head) or (head.dep_ == "conj" and _subject(head) is not None):
        yield head
    for child in head.children:
        if child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"} and _is_finite(child):
            yield from _coordinated(child)
        marks = {inner.lower_ for inner in child.children if inner.dep_ == "mark"}
        if child.dep_ == "advcl" and marks & _CONCEDING and _is_clause(child) and not _is_dangling(head):
            yield child


def _is_misjoined(head: Token) -> bool:
    """Whether the parser joins a verb without a subject to others, with no "and" or comma before it.

    In "smoke rose as shots and cries could be heard" it takes the smoke for what could be heard.
    """
    if head.dep_ != "conj" or any(child.dep_ in _SUBJECTS for child in head.children) or head.left_edge.i == 0:
        return False
    before = head.left_edge.nbor(-1)
    return before.pos_ in {"NOUN", "PROPN", "PRON", "NUM"}


def _is_afterthought(head: Token) -> bool:
    """Whether a joined clause only tells who speaks: "…, the Courier reported on Monday"."""
    deps = {child.dep_ for child in head.children}
    return head.dep_ == "conj" and head.lemma_ in _ASSERTING and "nsubj" in deps and not deps & {"ccomp", "dobj"}


def _clause(head: Token, others: set[int]) -> Unit | None:
    """The words of a clause without those of `others`, if they stand together."""
    doc = head.doc
    own = sorted(token.i for token in head.subtree if token.i not in others)
    while own and _is_edge(doc[own[0]], head):
        own.pop(0)
    while own and (doc[own[-1]].is_punct or doc[own[-1]].is_space or doc[own[-1]].dep_ == "cc"):
        own.pop()
    if not own or own != list(range(own[0], own[-1] + 1)):
        return None
    subject = _subject(head)
    if subject is None or subject.lower_ in _POINTERS:
        return None
    before = ""
    if subject.i not in own:
        before = doc[phrase_start(subject) : phrase_end(subject)].text
    return _unit(doc, own[0], own[-1] + 1, before=before)


def _is_edge(token: Token, head: Token) -> bool:
    is_even = token.lower_ == "even" and token.i + 1 < len(token.doc) and token.nbor().dep_ == "mark"
    is_link = is_even or (token.dep_ in {"cc", "mark"} and (token.head == head or token.head.dep_ == "conj"))
    return bool(token.is_punct or token.is_space or is_link)


def _subject(head: Token) -> Token | None:
    own = next((child for child in head.children if child.dep_ in _SUBJECTS), None)
    if own is not None or head.dep_ != "conj":
        return own
    return _subject(head.head)


def _is_dangling(head: Token) -> bool:
    subject = _subject(head)
    return subject is None or subject.lower_ in _DANGLING


def _is_clause(token: Token) -> bool:
    return token.pos_ in {"VERB", "AUX"} and _is_finite(token) and any(c.dep_ in _SUBJECTS for c in token.children)


def _is_finite(verb: Token) -> bool:
    auxiliaries = [child for child in verb.children if child.dep_ in {"aux", "auxpass"}]
    return verb.tag_ in _FINITE or any(child.tag_ in _FINITE for child in auxiliaries)


def _with_speaker_named(doc: Doc, unit: Unit, speaker: Speaker | None) -> Unit:
    """The unit, with a named speaker for the "he" or "she" that it begins with, right behind his "said that"."""
    pronoun = doc.char_span(unit.span.start, unit.span.start + unit.text.find(" "))
    if speaker is None or pronoun is None or len(pronoun) != 1 or pronoun[0].lower_ not in {"he", "she"}:
        return unit
    verb = pronoun[0].head.head
    is_his = verb.lemma_ in _ASSERTING and speaker.cue.start <= verb.idx < speaker.cue.end
    if not is_his or not speaker.name[:1].isupper():
        return unit
    return Unit(span=unit.span, text=speaker.name + unit.text[len(pronoun.text) :])


def _trimmed(doc: Doc, start: int, end: int) -> Sequence[Token]:
    tokens = [token for token in doc if start <= token.idx and token.idx + len(token) <= end]
    while tokens and (tokens[0].is_punct or tokens[0].is_space or tokens[0].dep_ == "cc"):
        tokens.pop(0)
    while tokens and (tokens[-1].is_punct or tokens[-1].is_space):
        tokens.pop()
    return tokens


def _unit(doc: Doc, first: int, last: int, *, before: str = "") -> Unit:
    part = doc[first:last]
    text = f"{before} {part.text}" if before else part.text
    return Unit(span=Span(start=part.start_char, end=part.end_char), text=text[:1].upper() + text[1:] + ".")
