"""A Mallette -> open data: stories, protocols, roles and cards as JSON and CSV, with the schema of each."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic_core import to_json

from . import feed
from .addresses import address_of, public
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Item, Kit, Line, Mallette, Protocol
from .model.item import OPEN_LICENSES
from .model.published import Cards, Collection, Free, Protocols, PublishedPicture, Roles, Stories
from .model.story import Picture
from .reference import FieldDoc, fields_of
from .schemas import schema
from .tables import as_csv

FOLDER = "data/"
FILES: dict[str, tuple[str, type[Collection]]] = {
    "story": ("recits", Stories),
    "protocol": ("protocoles", Protocols),
    "role": ("roles", Roles),
    "card": ("cartes", Cards),
}
"""What each kind of item is called in the names of files, and what a file of them holds."""
FIRST = ("id", "title", "url")
"""The columns that a table begins with."""


@dataclass(frozen=True)
class Dataset:
    """The items of a kind in one language: three files, and the columns of the table."""

    kind: str
    name: str
    title: Line
    model: type[Collection]
    items: tuple[Item, ...]
    prefix: str
    columns: tuple[FieldDoc, ...]

    @property
    def paths(self) -> dict[str, str]:
        """The path of each of its files, from the site's root."""
        names = {"json": f"{self.name}.json", "csv": f"{self.name}.csv", "schema": f"schema/{self.name}.json"}
        return {form: f"{self.prefix}{FOLDER}{name}" for form, name in names.items()}


def datasets(loaded: Loaded, words: Labels) -> tuple[Dataset, ...]:
    """Everything in the main language; in another, what is written in it."""
    mallette = loaded.mallette
    every: dict[str, Mapping[str, Item]] = {
        "story": mallette.stories,
        "protocol": mallette.protocols,
        "role": mallette.roles,
        "card": mallette.cards,
    }
    return tuple(
        Dataset(
            kind,
            name,
            words(f"site.data.kinds.{kind}"),
            model,
            tuple(item for item in every[kind].values() if not loaded.prefix or item.language == loaded.language),
            loaded.prefix,
            columns(_item(model), words.language),
        )
        for kind, (name, model) in FILES.items()
    )


def files(loaded: Loaded, main: Loaded, words: Labels) -> dict[str, Callable[[], bytes]]:
    """What makes each file of a language, the feed included, by its path."""
    found: dict[str, Callable[[], bytes]] = {loaded.prefix + feed.FEED: partial(feed.atom, loaded, main, words)}
    for dataset in datasets(loaded, words):
        found[dataset.paths["json"]] = partial(_json, dataset, loaded, main)
        found[dataset.paths["csv"]] = partial(_csv, dataset, loaded, main)
        found[dataset.paths["schema"]] = partial(_schema, dataset, loaded.mallette.kit, words.language)
    return found


def columns(model: type[Item], language: str) -> tuple[FieldDoc, ...]:
    """The columns of a table: what an item is, what it says, and last what is to be known to take it over."""

    def rank(field: FieldDoc) -> int:
        name = field.path.split(".")[0].removesuffix("[]")
        return FIRST.index(name) if name in FIRST else 3 + (name in Item.model_fields or name in Free.model_fields)

    found = (field for field in fields_of(model, language, given=True) if field.kind != "fields")
    return tuple(sorted(found, key=rank))


def published(dataset: Dataset, loaded: Loaded, main: Loaded) -> Iterator[dict[str, Any]]:
    """The fields of items with what only the whole tells: addresses, credits, and who else names them."""
    kit, fields = loaded.mallette.kit, tuple(_item(dataset.model).model_fields)
    naming = _naming(dataset.kind, loaded.mallette)
    for item in dataset.items:
        more: dict[str, Any] = {
            "license_url": OPEN_LICENSES[item.license],
            "credit": item.credit_line or kit.credit_line,
            "url": address_of(item, loaded, main),
        }
        if isinstance(item, CaseStory):
            more["images"] = tuple(_picture(picture, kit) for picture in item.images)
        elif isinstance(item, Protocol):
            more |= {"total_minutes": item.minutes, "stories": naming.get(item.id, ())}
        else:
            more["protocols"] = naming.get(item.id, ())
        known = {**vars(item), **more}
        yield {name: known[name] for name in fields}


def _json(dataset: Dataset, loaded: Loaded, main: Loaded) -> bytes:
    """The items, and what is to be known of them all; texts are as they were written."""
    kit = loaded.mallette.kit
    whole = dataset.model.model_construct(
        license_url=OPEN_LICENSES[kit.license],
        credit=kit.credit_line,
        described_by=public(kit, dataset.paths["schema"]),
        url=public(kit, dataset.paths["json"]),
        title=dataset.title,
        kit=kit.title,
        edition=kit.edition,
        date=kit.date,
        language=loaded.language,
        license=kit.license,
        items=(),
    )
    head, empty, tail = to_json(whole, indent=1).rpartition(b'"items": []')
    assert empty
    made = io.BytesIO()  # item after item: at once, a large library takes several times as much memory
    made.write(head + b'"items": [')
    for number, item in enumerate(published(dataset, loaded, main)):
        made.write(b",\n  " if number else b"\n  ")
        made.write(to_json(item, indent=1).replace(b"\n", b"\n  "))
    made.write((b"\n ]" if made.tell() > len(head) + 10 else b"]") + tail)
    return made.getvalue()


def _csv(dataset: Dataset, loaded: Loaded, main: Loaded) -> bytes:
    return as_csv(dataset.columns, published(dataset, loaded, main))


def _schema(dataset: Dataset, kit: Kit, language: str) -> bytes:
    found = schema(dataset.model, public(kit, dataset.paths["schema"]), f"{dataset.title} - {kit.title}", language)
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


def _naming(kind: str, mallette: Mallette) -> dict[str, tuple[str, ...]]:
    """The stories that name each protocol, or the protocols that name each role or card."""
    pairs: Iterable[tuple[str, str]] = ()
    if kind == "protocol":
        pairs = ((name, story.id) for story in mallette.stories.values() for name in story.protocols)
    elif kind == "role":
        pairs = ((name, protocol.id) for protocol in mallette.protocols.values() for name in protocol.roles)
    elif kind == "card":
        pairs = ((card.id, p.id) for p in mallette.protocols.values() for card in mallette.cards_of(p))
    found: dict[str, list[str]] = {}
    for name, by in pairs:
        found.setdefault(name, []).append(by)
    return {name: tuple(dict.fromkeys(by)) for name, by in found.items()}


def _picture(picture: Picture, kit: Kit) -> PublishedPicture:
    return PublishedPicture.model_construct(**dict(picture), url=public(kit, f"recits/images/{picture.file}"))


def _item(model: type[Collection]) -> type[Item]:
    found: type[Item] = model.model_fields["items"].annotation.__args__[0]  # type: ignore[union-attr]
    return found
