"""A list as a table of columns coded by dictionaries: what an explorer page filters, counts and sorts by."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .model import CaseStory, Line, Protocol
from .model.text import language_of, unaccented
from .typography import typeset

TABLE, TEXTS = "facettes.json", "resumes.json"
"""What filters need, and the longer texts that only search and new cards need: each is fetched when it is."""

UNKNOWN = "-"
"""The key of the choice for items that do not say; no other key is made of a dash alone."""

PAGE = 100
"""Items in a page of the list that needs no script."""

OFFERED = 100
"""Choices that a facet offers on the page: beyond, words are the better way to find something."""

Listed = CaseStory | Protocol
Value = tuple[str, Line]
"""A value of a facet: its key in addresses, and how it is shown."""


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, and how many items have it."""

    key: str
    label: Line
    count: int


@dataclass(frozen=True)
class Facet:
    """A question about items: its name in the table and in addresses, its choices, and those of each item by index."""

    name: str
    parameter: str
    title: Line
    choices: tuple[Choice, ...]
    of: tuple[tuple[int, ...], ...]

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices that the page shows; none if there is nothing to choose between."""
        return self.choices[:OFFERED] if len(self.choices) > 1 else ()


@dataclass(frozen=True)
class Explorer:
    """A list in its order, and its columns: facets, numbers to sort by and what its cards say."""

    items: tuple[Listed, ...]
    language: str
    facets: tuple[Facet, ...]
    numbers: Mapping[str, tuple[int | None, ...]]
    marks: Mapping[str, tuple[Line | None, ...]]
    searched: tuple[str, ...]
    """The facets and marks whose words are found by a search, besides titles, summaries and tags."""
    names: Mapping[str, Line]
    """The columns of an export, and their titles."""

    @property
    def sheets(self) -> tuple[tuple[Listed, ...], ...]:
        """The items, so many a page; one page at least."""
        return tuple(self.items[n : n + PAGE] for n in range(0, len(self.items), PAGE)) or ((),)


@lru_cache(maxsize=32_768)
def slug(text: str) -> str:
    """A text without case, accents and punctuation, for addresses; spellings that differ by no more are one."""
    bare = unaccented(text.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "-".join(re.findall(r"[^\W_]+", bare)) or (text if text != UNKNOWN else "--")


def facet(
    name: str,
    parameter: str,
    title: Line,
    rows: Sequence[Sequence[Value]],
    unknown: Line,
    place: Callable[[Choice], Any] | None = None,
) -> Facet:
    """The facet of these values, some for each item; the commonest choices come first, unless `place` says where."""
    place = place or (lambda choice: (-choice.count, slug(choice.label)))
    alike = Counter(map(tuple, rows))  # of ten thousand items, few answer as no other does
    keys = {row: tuple(dict.fromkeys(key for key, _ in row)) or (UNKNOWN,) for row in alike}
    said: dict[str, Counter[Line]] = {UNKNOWN: Counter([unknown])}
    counts = Counter[str]()
    for row, count in alike.items():
        for key, label in row:
            said.setdefault(key, Counter())[label] += count
        for key in keys[row]:
            counts[key] += count
    every = [Choice(key, said[key].most_common(1)[0][0], count) for key, count in counts.items()]
    known = [choice for choice in every if choice.key != UNKNOWN]
    choices = [*sorted(known, key=lambda one: (place(one), one.key)), *(one for one in every if one.key == UNKNOWN)]
    at = {choice.key: number for number, choice in enumerate(choices)}
    places = {row: tuple(sorted(at[key] for key in found)) for row, found in keys.items()}
    of = tuple(places[tuple(row)] for row in rows)
    return Facet(name, parameter, title, tuple(choices), of)


def table(explorer: Explorer) -> dict[str, Any]:
    """The columns as plain data; a text in another language than the page's is a pair with that language."""

    def text(line: str) -> str | list[str]:
        own, shown = language_of(line, explorer.language), typeset(line, explorer.language)
        return shown if own == explorer.language else [shown, own]

    def coded(lines: Sequence[Line | None]) -> dict[str, Any]:
        at = {line: number for number, line in enumerate(dict.fromkeys(filter(None, lines)))}
        return {"values": [text(line) for line in at], "of": [at[line] if line else -1 for line in lines]}

    return {
        "ids": [item.id for item in explorer.items],
        "titles": [text(item.title) for item in explorer.items],
        "facets": {
            one.name: {
                "parameter": one.parameter,
                "keys": [choice.key for choice in one.choices],
                "labels": [text(choice.label) for choice in one.choices],
                "of": _flat(one.of),
            }
            for one in explorer.facets
        },
        "numbers": {name: list(of) for name, of in explorer.numbers.items()},
        "marks": {name: coded(lines) for name, lines in explorer.marks.items()},
        "searched": list(explorer.searched),
        "names": {name: text(title) for name, title in explorer.names.items()},
    }


def texts(explorer: Explorer) -> dict[str, Any]:
    """The summaries and the tags, in the order of the table; pairs where the language is another."""
    found: dict[str, Any] = {"summaries": [], "tags": []}
    for item in explorer.items:
        own, shown = language_of(item.summary, explorer.language), typeset(item.summary, explorer.language)
        found["summaries"].append(shown if own == explorer.language else [shown, own])
        found["tags"].append(", ".join(typeset(tag, explorer.language) for tag in item.tags))
    return found


def _flat(of: Sequence[tuple[int, ...]]) -> list[Any]:
    """One number an item where each has one, else a list of numbers an item."""
    return [one for (one,) in of] if all(len(one) == 1 for one in of) else [list(one) for one in of]


def encoded(value: Any) -> bytes:
    """Compact JSON, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
