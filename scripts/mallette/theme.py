"""What MkDocs and its theme are given: files that stand for pages, settings in another language, contents."""

from __future__ import annotations

import copy
import datetime
import html
import logging
import os
import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from mkdocs.config.base import Config, ValidationError
from mkdocs.config.config_options import ListOfItems, Type
from mkdocs.exceptions import MkDocsException, PluginError
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import AnchorLink

from .artifact import Artifact, Heading, SitePage
from .aside import Laid
from .errors import MalletteError
from .guides import PROJECT
from .labels import Labels
from .model import Kit
from .policy import SOURCE
from .typography import typeset, typeset_html

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mallette")


class Origin(Type[str]):
    """An origin, `https://stats.example.org`: whatever else one may write in a policy could open it to anyone."""

    def __init__(self) -> None:
        super().__init__(str)

    def run_validation(self, value: object) -> str:
        """The same text, or why it will not do."""
        if not SOURCE.fullmatch(found := super().run_validation(value)):
            raise ValidationError(f"{found!r}: https://... ?")
        return found


class Options(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say of the plugin; what the kit says is in kit/kit.yml."""

    splice = Type(bool, default=True)
    """Whether pages alike, outside of the navigation, are filled into one that the theme renders."""
    policy = Type(bool, default=True)
    """Whether pages tell browsers to load and run nothing but the site's own files and the theme's scripts."""
    allow = ListOfItems(Origin(), default=[])
    """Other origins that pages may load from, for whoever counts visits or shows films."""


def noon(day: datetime.date) -> int:
    """The middle of a day in seconds, as near as what a ZIP or gzip can say."""
    known = min(max(day, datetime.date(1980, 1, 1)), datetime.date(2100, 1, 1))
    return int(datetime.datetime.combine(known, datetime.time(12), datetime.UTC).timestamp())


def address_of(file: File) -> str:
    """The address of a page from the site's root, "" for the home page."""
    return "" if file.url == "./" else file.url


def settle(config: MkDocsConfig, kit: Kit, language: str) -> None:
    """Take from the kit what mkdocs.yml leaves out, and its language whatever mkdocs.yml says: texts are in it."""
    config.theme["language"] = language
    config.site_name = typeset(config.site_name, language)
    config.site_url = config.site_url or kit.address
    config.site_description = config.site_description or html.escape(typeset(kit.tagline, language))
    if kit.edit_address and not config.edit_uri:
        config.edit_uri = posixpath.join(kit.edit_address, docs_folder(config), "")


def translated(config: MkDocsConfig, lines: Mapping[str, Any], words: Labels) -> MkDocsConfig:
    """The settings that the templates of the theme read, in another language."""
    own = copy.copy(config)
    own["theme"] = copy.deepcopy(config.theme)
    own["theme"]["language"] = words.language
    own["site_name"] = str(lines["title"])
    own["site_description"] = str(lines["tagline"])
    own["mdx_configs"] = {**config.mdx_configs, "toc": {**config.mdx_configs.get("toc", {}), "title": None}}
    return own


def anchors(headings: tuple[Heading, ...]) -> list[AnchorLink]:
    """Headings as MkDocs nests them; their words are escaped here, once."""
    top: list[AnchorLink] = []
    for heading in headings:
        name = html.escape(heading.name)
        name = f'<span lang="{heading.language}">{name}</span>' if heading.language else name
        anchor = AnchorLink(name, heading.id, heading.level)
        (top[-1].children if top and heading.level > top[0].level else top).append(anchor)
    return top


def typeset_toc(links: list[AnchorLink], language: str) -> None:
    """Put the typography of a language on headings, in place."""
    for link in links:
        link.title = typeset_html(link.title, language)
        typeset_toc(link.children, language)


SPARE = re.compile(
    r"""(?<=id="__drawer"|id="__search")\ autocomplete="off"  # refused by the standard
    |<meta\ name="generator"[^>]*>\s*
    |<div\ data-md-component="skip">.*?</div>\s*  # its link to the first heading: ours leads to the content
    |<div\ data-md-component="announce">\s*</div>\s*""",
    re.DOTALL | re.VERBOSE,
)
"""What the theme puts on each page and nobody needs; what a root's own templates announce stays."""


def standard(page: str) -> str:
    """A page of the theme as the standard of HTML has it, without what is spare."""
    return SPARE.sub("", page)


def reachable(content: str, title: str) -> str:
    """The tables of a guide, named after the heading above, in boxes that a keyboard can scroll."""
    name = title

    def boxed(found: re.Match[str]) -> str:
        nonlocal name
        if found["heading"]:
            name = re.sub("<[^>]*>", "", found["heading"])
            return found[0]
        table = re.sub(r"<th(?=[ >])", '<th scope="col"', found[0])
        label = name.replace('"', "&quot;")
        table = table.replace("<table>", f'<table aria-label="{label}">')
        return f'<div class="m-scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'

    return re.sub(r"<h\d[^>]*>(?P<heading>.*?)</h\d>|<table>.*?</table>", boxed, content, flags=re.DOTALL)


def led(content: str, kit: Kit) -> str:
    """A guide whose links to `depot:` lead to where the project is kept; they are plain words if nobody says where."""
    address = html.escape(kit.repository.url) if kit.repository else ""
    shown = (lambda found: f'<a href="{address}" rel="noopener">{found[1]}</a>') if address else r"\1"
    return re.sub(rf'<a href="{PROJECT}">(.*?)</a>', shown, content, flags=re.DOTALL)


def root_of(config: MkDocsConfig) -> Path:
    """The folder of mkdocs.yml."""
    return Path(config.config_file_path or "mkdocs.yml").resolve().parent


def virtual_file(config: MkDocsConfig, name: str, page: SitePage, *, listed: bool) -> File:
    """A virtual Markdown file that stands for a page."""
    inclusion = InclusionLevel.UNDEFINED if listed else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, name, content="", inclusion=inclusion)
    up = posixpath.join(*[".."] * len(Path(docs_folder(config)).parts))
    file.edit_uri = posixpath.join(up, page.source) if page.source else None
    return file


class _LaidFile(File):
    """A file whose content is read when it is written, and not before."""

    laid: Laid

    def copy_file(self, dirty: bool = False) -> None:
        """Write it."""
        target = Path(self.abs_dest_path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self.laid.read_bytes())


def real_file(config: MkDocsConfig, artifact: Artifact) -> File:
    """A file of the site as it is published."""
    held = artifact.held
    if isinstance(held, Laid):
        file = _LaidFile.generated(config, artifact.path, content=b"")
        assert isinstance(file, _LaidFile)
        file.laid = held
        return file
    if isinstance(held, Path):
        return File.generated(config, artifact.path, abs_src_path=str(held))
    return File.generated(config, artifact.path, content=held)


def linked(guides: Iterable[File]) -> set[str]:
    """The files that guides link to as pages: a link begins at the folder of its guide, one with a slash at the top."""
    found: set[str] = set()
    for guide in guides:
        for path in re.findall(r"[\w./-]+/index\.md", guide.content_string):
            found.add(posixpath.normpath(posixpath.join("/", posixpath.dirname(guide.src_uri), path)).lstrip("/"))
    return found


def fault(error: Exception, words: Labels) -> str:
    """What is wrong, for people; of what nobody foresaw, what Python says of it."""
    if isinstance(error, PluginError):
        return str(error)
    if isinstance(error, MkDocsException):
        error = MalletteError("site_failed", said=str(error))
    if not isinstance(error, MalletteError):
        log.debug("unexpected", exc_info=error)
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)[-1:]]
        error = MalletteError(
            "unexpected", said=" ".join((f"{type(error).__name__}: {error}", *map("({})".format, places)))
        )
    return words.told(error)


def docs_folder(config: MkDocsConfig) -> str:
    """The folder of the guides, from the root folder."""
    return Path(os.path.relpath(config.docs_dir, root_of(config))).as_posix()
