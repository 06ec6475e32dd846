"""Where things are for whoever reads of them elsewhere: below the public address of the kit."""

from __future__ import annotations

from .artifact import page_of
from .loading import Loaded
from .model import CaseStory, Item, Kit, Protocol, Role


def public(kit: Kit, path: str) -> str:
    """The public address of a path of the site."""
    return kit.address + path


def address_of(item: Item, loaded: Loaded, main: Loaded) -> str:
    """Where an item is read: on the page of its own language, if the page of this one only borrows the text."""
    home = next((one for one in main.every if one.language == item.language), loaded)
    return public(loaded.mallette.kit, home.prefix + _page(item))


def _page(item: Item) -> str:
    if isinstance(item, Role):
        return f"roles/#{item.id}"
    return page_of(item) if isinstance(item, Protocol | CaseStory | Kit) else ""
