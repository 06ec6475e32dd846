"""The three forms of the site (a story, an adaptation of a protocol, a session record): their sections and answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Line, Protocol, SessionRecord, Variant
from .questions import Choice, Question, questions
from .typography import typeset
from .writing import order

PAGES = {"story": "raconter/", "variant": "raconter/adaptation/", "record": "raconter/trace/"}
FOLDERS = {"story": "cases/", "variant": "kit/variants/", "record": ""}
GIVEN = ("id", "variant_of", "language", "translators", "status", "updated")
"""What a form does not ask: the file, the page or whoever reviews says it."""

REST = "facts"
"""The section of the fields that no section names: a new field of the model is asked there."""
SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "story": {
        "essential": ("title", "sector", "location", "protocols"),
        "told": ("objective", "context", "intervention", "results"),
        REST: ("summary", "kind", "participants", "effort", "dates", "format", "partners", "stage", "shared_need"),
        "learned": ("conditions", "obstacles", "if_again", "adaptations", "follow_up", "effects"),
        "people": ("testimonies",),
        "pictures": ("images",),
        "rights": ("authors", "license", "sources", "credit_line", "tags", "status_note"),
    },
    "variant": {
        "essential": ("of", "title", "summary"),
        "changes": ("steps",),
        REST: ("purpose", "group_size", "preparation_minutes", "difficulty", "room", "remote", "accessibility"),
        "when": ("when_to_use", "when_to_avoid", "pitfalls"),
        "rights": ("authors", "license", "sources", "tags", "status_note"),
    },
    "record": {
        "essential": ("protocol", "edition", "date", "place", "attendance"),
        "told": ("request", "ideas", "action_plan"),
        REST: ("learnings", "departures", "feelings", "follow_up", "done"),
        "sharing": ("sharing", "consent", "consent_date"),
    },
}
OPENED = ("essential", "told", "changes")
"""The sections that one sees at first; the others open when one has something to say there."""
STEP = ("id", "drop", "minutes", "instruction", "oral_option")
"""What an adaptation may change in a step."""

WORDED = {
    "kind": "kinds",
    "stage": "stages",
    "difficulty": "levels",
    "format": "site.formats",
    "partners[].type": "partner_types",
    "testimonies[].consent": "site.form.consents",
    "sharing": "site.form.sharings",
}
"""The labels of the answers of a choice, by its path."""

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
    "picture_needed",
    "taken",
    "downloaded",
    "mail_subject",
    "mail_body",
    "mail_attached",
    "sent",
    "opened",
    "yes",
    "no",
]
"""What the page says as one goes."""


@dataclass(frozen=True)
class Section:
    """A few questions under one heading."""

    name: str
    opened: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """A form: its sections for people, and the same as data for the script of its page."""

    kind: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any]

    @property
    def questions(self) -> Iterator[Question]:
        """Every question, in the order of the page."""
        for section in self.sections:
            yield from section.questions


def questionnaire(kind: str, loaded: Loaded, words: Labels) -> Questionnaire:
    """A form of the site in one language."""
    asked = _asked(kind, loaded, words)
    named = SECTIONS[kind]
    told = {name for names in named.values() for name in names}
    rest = [name for name in asked if name not in told]
    sections = tuple(
        Section(section, section in OPENED, tuple(asked[name] for name in (*names, *(rest if section == REST else ()))))
        for section, names in named.items()
    )
    return Questionnaire(kind, sections, _data(kind, asked, loaded, words))


def spec(asked: Iterable[Question]) -> list[dict[str, Any]]:
    """Questions as data: what their default says is left out."""
    return [_spec(question) for question in asked]


def _spec(question: Question) -> dict[str, Any]:
    found = {
        name: value
        for name in ("kind", "required", "many", "limit", "least", "most", "low", "high", "rule", "default")
        if (value := getattr(question, name)) not in (None, False, "")
    }
    found |= {"name": question.name, "label": question.label}
    if question.choices:
        found["choices"] = dict.fromkeys(choice.value for choice in question.choices)
        found["choices"] |= {choice.value: choice.label for choice in question.choices}
    if question.parts:
        found["parts"] = spec(question.parts)
    return found


def _asked(kind: str, loaded: Loaded, words: Labels) -> dict[str, Question]:
    """The questions of a form by name."""
    language, known = words.language, _answers(loaded, words)
    if kind == "story":
        found = questions(CaseStory, language, known)
        return {name: question for name, question in found.items() if name not in GIVEN}
    if kind == "record":
        found = questions(SessionRecord, language, known)
        return found | {"edition": replace(found["edition"], value=loaded.mallette.kit.edition)}
    every = questions(Protocol, language, known)
    own = questions(Variant, language, known)
    changed = {name for names in SECTIONS["variant"].values() for name in names} - own.keys()
    return own | {
        name: _step(q, words) if name == "steps" else q.optional() for name, q in every.items() if name in changed
    }


def _step(steps: Question, words: Labels) -> Question:
    """A step that changes: which one, then only what does."""
    parts = {part.name: part.optional() for part in steps.parts}
    parts["id"] = replace(parts["id"], required=True, label=words("site.form.step"))
    drop = words("site.form.drop")
    parts["drop"] = replace(parts["can_skip"], name="drop", path="steps[].drop", label=drop)
    return replace(
        steps, required=False, least=None, label=words("site.form.steps"), parts=tuple(parts[n] for n in STEP)
    )


def _answers(loaded: Loaded, words: Labels) -> dict[str, tuple[Choice, ...]]:
    """The answers there are to choose from, by path."""
    mallette = loaded.mallette
    protocols = tuple(Choice(p.id, p.title) for p in mallette.protocols.values())
    steps = tuple(Choice(step.id, step.title, p.id) for p in mallette.protocols.values() for step in p.steps)
    found = {
        "protocols": protocols,
        "protocol": protocols,
        "of": tuple(Choice(p.id, p.title) for p in mallette.originals),
        "steps[].id": tuple(Choice(step.id, step.title, p.id) for p in mallette.originals for step in p.steps),
        "departures.skipped": steps,
        "departures.extended": steps,
    }
    for model in (CaseStory, Protocol, SessionRecord):
        for question in questions(model, words.language, {}).values():
            for one in question.every:
                if one.kind == "choice" and (group := WORDED.get(one.path)):
                    told = [(c.value, f"{group}.{c.value}") for c in one.choices]
                    found[one.path] = tuple(
                        Choice(value, words(key) if words.has(key) else Line(value)) for value, key in told
                    )
    return found


def _data(kind: str, asked: Mapping[str, Question], loaded: Loaded, words: Labels) -> dict[str, Any]:
    """What the script of the page has to know, in the typography of its language."""
    kit = loaded.mallette.kit
    models: dict[str, type[BaseModel]] = {"story": CaseStory, "variant": Variant, "record": SessionRecord}
    written = [name for name in order(models[kind]) if name in asked]
    written += [name for name in order(Protocol) if name in asked and name not in written]
    taken = {"story": sorted(loaded.mallette.stories), "variant": sorted(loaded.mallette.protocols), "record": []}
    repository = kit.repository
    return {
        "kind": kind,
        "language": words.language,
        "folder": FOLDERS[kind],
        "heading": words(f"site.fields_of.{kind}"),
        "given": {"language": words.language} if loaded.prefix and kind == "story" else {},
        "fields": spec(asked[name] for name in written),
        "messages": {code: typeset(words(f"problems.{code}"), words.language) for code in PROBLEMS},
        "taken": taken[kind],
        "repository": dict(repository) if repository and kind != "record" else None,
        "contact": kit.contact,
        "words": {name: typeset(words(f"site.form.said.{name}"), words.language) for name in SAID}
        | {"colon": words("colon")},
        "preview": _preview(kind, [asked[name] for name in written], words),
    }


def _preview(kind: str, asked: Iterable[Question], words: Labels) -> dict[str, Any]:
    """What the page of a story shows, in its order and with its headings; of another file, all that was answered."""

    def told(names: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(name, typeset(words(f"site.{key}"), words.language)) for name, key in names.items()]

    if kind == "story":
        return {"title": "title", "lead": "summary", "facts": told(FACTS), "sections": told(PARTS)}
    shown = [q for q in asked if q.name not in (*HEAD, "license")]
    facts = [(q.name, q.label) for q in shown if not q.many and q.kind in ("line", "date", "choice", "number", "id")]
    sections = [(q.name, q.label) for q in shown if q.name not in dict(facts)]
    return {
        "title": "title" if kind == "variant" else "protocol",
        "lead": "summary",
        "facts": facts,
        "sections": sections,
    }
