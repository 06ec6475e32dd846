"""An overlay: what changes in an original, laid over it as nodes that each keep their own file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .errors import Problem, shown
from .reading import Fields, Items, Node, Text
from .validation import closest

ID, DROP, BEFORE, AFTER = "id", "drop", "before", "after"
YES = ("oui", "yes", "true")


def overlay(original: Node, changes: Node, *, aligned: bool = False) -> tuple[Node, list[Problem]]:
    """The original with its changes, and what is wrong with them.

    Mappings merge by key. A list whose elements have an `id` merges by id, in the original's order; a new element goes
    `before` or `after` another, else to the end; one with `drop: yes` goes out. Any other list or text is replaced, or,
    if lists are `aligned` and as long as each other, merged element by element. `drop` in a mapping lists the keys to
    take out before anything is laid over.
    """
    layer = _Layer(aligned)
    return layer.node(original, changes), layer.problems


def has_ids(node: Node) -> bool:
    """Whether this is a list whose elements are known by their `id`."""
    return isinstance(node, Items) and bool(node.values) and all(id_of(value) is not None for value in node.values)


def id_of(node: Node) -> str | None:
    """The `id` of an element, if it has one."""
    value = node.values.get(ID) if isinstance(node, Fields) else None
    return value.value if isinstance(value, Text) and value.given else None


def is_given(node: Node | None) -> bool:
    """Whether anything is written there: a key with nothing behind it changes nothing."""
    return node is not None and not (isinstance(node, Text) and not node.given)


@dataclass
class _Layer:
    aligned: bool
    problems: list[Problem] = field(default_factory=list)

    def node(self, original: Node, changes: Node) -> Node:
        if not is_given(changes):
            return original
        if isinstance(original, Fields) and isinstance(changes, Fields):
            return self.fields(original, changes)
        if isinstance(original, Items) and isinstance(changes, Items):
            if has_ids(original):
                return self.by_id(original, changes)
            if self.aligned and len(original.values) == len(changes.values):
                pairs = zip(original.values, changes.values, strict=True)
                return Items(tuple(self.node(*pair) for pair in pairs), changes.line, changes.column, changes.path)
        return changes

    def fields(self, original: Fields, changes: Fields) -> Fields:
        if not changes.values:
            return original
        gone = self.dropped(original, changes)
        values = {name: value for name, value in original.values.items() if name not in gone}
        keys = {name: original.keys[name] for name in values}
        for name, value in changes.values.items():
            if name != DROP and is_given(value):
                values[name] = self.node(values[name], value) if name in values else value
                keys[name] = changes.keys[name]
        return Fields(values, keys, changes.line, changes.column, changes.path)

    def by_id(self, original: Items, changes: Items) -> Items:
        there = {str(id_of(value)): value for value in original.values}
        elements: dict[str, Node] = dict(there)
        changed: dict[str, Node] = {}
        for value in changes.values:
            changed.setdefault(id_of(value) or "", value)
        known = [*there, *(name for name, value in changed.items() if name and not _has(value, DROP))]
        gone: set[str] = set()
        spots: dict[str, tuple[str, str]] = {}
        for change in changes.values:
            name = id_of(change)
            if name is None or not isinstance(change, Fields):
                self.problem(change, "overlay_without_id")
            elif change is not changed[name]:
                self.problem(change.values[ID], "overlay_twice", name=name)
            elif self.goes(change, name, there):
                gone.add(name)
            else:
                if spot := self.spot(change, known):
                    spots[name] = spot
                element = without(change, (BEFORE, AFTER))
                elements[name] = self.node(there[name], element) if name in there else element
        order = _ordered(elements, spots)
        for name in elements.keys() - set(order):
            self.problem(changed[name], "overlay_circle", name=name)
        kept = tuple(elements[name] for name in order if name not in gone)
        return Items(kept, changes.line, changes.column, changes.path)

    def goes(self, change: Fields, name: str, there: Mapping[str, Node]) -> bool:
        """Whether an element is to go out; a list of keys to take out of it is left to `fields`."""
        said = change.values.get(DROP)
        if not isinstance(said, Text) or not said.given:
            return False
        if said.value.lower() not in YES:
            self.problem(said, "overlay_drop")
        elif name not in there:
            self.problem(change.values[ID], "overlay_not_there", name=name, hint=closest(name, there))
        return True

    def dropped(self, original: Fields, changes: Fields) -> set[str]:
        """The keys to take out of a mapping."""
        said = changes.values.get(DROP)
        if said is None or not is_given(said):
            return set()
        if not isinstance(said, Items):
            self.problem(said, "overlay_drop")
            return set()
        names = [value for value in said.values if isinstance(value, Text)]
        for value in said.values:
            if not isinstance(value, Text):
                self.problem(value, "overlay_drop")
            elif value.value not in original.values:
                hint = closest(value.value, original.values)
                self.problem(value, "overlay_not_there", name=value.value, hint=hint)
        return {name.value for name in names}

    def spot(self, change: Fields, known: Sequence[str]) -> tuple[str, str] | None:
        """Where an element is to go: `before` or `after`, and which other."""
        said = [(word, change.values[word]) for word in (BEFORE, AFTER) if is_given(change.values.get(word))]
        if not said:
            return None
        word, target = said[0]
        name = target.value if isinstance(target, Text) else ""
        if len(said) > 1:
            self.problem(change.keys[AFTER], "overlay_two_places")
        elif name not in known:
            self.problem(target, "overlay_place", key=word, name=name, hint=closest(name, known))
        else:
            return word, name
        return None

    def problem(self, node: Node, code: str, hint: str | None = None, **params: str) -> None:
        said = {key: shown(value) for key, value in params.items()}
        self.problems.append(Problem(node.path, node.line, node.column, code, said, hint))


def _has(node: Node, name: str) -> bool:
    return isinstance(node, Fields) and is_given(node.values.get(name))


def without(node: Fields, names: Collection[str]) -> Fields:
    """A mapping without some of its keys."""
    values = {name: value for name, value in node.values.items() if name not in names}
    return Fields(values, node.keys, node.line, node.column, node.path)


def _ordered(names: Iterable[str], spots: Mapping[str, tuple[str, str]]) -> list[str]:
    """Names in order, those with a spot beside the one they name; names that wait for each other are left out."""
    beside: dict[tuple[str, str], list[str]] = {}
    for name, spot in spots.items():
        beside.setdefault(spot, []).append(name)
    order: list[str] = []
    waiting = [(name, False) for name in names if name not in spots][::-1]
    while waiting:
        name, opened = waiting.pop()
        if opened:
            order.append(name)
            continue
        waiting += [(other, False) for other in reversed(beside.get((AFTER, name), ()))]
        waiting.append((name, True))
        waiting += [(other, False) for other in reversed(beside.get((BEFORE, name), ()))]
    return order
