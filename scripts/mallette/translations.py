"""A translation: the texts of an item in another language, laid over it; all the rest stays as the original says."""

from __future__ import annotations

import hashlib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel

from .errors import Problem, Severity, shown
from .model import Name, Written
from .origin import Origin
from .overlay import AFTER, BEFORE, DROP, ID, has_ids, id_of, is_given, overlay, without
from .reading import Fields, Items, Node, Text
from .validation import closest

TRANSLATES = "translates"
"""The key that says which state of the original was translated."""
ITS_OWN = ("translators", "status", "reviewed_by", "reviewed_on", "updated")
"""What a translation may say of itself: who made it, whether it was reviewed, by whom and when."""
LETTERS = 8

State = Literal["own", "current", "outdated", "partial", "missing"]
"""Written in this language; translated; translated before the original changed; in part; not at all."""


@dataclass(frozen=True)
class Standing:
    """How an item stands in a language: the file of its translation, there or not, and what it is to say."""

    state: State
    file: str
    model: type[BaseModel] = field(repr=False)
    original: Origin = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """That of the original, for whoever translates it."""
        return fingerprint(self.model, self.original)

    @property
    def whole(self) -> bool:
        """Whether all its texts are in this language."""
        return self.state in ("own", "current", "outdated")


def fingerprint(model: type[BaseModel], original: Origin) -> str:
    """A few letters that change when a text of the item does, or is added or removed; texts of others do not count."""
    said = [(at, text.value.strip()) for at, text in texts(model, original.node) if text.path == original.path]
    return hashlib.sha256(repr(sorted(said)).encode()).hexdigest()[:LETTERS]


def texts(annotation: Any, node: Node, at: str = "") -> Iterator[tuple[str, Text]]:
    """Each text that a translation is to give, with its place: `steps[accueil].title`; names may stay as they are."""
    kind = _inside(annotation)
    match node:
        case Fields() if _is(kind, BaseModel):
            for name, value in node.values.items():
                if field := kind.model_fields.get(name):
                    yield from texts(field.annotation, value, f"{at}.{name}".lstrip("."))
        case Fields() if typing.get_origin(kind) is dict:
            for name, value in node.values.items():
                yield from texts(typing.get_args(kind)[1], value, f"{at}[{name}]")
        case Items() if typing.get_origin(kind) is tuple:
            for number, value in enumerate(node.values, 1):
                yield from texts(typing.get_args(kind)[0], value, f"{at}[{id_of(value) or number}]")
        case Text() if _is(kind, Written) and not _is(kind, Name) and node.given:
            yield at, node


def translated(
    model: type[BaseModel], original: Origin, translation: Origin, *, outdated: bool
) -> tuple[Origin, list[Problem]]:
    """The original with the texts of its translation; anything that is not a text is refused, and left as it was.

    What an `outdated` translation says of parts that are no longer there is only noted: whoever changes the original
    need not know the other languages.
    """
    node = translation.node
    if not isinstance(node, Fields):
        return original, [translation.problem((), "want_fields_top")]
    sieve = _Sieve("note" if outdated else "error")
    changes = sieve.node(model, original.node, without(node, (TRANSLATES, *ITS_OWN)), node)
    own = {name: value for name, value in node.values.items() if name in ITS_OWN}
    changes = replace(node, values={**(changes.values if isinstance(changes, Fields) else {}), **own})
    merged, faults = overlay(original.node, changes, aligned=True)
    return Origin(translation.path, merged), [*sieve.refused, *faults]


def translates(translation: Origin) -> str | None:
    """The mark of the texts that were translated, as the translation says."""
    said = translation.node.values.get(TRANSLATES) if isinstance(translation.node, Fields) else None
    return said.value if isinstance(said, Text) and said.given else None


def standing(
    model: type[BaseModel], original: Origin, translation: Origin, merged: Origin, language: str, now: str
) -> tuple[Standing, list[Problem]]:
    """How a translation stands, with notes: what it still lacks, what changed since it was made.

    `now` is the fingerprint of the original.
    """
    left = [at for at, text in texts(model, merged.node) if text.language != language]
    known = translates(translation)
    problems = []
    if known is None:
        problems.append(translation.problem((), "translates_missing", severity="warning", hash=now))
    elif known != now:
        problems.append(translation.problem((TRANSLATES,), "translation_outdated", severity="note", hash=now))
    if left:
        fields = ", ".join(left[:3]) + (", ..." if len(left) > 3 else "")
        problems.append(translation.problem((), "translation_partial", severity="note", left=len(left), fields=fields))
    state: State = "partial" if left else "current" if known == now else "outdated"
    return Standing(state, translation.path, model, original), problems


def untranslated(model: type[BaseModel], original: Origin, language: str, *, own: bool) -> Standing:
    """How an item stands that has no translation: it is in this language already, or waits for one."""
    file = f"{original.path.removesuffix('.yml')}.{language}.yml"
    return Standing("own" if own else "missing", file, model, original)


@dataclass
class _Sieve:
    """Lets texts through; refuses numbers, ids, references, and whatever the original has not."""

    strangers: Severity
    """How bad it is to translate what the original has not."""
    refused: list[Problem] = field(default_factory=list)

    def node(self, annotation: Any, original: Node, changes: Node, key: Node) -> Node | None:
        """What may be laid over the original; `key` is where it is said."""
        kind = _inside(annotation)
        inner = _inside(typing.get_args(kind)[0]) if typing.get_origin(kind) is tuple else kind
        if not (_is(inner, BaseModel) or _is(inner, Written) or typing.get_origin(kind) is dict):
            self.refuse(key, "translation_structure")
            return None
        if isinstance(original, Fields) and isinstance(changes, Fields):
            return self.fields(kind, original, changes)
        if isinstance(original, Items) and isinstance(changes, Items):
            return self.items(inner, original, changes)
        return changes

    def fields(self, kind: Any, original: Fields, changes: Fields) -> Fields:
        values: dict[str, Node] = {}
        by_name = typing.get_origin(kind) is dict
        for name, value in changes.values.items():
            there = original.values.get(name)
            if not by_name and name not in kind.model_fields and name not in (DROP, BEFORE, AFTER):
                values[name] = value  # validation tells it, with a hint
            elif not is_given(value):
                continue
            elif there is None or not is_given(there):
                hint = closest(name, original.values) if by_name else None
                self.refuse(changes.keys[name], "translation_adds", hint)
            else:
                inside = typing.get_args(kind)[1] if by_name else kind.model_fields[name].annotation
                kept = self.node(inside, there, value, changes.keys[name])
                values |= {name: kept} if kept else {}
        return replace(changes, values=values)

    def items(self, kind: Any, original: Items, changes: Items) -> Items | None:
        if has_ids(original):
            there = {str(id_of(value)): value for value in original.values}
            return replace(changes, values=tuple(self.elements(kind, there, changes)))
        if len(original.values) != len(changes.values):
            count, expected = str(len(changes.values)), str(len(original.values))
            self.refuse(changes, "translation_length", count=count, expected=expected)
            return None
        pairs = zip(original.values, changes.values, strict=True)
        kept = (self.node(kind, before, after, after) if is_given(after) else after for before, after in pairs)
        return replace(changes, values=tuple(value for value in kept if value))

    def elements(self, kind: Any, there: Mapping[str, Node], changes: Items) -> Iterator[Node]:
        for value in changes.values:
            name = id_of(value)
            if name is None or not isinstance(value, Fields):
                yield value  # the overlay tells it
            elif name not in there:
                self.refuse(value.values[ID], "translation_adds", closest(name, there))
            else:
                kept = self.node(kind, there[name], without(value, (ID,)), value)
                if isinstance(kept, Fields):
                    yield replace(kept, values={ID: value.values[ID], **kept.values})

    def refuse(self, node: Node, code: str, hint: str | None = None, **params: str) -> None:
        name = {"name": node.value} if isinstance(node, Text) else {}
        said = {key: shown(value) for key, value in (name | params).items()}
        severity = "error" if code == "translation_structure" else self.strangers
        self.refused.append(Problem(node.path, node.line, node.column, code, said, hint, severity))


def _inside(annotation: Any) -> Any:
    """A type without its rules, and without the None that it may be."""
    while typing.get_origin(annotation) in (Annotated, Union, types.UnionType):
        annotation = next(part for part in typing.get_args(annotation) if part is not types.NoneType)
    return annotation


def _is(kind: Any, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)
