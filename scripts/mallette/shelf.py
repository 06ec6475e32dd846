"""Stories kept as they were read, by the content of their files: only those that have changed are read again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .cachefile import code, ready
from .model import CaseStory
from .remade import remade

FILE = ".cache/mallette-stories.db"
LAYOUT = 1
"""Of the file; one of another layout is begun again."""
TABLE = "story (path TEXT PRIMARY KEY, digest BLOB, main TEXT, language TEXT, said TEXT)"
ENGINES = ("pydantic", "pydantic-core", "pyyaml")

_story = remade(CaseStory)


@dataclass(frozen=True)
class Kept:
    """A story as its file says it: the path and the SHA-256 of the file, and the main language of the kit."""

    path: str
    digest: bytes
    main: str
    story: CaseStory

    def said(self) -> tuple[str, str]:
        """The language of its texts, and what it says, as JSON."""
        return self.story.title.language, self.story.model_dump_json(exclude_unset=True)


class Shelf:
    """Stories of which there was nothing to tell, by the path of their file; without a base there is none."""

    def __init__(self, base: sqlite3.Connection | None = None) -> None:
        self._base = base
        self._held: dict[str, tuple[bytes, str, str, str]] = {}
        with suppress(sqlite3.Error):
            for path, *row in base.execute("SELECT path, digest, main, language, said FROM story") if base else ():
                self._held[path] = (row[0], row[1], row[2], row[3])

    def has(self, path: str, digest: bytes) -> bool:
        """Whether what a file says, by the SHA-256 of its bytes, was read before, and there was nothing to tell."""
        return path in self._held and self._held[path][0] == _key(digest)

    def story(self, path: str, id: str, main: str) -> CaseStory | None:
        """What was read of a file, in the `main` language unless it says another; None if that is lost."""
        _, written_for, language, said = self._held[path]
        try:
            story = _story(json.loads(said), language) if written_for == main else None
        except (ValueError, TypeError, AttributeError):
            return None
        return story if story and story.id == id else None

    def keep(self, read: Iterable[Kept]) -> None:
        """Hold these stories and nothing else: one that is taken back is forgotten with the next reading."""
        if self._base is None:
            return
        stories = {one.path: one for one in read}
        keys = {path: (_key(one.digest), one.main) for path, one in stories.items()}
        gone = [(path,) for path in self._held.keys() - keys.keys()]
        fresh = [path for path, key in keys.items() if path not in self._held or self._held[path][:2] != key]
        with suppress(sqlite3.Error), self._base:
            self._base.executemany("DELETE FROM story WHERE path = ?", gone)
            self._base.executemany(
                "INSERT OR REPLACE INTO story VALUES (?, ?, ?, ?, ?)",
                ((path, *keys[path], *stories[path].said()) for path in fresh),
            )


def _key(digest: bytes) -> bytes:
    return hashlib.sha256(code(ENGINES) + digest).digest()


@contextmanager
def opened(root: Path) -> Iterator[Shelf]:
    """The shelf of a root folder, which is made if need be."""
    base = ready(root / FILE, LAYOUT, TABLE)
    try:
        yield Shelf(base)
    finally:
        if base is not None:
            base.close()
