"""YAML bytes -> nodes that remember file, line and column; every scalar stays text, every trap is refused."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml
from yaml import AliasEvent, MappingEndEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from .errors import InvalidSource, Problem, shown

MAX_BYTES = 100 * 1024
MAX_DEPTH = 8
MAX_NODES = 5_000
"""Several times what the largest file of a kit has; what is much longer takes the typesetter minutes and gigabytes."""
NO_CHARACTER = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\u202a-\u202e\u2066-\u2069"
    f"{NO_CHARACTER}]"
)
"""What no text may hold: controls, halves of characters, what is no character, and what reorders or hides others."""
COMMENTS = (" #", "\t#")
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Text(NamedTuple):  # made in half the time of a frozen dataclass, and a library has half a million
    """A scalar, as typed; `given` is false for a key with nothing behind it, `language` that of its file if it says."""

    value: str
    line: int
    column: int
    given: bool = True
    path: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple[Node, ...]
    line: int
    column: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `keys` holds the place of each key."""

    values: dict[str, Node]
    keys: dict[str, Text]
    line: int
    column: int
    path: str = ""


Node = Text | Items | Fields


class Wording(str):
    """A scalar on its way to the model, with its language."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, value: str, language: str) -> Self:
        """The same text, with a language."""
        text = super().__new__(cls, value)
        text.language = language
        return text


class _Refused(Exception):
    def __init__(self, code: str, mark: Any, /, **params: object) -> None:
        super().__init__(code)
        self.code, self.line, self.column = code, mark.line + 1, mark.column + 1
        self.params = {key: shown(value) for key, value in params.items()}


def read(path: str, data: bytes, language: str = "", *, times: int = 1) -> tuple[Node | None, list[Problem]]:
    """Parse one YAML document, in one language if that is known; no node if it is empty or the parser cannot go on.

    Files of our own may be `times` as large.
    """
    problem = _scan(path, data, MAX_BYTES * times)
    if problem:
        return None, [problem]
    text = data.decode("utf-8-sig")
    builder = _Builder(path, text, language, MAX_NODES * times)
    try:
        node = builder.document()
    except _Refused as refused:
        return None, [*builder.problems, Problem(path, refused.line, refused.column, refused.code, refused.params)]
    except yaml.YAMLError as error:
        return None, [*builder.problems, _syntax(path, text, error)]
    return node, builder.problems


def read_settings(path: Path) -> Any:
    """The plain data of a settings file of the templates; raises InvalidSource if it has any fault."""
    node, problems = read(path.name, path.read_bytes(), times=4)
    if node is None or problems:
        raise InvalidSource(problems)
    return plain(node)


def fault_of_settings(path: str, data: bytes) -> Problem | None:
    """What keeps the settings of another program, which knows tags of its own, from being read as fields."""
    if problem := _scan(path, data, MAX_BYTES):
        return problem
    text = data.decode("utf-8-sig")
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        return _syntax(path, text, error)
    if isinstance(node, yaml.MappingNode):
        return None
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)
    return Problem(path, line, column, "want_settings")


def plain(node: Node, language: str = "") -> Any:
    """Nodes -> dict, list and str, for the model; keys with nothing behind them are left out.

    Texts are in `language`, unless their file says another.
    """
    match node:
        case Text():
            known = node.language or language
            return Wording(node.value, known) if known else node.value
        case Items():
            return [plain(value, language) for value in node.values]
        case Fields():
            return {k: plain(v, language) for k, v in node.values.items() if not (isinstance(v, Text) and not v.given)}


def place(node: Node, loc: Sequence[str | int], *, key: bool = False) -> tuple[str, int, int]:
    """File, line and column of the deepest known part of `loc`; of its key if `key` is true."""
    path, line, column = node.path, node.line, node.column
    for part in loc:
        if isinstance(node, Fields) and str(part) in node.values:
            mark: Node = node.keys[str(part)]
            node = node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int) and part < len(node.values):
            mark = node = node.values[part]
        else:
            break
        shown_at = mark if key or (isinstance(node, Text) and not node.given) else node
        path, line, column = shown_at.path, shown_at.line, shown_at.column
    return path, line, column


def _scan(path: str, data: bytes, most: int) -> Problem | None:
    """Refuse bytes that are not plain UTF-8 text of a sensible size, before any parser sees them."""
    if len(data) > most:
        return Problem(path, 1, 1, "file_too_big", {"limit": str(most // 1024)})
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        return Problem(path, before.count("\n") + 1, len(before.rsplit("\n", 1)[-1]) + 1, "not_utf8")
    if text.replace("\n", "").isprintable():  # most are, and it is told in a twentieth of the time
        return None
    bad = CONTROL.search(text)
    if bad:
        return Problem(path, *position(text, bad.start()), "control_character", {"code": f"U+{ord(bad.group()):04X}"})
    return None


def _syntax(path: str, text: str, error: yaml.YAMLError) -> Problem:
    """Where the parser could not go on."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem(path, 1, 1, "yaml_syntax", {"said": shown(error)})
    mark = error.problem_mark or error.context_mark
    line, column = _within(text, mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(path, line, column, "yaml_syntax", {"said": shown(error.problem or error.context or "")})


def position(text: str, start: int) -> tuple[int, int]:
    """The line and column of a character of a text, both from 1."""
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _within(text: str, line: int, column: int) -> tuple[int, int]:
    """The same place, or the end of a text that the parser was beyond: it ends each file with a break of its own."""
    rows = LINE_BREAK.split(text)
    return (line, column) if line <= len(rows) else (len(rows), len(rows[-1]) + 1)


class _Builder:
    """Walks the parser's events, never its constructors: no tag, alias or guess is ever applied."""

    def __init__(self, path: str, text: str, language: str, most: int) -> None:
        self.path, self.language, self.most = path, language, most
        commented = any(sign in text for sign in COMMENTS)  # few files have one behind a value
        self.rows = text.splitlines() if commented else []
        self.events: Iterator[Any] = iter(LOADER(text).get_event, None)
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self) -> Node | None:
        node: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    raise _Refused("several_documents", event.start_mark)
                node = self.node(next(self.events), 1)
        if node is None or (isinstance(node, Text) and not node.given):
            self.problems.append(Problem(self.path, 1, 1, "empty_file"))
            return None
        return node

    def node(self, event: Any, depth: int) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > self.most or event.anchor is not None or event.tag is not None:
            raise self.refused(event, depth)
        kind, mark = type(event), event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if kind is ScalarEvent:
            value, style = event.value, event.style
            if style == '"' and (bad := CONTROL.search(value)):  # an escape such as "\u202e": no scan of bytes sees it
                raise _Refused("control_character", mark, code=f"U+{ord(bad.group()):04X}")
            if self.rows:
                self.warn_of_comment(event)
            return Text(value, line, column, bool(value or style), self.path, self.language)
        if kind is SequenceStartEvent:
            values = []
            while type(inner := next(self.events)) is not SequenceEndEvent:
                values.append(self.node(inner, depth + 1))
            return Items(tuple(values), line, column, self.path)
        return self.fields(depth, line, column)

    def refused(self, event: Any, depth: int) -> _Refused:
        """Why this is not read any further."""
        mark = event.start_mark
        if depth > MAX_DEPTH:
            return _Refused("too_deep", mark, limit=MAX_DEPTH)
        if self.nodes > self.most:
            return _Refused("too_many_values", mark, limit=self.most)
        if isinstance(event, AliasEvent):
            return _Refused("alias", mark, name=event.anchor)
        if event.anchor is not None:
            return _Refused("anchor", mark, name=event.anchor)
        return _Refused("tag", mark, name=event.tag)

    def fields(self, depth: int, line: int, column: int) -> Fields:
        values: dict[str, Node] = {}
        keys: dict[str, Text] = {}
        while type(event := next(self.events)) is not MappingEndEvent:
            key = self.node(event, depth + 1)
            if not isinstance(key, Text):
                raise _Refused("key_not_text", event.start_mark)
            if key.value == "<<":
                raise _Refused("merge_key", event.start_mark)
            value = self.node(next(self.events), depth + 1)
            if key.value in keys:
                params = {"key": shown(key.value), "first": str(keys[key.value].line)}
                self.problems.append(Problem(self.path, key.line, key.column, "duplicate_key", params))
            else:
                keys[key.value], values[key.value] = key, value
        return Fields(values, keys, line, column, self.path)

    def warn_of_comment(self, event: Any) -> None:
        """` #` in unquoted text starts a comment and silently eats the rest of the line."""
        if event.style or not event.value or (end := event.end_mark).line >= len(self.rows):
            return
        rest = self.rows[end.line][end.column :]
        if rest.lstrip().startswith("#") and rest[:1] == " ":
            at = end.column + len(rest) - len(rest.lstrip()) + 1
            lost = {"lost": shown(rest.strip(), 40)}
            self.problems.append(Problem(self.path, end.line + 1, at, "comment_eats_text", lost, severity="warning"))
