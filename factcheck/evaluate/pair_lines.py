"""Pairs of claims as lines of JSON: what a line must hold, and which lines cannot be used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from factcheck.records import LeftOut, Relation, RelationInput

MAX_TEXT_CHARS = 20_000
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")

PairId = str | int | float
Pair = TypeVar("Pair", bound="PairLine")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """Two claims to compare, and the id that their line gave them; the number of the line where it gave none."""

    pair_id: PairId
    left: RelationInput
    right: RelationInput


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPair(PairLine):
    """A pair with its right relation. `twin` is the id of the pair that differs from it in one point alone."""

    relation: Relation
    twin: PairId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLeftOut(LeftOut):
    """A date or speaker that cannot be used: its pair is read without it."""


def _day(published_at: Any) -> date | None:
    if not isinstance(published_at, str):
        return None
    written = published_at.strip()
    for part in (written, written[:10]):  # "2019-08-01 10:00:00 UTC" begins with a day
        with suppress(ValueError):
            return datetime.fromisoformat(part).date()
    return None


def _name(speaker: Any) -> str | None:
    return speaker if isinstance(speaker, str) else None


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
    speaker: Annotated[str | None, BeforeValidator(_name)] = None

    def as_input(self) -> RelationInput:
        return RelationInput(text=self.text, published_on=self.published_at, speaker=self.speaker or None)


class _Line(BaseModel):
    model_config = ConfigDict(strict=True, allow_inf_nan=False)

    id: PairId | None = None
    a: _Side
    b: _Side


class _LabelledLine(_Line):
    relation: Relation
    twin: PairId | None = None


def read_pairs(lines: Iterable[str | bytes]) -> Iterator[PairLine | LeftOut]:
    """The pairs in order; a line that cannot be used is left out by number and reason, blank lines are skipped.

    A line is `{"id"?, "a": {"text", "published_at"?, "speaker"?}, "b": {…}}`; other fields are ignored. A date or
    speaker that cannot be used is named before its pair, as a `FieldLeftOut`. Half of a character, as a text cut short
    may end in, reads U+FFFD.
    """
    return _read(lines, _pair)


def read_labelled_pairs(lines: Iterable[str | bytes]) -> Iterator[LabelledPair | LeftOut]:
    """As `read_pairs`; each line also holds its `relation`, and where it has one its `twin`."""
    return _read(lines, _labelled_pair)


def _read(lines: Iterable[str | bytes], parse: Callable[[str, int], Pair]) -> Iterator[Pair | LeftOut]:
    for number, line in enumerate(lines, start=1):
        line = line.removeprefix("\ufeff") if isinstance(line, str) else line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            pair = parse(_HALF_A_CHARACTER.sub("\ufffd", json.dumps(given, ensure_ascii=False)), number)
        except ValidationError as error:
            yield LeftOut(what=f"line {number}", reason=_reason(error))
        except (ValueError, RecursionError) as error:
            yield LeftOut(what=f"line {number}", reason=f"Invalid JSON: {error}")
        else:
            yield from _unused(given, pair, number)
            yield pair


def _unused(given: Any, pair: PairLine, number: int) -> Iterator[FieldLeftOut]:
    for side, read in (("a", pair.left), ("b", pair.right)):
        for field, used, kind in (
            ("published_at", read.published_on, "date of the form YYYY-MM-DD"),
            ("speaker", read.speaker, "text"),
        ):
            if given[side].get(field) and used is None:
                reason = f"{given[side][field]!r:.40} is no {kind}; the pair is read without it"
                yield FieldLeftOut(what=f"{side}.{field} of line {number}", reason=reason)


def _pair(line: str, number: int) -> PairLine:
    fields = _Line.model_validate_json(line)
    return PairLine(pair_id=_id(fields, number), left=fields.a.as_input(), right=fields.b.as_input())


def _labelled_pair(line: str, number: int) -> LabelledPair:
    fields = _LabelledLine.model_validate_json(line)
    return LabelledPair(
        pair_id=_id(fields, number),
        left=fields.a.as_input(),
        right=fields.b.as_input(),
        relation=fields.relation,
        twin=fields.twin,
    )


def _id(fields: _Line, number: int) -> PairId:
    return number if fields.id is None else fields.id


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message
