"""Words at their places -> the files of an index, in the format that Pagefind's files for browsers read (1.5).

Written here rather than by Pagefind's program: that reads a whole library again whenever a story changes, takes three
times as long and four times as much memory, and puts words that are in each story into one file with many others.
"""

from __future__ import annotations

import hashlib
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, pairwise

from .cbor import LIST, TEXT, encoded, head, number
from .digest import Digest
from .pagefind import Reading

LIMIT = 48_000
"""Bytes of a file of words from which on another is begun; a word that takes more has a file of its own."""
HEAVIEST = 240
"""What a place can weigh, in twenty-fourths of a word."""
TITLE = "title"
"""What is found apart from the text."""
EMPTY = head(LIST, 0)
FRONT = struct.Struct("<32s4I")


@dataclass(frozen=True)
class Found:
    """A page as it goes into an index, whatever its number there."""

    digest: bytes
    """SHA-256 of what is shown of it, its name."""
    count: int
    """Its words."""
    shown: bytes = field(repr=False)
    """The file that shows it."""
    pieces: dict[str, bytes] = field(repr=False)
    """Where each word is: its places in the text, by weight, then in the title."""

    def __bytes__(self) -> bytes:
        """All of it, for a file."""
        stems = "\n".join(self.pieces).encode()
        lengths = struct.pack(f"<{len(self.pieces)}I", *map(len, self.pieces.values()))
        front = FRONT.pack(self.digest, self.count, len(self.shown), len(stems), len(lengths))
        return b"".join((front, self.shown, stems, lengths, *self.pieces.values()))

    @classmethod
    def read(cls, data: bytes) -> Found:
        """What `bytes` made of one."""
        digest, count, *sizes = FRONT.unpack_from(data)
        shown, stems, lengths, end = accumulate(sizes, initial=FRONT.size)
        names = data[stems:lengths].decode().split("\n") if stems < lengths else []
        ends = [*accumulate(struct.unpack(f"<{len(names)}I", data[lengths:end]), initial=end)]
        pieces = {name: data[start:stop] for name, start, stop in zip(names, ends, ends[1:], strict=False)}
        return cls(digest, count, data[shown:stems], pieces)


def pieces_of(digest: Digest, readings: Mapping[str, Reading], most: int) -> dict[str, bytes]:
    """Where each word of a page is, at so many places of a weight at `most`: they weigh as much as all others do."""
    found: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(partial(defaultdict, list))
    start = 0
    for weight, words in digest.runs:
        for place, word in enumerate(words if weight else (), start):
            for stem, parts in readings[word]:
                found[weight // parts or 1][stem].append(place)
        start += len(words)
    told: dict[str, tuple[int, bytes]] = {}
    for weight, stems in sorted(found.items()):
        for stem, places in stems.items():
            count, said = told.get(stem, (0, b""))
            there = len(places)
            kept = there if there < most else most
            told[stem] = (count + 1 + kept, said + _placed(weight * there // kept, places, kept))
    pieces = {stem: head(LIST, count) + said + EMPTY for stem, (count, said) in told.items()}
    titles: defaultdict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(digest.title):
        for stem, _ in readings[word]:
            titles[stem].append(place)
    for stem, places in titles.items():
        text = pieces.get(stem, EMPTY + EMPTY).removesuffix(EMPTY)
        pieces[stem] = text + head(LIST, 1 + len(places)) + _placed(0, places, len(places))
    return pieces


def _placed(weight: int, places: list[int], kept: int) -> bytes:
    """A weight, then so many of its places, evenly, each of which counts from the one before."""
    count = len(places)
    said, last = number(-1 - min(weight, HEAVIEST)), 0
    for at in range(0, count * kept, count):
        place = places[at // kept]
        said += number(place - last)
        last = place
    return said


@dataclass(slots=True)
class _Word:
    """The pages of a word so far."""

    pages: bytearray = field(default_factory=bytearray)
    last: int = 0
    count: int = 0


@dataclass
class Index:
    """What can be found in one language: page after page goes in, then files come out."""

    language: str
    _pages: list[tuple[str, int]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _words: defaultdict[str, _Word] = field(default_factory=partial(defaultdict, _Word))

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def add(self, page: Found) -> str:
        """A page; gives the name of the file that shows it."""
        name = self._named(page.digest, 5)
        this, words = self.count, self._words
        for stem, piece in page.pieces.items():
            word = words[stem]
            word.pages += b"\x83" + number(this - word.last) + piece
            word.last = this
            word.count += 1
        self._pages.append((name, page.count))
        return name

    def files(self, version: str) -> tuple[str, dict[str, bytes]]:
        """The name of the file that tells of all, and the files, not yet packed; to be asked for once, in the end."""
        files: dict[str, bytes] = {}
        chunks: list[tuple[str, str, str]] = []
        cut = list(self._cut())
        between = [apart(last, first) for (_, last, _), (first, _, _) in pairwise(cut)]
        froms = [cut[0][0], *(first for _, first in between)]
        tos = [*(last for last, _ in between), cut[-1][1]]
        for start, to, (_, _, data) in zip(froms, tos, cut, strict=True):
            name = self._named(hashlib.sha256(data).digest(), 7)
            files[f"index/{name}.pf_index"] = data
            chunks.append((start, to, name))
        meta = encoded([version, [list(page) for page in self._pages], [list(one) for one in chunks], [], [], [TITLE]])
        name = self._named(hashlib.sha256(meta).digest(), 10)
        return name, files | {f"pagefind.{name}.pf_meta": meta}

    def _cut(self) -> Iterator[tuple[str, str, bytes]]:
        """The words in order, in files of about the same size: the first of each, the last, and all."""
        said: list[tuple[str, bytes]] = []
        size = 0
        for stem, word in sorted(self._words.items()):
            text = stem.encode()
            one = b"".join((b"\x83", head(TEXT, len(text)), text, head(LIST, word.count), word.pages, b"\x80"))
            word.pages.clear()
            if said and size + len(one) > LIMIT:
                yield _file(said)
                said, size = [], 0
            said.append((stem, one))
            size += len(one)
        yield _file(said)

    def _named(self, digest: bytes, length: int) -> str:
        """A name made of the content, so that what browsers keep is never out of date; longer if another has it."""
        told = digest.hex()
        while (name := f"{self.language}_{told[:length]}") in self._names and length < len(told):
            length += 1
        self._names.add(name)
        return name


def _file(said: list[tuple[str, bytes]]) -> tuple[str, str, bytes]:
    data = b"\x81" + head(LIST, len(said)) + b"".join(one for _, one in said)
    return said[0][0], said[-1][0], data


def apart(last: str, first: str) -> tuple[str, str]:
    """The shortest beginnings that tell the last word of a file from the first of the next."""
    same = next((n for n, (one, other) in enumerate(zip(last, first, strict=False)) if one != other), len(last))
    return last[: same + 1], first[: same + 1]
