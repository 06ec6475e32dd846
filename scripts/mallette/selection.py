"""Which printables to print, and in which paper, edition and flip: the kit's list, bent to one occasion."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from .model import Printable
from .model.kit import Edition, Flip, Order, Selection

DESK = {"letter": {"a4": "letter", "a3": "tabloid"}, "a4": {"letter": "a4", "tabloid": "a3"}}
"""The papers of a desk printer: what stands for what where the other family is used."""


def select(
    printables: Sequence[Printable],
    only: Sequence[str] = (),
    paper: str | None = None,
    edition: Edition | None = None,
    flip: Flip | None = None,
    order: Order | None = None,
    shop: bool = False,
) -> list[Printable]:
    """The printables whose id matches one of `only` (all if none is given), bent to the choices made.

    What is changed is added to the name of the file. A4 and A3 change to Letter and
    Tabloid; large posters keep their size. Only decks have a flip. For a print shop there are posters and A6 cards.
    """
    chosen = [p for p in printables if not only or any(fnmatchcase(p.id, pattern) for pattern in only)]
    if shop:
        return [_for_shop(_bent(printable, None, edition, None, None)) for printable in chosen if _sold(printable)]
    return [_bent(printable, paper, edition, flip, order) for printable in chosen]


def selected(printables: Sequence[Printable], choice: Selection) -> list[Printable]:
    """The printables of a selection of the kit: those that are on the site, and for a print shop all posters."""
    offered = [printable for printable in printables if printable.listed or choice.shop]
    return select(offered, choice.only, choice.paper, choice.edition, choice.flip, choice.order, choice.shop)


def _sold(printable: Printable) -> bool:
    """Whether a print shop makes it better than a desk printer: cards with backs, and posters."""
    return bool(printable.flip and printable.sheet) or printable.template == "poster"


def _for_shop(printable: Printable) -> Printable:
    changes: dict[str, object] = {"shop": True, "suffix": _joined(printable.suffix, "imprimeur")}
    if printable.sheet:
        paper = "a5" if printable.edition == "gros-caracteres" else "a6"
        changes |= {"sheet": "imprimeur-a6", "flip": "long-edge", "paper": paper}
    return printable.model_copy(update=changes)


def _bent(
    printable: Printable, paper: str | None, edition: Edition | None, flip: Flip | None, order: Order | None
) -> Printable:
    changes: dict[str, object] = {}
    if paper and (other := DESK.get(paper, {}).get(printable.paper)):
        changes["paper"] = other
        if printable.sheet:
            changes["sheet"] = f"{other}-{printable.sheet.partition('-')[2]}"
    if edition and edition != printable.edition:
        changes["edition"] = edition
    if flip and printable.flip and flip != printable.flip:
        changes["flip"] = flip
    if order and printable.flip and order != printable.order:
        changes["order"] = order
    words = [str(changes[name]) for name in ("paper", "edition") if name in changes]
    changes["suffix"] = _joined(printable.suffix, *words, "massicot" if changes.get("order") == "stack" else None)
    return printable.model_copy(update=changes)


def _joined(*parts: str | None) -> str | None:
    return "-".join(filter(None, parts)) or None
