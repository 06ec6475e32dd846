"""The three forms of the site (a story, an adaptation of a protocol, a session record): their sections and answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .formdata import described, recipient
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Line, Protocol, SessionRecord, Variant
from .questions import Choice, Question, questions

PAGES = {"story": "raconter/", "variant": "raconter/adaptation/", "record": "raconter/trace/"}
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
        "told": ("request", "ideas", "action_plan", "answers"),
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


@dataclass(frozen=True)
class Section:
    """A few questions under one heading."""

    name: str
    opened: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """A form: its sections for people, the same as data for the script of its page, and `to` whom it goes."""

    kind: str
    to: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any]

    @property
    def questions(self) -> Iterator[Question]:
        """Every question, in the order of the page."""
        for section in self.sections:
            yield from section.questions

    @property
    def needed(self) -> int:
        """How many answers nobody gets by without."""
        return sum(_needed(question) for question in self.questions)


def _needed(question: Question) -> int:
    """What is required inside of what may be left out is not counted."""
    if not question.required or question.value:
        return 0
    return sum(_needed(part) for part in question.parts) if question.parts and not question.many else 1


def questionnaire(kind: str, loaded: Loaded, words: Labels, root: Path) -> Questionnaire:
    """A form of the site in one language."""
    asked = _asked(kind, loaded, words)
    named = SECTIONS[kind]
    told = {name for names in named.values() for name in names}
    rest = [name for name in asked if name not in told]
    sections = tuple(
        Section(section, section in OPENED, tuple(asked[name] for name in (*names, *(rest if section == REST else ()))))
        for section, names in named.items()
    )
    to = recipient(kind, loaded.mallette.kit.contact, words)
    return Questionnaire(kind, to, sections, described(kind, asked, loaded, words, root))


def _asked(kind: str, loaded: Loaded, words: Labels) -> dict[str, Question]:
    """The questions of a form by name, in words that people use."""
    found = {name: question.worded(words) for name, question in _fields(kind, loaded, words).items()}
    if "license" in found:
        found["license"] = replace(found["license"], default=loaded.mallette.kit.license)
    return found


def _fields(kind: str, loaded: Loaded, words: Labels) -> dict[str, Question]:
    language, known = words.language, _answers(loaded, words)
    if kind == "story":
        found = {name: q for name, q in questions(CaseStory, language, known).items() if name not in GIVEN}
        return found | {"testimonies": _agreed(found["testimonies"])}
    if kind == "record":
        found = questions(SessionRecord, language, known)
        return found | {"edition": replace(found["edition"], value=loaded.mallette.kit.edition)}
    every = questions(Protocol, language, known)
    own = questions(Variant, language, known)
    changed = {name for names in SECTIONS["variant"].values() for name in names} - own.keys()
    return own | {
        name: _step(q, words) if name == "steps" else q.optional() for name, q in every.items() if name in changed
    }


def _agreed(testimonies: Question) -> Question:
    """A form asks for an answer, and takes nothing that nobody agreed to."""
    parts = {part.name: part for part in testimonies.parts}
    consent = parts["consent"]
    choices = tuple(choice for choice in consent.choices if choice.value != "no")
    parts["consent"] = replace(consent, required=True, default="", choices=choices)
    return replace(testimonies, parts=tuple(parts.values()))


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
