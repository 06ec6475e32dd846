"""What the script of a form's page has to know: its fields, its words, what is taken, where a file may go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .agreements import agreements
from .inputs import way
from .labels import Labels
from .loading import Loaded
from .model import Line, Protocol
from .model.item import OPEN_LICENSES
from .questions import Question
from .reference import DOCUMENTED
from .templating import license_name
from .typography import typeset
from .writing import order

FOLDERS = {"story": "cases/", "variant": "kit/variants/", "record": ""}

HEAD = ("title", "summary", "protocol")
FACTS = {
    "protocols": "protocol",
    "sector": "sector",
    "location": "place",
    "participants": "participants",
    "effort": "effort",
    "dates": "dates",
    "format": "format",
    "stage": "stage",
    "shared_need": "shared_need",
    "partners": "partners",
}
PARTS = {
    "images": "form.pictures",
    "objective": "objective",
    "context": "context",
    "intervention": "intervention",
    "results": "results",
    "effects": "effects",
    "follow_up": "next",
    "adaptations": "adaptations",
    "conditions": "helped",
    "obstacles": "hindered",
    "if_again": "again",
    "testimonies": "testimonies",
    "sources": "sources",
}
"""The page of a story: its box of facts, then its sections, with their labels."""

NAMED = re.compile("(?<=«\u202f)[a-z_]+(?=\u202f»)|(?<=“)[a-z_]+(?=”)")
"""The name of a field in a sentence."""
PROBLEMS = [
    "missing",
    "text_too_long",
    "list_too_long",
    "list_too_short",
    "whole_number",
    "too_large",
    "too_small",
    "identifier",
    "address",
    "day",
    "not_a_choice",
    "sum",
    "caveat_missing",
    "named_but_anonymised",
    "group_size",
    "min_above_max",
    "picture_too_big",
    "picture_unreadable",
]
"""What can be wrong in a form: the sentences of `mallette check`."""

SAID = [
    "saved",
    "unsaved",
    "forgotten",
    "copied",
    "uncopied",
    "faults_one",
    "faults_many",
    "one_page",
    "small",
    "two_pages",
    "empty",
    "untitled",
    "consent",
    "source_needed",
    "picture_needed",
    "taken",
    "agreed",
    "left_one",
    "left_many",
    "sure",
    "downloaded",
    "mail_subject",
    "mail_body",
    "mail_paste",
    "mail_attached",
    "file_agreed",
    "file_unagreed",
    "sent",
    "paste",
    "shared",
    "unshared",
    "opened",
    "yes",
    "no",
]
"""What the page says as one goes."""
MAILED = ("mail_subject", "mail_body", "mail_paste", "mail_attached", "file_agreed", "file_unagreed")
"""What is written in a message or a file: with characters that every program has."""
LENGTHS = ("short", "long", "pictures")
"""What a message has to carry: it says what will happen."""


def described(kind: str, asked: Mapping[str, Question], loaded: Loaded, words: Labels, root: Path) -> dict[str, Any]:
    """What the script of the page has to know, in the typography of its language."""
    kit = loaded.mallette.kit
    written = [name for name in order(DOCUMENTED[kind][1]) if name in asked]
    written += [name for name in order(Protocol) if name in asked and name not in written]
    taken = {"story": sorted(loaded.mallette.stories), "variant": sorted(loaded.mallette.protocols), "record": []}
    repository = kit.repository
    return {
        "kind": kind,
        "language": words.language,
        "folder": FOLDERS[kind],
        "schema": way(f"{FOLDERS[kind]}x.yml", root),
        "heading": words(f"site.fields_of.{kind}"),
        "given": {"language": words.language} if loaded.prefix and kind == "story" else {},
        "fields": spec((asked[name] for name in written), words.language),
        "messages": {code: _message(code, asked.values(), words) for code in PROBLEMS},
        "taken": taken[kind],
        "repository": dict(repository) if repository and kind != "record" else None,
        "contact": kit.contact if kind != "record" else None,
        "agreements": [] if kind == "record" else _agreements(words),
        "licenses": {code: license_name(code) for code in OPEN_LICENSES},
        "license": kit.license,
        "mail_leads": {name: typeset(lead, words.language) for name, lead in mail_leads(kind, kit.contact, words)},
        "words": _words(words),
        "preview": _preview(kind, [asked[name] for name in written], words),
    }


def mail_leads(kind: str, contact: str | None, words: Labels) -> Iterator[tuple[str, Line]]:
    """What a message will be and to whom it goes, by what it has to carry."""
    to = recipient(kind, contact, words)
    for name in LENGTHS:
        yield name, words(f"site.form.out.mail_leads.{name}", to=to)


def recipient(kind: str, contact: str | None, words: Labels) -> str:
    """Who is to have what is written; a record stays with its group."""
    return words("site.form.out.to.record") if kind == "record" else contact or words("site.form.out.to.unknown")


def _agreements(words: Labels) -> list[dict[str, str]]:
    """Each agreement as files have it, and as the page shows it."""
    return [{"text": said, "shown": typeset(said, words.language)} for said in agreements(words).values()]


def _message(code: str, asked: Iterable[Question], words: Labels) -> str:
    """The sentence of a problem, with the labels of the form where it names a field as files do."""
    labels = {one.name: typeset(one.shown, words.language) for question in asked for one in question.every}
    sentence = typeset(words(f"problems.{code}"), words.language)
    return NAMED.sub(lambda found: labels.get(found[0], found[0]), sentence)


def _words(words: Labels) -> dict[str, str]:
    said = {name: typeset(words(f"site.form.said.{name}"), words.language) for name in SAID}
    mailed = {name: words(f"site.form.said.{name}") for name in MAILED}
    return said | mailed | {"colon": typeset(words("colon"), words.language)}


def _preview(kind: str, asked: Sequence[Question], words: Labels) -> dict[str, Any]:
    """What the page of a story shows, in its order and with its headings; of another file, all that was answered."""

    def told(names: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(name, typeset(words(f"site.{key}"), words.language)) for name, key in names.items()]

    if kind == "story":
        return {"title": "title", "lead": "summary", "facts": told(FACTS), "sections": told(PARTS)}
    shown = [q for q in asked if q.name not in (*HEAD, "license")]
    label = {q.name: typeset(q.shown, words.language) for q in asked}
    facts = [
        (q.name, label[q.name]) for q in shown if not q.many and q.kind in ("line", "date", "choice", "number", "id")
    ]
    sections = [(q.name, label[q.name]) for q in shown if q.name not in dict(facts)]
    return {
        "title": "title" if kind == "variant" else "protocol",
        "lead": "summary",
        "facts": facts,
        "sections": sections,
    }


def spec(asked: Iterable[Question], language: str) -> list[dict[str, Any]]:
    """Questions as data; a label is there as it is written in a file, and as it is `shown` if that is otherwise."""
    return [_spec(question, language) for question in asked]


def _spec(question: Question, language: str) -> dict[str, Any]:
    found = {
        name: value
        for name in ("kind", "required", "many", "limit", "least", "most", "low", "high", "rule", "default")
        if (value := getattr(question, name)) not in (None, False, "")
    }
    found |= {"name": question.name, "label": question.label}
    if (shown := typeset(question.shown, language)) != question.label:
        found["shown"] = shown
    if question.choices:
        found["choices"] = {choice.value: typeset(choice.label, language) for choice in question.choices}
    if question.parts:
        found["parts"] = spec(question.parts, language)
    return found
