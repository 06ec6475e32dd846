"""Stories kept as they were read, by the content of their files: only those that have changed are read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import store
from .model import CaseStory
from .remade import remade
from .store import Store

FILE = ".cache/mallette-stories.db"
LAYOUT = 1
"""Of the file; one of another layout is begun again."""

_story = remade(CaseStory)


@dataclass(frozen=True)
class Kept:
    """A story as its file says it: the path and the SHA-256 of the file, and the main language of the kit."""

    path: str
    digest: bytes
    main: str
    story: CaseStory

    def packed(self) -> bytes:
        """The main language, that of its texts, and what it says, as JSON without line breaks."""
        said = self.story.model_dump_json(exclude_unset=True)
        return "\n".join((self.main, self.story.title.language, said)).encode()


class Shelf:
    """Stories of which there was nothing to tell, by the path and the content of their file."""

    def __init__(self, kept: Store | None = None) -> None:
        self._store = kept
        self._found: dict[str, tuple[str, str, str]] = {}

    def has(self, path: str, digest: bytes) -> bool:
        """Whether what a file says, by the SHA-256 of its bytes, was read before, and there was nothing to tell."""
        value = self._store.get(_key(path, digest)) if self._store else None
        parts = value.decode("utf-8", "replace").split("\n") if value else []
        if len(parts) == 3:
            self._found[path] = (parts[0], parts[1], parts[2])
        return len(parts) == 3

    def story(self, path: str, id: str, main: str) -> CaseStory | None:
        """What was read of a file, in the `main` language unless it says another; None if that is lost."""
        written_for, language, said = self._found[path]
        try:
            story = _story(json.loads(said), language) if written_for == main else None
        except (ValueError, TypeError, AttributeError):
            return None
        return story if story and story.id == id else None

    def keep(self, read: Iterable[Kept]) -> None:
        """Hold these stories as well, and forget what was not asked for: one that is taken back leaves no trace."""
        if self._store is None:
            return
        for one in read:
            if self._found.get(one.path, ("",))[0] != one.main:
                self._store.put(_key(one.path, one.digest), one.packed())
        self._store.sweep()


def _key(path: str, digest: bytes) -> bytes:
    return hashlib.sha256(store.code() + digest + path.encode()).digest()


@contextmanager
def opened(root: Path) -> Iterator[Shelf]:
    """The shelf of a root folder, which is made if need be."""
    with store.opened(root / FILE, LAYOUT) as kept:
        kept.hold()
        yield Shelf(kept)
