"""Questions in the terminal: what a file has to say, asked one field after the other, and checked at once."""

from __future__ import annotations

import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from .help import YES
from .inputs import MODELS
from .labels import Labels
from .model.text import Prose
from .reading import read
from .reference import FieldDoc, fields_of
from .references import EACH, REFERENCES
from .validation import closest, validate
from .writing import inner, order, tidy, write

LATER = ("missing", "left_empty")
"""What cannot be said of a file that is still being asked for."""


@dataclass
class Questions:
    """A conversation about one kind of file; `say` shows a line, `listen` waits for one."""

    kind: str
    words: Labels
    say: Callable[[str], None]
    listen: Callable[[], str]
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    """What can be referred to, by kind of reference."""

    def asked(self) -> dict[str, Any]:
        """The answers to all that is required."""
        self.docs = {doc.path: doc for doc in fields_of(MODELS[self.kind], self.words.language)}
        return self._fields(MODELS[self.kind], "", [])

    def _fields(self, model: type[BaseModel], above: str, way: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in order(model):
            doc = self.docs[f"{above}{name}"]
            if not doc.required:
                continue
            below = inner(model.model_fields[name].annotation)
            if below is None or doc.kind == "by_role":
                found[name] = self._leaf(doc, [*way, name], model.model_fields[name].annotation)
            elif not doc.many:
                self.say(f"\n{doc.meaning}")
                found[name] = self._fields(below, f"{doc.path}.", [*way, name])
            else:
                self.say(f"\n{doc.meaning}")
                found[name] = [self._fields(below, f"{doc.path}[].", [*way, name, EACH])]
                while self._line(str(self.words("new.another"))).lower() in YES:
                    found[name].append(self._fields(below, f"{doc.path}[].", [*way, name, EACH]))
        return found

    def _leaf(self, doc: FieldDoc, way: list[str], annotation: Any) -> Any:
        """One answer that is right, or a list of them; asked again until it is."""
        many = doc.many or doc.kind == "by_role" or _is_prose(annotation)
        hints = [", ".join(doc.choices)] if doc.choices else []
        hints += [", ".join(sorted(self._known(way)))] if self._known(way) else []
        hints += [str(self.words("new.by_role"))] if doc.kind == "by_role" else []
        hints += [str(self.words("new.many"))] if many else []
        limit = str(self.words("site.field_limit", limit=doc.limit)) if doc.limit and not doc.many else ""
        self.say(f"\n{doc.meaning}{limit}" + "".join(f"\n  {hint}" for hint in hints))
        while True:
            typed = [self._line("> ")]
            while many and typed[-1]:
                typed.append(self._line("> "))
            lines = [line for line in typed if line]
            if doc.kind == "by_role":
                value: Any = {role.strip(): said.strip() for role, _, said in (line.partition(":") for line in lines)}
            else:
                value = lines if doc.many else "\n".join(lines)
            faults = self._faults(value, doc, way) if value else [str(self.words("new.needed"))]
            if not faults:
                return int(value) if doc.kind == "number" else value
            for fault in faults:
                self.say(f"  {fault}")

    def _faults(self, value: Any, doc: FieldDoc, way: list[str]) -> list[str]:
        """What `mallette check` would say of an answer."""
        nested: Any = value
        for name in reversed(way):
            nested = [nested] if name == EACH else {name: nested}
        node, faults = read("-", write(nested, MODELS[self.kind]).encode())
        if node is not None:
            faults += validate(MODELS[self.kind], node, id="x")[1]
        name = doc.path.rpartition(".")[2]
        said = [
            self.words.said(fault) for fault in faults if fault.code not in LATER and fault.params.get("key") == name
        ]
        known = self._known(way)
        for one in value if known and isinstance(value, list) else ():
            if one not in known:
                hint = closest(one, sorted(known))
                said.append(str(self.words("new.unknown", name=one) + (f" ({hint} ?)" if hint else "")))
        return said

    def _known(self, way: list[str]) -> Collection[str]:
        model: Any = MODELS[self.kind]
        what = REFERENCES.get(model, {}).get((*way, EACH), "")
        return self.known.get(what, ())

    def _line(self, prompt: str) -> str:
        self.say(prompt)
        return tidy(self.listen())


def _is_prose(annotation: Any) -> bool:
    parts = [annotation, *typing.get_args(annotation)]
    return any(isinstance(part, type) and issubclass(part, Prose) for part in parts)
