"""A Mallette -> the pages of its site, as HTML bodies; nothing here knows MkDocs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from . import explorers, opendata, rights, searchbox, upkeep
from .artifact import Heading, Offer, SitePage, page_of
from .facets import Explorer
from .feed import FEED
from .front import front
from .labels import Labels
from .languages import coverage
from .loading import Loaded
from .model import CaseStory, Item, Kit, Mallette, Protocol, Role, Source
from .model.text import language_of
from .near import Neighbours
from .pagecache import Keys, PageCache, keys_of
from .pagetools import below, page_environment
from .papers import Papers
from .quantities import needs
from .questionnaires import PAGES, questionnaire
from .reference import DOCUMENTED, fields_of
from .richtext import escaped
from .sprite import SPRITE, icons
from .squeeze import squeezed
from .templating import day, license_deed, license_name, marked
from .typography import typeset

STATEMENT = "accessibilite/"


@dataclass(frozen=True)
class Draft:
    """A page before it is rendered: what lists and navigation say of it."""

    path: str
    title: str
    lead: str
    item: Item | None
    tab: str | None
    render: Callable[[], SitePage] = field(repr=False)
    key: Callable[[], bytes | None] = field(default=lambda: None, repr=False)
    """What the page is kept by: the same as long as it would be rendered alike; None if it is not kept."""


def pages(
    loaded: Loaded, root: Path, words: Labels, offer: Offer, main: Loaded, kept: PageCache | None = None
) -> Iterator[SitePage]:
    """All pages of one language made from YAML; each link is relative, so that the site works below any address."""
    for draft in drafts(loaded, root, words, offer, main, kept):
        yield kept.get(draft.key(), draft.render) if kept else draft.render()


def drafts(
    loaded: Loaded, root: Path, words: Labels, offer: Offer, main: Loaded, kept: PageCache | None = None
) -> Iterator[Draft]:
    """All pages of one language, each to be rendered when it is asked for."""
    return drafts_with(site_of(loaded, root, words, offer, main, kept), loaded.mallette.stories.values())


def drafts_with(site: Site, asked: Iterable[CaseStory]) -> Iterator[Draft]:
    """The pages of these stories, and all others of the site."""
    loaded, root, words, offer, main = site.loaded, site.root, site.words, site.offer, site.main
    kit, protocols, stories = loaded.mallette.kit, loaded.mallette.protocols, loaded.mallette.stories
    library, methods = (partial(make, loaded, words) for make in (explorers.stories, explorers.protocols))
    home = front(loaded.mallette, words.language, offer.printed)
    yield site.draft("", "home", kit.title, kit.tagline, kit, **home)
    yield site.draft(
        "protocoles/", "protocols", words("site.protocols"), words("site.protocols_lead"), explorer=methods
    )
    for protocol in protocols.values():
        needed = partial(needs, loaded.mallette, protocol, Papers(root).places)
        yield site.draft(page_of(protocol), "protocol", protocol.title, protocol.summary, protocol, needs=needed)
    yield site.draft("recits/", "stories", words("site.stories"), words("site.stories_lead"), explorer=library)
    sheets = explorers.sheets_for(len(stories))
    for number in range(2, sheets + 1):
        title = words("site.explorer.page_of", title=words("site.stories"), page=number, pages=sheets)
        path = explorers.sheet_of(number)
        kept_by = partial(site.sheet_key, number, sheets, library)
        yield site.draft(path, "stories-sheet", title, title, kept_by=kept_by, explorer=library, number=number)
    for story in asked:
        yield site.story(story)
    roles = dict.fromkeys(role for protocol in protocols.values() for role in protocol.roles)
    shown = [loaded.mallette.roles[name] for name in (*roles, *(r for r in loaded.mallette.roles if r not in roles))]
    shown.sort(key=lambda role: role.language != words.language)
    yield site.draft("roles/", "roles", words("site.roles"), words("site.roles_lead"), roles=shown)
    for kind, path in PAGES.items():
        title, lead = (words(f"site.form.{part}.{kind}") for part in ("titles", "leads"))
        yield site.draft(path, "form", title, lead, form=cache(partial(questionnaire, kind, loaded, words, root)))
    yield site.draft("telecharger/", "downloads", words("site.downloads"), words("site.downloads_lead"))
    if not loaded.prefix:
        groups = [(kind, path, list(fields_of(model, words.language))) for kind, (path, model) in DOCUMENTED.items()]
        yield site.draft("champs/", "fields", words("site.fields"), words("site.fields_lead"), groups=groups)
        waiting = cache(partial(upkeep.sections, loaded, words))
        yield site.draft("suivi/", "upkeep", words("upkeep.title"), words("upkeep.lead"), waiting=waiting)
    data: dict[str, Any] = {"datasets": opendata.datasets(loaded, words), "sizes": offer.sizes}
    yield site.draft("donnees/", "data", words("site.data.title"), words("site.data.lead"), **data)
    cited, others = list(_cited(loaded.mallette)), [(one, coverage(one.standings)) for one in main.others]
    about: dict[str, Any] = {"cited": cited, "others": others, "shares": rights.shares(loaded.mallette)}
    about |= {"shown": rights.pictures(loaded.mallette), "address": _address}
    yield site.draft("credits/", "credits", words("site.credits"), words("site.credits_lead"), kit, **about)
    if loaded.audit:
        title = words("site.statement.title")
        yield site.draft(STATEMENT, "statement", title, words("site.statement.lead"), audit=loaded.audit)


def site_of(
    loaded: Loaded, root: Path, words: Labels, offer: Offer, main: Loaded, kept: PageCache | None = None
) -> Site:
    """What all pages of one language are made with."""
    known = guides(root, loaded, main)

    @cache  # for the first story that is rendered
    def neighbours() -> Neighbours:
        found = Neighbours(loaded.mallette.stories.values())
        if kept:
            found.known(kept.data(found.digest, found.every))
        return found

    def near(story: CaseStory) -> tuple[CaseStory, ...]:
        return neighbours().of(story)

    keys = cache(partial(keys_of, loaded, root, offer, known, near))
    environment = page_environment(loaded, root, words, offer, main, near)
    return Site(loaded, root, words, offer, main, environment, known, keys)


def frame(loaded: Loaded, root: Path, words: Labels) -> dict[str, Any]:
    """What the theme shows round each page (header, footer), safe to insert where nothing escapes."""
    kit = loaded.mallette.kit
    state = words(f"site.statement.states.{loaded.audit.state}") if loaded.audit else ""
    lines = {
        "accessibility": words("site.statement.mention", state=state),
        "title": kit.title,
        "tagline": kit.tagline,
        "repository": kit.repository.url if kit.repository else "",
        "credit": kit.credit_line,
        "license": license_name(kit.license),
        "edition": words("site.edition", edition=kit.edition, date=day(kit.date, words)),
    }
    return {
        "t": lambda key, **params: escaped(words(key, **params), words.language),
        "icon": icons(root, lambda page: page.environment.filters["url"](page, SPRITE)),  # as the theme has addresses
        "language": words.language,
        "sprite": SPRITE,
        "search_words": searchbox.path_of(words.language),
        "license_deed": license_deed(kit.license, words.language),
        "prefix": loaded.prefix,
        "feed": loaded.prefix + FEED,
        "statement": loaded.prefix + STATEMENT if loaded.audit else None,
        "logo": loaded.logo,
        **{name: escaped(line, words.language) for name, line in lines.items()},
    }


@dataclass(frozen=True)
class Site:
    """One language of the site: what its pages are made with."""

    loaded: Loaded
    root: Path
    words: Labels
    offer: Offer
    main: Loaded
    environment: Environment
    guides: Mapping[str, str | None]
    """The guides that there are, and the language of each that is not in that of the page."""
    keys: Callable[[], Keys | None]
    at_depth: dict[int, Environment] = field(default_factory=dict)

    def draft(
        self,
        path: str,
        template: str,
        title: str,
        lead: str,
        item: Item | None = None,
        *,
        kept_by: Callable[[], bytes | None] = lambda: None,
        **more: Any,
    ) -> Draft:
        """A page; of those that have no key there are few."""
        tab = _tab(template, self.words)
        render = partial(self.page, path, template, title, lead, item, tab, **more)
        return Draft(self.loaded.prefix + path, title, lead, item, tab, render, kept_by)

    def story(self, story: CaseStory) -> Draft:
        """The page of a story."""
        kept_by = partial(self.story_key, story)
        return self.draft(page_of(story), "story", story.title, story.summary, story, kept_by=kept_by)

    def story_key(self, story: CaseStory) -> bytes | None:
        """What the page of a story is kept by."""
        keys = self.keys()
        return keys.story(story) if keys else None

    def sheet_key(self, number: int, sheets: int, library: Callable[[], Explorer]) -> bytes | None:
        """What a page of the list of stories is kept by."""
        keys = self.keys()
        return keys.sheet(number, sheets, library().sheets[number - 1]) if keys else None

    def below(self, depth: int) -> Environment:
        """The templates for pages so many folders down."""
        if depth not in self.at_depth:
            self.at_depth[depth] = below(self.environment, self.root, depth, self.loaded.prefix, self.guides)
        return self.at_depth[depth]

    def page(
        self, path: str, template: str, title: str, lead: str, item: Item | None, tab: str | None, **more: Any
    ) -> SitePage:
        """A page, rendered."""
        contents, prefix = _Contents(self.words.language), self.loaded.prefix
        more |= {name: more[name]() for name in ("explorer", "form", "needs") if name in more}
        templates = self.below(path.count("/"))
        body = templates.get_template(f"pages/{template}.html.j2").render(item=item, here=path, h=contents, **more)
        borrowed = item.language if item and item.language != self.words.language else ""
        return SitePage(
            prefix + path,
            self._set(title),
            self._set(lead),
            squeezed(body).strip().encode(),
            tuple(contents.headings),
            tuple(self._set(tag) for tag in item.tags) if item and not borrowed else (),
            self.loaded.origin(item or self.loaded.mallette.kit).path,
            language=self.words.language,
            prefix=prefix,
            borrowed=borrowed,
            tab=tab,
        )

    def _set(self, text: str) -> str:
        return typeset(text, self.words.language)


@lru_cache(maxsize=64)
def _tab(template: str, words: Labels) -> str | None:
    """What the navigation calls pages of a template, if it has a name of its own for them."""
    key = f"site.tabs.{template}"
    return typeset(words(key), words.language) if words.has(key) else None


@dataclass
class _Contents:
    """Called by the templates to write a heading; remembers them for the table of contents."""

    language: str
    headings: list[Heading] = field(default_factory=list)

    def __call__(self, level: int, id: str, name: str) -> Markup:
        own = language_of(name, self.language)
        self.headings.append(Heading(level, id, typeset(name, own), own if own != self.language else ""))
        shown = marked(escaped(name, self.language), name, self.language)
        return Markup(f'<h{level} id="{escape(id)}">{shown}</h{level}>')


def guides(root: Path, loaded: Loaded, main: Loaded) -> dict[str, str | None]:
    """The guides of docs/ by name, with the language of those that are in the main one only."""
    found: dict[str, str | None] = {path.stem: main.language for path in (root / "docs").glob("*.md")}
    return found | dict.fromkeys((path.stem for path in (root / "docs" / loaded.prefix).glob("*.md")), None)


def _address(item: Item) -> str | None:
    """Where an item is on the site; a card is not."""
    if isinstance(item, Protocol | CaseStory | Kit):
        return page_of(item)
    return f"roles/#{item.id}" if isinstance(item, Role) else None


def _cited(mallette: Mallette) -> Iterator[tuple[Source, list[Item]]]:
    """Each source once, with the items that rest on it."""
    found: dict[tuple[str, str | None], tuple[Source, list[Item]]] = {}
    everything: Iterable[Mapping[str, Item]] = (mallette.protocols, mallette.roles, mallette.cards, mallette.stories)
    for item in (mallette.kit, *(i for items in everything for i in items.values())):
        for source in item.sources:
            found.setdefault((source.title, source.publisher), (source, []))[1].append(item)
    yield from found.values()
