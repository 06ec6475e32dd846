"""The typography of a language, put on at render so that contributors type ordinary characters.

Rules of the Imprimerie nationale as web and print commonly apply them: a narrow no-break space
(U+202F) before `; : ! ?` and inside guillemets, a no-break space (U+00A0) between a number and its
unit. Words that hold `://` or `@` are left alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape

from .model.text import language_of

NARROW, NBSP = "\u202f", "\u00a0"
UNITS = "min|h|mm|cm|m|kg|g|personnes?|minutes?|heures?|tables?|cartes?|pages?|séances?|euros?|ans?|mois|jours?"
SPACES = f"[ {NBSP}{NARROW}]"
OPENING = re.compile(r"(^|[\s(\[{«\u2014\u2013'\u2019])\"(?=\S)")
MARKUP = re.compile(r"(<(?:code|pre|script|style)\b.*?</(?:code|pre|script|style)>|<[^>]+>)", re.DOTALL)
WORD = re.compile(r"(\S*(?:://|@)\S*)")
FRENCH = (
    ("'", re.compile(r"(?<=\w)'(?=\w|\u201c|\xab|\")"), "\u2019"),
    ("...", re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    ("«", re.compile(rf"«{SPACES}*"), f"«{NARROW}"),
    ("»", re.compile(rf"{SPACES}*»"), f"{NARROW}»"),
    (";!?", re.compile(rf"(?<=[\w»)\]’%…]){SPACES}?([;!?]+)(?=$|[\s»)\]…])"), rf"{NARROW}\1"),
    (":", re.compile(rf"(?<=[\w»)\]%]){SPACES}?:(?=$|\s)"), f"{NARROW}:"),
    (";:!?", re.compile(rf"^{SPACES}([;:!?]+)(?=$|\s)"), rf"{NARROW}\1"),  # after a tag: **mot** :
    ("0123456789", re.compile(rf"(?<=\d){SPACES}(?=(?:{UNITS})\b|[%€°])"), NBSP),
    ("h", re.compile(rf"(?<=\d{NBSP}h){SPACES}(?=\d)"), NBSP),
    ("0123456789", re.compile(rf"\b(n°|p\.|art\.){SPACES}(?=\d)"), rf"\1{NBSP}"),
    ("-\u2013\u2014", re.compile(r"(?<=[\s(])[-\u2013\u2014](?=\s)"), "\u2013"),
)
"""Characters without any of which a rule has nothing to do, which is most of the time; the rule; what it puts."""
ENGLISH = (
    ("'", re.compile(r"(?<=\w)'(?=\w)|(?<=\w)'(?=\s|$)"), "\u2019"),
    ("...", re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
)
QUOTES = {"fr": (f"«{NARROW}", f"{NARROW}»"), "en": ("\u201c", "\u201d")}


def typeset(text: str, language: str) -> str:
    """The same words in their own typography, else that of `language` ("fr", "en"); typing it well changes nothing."""
    return _words(text, language_of(text, language))


@lru_cache(maxsize=8192)
def _words(text: str, language: str) -> str:
    return "".join(part if index % 2 else _typeset(part, language) for index, part in enumerate(WORD.split(text)))


def typeset_html(html: str, language: str) -> str:
    """HTML whose text, outside of code, is in the typography of `language`; for our own guides only."""
    parts = MARKUP.split(html)
    return "".join(part if index % 2 else _typeset_entities(part, language) for index, part in enumerate(parts))


def _typeset_entities(text: str, language: str) -> str:
    return escape(typeset(unescape(text), language), quote=False)


def _typeset(text: str, language: str) -> str:
    if '"' in text:
        opening, closing = QUOTES.get(language, QUOTES["en"])
        if text.count('"') % 2 == 0:
            text = OPENING.sub(lambda m: m.group(1) + opening, text).replace('"', closing)
    for needed, pattern, replacement in FRENCH if language == "fr" else ENGLISH:
        if any(character in text for character in needed):
            text = pattern.sub(replacement, text)
    return text
