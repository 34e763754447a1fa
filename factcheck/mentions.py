"""Who is meant by a surname, a title or a pronoun, in one article and by small rules only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from factcheck.names import (
    COMMON_LAST_WORDS,
    PRONOUNS,
    TITLES,
    TITLES_BEFORE_TITLES,
    known_bodies,
    normal_name,
    same_name,
    without_titles,
    word_set,
)
from factcheck.quotations import quotations_in
from factcheck.records import Speaker

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_ATTACHED = frozenset({"det", "amod", "compound", "poss", "nummod", "nmod", "quantmod", "predet", "advmod"})
_LINKS = frozenset({"of", "for", "in", "at", "from", "with"})
_RANKS = frozenset({"vice", "deputy", "former", "acting", "ex-president", "ex-minister"})
_HONORIFICS = {"mr": "he", "lord": "he", "king": "he", "prince": "he"} | dict.fromkeys(
    ("mrs", "ms", "miss", "lady", "queen", "princess"), "she"
)
_HUMAN = TITLES | word_set(
    "official source witness aide diplomat resident lawyer doctor expert analyst scientist researcher teacher activist "
    "man woman boy girl father mother brother sister son daughter wife husband neighbour neighbor relative friend "
    "victim survivor driver pilot author student farmer journalist reporter editor critic coach player prosecutor "
    "detective worker nurse passenger tourist villager lawmaker politician candidate executive ceo boss owner founder "
    "head commissioner soldier militant rebel suspect insider observer economist historian veteran person officer "
    "actor actress singer"
)

_BEFORE_TITLES = word_set("u.s. us uk assistant associate senior")
_ROLES = (_HUMAN - TITLES) | {"chief"}


@dataclass(slots=True)
class Cast:
    """The persons of one article with their titles, and whom a pronoun can mean at the point reached.

    `spoken` are the speakers so far, latest last. `eligible` are they and the persons whom sentences of the
    outlet were about; an empty name stands for a sentence after which "he" could be anybody.
    `pronouns` are the ones that have stood for a person, `silent` counts the sentences since somebody spoke.
    """

    persons: dict[str, set[str]] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)
    eligible: list[str] = field(default_factory=list)
    pronouns: dict[str, str] = field(default_factory=dict)
    silent: int = 0

    def hear(self, speaker_name: str | None, doc: Doc) -> None:
        """Take in the next sentence of the article, and who asserts it."""
        if speaker_name is not None:
            self.spoken.append(speaker_name)
            self.eligible.append(speaker_name)
            self.silent = 0
            return
        self.silent += 1
        person = _subject_person(doc, self) or _subject_role(doc) or _central_person(doc, self)
        known = {word for name in self.persons for word in name.replace("-", " ").split()}
        if person is not None or any(token.ent_type_ == "PERSON" or token.text in known for token in doc):
            self.eligible.append(person or "")

    def fullest(self, name: str) -> str:
        """The longest form of a person's name in the article; the name itself where two persons could be meant."""
        forms = [person for person in self.persons if same_name(person, name) or name in person.split()]
        longest = max(forms, key=lambda form: len(form.split()), default=name)
        return longest if all(same_name(form, longest) for form in forms) else name

    def is_person(self, name: str) -> bool:
        """Whether the article shows the name to be a person's."""
        return any(same_name(person, name) or name in person.split() for person in self.persons)

    def titles_of(self, name: str) -> set[str]:
        """The title words that stand before any form of the name."""
        return {title for person, titles in self.persons.items() if same_name(person, name) for title in titles}


def cast_of(docs: Sequence[Doc]) -> Cast:
    """The persons named in an article, from the parses of its sentences."""
    cast = Cast()
    heads = [token for doc in docs for token in doc if token.pos_ == "PROPN" and token.dep_ != "compound"]
    for token in heads:
        words = _compound_words(token)
        bare = _own_words(words)
        titles = {word.casefold().strip(".") for word in words[: len(words) - len(bare)]} & TITLES
        has_role = any(child.dep_ == "compound" and child.text in _ROLES for child in token.children)  # "coach Ann Lee"
        is_shown = bool(titles - TITLES_BEFORE_TITLES) or has_role or _is_tagged_person(token, len(bare))
        if is_shown and bare[0][:1].isupper() and bare[-1].casefold() not in TITLES and token.tag_ != "NNPS":
            cast.persons.setdefault(" ".join(bare), set()).update(titles)
    surnames = {person.split()[-1] for person in cast.persons}
    for token in heads:  # the full name of "Mr Qureshi", which the parser may take for a company
        words = _own_words(_compound_words(token))
        if len(words) > 1 and words[-1] in surnames and _looks_like_person(words):
            cast.persons.setdefault(" ".join(words), set())
    return cast


def name_of(head: Token, cast: Cast) -> str:
    """The speaker's name as the article knows it best, for the noun or pronoun that names him.

    "He" and "she" are the last speaker, or the person whom the outlet has made its subject since; "it" and "they" are
    the last speaker, if no person, at most one sentence of the outlet later. Where that leaves nobody the pronoun
    itself is the name.
    A title ("the foreign minister") is the last named speaker where he bears it.
    """
    if head.lower_ in PRONOUNS and head.pos_ == "PRON":
        return _pronoun_name(head.lower_, cast) or str(head.lower_)
    head = _apposed_name(head) or head
    words = _compound_words(head)
    start, end = phrase_start(head), phrase_end(head)
    if head.pos_ == "PROPN":
        joined = [child.i + 1 for child in head.children if child.dep_ == "conj" and child.pos_ == "PROPN"]
        name = " ".join(_own_words(words))
        if cast.is_person(name) and not joined:
            return cast.fullest(name)
        start = next(token.i for token in head.doc[start : head.i + 1] if token.pos_ in {"PROPN", "DET"})
        end = max([end, *joined])
    phrase = head.doc[start:end]
    if cast.is_person(phrase.text) and head.text in cast.fullest(phrase.text).split():
        return cast.fullest(phrase.text)
    return _titled_person(head, cast) or _lowered(phrase.text, phrase[0])


def _apposed_name(head: Token) -> Token | None:
    """The name in "a spokesman for the army, David Mensah" and in "news agency dpa"."""
    is_member = head.ent_type_ == "NORP" and head.tag_ == "NNP"  # "the top Republican, Ada Field"
    if head.pos_ != "NOUN" and head.lower_ not in _ROLES and not is_member:  # "the Apple CEO, Tim Cook"
        return None
    for token in head.rights:
        for apposed in (token, *token.children, *(inner for child in token.children for inner in child.children)):
            is_set_off = apposed.ent_type_ == "PERSON" and (is_member or head.lower_ in _HUMAN)
            is_next = apposed.left_edge.i == head.i + 1
            if apposed.dep_ == "appos" and apposed.pos_ == "PROPN" and (is_set_off or is_next):
                return apposed
    return None


def phrase_start(head: Token) -> int:
    """The token with which the noun phrase of a head begins."""
    start = head.i
    for token in reversed(list(head.lefts)):
        if token.dep_ in _ATTACHED and token.right_edge.i >= start - 2 and '"' not in token.text:
            start = token.left_edge.i
    return int(start)


def phrase_end(head: Token) -> int:
    """The token after the noun phrase of a head: a number, "of", "for", "in" belong to it, relative clauses do not."""
    end = head.i + 1
    for token in head.rights:
        if token.dep_ == "nummod" and token.i == end:  # "Flight 175"
            end += 1
            continue
        is_link = token.dep_ == "prep" and token.lower_ in _LINKS and token.i == end
        if not is_link or any(inner.ent_type_ in {"DATE", "TIME"} for inner in token.subtree):
            break
        if any(inner.dep_ in {"relcl", "acl", "advcl", "punct"} for inner in token.subtree):
            break
        end = token.right_edge.i + 1
    return int(end)


def standalone_text(doc: Doc, speaker: Speaker | None, before: Doc | None, cast: Cast) -> str:
    """The text with "he" or "she" as subject of its main clause replaced by who is meant, else unchanged.

    Two rules, both wary: a pronoun in the cue of the `speaker` (counted from the start of the text) is the speaker;
    in a sentence of the outlet it is the subject of the sentence before, if that is a person's name and the only
    person there. Everything else stays unresolved, above all what is quoted.
    """
    pronoun = _main_pronoun(doc)
    if pronoun is None:
        return str(doc.text)
    if speaker is not None:
        is_speaking = speaker.cue.start <= pronoun.idx < speaker.cue.end and speaker.name not in PRONOUNS
        meant = speaker.name if is_speaking else None
    else:
        meant = _subject_person(before, cast) if before is not None else None
    if meant is None or not _agrees(pronoun.lower_, meant, cast):
        return str(doc.text)
    if pronoun.i == 0 or pronoun.text[0].isupper():
        meant = meant[0].upper() + meant[1:]
    end, verb = pronoun.idx + len(pronoun), _full_verb(pronoun)
    if verb is None:
        return str(doc.text)
    if verb:
        end += len(doc[pronoun.i + 1])
    return str(doc.text[: pronoun.idx] + meant + verb + doc.text[end:])


def _full_verb(pronoun: Token) -> str | None:
    """The verb of "he's", "she'd" and "he'll", in full behind a space; nothing where none hangs on the pronoun.

    "Field's narrowing the gap" would be about a gap of Field's. None: to the parser "she's seen it all" is a passive,
    as "she's named the winner" is, so that it could be "is" or "has".
    """
    if pronoun.i + 1 == len(pronoun.doc):
        return ""
    short = pronoun.nbor()
    beside = {child.dep_ for child in short.head.children} | {child.lower_ for child in short.head.children}
    is_perfect = "been" in beside | {short.head.lower_} or (short.dep_ == "aux" and short.head.tag_ == "VBN")
    if short.dep_ == "auxpass" and not is_perfect and not beside.isdisjoint({"dobj", "ccomp"}):
        return None
    full = {"s": "has" if is_perfect else "is", "d": "had" if is_perfect else "would", "ll": "will"}
    verb = full.get(short.lower_[1:]) if short.text[0] in "'’" else None
    return f" {verb}" if verb else ""


def _main_pronoun(doc: Doc) -> Token | None:
    quotations = quotations_in(doc.text)
    found = [token for token in doc if token.lower_ in {"he", "she"} and token.dep_ in {"nsubj", "nsubjpass"}]
    own = [token for token in found if not any(q.start <= token.idx < q.end for q in quotations)]
    return next((token for token in own if token.head.dep_ == "ROOT"), None)


def _subject_person(doc: Doc, cast: Cast) -> str | None:
    """The person who is the subject of a sentence, if no other person is named in it."""
    subjects = [token for token in doc if token.dep_ in {"nsubj", "nsubjpass"} and token.head.dep_ == "ROOT"]
    if len(subjects) != 1 or subjects[0].pos_ != "PROPN":
        return None
    words = _own_words(_compound_words(subjects[0]))
    parts = {part for word in words for part in (word, *word.split("-"), "-")}
    known = {person.split()[-1] for person in cast.persons}
    others = [token for token in doc if token.pos_ == "PROPN" and token.text not in parts]
    is_alone = not any(
        token.ent_type_ == "PERSON" or (token.text in known and _role_beside_verb(token) == "dobj") for token in others
    )
    name = " ".join(words)
    return cast.fullest(name) if cast.is_person(name) and is_alone else None


def _subject_role(doc: Doc) -> str | None:
    """The human being who is the subject of a sentence without a name: "the governor"."""
    for token in doc:
        is_subject = token.dep_ in {"nsubj", "nsubjpass"} and token.head.dep_ == "ROOT" and token.tag_ == "NN"
        if is_subject and token.lower_ in _HUMAN:
            phrase = doc[phrase_start(token) : token.i + 1]
            return _lowered(phrase.text, phrase[0])
    return None


def _central_person(doc: Doc, cast: Cast) -> str | None:
    """Whom a sentence is about: its subject; the only person, if they spoke last or the main verb is done to them.

    Beside another person whom the main verb links with the subject ("Ada Field met John Lee") it is nobody; whom the
    sentence names deeper down ("John Lee's plan") does not count, nor does who stands alone beside a "he" or "she".
    """
    heads = [token for token in doc if token.pos_ == "PROPN" and token.dep_ not in {"compound", "poss"}]
    named = {token: " ".join(_own_words(_compound_words(token))) for token in heads}
    persons = {
        token: cast.fullest(name)
        for token, name in named.items()
        if cast.is_person(name) or token.ent_type_ == "PERSON"
    }
    if persons and set(persons.values()) == set(cast.spoken[-1:]):
        return cast.spoken[-1]
    linked = {token: name for token, name in persons.items() if _role_beside_verb(token)}
    if len(set(linked.values())) != 1:
        return None
    token, name = next(iter(linked.items()))
    is_sure = " " in name or bool(cast.titles_of(name))  # one word may be no person but for the parser
    is_joined = token.dep_ == "conj" or any(child.dep_ == "conj" for child in token.children)
    is_subject = _role_beside_verb(token) in {"nsubj", "nsubjpass"} and not is_joined
    is_alone = set(persons.values()) == {name} and not any(other.lower_ in {"he", "she"} for other in doc)
    is_done_to = is_alone and _role_beside_verb(token) in {"dobj", "agent"}
    return name if is_sure and (is_subject or is_done_to) else None


def _role_beside_verb(token: Token) -> str:
    """As what a noun, an apposition or one of several joined by "and" hangs on the main verb; "" where it does not."""
    while token.dep_ in {"appos", "conj"}:
        token = token.head
    if token.dep_ == "pobj":
        token = token.head
    return str(token.dep_) if token.head.dep_ == "ROOT" and token.dep_ != "ROOT" else ""


def _agrees(pronoun: str, name: str, cast: Cast) -> bool:
    said = {_HONORIFICS[title] for title in cast.titles_of(name) if title in _HONORIFICS}
    return (not said or said == {pronoun}) and cast.pronouns.get(name, pronoun) == pronoun


def _pronoun_name(pronoun: str, cast: Cast) -> str | None:
    if pronoun in {"it", "they"}:
        last = cast.spoken[-1] if cast.spoken and cast.silent <= 1 else None
        return last if last is not None and not cast.is_person(last) else None
    for name in reversed(cast.eligible):
        if not name:
            return None
        words = name.split()
        is_human = cast.is_person(name) or not _HUMAN.isdisjoint(name.casefold().split()) or _looks_like_person(words)
        if is_human and _agrees(pronoun, name, cast):
            cast.pronouns[name] = pronoun
            return name
    return None


def _titled_person(head: Token, cast: Cast) -> str | None:
    """The last named speaker, if a definite phrase repeats his title: "the minister", "Pakistan's foreign minister"."""
    words = {token.lower_ for token in head.doc[phrase_start(head) : head.i + 1]}
    is_definite = "the" in words or any(child.dep_ == "poss" for child in head.children)
    named = next((name for name in reversed(cast.spoken) if cast.is_person(name)), None)
    if not is_definite or named is None or head.lower_ not in TITLES:
        return None
    titles = cast.titles_of(named)
    fits = words & TITLES <= titles and titles & _RANKS <= words
    return named if fits else None


def _compound_words(head: Token) -> list[str]:
    """The words of a name up to its head: "Foreign Minister Shah Mahmood Qureshi", "Adel Abdul-Mahdi".

    Hyphenated titles are parted, so that each is known: "Secretary-General".
    """
    start = head.i
    while start > 0 and (_leads(head.doc[start - 1], head) or _is_hyphen_in(start - 1, head)):
        start -= 1
    words: list[str] = []
    for token in head.doc[start : head.i + 1]:
        follows_hyphen = token.i > start and _is_hyphen_in(token.i - 1, head)
        if follows_hyphen and not {words[-1].casefold(), token.lower_} <= TITLES:
            words[-1] += f"-{token.text}"
        elif not _is_hyphen_in(token.i, head):
            words.append(token.text)
    return words


def _own_words(words: list[str]) -> list[str]:
    """The words of a person's own name: not "Fed chief" before "Jerome Powell", nor "Apple CEO" before "Tim Cook"."""
    bare = without_titles(words)
    further = without_titles(bare[1:]) if bare[0].casefold() in _BEFORE_TITLES else bare
    if len(further) < len(bare) - 1:  # "U.S. Attorney General Nora Field"
        bare = further
    roles = [place for place, word in enumerate(bare[:-1]) if word.casefold() in _ROLES]
    return bare[roles[-1] + 1 :] if roles else bare


def _is_hyphen_in(place: int, head: Token) -> bool:
    """Whether a hyphen joins two words of the name that ends with the head."""
    if place < 1 or place >= head.i or head.doc[place].text != "-":
        return False
    before = head.doc[place - 1]
    return not before.whitespace_ and not head.doc[place].whitespace_ and _leads(before, head)


def _leads(token: Token, head: Token) -> bool:
    is_part = token.dep_ in {"compound", "nmod", "amod"} and (token.head.i == head.i or head.is_ancestor(token))
    return is_part and (token.pos_ == "PROPN" or token.lower_.strip(".") in TITLES)


def _looks_like_person(words: list[str]) -> bool:
    """Whether a name has the shape of a person's, for where "he" or "Mr" shows that it must be one."""
    is_capital = all(word[0].isupper() and not word.isupper() for word in words)
    is_body = words[-1].casefold() in COMMON_LAST_WORDS or normal_name(" ".join(words)) in known_bodies()
    return 2 <= len(words) <= 4 and is_capital and not is_body and words[0] != "The"


def _is_tagged_person(head: Token, length: int) -> bool:
    return any(token.ent_type_ == "PERSON" for token in head.doc[head.i - length + 1 : head.i + 1])


def _lowered(text: str, first: Token) -> str:
    """A phrase that starts with a capital only because its sentence starts there: not “…,” Stuff reported."""
    before = next((token for token in reversed(first.doc[: first.i]) if not token.is_quote), None)
    is_within = before is not None and (before.text == "," or before.is_lower)
    is_name = first.pos_ == "PROPN" or first.ent_type_ in {"PERSON", "ORG", "GPE", "NORP", "LOC"} or first.is_upper
    is_name = is_name or is_within
    if first.lower_ in {"the", "a", "an"} and first.i + 1 < len(first.doc):
        is_name = False
    return text if is_name else text[0].lower() + text[1:]
