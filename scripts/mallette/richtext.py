"""Prose -> tokens -> safe HTML or Typst: one parse of a small CommonMark subset, two renderings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from .model.text import language_of
from .typography import typeset, typeset_run

TAGS = {"p", "em", "strong", "ul", "ol", "li", "a", "br"}
SCHEMES = {"https", "mailto"}
TYPST = {
    "paragraph_open": "par({",
    "paragraph_close": "});",
    "bullet_list_open": "list(",
    "bullet_list_close": ");",
    "ordered_list_open": "enum(",
    "ordered_list_close": ");",
    "list_item_open": "{",
    "list_item_close": "},",
    "em_open": "emph({",
    "em_close": "});",
    "strong_open": "strong({",
    "strong_close": "});",
    "link_close": "});",
}
BREAKS = {"softbreak", "hardbreak"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "*": set()}
SAFE_LINK = re.compile(r"(?:https://|mailto:)[^\s\"\\<>]+", re.IGNORECASE)


PLAIN_LINE = r"(?![-+*\s]|\d{1,9}[.)])[^*_\[\]\\\x00-\x1f\x7f]*[^*_\[\]\\\x00-\x1f\x7f\s]"
PLAIN = re.compile(rf"{PLAIN_LINE}(?:\n\n{PLAIN_LINE})*")
"""Paragraphs of one line each, without any character that the small CommonMark may see as markup."""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False})
    parser.enable(["emphasis", "link", "list", "newline", "escape"])
    parser.validateLink = lambda url: bool(SAFE_LINK.fullmatch(url))  # type: ignore[method-assign]
    return parser


PARSER = _parser()


def tokens(text: str, language: str) -> list[Token]:
    """The tokens of a prose field, its words in their own typography, else that of `language`."""
    language = language_of(text, language)
    parsed = PARSER.parse(text)
    for block in parsed:
        children = block.children or ()
        said = typeset_run(["\n" if token.type in BREAKS else token.content for token in children], language)
        for token, content in zip(children, said, strict=True):
            if token.type == "text":
                token.content = content
    return parsed


def html(text: str, language: str) -> Markup:
    """Safe HTML of a prose field."""
    if PLAIN.fullmatch(text):
        language = language_of(text, language)
        return _paragraphs(typeset_run((part,), language)[0] for part in text.split("\n\n"))
    rendered = PARSER.renderer.render(tokens(text, language), PARSER.options, {})
    return Markup(
        nh3.clean(rendered, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    ).strip()


def _paragraphs(texts: Iterable[str]) -> Markup:
    """What parsing, rendering and cleaning give for paragraphs without any markup, which most texts are, sooner."""
    kept = (text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for text in texts)
    return Markup("\n".join(f"<p>{text}</p>" for text in kept).replace("\xa0", "&nbsp;"))


def typst(text: str, language: str) -> str:
    """A Typst code expression (content) of a prose field."""
    return "{" + "".join(_typst(tokens(text, language))) + "}"


def _typst(stream: Iterable[Token]) -> Iterator[str]:
    """Calls of Typst functions whose only text is string literals; nothing is ever markup."""
    for token in stream:
        if token.type == "inline":
            yield from _typst(token.children or ())
        elif token.type == "text":
            yield f"{literal(token.content)};"
        elif token.type == "softbreak":
            yield '" ";'
        elif token.type == "hardbreak":
            yield "linebreak();"
        elif token.type.startswith("paragraph_") and token.hidden:
            yield "{" if token.nesting == 1 else "};"
        elif token.type == "ordered_list_open" and "start" in token.attrs:
            yield f"enum(start: {token.attrs['start']}, "
        elif token.type == "link_open":
            yield f"link({literal(str(token.attrs['href']))}, {{"
        else:
            yield TYPST[token.type]


def literal(text: str) -> str:
    """A Typst string literal: whatever the text, it stays text."""
    return '"' + re.sub(r'[\\"\x00-\x1f\x7f]', lambda m: f"\\u{{{ord(m.group()):x}}}", text) + '"'


def escaped(text: str, language: str) -> Markup:
    """One line of plain text, with typography, escaped for HTML."""
    return escape(typeset(text, language))
