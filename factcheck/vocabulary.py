"""The words that everything else speaks: relations, conflict types, verdicts, roles, ids, and how likely it is."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from unicodedata import category


class Relation(StrEnum):
    """How two claims stand to each other."""

    CONFLICT = "conflict"
    UPDATE = "update"
    TENSION = "tension"
    AGREE = "agree"
    COMPATIBLE = "compatible"
    DIFFERENT = "different"


RELATIONS = tuple(relation.value for relation in Relation)
FLAGGED = (Relation.CONFLICT, Relation.UPDATE, Relation.TENSION)
UNFLAGGED = tuple(relation for relation in Relation if relation not in FLAGGED)


class ConflictType(StrEnum):
    """What a conflict is about."""

    NUMBER = "number"
    DATE = "date"
    PLACE = "place"
    ACTOR = "actor"
    ROLE = "role"
    CAUSE = "cause"
    OUTCOME = "outcome"
    DENIAL = "denial"
    POSITION = "position"
    STATUS = "status"


class Verdict(StrEnum):
    """What a reviewer decided about a finding."""

    CONFLICT = "conflict"
    UPDATE = "update"
    TENSION = "tension"
    ATTRIBUTION_ONLY = "attribution only"
    DIFFERENT_EVENT = "different event"
    NOT_A_CLAIM = "not a claim"
    NO_DISAGREEMENT = "no disagreement"
    UNSURE = "unsure"


class Role(StrEnum):
    """What a person may do; each may also do what the ones before it may."""

    READER = "reader"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """The place in the order, from 0. Roles are compared by it: as text, admin sorts before reader."""
        return tuple(Role).index(self)

    def may(self, needed: Role) -> bool:
        """Whether this role includes another."""
        return self.rank >= needed.rank


class Modality(StrEnum):
    """Why what a claim tells of is not, or not yet, a fact."""

    PLANNED = "planned"
    POSSIBLE = "possible"
    REQUIRED = "required"


class ClaimKind(StrEnum):
    """What part of an article a claim is."""

    HEADLINE = "headline"
    SENTENCE = "sentence"


def is_plain_text(text: str) -> bool:
    """Whether a text has no control characters but line ends and tabs, and no half of a surrogate pair."""
    return all(category(character) not in ("Cc", "Cs") or character in "\n\r\t" for character in text)


def content_id(*parts: object) -> str:
    """Sixteen hexadecimal digits that depend on the parts alone."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def percent(probability: float) -> str:
    """A probability as a whole percentage; never a false 0% or 100%."""
    if 0 < probability < 0.01:
        return "under 1%"
    if 0.99 < probability < 1:
        return "over 99%"
    return f"{probability:.0%}"
