"""What is read from the words of a claim: numbers, dates, names, negations and modality, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factcheck.vocabulary import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of characters, counted in code points from the start of an article's body."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span must be 0 <= start < end, got {self.start}:{self.end}")

    def overlaps(self, other: Span) -> bool:
        """Whether some character is of both."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number in a claim: the range of values that it admits, and what is counted. `span` is within the claim.

    An open range ends at infinity. `verb` is what is said of the counted thing: "kill" in "12 people were killed".
    """

    low: float
    high: float
    unit: str
    counted: str
    span: Span
    verb: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date in a claim, resolved to the days that it can mean. `span` is within the claim."""

    first: date
    last: date
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class NameMention:
    """A name in a claim: as written, and normalised so that spellings of one name compare equal."""

    surface: str
    normal: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalMention:
    """A word by which a claim tells of what is not, or not yet, a fact. `is_main`: it says so of the whole claim."""

    modality: Modality
    span: Span
    is_main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What can be compared about a claim without a model. Spans count from the start of the claim's text.

    `unresolved` are the subjects of main clauses that point to something outside of the claim: "he", "this".
    """

    quantities: tuple[Quantity, ...] = ()
    dates: tuple[DateMention, ...] = ()
    names: tuple[NameMention, ...] = ()
    negations: tuple[Span, ...] = ()
    modals: tuple[ModalMention, ...] = ()
    unresolved: tuple[Span, ...] = ()

    @property
    def modality(self) -> Modality | None:
        """Whether the claim as a whole tells of what is planned, possible or required; None of what is or was."""
        return next((one.modality for one in self.modals if one.is_main), None)
