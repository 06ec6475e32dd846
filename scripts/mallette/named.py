"""Which of the files that a document may read its sources name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

QUOTED = re.compile(rb'"([\w./-]+)(?=")')
"""What may be a name: it stands in quotes."""
LAYOUT, ICONS = ".typ", "icons/"


def named(source: bytes, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The layout functions and icons that a source names, itself or through others, and all other files.

    The engine reads each file that it is given; for all layout functions and icons that takes half as long as to set
    a page.
    """
    words = set(_words(source))
    left = list(words)
    while left:
        name = left.pop()
        if name.endswith(LAYOUT) and name in files:
            more = _words_of_layout(files[name]) - words
            words |= more
            left += more
    return {name: held for name, held in files.items() if (bare := _bare(name)) is None or bare in words}


def _bare(name: str) -> str | None:
    """How sources name a layout function or an icon."""
    if name.startswith(ICONS):
        return name.removeprefix(ICONS).removesuffix(".svg")
    return name if name.endswith(LAYOUT) else None


def _words(source: bytes) -> frozenset[str]:
    return frozenset(word.decode() for word in QUOTED.findall(source))


@cache
def _words_of_layout(source: bytes) -> frozenset[str]:
    """Layout functions are the same for many documents."""
    return _words(source)
