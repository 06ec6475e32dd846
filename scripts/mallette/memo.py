"""What was made of files, kept from one reading to the next: a preview reads again only what was saved."""

from __future__ import annotations

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class Memo:
    """Results by key, each good for as long as its stamp is the same."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Any, Any]] = {}

    def get(self, key: Hashable, stamp: Any, make: Callable[[], T]) -> T:
        """What `make` gave for this key and stamp, or gives now."""
        kept = self._kept.get(key)
        if kept is None or kept[0] != stamp:
            kept = self._kept[key] = (stamp, make())
        found: T = kept[1]
        return found


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes when a file is saved or replaced: its time in nanoseconds, its size, its number on the disk."""
    about = path.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino


@contextmanager
def uncollected() -> Iterator[None]:
    """Nothing that is read or rendered is garbage yet: looking for some takes half the time of a large library."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()
