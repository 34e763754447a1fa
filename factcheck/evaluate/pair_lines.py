"""Pairs of claims as lines of JSON: what a line must hold, and which lines cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from factcheck.records import LeftOut, Relation, RelationInput

MAX_TEXT_CHARS = 20_000

Pair = TypeVar("Pair")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """Two claims to compare, and the id that their line gave them."""

    pair_id: str | int
    left: RelationInput
    right: RelationInput


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair(PairLine):
    """A pair with its right relation. `twin` is the id of the pair that differs from it in one point alone."""

    relation: Relation
    twin: str | int | None = None


def _day(published_at: Any) -> date | None:
    if published_at is None or published_at == "":
        return None
    if not isinstance(published_at, str):
        raise ValueError("must be a date as text")
    try:
        return datetime.fromisoformat(published_at).date()
    except ValueError as error:
        raise ValueError(f"{published_at[:40]!r} is no date of the form YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS") from error


def _of_usable_length(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    if len(text) > MAX_TEXT_CHARS:
        raise ValueError(f"has {len(text):,} characters, at most {MAX_TEXT_CHARS:,} are taken")
    return text


class _Side(BaseModel):
    model_config = ConfigDict(strict=True)

    text: Annotated[str, AfterValidator(_of_usable_length)]
    published_at: Annotated[date | None, BeforeValidator(_day)] = None
    speaker: str | None = None

    def as_input(self) -> RelationInput:
        return RelationInput(text=self.text, published_on=self.published_at, speaker=self.speaker or None)


class _Line(BaseModel):
    model_config = ConfigDict(strict=True)

    id: str | int
    a: _Side
    b: _Side


class _LabelledLine(_Line):
    relation: Relation
    twin: str | int | None = None


def read_pairs(lines: Iterable[str | bytes]) -> Iterator[PairLine | LeftOut]:
    """The pairs in order; a line that cannot be used is left out by number and reason, blank lines are skipped.

    A line is `{"id", "a": {"text", "published_at"?, "speaker"?}, "b": {…}}`; other fields are ignored.
    """
    return _read(lines, _pair)


def read_labelled_pairs(lines: Iterable[str | bytes]) -> Iterator[LabelledPair | LeftOut]:
    """As `read_pairs`; each line also holds its `relation`, and where it has one its `twin`."""
    return _read(lines, _labelled_pair)


def _read(lines: Iterable[str | bytes], parse: Callable[[str | bytes], Pair]) -> Iterator[Pair | LeftOut]:
    for number, line in enumerate(lines, start=1):
        line = line.removeprefix("\ufeff") if isinstance(line, str) else line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            yield parse(line)
        except ValidationError as error:
            yield LeftOut(what=f"line {number}", reason=_reason(error))


def _pair(line: str | bytes) -> PairLine:
    fields = _Line.model_validate_json(line)
    return PairLine(pair_id=fields.id, left=fields.a.as_input(), right=fields.b.as_input())


def _labelled_pair(line: str | bytes) -> LabelledPair:
    fields = _LabelledLine.model_validate_json(line)
    return LabelledPair(
        pair_id=fields.id,
        left=fields.a.as_input(),
        right=fields.b.as_input(),
        relation=fields.relation,
        twin=fields.twin,
    )


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
