"""The HTML of what can be found -> its words in order, what each weighs, and its headings; of what is read, no more."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from sys import intern

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
TAG = re.compile(r"(<!--.*?-->|</?[a-zA-Z][^>\"']*+(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*+)*+>)", re.DOTALL)
NAME = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
IDENTIFIER = re.compile(r'\sid="([^"]+)"')
LACKS_STOP = re.compile(r"[\w'\"’)$*]")
"""The last letter of a text that lacks a full stop."""
JOINER = "\u2060"
"""Between the two letters that people type for a ligature; it is no letter, and tells the page what to show."""
WRITTEN = {
    **dict.fromkeys("\u200b\ufeff", ""),  # letters of no width, which some take for spaces
    "’": "'",
    **{letter: pair[0] + JOINER + pair[1] for letter, pair in zip("œŒæÆ", ("oe", "Oe", "ae", "Ae"), strict=True)},
    "___": "_ _ _",  # as the marks begin that Pagefind puts in a text for itself
}
"""What is written in another way in an index."""
ELIDED = re.compile(
    r"'(?=\S)(?:(?<=(?<!\w)[CDJLMNSTcdjlmnst]')|(?<=(?<!\w)[Qq]u')"
    r"|(?<=(?<!\w)[Jj]us[Qq]u')|(?<=(?<!\w)(?:[Ll]ors|[Pp]uis|[Qq]uoi)[Qq]u'))"
)
"""An apostrophe after which another word begins; it is looked for first, since there are few."""


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
        return [*chain.from_iterable(words for _, words in self.runs)]


def words_of(text: str, language: str) -> list[str]:
    """The words of a text, apart as people type them: "l’œuvre" -> "l'", "oeuvre", with a joiner in "oe".

    What is shown of them is set right again by `shown` in assets/search-dialog.js.
    """
    for letters, others in WRITTEN.items():
        text = text.replace(letters, others)
    words = (ELIDED.sub("' ", text) if language == "fr" else text).split()
    return [*map(intern, words)]  # many times the same ones


@dataclass(frozen=True, slots=True)
class _Tag:
    """What a tag does where it stands; nothing, if nothing is said."""

    name: str = ""
    attributes: str = ""
    closing: bool = False
    gap: str = ""
    """What it puts between texts: a space, or the end of a sentence."""
    weighs: bool = False
    unread: bool = False
    """Whether an element begins of which nothing is read."""


@lru_cache(maxsize=1 << 10)
def _tag(text: str) -> _Tag:
    """A tag as it stands in the HTML, or a comment; most of them stand on each page."""
    found = NAME.match(text)
    if not found:
        return _Tag()
    closing, name, attributes = bool(found[1]), found[2].lower(), text[found.end() : -1]
    if not closing and (name in SKIPPED or UNREAD.search(attributes)):
        begins = name not in VOID and not attributes.endswith("/")
        return _Tag(name, gap=" " if begins and (name in SKIPPED or name in BLOCKS) else "", unread=begins)
    gap = "." if name in BLOCKS else " " if name in APART else ""
    return _Tag(name, attributes, closing, gap, name in HEADINGS or name in ("dl", "dt"))


def digest(title: str, text: str, language: str, *, alike: bool = False) -> Digest:
    """What is read of an entry: its title, which is plain text, and its HTML.

    Headings of entries that are all `alike` tell nothing: no entry is found by them, as by the labels of facts.
    """
    reader = _Reader(language, SHOWN if alike else None)
    parts = TAG.split(text)
    sentence, unread, depth = "", "", 0
    for said, tag in zip(parts[::2], map(_tag, parts[1::2]), strict=False):
        if depth:
            if tag.name == unread:
                depth += -1 if tag.closing else 1
            continue
        sentence += html.unescape(said) if "&" in said else said
        if tag.unread:
            unread, depth = tag.name, 1
        if tag.weighs:
            (reader.closes if tag.closing else reader.opens)(tag, sentence)
            sentence = ""
        elif tag.gap != ".":
            sentence += tag.gap
        elif sentence:
            reader.add(sentence)
            sentence = ""
    reader.flush(sentence if depth else sentence + html.unescape(parts[-1]))
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

    def add(self, sentence: str, sign: str = ".") -> None:
        """A sentence, with the sign at its end unless it has one."""
        if sentence := sentence.rstrip():
            self._text += sentence + (sign if LACKS_STOP.match(sentence[-1]) else "") + " "

    def opens(self, tag: _Tag, before: str) -> None:
        """An element that may have a weight of its own begins after a sentence."""
        self.add(before)
        own = self._weights[-1]
        if tag.name in HEADINGS:
            found = IDENTIFIER.search(tag.attributes)
            self._heading = html.unescape(found[1]) if found else ""
            if len(self._weights) == 1:
                own = HEADINGS[tag.name] if self.headings is None else self.headings
        elif tag.name == "dl":
            own = LIGHT if FACTS.search(tag.attributes) else own
        else:
            own = SHOWN if own == LIGHT else own
        self.flush()
        self._weights.append(own)

    def closes(self, tag: _Tag, last: str) -> None:
        """Such an element ends, and its last sentence."""
        if tag.name in HEADINGS and self._heading:
            words = words_of(self._text + last, self.language)
            self.places.append(Place(tag.name, self._heading, " ".join(words), self._count))
            self._heading = ""
        self.add(last, (" :" if self.language == "fr" else ":") if tag.name == "dt" else ".")
        if len(self._weights) > 1:
            self.flush()
            self._weights.pop()

    def flush(self, last: str = "") -> None:
        """What was added since the last change of weight is a run."""
        if words := words_of(self._text + last, self.language):
            self.runs.append((self._weights[-1], words))
            self._count += len(words)
        self._text = ""
