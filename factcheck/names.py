"""Names as they compare: countries under all their names, persons without titles, spellings of one name alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from factcheck.records import NameMention, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span as DocSpan


def word_set(words: str) -> frozenset[str]:
    """The words of a text, for lookup."""
    return frozenset(words.split())


TITLES = word_set(
    "mr mrs ms miss dr prof professor sir lord lady dame pm fm cm president vice deputy prime foreign interior "
    "defence defense finance home chief minister premier chancellor chair secretary secretary-general general king "
    "queen prince princess senator congressman congresswoman representative rep sen gov governor mayor ambassador "
    "envoy judge justice captain capt colonel col major maj lieutenant lt sergeant sgt brigadier admiral commander "
    "inspector superintendent sheriff pope imam ayatollah sheikh shri smt former acting spokesman spokeswoman "
    "spokesperson permanent speaker leader chairman chairwoman director attorney police"
)
"""Words before a person's name that are no part of it."""

TITLES_BEFORE_TITLES = word_set(
    "vice deputy prime foreign interior defence defense finance home chief general former acting permanent police "
    "attorney"
)
"""Those that only qualify another title: alone ("Foreign Affairs") they announce no person."""

_KINDS = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "LAW"})
_ALIASES = {
    "united states": "us|u.s|usa|u.s.a|america|american|americans|united states of america|white house",
    "united kingdom": "uk|u.k|britain|great britain|british|britons|england|downing street|westminster",
    "united arab emirates": "uae|u.a.e|emirati|emiratis",
    "russia": "russian federation|kremlin|the kremlin|russians",
    "china": "prc|people's republic of china",
    "north korea": "dprk|democratic people's republic of korea|north korean|north koreans",
    "south korea": "rok|republic of korea|south korean|south koreans",
    "india": "indians|republic of india",
    "pakistan": "pak|pakistanis",
    "philippines": "philippine|filipina|filipinas",
    "germany": "germans",
    "france": "french",
    "netherlands": "holland",
    "saudi arabia": "saudi|saudis",
    "palestine": "palestinian|palestinians|palestinian territories|state of palestine",
    "czech republic": "czechia",
    "myanmar": "burma|burmese",
    "ivory coast": "cote d'ivoire|côte d'ivoire",
    "un": "united nations|u.n|united nation",
    "un security council": "unsc|security council|united nations security council|u.n. security council",
    "un general assembly": "unga|united nations general assembly",
    "european union": "eu|e.u",
    "organisation of islamic cooperation": "oic|organization of islamic cooperation|organisation of islamic countries",
    "jammu and kashmir": "j&k|jammu & kashmir",
    "kashmir": "kashmiri|kashmiris",
}
_CAPITALS_TOO = {"kyiv": "ukraine", "sana'a": "yemen", "sanaa": "yemen", "naypyidaw": "myanmar", "bogota": "colombia"}
_CAPITALS_TOO |= {"washington": "united states", "delhi": "india", "seoul": "south korea", "pyongyang": "north korea"}
_GOVERNMENTS = {"modi": "india", "trump": "united states", "biden": "united states", "obama": "united states"}
_GIVEN_NAMES_TOO = word_set("jordan chad georgia israel paris victoria kingston santiago lima male guinea")
PRONOUNS = frozenset({"he", "she", "it", "they"})
"""What a speaker is called whom nothing names."""

COMMON_LAST_WORDS = word_set(
    "ministry government office department council assembly party court police army force forces minister agency "
    "committee commission state city university bank group union press times post news republic islands "
    "administration campaign county united hospital airport tower team house"
)
"""Last words that many bodies share, so that they name none alone."""
_NO_NAMES = word_set("rs re inr pkr jr sr")  # what the parser takes for a name in "Rs 500 crore" and "John Smith, Jr."
_UNNAMED = frozenset({"", "PRODUCT", "WORK_OF_ART"})
_POSTS = word_set("president director secretary attorney chairman chairwoman chair ambassador governor spokesman")
"""What the parser takes into the name of a body where a person's name follows: "FBI Director", "U.S. President"."""

_WHERE = frozenset({"in", "at", "near", "outside", "around", "across", "inside", "toward", "towards"})
_BRACKETED = re.compile(r"(?<=\w)\s*\([^()]*\)?$")
_TRIMMED = re.compile(r"^(?:the|a|an)\s+|(?:'s?)$")


def names_in(doc: Doc) -> list[NameMention]:
    """The names in a parsed text, in order, with spans from the start of the text."""
    return [
        NameMention(
            surface=span.text,
            normal=_normal_in_context(span, kind),
            kind=kind,
            span=Span(start=span.start_char, end=span.end_char),
        )
        for span, kind in _name_spans(doc)
        if span.text.casefold().strip(".") not in _NO_NAMES and len(span.text) > 1 and "://" not in span.text
    ]


@lru_cache(maxsize=50_000)
def normal_name(surface: str, *, is_place: bool = False) -> str:
    """The form under which a name is compared: casefolded, without article, possessive and titles.

    A demonym, one or many ("Iranian", "Iranians"), becomes its country, and so does a capital unless `is_place`.
    """
    plain = _BRACKETED.sub("", " ".join(surface.replace("’", "'").casefold().split())).strip(' .,;:"“”‘-')
    while (bare := _TRIMMED.sub("", plain).strip(' .,;:"“”‘-')) != plain and bare:
        plain = bare
    if plain in country_names():
        return country_names()[plain]
    if plain.endswith("s") and plain[:-1] in _demonyms():
        return country_names()[plain[:-1]]
    if not is_place and plain in _capitals():
        return _capitals()[plain]
    return " ".join(without_titles(plain.split()))


def without_titles(words: list[str]) -> list[str]:
    """The words of a name after its last title ("US President Donald Trump"); the last word always stays.

    Before the word that says what a body is ("the Foreign Ministry", "the Justice Department") no word is a title.
    """
    plain = [word.casefold().strip(".") for word in words]
    last = len(words) - 1
    bodies = [place for place, word in enumerate(plain) if word in COMMON_LAST_WORDS]
    body = max((place for place in bodies if place == last or plain[place] not in TITLES), default=-1)
    titles = [place for place in range(body + 1, last) if plain[place] in TITLES]
    ranks = [place for place in titles if plain[place] not in TITLES_BEFORE_TITLES]
    first = ranks[-1] + 1 if ranks else 0
    while first < last and first in titles:
        first += 1
    return words[first:]


@lru_cache(maxsize=200_000)
def same_name(left: str, right: str) -> bool:
    """Whether two names can be one: equal when normalised, spelled alike, one's initials, or one part of the other.

    Countries and the institutions of the alias table must be equal: India is not Indiana.
    """
    by_length = sorted((normal_name(left), normal_name(right)), key=lambda name: (len(name.split()), name))
    one, other = by_length
    if one == other:
        return True
    if not one or not other or one in known_bodies() or other in known_bodies():
        return False
    few, many = one.split(), other.split()
    if len(many) > 1 and one.replace(".", "") == "".join(word[0] for word in many if word not in {"of", "the", "and"}):
        return True
    if len(few) == 1 and len(one) > 2 and one not in COMMON_LAST_WORDS:
        is_last = _same_word(one, many[-1])
        if is_last or (one == many[0] and many[-1] not in COMMON_LAST_WORDS):
            return True
    parted = sorted((name.replace("-", " ").split() for name in by_length), key=len)
    return _is_part(few, many) or _is_part(*parted)


def _is_part(few: list[str], many: list[str]) -> bool:
    """Whether several words are all in a name that ends like them."""
    return len(few) > 1 and _same_word(few[-1], many[-1]) and all(any(_same_word(w, its) for its in many) for w in few)


def _same_word(left: str, right: str) -> bool:
    """Equal, or spellings of one word: Mahmood and Mehmood score 86 of 100, Iran and Iraq are too short to ask."""
    return left == right or (min(len(left), len(right)) >= 5 and fuzz.ratio(left, right) >= 85)


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Every name and demonym of a country or institution, casefolded, with the name under which it is compared."""
    names = {country["name"].casefold(): country["name"].casefold() for country in _countries()}
    aliases = {other: name for name, others in _ALIASES.items() for other in (name, *others.split("|"))}
    table = _demonyms() | names | aliases
    return {other: aliases.get(name, name) for other, name in table.items()}


@lru_cache(maxsize=1)
def _demonyms() -> dict[str, str]:
    """What somebody of a country is called, casefolded, with the country."""
    return _one_to_one((country.get("demonym", ""), country["name"]) for country in _countries())


def country_as_written(normal: str) -> str:
    """A country by the name under which it is compared, as it is written; empty for any other name."""
    return next((country["name"] for country in _countries() if country["name"].casefold() == normal), "")


@lru_cache(maxsize=1)
def known_bodies() -> frozenset[str]:
    """The names under which countries and the institutions of the alias table are compared."""
    return frozenset(country_names().values())


@lru_cache(maxsize=1)
def _capitals() -> dict[str, str]:
    capitals = _one_to_one((country.get("capital", ""), country["name"]) for country in _countries())
    named = {capital: country_names()[name] for capital, name in capitals.items() if capital not in _GIVEN_NAMES_TOO}
    return named | _CAPITALS_TOO


@lru_cache(maxsize=1)
def _countries() -> list[dict[str, str]]:
    from countryinfo import CountryInfo  # reads a large file

    return [country for country in CountryInfo().all().values() if country.get("name")]


def _one_to_one(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Casefolded pairs whose first half stands for one second half only.

    "Indian" is in use for two territories, but only India begins like it; "Congolese" names two countries for good.
    """
    named: dict[str, set[str]] = {}
    for word, name in pairs:
        if word:
            named.setdefault(word.casefold(), set()).add(name.casefold())
    alike = {
        word: {name for name in names if name[:3] == word[:3]} if len(names) > 1 else names
        for word, names in named.items()
    }
    return {word: names.copy().pop() for word, names in alike.items() if len(names) == 1}


def _normal_in_context(span: DocSpan, kind: str) -> str:
    """A capital after "in" or "near" is the city; elsewhere it acts for its country. So does "the Modi government"."""
    plain = span.text.casefold()
    after = span.doc[span.end] if span.end < len(span.doc) else None
    if after is not None and after.lower_ in {"government", "administration"} and plain in _GOVERNMENTS:
        return _GOVERNMENTS[plain]
    if plain.rsplit(" ", 1)[-1] in {"government", "administration"}:
        ruler = plain.rsplit(" ", 1)[0].removeprefix("the ")
        return _GOVERNMENTS.get(ruler) or normal_name(ruler)
    if kind == "PERSON" and plain in _GIVEN_NAMES_TOO:
        return plain
    before = span.doc[span.start - 1].lower_ if span.start else ""
    return normal_name(span.text, is_place=before in _WHERE)


def _name_spans(doc: Doc) -> Iterator[tuple[DocSpan, str]]:
    """Entities, joined where the small model cuts a name in two, and runs of proper nouns that it overlooks."""
    labels = ["" for _ in doc]
    for entity in doc.ents:
        for token in entity:
            labels[token.i] = entity.label_
    start = 0
    while start < len(doc):
        end = start + 1
        if labels[start] in _KINDS:
            end = next(entity.end for entity in doc.ents if entity.start <= start < entity.end)
            while end < len(doc) and _goes_on(doc, end, labels):
                end += 1
            yield from _parts_of_name(doc[start:end], labels[start])
        elif doc[start].pos_ == "PROPN" and labels[start] in _UNNAMED:
            while end < len(doc) and doc[end].pos_ == "PROPN" and labels[end] in _UNNAMED:
                end += 1
            last = end
            while last > start and doc[last - 1].lower_.strip(".") in TITLES:  # "US President" before the entity
                last -= 1
            if last > start and doc[start].text[:1].isupper():
                yield doc[start:last], "NAME"
        start = end


def _parts_of_name(span: DocSpan, kind: str) -> Iterator[tuple[DocSpan, str]]:
    """The names in one entity: not "meet" in "meet Liu", and two in "Reuters' Ada Field"."""
    if kind != "PERSON":
        after = span.doc[span.end] if span.end < len(span.doc) else None
        is_post = len(span) > 1 and span[-1].lower_ in _POSTS and after is not None and after.pos_ == "PROPN"
        yield (span[:-1] if is_post else span), kind
        return
    while len(span) > 1 and (span[0].pos_ == "VERB" or not span[0].text[:1].isalnum()):
        span = span[1:]
    owner = next((place for place, token in enumerate(span[:-1]) if place and token.tag_ == "POS"), None)
    if owner is not None:
        yield span[:owner], "NAME"
        span = span[owner + 1 :]
    if span.text[:1].isalpha():  # not the year of "Ada Field's 2016"
        yield span, kind


def _goes_on(doc: Doc, index: int, labels: list[str]) -> bool:
    """Whether the name before a token includes it, as "Qureshi" after the entity "Shah Mahmood"."""
    token, before = doc[index], doc[index - 1]
    return token.pos_ == before.pos_ == "PROPN" and before.head.i == token.i and labels[index] in _KINDS | {""}
