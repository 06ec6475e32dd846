"""The two Jinja environments, HTML and Typst: a value's class decides how it is shown, and it is always escaped."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, Undefined
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape
from pydantic import BaseModel

from . import richtext
from .labels import SHIPPED, Labels, labels
from .model import Line, Printable, Prose, Protocol, Span
from .model.item import OPEN_LICENSES
from .model.story import Effort, Participants
from .model.text import language_of
from .typography import typeset

STAPLED = 15
"""The sheets of a booklet that a staple goes through."""


def folders(root: Path) -> list[Path]:
    """Where templates are looked for: the root's own first, then those shipped with mallette."""
    own = root / "templates"
    return [own, SHIPPED] if own.is_dir() and own.resolve() != SHIPPED.resolve() else [SHIPPED]


def html_environment(root: Path, words: Labels) -> Environment:
    """Templates of pages: autoescaped, strict; `Line` gets its typography, `Prose` becomes safe HTML.

    A text in another language says so. Where no element can, in an attribute, the filter `bare` gives its words alone,
    and `lang` the attribute that tells their language.
    """

    @lru_cache(maxsize=32_768)
    def line(text: Line, own: str) -> Markup:
        return marked(richtext.escaped(text, words.language), text, words.language)

    def shown(value: Any) -> Any:
        if isinstance(value, Prose):
            return marked(richtext.html(value, words.language), value, words.language, "div")
        if isinstance(value, Line):
            return line(value, value.language)  # texts are the same whatever their language
        return value if isinstance(value, Markup) else "" if value is None else escape(value)

    environment = _environment(root, words, shown, autoescape=True)
    environment.code_generator_class = _EscapedOnce
    environment.filters["bare"] = lambda value: richtext.escaped(value, words.language)
    environment.filters["lang"] = lambda value: _lang(value, words.language)
    return environment


def marked(html: Markup, text: str, language: str, element: str = "span") -> Markup:
    """HTML of a text, in an element that tells its language if that is not the one of the page."""
    lang = _lang(text, language)
    return Markup(f"<{element}{lang}>{html}</{element}>") if lang else html


def _lang(text: str, language: str) -> Markup:
    own = language_of(text, language)
    return Markup("") if own == language else Markup(' lang="{}"').format(own)


def typst_environment(root: Path, words: Labels) -> Environment:
    """Templates of print: every value becomes a Typst literal, so no text can become Typst code."""
    return _environment(root, words, lambda value: Markup(typst_value(value, words.language)), autoescape=False)


@lru_cache(maxsize=8)
def text_environment(root: Path, words: Labels) -> Environment:
    """Templates of plain text: the same typography, paragraphs filled to a readable width."""

    def shown(value: Any) -> Any:
        return typeset(value, words.language) if isinstance(value, Line | Prose) else "" if value is None else value

    @lru_cache(maxsize=4096)  # of the kit in most of its ZIPs; and most stories have the same authors
    def wrapped(text: str, first: str, indent: str) -> str:
        return textwrap.TextWrapper(76, first, indent, break_long_words=False, break_on_hyphens=False).fill(text)

    def filled(value: str, indent: str = "", first: str | None = None) -> str:
        """A paragraph of 76 columns; a no-break space stays where it is."""
        return wrapped(typeset(value, words.language), indent if first is None else first, indent)

    environment = _environment(root, words, shown, autoescape=False)
    environment.filters["filled"] = filled
    return environment


def typst_value(value: Any, language: str) -> str:
    """A Typst code expression of a value: text, number, date, list, mapping or model."""
    if isinstance(value, Undefined):
        return str(value)  # raises: StrictUndefined
    if isinstance(value, Prose):
        return richtext.typst(value, language)
    if isinstance(value, str):
        return richtext.literal(typeset(value, language) if isinstance(value, Line) else value)
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime.date):
        return f"datetime(year: {value.year}, month: {value.month}, day: {value.day})"
    if isinstance(value, BaseModel):
        return typst_value(dict(value), language)
    if is_dataclass(value) and not isinstance(value, type):
        return typst_value({f.name: getattr(value, f.name) for f in fields(value)}, language)
    if isinstance(value, Mapping):
        pairs = (f"{richtext.literal(str(k))}: {typst_value(v, language)}" for k, v in value.items())
        return f"({', '.join(pairs) or ':'})"
    if isinstance(value, Sequence):
        return f"({''.join(typst_value(v, language) + ', ' for v in value)})"
    raise TypeError(f"no Typst value for {type(value).__name__}")


class _EscapedOnce(CodeGenerator):
    """Hands each value over to `finalize` alone, which escapes: Jinja would have what is escaped already copied."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.finalize(")

    def _output_child_post(self, node: Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class _Compiled(BytecodeCache):
    """Templates that were compiled in this process; one that was saved since is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template as it was compiled, if it is still the same."""
        checksum, code = self._kept.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._kept[bucket.key] = bucket.checksum, bucket.code


@lru_cache(maxsize=8)
def _compiled(root: Path, words: Labels, autoescape: bool) -> _Compiled:
    """Those of one kind of environment: what is constant in a template is made while it is compiled, words included."""
    return _Compiled()


def _environment(root: Path, words: Labels, finalize: Callable[[Any], Any], *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders(root)]),
        autoescape=autoescape,
        undefined=StrictUndefined,
        finalize=finalize,
        bytecode_cache=_compiled(root, words, autoescape),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"t": words, "language": words.language, "STAPLED": STAPLED}
    environment.filters |= {
        "day": lambda value: day(value, words),
        "span": lambda value: span(value, words),
        "duration": lambda value: duration(value, words),
        "elapsed": elapsed,
        "people": lambda value: people(value, words),
        "ideal_group": lambda value: ideal_group(value, words),
        "on_paper": lambda value, sheets: on_paper(value, sheets, words),
        "effort": lambda value: effort(value, words),
        "lines": joined,
        "license": license_name,
        "terms": license_terms,
        "deed": lambda value: license_deed(value, words.language),
    }
    return environment


def day(value: datetime.date, words: Labels) -> Line:
    """A date in full: 23 novembre 2026."""
    return words(
        "date",
        day=words("first") if value.day == 1 and words.has("first") else value.day,
        month=words(f"months.{value.month}"),
        year=value.year,
    )


def span(value: Span, words: Labels) -> Line:
    """A range in words: "5", or "5 à 10"."""
    return Line(value.min) if value.min == value.max else words("span", min=value.min, max=value.max)


def duration(value: Span | int, words: Labels) -> Line:
    """Minutes in words: "45 min", "1 h 30", "1 h 20 à 2 h"."""
    if isinstance(value, int):
        hours, minutes = divmod(value, 60)
        if not hours:
            return Line(f"{minutes} min")
        return Line(f"{hours} h {minutes:02}" if minutes else f"{hours} h")
    if value.min == value.max:
        return duration(value.min, words)
    if value.max < 60:
        return words("span_minutes", min=value.min, max=value.max)
    return words("span", min=duration(value.min, words), max=duration(value.max, words))


def elapsed(minutes: int) -> Line:
    """What has gone by since the start: "0 h 05"."""
    return Line(f"{minutes // 60} h {minutes % 60:02}")


def people(value: Participants, words: Labels) -> Line:
    """Participants in words: "environ 20 personnes (4 porteurs, 15 contributeurs)"."""
    parts = ", ".join(f"{group.count} {group.name}" for group in value.by_role)
    if value.total is None:
        return Line(parts)
    total = words("people", count=value.total)
    total = words("about", what=total) if value.about else total
    return Line(f"{total} ({parts})" if parts else total)


def ideal_group(value: Protocol, words: Labels) -> Line:
    """Whom a protocol is counted for: "Pour 20 personnes (4 tables)"."""
    people, tables = value.group_size.ideal, value.tables_set
    return words("needs.tables", people=people, count=tables) if tables > 1 else words("needs.people", people=people)


def on_paper(value: Printable, sheets: int | None, words: Labels) -> Line:
    """What a document is printed on, on so many sheets if that is known: "6 feuilles A4, recto verso"."""
    paper = value.printed_on.upper()
    told = words("needs.sheets", count=sheets, paper=paper) if sheets else paper
    return words("needs.two_sides" if value.two_sided else "needs.one_side", paper=told)


def effort(value: Effort, words: Labels) -> Line:
    """The time spent, in words, as far as it is known."""
    preparation, facilitation = value.preparation_minutes, value.facilitation_minutes
    known = [
        value.sessions and words("print.story_sessions", count=value.sessions),
        preparation and words("print.story_preparation", duration=duration(preparation, words)),
        facilitation and words("print.story_facilitation", duration=duration(facilitation, words)),
        value.half_days and words("print.story_half_days", count=value.half_days),
    ]
    return joined([joined([Line(part) for part in known if part]), value.note], ". ")


def license_name(code: str) -> Line:
    """A licence as one says it: "CC BY-SA 4.0"."""
    return Line(re.sub(r"^CC-|-(?=\d)", lambda found: found.group()[:-1] + " ", code))


def license_terms(code: str) -> str:
    """What a licence asks for, whatever its version: "CC-BY-SA"."""
    return code.rpartition("-")[0]


def license_deed(code: str, language: str) -> str:
    """The page that explains a licence in a language."""
    return f"{OPEN_LICENSES[code]}deed.{language}"


def joined(values: Sequence[str | None], between: str = ", ") -> Line:
    """The values there are, in one line."""
    return Line(between.join(value for value in values if value))


def words_for(root: Path, language: str) -> Labels:
    """The labels of a language: the root's own file if it has one, else the one shipped."""
    own = [folder for folder in folders(root) if (folder / "labels" / f"{language}.yml").is_file()]
    return labels(language, own[0]) if own else labels(language)
