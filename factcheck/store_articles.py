"""Articles and claims in the store: what was read, in which version, and what it claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from sqlite_utils import Database

from factcheck.errors import NotFound
from factcheck.records import Article, Claim, wording_id
from factcheck.store_file import StoreFile
from factcheck.store_rows import article_of, article_row, claim_of, claim_row, ids_json

Saved = Literal["added", "unchanged", "replaced"]

COPIES = "copies"
"""The mark that says whether copies of one text have to be looked for."""

_NEWEST_FIRST = "ORDER BY published_at IS NULL, published_at DESC, article_id"


class ArticleStore(StoreFile):
    """Articles and their claims."""

    def save_article(self, article: Article, claims: Sequence[Claim], *, rules: str = "") -> Saved:
        """Keep an article and the claims of it, in one transaction; says what that changed.

        A new version takes the place of the old one, and so does the same one read by other `rules`. Claims that it
        still makes keep all that hangs on them, the others go with their pairs and findings. It keeps the origin of
        the old version until copies are looked for, which is then due.
        """
        with self.writing() as db:
            before = self._articles("WHERE article_id = ?", [article.article_id])
            if before and is_same_version(before[0], article) and self.claim_rules(article.article_id) == rules:
                return "unchanged"
            row = article_row(article) | ({"origin_id": before[0].origin_id} if before else {})
            db.table("articles").upsert(row, pk="article_id")
            self.set_mark(COPIES, "due")
            version = {"article_id": article.article_id, "content_hash": article.content_hash}
            seen_at = article.retrieved_at.isoformat()
            db.table("article_versions").insert({**version, "seen_at": seen_at}, ignore=True)
            redated = bool(before) and before[0].published_at != article.published_at
            _replace_claims(db, self.claims_of_article(article.article_id), claims, redated=redated)
            db.table("claim_rules").upsert({"article_id": article.article_id, "rules": rules}, pk="article_id")
            self._touch()
        return "replaced" if before else "added"

    def copies_are_due(self) -> bool:
        """Whether articles have come in since copies of one text were looked for last."""
        return self.mark(COPIES) == "due"

    def set_origins(self, origins: Mapping[str, str]) -> int:
        """Give articles, by id, the origin of their text; the number of articles whose origin changed.

        Their claims have to be matched again, since copies of one text are never compared.
        """
        with self.writing() as db:
            self.set_mark(COPIES, "")
            held = {
                row["article_id"]: row["origin_id"] for row in self.rows("SELECT article_id, origin_id FROM articles")
            }
            changed = {one: origin for one, origin in origins.items() if one in held and held[one] != origin}
            for article_id, origin_id in changed.items():
                db.execute("UPDATE articles SET origin_id = ? WHERE article_id = ?", [origin_id, article_id])
                db.execute(
                    "DELETE FROM matched_claims WHERE claim_id IN (SELECT claim_id FROM claims WHERE article_id = ?)",
                    [article_id],
                )
            if changed:
                self._touch()
        return len(changed)

    def text_signatures(self) -> dict[str, bytes]:
        """What `assign_origins` noted of texts, by content hash."""
        rows = self.rows("SELECT content_hash, signature FROM text_signatures")
        return {row["content_hash"]: row["signature"] for row in rows}

    def save_text_signatures(self, signatures: Mapping[str, bytes]) -> None:
        """Keep what was noted of texts; what is kept already stays."""
        rows = [{"content_hash": name, "signature": signature} for name, signature in signatures.items()]
        with self.writing() as db:
            db.table("text_signatures").insert_all(rows, pk="content_hash", ignore=True)

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            NotFound: there is none with this id.
        """
        found = self._articles("WHERE article_id = ?", [article_id])
        if not found:
            raise NotFound(f"there is no article {article_id!r}", hint="the page of articles lists all of them")
        return found[0]

    def article_of_text(self, article: Article) -> Article | None:
        """The article without url that has this very text and label; None where there is none."""
        clause = "WHERE content_hash = ? AND label = ? AND url IS NULL ORDER BY article_id LIMIT 1"
        return next(iter(self._articles(clause, [article.content_hash, article.label])), None)

    def articles(self, article_ids: Iterable[str] | None = None) -> list[Article]:
        """All articles, or those of these ids that exist; newest publication first, undated last."""
        where = "WHERE article_id IN (SELECT value FROM json_each(?))" if article_ids is not None else ""
        parameters = [ids_json(article_ids)] if article_ids is not None else []
        return self._articles(f"{where} {_NEWEST_FIRST}", parameters)

    def others_of_origin(self, article: Article) -> list[Article]:
        """The other articles that print the text of one, as `articles` orders them."""
        clause = f"WHERE origin_id = ? AND article_id <> ? {_NEWEST_FIRST}"
        return self._articles(clause, [article.origin_id, article.article_id])

    def article_ids(self) -> list[str]:
        """The ids of all articles, as `articles` orders them."""
        return [row["article_id"] for row in self.rows(f"SELECT article_id FROM articles {_NEWEST_FIRST}")]

    def article_page(self, page: int = 1, size: int = 50) -> tuple[list[Article], int]:
        """One page of all articles, as `articles` orders them, and how many there are on all pages."""
        found = self._articles(f"{_NEWEST_FIRST} LIMIT ? OFFSET ?", [size, (page - 1) * size])
        return found, self.number("SELECT count(*) FROM articles")

    def holds(self, article: Article, *, rules: str = "") -> bool:
        """Whether this very version of an article is here, its claims read by these rules."""
        found = self._articles("WHERE article_id = ?", [article.article_id])
        return bool(found) and is_same_version(found[0], article) and self.claim_rules(article.article_id) == rules

    def claim_rules(self, article_id: str) -> str:
        """By which rules the claims of an article were read; "" where nobody knows."""
        rows = self.rows("SELECT rules FROM claim_rules WHERE article_id = ?", [article_id])
        return str(rows[0]["rules"]) if rows else ""

    def articles_read_otherwise(self, rules: str) -> list[str]:
        """The ids of the articles whose claims were read by other rules."""
        sql = (
            "SELECT article_id FROM articles WHERE article_id NOT IN"
            " (SELECT article_id FROM claim_rules WHERE rules = ?) ORDER BY article_id"
        )
        return [row["article_id"] for row in self.rows(sql, [rules])]

    def versions(self, article_id: str) -> list[str]:
        """The content hashes that an article had, oldest first."""
        sql = "SELECT content_hash FROM article_versions WHERE article_id = ? ORDER BY seen_at, rowid"
        return [row["content_hash"] for row in self.rows(sql, [article_id])]

    def claim(self, claim_id: str) -> Claim:
        """One claim.

        Raises:
            NotFound: there is none with this id.
        """
        found = self.claims([claim_id])
        if not found:
            raise NotFound(f"there is no claim {claim_id!r}")
        return found[claim_id]

    def claims(self, claim_ids: Iterable[str]) -> dict[str, Claim]:
        """Those of these claims that exist, by id."""
        sql = "SELECT * FROM claims WHERE claim_id IN (SELECT value FROM json_each(?))"
        return {row["claim_id"]: claim_of(row) for row in self.rows(sql, [ids_json(claim_ids)])}

    def claims_of_article(self, article_id: str) -> list[Claim]:
        """The claims of one article in reading order."""
        sql = "SELECT * FROM claims WHERE article_id = ? ORDER BY position, start"
        return [claim_of(row) for row in self.rows(sql, [article_id])]

    def all_claims(self) -> list[Claim]:
        """Every claim, by article and in reading order."""
        return [claim_of(row) for row in self.rows("SELECT * FROM claims ORDER BY article_id, position, start")]

    def claim_ids(self) -> set[str]:
        """The id of every claim."""
        return {row["claim_id"] for row in self.rows("SELECT claim_id FROM claims")}

    def wording_ids(self) -> set[str]:
        """The id of everything that the claim index should hold: of every claim the whole, and its units."""
        counted = self.rows("SELECT claim_id, json_array_length(units) AS units FROM claims")
        return {wording_id(row["claim_id"], number) for row in counted for number in range(row["units"] + 1)}

    def stale_vectors(self) -> set[str]:
        """The claims whose vector, if the index has one, is of an earlier wording."""
        return {row["claim_id"] for row in self.rows("SELECT claim_id FROM stale_vectors")}

    def vectors_are_fresh(self, claim_ids: Iterable[str]) -> None:
        """Note that the index holds vectors of these claims as they read now."""
        with self.writing() as db:
            db.execute(
                "DELETE FROM stale_vectors WHERE claim_id IN (SELECT value FROM json_each(?))", [ids_json(claim_ids)]
            )

    def mark(self, name: str) -> str:
        """What was noted under a name last; "" where nothing was."""
        return next((row["value"] for row in self.rows("SELECT value FROM marks WHERE name = ?", [name])), "")

    def set_mark(self, name: str, value: str) -> None:
        """Note something small about the state of the store."""
        with self.writing() as db:
            db.table("marks").upsert({"name": name, "value": value}, pk="name")

    def revision(self) -> int:
        """A number that grows whenever something changes that findings depend on."""
        return int(self.mark("revision") or 0)

    def _touch(self) -> None:
        self.set_mark("revision", str(self.revision() + 1))

    def _articles(self, clause: str, parameters: Sequence[object]) -> list[Article]:
        return [article_of(row) for row in self.rows(f"SELECT * FROM articles {clause}", parameters)]


def is_same_version(held: Article, given: Article) -> bool:
    """Whether two articles say the same in text and provenance; when they were fetched does not matter."""
    names = ("content_hash", "url", "source", "title", "published_at", "label", "language")
    return all(getattr(held, name) == getattr(given, name) for name in names)


def _replace_claims(db: Database, before: Sequence[Claim], after: Sequence[Claim], *, redated: bool) -> None:
    kept = {claim.claim_id: claim for claim in after}
    vanished = [claim.claim_id for claim in before if claim.claim_id not in kept]
    db.execute("DELETE FROM claims WHERE claim_id IN (SELECT value FROM json_each(?))", [ids_json(vanished)])
    for claim in before:
        if now := kept.get(claim.claim_id):
            _move_clashes(db, claim.claim_id, now.start - claim.start)
            if redated or _reads_differently(claim, now):
                _forget_comparisons(db, claim.claim_id)
    db.table("claims").upsert_all(map(claim_row, kept.values()), pk="claim_id")
    # a dispute that lost a side or its last finding is none; the next scan forms it anew from what is left
    db.execute(
        "DELETE FROM disputes WHERE dispute_id NOT IN"
        " (SELECT dispute_id FROM dispute_claims GROUP BY dispute_id HAVING count(DISTINCT side) > 1)"
        " OR dispute_id NOT IN (SELECT dispute_id FROM dispute_findings)"
    )


def _reads_differently(before: Claim, now: Claim) -> bool:
    speakers = [claim.speaker and claim.speaker.name for claim in (before, now)]
    return before.wordings != now.wordings or speakers[0] != speakers[1]


def _forget_comparisons(db: Database, claim_id: str) -> None:
    db.execute("DELETE FROM matched_claims WHERE claim_id = ?", [claim_id])
    for table in ("pairs", "scores"):
        db.execute(f"DELETE FROM {table} WHERE ? IN (left_id, right_id)", [claim_id])
    db.table("stale_vectors").insert({"claim_id": claim_id}, ignore=True)


def _move_clashes(db: Database, claim_id: str, by: int) -> None:
    for side in ("left", "right") if by else ():
        start, end = f"clash_{side}_start", f"clash_{side}_end"
        db.execute(
            f"UPDATE findings SET {start} = {start} + ?, {end} = {end} + ? WHERE {side}_id = ?", [by, by, claim_id]
        )
