"""Rendered pages kept by the content of all that they show: a second build renders only what has changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from .artifact import Heading, Offer, SitePage, item_key
from .languages import Key
from .loading import Loaded
from .model import CaseStory, Item
from .templating import folders

T = TypeVar("T")
LAYOUT = 2
"""Of the file; one of another layout is begun again."""
ENGINES = ("jinja2", "markdown-it-py", "markupsafe", "nh3", "pydantic")
FOLDERS = ("icons", "labels", "pages", "partials")
"""Of templates: where what pages are rendered with lies."""


class PageCache:
    """Pages by key, in one file; a file that cannot be read or written costs time, never the build."""

    def __init__(self, base: sqlite3.Connection | None) -> None:
        self._base = base
        self._used: set[bytes] = set()

    def get(self, key: bytes | None, render: Callable[[], SitePage]) -> SitePage:
        """The page of this key, as it was rendered or as it is rendered now; without a key it is always rendered."""
        if key is None or self._base is None:
            return render()
        self._used.add(key)
        found = self._find(key, _unpacked)
        if found is None:
            found = render()
            self._write("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", key, *_packed(found))
        return found

    def data(self, digest: bytes, make: Callable[[], T]) -> T:
        """Plain data that our code makes of what has this digest, as it was made or as it is made now."""
        if self._base is None:
            return make()
        key = hashlib.sha256(_code() + digest).digest()
        self._used.add(key)
        found = self._find(key, lambda about, _: json.loads(about))
        if found is None:
            found = make()
            self._write("INSERT OR REPLACE INTO page VALUES (?, ?, ?)", key, json.dumps(found), b"")
        return found

    def _find(self, key: bytes, read: Callable[[str, bytes], T]) -> T | None:
        assert self._base
        try:
            row = self._base.execute("SELECT about, html FROM page WHERE key = ?", (key,)).fetchone()
            return read(*row) if row else None
        except (sqlite3.Error, ValueError, TypeError):
            return None

    def _write(self, what: str, *values: object) -> None:
        assert self._base
        with suppress(sqlite3.Error):
            self._base.execute(what, values)

    def sweep(self) -> None:
        """Keep what was added, and forget at once what was not asked for: a story taken back leaves no trace."""
        if self._base is not None:
            with suppress(sqlite3.Error):
                for (key,) in self._base.execute("SELECT key FROM page").fetchall():
                    if key not in self._used:
                        self._base.execute("DELETE FROM page WHERE key = ?", (key,))
                self._base.commit()


@contextmanager
def opened(file: Path) -> Iterator[PageCache]:
    """The pages kept in a file, which is made if need be; what is added stays if the block ends well."""
    base = _base(file)
    try:
        kept = PageCache(base)
        yield kept
        kept.sweep()
    finally:
        if base is not None:
            base.close()


def _base(file: Path) -> sqlite3.Connection | None:
    """The file, ready; begun again once if it is broken or of another layout, None if it cannot be had."""
    for _ in range(2):
        base = None
        with suppress(OSError, sqlite3.Error):
            file.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(file, timeout=1)
            base.execute("CREATE TABLE IF NOT EXISTS page (key BLOB PRIMARY KEY, about TEXT, html BLOB)")
            base.execute("PRAGMA secure_delete = ON")
            (layout,) = base.execute("PRAGMA user_version").fetchone()
            if layout in (0, LAYOUT):
                base.execute(f"PRAGMA user_version = {LAYOUT}")
                base.execute("DELETE FROM page WHERE key = ?", (b"",))  # fails now rather than at each page
                return base
        if base is not None:
            base.close()
        with suppress(OSError):
            file.unlink()
    return None


def _packed(page: SitePage) -> tuple[str, object]:
    about = {name: value for name, value in vars(page).items() if name != "html"}
    return json.dumps(about, default=vars), page.html


def _unpacked(about: str, html: bytes) -> SitePage:
    told = json.loads(about)
    headings = tuple(Heading(**heading) for heading in told.pop("headings"))
    return SitePage(**told | {"html": bytes(html), "headings": headings, "tags": tuple(told["tags"])})


Near = Callable[[CaseStory], tuple[CaseStory, ...]]


def keys_of(loaded: Loaded, root: Path, offer: Offer, guides: Mapping[str, str | None], near: Near) -> Keys | None:
    """The keys of pages, if they are rendered by our own templates: what others show is not known."""
    own, *shipped = folders(root)
    if shipped and any((own / name).is_dir() for name in ("pages", "partials")):
        return None
    common = _foundation((own, *shipped)) + repr(sorted(guides.items())).encode()
    return Keys(loaded, offer, near, common)


class Keys:
    """The keys of pages about stories: what they show of the library, and all of the kit."""

    def __init__(self, loaded: Loaded, offer: Offer, near: Near, common: bytes) -> None:
        kit = sorted(one for one in loaded.digests.items() if one[0].startswith("kit/"))
        self._base = hashlib.sha256(common + repr((loaded.language, loaded.prefix, kit)).encode())
        self._near = near
        self._pictures = loaded.pictures
        self._written: dict[str, list[bytes]] = {}
        for path, digest in sorted(loaded.digests.items()):
            if path.startswith("cases/"):  # a story and its translations
                self._written.setdefault(path.removeprefix("cases/").partition(".")[0], []).append(digest)
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


@cache
def _code() -> bytes:
    """Our code, and the versions of what renders."""
    digest = hashlib.sha256(repr([version(name) for name in ENGINES]).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _foundation(templates: Iterable[Path]) -> bytes:
    """What every page depends on: code, engines, and the files of the folders of templates."""
    digest = hashlib.sha256(_code())
    for folder in templates:
        for path in sorted(path for name in FOLDERS for path in (folder / name).glob("*") if path.is_file()):
            digest.update(f"|{path.relative_to(folder)}|".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
