"""The same page in each language: where it is, and whether its text is in that language; nothing here knows MkDocs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """A language of the site: how its addresses begin (nothing for the main one), and its name in itself."""

    language: str
    prefix: str
    name: str


@dataclass(frozen=True)
class Alternate:
    """A page in another language: its address, or that of the home page if there is no such page."""

    tongue: Tongue
    path: str
    here: bool
    written: bool
    """Whether it is the same page, with a text in its language."""


def tongue_of(tongues: Sequence[Tongue], path: str) -> Tongue:
    """The language that an address belongs to."""
    return next((one for one in tongues if one.prefix and path.startswith(one.prefix)), tongues[0])


def alternates(
    tongues: Sequence[Tongue], path: str, known: Collection[str], borrowed: Collection[str]
) -> tuple[Alternate, ...]:
    """A page in each language, this one included; `known` are the addresses there are, `borrowed` those of no text."""
    here = tongue_of(tongues, path)
    rest = path.removeprefix(here.prefix)
    found = ((one, one.prefix + rest, one.prefix + rest in known) for one in tongues)
    return tuple(
        Alternate(one, there if same else one.prefix, one == here, same and there not in borrowed)
        for one, there, same in found
    )


def original(found: Sequence[Alternate]) -> Alternate | None:
    """For a page whose text is in another language: where that text is at home, if there is one such place."""
    here = next(one for one in found if one.here)
    return None if here.written else next((one for one in found if one.written), None)
