"""What the templates of pages can name and call: the kit, its documents, icons, addresses, sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

from . import explorers
from .artifact import Offer, Pack, Printed, item_key, page_of
from .feed import FEED
from .labels import Labels
from .languages import Key
from .loading import Loaded
from .model import CaseStory, Item, Line
from .quantities import copies
from .questionnaires import PAGES
from .sprite import SPRITE, icons_below, signed
from .structured import Describer
from .templating import html_environment


def page_environment(
    loaded: Loaded, root: Path, words: Labels, offer: Offer, main: Loaded, near: Callable[[CaseStory], Any]
) -> Environment:
    """The templates of pages, and what they can name, call and filter with."""
    environment = html_environment(root, words)
    documents: dict[Key, list[Printed]] = {}
    for document in offer.printed:
        documents.setdefault(item_key(document.subject), []).append(document)
    packs = {(one.kind, one.protocol.id if one.protocol else None): one for one in offer.packs if not one.selection}
    environment.globals |= {
        "mallette": loaded.mallette,
        "kit": loaded.mallette.kit,
        "documents_of": lambda item: documents.get(item_key(item), ()),
        "is_borrowed": lambda item: item_key(item) in offer.borrowed,
        "borrowed": bool(offer.borrowed),
        "packs": packs,
        "selection_packs": _by_protocol(offer.packs),
        "signed": signed,
        "page_of": page_of,
        "sheet_of": explorers.sheet_of,
        "place_of": explorers.place_of,
        "people_of": lambda story: explorers.people_of(story, words),
        "year_of": explorers.year_of,
        "booklet": next((one for one in loaded.mallette.kit.printables if one.template == "stories-booklet"), None),
        "pictures": loaded.pictures,
        "standing": loaded.standing,
        "near": near,
        "described": Describer(loaded, main, words),
        "feed": loaded.prefix + FEED,
        "main_language": main.language,
        "file_of": lambda item: loaded.origin(item).path,
        "form_pages": PAGES,
        "copies": copies,
    }
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
    environment.filters["language"] = words.language_name
    environment.filters["size"] = lambda count: _size(count, words)
    return environment


def below(
    environment: Environment, root: Path, depth: int, prefix: str, guides: Mapping[str, str | None]
) -> Environment:
    """The templates for pages so many folders down: what they link to has the same addresses from all of them."""
    up, top = ("../" * levels or "./" for levels in (depth, depth + prefix.count("/")))
    made = environment.overlay()
    made.globals = {
        **environment.globals,
        "url": lambda target: up + target,
        "file": lambda target: top + target,
        "guide": lambda name: (top if guides[name] else up) + f"{name}/",
        "guides": guides,
        "icon": icons_below(root, top + SPRITE).__getitem__,
        "once": _once(),
    }
    return made


def _once() -> Callable[..., Markup]:
    """What makes a piece about an item once, `once(macro, item, ...)`, for all pages with the same addresses.

    The macro must show nothing but the item and what is the same on all of them.
    """
    made: dict[tuple[object, ...], Markup] = {}

    def piece(macro: Macro, item: Item, **more: object) -> Markup:
        key = (macro.name, type(item), item.id, *more.items())
        if key not in made:
            made[key] = Markup(macro(item, **more))
        return made[key]

    return piece


def _by_protocol(packs: Sequence[Pack]) -> dict[str, list[Pack]]:
    """The ZIPs of the kit's selections, by the protocol that they are about."""
    found: dict[str, list[Pack]] = {}
    for pack in packs:
        if pack.selection and pack.protocol:
            found.setdefault(pack.protocol.id, []).append(pack)
    return found


def _size(count: int, words: Labels) -> Line:
    """The size of a file in the words of the language: "210 Ko", "1,4 Mo"."""
    if count < 1_000_000:
        return words("site.kilobytes", size=max(1, round(count / 1000)))
    return words("site.megabytes", size=f"{count / 1_000_000:.1f}".replace(".", words("site.decimal")))
