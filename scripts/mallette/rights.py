"""Who made what, under which licence: each item says it or takes it from the kit; what cannot be mixed is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .errors import Problem
from .model import CaseStory, Item, Kit, Mallette, Protocol, Role, WritingCard
from .model.story import Picture
from .origin import Origin

Key = tuple[type[Item], str]
KIT: Key = (Kit, "kit")
ASKS = {"CC0-1.0": 0, "CC-BY-4.0": 1, "CC-BY-SA-4.0": 2}
"""What a licence asks for: nothing; to be named; to share alike too. A part may not ask for more than its whole."""
SAID = ("license", "authors", "sources")
"""What a kit says for every item and picture that does not say it for itself."""


@dataclass(frozen=True)
class Share:
    """The items with the same licence, authors and translators; `usual` if that is what the kit says of all."""

    license: str
    authors: tuple[str, ...]
    translators: tuple[str, ...]
    items: tuple[Item, ...]
    usual: bool


def problems(read: Mapping[Key, Item], origins: Mapping[Key, Origin]) -> Iterator[Problem]:
    """What the kit does not say of its rights, and parts whose licence asks for more than that of their whole."""
    if not (kit := read.get(KIT)):
        return
    for name in SAID:
        if not getattr(kit, name) or name not in kit.model_fields_set:
            yield origins[KIT].problem((), "rights_missing", name=name)
    wholes = _wholes(read)
    for key, item in read.items():
        for whole in (kit, *wholes.get(key, ())):
            if ASKS[whole.license] < ASKS[item.license]:
                said = {"license": item.license, "whole": whole.license, "title": whole.title}
                yield origins[key].problem(("license",), "license_mix", **said)
                break


def shares(mallette: Mallette) -> list[Share]:
    """Every item of the kit and of the library, by what is to be said of its rights; the usual first."""
    kit = mallette.kit
    every: tuple[Mapping[str, Item], ...] = (mallette.protocols, mallette.roles, mallette.cards, mallette.stories)
    usual: tuple[str, tuple[str, ...], tuple[str, ...]] = (kit.license, kit.authors, ())
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Item]] = {usual: [kit]}
    for item in (item for items in every for item in items.values()):
        found.setdefault((item.license, item.authors or kit.authors, item.translators), []).append(item)
    return [Share(*about, tuple(items), about == usual) for about, items in found.items()]


def pictures(mallette: Mallette) -> list[tuple[CaseStory, Picture]]:
    """Every picture, with its story."""
    return [(story, picture) for story in mallette.stories.values() for picture in story.images]


def _wholes(items: Mapping[Key, Item]) -> dict[Key, list[Item]]:
    """What an item is a part of, or is made into: the protocols that use it, the variants of an original."""
    found: dict[Key, list[Item]] = {}
    for protocol in items.values():
        if isinstance(protocol, Protocol):
            parts: list[Key] = [(Role, name) for name in protocol.roles]
            parts += [(WritingCard, name) for step in protocol.steps for name in step.supports]
            parts += [(Protocol, protocol.variant_of)] if protocol.variant_of else []
            for part in parts:
                found.setdefault(part, []).append(protocol)
    return found
