"""MkDocs' preview server, made quick: a page is rendered when it is asked for, and a save only tells the browser."""

from __future__ import annotations

import html
import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.exceptions import Abort, PluginError
from mkdocs.structure.pages import Page
from watchdog.observers import Observer

from .errors import InvalidSource
from .memo import tidied
from .policy import with_last_script
from .preview import Preview
from .reading import fault_of_settings
from .search import FOLDER as SEARCH
from .theme import fault, virtual_file
from .watching import CHANGES, Saved

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation

    from .artifact import SitePage
    from .labels import Labels

WATCHED = ("kit", "cases", "templates")
FAULT = "mallette-fault.html"
"""The page shown in place of any other while the files have a fault."""
RESTING_SECONDS = 2
"""Nobody saves or asks for a page for so long: time to tidy up."""
log = logging.getLogger("mallette")


class Shown(Protocol):
    """What a preview shows: the plugin."""

    preview: Preview | None
    asked: str | None
    pages: dict[str, SitePage]
    listed: set[str]
    nav: Navigation
    state: tuple[MkDocsConfig, Files, Environment]
    words: Labels

    def renewed(self) -> bool:
        """Read what was saved: whether what stands on every page has changed; raises whatever is wrong."""

    def write_search(self, site: Path) -> None:
        """Write the index of all pages, as they are now; raises PluginError."""


class Live:
    """Wraps a server of MkDocs: pages and documents are made at each request, and each save reloads the browser."""

    def __init__(self, server: LiveReloadServer, plugin: Shown, root: Path) -> None:
        self._server, self._plugin, self._site = server, plugin, Path(server.root)
        self._lock, self._saved, self._fault = threading.Lock(), Saved(), ""
        self._written, self._said = set[str](), set[str]()
        guides = Path(plugin.state[0].docs_dir)
        self._rendered = {root / "templates", guides}  # what MkDocs reads too
        self._builder, self._unbuilt = server.builder, False
        server.builder = self._build
        server.unwatch(str(guides))  # a guide may take the address of a page: it is looked at before MkDocs builds
        _native(server)
        _allowed_to_reload(server)
        for folder in (guides, *(root / name for name in WATCHED)):
            if folder.is_dir():
                server.observer.schedule(self._saved, str(folder), recursive=True)
        server.set_app(self._answer)
        threading.Thread(target=self._follow, daemon=True).start()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Make what is asked for, then let the server send it."""
        address = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        mount = self._server.mount_path
        self._saved.read()
        if address.startswith(mount):
            self._wait_for_build()
            with self._lock:
                environ = {**environ, "PATH_INFO": mount + self._ready(address.removeprefix(mount))}
        return self._server.serve_request(environ, start_response)

    def _ready(self, path: str) -> str:
        """Have what is asked for in the folder that is served, or what is wrong with it; gives its path."""
        if self._fault and (not path or path.endswith(("/", ".html"))):
            return self._told(self._fault)
        try:
            return self._made(path)
        except Exception as error:
            said = fault(error, self._plugin.words)
            if said not in self._said:
                log.error(said)
            self._said.add(said)
            preview = self._plugin.preview
            if not path.endswith(".png") or not preview or not preview.makes(path):
                return self._told(said)
            (self._site / path).unlink(missing_ok=True)  # one of ours: no request names another file to remove
            return path

    def _told(self, said: str) -> str:
        """Write a page that says what is wrong; gives its path."""
        (self._site / FAULT).write_text(_page_of(said), encoding="utf-8")
        return FAULT

    def _made(self, path: str) -> str:
        """Write what is asked for to the folder that is served, if it is ours to make; gives its path."""
        if path.startswith(f"{SEARCH}/") and not (self._site / SEARCH).is_dir():
            self._write_search()
        preview = self._plugin.preview
        if preview and preview.has(path):
            self._write_page(f"{path}index.md")
            self._written.add(path)
        elif path in self._written:  # a page that was there before a file was removed
            (self._site / path / "index.html").unlink(missing_ok=True)
        elif preview and (made := preview.file(path)) is not None:
            (self._site / path).parent.mkdir(parents=True, exist_ok=True)
            (self._site / path).write_bytes(made)
        return path

    def _write_page(self, name: str) -> None:
        """Have MkDocs render a page, as it is now, to where the site is served from."""
        plugin = self._plugin
        config, files, env = plugin.state
        file = files.get_file_from_path(name) or virtual_file(config, name, plugin.pages[name], listed=False)
        page = file.page or Page(None, file, config)
        plugin.asked = name
        try:
            _populate_page(page, config, files)
            _build_page(page, config, files.documentation_pages(), plugin.nav, env)
        finally:
            plugin.asked = None

    def _write_search(self) -> None:
        """Index all pages: someone searches, for the first time since a file was saved."""
        try:
            self._plugin.write_search(self._site)
        except PluginError as error:
            log.error(str(error))

    def _build(self) -> None:
        """Have MkDocs build all; a build that fails would leave each request waiting, so it is a fault like another."""
        with self._lock:
            try:
                self._look_at_settings()
                self._builder()
                self._fault, self._unbuilt = "", False
            except Exception as error:
                aborted = isinstance(error, Abort)  # of what was told already
                cause = error.__context__ if aborted and isinstance(error.__context__, Exception) else error
                self._fault, self._unbuilt = fault(cause, self._plugin.words), True
                if not aborted:
                    log.error(self._fault)

    def _look_at_settings(self) -> None:
        """Raise what is wrong with mkdocs.yml, if MkDocs could not say it."""
        path = Path(self._plugin.state[0].config_file_path or "mkdocs.yml")
        if problem := fault_of_settings(path.name, path.read_bytes()):
            raise InvalidSource([problem])

    def _wait_for_build(self) -> None:
        with self._server._epoch_cond:
            self._server._epoch_cond.wait_for(lambda: self._server._visible_epoch == self._server._wanted_epoch)

    def _follow(self) -> None:
        while saved := self._saved.taken():
            with self._lock:
                rendered = any(self._rendered & {*path.parents} for path in saved)
                build = not self._resaved(saved) and self._renew(rendered)
                shutil.rmtree(self._site / SEARCH, ignore_errors=True)
                self._said.clear()
            if not build:
                self._reload()
            if self._saved.quiet(RESTING_SECONDS):
                tidied()

    def _resaved(self, saved: Collection[Path]) -> bool:
        """Whether only stories were saved, and all is right once these are read."""
        preview = self._plugin.preview
        try:
            listed = {name.removesuffix("index.md") for name in self._plugin.listed}
            return bool(preview and not self._fault and preview.resaved(saved, listed))
        except Exception:  # it is told once all is read
            return False

    def _renew(self, rendered: bool = False) -> bool:
        """Read all that was saved, with the lock held: whether MkDocs builds all, for one if it has `rendered` that."""
        before = self._fault
        try:
            self._fault, build = "", self._plugin.renewed()
        except Exception as error:  # whatever it is, the next save may mend it
            self._fault, build = fault(error, self._plugin.words), False
        if self._fault and self._fault != before:
            log.error(self._fault)
        if self._fault or not (build or rendered or self._unbuilt):
            return False
        with self._server._rebuild_cond:
            self._server._want_rebuild = True
            self._server._rebuild_cond.notify_all()
        return True

    def _reload(self) -> None:
        """Tell the browsers that what they show has changed, though no page was built."""
        with self._server._epoch_cond:
            epoch = self._server._wanted_epoch + 1
            self._server._wanted_epoch = self._server._visible_epoch = epoch
            self._server._epoch_cond.notify_all()


def _native(server: LiveReloadServer) -> None:
    """Let the system tell what is saved: asking every file twice a second keeps a processor busy."""
    watched = [*server._watched_paths]
    for path in watched:
        server.unwatch(path)
    server.observer = Observer()  # type: ignore[assignment]
    # MkDocs takes any event for a change: reading the guides to build them would have them built again, for ever.
    server.observer.schedule = partial(server.observer.schedule, event_filter=CHANGES)  # type: ignore[method-assign]
    for path in watched:
        server.watch(path)


def _allowed_to_reload(server: LiveReloadServer) -> None:
    """The server adds a script to each page that it sends: the policy of the page has to know it."""
    plain = server._inject_js_into_html
    server._inject_js_into_html = lambda content, epoch: with_last_script(  # type: ignore[method-assign]
        plain(content, epoch)  # type: ignore[no-untyped-call]
    )


def _page_of(fault: str) -> str:
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in fault.splitlines())
    style = "font:1.1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1B2A41"
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>mallette</title></head>'
        f'<body style="{style}"><h1 style="color:#A3261B">mallette</h1><ul>{lines}</ul></body></html>'
    )
