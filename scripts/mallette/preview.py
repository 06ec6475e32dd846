"""The kit while it is being written: read again when a file is saved, its pages and documents made when asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from . import build, explorers, opendata, pages, printables, shelf, taken, typography
from .artifact import Offer, SitePage, item_key, page_of
from .errors import InvalidSource
from .labels import Labels
from .languages import Key
from .loading import Loaded, load
from .look import look_css
from .memo import Memo, uncollected
from .model import CaseStory, Item, Printable, Protocol, Subject
from .pictures import FILE_NAME
from .rereading import reread
from .searchbox import search_words
from .sprite import sprite
from .templating import words_for


@dataclass(eq=False)
class Tongue:
    """One language of a preview: nothing is made before a page of it is asked for."""

    root: Path
    loaded: Loaded
    main: Loaded
    words: Labels
    offer: Offer

    @cached_property
    def site(self) -> pages.Site:
        """What its pages are made with."""
        return pages.site_of(self.loaded, self.root, self.words, self.offer, self.main)

    @cached_property
    def drafts(self) -> Mapping[str, pages.Draft]:
        """Its pages, those of stories apart: there are few, and most show several stories."""
        return {draft.path: draft for draft in pages.drafts_with(self.site, ())}

    @cached_property
    def data(self) -> Mapping[str, Callable[[], bytes]]:
        """What makes its files of data."""
        return opendata.files(self.loaded, self.main, self.words) | explorers.files(self.loaded, self.words)

    def page(self, path: str, story: str | None) -> SitePage:
        """A page, that of a `story` if there is one."""
        return self.site.story(self.loaded.mallette.stories[story]).render() if story else self.drafts[path].render()

    def with_stories(self, names: Collection[str], loaded: Loaded, main: Loaded) -> Tongue:
        """The same with some stories as they are now."""
        printed = (
            replace(one, subject=loaded.mallette.stories[one.subject.id])
            if one.subject.id in names and isinstance(one.subject, CaseStory)
            else one
            for one in self.offer.printed
        )
        return Tongue(self.root, loaded, main, self.words, replace(self.offer, printed=tuple(printed)))


@dataclass(frozen=True)
class _Shown:
    """What a root folder holds, by address."""

    tongues: Mapping[str, Tongue]
    """By language, the main one first."""
    pages: Mapping[str, tuple[str, str | None]]
    """The language of each page, and the story that it is about if it is that of a story."""
    documents: Mapping[str, tuple[str, Printable, Key]]
    data: Mapping[str, str]
    """The language of each file of data."""

    @property
    def loaded(self) -> Loaded:
        """What was read, in the main language."""
        return next(iter(self.tongues.values())).loaded


class Preview:
    """What a root folder holds now, or held when it was last without fault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._memo = Memo()
        self._shown = _Shown({}, {}, {}, {})

    def refresh(self) -> build.Built:
        """Read what was saved; raises InvalidSource or MalletteError, and stays as it was."""
        with uncollected(kept=True):
            return self._read()

    def _read(self) -> build.Built:
        loaded = self._load()
        tongues: dict[str, Tongue] = {}
        found: dict[str, tuple[str, str | None]] = {}
        documents: dict[str, tuple[str, Printable, Key]] = {}
        data: dict[str, str] = {}
        shells: list[SitePage] = []
        main = Offer()
        for one in loaded.every:
            words, language = words_for(self.root, one.language), one.language
            offer = Offer(tuple(taken.listed(one)))
            main = offer if not one.prefix else main
            for printed in offer.printed:
                about = (language, printed.printable, item_key(printed.subject))
                documents |= {printed.path: about, printed.preview: about}
            tongues[language] = tongue = Tongue(self.root, one, loaded, words, offer.filled(main))
            data |= dict.fromkeys(tongue.data, language)
            found |= dict.fromkeys(tongue.drafts, (language, None))
            shells += (_shell(one, draft) for draft in tongue.drafts.values())
            told = [_of_story(one, story) for story in one.mallette.stories.values()]
            found |= {shell.path: (language, story) for shell, story in zip(told, one.mallette.stories, strict=True)}
            shells += told
        if lost := taken.hidden(self.root, loaded, {*found, *documents, *data}):
            raise InvalidSource([*lost, *loaded.warnings])
        said = [search_words(one.words) for one in tongues.values()]
        files = (look_css(self.root), sprite(self.root), *said, *taken.illustrations(loaded))
        self._show(_Shown(tongues, found, documents, data))
        return build.Built(loaded, tuple(shells), files, len(documents) // 2)

    def _load(self) -> Loaded:
        if self._shown.tongues:  # what was read is remembered here
            return load(self.root, self._memo)
        with shelf.opened(self.root) as kept:
            return load(self.root, self._memo, kept)

    def _show(self, shown: _Shown) -> None:
        self._shown = shown
        for explorer in (explorers.stories, explorers.protocols):
            explorer.cache_clear()  # lets go of the library as it was

    def resaved(self, saved: Iterable[Path], listed: Collection[str] = ()) -> bool:
        """Read again stories that were saved, if all pages can be right without reading any other file.

        If not, all stays as it was until `refresh`. The title of a page that is `listed` stands on all others.
        """
        cases, names = (self.root / "cases").resolve(), set[str]()
        for path in saved:
            if path.resolve().parent != cases:
                return False
            if path.suffix == ".yml":
                names.add(path.stem)
            elif FILE_NAME.fullmatch(path.name) or path.exists():  # what else is gone was an editor's, and is not read
                return False
        shown = self._shown
        main = reread(shown.loaded, self.root, self._memo, names) if shown.tongues else None
        if main is None:
            return False
        tongues = {one.language: shown.tongues[one.language].with_stories(names, one, main) for one in main.every}
        for name in names:
            for one in main.every:
                now, before = one.mallette.stories[name], shown.tongues[one.language].loaded.mallette.stories[name]
                if now.title != before.title and one.prefix + page_of(now) in listed:
                    return False
        self._show(replace(shown, tongues=tongues))
        return True

    def has(self, path: str) -> bool:
        """Whether there is a page at this address."""
        return path in self._shown.pages

    def page(self, path: str) -> SitePage:
        """A page as it is now."""
        language, story = self._shown.pages[path]
        return self._shown.tongues[language].page(path, story)

    def makes(self, path: str) -> bool:
        """Whether there is a file at this address that is made when it is asked for."""
        return path in self._shown.data or path in self._shown.documents

    def file(self, path: str) -> bytes | None:
        """A file of the site as it is now, if it is one that is made."""
        if path in self._shown.data:
            return self._shown.tongues[self._shown.data[path]].data[path]()
        return self._document(path) if path in self._shown.documents else None

    def _document(self, path: str) -> bytes | None:
        """A PDF, or the picture of its first page, typeset now unless it is in the cache."""
        language, printable, about = self._shown.documents[path]
        one, words = self._shown.tongues[language].loaded, self._shown.tongues[language].words
        plan = next(printables.plans(one, self.root, words, [printable], only=_subject(one, about)), None)
        if plan is None:
            return None
        kept = build.print_one(plan.job(), one, self.root)
        held = kept.pdf if path.endswith(".pdf") else kept.preview
        return held.read_bytes() if isinstance(held, Path) else held


def _subject(loaded: Loaded, about: Key) -> Subject:
    kind, name = about
    mallette = loaded.mallette
    if kind is CaseStory:
        return mallette.stories[name]
    return mallette.protocols[name] if kind is Protocol else mallette.kit


def _of_story(loaded: Loaded, story: CaseStory) -> SitePage:
    """What addresses need of the page of a story, without its body."""
    return _told(loaded, loaded.prefix + page_of(story), story.title, story.summary, story)


def _shell(loaded: Loaded, draft: pages.Draft) -> SitePage:
    """What navigation and addresses need of a page, without its body."""
    set_it = draft.tab or isinstance(draft.item, Protocol)
    title = typography.typeset(draft.title, loaded.language) if set_it else draft.title
    return _told(loaded, draft.path, title, draft.lead, draft.item, draft.tab)


def _told(loaded: Loaded, path: str, title: str, lead: str, item: Item | None, tab: str | None = None) -> SitePage:
    return SitePage(
        path,
        title,
        lead,
        b"",
        source=loaded.origin(item or loaded.mallette.kit).path,
        language=loaded.language,
        prefix=loaded.prefix,
        borrowed=item.language if item and item.language != loaded.language else "",
        tab=tab,
    )
