"""Answers known by the words of their question, in a table or a form -> the nodes of a story, each at its own place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from .errors import MalletteError, Problem
from .labels import labels, languages
from .model import CaseStory, Mallette
from .model.text import unaccented
from .origin import Origin
from .reading import Fields, Items, Node, Text
from .records import day
from .reference import FieldDoc, fields_of
from .references import unknown
from .validation import validate
from .writing import tidy

CHOICES = {"kind": "kinds", "stage": "stages", "status": "statuses", "format": "site.formats"}
"""Fields whose choices people may write as the site shows them, and where those words are."""
SYNONYMS = {
    "id": ("nom du fichier", "identifiant", "file name", "identifier"),
    "summary": ("résumé",),
    "location.place": ("ville", "town"),
    "participants.total": ("participants", "nombre de participants", "number of participants"),
    "effort.sessions": ("séances", "sessions"),
    "effort.note": ("précision sur le temps passé", "remark on the effort"),
    "dates.start": ("date",),
    "protocols": ("protocole", "protocoles", "protocole utilisé", "protocol", "protocol used"),
    "authors": ("auteur", "auteurs", "author"),
    "language": ("langue",),
    "results": ("résultats", "résultat", "result"),
    "tags": ("mots clés",),
    "license": ("licence",),
}
LISTED = re.compile("[\n;]")
ASIDE = re.compile(r" *\(.*\)| *:.*")
"""What the meaning of a field says besides its name."""
FORMULA = re.compile("'(?=[=+@-])")
"""What keeps a spreadsheet from taking a text for a formula; the tables we publish have it."""


@dataclass(frozen=True)
class Answer:
    """What was typed, and where: a row and a column, or a line."""

    text: str
    line: int
    column: int


@cache
def fields() -> dict[str, FieldDoc]:
    """The fields of a story that one answer can give, by path."""
    return {d.path: d for d in fields_of(CaseStory, "fr") if "[]" not in d.path and d.kind not in ("fields", "by_role")}


@cache
def names() -> dict[str, str]:
    """The path of each field, by all that it may be called."""
    found: dict[str, str] = {}
    for path in fields():
        found.setdefault(folded(path), path)
    for path, words in SYNONYMS.items():
        found |= {folded(word): path for word in words}
    for language in languages():
        for doc in fields_of(CaseStory, language):
            if doc.path in fields():
                found.setdefault(folded(doc.meaning), doc.path)
                found.setdefault(folded(ASIDE.sub("", doc.meaning)), doc.path)
    for path in fields():
        found.setdefault(folded(path.rpartition(".")[2]), path)
    return found


def named(path: str, language: str) -> str:
    """What a column of this field is called in a language."""
    meaning = next(doc.meaning for doc in fields_of(CaseStory, language) if doc.path == path)
    return ASIDE.sub("", meaning)


def folded(text: str) -> str:
    """A word without what people write in different ways: accents, capitals, spaces, a star or a colon at its end."""
    return " ".join(unaccented(text.replace("’", "'").replace("_", " ")).casefold().strip(" *:").split())


def story(
    name: str, answers: Mapping[str, Answer], path: str, line: int, mallette: Mallette
) -> tuple[CaseStory | None, list[Problem]]:
    """The story `name` that these answers tell, or what is wrong with them; a kit says which protocols there are."""
    node = _node({key: _value(key, answer, path, mallette) for key, answer in answers.items()}, path, line)
    value, problems = validate(CaseStory, node, id=name)
    origin = Origin(path, node)
    known = {"protocols": set(mallette.protocols)}
    for loc, what, said, hint in unknown(CaseStory, node, known):
        problems.append(origin.problem(loc, f"unknown_{what}", name=said, hint=hint))
    return (None if problems else value), problems


def _node(values: Mapping[str, Node], path: str, line: int) -> Fields:
    """Fields by their paths: `location.country` is one inside another."""
    found: dict[str, Node] = {}
    keys: dict[str, Text] = {}
    for key in dict.fromkeys(name.partition(".")[0] for name in values):
        inside = {name.partition(".")[2]: node for name, node in values.items() if name.startswith(f"{key}.")}
        found[key] = _node(inside, path, line) if inside else values[key]
        keys[key] = Text(key, found[key].line, found[key].column, path=path)
    first = min(((node.line, node.column) for node in found.values()), default=(line, 1))
    return Fields(found, keys, *first, path)


def _value(key: str, answer: Answer, path: str, mallette: Mallette) -> Node:
    doc = fields()[key]
    texts = [FORMULA.sub("", answer.text, count=1) if answer.text.startswith("'") else answer.text]
    if doc.many:
        texts = [said for part in _parts(key, texts[0]) if (said := part.strip().lstrip("-*•").strip())]
    nodes = tuple(Text(_said(key, doc, text, mallette), answer.line, answer.column, path=path) for text in texts)
    return Items(nodes, answer.line, answer.column, path) if doc.many else nodes[0]


def _parts(key: str, text: str) -> list[str]:
    if key in ("protocols", "tags", "authors", "translators") and not LISTED.search(text):
        return text.split(",")
    return text.split("\n") if "\n" in text else text.split(";")


def _said(key: str, doc: FieldDoc, text: str, mallette: Mallette) -> str:
    """An answer as a file has it: a choice by its name, a date as it is written, a protocol by its identifier."""
    text = tidy(text)
    if key == "protocols":
        titles = {folded(protocol.title): name for name, protocol in mallette.protocols.items()}
        return text if text in mallette.protocols else titles.get(folded(text), text)
    if doc.kind == "date":
        try:
            return day(text).isoformat()
        except MalletteError:
            return text
    for choice, shown in _choices(key, doc):
        if folded(text) in (folded(choice), folded(shown)):
            return choice
    return text if doc.kind == "prose" else " ".join(text.split())


def _choices(key: str, doc: FieldDoc) -> Iterator[tuple[str, str]]:
    for choice in doc.choices:
        for language in languages():
            words, group = labels(language), CHOICES.get(key, "")
            yield choice, str(words(f"{group}.{choice}")) if words.has(f"{group}.{choice}") else choice
