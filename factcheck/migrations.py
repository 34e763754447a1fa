"""The steps that bring a database to the schema of this version. Steps are appended, never edited once landed."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from factcheck.chain import NO_HASH, entry_hash, head_mark

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


@MIGRATIONS()
def m005_decision_chain(db: Database) -> None:
    """A chain of hashes over the log of decisions, which can now take decisions back."""
    _run(
        db,
        """
        ALTER TABLE decisions ADD COLUMN withdraws TEXT NOT NULL DEFAULT '';;
        ALTER TABLE decisions ADD COLUMN conflict_type TEXT;;
        ALTER TABLE decisions ADD COLUMN is_sampled INTEGER NOT NULL DEFAULT 0;;
        CREATE TABLE decision_chain (
            number INTEGER PRIMARY KEY REFERENCES decisions, previous_hash TEXT NOT NULL, entry_hash TEXT NOT NULL
        );;
        CREATE TRIGGER chain_never_changes BEFORE UPDATE ON decision_chain
            BEGIN SELECT RAISE(ABORT, 'the chain of decisions grows, and never changes'); END;;
        CREATE TRIGGER chain_never_goes BEFORE DELETE ON decision_chain
            BEGIN SELECT RAISE(ABORT, 'the chain of decisions grows, and is never deleted'); END
        """,
    )
    number, last = 0, NO_HASH
    for row in list(db.query("SELECT * FROM decisions ORDER BY number")):
        number, before = row["number"], last
        last = entry_hash(before, row)
        db.execute("INSERT INTO decision_chain VALUES (?, ?, ?)", [number, before, last])
    if number:
        db.execute("INSERT OR REPLACE INTO marks VALUES ('decision_log_head', ?)", [head_mark(number, last)])


@MIGRATIONS()
def m006_queue(db: Database) -> None:
    """What the queue is ordered, filtered and counted by, who works on what, and what has to be decided again."""
    _run(
        db,
        """
        ALTER TABLE findings ADD COLUMN priority REAL NOT NULL DEFAULT 0;;
        ALTER TABLE findings ADD COLUMN first_published TEXT NOT NULL DEFAULT '';;
        ALTER TABLE findings ADD COLUMN last_published TEXT NOT NULL DEFAULT '';;
        ALTER TABLE findings ADD COLUMN is_sampled INTEGER NOT NULL DEFAULT 0;;
        ALTER TABLE findings ADD COLUMN is_open INTEGER NOT NULL DEFAULT 1;;
        ALTER TABLE findings ADD COLUMN needs_two INTEGER NOT NULL DEFAULT 0;;
        CREATE INDEX findings_by_priority ON findings (is_sampled, priority DESC, finding_id);;
        CREATE INDEX open_findings_by_priority ON findings (is_sampled, is_open, priority DESC, finding_id);;
        CREATE INDEX findings_by_date ON findings (is_sampled, last_published DESC, probability DESC, finding_id);;
        CREATE INDEX findings_of_dispute ON findings (dispute_id);;
        CREATE INDEX open_findings_of_dispute ON findings (is_sampled, is_open, dispute_id);;
        CREATE TABLE finding_facets (
            facet TEXT NOT NULL, value TEXT NOT NULL,
            number INTEGER NOT NULL REFERENCES findings (number) ON DELETE CASCADE,
            PRIMARY KEY (facet, value, number)
        ) WITHOUT ROWID;;
        CREATE INDEX facets_of_finding ON finding_facets (number);;
        CREATE TABLE standing_decisions (
            finding_id TEXT NOT NULL, reviewer TEXT NOT NULL, number INTEGER NOT NULL REFERENCES decisions,
            PRIMARY KEY (finding_id, reviewer)
        ) WITHOUT ROWID;;
        CREATE INDEX standing_of_reviewer ON standing_decisions (reviewer, finding_id);;
        CREATE TABLE assignments (
            finding_id TEXT PRIMARY KEY REFERENCES findings (finding_id) ON DELETE CASCADE,
            reviewer TEXT NOT NULL, until TEXT NOT NULL
        );;
        CREATE INDEX assignments_of_reviewer ON assignments (reviewer);;
        CREATE TABLE reopened (
            finding_id TEXT NOT NULL REFERENCES findings (finding_id) ON DELETE CASCADE,
            earlier_id TEXT NOT NULL, because TEXT NOT NULL,
            PRIMARY KEY (finding_id, earlier_id)
        );;
        INSERT INTO standing_decisions SELECT finding_id, reviewer, max(number) FROM decisions
            GROUP BY finding_id, reviewer;;
        UPDATE findings SET is_open = finding_id NOT IN (SELECT finding_id FROM standing_decisions)
        """,
    )


@MIGRATIONS()
def m010_units(db: Database) -> None:
    """The parts of long sentences that are compared beside the whole, and by which rules claims were read."""
    _run(
        db,
        """
        ALTER TABLE claims ADD COLUMN units TEXT NOT NULL DEFAULT '[]';;
        ALTER TABLE pairs ADD COLUMN left_unit INTEGER NOT NULL DEFAULT 0;;
        ALTER TABLE pairs ADD COLUMN right_unit INTEGER NOT NULL DEFAULT 0;;
        ALTER TABLE findings ADD COLUMN left_unit INTEGER NOT NULL DEFAULT 0;;
        ALTER TABLE findings ADD COLUMN right_unit INTEGER NOT NULL DEFAULT 0;;
        CREATE TABLE claim_rules (
            article_id TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE, rules TEXT NOT NULL
        )
        """,
    )


@MIGRATIONS()
def m008_jobs(db: Database) -> None:
    """Long work that was asked for: how far each job is, what came of it, and, until then, what it works on."""
    _run(
        db,
        """
        CREATE TABLE jobs (
            number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, state TEXT NOT NULL,
            asked_by TEXT NOT NULL, stage TEXT NOT NULL, done INTEGER NOT NULL, total INTEGER NOT NULL,
            created_at TEXT NOT NULL, started_at TEXT, ended_at TEXT, cancel_asked INTEGER NOT NULL,
            error TEXT NOT NULL, hint TEXT NOT NULL, result TEXT
        );;
        CREATE INDEX jobs_in_state ON jobs (state, number);;
        CREATE TABLE job_inputs (
            job_id TEXT PRIMARY KEY REFERENCES jobs (job_id) ON DELETE CASCADE, wanted TEXT NOT NULL
        )
        """,
    )


@MIGRATIONS()
def m009_idempotency(db: Database) -> None:
    """What was answered to requests that came with an idempotency key."""
    _run(
        db,
        """
        CREATE TABLE replies (
            asker TEXT NOT NULL, idempotency_key TEXT NOT NULL, kept_at TEXT NOT NULL, asked TEXT NOT NULL,
            status INTEGER NOT NULL, media_type TEXT NOT NULL, location TEXT NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (asker, idempotency_key)
        );;
        CREATE INDEX replies_by_age ON replies (kept_at)
        """,
    )


@MIGRATIONS()
def m007_people(db: Database) -> None:
    """Who may log in, their sessions and the keys of their programs, and what was done with an admin's rights."""
    _run(
        db,
        """
        CREATE TABLE people (
            name TEXT PRIMARY KEY, folded TEXT NOT NULL UNIQUE, role TEXT NOT NULL, password_hash TEXT NOT NULL,
            added_at TEXT NOT NULL, last_login_at TEXT
        );;
        CREATE TABLE logins (
            token_hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
            began_at TEXT NOT NULL, ends_at TEXT NOT NULL
        );;
        CREATE INDEX logins_of_person ON logins (person);;
        CREATE TABLE api_keys (
            prefix TEXT PRIMARY KEY, key_hash TEXT NOT NULL,
            owner TEXT NOT NULL REFERENCES people ON DELETE CASCADE,
            role TEXT NOT NULL, label TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT, last_used_at TEXT
        );;
        CREATE INDEX api_keys_of_owner ON api_keys (owner);;
        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, who TEXT NOT NULL, act TEXT NOT NULL,
            what TEXT NOT NULL, address TEXT NOT NULL
        );;
        CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is added to, never changed'); END;;
        CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit is added to, never deleted'); END
        """,
    )


@MIGRATIONS()
def m011_origin_reviews(db: Database) -> None:
    """What reviewers say of the origins of articles, which nothing may change."""
    _run(
        db,
        """
        CREATE TABLE origin_reviews (
            number INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL UNIQUE,
            article_id TEXT NOT NULL, joined_to TEXT, reviewer TEXT NOT NULL, note TEXT NOT NULL, made_at TEXT NOT NULL
        );;
        CREATE TRIGGER origin_reviews_never_change BEFORE UPDATE ON origin_reviews
            BEGIN SELECT RAISE(ABORT, 'reviews of origins are added, never changed'); END;;
        CREATE TRIGGER origin_reviews_never_go BEFORE DELETE ON origin_reviews
            BEGIN SELECT RAISE(ABORT, 'reviews of origins are added, never deleted'); END
        """,
    )


@MIGRATIONS()
def m012_conflict_types(db: Database) -> None:
    """What the relation model takes each pair to clash in, beside how likely it clashes."""
    _run(db, "ALTER TABLE scores ADD COLUMN conflict_type TEXT")


@MIGRATIONS()
def m013_queue_order(db: Database) -> None:
    """Conflicts first: the places in the queue are forgotten, and worked out anew as after every step."""
    _run(db, "UPDATE findings SET priority = 0")
