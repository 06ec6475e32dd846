"""The typography of a language, put on at render so that contributors type ordinary characters.

Rules of the Imprimerie nationale as web and print commonly apply them: a narrow no-break space
(U+202F) before `; : ! ?`, inside guillemets and between the thousands of a number, a no-break space
(U+00A0) between a number and its unit. Words that hold `://` or `@` are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape, unescape

from .model.text import language_of

NARROW, NBSP = "\u202f", "\u00a0"
Rule = tuple[frozenset[str], re.Pattern[str], str | Callable[[re.Match[str]], str]]

UNITS = "min|h|mm|cm|m|kg|g|personnes?|minutes?|heures?|tables?|cartes?|pages?|séances?|euros?|ans?|mois|jours?"
SPACES = f"[ {NBSP}{NARROW}]"
OPENING = re.compile(r"(^|[\s(\[{«\u2014\u2013'\u2019])\"(?=\S)")
MARKUP = re.compile(r"(<(?:code|pre|script|style)\b.*?</(?:code|pre|script|style)>|<[^>]+>)", re.DOTALL)
KEPT = ("://", "@")
WORD = re.compile(rf"(\S*(?:{'|'.join(KEPT)})\S*)")
DIGITS = frozenset("0123456789")
ELLIPSIS = (frozenset("."), re.compile(r"\.(?<!\.\.)\.\.(?!\.)"), "…")
FRENCH: tuple[Rule, ...] = (
    ELLIPSIS,
    (frozenset("«"), re.compile(rf"«{SPACES}*"), f"«{NARROW}"),
    (frozenset("»"), re.compile(rf"{SPACES}*»"), f"{NARROW}»"),
    (frozenset(";:!?"), re.compile(rf"{SPACES}(?<=\S.){SPACES}*(?=[;!?]+(?:$|[\s»)\]…])|:(?:$|\s))"), NARROW),
    (frozenset(";!?"), re.compile(r"[;!?](?<=[\w»)\]’%€°…].)[;!?]*(?=$|[\s»)\]…])"), lambda found: NARROW + found[0]),
    (frozenset(":"), re.compile(r":(?<=[\w»)\]%€°].)(?=$|\s)"), f"{NARROW}:"),
    (
        frozenset(";:!?"),
        re.compile(rf"^{SPACES}([;:!?]+)(?=$|\s)"),
        lambda found: NARROW + found[1],
    ),  # after a tag: **mot** :
    (DIGITS, re.compile(rf"{SPACES}(?<=\d.)(?=(?:{UNITS})\b|[%€°])"), NBSP),
    (DIGITS, re.compile(rf"{SPACES}(?<=\d{NBSP}h.)(?=\d)"), NBSP),
    (DIGITS, re.compile(rf"\b(n°|p\.|art\.){SPACES}(?=\d)"), lambda found: found[1] + NBSP),
    (frozenset("-\u2013\u2014"), re.compile(r"[-\u2013\u2014](?<=[\s(].)(?=\s)"), "\u2013"),
    (
        DIGITS,
        re.compile(rf"\d(?<!\w.)\d{{0,2}}(?:{SPACES}\d{{3}})+(?!\w)"),
        lambda found: re.sub(SPACES, NARROW, found[0]),
    ),
)
"""What signs a text must have, one or the other, for a rule to change it, which most lack; the rule; what it puts.

A rule begins with a sign or a space, and looks back from there: it is tried there alone, not behind each letter.
"""
ENGLISH: tuple[Rule, ...] = (ELLIPSIS,)
SIGNS = re.compile(r"[.«»;:!?0-9\-\u2013\u2014]")
"""Those that rules need."""
APOSTROPHES = {
    "fr": re.compile(r"'(?<=\w.)(?=[\w\u201c\xab\"])"),
    "en": re.compile(r"'(?<=\w.)(?=[\w\s]|$)"),
}
QUOTES = {"fr": (f"«{NARROW}", f"{NARROW}»"), "en": ("\u201c", "\u201d")}


def typeset(text: str, language: str) -> str:
    """The same words in their own typography, else that of `language` ("fr", "en"); typing it well changes nothing."""
    return _words(text, language_of(text, language))


@lru_cache(maxsize=32_768)
def _words(text: str, language: str) -> str:
    return typeset_run((text,), language)[0]


def typeset_run(parts: Sequence[str], language: str) -> list[str]:
    """The parts of one text, between which emphasis or a link begins or ends: quotes are paired over all of them."""
    marks = _marks("".join(parts), language)
    if not marks:
        return [_apart(part, language) for part in parts]
    said, start = [], 0
    for part in parts:
        put = _put(part, {place - start: mark for place, mark in marks.items() if 0 <= place - start < len(part)})
        said.append(_apart(put, language))
        start += len(part)
    return said


def _apart(text: str, language: str) -> str:
    """The text, apart from the words that are left alone."""
    if not _has_kept(text):
        return _typeset(text, language)
    return "".join(word if n % 2 else _typeset(word, language) for n, word in enumerate(WORD.split(text)))


def _marks(text: str, language: str) -> dict[int, str]:
    """The quotes and apostrophes to put, by their places; none for quotes of which one is without its other half."""
    if '"' not in text and "'" not in text:
        return {}
    alone = {place for word in WORD.finditer(text) for place in range(*word.span())} if _has_kept(text) else set()
    marks = {found.start(): "\u2019" for found in APOSTROPHES["fr" if language == "fr" else "en"].finditer(text)}
    quotes = {found.start() for found in re.finditer('"', text)} - alone
    if len(quotes) % 2 == 0:
        opening, closing = QUOTES.get(language, QUOTES["en"])
        openings = {found.end() - 1 for found in OPENING.finditer(text)}
        marks |= {place: opening if place in openings else closing for place in quotes}
    return {place: marks[place] for place in sorted(marks.keys() - alone)}


def _has_kept(text: str) -> bool:
    return any(sign in text for sign in KEPT)


def _put(text: str, marks: Mapping[int, str]) -> str:
    """The text with other characters at some places, which come in order."""
    put, start = [], 0
    for place, mark in marks.items():
        put += [text[start:place], mark]
        start = place + 1
    return "".join([*put, text[start:]])


def typeset_html(html: str, language: str) -> str:
    """HTML whose text, outside of code, is in the typography of `language`; for our own guides only."""
    parts = MARKUP.split(html)
    return "".join(part if index % 2 else _typeset_entities(part, language) for index, part in enumerate(parts))


def _typeset_entities(text: str, language: str) -> str:
    return escape(typeset(unescape(text), language), quote=False)


def _typeset(text: str, language: str) -> str:
    signs = set(SIGNS.findall(text))  # no rule puts one that another needs
    for needed, pattern, replacement in FRENCH if language == "fr" else ENGLISH:
        if not needed.isdisjoint(signs):
            text = pattern.sub(replacement, text)
    return text
