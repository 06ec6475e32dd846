"""The HTML of what can be found -> its words in order, what each weighs, and its headings; of what is read, no more."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

SKIPPED = {"head", "style", "script", "noscript", "template", "svg", "iframe", "nav", "form", "label", "footer", "h1"}
"""Elements of which nothing is found; the title of a page is, apart from its text."""
UNREAD = re.compile(r'\sdata-search-exclude\b|\sclass="[^"]*(?<![\w-])(?:m-noprint|m-hidden|headerlink)(?![\w-])')
"""Attributes of such elements."""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
    ),
    *("h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table"),
    *("td", "th", "tr", "ul"),
}
"""Elements whose text is a sentence, so that excerpts read well: all texts are shown one after the other."""
APART = {"br", "cite", "img", "small"}
"""Other elements between which words do not hug each other."""
PLAIN, LIGHT, SHOWN = 24, 7, 0
HEADINGS = {"h2": 144, "h3": 120, "h4": 96, "h5": 72, "h6": 48}
"""What words weigh, in twenty-fourths: facts less, for what a text says of a word tells more; labels are only shown."""
FACTS = re.compile(r'\sclass="m-facts')
TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w-]*)([^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*)>", re.DOTALL)
IDENTIFIER = re.compile(r'\sid="([^"]+)"')
LACKS_STOP = re.compile(r"[\w'\"’)$*]")
"""The last letter of a text that lacks a full stop."""
NOTHING = re.compile("[\u200b\ufeff]")
"""Letters of no width, which some take for spaces."""

ELIDED = re.compile(r"(?<!\w)((?:[CDJLMNSTcdjlmnst]|(?:[Jj]us|[Ll]ors|[Pp]uis|[Qq]uoi)?[Qq]u)')(?=\S)")
JOINER = "\u2060"
LIGATURES = {letter: pair[0] + JOINER + pair[1] for letter, pair in zip("œŒæÆ", ("oe", "Oe", "ae", "Ae"), strict=True)}
"""Letters that people type as two; the word joiner between them is no letter, and tells the page what to show."""


@dataclass(frozen=True)
class Place:
    """A heading: its element and id, its text, and how many words come before it."""

    element: str
    id: str
    text: str
    location: int


@dataclass(frozen=True)
class Digest:
    """Words as they stand between spaces: of the title, of the text in runs that weigh the same; and its headings."""

    title: list[str]
    runs: tuple[tuple[int, list[str]], ...]
    places: tuple[Place, ...]

    @property
    def words(self) -> list[str]:
        """All words in order."""
        return [word for _, words in self.runs for word in words]


def words_of(text: str, language: str) -> list[str]:
    """The words of a text, apart as people type them: "l’œuvre" -> "l'", "oeuvre", with a joiner in "oe".

    What is shown of them is set right again by `shown` in assets/search-dialog.js.
    """
    return [word for part in text.split() for word in _parts(part, language)]


@lru_cache(maxsize=1 << 16)
def _parts(text: str, language: str) -> list[str]:
    """The words between two spaces: one most of the time."""
    text = NOTHING.sub("", text).replace("’", "'")
    for letter, pair in LIGATURES.items():
        text = text.replace(letter, pair)
    text = text.replace("___", "_ _ _")  # as the marks begin that Pagefind puts in a text for itself
    return (ELIDED.sub(r"\1 ", text) if language == "fr" else text).split()


def digest(title: str, text: str, language: str, *, alike: bool = False) -> Digest:
    """What is read of an entry: its title, which is plain text, and its HTML.

    Headings of entries that are all `alike` tell nothing: no entry is found by them, as by the labels of facts.
    """
    reader = _Reader(language, SHOWN if alike else None)
    start, unread, depth = 0, "", 0
    for tag in TAG.finditer(text):
        closing, name, attributes = tag[1], (tag[2] or "").lower(), tag[3]
        if not depth:
            reader.add(text[start : tag.start()])
            if closing:
                reader.closes(name)
            elif name not in SKIPPED and not UNREAD.search(attributes or ""):
                reader.opens(name, attributes or "")
            elif name not in VOID and not attributes.endswith("/"):
                reader.add(" " if name in SKIPPED or name in BLOCKS else "")
                unread, depth = name, 1
        elif name == unread:
            depth += -1 if closing else 1
        start = tag.end()
    if not depth:
        reader.add(text[start:])
    reader.flush()
    return Digest(words_of(title, language), tuple(reader.runs), tuple(reader.places))


class _Reader:
    def __init__(self, language: str, headings: int | None) -> None:
        self.language = language
        self.headings = headings
        self.runs: list[tuple[int, list[str]]] = []
        self.places: list[Place] = []
        self._text = ""
        self._weights = [PLAIN]
        self._count = 0
        self._heading = ""

    def add(self, text: str) -> None:
        """Text as it stands in the HTML."""
        self._text += html.unescape(text)

    def opens(self, name: str, attributes: str) -> None:
        """An element begins, its text apart from what comes before, with a weight of its own if it has one."""
        if name in BLOCKS:
            self._stop(".")
        elif name in APART:
            self.add(" ")
        if name in HEADINGS:
            found = IDENTIFIER.search(attributes)
            self._heading = html.unescape(found[1]) if found else ""
            own = HEADINGS[name] if self.headings is None else self.headings
            self._weigh(own if len(self._weights) == 1 else self._weights[-1])
        elif name == "dl":
            self._weigh(LIGHT if FACTS.search(attributes) else self._weights[-1])
        elif name == "dt":
            self._weigh(SHOWN if self._weights[-1] == LIGHT else self._weights[-1])

    def closes(self, name: str) -> None:
        """An element ends."""
        if name in HEADINGS and self._heading:
            words = self._words()
            self.places.append(Place(name, self._heading, " ".join(words), self._count))
            self._heading = ""
        if name in BLOCKS:
            self._stop((" :" if self.language == "fr" else ":") if name == "dt" else ".")
        elif name in APART:
            self.add(" ")
        if (name in HEADINGS or name in ("dl", "dt")) and len(self._weights) > 1:
            self.flush()
            self._weights.pop()

    def flush(self) -> None:
        """What was added since the last change of weight is a run."""
        if words := self._words():
            self.runs.append((self._weights[-1], words))
            self._count += len(words)
        self._text = ""

    def _words(self) -> list[str]:
        return words_of(self._text, self.language)

    def _weigh(self, weight: int) -> None:
        self.flush()
        self._weights.append(weight)

    def _stop(self, sign: str) -> None:
        """The end of a sentence, with its sign unless it has one."""
        text = self._text.rstrip()
        self._text = text + (sign if LACKS_STOP.match(text[-1:]) else "") + " "
