"""Pagefind's program, asked for the files that search in browsers, and how it reads words; nothing else knows it.

It is spoken to through its pipes, as its own wrappers do. It reads one page a language, on which each word stands once:
whatever it does to words (small letters, accents, stems, the parts of "tiers-lieu") is done as those files will do it.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeAlias

from .cbor import decoded
from .errors import MalletteError

ENTRY = "pagefind-entry.json"
"""What there is in which language; the first file that a browser fetches."""
FORMAT = "1.5."
"""How the versions begin whose index `postings` can write."""
SIGNATURE = b"pagefind_dcd"
"""How each compressed file begins."""
WEIGHT = 10
"""Of the words that are asked about, so that the share of each part of a word is a number."""
FULL = WEIGHT * 24

Reading: TypeAlias = tuple[tuple[str, int], ...]
"""What a word is in the index: stems, each with the number of parts of the word that it is one of."""


class Engine:
    """What the program says, asked for as words come."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        """The files that browsers search with, by name."""
        self.entry: dict[str, Any] = {}
        """What browsers fetch first; its `languages` are those that were asked about."""
        self.readings: dict[str, dict[str, Reading]] = {}
        """What each word is, by language."""

    def learn(self, words: Mapping[str, Set[str]]) -> None:
        """Ask about the words of each language that are not known yet; raises MalletteError."""
        new = {language: sorted(said - self.readings.get(language, {}).keys()) for language, said in words.items()}
        asked = {language: said or ["x"] for language, said in new.items() if said or language not in self.readings}
        if not asked and self.files:
            return
        try:
            files = _answer({language: _page(language, said) for language, said in asked.items()})
            entry = json.loads(files[ENTRY])
            if not entry["version"].startswith(FORMAT):
                raise ValueError(f"Pagefind {entry['version']}, {FORMAT}* ?")
            found = {language: _readings(language, said, files) for language, said in asked.items()}
        except (OSError, ImportError, ValueError, KeyError, IndexError, TypeError) as error:
            raise MalletteError("search_failed", said=f"{error or type(error).__name__}") from error
        self.files |= {name: files[name] for name in files if name == "pagefind.js" or name.endswith(".pagefind")}
        self.entry = entry | {"languages": self.entry.get("languages", {}) | entry["languages"]}
        for language, readings in found.items():
            self.readings.setdefault(language, {}).update(readings)


def _answer(pages: Mapping[str, str]) -> dict[str, bytes]:
    """The files that the program makes of a page a language."""
    with _running() as ask:
        number = ask("NewIndex", config={})["index_id"]
        for language, page in pages.items():
            ask("AddFile", index_id=number, url=f"/{language}/", file_contents=page)
        found = ask("GetFiles", index_id=number)["files"]
    return {file["path"].replace("\\", "/"): base64.b64decode(file["content"]) for file in found}


def packed(data: bytes) -> bytes:
    """A file as browsers expect it, the same on each machine."""
    made = bytearray(gzip.compress(SIGNATURE + data, 6, mtime=0))
    made[9] = 255  # no word about the system that it was made on
    return bytes(made)


def unpacked(data: bytes) -> bytes:
    """What `packed` was given; raises ValueError or OSError."""
    found = gzip.decompress(data)
    if not found.startswith(SIGNATURE):
        raise ValueError("pagefind: ?")
    return found.removeprefix(SIGNATURE)


def _page(language: str, words: Iterable[str]) -> str:
    said = html.escape(" ".join(words))
    return f'<html lang="{language}"><body data-pagefind-body data-pagefind-weight="{WEIGHT}">{said}</body></html>'


def _readings(language: str, words: list[str], files: Mapping[str, bytes]) -> dict[str, Reading]:
    """The index of the page of a language, turned round: each word, and where it is found."""
    found: list[list[tuple[str, int]]] = [[] for _ in words]
    for name in sorted(files):
        if name.startswith(f"index/{language}_"):
            (stems,) = decoded(unpacked(files[name]))
            for stem, plain, accented in stems:
                for _, places, *_ in [*plain, *(page for _, pages in accented for page in pages)]:
                    for place, weight in _places(places):
                        found[place].append((stem, FULL // weight))
    return {word: tuple(sorted(read)) for word, read in zip(words, found, strict=True)}


def _places(told: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Places and weights: a weight comes first, as a negative number, then each place counts from the last."""
    weight = place = 0
    for number in told:
        if number < 0:
            weight, place = -1 - number, 0
        else:
            place += number
            yield place, weight


@contextmanager
def _running() -> Iterator[Callable[..., dict[str, Any]]]:
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
    said = bytearray()
    while not said.endswith(b","):
        part = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
        if not part:
            raise OSError(f"stopped ({process.wait()})")
        said += part
    payload: dict[str, Any] = json.loads(base64.b64decode(said[:-1]))["payload"]
    if payload["type"] == "Error":
        raise ValueError(payload["message"])
    return payload
