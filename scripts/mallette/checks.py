"""Checks that span items: references that lead nowhere, counts that do not add up, names without consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from .errors import Problem
from .labels import SHIPPED
from .model import CaseStory, Item, Kit, Protocol, Role, WritingCard
from .origin import Origin
from .validation import closest

Loc = tuple[str | int, ...]


def check(
    kit: Kit | None,
    items: Iterable[Item],
    origins: Mapping[tuple[type[Item], str], Origin],
    stems: Mapping[str, set[str]],
) -> Iterator[Problem]:
    """All problems between the items that could be read; `stems` are the ids of each folder's files."""
    icons = {path.stem for path in (SHIPPED / "icons").glob("*.svg")}
    for item in items:
        origin = origins[type(item), item.id]
        match item:
            case Protocol():
                yield from _references(origin, _of_protocol(item), stems)
                yield from _steps(origin, item, stems["kit/roles"])
                yield from _materials(origin, item, kit)
            case Role() | WritingCard():
                if item.icon not in icons:
                    yield _unknown(origin, ("icon",), item.icon, "icon", icons)
            case CaseStory():
                places = ((("protocols", i), name, "kit/protocols") for i, name in enumerate(item.protocols))
                yield from _references(origin, places, stems)
                yield from _sums(origin, item)
                yield from _consent(origin, item)


def _of_protocol(protocol: Protocol) -> Iterator[tuple[Loc, str, str]]:
    for index, role in enumerate(protocol.roles):
        yield ("roles", index), role, "kit/roles"
    for index, related in enumerate(protocol.related):
        yield ("related", index), related, "kit/protocols"
    for index, step in enumerate(protocol.steps):
        for role in step.actions:
            yield ("steps", index, "actions", role), role, "kit/roles"
        for number, card in enumerate(step.supports):
            yield ("steps", index, "supports", number), card, "kit/cards"


def _references(
    origin: Origin, places: Iterable[tuple[Loc, str, str]], stems: Mapping[str, set[str]]
) -> Iterator[Problem]:
    for loc, name, folder in places:
        if name not in stems[folder]:
            yield _unknown(origin, loc, name, folder.rpartition("/")[2], stems[folder])


def _unknown(origin: Origin, loc: Loc, name: str, what: str, known: set[str]) -> Problem:
    key = "actions" in loc
    return origin.problem(loc, f"unknown_{what}", key=key, name=name, hint=closest(name, sorted(known)))


def _steps(origin: Origin, protocol: Protocol, known: set[str]) -> Iterator[Problem]:
    seen = Counter[str]()
    for index, step in enumerate(protocol.steps):
        seen[step.id] += 1
        if seen[step.id] > 1:
            yield origin.problem(("steps", index, "id"), "repeated_step", name=step.id)
        if step.minutes.min > step.minutes.max:
            yield origin.problem(("steps", index, "minutes"), "min_above_max")
        for role in step.actions:
            if role in known and role not in protocol.roles:
                yield origin.problem(("steps", index, "actions", role), "role_not_listed", key=True, name=role)


def _materials(origin: Origin, protocol: Protocol, kit: Kit | None) -> Iterator[Problem]:
    known = {printable.id for printable in kit.printables} if kit else None
    for index, material in enumerate(protocol.materials):
        if material.printable and known is not None and material.printable not in known:
            yield _unknown(origin, ("materials", index, "printable"), material.printable, "printable", known)


def _sums(origin: Origin, story: CaseStory) -> Iterator[Problem]:
    people = story.participants
    if people and people.total is not None and people.by_role:
        parts = sum(group.count for group in people.by_role)
        if parts != people.total and people.caveat:
            loc = ("participants", "by_role")
            yield origin.problem(loc, "sum", severity="warning", key=True, parts=parts, total=people.total)
        elif parts != people.total:
            yield origin.problem(("participants", "total"), "caveat_missing", parts=parts, total=people.total)


def _consent(origin: Origin, story: CaseStory) -> Iterator[Problem]:
    for index, testimony in enumerate(story.testimonies):
        if testimony.person and testimony.consent == "anonymised":
            yield origin.problem(("testimonies", index, "person"), "named_but_anonymised")
