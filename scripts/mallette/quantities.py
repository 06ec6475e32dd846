"""How many of everything the ideal group of a protocol needs, and on how many sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .model import Card, Line, Mallette, Printable, Protocol, Role, WritingCard
from .model.protocol import Material

MOST = 200
"""Cards of one role in a deck, as the role itself may ask for at most."""

Places = Callable[[Printable], int]
"""How many cards a sheet of a printable takes."""


@dataclass(frozen=True)
class Need:
    """Something to bring: how many in all, and for what is printed where it comes from and on how many sheets."""

    material: Material
    count: int
    printable: Printable | None = None
    cards: tuple[tuple[Line, int], ...] = ()
    """The cards of a deck by their titles, where they are not all alike."""
    sheets: int | None = None
    """Only where several go on one sheet."""


def copies(protocol: Protocol, card: Card) -> int:
    """How often a card is in the decks of a protocol."""
    if isinstance(card, Role):
        each = protocol.role_copies.get(card.id)
        return card.copies if each is None else min(each * max(protocol.tables_set, 1), MOST)
    return card.copies if isinstance(card, WritingCard) else 1


def needs(mallette: Mallette, protocol: Protocol, places: Places, chosen: Sequence[Printable] = ()) -> tuple[Need, ...]:
    """What the ideal group of a protocol needs, in the order of its materials.

    `chosen` are printables of another edition, which stand for those of the kit.
    """
    known = {one.id: one for one in (*mallette.kit.printables, *chosen)}
    return tuple(_needs(mallette, protocol, places, known))


def _needs(mallette: Mallette, protocol: Protocol, places: Places, known: Mapping[str, Printable]) -> Iterator[Need]:
    times = {"group": 1, "table": max(protocol.tables_set, 1), "person": protocol.group_size.ideal}
    decks = mallette.decks(protocol)
    for material in protocol.materials:
        printable = known.get(material.printable or "")
        count = material.quantity * times[material.per]
        cards: tuple[tuple[Line, int], ...] = ()
        deck = decks.get(printable.template, ()) if printable else ()
        whole = material.per == "group" and material.quantity == 1
        if printable and (printable.template == "role-cards" or (whole and printable.template != "rotation-cards")):
            held = tuple((card.title, copies(protocol, card)) for card in deck)
            if held:
                count, cards = sum(number for _, number in held), held
        several = printable and printable.sheet and not printable.shop
        sheets = -(-count // places(printable)) if printable and several else None
        yield Need(material, count, printable, cards, sheets)
