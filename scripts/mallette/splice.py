"""A page of the theme with marks in place of what changes, filled for each page: the same bytes, sooner."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from urllib.parse import urljoin

from .artifact import Heading, SitePage

MARK = "Mallettemark"
"""How the marks begin: letters alone, which no template escapes; no id has a capital, so no address is like one."""
TITLE, DESCRIPTION, BODY, SLUG, SOURCE = (MARK + name for name in ("title", "description", "body", "slug", "source"))
TAGS = (f"{MARK}taga", f"{MARK}tagb")
HEADINGS = tuple((f"{MARK}id{letter}", f"{MARK}heading{letter}") for letter in "ab")
ALREADY_TITLED = f"<h1 {BODY}></h1>"
"""The body of a pattern: without a title of its own, the theme would add one; it ends as bodies do."""
LISTED_TAGS, LISTED_HEADINGS = f"{MARK}tags", f"{MARK}headings"
WORTH_IT = 3
"""Fewer pages of a kind are rendered one by one: a kind costs two renders itself."""


class Unlike(Exception):
    """A page that was filled is not what the theme renders; the argument is its path."""


@dataclass(frozen=True)
class Kind:
    """What pages have in common if the theme shows the same round each."""

    language: str
    folder: str
    borrowed: str
    has_source: bool
    has_tags: bool
    has_headings: bool
    elsewhere: tuple[tuple[str, str], ...]
    """How the addresses of the page begin in each language, and the language of the text there if it is another."""


@dataclass(frozen=True)
class Lot:
    """Pages of a kind: `pattern` is rendered with marks, `sample` as it is, to compare; the others are filled."""

    pattern: SitePage
    sample: SitePage
    others: tuple[SitePage, ...]

    def alike(self, prefixes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The addresses of the pattern and of the sample, in each language."""
        for prefix in prefixes:
            pattern, sample = (page.path.removeprefix(page.prefix) for page in (self.pattern, self.sample))
            yield prefix + pattern, prefix + sample


def lots(pages: Sequence[SitePage], prefixes: Collection[str], *, apart: Collection[str] = ()) -> Iterator[Lot]:
    """The pages that can be filled, by kind; `apart` are the paths of pages that must be rendered one by one."""
    written = {page.path: page.borrowed for page in pages}
    kinds: dict[Kind, list[SitePage]] = {}
    for page in pages:
        folder = page.path.rstrip("/").rpartition("/")[0]
        flat = all(heading.level == 2 and not heading.language for heading in page.headings)
        in_section = bool(folder) and folder.count("/") == page.prefix.count("/")
        if in_section and flat and page.path not in apart:
            rest = page.path.removeprefix(page.prefix)
            elsewhere = tuple((prefix, written[prefix + rest]) for prefix in prefixes if prefix + rest in written)
            has = (bool(page.source), bool(page.tags), bool(page.headings))
            kinds.setdefault(Kind(page.language, folder, page.borrowed, *has, elsewhere), []).append(page)
    many = [(kind, found) for kind, found in kinds.items() if len(found) >= WORTH_IT]
    for (kind, found), letter in zip(many, ascii_lowercase, strict=False):
        yield Lot(_pattern(kind, found[0], SLUG + letter), found[0], tuple(found[1:]))


def _pattern(kind: Kind, page: SitePage, slug: str) -> SitePage:
    headings = tuple(Heading(2, id, name) for id, name in HEADINGS) if kind.has_headings else ()
    return SitePage(
        f"{kind.folder}/{slug}/",
        TITLE,
        DESCRIPTION,
        ALREADY_TITLED.encode(),
        headings,
        TAGS if kind.has_tags else (),
        SOURCE if kind.has_source else None,
        language=page.language,
        prefix=page.prefix,
        borrowed=page.borrowed,
    )


def _slug(page: SitePage) -> str:
    return page.path.rstrip("/").rpartition("/")[2]


class Frame:
    """A rendered pattern, cut at its marks; what lies between its two tags or headings goes between any number."""

    def __init__(self, pattern: SitePage, rendered: str) -> None:
        self._slug = _slug(pattern)
        (tag_a, tag_b), ((id_a, name_a), (id_b, name_b)) = TAGS, HEADINGS
        between = re.search(f"{tag_a}(.*?){tag_b}", rendered, re.DOTALL)
        items = re.search(f"{id_a}((?:(?!{MARK}).)*){name_a}(.*?){id_b}\\1{name_b}", rendered, re.DOTALL)
        self._tags = between.group(1) if between else ""
        self._in_heading, self._headings = items.groups() if items else ("", "")
        for found, mark in ((between, LISTED_TAGS), (items, LISTED_HEADINGS)):
            rendered = rendered.replace(found.group(), mark) if found else rendered
        rendered = rendered.replace(ALREADY_TITLED, BODY)
        self._parts = re.split(f"({MARK}[a-z]+)", rendered)

    def filled(self, page: SitePage) -> str:
        """The page as the theme renders it."""
        headings = (heading.id + self._in_heading + html.escape(heading.name) for heading in page.headings)
        values = {
            TITLE: html.escape(page.title),
            DESCRIPTION: html.escape(page.description),
            BODY: page.body,
            self._slug: _slug(page),
            SOURCE: page.source or "",
            HEADINGS[0][0]: page.headings[0].id if page.headings else "",
            LISTED_TAGS: self._tags.join(map(html.escape, page.tags)),
            LISTED_HEADINGS: self._headings.join(headings),
        }
        return "".join(values.get(part, part) if index % 2 else part for index, part in enumerate(self._parts))


def filled(lot: Lot, rendered: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Addresses and HTML of the pages of a lot, its pattern and sample being rendered; raises Unlike if they differ."""
    frame = Frame(lot.pattern, rendered[lot.pattern.path])
    if frame.filled(lot.sample) != rendered[lot.sample.path]:
        raise Unlike(lot.sample.path)
    for page in lot.others:
        yield page.path, frame.filled(page)


def sitemap(made: str, lots: Iterable[Lot], address: str) -> str:
    """The sitemap that MkDocs made, with the pages that are filled and without their patterns."""
    entries = re.findall(r"\s*<url>.*?</url>", made, re.DOTALL)
    for lot in lots:
        there = f"<loc>{html.escape(urljoin(address, lot.sample.path))}</loc>"
        for entry in [entry for entry in entries if there in entry]:
            entries += [entry.replace(lot.sample.path, page.path) for page in lot.others]
    kept = sorted(entry for entry in entries if MARK not in entry)
    return re.sub(r"\s*<url>.*</url>", lambda _: "".join(kept), made, flags=re.DOTALL)
