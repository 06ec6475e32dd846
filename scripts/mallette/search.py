"""Search on the whole site: pages -> entries -> small HTML -> files of an index; the only module that knows Pagefind.

Pagefind's program is spoken to through its pipes, as its own wrappers do, one page after the other: read from a
folder, pages would be numbered in the order of the disk, and so would the bytes of the index.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from .artifact import SECTION, SitePage
from .errors import MalletteError

FOLDER = "pagefind"
"""Where the index lies in a site, with the program that asks it."""
KINDS = "kinds.json"
"""The kind of each entry that is no story, by the name of its fragment, for results to be grouped before they load."""
LISTS = (*(f"{section}/" for section in SECTION.values()), "suivi/")
"""Pages where nothing is found: lists of what has its own page, and of what waits for someone."""
LEFT_OUT = ("h1", ".m-noprint", ".m-hidden", "[data-search-exclude]", ".headerlink")
"""What is not indexed; the title of a page is, apart from its text."""
SIGNATURE = b"pagefind_dcd"
"""How each compressed file of Pagefind begins."""

ELIDED = re.compile(r"(?<!\w)((?:[CDJLMNSTcdjlmnst]|(?:[Jj]us|[Ll]ors|[Pp]uis|[Qq]uoi)?[Qq]u)')(?=[^\s<]|<[^/])")
JOINER = "\u2060"
LIGATURES = {letter: pair[0] + JOINER + pair[1] for letter, pair in zip("œŒæÆ", ("oe", "Oe", "ae", "Ae"), strict=True)}
"""Letters that people type as two; the word joiner between them is no letter, and tells the page what to show."""
UNSEEN = re.compile(r"<(svg|script|template)\b.*?</\1>|<img\b[^>]*>", re.DOTALL)
ENDING = re.compile(r"</(dt|dd|figcaption|blockquote|header|th|cite)>")
"""Ends of elements after which Pagefind would let two words hug each other."""
LIGHTER = ('<dl class="m-facts', '<dl data-pagefind-weight="0.3" class="m-facts')
"""Facts are found, but what a text says of a word tells more."""

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


def folded(text: str, language: str) -> str:
    """A text with words that the index tells apart as people type them: "l’œuvre" -> "l' oeuvre", joined at "oe".

    What is shown of it is set right again by `shown` in assets/search-dialog.js.
    """
    text = text.replace("’", "'").replace("&#39;", "'")
    for letter, pair in LIGATURES.items():
        text = text.replace(letter, pair)
    text = text.replace("___", "_ _ _")  # as the marks begin that Pagefind puts in a text for itself
    return ELIDED.sub(r"\1 ", text) if language == "fr" else text


def stub(entry: Entry) -> str:
    """The page that is indexed: the words of an entry, and its title."""
    title = html.escape(folded(entry.title, entry.language))
    colon = " :" if entry.language == "fr" else ":"

    def ended(end: re.Match[str]) -> str:
        """Facts and captions as sentences, for they are shown one after the other."""
        before = re.sub(r"<[^>]*>?|^[^<>]*>", "", end.string[end.start() - 80 : end.start()]).rstrip()
        sign = colon if end[1] == "dt" else "." if end[1] in ("dd", "figcaption") and before[-1:].isalnum() else ""
        return f"{sign}{end[0]} "

    body = ENDING.sub(ended, UNSEEN.sub(" ", entry.html)).replace("<small", " <small").replace(*LIGHTER)
    about = f'<i data-pagefind-meta="title[title]" title="{title}"></i>'
    return f'<html lang="{entry.language}"><body data-pagefind-body>{about}{folded(body, entry.language)}</body></html>'


def index(found: Iterable[Entry]) -> dict[str, bytes]:
    """The files of the index by their names; the same for the same entries. Raises MalletteError."""
    kinds: dict[str, Kind] = {}
    try:
        with _pagefind() as ask:
            number = ask("NewIndex", config={"exclude_selectors": LEFT_OUT})["index_id"]
            for entry in found:
                kinds[f"/{entry.address}"] = entry.kind
                ask("AddFile", index_id=number, url=f"/{entry.address}", file_contents=stub(entry))
            answer = ask("GetFiles", index_id=number)["files"] if kinds else []
    except (OSError, ImportError, ValueError, KeyError) as error:
        raise MalletteError("search_failed", said=f"{error or type(error).__name__}") from error
    files = {Path(file["path"]).as_posix(): base64.b64decode(file["content"]) for file in answer}
    return dict(_kept(files, kinds))


def _kept(files: Mapping[str, bytes], kinds: Mapping[str, Kind]) -> Iterator[tuple[str, bytes]]:
    """Without Pagefind's own pages and styles; what it writes in no order of its own is sorted."""
    apart: dict[str, Kind] = {}
    for path, content in files.items():
        if path == "pagefind-entry.json":
            yield path, json.dumps(json.loads(content), sort_keys=True).encode()
        elif path == "pagefind.js" or path.endswith((".pf_fragment", ".pf_index", ".pf_meta", ".pagefind")):
            yield path, content
        if path.endswith(".pf_fragment"):
            kind = kinds[json.loads(gzip.decompress(content).removeprefix(SIGNATURE))["url"]]
            apart |= {Path(path).stem: kind} if kind != "story" else {}
    yield KINDS, json.dumps(apart, sort_keys=True, separators=(",", ":")).encode()


def write(site: Path, found: Iterable[Entry]) -> None:
    """Write the index into a site, in place of any other. Raises MalletteError."""
    files = index(found)
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    for folder in {(site / FOLDER / path).parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (site / FOLDER / path).write_bytes(content)


@contextmanager
def _pagefind() -> Iterator[Callable[..., dict[str, Any]]]:
    """The program, running: call it with a question to have its answer."""
    from pagefind_bin import get_executable

    # It would read settings from the folder it is started in and from the environment.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    process = subprocess.Popen(
        [get_executable(), "--service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=tempfile.gettempdir(),
        env=environment,
    )
    try:
        yield partial(_ask, process)
    finally:
        process.kill()
        process.communicate()


def _ask(process: subprocess.Popen[bytes], what: str, **about: Any) -> dict[str, Any]:
    """A question and its answer, each as JSON in base64 with a comma behind; raises OSError or ValueError."""
    assert process.stdin is not None
    assert process.stdout is not None
    asked = json.dumps({"message_id": 0, "payload": {"type": what, **about}})
    with suppress(OSError):  # if it stopped meanwhile, there is no answer to read
        process.stdin.write(base64.b64encode(asked.encode()) + b",")
        process.stdin.flush()
    told = bytearray()
    while not told.endswith(b","):
        part = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
        if not part:
            raise OSError(f"stopped ({process.wait()})")
        told += part
    payload: dict[str, Any] = json.loads(base64.b64decode(told[:-1]))["payload"]
    if payload["type"] == "Error":
        raise ValueError(payload["message"])
    return payload
