"""Where an item was read: its file and nodes, so that any later fault can point at file, line and column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .errors import Problem, Severity, shown
from .reading import Fields, Node, Text, place


@dataclass(frozen=True)
class Origin:
    """A file, as a path from the root folder, and the node read from it; parts of it may be those of its original."""

    path: str
    held: Node | Callable[[], Node]
    """The node, or what reads it: of a file that was read before, its places are wanted for a fault only."""
    digest: bytes = b""
    """The SHA-256 of the file as it was read; of the file itself, whatever is laid over it or under it."""

    @property
    def kept(self) -> bool:
        """Whether the file was read before, when there was nothing to tell of it."""
        return callable(self.held)

    @cached_property
    def node(self) -> Node:
        """What is in the file."""
        return self.held() if callable(self.held) else self.held

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that a part of it was written in: its own, and those of what it changes or translates."""
        found = {self.path}
        waiting = [] if callable(self.held) else [self.held]
        while waiting:
            node = waiting.pop()
            found.add(node.path)
            if not isinstance(node, Text):
                waiting += node.values.values() if isinstance(node, Fields) else node.values
        return tuple(sorted(found))

    def problem(
        self,
        loc: Sequence[str | int],
        code: str,
        *,
        hint: str | None = None,
        severity: Severity = "error",
        key: bool = False,
        **params: object,
    ) -> Problem:
        """A problem at `loc` (keys and indexes from the item's root), at the key itself if `key`."""
        path, line, column = place(self.node, loc, key=key)
        said = {name: shown(value) for name, value in params.items()}
        return Problem(path, line, column, code, said, hint, severity)
