"""The steps that bring a database to the schema of this version. Steps are appended, never edited once landed."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("factcheck")


def unknown_steps(db: Database) -> list[str]:
    """The steps applied to this database that this version does not know: a newer version wrote it."""
    known = {step.name for step in MIGRATIONS._migrations}  # the library has no public list of a set's steps
    return [step.name for step in MIGRATIONS.applied(db) if step.name not in known]


def _run(db: Database, statements: str) -> None:
    # executescript would commit the transaction that makes a step whole or nothing
    for statement in statements.split(";;"):
        db.execute(statement)


@MIGRATIONS()
def m001_articles_and_claims(db: Database) -> None:
    """What was read: articles, the versions seen of each, and the claims of the newest version."""
    _run(
        db,
        """
        CREATE TABLE articles (
            article_id TEXT PRIMARY KEY, url TEXT, source TEXT, title TEXT, published_at TEXT,
            retrieved_at TEXT NOT NULL, language TEXT NOT NULL, content_hash TEXT NOT NULL, origin_id TEXT NOT NULL,
            label TEXT NOT NULL,
            body TEXT NOT NULL -- last: SQLite reads through a long value to reach the columns behind it
        );;
        CREATE INDEX articles_of_origin ON articles (origin_id);;
        CREATE TABLE article_versions (
            article_id TEXT NOT NULL, content_hash TEXT NOT NULL, seen_at TEXT NOT NULL,
            PRIMARY KEY (article_id, content_hash)
        );;
        CREATE TABLE claims (
            claim_id TEXT PRIMARY KEY,
            article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
            position INTEGER NOT NULL, "start" INTEGER NOT NULL, "end" INTEGER NOT NULL,
            text TEXT NOT NULL, standalone_text TEXT NOT NULL, kind TEXT NOT NULL,
            speaker TEXT, cue_start INTEGER, cue_end INTEGER, facts TEXT NOT NULL
        );;
        CREATE INDEX claims_of_article ON claims (article_id, position);;
        CREATE INDEX claims_of_speaker ON claims (speaker);;
        CREATE TABLE stale_vectors (claim_id TEXT PRIMARY KEY REFERENCES claims ON DELETE CASCADE);;
        CREATE TABLE text_signatures (content_hash TEXT PRIMARY KEY, signature BLOB NOT NULL);;
        CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL)
        """,
    )


@MIGRATIONS()
def m002_pairs_and_scores(db: Database) -> None:
    """What was compared: which claims were matched and with which settings, the pairs, and what models say of them."""
    _run(
        db,
        """
        CREATE TABLE matched_claims (
            claim_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE, match_key TEXT NOT NULL,
            PRIMARY KEY (claim_id, match_key)
        );;
        CREATE TABLE left_out (
            match_key TEXT NOT NULL, reason TEXT NOT NULL, pairs INTEGER NOT NULL,
            PRIMARY KEY (match_key, reason)
        );;
        CREATE TABLE pairs (
            left_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            right_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            similarity REAL NOT NULL, evidence TEXT NOT NULL, match_key TEXT NOT NULL,
            PRIMARY KEY (left_id, right_id), CHECK (left_id < right_id)
        );;
        CREATE INDEX pairs_of_right ON pairs (right_id);;
        CREATE TABLE scores (
            left_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            right_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            model_id TEXT NOT NULL,
            conflict REAL NOT NULL, "update" REAL NOT NULL, tension REAL NOT NULL,
            agree REAL NOT NULL, compatible REAL NOT NULL, different REAL NOT NULL,
            PRIMARY KEY (left_id, right_id, model_id)
        );;
        CREATE INDEX scores_of_right ON scores (right_id)
        """,
    )


@MIGRATIONS()
def m003_findings_and_disputes(db: Database) -> None:
    """What a person should see: findings, their words for searching, and the disputes that they form."""
    _run(
        db,
        """
        CREATE TABLE findings (
            number INTEGER PRIMARY KEY, finding_id TEXT NOT NULL UNIQUE,
            left_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            right_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            similarity REAL NOT NULL, evidence TEXT NOT NULL,
            relation TEXT NOT NULL, probability REAL NOT NULL, scores TEXT NOT NULL, conflict_type TEXT,
            clash_left_start INTEGER, clash_left_end INTEGER, clash_right_start INTEGER, clash_right_end INTEGER,
            reasons TEXT NOT NULL, model_id TEXT NOT NULL, run_id TEXT NOT NULL, dispute_id TEXT
        );;
        CREATE INDEX findings_by_probability ON findings (probability DESC, finding_id);;
        CREATE INDEX findings_of_left ON findings (left_id);;
        CREATE INDEX findings_of_right ON findings (right_id);;
        CREATE VIRTUAL TABLE finding_words USING fts5 (words, tokenize = 'porter unicode61 remove_diacritics 2');;
        CREATE TRIGGER findings_forget_words AFTER DELETE ON findings
            BEGIN DELETE FROM finding_words WHERE rowid = old.number; END;;
        CREATE TABLE disputes (
            dispute_id TEXT PRIMARY KEY, question TEXT NOT NULL, relation TEXT NOT NULL,
            probability REAL NOT NULL, positions TEXT NOT NULL, place INTEGER NOT NULL
        );;
        CREATE TABLE dispute_claims (
            dispute_id TEXT NOT NULL REFERENCES disputes ON DELETE CASCADE,
            claim_id TEXT NOT NULL REFERENCES claims ON DELETE CASCADE,
            side INTEGER NOT NULL, place INTEGER NOT NULL,
            PRIMARY KEY (dispute_id, claim_id)
        );;
        CREATE INDEX disputes_of_claim ON dispute_claims (claim_id);;
        CREATE TABLE dispute_findings (
            dispute_id TEXT NOT NULL REFERENCES disputes ON DELETE CASCADE,
            finding_id TEXT NOT NULL REFERENCES findings (finding_id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            PRIMARY KEY (dispute_id, finding_id)
        );;
        CREATE INDEX disputes_of_finding ON dispute_findings (finding_id)
        """,
    )


@MIGRATIONS()
def m004_decisions_and_runs(db: Database) -> None:
    """What people decided, which nothing may change, and what each run did."""
    _run(
        db,
        """
        CREATE TABLE decisions (
            number INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL UNIQUE,
            finding_id TEXT NOT NULL, verdict TEXT NOT NULL, reviewer TEXT NOT NULL, note TEXT NOT NULL,
            decided_at TEXT NOT NULL, "left" TEXT NOT NULL, "right" TEXT NOT NULL,
            relation TEXT NOT NULL, probability REAL NOT NULL, model_id TEXT NOT NULL
        );;
        CREATE INDEX decisions_of_finding ON decisions (finding_id, number);;
        CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions
            BEGIN SELECT RAISE(ABORT, 'decisions are added, never changed'); END;;
        CREATE TRIGGER decisions_never_go BEFORE DELETE ON decisions
            BEGIN SELECT RAISE(ABORT, 'decisions are added, never deleted'); END;;
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, started_at TEXT NOT NULL,
            counts TEXT NOT NULL, left_out TEXT NOT NULL, seconds TEXT NOT NULL,
            models TEXT NOT NULL, settings TEXT NOT NULL
        );;
        CREATE INDEX runs_of_kind ON runs (kind, number)
        """,
    )
