"""The database file: opening it, one connection a thread, transactions, and clear errors when it fails."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from factcheck.errors import StoreUnusable
from factcheck.migrations import MIGRATIONS, unknown_steps

DATABASE = "factcheck.db"
RESTORE = f"stop factcheck, delete {DATABASE}-wal and {DATABASE}-shm, and put a copy in the place of {DATABASE}"
BUSY_SECONDS = 30
CACHE_KIB = 64 * 1024
"""Pages kept by each connection; SQLite's own 2 MiB make the queue of 10,000 findings three times slower."""

Row = dict[str, Any]
Parameters = Sequence[Any] | dict[str, Any]


class StoreFile:
    """A SQLite database of the current schema. Threads may share it: each gets its own connection."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._own = threading.local()
        self._connections: weakref.WeakSet[Database] = weakref.WeakSet()
        # a database in memory lives in one connection, which the threads take in turns
        self._turn = threading.RLock()
        self._in_memory = self._connected(":memory:") if path is None else None

    @classmethod
    def open(cls, path: Path | None) -> Self:
        """The database at this path, made or brought up to date where needed; None makes one in memory.

        Raises:
            StoreUnusable: the file cannot be read or written, is no database, or a newer factcheck wrote it.
        """
        store = cls(path)
        with store._clear_errors():
            if path is not None:
                _make_folder(path.parent)
                store._db.enable_wal()
            newer = unknown_steps(store._db)
            if newer:
                raise StoreUnusable(
                    f"{store.name} was written by a newer factcheck (it has the step {newer[-1]})",
                    hint="upgrade factcheck, or choose another folder with --index",
                )
            if MIGRATIONS.pending(store._db):
                with store.writing() as db:
                    MIGRATIONS.apply(db)
                    store.renew_queue()
        return store

    def renew_queue(self) -> None:
        """Work out anew what follows from other tables; called when the schema has changed."""

    @property
    def name(self) -> str:
        """The database as messages call it."""
        return f"the database {self.path}" if self.path else "the database in memory"

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        for db in list(self._connections):
            db.close()

    def problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file: damaged pages and broken references; [] is sound.

        Raises:
            StoreUnusable: the file is too damaged to be read.
        """
        damage = [row["integrity_check"] for row in self.rows("PRAGMA integrity_check")]
        orphans = [f"{row['table']} names a missing {row['parent']}" for row in self.rows("PRAGMA foreign_key_check")]
        return [line for line in damage if line != "ok"] + orphans

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows that a query gives."""
        with self._turns(), self._clear_errors():
            return list(self._db.query(sql, parameters))

    def number(self, sql: str, parameters: Parameters = ()) -> int:
        """The whole number that a query counts."""
        return int(next(iter(self.rows(sql, parameters)[0].values())) or 0)

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """A transaction that holds the write lock from its start; nested in another, it is part of that."""
        with self._turns(), self._clear_errors():
            db = self._db
            if db.conn.in_transaction:
                with db.atomic():
                    yield db
                return
            # a deferred transaction that reads first fails at once, without waiting, if another wrote meanwhile
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the database for all that is read within, whatever others write meanwhile."""
        with self._turns(), self._clear_errors():
            db = self._db
            if db.conn.in_transaction:
                yield
                return
            db.execute("BEGIN")
            try:
                yield
            finally:
                db.commit()

    @property
    def _db(self) -> Database:
        if self._in_memory is not None:
            return self._in_memory
        if not hasattr(self._own, "db"):
            self._own.db = self._connected(str(self.path))
        db: Database = self._own.db
        return db

    def _connected(self, path: str) -> Database:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
        db = Database(connection, execute_plugins=False)
        weakref.finalize(db, connection.close)  # when its thread ends
        db.execute("PRAGMA foreign_keys = on")
        db.execute("PRAGMA synchronous = normal")
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._connections.add(db)
        return db

    @contextmanager
    def _turns(self) -> Iterator[None]:
        if self._in_memory is None:
            yield
            return
        with self._turn:
            yield

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # our own mistake, not the file's
        except sqlite3.OperationalError as error:
            raise StoreUnusable(
                f"{self.name} cannot be used: {error}",
                hint="check that the folder exists, can be written and has space; --index chooses another",
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreUnusable(
                f"{self.name} is damaged or no database: {error}",
                hint=f"{RESTORE}; or move all three away and run: factcheck ingest",
            ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"cannot make the folder {folder}: {error.strerror}", hint="choose another with --index"
        ) from error
