"""The chain over the log of decisions: each entry's hash covers what it says and the hash of the entry before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

NO_HASH = "0" * 64
"""What stands in for the hash of an entry before the first one."""

CHAINED = (
    "entry_id",
    "finding_id",
    "verdict",
    "reviewer",
    "note",
    "decided_at",
    "left",
    "right",
    "relation",
    "probability",
    "model_id",
    "withdraws",
    "conflict_type",
    "is_sampled",
)

Row = Mapping[str, Any]


def entry_hash(previous: str, row: Row) -> str:
    """The hash of a row of `decisions` that follows the entry with the hash `previous`.

    What is empty or unknown is left away, so that a column which is added later changes no hash.
    """
    said = {name: row[name] for name in CHAINED if row.get(name)}
    for side in ("left", "right"):
        quote = json.loads(row[side]) if isinstance(row[side], str) else row[side]
        said[side] = {name: value for name, value in quote.items() if value not in (None, "")}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(f"{previous}\n{text}".encode(errors="surrogatepass")).hexdigest()


def head_mark(number: int, last_hash: str) -> str:
    """What is noted of the end of the log, so that a tail that was cut off is missed."""
    return f"{number} {last_hash}"


def problems_of(rows: Iterable[Row], links: Mapping[int, tuple[str, str]], head: str) -> list[str]:
    """What does not fit together: rows of `decisions` in order, their (previous hash, hash) by number, and the head.

    The head is what `head_mark` noted last; empty where nothing was ever decided. [] means that no entry was changed,
    added behind our back, moved or taken away.
    """
    found, previous, before, seen = [], NO_HASH, 0, set()
    for row in rows:
        number = row["number"]
        seen.add(number)
        noted_previous, noted = links.get(number, ("", ""))
        if not noted:
            found.append(f"decision {number} is not in the chain: it was added behind its back")
            continue
        if noted_previous != previous:
            where = f"decision {before}" if before else "the beginning"
            found.append(f"decision {number} does not follow {where}: entries between them are gone, or were moved")
        if not _reads_as(noted, noted_previous, row):
            found.append(f"decision {number} does not read as it was written")
        previous, before = noted, number
    found += [f"decision {number} is gone" for number in sorted(links.keys() - seen)]
    if head != (head_mark(before, previous) if before else ""):
        noted_number = head.partition(" ")[0] or "none"
        found.append(f"the log ends with decision {before or 'none'}, where decision {noted_number} was the last")
    return found


def _reads_as(noted: str, previous: str, row: Row) -> bool:
    try:
        return entry_hash(previous, row) == noted
    except (ValueError, AttributeError):
        return False  # its quotes are no JSON any more
