"""The MkDocs plugin: a thin adapter between what mallette makes and the files, pages and theme of MkDocs."""

from __future__ import annotations

import html
import logging
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urljoin, urlsplit

from markupsafe import Markup
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.toc import TableOfContents

from . import build, search
from .alternates import Tongue, alternates, original, tongue_of
from .artifact import SitePage
from .errors import MalletteError
from .labels import SHIPPED, labels, preferred
from .look import LOOK
from .navigation import expanded, tabs, targets
from .pages import frame
from .policy import Policy
from .preview import Preview
from .serving import WATCHED, Live
from .splice import Lot, Unlike, filled, lots, sitemap
from .squeeze import squeezed
from .templating import words_for
from .theme import (
    Options,
    address_of,
    anchors,
    led,
    linked,
    noon,
    reachable,
    real_file,
    root_of,
    settle,
    standard,
    translated,
    typeset_toc,
    virtual_file,
)
from .typography import typeset_html

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = logging.getLogger("mallette")
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")


UNASKED = "unasked.html"
"""The template of a page of a preview that nobody has asked for yet: it gives nothing, and no file is written."""


class MallettePlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the pages and files made from YAML to a MkDocs site."""

    def __init__(self) -> None:
        self.built: build.Built | None = None
        """What to publish, when someone has made it already."""
        self.showing = False
        self.preview: Preview | None = None
        self.said: list[str] = []
        """The warnings of the last reading: a preview says each once."""
        self.asked: str | None = None
        """The page that a preview renders; the others have no body yet."""
        self.pages: dict[str, SitePage] = {}
        self.lots: tuple[Lot, ...] = ()
        self.rendered: dict[str, str] = {}
        """Patterns and samples as the theme rendered them, by address."""
        self.guides: dict[str, search.Entry] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Note whether this is a preview; defining this keeps the instance alive across its rebuilds."""
        self.showing = command == "serve"

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Make the kit, then complete the configuration: theme, styles, navigation, addresses."""
        root = root_of(config)
        if self.showing:
            self.preview = self.preview or Preview(root)
            config.watch = [path for path in config.watch if Path(path).name not in WATCHED]
        self.built, self.made = None, self.built or self._make(root, str(config.theme["language"] or "fr"))
        every = self.made.loaded.every
        words = {one.language: words_for(root, one.language) for one in every}
        self.words = words[self.made.loaded.language]
        self.frames = {one.language: frame(one, root, words[one.language]) for one in every}
        self.tongues = [Tongue(one.language, one.prefix, words[one.language]("site.language")) for one in every]
        self._take(self.made)
        kit = self.made.loaded.mallette.kit
        own = root / "templates" / "theme"
        for folder in dict.fromkeys((SHIPPED / "theme", own) if own.is_dir() else (SHIPPED / "theme",)):
            config.theme.dirs.insert(0, str(folder))
        # MkDocs dates pages by the clock unless told otherwise: the same sources must give the same bytes.
        os.environ.setdefault("SOURCE_DATE_EPOCH", str(noon(kit.date)))
        config.extra_css = [LOOK, "assets/mallette.css", *config.extra_css]
        settle(config, kit, self.words.language)
        if config.nav:
            apart = [{one.language: list(tabs(self.made.pages, one.prefix))} for one in self.tongues[1:]]
            config.nav = [expanded(entry, [*self.pages]) for entry in (*config.nav, *apart)]
        self.configs = {
            one.language: translated(config, self.frames[one.language], words[one.language]) for one in every[1:]
        }
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add a virtual Markdown file for each page to render, and each PDF, picture and style sheet."""
        self.listed = listed = set(targets(config.nav or []))
        apart = self._apart(listed, files)
        self.lots, self.rendered, self.guides = (), {}, {}
        if self.config.splice and not self.preview:
            prefixes = [one.prefix for one in self.tongues]
            self.lots = tuple(lots(self.made.pages, prefixes, apart=apart))
        filled = {f"{page.path}index.md" for lot in self.lots for page in lot.others}
        for lot in self.lots:
            self.pages[f"{lot.pattern.path}index.md"] = lot.pattern
        for name, page in self.pages.items():
            if name not in filled and (not self.preview or page.path in apart):
                files.append(virtual_file(config, name, page, listed=name in listed))
        for artifact in self.made.files:
            files.append(real_file(config, artifact))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Set the navigation of each other language apart: a page shows that of its own."""
        self.known |= {address_of(file) for file in files.documentation_pages()}
        alike = [pair for lot in self.lots for pair in lot.alike(one.prefix for one in self.tongues)]
        self.known |= {pattern for pattern, sample in alike if sample in self.known}
        self.borrowed |= {pattern for pattern, sample in alike if sample in self.borrowed}
        self.nav = nav
        self.navs: dict[str, Navigation] = {}
        for one in self.tongues[1:] if config.nav else ():
            section = next(item for item in nav.items if isinstance(item, Section) and item.title == one.language)
            nav.items.remove(section)
            for item in section.children:
                item.parent = None
            ours = [page for page in nav.pages if page.file.src_uri.startswith(one.prefix)]
            nav.pages[:] = [page for page in nav.pages if page not in ours]
            self.navs[one.language] = Navigation(section.children, ours)
            self.navs[one.language].homepage = ours[0]
        return nav

    def on_page_context(self, context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
        """Give a page the words, navigation and settings of its language, and its addresses in the others."""
        path = address_of(page.file)
        page.previous_page = page.next_page = None  # the theme goes there at a key alone: n, p, a comma, a full stop
        language = tongue_of(self.tongues, path).language
        found = alternates(self.tongues, path, self.known, self.borrowed)
        if (home := original(found)) and config.site_url:
            page.canonical_url = urljoin(config.site_url, home.path)
        context["mallette"] = self.frames[language] | {"alternates": found if len(found) > 1 else ()}
        context["nav"] = self.navs.get(language, nav)
        context["config"] = self.configs.get(language, config)
        return context

    @event_priority(50)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """State title, description and tags, escaped once: Material inserts them as they are."""
        if made := self._page(page.file.src_uri):
            if self.preview and not self.asked:
                page.meta["template"] = UNASKED
            hidden = ["navigation"] if made.path != made.prefix and made.headings else ["navigation", "toc"]
            page.meta.update(title=html.escape(made.title), description=html.escape(made.description), hide=hidden)
            if made.source and page.edit_url and "?" not in page.edit_url:
                page.edit_url = urljoin(page.edit_url, urlsplit(page.edit_url).path)  # docs/../kit/x.yml -> kit/x.yml
            page.meta["tags"] = [html.escape(tag) for tag in made.tags]
            if made.borrowed:  # its words are found, and its address listed, where they are at home
                page.meta["written_in"] = made.borrowed
                page.abs_url = page.canonical_url = None
        return markdown

    def on_page_content(self, content: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Hand over our HTML, which Python-Markdown never sees; give guides the typography of their language."""
        if made := self._page(page.file.src_uri):
            page.toc = TableOfContents(anchors(made.headings))
            return made.body
        language = tongue_of(self.tongues, page.file.src_uri).language
        typeset_toc(page.toc.items, language)
        content = led(content, self.made.loaded.mallette.kit)
        content = reachable(typeset_html(content, language), str(page.title))
        self.guides[page.file.src_uri] = search.guide(address_of(page.file), str(page.title), language, content)
        return content

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Give the theme its words, icons and the lines of the footer."""
        # Jinja's own `striptags` undoes escaping, and makes plain spaces of the narrow ones of French.
        env.filters["untagged"] = lambda title: Markup(re.sub("<[^>]*>", "", str(title)))
        self.state = (config, files, env)
        self.policy = Policy(config.theme.dirs, self.config.allow) if self.config.policy else None
        env.globals["mallette"] = self.frames[self.words.language] | {"alternates": ()}
        return env

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Keep patterns and samples; a pattern is no page itself."""
        if page.meta.get("template") == UNASKED:
            return ""
        output = self._guarded(standard(squeezed(output)))
        address = address_of(page.file)
        if any(address in (lot.pattern.path, lot.sample.path) for lot in self.lots):
            self.rendered[address] = output
        return "" if any(address == lot.pattern.path for lot in self.lots) else output

    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """List in the sitemap the pages that are filled, not their patterns; a page of the theme has its policy."""
        if template_name == "sitemap.xml":
            return sitemap(output_content, self.lots, config.site_url or "")
        return self._guarded(standard(output_content)) if template_name.endswith(".html") else output_content

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the pages that are filled, and the index of the search; a preview waits until someone searches."""
        site = Path(config.site_dir)
        for address, text in self._filled():
            (site / address).mkdir(parents=True, exist_ok=True)
            (site / address / "index.html").write_bytes(text.encode("utf-8", "xmlcharrefreplace"))
        if not self.preview:
            self.write_search(site)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Make pages when they are asked for, and reload them when a source is saved."""
        Live(server, self, root_of(config))
        log.info(self.words("cli.serving", url=server.url))
        return server

    def renewed(self) -> bool:
        """Read what was saved: whether what stands on every page has changed; raises PluginError if it has a fault."""
        before = self._on_every_page()
        self._take(self._make(root_of(self.state[0]), self.words.language))
        return self._on_every_page() != before

    def write_search(self, site: Path) -> None:
        """Write the index of all pages, as they are now."""
        page = self.preview.page if self.preview else None
        found = (page(made.path) if page else made for made in self.made.pages if search.kind_of(made))
        try:
            search.write(site, root_of(self.state[0]), chain(search.entries(found), self.guides.values()))
        except MalletteError as error:
            raise PluginError(self.words.error(error)) from error

    def _guarded(self, page: str) -> str:
        return self.policy.guarded(page) if self.policy else page

    def _on_every_page(self) -> tuple[Any, ...]:
        named = [(name, page.title, page.tab) for name, page in self.pages.items() if name in self.listed]
        loaded = self.made.loaded
        return (loaded.mallette.kit, loaded.audit, loaded.logo, named)

    def _take(self, made: build.Built) -> None:
        self.made = made
        self.pages = {f"{page.path}index.md": page for page in made.pages}
        self.known = {page.path for page in made.pages}
        self.borrowed = {page.path for page in made.pages if page.borrowed}

    def _page(self, name: str) -> SitePage | None:
        """The page that a file stands for, if it is one of ours; in a preview it is rendered if it is asked for."""
        made = self.pages.get(name)
        if made and self.asked == name and self.preview:
            return self.preview.page(made.path)
        return made

    def _filled(self) -> Iterator[tuple[str, str]]:
        """The addresses and the HTML of the pages that the theme did not render, as it would have rendered them."""
        try:
            for lot in self.lots:
                yield from filled(lot, self.rendered)
        except Unlike as error:
            raise PluginError(self.words("errors.unlike", path=error)) from error

    def _apart(self, listed: set[str], files: Files) -> set[str]:
        """The pages that the navigation or a guide names: MkDocs must know them."""
        named = listed | linked(file for file in files.documentation_pages() if not file.generated_by)
        return {page.path for name, page in self.pages.items() if name in named}

    def _make(self, root: Path, language: str) -> build.Built:
        """Make the kit, or in a preview only read it."""
        words = labels(preferred({"LANG": language}))
        try:
            made = self.preview.refresh() if self.preview else build.make(root)
        except MalletteError as error:
            raise PluginError(words.told(error)) from error
        said = [words.problem(problem) for problem in made.loaded.warnings]
        for warning in said:
            if warning not in self.said:
                log.warning(warning)
        self.said = said
        return made
