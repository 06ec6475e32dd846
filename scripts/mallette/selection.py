"""Which printables to print, and in which paper, edition and flip: the kit's list, bent to one occasion."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from .errors import MalletteError
from .model import Printable
from .model.kit import FOLDED, Edition, Flip, Order, Selection

DESK = {
    "letter": {"a4": "letter", "a3": "tabloid", "a5": "half-letter"},
    "a4": {"letter": "a4", "tabloid": "a3", "half-letter": "a5"},
}
"""The papers of a desk printer: what stands for what where the other family is used."""


def select(
    printables: Sequence[Printable],
    only: Sequence[str] = (),
    paper: str | None = None,
    edition: Edition | None = None,
    flip: Flip | None = None,
    order: Order | None = None,
    shop: bool = False,
    stories: Sequence[str] = (),
) -> list[Printable]:
    """The printables whose id matches one of `only` (all if none is given), bent to the choices made.

    What is changed is added to the name of the file. A4 and A3 change to Letter and
    Tabloid; large posters keep their size. Only decks and booklets have a flip. For a print shop there are posters,
    A6 cards and booklets. `stories` keeps those documents that tell stories, and these stories in them.
    """
    chosen = [p for p in printables if not only or any(fnmatchcase(p.id, pattern) for pattern in only)]
    if stories:
        chosen = [_telling(printable, tuple(stories)) for printable in chosen if only or _tells(printable)]
    if shop:
        return [_for_shop(_bent(printable, None, edition, None, None)) for printable in chosen if _sold(printable)]
    return [_bent(printable, paper, edition, flip, order) for printable in chosen]


def selected(printables: Sequence[Printable], choice: Selection) -> list[Printable]:
    """The printables of a selection of the kit: those that are on the site, and for a print shop all posters."""
    offered = [printable for printable in printables if printable.listed or choice.shop]
    return select(offered, choice.only, choice.paper, choice.edition, choice.flip, choice.order, choice.shop)


def named(patterns: Sequence[str], known: Sequence[str]) -> list[str]:
    """The stories that patterns name, in the order of the library; one that names none is an error that lists them."""
    lost = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in known)]
    if lost:
        raise MalletteError("unknown_stories", stories=", ".join(lost), known=", ".join(known))
    return [name for name in known if any(fnmatchcase(name, pattern) for pattern in patterns)]


def _tells(printable: Printable) -> bool:
    return printable.about == "story" or printable.template == "stories-booklet"


def _telling(printable: Printable, stories: tuple[str, ...]) -> Printable:
    """The same with these stories only; a document of several says in its name that they were chosen."""
    if not _tells(printable):
        return printable
    suffix = printable.suffix if printable.about == "story" else _joined(printable.suffix, "choix")
    return printable.model_copy(update={"stories": stories, "suffix": suffix})


def _sold(printable: Printable) -> bool:
    """Whether a print shop makes it better than a desk printer: cards with backs, posters, and booklets."""
    return bool(printable.flip and printable.sheet) or printable.template == "poster" or printable.booklet


def _for_shop(printable: Printable) -> Printable:
    changes: dict[str, object] = {"shop": True, "suffix": _joined(printable.suffix, "imprimeur")}
    if printable.sheet:
        paper = "a5" if printable.edition == "gros-caracteres" else "a6"
        changes |= {"sheet": "imprimeur-a6", "flip": "long-edge", "paper": paper}
    if printable.booklet:
        changes["flip"] = None
    return printable.model_copy(update=changes)


def _bent(
    printable: Printable, paper: str | None, edition: Edition | None, flip: Flip | None, order: Order | None
) -> Printable:
    changes: dict[str, object] = {}
    other = DESK.get(paper, {}).get(printable.paper) if paper else None
    if other:
        changes["paper"] = other
        if printable.sheet:
            changes["sheet"] = f"{other}-{printable.sheet.partition('-')[2]}"
    if edition and edition != printable.edition:
        changes["edition"] = edition
    if printable.booklet and edition == "gros-caracteres":
        # What was folded in the middle is not: each page is a whole sheet.
        now = str(changes.get("paper", printable.paper))
        changes |= {"booklet": False, "flip": None, "paper": FOLDED.get(now, now)}
    elif flip and printable.flip and flip != printable.flip and not (printable.booklet and flip in ("fold", "none")):
        changes["flip"] = flip
    if order and printable.sheet and printable.flip and order != printable.order:
        changes["order"] = order
    words = [
        FOLDED[other] if printable.booklet and other else other,
        edition if "edition" in changes else None,
        "massicot" if changes.get("order") == "stack" else None,
    ]
    changes["suffix"] = _joined(printable.suffix, *words)
    return printable.model_copy(update=changes)


def _joined(*parts: str | None) -> str | None:
    return "-".join(filter(None, parts)) or None
