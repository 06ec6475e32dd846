"""Search on the whole site: pages -> entries -> the files of an index."""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from .artifact import SECTION, SitePage
from .digest import Digest, digest
from .pagefind import ENTRY, Engine, Reading, packed
from .postings import TITLE, Found, Index, pieces_of
from .store import Store, code, opened

FOLDER = "pagefind"
"""Where the index lies in a site, with the program that asks it."""
KEPT = ".cache/mallette-search.db"
"""What is found of each page, by its content."""
LAYOUT = 1
KINDS = "kinds.json"
"""The kind of each entry that is no story, by the name of its fragment, for results to be grouped before they load."""
LOT = 500
"""How many entries are read before the engine is asked about their words."""
PLACES = 2
"""Of a word that a story repeats: all places of a common word in thousands of stories are a lot to send."""
LISTS = (*(f"{section}/" for section in SECTION.values()), "suivi/")
"""Pages where nothing is found: lists of what has its own page, and of what waits for someone."""
Kind = Literal["protocol", "story", "role", "guide"]


@dataclass(frozen=True)
class Entry:
    """What can be found: an address from the site's root, with an anchor if need be, and the HTML that says it."""

    address: str
    title: str
    language: str
    kind: Kind
    html: str = field(repr=False)


def kind_of(page: SitePage) -> Kind | None:
    """The kind of a page; None if nothing of it is to be found there: lists, and texts at home in another language."""
    path = page.path.removeprefix(page.prefix)
    if page.borrowed or not path or path in LISTS or path.count("/") > 2:
        return None
    kinds: dict[str, Kind] = {SECTION["protocol"]: "protocol", SECTION["story"]: "story", "roles": "role"}
    return kinds.get(path.partition("/")[0], "guide")


def entries(pages: Iterable[SitePage]) -> Iterator[Entry]:
    """What can be found on pages made from YAML: each as a whole, but roles one by one."""
    for page in pages:
        if kind := kind_of(page):
            yield from _parts(page, kind) if kind == "role" else (_whole(page, kind),)


def guide(address: str, title: str, language: str, content: str) -> Entry:
    """What can be found in a guide of docs/, whose title and content are HTML."""
    return Entry(address, html.unescape(re.sub("<[^>]*>", "", title)), language, "guide", content)


def _whole(page: SitePage, kind: Kind) -> Entry:
    tags = f"<p>{html.escape(', '.join(page.tags))}</p>" if page.tags else ""
    return Entry(page.path, page.title, page.language, kind, page.body + tags)


def _parts(page: SitePage, kind: Kind) -> Iterator[Entry]:
    """A page cut at its headings of the second level; without what is in another language than the page."""
    parts = {part[8:].partition('"')[0]: part for part in re.split(r'(?=<h2 id=")', page.body)[1:]}
    for heading in page.headings:
        if heading.level == 2 and not heading.language and heading.id in parts:
            text = parts[heading.id].partition("</h2>")[2]
            yield Entry(f"{page.path}#{heading.id}", heading.name, page.language, kind, text)


def index(found: Iterable[Entry], kept: Store | None = None) -> Iterator[tuple[str, bytes]]:
    """The files of the index and their names, one by one; the same for the same entries. Raises MalletteError."""
    kept = kept or Store()
    engine, indexes = Engine(), dict[str, Index]()
    kinds = dict[str, Kind]()
    waiting = iter(found)
    for some in iter(lambda: [*islice(waiting, LOT)], []):
        for entry, page in _read(some, kept, engine):
            name = indexes.setdefault(entry.language, Index(entry.language)).add(page)
            kinds |= {name: entry.kind} if entry.kind != "story" else {}
            yield f"fragment/{name}.pf_fragment", page.shown
    engine.learn({})  # for its files, should there be nothing to find
    languages = dict[str, object]()
    for language, made in sorted(indexes.items()):
        name, more = made.files(engine.entry["version"])
        yield from ((path, packed(data)) for path, data in more.items())
        languages[language] = engine.entry["languages"][language] | {"hash": name, "page_count": made.count}
    yield ENTRY, json.dumps({**engine.entry, "languages": languages}, sort_keys=True).encode()
    yield KINDS, json.dumps(kinds, sort_keys=True, separators=(",", ":")).encode()
    yield from engine.files.items()


def _read(some: Iterable[Entry], kept: Store, engine: Engine) -> Iterator[tuple[Entry, Found]]:
    """Each entry as it goes into an index, as it was kept or as it is read now."""
    listed: list[tuple[Entry, bytes, bytes | Digest]] = []
    asked: dict[str, set[str]] = {}
    for entry in some:
        key, words = _key(entry), asked.setdefault(entry.language, set())
        known = kept.get(key) or digest(entry.title, entry.html, entry.language, alike=entry.kind == "story")
        if isinstance(known, Digest):
            words.update(known.title, *(run for _, run in known.runs))
        listed.append((replace(entry, html=""), key, known))
    engine.learn(asked)
    for entry, key, known in listed:
        if isinstance(known, Digest):
            page = _found(entry, known, engine.readings[entry.language])
            kept.put(key, bytes(page))
        else:
            page = Found.read(known)
        yield entry, page


def _key(entry: Entry) -> bytes:
    about = repr((code(), entry.address, entry.title, entry.language))
    return hashlib.sha256((about + entry.html).encode()).digest()


def _found(entry: Entry, read: Digest, readings: Mapping[str, Reading]) -> Found:
    """An entry as it goes into an index."""
    words = read.words
    about = {
        "url": f"/{entry.address}",
        "content": " ".join(words),
        "word_count": len(words),
        "filters": {},
        "meta": {TITLE: " ".join(read.title)},
        "anchors": [vars(place) for place in read.places],
    }
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()
    pieces = pieces_of(read, readings, PLACES if entry.kind == "story" else len(words))
    return Found(hashlib.sha256(text).digest(), len(words), packed(text), pieces)


def write(site: Path, root: Path, found: Iterable[Entry]) -> None:
    """Write the index into a site, in place of any other; what is found of a page is kept. Raises MalletteError."""
    place = site / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    for folder in ("fragment", "index"):
        (place / folder).mkdir(parents=True)
    try:
        with opened(root / KEPT, LAYOUT) as kept:
            for path, content in index(found, kept):
                (place / path).write_bytes(content)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)  # half an index would be taken for one
        raise
