"""The kit while it is being written: read again when a file is saved, its pages and documents made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

from . import build, explorers, opendata, pages, printables, shelf, taken, typography
from .artifact import Offer, SitePage
from .errors import InvalidSource
from .loading import Loaded, load
from .look import look_css
from .memo import Memo, uncollected
from .model import CaseStory, Printable, Protocol, Subject
from .rereading import reread
from .searchbox import search_words
from .sprite import sprite
from .templating import words_for


class Preview:
    """What a root folder holds now, or held when it was last without fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._memo = Memo()
        self._drafts: dict[str, pages.Draft] = {}
        self._documents: dict[str, tuple[Loaded, Printable, Subject]] = {}
        self._data: dict[str, Callable[[], bytes]] = {}
        self._offers: dict[str, Offer] = {}
        self._loaded: Loaded | None = None

    def refresh(self) -> build.Built:
        """Read what was saved; raises InvalidSource or MalletteError, and stays as it was."""
        with uncollected(kept=True):
            return self._read()

    def _read(self) -> build.Built:
        loaded = self._load()
        drafts: dict[str, pages.Draft] = {}
        documents: dict[str, tuple[Loaded, Printable, Subject]] = {}
        data: dict[str, Callable[[], bytes]] = {}
        offers: dict[str, Offer] = {}
        shells: list[SitePage] = []
        main = Offer()
        for one in loaded.every:
            words = words_for(self.root, one.language)
            offer = Offer(tuple(taken.listed(one)))
            main = offer if not one.prefix else main
            for printed in offer.printed:
                found = (one, printed.printable, printed.subject)
                documents |= {printed.path: found, printed.preview: found}
            data |= opendata.files(one, loaded, words) | explorers.files(one, words)
            offers[one.language] = offer.filled(main)
            for draft in pages.drafts(one, self.root, words, offers[one.language], loaded):
                drafts[draft.path] = draft
                shells.append(_shell(draft, one))
        if lost := taken.hidden(self.root, loaded, {*drafts, *documents, *data}):
            raise InvalidSource([*lost, *loaded.warnings])
        said = [search_words(words_for(self.root, one.language)) for one in loaded.every]
        files = (look_css(self.root), sprite(self.root), *said, *taken.illustrations(loaded))
        self._drafts, self._documents, self._data = drafts, documents, data
        self._loaded, self._offers = loaded, offers
        for explorer in (explorers.stories, explorers.protocols):
            explorer.cache_clear()  # lets go of the library as it was
        return build.Built(loaded, tuple(shells), files, len(documents) // 2)

    def _load(self) -> Loaded:
        if self._loaded:  # what was read is remembered here
            return load(self.root, self._memo)
        with shelf.opened(self.root) as kept:
            return load(self.root, self._memo, kept)

    def resaved(self, saved: Iterable[Path], listed: Collection[str] = ()) -> set[str]:
        """Read again stories that were saved, if their pages can be right without the rest: the addresses of these.

        Everything else stays as it was until `refresh`. The title of a page that is `listed` stands on all others.
        """
        cases, names = (self.root / "cases").resolve(), set[str]()
        for path in saved:
            if path.resolve().parent != cases or path.suffix != ".yml":
                return set()
            names.add(path.stem)
        found = reread(self._loaded, self.root, self._memo, names) if self._loaded else None
        if found is None:
            return set()
        fresh: dict[str, pages.Draft] = {}
        for one in found.every:
            words, offer = words_for(self.root, one.language), _about(names, one, self._offers[one.language])
            fresh |= {made.path: made for made in pages.drafts_of(names, one, self.root, words, offer, found)}
        if any(self._drafts[path].title != made.title and path in listed for path, made in fresh.items()):
            return set()
        self._loaded = found
        self._drafts |= fresh
        return {*fresh}

    def has(self, path: str) -> bool:
        """Whether there is a page at this address."""
        return path in self._drafts

    def page(self, path: str) -> SitePage:
        """A page as it is now."""
        return self._drafts[path].render()

    def makes(self, path: str) -> bool:
        """Whether there is a file at this address that is made when it is asked for."""
        return path in self._data or path in self._documents

    def file(self, path: str) -> bytes | None:
        """A file of the site as it is now, if it is one that is made."""
        if path in self._data:
            return self._data[path]()
        return self._document(path) if path in self._documents else None

    def _document(self, path: str) -> bytes | None:
        """A PDF, or the picture of its first page, typeset now unless it is in the cache."""
        one, printable, subject = self._documents[path]
        words = words_for(self.root, one.language)
        order = next(printables.jobs(one, self.root, words, [printable], only=subject), None)
        if order is None:
            return None
        kept = build.print_one(order, one, self.root)
        held = kept.pdf if path.endswith(".pdf") else kept.preview
        return held.read_bytes() if isinstance(held, Path) else held


def _about(names: Collection[str], loaded: Loaded, offer: Offer) -> Offer:
    """What can be downloaded about some stories, as they are now."""
    found = (document for document in offer.printed if document.subject.id in names)
    stories = (document for document in found if isinstance(document.subject, CaseStory))
    return replace(
        offer, printed=tuple(replace(one, subject=loaded.mallette.stories[one.subject.id]) for one in stories)
    )


def _shell(draft: pages.Draft, loaded: Loaded) -> SitePage:
    """What navigation and addresses need of a page, without its body."""
    item = draft.item
    return SitePage(
        draft.path,
        typography.typeset(draft.title, loaded.language) if draft.tab or isinstance(item, Protocol) else draft.title,
        draft.lead,
        b"",
        source=loaded.origin(item or loaded.mallette.kit).path,
        language=loaded.language,
        prefix=loaded.prefix,
        borrowed=item.language if item and item.language != loaded.language else "",
        tab=draft.tab,
    )
