"""What the typesetter says of texts that do not fit, or only just, as problems of the files they were written in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from . import guides
from .artifact import Overflow, Shrunk
from .errors import Problem, shown
from .loading import Loaded
from .model import Printable
from .origin import Origin
from .reading import Fields, Items, Node, Text


def overflow_problem(overflow: Overflow, printable: Printable, loaded: Loaded) -> Problem:
    """A text that does not fit, as a problem of the file that it was written in."""
    origin, loc = _place(overflow.where, loaded)
    length = sum(len(text.value) for text in _texts(origin.node, loc))
    over = max(1, round(length * (1 - 1 / overflow.ratio)))
    return origin.problem(loc, "does_not_fit", card=_plain(overflow.card), over=over, printable=printable.title)


def shrunk_note(shrunk: Shrunk, printable: Printable, loaded: Loaded) -> Problem:
    """A text that was set smaller so that it fits, for the report of `mallette check --print`."""
    origin, loc = _place(shrunk.where, loaded)
    wished, got = (f"{points:g}" for points in (shrunk.wished, shrunk.got))
    return origin.problem(
        loc, "shrunk", severity="note", card=_plain(shrunk.card), wished=wished, points=got, printable=printable.title
    )


def _plain(card: str) -> str:
    """The name of a card with the spaces that people type."""
    return card.replace("\u202f", " ").replace("\u00a0", " ")


def _place(where: str, loaded: Loaded) -> tuple[Origin, tuple[str | int, ...]]:
    """The file and the place in it that a template named."""
    kind, _, rest = where.partition(":")
    name, _, path = rest.partition(":")
    loc = tuple(int(part) if part.isdecimal() else part for part in path.split("/") if part)
    return next(o for (model, i), o in loaded.origins.items() if model.__name__ == kind and i == name), loc


def lacking_problems(letter: str, loaded: Loaded, root: Path) -> Iterator[Problem]:
    """Each text with a letter that none of our fonts has."""
    for origin in loaded.origins.values():
        for text in _texts(origin.node, ()):
            if letter in text.value:
                yield Problem(text.path, text.line, text.column, "letter_lacking", {"letter": shown(letter)})
    for name in dict.fromkeys(filter(None, map(guides.laid_out, loaded.mallette.kit.printables))):
        yield from guides.lacking(root, name, letter)


def _texts(node: Node, loc: tuple[str | int, ...]) -> Iterator[Text]:
    for part in loc:
        if isinstance(node, Fields) and part in node.values:
            node = node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int):
            node = node.values[part]
    match node:
        case Text():
            yield node
        case Items():
            for value in node.values:
                yield from _texts(value, ())
        case Fields():
            for value in node.values.values():
                yield from _texts(value, ())
