"""A file of the cache, in SQLite, begun again if it is broken or of another layout; what tells our code from other."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")


def ready(file: Path, layout: int, table: str) -> sqlite3.Connection | None:
    """The file, with its `table`; None if it cannot be had: that costs time, never the build.

    What is deleted in it leaves no trace. It holds data only: whoever brings the file runs nothing.
    """
    for _ in range(2):
        base, locked = None, False
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(file, timeout=1)
            base.execute(f"CREATE TABLE IF NOT EXISTS {table}")
            base.execute("PRAGMA secure_delete = ON")
            (found,) = base.execute("PRAGMA user_version").fetchone()
            if found in (0, layout):
                base.execute(f"PRAGMA user_version = {layout}")  # fails now rather than at each row
                return base
        except OSError:
            pass
        except sqlite3.Error as error:
            locked = getattr(error, "sqlite_errorname", "") in LOCKED
        if base is not None:
            base.close()
        if locked:  # someone else is at it
            return None
        with suppress(OSError):
            file.unlink()
    return None


@cache
def code(engines: Iterable[str]) -> bytes:
    """A digest of our code and of the versions of what it works with: other code may make other things."""
    digest = hashlib.sha256(repr([version(name) for name in engines]).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
