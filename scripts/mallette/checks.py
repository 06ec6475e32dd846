"""Checks that span items: references that lead nowhere, counts that do not add up, people without consent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from . import consent
from .errors import Problem
from .model import CaseStory, Item, Kit, Protocol, Span
from .origin import Origin
from .references import unknown


def check(
    model: type[Item], origin: Origin, item: Item | None, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """The problems of an item with others; of a file that is not valid, only where it leads.

    `known` are the ids there are, by kind, whether their files are valid or not.
    """
    for loc, what, name, hint in unknown(model, origin.node, known):
        yield origin.problem(loc, f"unknown_{what}", key="actions" in loc, name=name, hint=hint)
    if item and item.language not in known["language"]:
        yield origin.problem(("language",), "unknown_language", name=item.language)
    match item:
        case Kit():
            yield from _languages(origin, item, known["language"])
        case Protocol():
            yield from _steps(origin, item, known["roles"])
            yield from _cycle(origin, item, known["roles"])
        case CaseStory():
            yield from _sums(origin, item)
            yield from consent.problems(origin, item)


def leads_well(story: CaseStory, known: Mapping[str, Collection[str]]) -> bool:
    """Whether all that a story names is there: the one thing to be told of it that another file can change."""
    return story.language in known["language"] and all(name in known["protocols"] for name in story.protocols)


def check_translations(
    translations: Mapping[tuple[tuple[type[Item], str], str], Origin], languages: Collection[str]
) -> Iterator[Problem]:
    """A translation into a language that the kit does not publish would be read by nobody."""
    for (_, language), origin in translations.items():
        if language not in languages:
            yield origin.problem((), "translation_unlisted", name=language)


def _languages(origin: Origin, kit: Kit, known: Collection[str]) -> Iterator[Problem]:
    for index, language in enumerate(kit.languages):
        if language not in known:
            yield origin.problem(("languages", index), "unknown_language", name=language)
    if kit.languages and kit.language != kit.languages[0]:
        yield origin.problem(("languages", 0), "main_language", name=kit.language)


def _steps(origin: Origin, protocol: Protocol, known: Collection[str]) -> Iterator[Problem]:
    spans: list[tuple[tuple[str | int, ...], Span]] = [
        (("steps", index, "minutes"), step.minutes) for index, step in enumerate(protocol.steps)
    ]
    if protocol.tables:
        spans += [(("tables", "count"), protocol.tables.count), (("tables", "seats"), protocol.tables.seats)]
    for loc, span in spans:
        if span.min > span.max:
            yield origin.problem(loc, "min_above_max")
    seen = Counter[str]()
    for index, step in enumerate(protocol.steps):
        seen[step.id] += 1
        if seen[step.id] > 1:
            yield origin.problem(("steps", index, "id"), "repeated_step", name=step.id)
        for role in step.actions:
            if role in known and role not in protocol.roles:
                yield origin.problem(("steps", index, "actions", role), "role_not_listed", key=True, name=role)


def _cycle(origin: Origin, protocol: Protocol, known: Collection[str]) -> Iterator[Problem]:
    cycle = protocol.cycle
    if cycle is None:
        return
    for index, role in enumerate(cycle.roles):
        if role in cycle.roles[:index]:
            yield origin.problem(("cycle", "roles", index), "repeated_role", name=role)
        elif role in known and role not in protocol.roles:
            yield origin.problem(("cycle", "roles", index), "role_not_listed", name=role)
    count = len(set(cycle.roles))
    if cycle.people < count:
        yield origin.problem(("cycle", "people"), "cycle_people", people=cycle.people, roles=count)


def _sums(origin: Origin, story: CaseStory) -> Iterator[Problem]:
    people = story.participants
    if people and people.total is not None and people.by_role:
        parts = sum(group.count for group in people.by_role)
        if parts != people.total and people.caveat:
            loc = ("participants", "by_role")
            yield origin.problem(loc, "sum", severity="warning", key=True, parts=parts, total=people.total)
        elif parts != people.total:
            yield origin.problem(("participants", "total"), "caveat_missing", parts=parts, total=people.total)
