"""The numbers of a parsed text that measure or count something, with what they count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from factcheck.numerals import MONEY_UNITS, TIME_UNITS, Numeral, numerals_in
from factcheck.records import Quantity, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span as DocSpan, Token

_OF_A_NOUN = frozenset({"nummod", "compound", "quantmod", "nmod", "amod", "npadvmod", "det", "predet"})
_LABELLED = frozenset({"LAW", "FAC", "PRODUCT", "EVENT"})
_DATE_WORDS = re.compile(r"\b(?:ago|past|first|last|final|next|previous|earlier|later|coming)\b", re.IGNORECASE)
_HYPHENATED = re.compile(r"-([a-z]+)")
_AGE = re.compile(r"[ -]old\b")
_AGE_OF = re.compile(r"\b(?:aged?|ages|age of) \Z", re.IGNORECASE)
_AGE_ENDS = re.compile(r"\Z|[,.;:)]| [–—-]{1,2} ")
_OLDEST = 120
_SUMS = frozenset({"total", "sum", "amount", "tune", "maximum", "minimum"})
_LINKS = {("in", unit) for unit in TIME_UNITS} | {("for", unit) for unit in MONEY_UNITS}
_SAID_BY = frozenset({"to", "at", "by", "worth"})
_AGAINST = re.compile(r" (?P<votes>votes )?(?:to|against) ")
_VOTED = re.compile(r"\bvot(?:e|ed|es|ing) (?:(?:was|is|of|by|a|margin) )*\Z")
_TALLY = re.compile(r"[-–](\d{1,3})\b(?![-–:/.,]?\d)")
_TALLY_OF = re.compile(r"\b(?:vote[sd]?|voting|ruled|passed|approved|rejected)(?: (?:was|is|of|by|a|it))* \Z")
_TALLIED = re.compile(r"[ -](?:[a-z-]+ )?(?:votes?|decision|ruling|opinion|case|majority)\b")
_OF_UNIT = re.compile(r"['’]s? | \([^()]*\) ")
_REACHING = frozenset({"hit", "reach", "exceed", "total", "top", "surpass", "average", "near"})
_THEM = frozenset({"which", "whom", "them", "these", "those"})
_YEAR = re.compile(r"(?:19|20)\d\d")
SAME_NOUN = {"people": "person", "persons": "person"}
"""Nouns that count the same as another, in small letters; `Quantity.counted` is the other."""


def quantities_in(doc: Doc) -> list[Quantity]:
    """What the text counts or measures, in order, with spans from the start of the text.

    Left out are numbers that only name something (Article 370, room 12), dates and times of day, ordinals,
    scores of games, the votes against in "237-187" and "voted 312 to 256", and "one" where it counts nothing
    ("one of the worst").
    """
    found = []
    text, entities = doc.text, doc.ents  # each made anew whenever it is asked for
    numerals = numerals_in(text)
    for before, numeral in zip((None, *numerals), numerals, strict=False):
        token = _last_token(doc, numeral)
        if token is None:
            continue
        if _is_age(text, numeral, token):
            numeral, counted, verb = replace(numeral, unit="year"), "age", ""
        elif tally := _tally(text, numeral):
            numeral, counted, verb = tally, "vote", ""
        elif _is_name_or_date(text, entities, numeral, token) or _are_votes_against(text, before, numeral):
            continue
        else:
            counted, verb = _counted(text, numeral, token)
        if not counted and not numeral.unit and not numeral.is_hedged:
            continue
        found.append(
            Quantity(
                low=numeral.low,
                high=numeral.high,
                unit=numeral.unit,
                counted=counted,
                span=Span(start=numeral.start, end=numeral.end),
                verb=verb,
            )
        )
    return found


def _is_age(text: str, numeral: Numeral, token: Token) -> bool:
    """Whether a bare number is somebody's age: "John Smith, 66, said", "aged 33", "at the age of 70"."""
    if numeral.unit or not 1 <= numeral.low <= numeral.high <= _OLDEST:
        return False
    if _AGE_OF.search(text, 0, numeral.start):
        return True
    is_set_off = text[: numeral.value_start].endswith(", ") and _AGE_ENDS.match(text, numeral.end)
    if not is_set_off or token.i < 2 or token.lower_ == "one":
        return False
    name = token.nbor(-2)
    return name.pos_ == "PROPN" and name.ent_type_ in {"PERSON", "ORG", "NORP", ""}


def _last_token(doc: Doc, numeral: Numeral) -> Token | None:
    """The last word of the number and its unit: the one that syntax hangs on."""
    end = numeral.end if numeral.unit and numeral.end > numeral.value_end else numeral.value_end
    span = doc.char_span(numeral.value_start, end, alignment_mode="expand")
    return span[-1] if span else None


def _is_name_or_date(text: str, entities: Sequence[DocSpan], numeral: Numeral, token: Token) -> bool:
    value_span = token.doc.char_span(numeral.value_start, numeral.value_end, alignment_mode="expand")
    first = value_span[0] if value_span else token
    if any(entity.label_ in _LABELLED and entity.start < first.i < entity.end for entity in entities):
        return True
    dated = next((e for e in entities if e.label_ in {"DATE", "TIME"} and e.start <= first.i < e.end), None)
    if dated is not None and _is_date(dated, numeral, _noun_ahead(token)):
        return True
    if not numeral.unit and is_year_of_something(first):
        return True
    if numeral.unit or numeral.is_hedged:
        return False
    value = text[numeral.value_start : numeral.value_end].casefold()
    if value == "one":
        counts = token.dep_ == "nummod" and token.head.i > token.i and token.head.pos_ != "VERB"
        return not counts or (token.head.lower_ == "point" and text.endswith("at ", 0, numeral.start))
    if re.match(r"\s?[ap]\.?m\b|[-–:/]\d", text[numeral.value_end :]):
        return True
    if first.i > 0 and first.nbor(-1).pos_ == "PROPN" and first.nbor(-1).dep_ in {"nmod", "compound"}:
        return True  # "the Fortune 500 firms"
    hangs_behind = first.dep_ in {"nummod", "appos", "nmod"} and first.head.i < first.i
    names_what_precedes = hangs_behind and not first.head.like_num
    follows_noun = first.i > 0 and first.nbor(-1).pos_ in {"NOUN", "PROPN"} and not _noun_ahead(token)
    return names_what_precedes or (follows_noun and first.dep_ not in {"dobj", "pobj", "nsubj", "nsubjpass"})


def is_year_of_something(token: Token) -> bool:
    """Whether a word is the year of what follows it: "a 2016 survey", "the 2020 hopefuls", but not "2000 people"."""
    if not _YEAR.fullmatch(token.text):
        return False
    noun = _noun_ahead(token)
    return noun is not None and (int(token.text) % 50 > 0 or noun.tag_ in {"NN", "NNP"})


def _are_votes_against(text: str, before: Numeral | None, numeral: Numeral) -> bool:
    """Whether a number is the second of a vote: "voted 312 to 256", "by 312 votes to 256", "a 53 to 47 vote"."""
    between = _AGAINST.fullmatch(text, before.value_end, numeral.value_start) if before else None
    if before is None or between is None or text.endswith("from ", 0, before.start):
        return False
    lead = text[: before.start]
    return bool(between["votes"] or _VOTED.search(lead) or re.match(r"[ -]votes?\b", text[numeral.value_end :]))


def _tally(text: str, numeral: Numeral) -> Numeral | None:
    """The votes for, of "passed 237-187" or "a 5-4 decision"; None for the scores of games."""
    against = _TALLY.match(text, numeral.value_end)
    if numeral.unit or against is None or int(against[1]) >= numeral.low:
        return None
    is_vote = _TALLY_OF.search(text[: numeral.start]) or _TALLIED.match(text, against.end())
    return replace(numeral, end=against.end()) if is_vote else None


def _is_date(dated: DocSpan, numeral: Numeral, noun: Token | None) -> bool:
    """Whether a number within a date tells a day or a year; the parser takes "between 10 and 15 gunmen" for a date."""
    if numeral.unit:
        return numeral.unit in TIME_UNITS and bool(_DATE_WORDS.search(dated.text))
    is_year = 1500 <= numeral.low <= 2100 and not (numeral.is_hedged and noun is not None)
    return is_year or noun is None or noun.i < dated.end


def _counted(text: str, numeral: Numeral, token: Token) -> tuple[str, str]:
    """What is counted, as a noun's lemma, and the verb that goes with it."""
    rest = text[numeral.end :]
    if numeral.unit == "year" and _AGE.match(rest):
        return "age", ""
    hyphenated = _HYPHENATED.match(rest)
    if hyphenated and not numeral.unit:
        return ("", "") if hyphenated[1].endswith("ed") else (hyphenated[1], "")
    noun = _of_what(token, numeral.unit) or _noun_ahead(token)
    if noun is None and numeral.unit and (owned := _OF_UNIT.match(rest)):  # "40 years' imprisonment"
        ahead = token.doc.char_span(numeral.end, numeral.end + owned.end() + 1, alignment_mode="expand")
        noun = _noun_ahead(ahead[-1]) or (ahead[-1] if ahead[-1].pos_ == "NOUN" else None) if ahead else None
        noun = _of_what(noun, "") or noun if noun and noun.lower_ == "worth" else noun
    if noun is not None and noun.ent_type_ == "PERCENT":  # "37%-57%"
        noun = None
    if noun is None and numeral.unit:
        noun = _measured(token)
    if noun is not None:
        is_before = noun.i < token.i and token.dep_ in {"nsubj", "nsubjpass", "dobj"}  # "approved three of them"
        return _lemma(noun), _verb_of(token if is_before else noun)
    if numeral.unit:
        return "", _verb_of(token)
    return _verb_or_subject(token)


def _noun_ahead(token: Token) -> Token | None:
    """The noun that a number stands before: "soldiers" in "40 paramilitary soldiers"."""
    head = token.head if token.dep_ == "conj" and token.head.like_num else token
    while (
        head.dep_ in _OF_A_NOUN and head.head.i > token.i and head.head.pos_ in {"NOUN", "PROPN", "NUM", "ADJ", "SYM"}
    ):
        head = head.head
    return head if head.i > token.i and head.pos_ in {"NOUN", "PROPN", "ADJ"} else None


def _of_what(token: Token, unit: str) -> Token | None:
    """The noun after "of": "wheat" in "two tonnes of wheat", "flights" in "dozens of flights"."""
    for child in token.children:
        is_link = child.lower_ == "of" or (child.lower_, unit) in _LINKS
        if child.dep_ == "prep" and is_link and child.i > token.i:
            nouns = [noun for noun in child.children if noun.dep_ == "pobj" and noun.ent_type_ not in {"DATE", "TIME"}]
            if child.lower_ == "in" and nouns and nouns[0].pos_ == "PROPN":  # "five decades in Congress"
                return None
            if nouns:
                return _meant(nouns[0], token, unit)
    return None


def _meant(noun: Token, number: Token, unit: str) -> Token | None:
    """For "53 of which" and "three of them" the nearest noun before that is many; any other noun itself."""
    if noun.lower_ not in _THEM:
        return None if noun.lower_ == "it" else noun
    before = [token for token in noun.doc[: number.i] if token.pos_ in {"NOUN", "PROPN"} and token.dep_ != "compound"]
    is_of_one = unit and noun.lower_ == "which"
    return next((token for token in reversed(before) if is_of_one or token.tag_ in {"NNS", "NNPS"}), None)


def _measured(token: Token) -> Token | None:
    """What a measure is said of: the subject in "turnout was 61%", the object in "the bank cut its forecast to 2%".

    Of "released 5 crore for relief" it is the purpose, of "a salary of $36,000" the salary.
    """
    top = token
    while top.dep_ in {"nummod", "quantmod", "compound", "nmod"} and top.head.i != top.i:
        top = top.head
    if top.dep_ == "pobj" and top.head.lower_ == "of":
        return _valued(token, top)
    verb = top.head.head if top.dep_ == "pobj" or top.head.lower_ == "worth" else top.head
    if verb.pos_ not in {"VERB", "AUX"}:
        return None
    purposes = [
        noun for child in verb.children if child.lower_ == "for" for noun in child.children if noun.dep_ == "pobj"
    ]
    if top.dep_ == "dobj" and purposes and purposes[0].ent_type_ not in {"DATE", "TIME"}:
        return purposes[0]
    objects = [child for child in verb.children if child.dep_ == "dobj" and child.pos_ in {"NOUN", "PROPN"}]
    objects = [child for child in objects if child.ent_type_ not in {"PERCENT", "MONEY"}]  # "56 percent to 42 percent"
    if top.dep_ == "pobj" and top.head.lower_ in _SAID_BY and objects and objects[0].i < top.i:
        return (_of_what(objects[0], "") if objects[0].lower_ == "number" else None) or objects[0]
    subjects = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"} and child.pos_ != "PRON"]
    is_said_of_it = (
        top.dep_ == "attr"
        or (top.dep_ == "dobj" and verb.lemma_ in _REACHING)
        or (top.dep_ in {"pobj", "npadvmod"} and top.head.lower_ in _SAID_BY)
        or (top.dep_ == "pobj" and top.head.lower_ == "from" and top.ent_type_ in {"PERCENT", "MONEY"})
    )
    return subjects[0] if subjects and is_said_of_it else None


def _valued(token: Token, top: Token) -> Token | None:
    """What has the value behind "of": "salary" in "a salary of $36,000", but nothing in "part of the $5 billion"."""
    noun, words = top.head.head, (token, *token.children)
    is_noun = noun.pos_ == "NOUN" and not noun.ent_type_ and noun.i < top.i and noun.lower_ not in _SUMS
    is_part = any(child.dep_ in {"det", "poss", "predet"} for child in top.children)
    is_written_out = token.like_num and not any(word.text[0].isdigit() for word in words)  # "a mother of two"
    goes_on = top.i + 1 < len(top.doc) and top.nbor(1).pos_ == "NOUN"
    return noun if is_noun and not (is_part or is_written_out or goes_on) else None


def _verb_or_subject(token: Token) -> tuple[str, str]:
    """For a number without a noun: the verb in "12 killed", or what the number is said of: "the toll rose to 45"."""
    said_of = _measured(token)
    if said_of is not None:
        return _lemma(said_of), _verb_of(said_of)
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is not None and after.tag_ in {"VBN", "VBD"} and after.lemma_ != "be":
        return after.lemma_.lower(), after.lemma_.lower()
    if token.dep_ not in {"nsubj", "nsubjpass", "dobj"}:
        return "", ""
    said, ahead = token.head, token.head.i + 1
    if said.lemma_ == "be" and said.i > token.i and ahead < len(token.doc) and said.nbor(1).tag_ in {"VBN", "JJ"}:
        said = said.nbor(1)  # "59 are dead"
    return said.lemma_.lower(), said.lemma_.lower()


def _verb_of(noun: Token) -> str:
    participle = next((child for child in noun.children if child.dep_ == "acl" and child.i > noun.i), None)
    if participle is not None:
        return str(participle.lemma_.lower())
    top = noun.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    while top.dep_ in {"prep", "conj"} and top.head.i != top.i:
        top = top.head
    return str(top.head.lemma_.lower()) if top.dep_ in {"nsubj", "nsubjpass", "dobj"} else ""


def _lemma(noun: Token) -> str:
    lemma = str(noun.lemma_.lower())
    return SAME_NOUN.get(lemma, lemma)
