"""What the home page shows: a few documents, the protocols to begin with, the newest stories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .artifact import Printed
from .feed import newest
from .model import Mallette, Protocol

PICTURED = ("poster", "step-sheet", "role-cards")
"""The documents shown on the home page, the one in the middle first."""
FIRST = 6
"""How many protocols it shows, if the kit names none."""
NEWEST = 3


def front(mallette: Mallette, language: str, printed: Iterable[Printed]) -> dict[str, Any]:
    """What its template is given."""
    latest = newest(mallette.stories.values(), mallette.kit.date)[:NEWEST]
    told = {"pictured": _pictured(printed), "newest": [story for story, _ in latest]}
    return told | {"first": _first(mallette, language)}


def _pictured(printed: Iterable[Printed]) -> list[Printed]:
    """One document of each pictured kind, of the first protocol that has it."""
    first: dict[str, Printed] = {}
    for document in printed:
        first.setdefault(document.printable.template, document)
    return [first[name] for name in PICTURED if name in first]


def _first(mallette: Mallette, language: str) -> list[Protocol]:
    """The protocols that the kit names, or the first ones; those in the language of the page before the others."""
    named = [mallette.protocols[name] for name in mallette.kit.first]
    return sorted(named or mallette.originals[:FIRST], key=lambda protocol: protocol.language != language)
