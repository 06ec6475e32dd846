"""What was made of files, kept from one reading to the next: a preview reads again only what was saved."""

from __future__ import annotations

import gc
import os
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


def stamp(path: Path | os.DirEntry[str]) -> tuple[int, int, int]:
    """What changes when a file is saved or replaced: its time in nanoseconds, its size, its number on the disk."""
    about = path.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino


@contextmanager
def uncollected(*, kept: bool = False) -> Iterator[None]:
    """Nothing that is read or rendered is garbage yet: looking for some takes half the time of a large library.

    What is `kept` afterwards is not looked through later either, until it is `tidied`.
    """
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
        if kept:
            gc.freeze()
    finally:
        if wanted:
            gc.enable()


@contextmanager
def looked_through_seldom() -> Iterator[None]:
    """What is new is looked through for garbage less often, what has stayed never: a large library does stay."""
    before = gc.get_threshold()
    gc.set_threshold(20_000, 10, 1_000_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def tidied() -> None:
    """Throw away what is no longer used, and look no more through all that still is: a large library takes a second."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
