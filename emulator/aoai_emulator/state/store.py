"""State in one SQLite file: every object of the emulator as a JSON row."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from aoai_emulator.state.private import private_file

_SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, scope, id)
);
CREATE TABLE IF NOT EXISTS calls (
    account TEXT, deployment TEXT, model TEXT, version TEXT, operation TEXT, status TEXT,
    minute INTEGER, calls INTEGER, prompt_tokens INTEGER, generated_tokens INTEGER,
    PRIMARY KEY (account, deployment, model, version, operation, status, minute)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS learnt ON objects (kind, json_extract(body, '$.training_file'));
CREATE INDEX IF NOT EXISTS calls_by_time ON calls (account, minute);
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_PUT = (
    "INSERT INTO objects (kind, scope, id, body) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (kind, scope, id) DO UPDATE SET body = excluded.body"
)

# What ``read`` keeps in memory: results of at most so many rows, so many results of a kind.
_MOST_ROWS, _MOST_RESULTS = 100, 1_000


class _Record(Protocol):
    """A frozen dataclass of JSON types with an id."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...


_T = TypeVar("_T", bound=_Record)


class Store:
    """The SQLite file. One connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        # SQLite gives its other files the mode of this one.
        self._db = sqlite3.connect(
            private_file(path), check_same_thread=False, isolation_level=None
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        # A killed emulator loses nothing; only a power cut could, and this is no production data.
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)
        self._meta: dict[str, str | tuple[Any]] = {}
        self._unwritten: dict[str, str] = {}
        self._read: dict[str, dict[tuple[Any, ...], list[tuple[Any, ...]]]] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together, or not at all when an exception leaves the block."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._meta.clear()
            self._unwritten.clear()
            self._read.clear()
            raise
        for name, text in self._unwritten.items():
            self._write_meta(name, text)
        self._unwritten.clear()
        self._db.execute("COMMIT")

    def execute(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows."""
        return self._db.execute(sql, values).fetchall()

    def read(self, kind: str, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Rows of objects of a kind; short results are cached until one of them is written.

        Every request asks what is due by now, and mostly nothing is.
        """
        kept = self._read.setdefault(kind, {})
        found = kept.get((sql, *values))
        if found is None:
            found = self.execute(sql, values)
            if len(found) <= _MOST_ROWS and len(kept) < _MOST_RESULTS:
                kept[(sql, *values)] = found
        return found

    def write(self, kind: str, sql: str, values: tuple[Any, ...]) -> None:
        """Change objects of a kind."""
        self._db.execute(sql, values)
        self._read.pop(kind, None)

    def write_all(self, kind: str, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Change several objects of a kind in the same way."""
        self._db.executemany(sql, rows)
        self._read.pop(kind, None)

    def get_meta(self, name: str) -> Any:
        """A small named value, None when it was never set."""
        if name not in self._meta:
            rows = self.execute("SELECT value FROM meta WHERE name = ?", (name,))
            text = rows[0][0] if rows else "null"
            self._keep_meta(name, msgspec.json.decode(text), text)
        kept = self._meta[name]
        return kept[0] if isinstance(kept, tuple) else msgspec.json.decode(kept)

    def set_meta(self, name: str, value: Any) -> None:
        """Keep a small named value; within a transaction it is written at the end."""
        text = _text(value)
        self._keep_meta(name, value, text)
        if self._db.in_transaction:
            self._unwritten[name] = text
        else:
            self._write_meta(name, text)

    def _write_meta(self, name: str, text: str) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, text),
        )

    def _keep_meta(self, name: str, value: Any, text: str) -> None:
        # A list or an object is read anew each time: whoever gets it may change it.
        self._meta[name] = text if isinstance(value, list | dict) else (value,)

    def clear(self) -> None:
        """Forget all objects and calls; the named values stay."""
        self._read.clear()
        self.execute("DELETE FROM objects")
        self.execute("DELETE FROM calls")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


class Table(Generic[_T]):
    """All objects of one dataclass, by scope (an account, a job) and id, oldest first."""

    def __init__(self, store: Store, kind: type[_T]) -> None:
        self._store = store
        self._kind = kind
        self._name = kind.__name__

    def get(self, scope: str, key: str) -> _T | None:
        """The object, or None."""
        rows = self._store.read(
            self._name,
            "SELECT body FROM objects WHERE kind = ? AND scope = ? AND id = ?",
            (self._name, scope, key),
        )
        return _decoded(self._kind, rows[0][0]) if rows else None

    def put(self, scope: str, record: _T) -> _T:
        """Insert the object or replace it; it keeps its place in the order."""
        self._store.write(self._name, _PUT, self._row(scope, record))
        return record

    def put_all(self, scope: str, records: Iterable[_T]) -> None:
        """Insert or replace several objects of a scope."""
        self._store.write_all(self._name, _PUT, [self._row(scope, each) for each in records])

    def _row(self, scope: str, record: _T) -> tuple[Any, ...]:
        return self._name, scope, record.id, _text(record)

    def delete(self, scope: str, key: str) -> None:
        """Remove the object; nothing happens when it is not there."""
        self._store.write(
            self._name,
            "DELETE FROM objects WHERE kind = ? AND scope = ? AND id = ?",
            (self._name, scope, key),
        )

    def clear(self, scope: str) -> None:
        """Remove all objects of the scope."""
        self._store.write(
            self._name,
            "DELETE FROM objects WHERE kind = ? AND scope = ?",
            (self._name, scope),
        )

    def keep_latest(self, scope: str, count: int) -> None:
        """Remove all objects of the scope but the latest."""
        self._store.write(
            self._name,
            "DELETE FROM objects WHERE kind = ? AND scope = ? AND seq <= ("
            "SELECT seq FROM objects WHERE kind = ? AND scope = ?"
            " ORDER BY seq DESC LIMIT 1 OFFSET ?)",
            (self._name, scope, self._name, scope, count),
        )

    def list_without(self, scope: str, field: str, values: tuple[str, ...]) -> list[_T]:
        """The objects of the scope whose field is none of the values, oldest first."""
        rows = self._store.read(
            self._name,
            _without(len(values)),
            (self._name, scope, f"$.{field}", *values),
        )
        return [_decoded(self._kind, body) for (body,) in rows]

    def list(self, scope: str) -> list[_T]:
        """All objects of the scope, oldest first."""
        rows = self._store.read(
            self._name,
            "SELECT body FROM objects WHERE kind = ? AND scope = ? ORDER BY seq",
            (self._name, scope),
        )
        return [_decoded(self._kind, body) for (body,) in rows]


@functools.lru_cache(maxsize=4_096)
def _decoded(kind: type[_T], body: str) -> _T:
    """The object of a row, decoded once: nothing changes what is inside an object."""
    return kind(**msgspec.json.decode(body))


@functools.cache
def _without(count: int) -> str:
    marks = ", ".join("?" * count)
    return (
        "SELECT body FROM objects WHERE kind = ? AND scope = ?"
        f" AND json_extract(body, ?) NOT IN ({marks}) ORDER BY seq"
    )


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
