"""What is saved, and asked for, while a preview runs: told at once, and each waited for."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

SETTLING_SECONDS = 0.02
"""An editor saves in several steps, all done by then."""
CHANGES: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class Saved(FileSystemEventHandler):
    """The files that were written, moved or removed since they were last asked for."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()
        self._read = 0.0
        self._changed = threading.Condition()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note a change, but not of hidden files: editors keep theirs beside what they save."""
        paths = {Path(str(path)) for path in (event.src_path, event.dest_path) if path}
        with self._changed:
            self._paths |= {path for path in paths if not path.name.startswith(".")}
            self._changed.notify_all()

    def read(self) -> None:
        """Note that something is asked for."""
        self._read = time.monotonic()

    def quiet(self, seconds: float) -> bool:
        """Wait until nothing is asked for during so long: whether nothing changed meanwhile."""
        end = time.monotonic() + seconds
        with self._changed:
            while (left := max(end, self._read + seconds) - time.monotonic()) > 0:
                if self._changed.wait_for(lambda: self._paths, left):
                    return False
        return True

    def taken(self) -> set[Path]:
        """Wait for a change, then for a moment without any, and give the paths."""
        with self._changed:
            self._changed.wait_for(lambda: self._paths)
            while self._changed.wait(SETTLING_SECONDS):
                pass
            found, self._paths = self._paths, set()
            return found
