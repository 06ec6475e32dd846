"""Bytes laid aside in a file without a name while a build runs, so that memory does not grow with the library."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import IO


@dataclass(frozen=True, eq=False)
class Laid:
    """Where bytes lie; they are read as those of a path are, and like any others with the same content."""

    file: IO[bytes]
    start: int
    length: int

    def __len__(self) -> int:
        return self.length

    def __eq__(self, other: object) -> bool:
        return self.read_bytes() == (other.read_bytes() if isinstance(other, Laid) else other)

    def __hash__(self) -> int:
        return hash(self.read_bytes())

    def read_bytes(self) -> bytes:
        """The bytes."""
        self.file.seek(self.start)
        return self.file.read(self.length)


class Aside:
    """A file that no one else sees, and that is gone with the last of what lies there; without room, all is held."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0

    def lay(self, content: bytes) -> bytes | Laid:
        """These bytes, laid aside if there is room."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - it is closed with the last Laid
            self._file.seek(self._end)
            written = self._file.write(content)
        except OSError:
            return content
        if written < len(content):
            return content
        found = Laid(self._file, self._end, len(content))
        self._end += len(content)
        return found
