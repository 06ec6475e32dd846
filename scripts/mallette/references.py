"""References that lead nowhere, looked for in the nodes, so that a file with other faults is searched too."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from .model import CaseStory, Item, Kit, Protocol, Role, WritingCard
from .model.text import IDENTIFIER
from .reading import Fields, Items, Node, Text
from .validation import closest

EACH, KEYS = "*", "#"
"""In a path: each element of a list; each key of a mapping."""

REFERENCES: dict[type[Item], dict[tuple[str, ...], str]] = {
    CaseStory: {("protocols", EACH): "protocols"},
    Protocol: {
        ("roles", EACH): "roles",
        ("cycle", "roles", EACH): "roles",
        ("role_copies", KEYS): "roles",
        ("related", EACH): "protocols",
        ("printables", EACH): "printable",
        ("steps", EACH, "actions", KEYS): "roles",
        ("steps", EACH, "supports", EACH): "cards",
        ("materials", EACH, "printable"): "printable",
    },
    Kit: {("first", EACH): "protocols", ("printables", EACH, "stories", EACH): "cases"},
    Role: {("icon",): "icon"},
    WritingCard: {("icon",): "icon"},
}
"""Where each kind of item names something else, and what."""


def unknown(
    model: type[Item], node: Node, known: Mapping[str, Collection[str]]
) -> Iterator[tuple[tuple[str | int, ...], str, str, str | None]]:
    """Each name in an item that is not known: its place, what it should be, the name, and the one probably meant."""
    for path, what in REFERENCES.get(model, {}).items():
        for loc, name in _names(node, path):
            if what in known and name not in known[what] and IDENTIFIER.fullmatch(name):
                yield loc, what, name, closest(name, sorted(known[what]))


def _names(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts at the end of a path, with the place of each."""
    if not path:
        if isinstance(node, Text) and node.given:
            yield (), node.value
        return
    first, rest = path[0], path[1:]
    inner: Iterator[tuple[str | int, Node]] = iter(())
    if first == EACH and isinstance(node, Items):
        inner = iter(enumerate(node.values))
    elif isinstance(node, Fields):
        inner = iter(node.keys.items()) if first == KEYS else ((k, v) for k, v in node.values.items() if k == first)
    yield from chain.from_iterable((((key, *loc), name) for loc, name in _names(value, rest)) for key, value in inner)
