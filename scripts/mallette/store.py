"""Values kept by the content that they are made of, in one file below `.cache`; data only, nothing of it is run."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

ENGINES = ("jinja2", "markdown-it-py", "markupsafe", "nh3", "pagefind-bin", "pydantic", "pyyaml")
SUM = 8
"""Bytes by which a value that a disk has spoilt is known."""


@cache
def code() -> bytes:
    """A digest of our code and of the versions of what it makes things with: another one makes other things."""
    digest = hashlib.sha256(repr([version(name) for name in ENGINES]).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


class Store:
    """Values by key; a file that cannot be read or written costs time, never the build."""

    def __init__(self, base: sqlite3.Connection | None = None) -> None:
        self._base = base
        self._used: set[bytes] = set()
        self._held: dict[bytes, bytes] | None = None

    def hold(self) -> None:
        """Take all values in at once: that is sooner than one by one, if they are many, small and all asked for."""
        if self._base is not None:
            with suppress(sqlite3.Error):
                self._held = dict(self._base.execute("SELECT key, value FROM kept"))

    def get(self, key: bytes) -> bytes | None:
        """What was kept, if it was and is whole."""
        if self._base is None:
            return None
        self._used.add(key)
        value = _lying(self._base, key) if self._held is None else self._held.get(key, b"")
        found = value[SUM:]
        return found if value and value[:SUM] == _sum(found) else None

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value."""
        if self._base is not None:
            self._used.add(key)
            with suppress(sqlite3.Error):
                self._base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, _sum(value) + value))

    def sweep(self) -> None:
        """Keep what was added, and forget at once what was not asked for: a story taken back leaves no trace."""
        if self._base is not None:
            with suppress(sqlite3.Error):
                for (key,) in self._base.execute("SELECT key FROM kept").fetchall():
                    if key not in self._used:
                        self._base.execute("DELETE FROM kept WHERE key = ?", (key,))
                self._base.commit()


def _lying(base: sqlite3.Connection, key: bytes) -> bytes:
    """What lies in the file under a key, with its sum, or nothing."""
    found = None
    with suppress(sqlite3.Error):
        found = base.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
    return found[0] if found else b""


def _sum(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()[:SUM]


@contextmanager
def opened(file: Path, layout: int) -> Iterator[Store]:
    """The values kept in a file, which is made if need be; what is added stays if the block ends well."""
    base = _base(file, layout)
    try:
        kept = Store(base)
        yield kept
        kept.sweep()
    finally:
        if base is not None:
            base.close()


def _base(file: Path, layout: int) -> sqlite3.Connection | None:
    """The file, ready; begun again once if it is broken or of another layout, None if it cannot be had."""
    for _ in range(2):
        base = None
        with suppress(OSError, sqlite3.Error):
            file.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(file, timeout=1)
            base.execute("CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB)")
            base.execute("PRAGMA secure_delete = ON")
            (found,) = base.execute("PRAGMA user_version").fetchone()
            if found in (0, layout):
                base.execute(f"PRAGMA user_version = {layout}")
                base.execute("DELETE FROM kept WHERE key = ?", (b"",))  # fails now rather than at each value
                return base
        if base is not None:
            base.close()
        with suppress(OSError):
            file.unlink()
    return None
