"""Rendered pages kept by the content of all that they show: a second build renders only what has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from . import store
from .artifact import Heading, Offer, SitePage, item_key
from .fingerprints import of_stories, of_templates
from .languages import Key
from .loading import Loaded
from .model import CaseStory, Item
from .store import Store, code
from .templating import folders

T = TypeVar("T")
LAYOUT = 3
"""Of the file; one of another layout is begun again."""
FOLDERS = ("icons", "labels", "pages", "partials")
"""Of templates: where what pages are rendered with lies."""


class PageCache:
    """Pages by key."""

    def __init__(self, kept: Store) -> None:
        self._kept = kept

    def get(self, key: bytes | None, render: Callable[[], SitePage]) -> SitePage:
        """The page of this key, as it was rendered or as it is rendered now; without a key it is always rendered."""
        if key is None:
            return render()
        if found := self._kept.get(key):
            return _unpacked(found)
        page = render()
        self._kept.put(key, _packed(page))
        return page

    def data(self, digest: bytes, make: Callable[[], T]) -> T:
        """Plain data that our code makes of what has this digest, as it was made or as it is made now."""
        key = hashlib.sha256(code() + digest).digest()
        if found := self._kept.get(key):
            kept: T = json.loads(found)
            return kept
        made = make()
        self._kept.put(key, json.dumps(made).encode())
        return made


@contextmanager
def opened(file: Path) -> Iterator[PageCache]:
    """The pages kept in a file, which is made if need be; what is added stays if the block ends well."""
    with store.opened(file, LAYOUT) as kept:
        yield PageCache(kept)


def _packed(page: SitePage) -> bytes:
    """What is told of a page, as JSON on a line, then its body."""
    about = {name: value for name, value in vars(page).items() if name != "html"}
    return json.dumps(about, default=vars).encode() + b"\n" + page.body.encode()


def _unpacked(data: bytes) -> SitePage:
    about, _, html = data.partition(b"\n")
    told = json.loads(about)
    headings = tuple(Heading(**heading) for heading in told.pop("headings"))
    return SitePage(**told | {"html": html, "headings": headings, "tags": tuple(told["tags"])})


Near = Callable[[CaseStory], tuple[CaseStory, ...]]


def keys_of(loaded: Loaded, root: Path, offer: Offer, guides: Mapping[str, str | None], near: Near) -> Keys | None:
    """The keys of pages, if they are rendered by our own templates: what others show is not known."""
    own, *shipped = folders(root)
    if shipped and any((own / name).is_dir() for name in ("pages", "partials")):
        return None
    common = code() + of_templates((own, *shipped), FOLDERS) + repr(sorted(guides.items())).encode()
    return Keys(loaded, offer, near, common)


class Keys:
    """The keys of pages about stories: what they show of the library, and all of the kit."""

    def __init__(self, loaded: Loaded, offer: Offer, near: Near, common: bytes) -> None:
        kit = sorted(one for one in loaded.digests.items() if one[0].startswith("kit/"))
        self._base = hashlib.sha256(common + repr((loaded.language, loaded.prefix, kit)).encode())
        self._near = near
        self._pictures = loaded.pictures
        self._written = of_stories(loaded.digests)
        self._printed: dict[Key, list[object]] = {}
        for one in offer.printed:
            shown = (
                item_key(one.subject) in offer.borrowed,
                one.path,
                one.preview,
                one.pages,
                one.bytes,
                one.preview_size,
            )
            self._printed.setdefault(item_key(one.subject), []).append(shown)

    def story(self, story: CaseStory) -> bytes:
        """The key of the page of a story: the story, those near it, and its documents."""
        sizes = [(made.width, made.height) for one in story.images if (made := self._pictures.get(one.file))]
        return self._key(self._told((story, *self._near(story))), sizes, self._printed.get(item_key(story)))

    def sheet(self, number: int, sheets: int, stories: Iterable[Item]) -> bytes:
        """The key of a page of the list, of so many pages."""
        return self._key(number, sheets, self._told(stories))

    def _told(self, stories: Iterable[Item]) -> list[object]:
        return [(one.id, self._written[one.id]) for one in stories]

    def _key(self, *shown: object) -> bytes:
        digest = self._base.copy()
        digest.update(repr(shown).encode())
        return digest.digest()
