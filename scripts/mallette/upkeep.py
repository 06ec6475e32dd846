"""What waits for someone's care: texts to review, to complete, to date, to translate, and agreements to check."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from .artifact import page_of
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Item, Line, Protocol, Role, WritingCard
from .model.text import meaning

OLD = datetime.timedelta(days=730)
"""After this long a text is read again."""
WANTED: dict[type[Item], tuple[str, ...]] = {
    CaseStory: ("sources", "participants", "effort", "dates", "follow_up", "obstacles", "tags"),
    Protocol: ("sources", "when_to_use", "when_to_avoid", "accessibility", "follow_up", "tags"),
}
"""What may be left out, but makes a text worth more."""
CONSENT = ("testimony_withheld", "email_published", "phone_published")
"""The warnings about people."""
QUOTED = ("said", "lost")
"""The parameters of a warning that quote a file."""
SHOWN = 200
"""How many lines of a section are shown at most: the page is for people."""


@dataclass(frozen=True)
class Task:
    """One line: a text, its page if it has one, its file, and what is to be done."""

    title: str
    page: str | None
    file: str
    what: str

    @property
    def said(self) -> Line:
        """What is to be done, as a sentence."""
        return Line(self.what if self.what.endswith((".", "!", "?", "…")) else f"{self.what}.")


@dataclass(frozen=True)
class Section:
    """Tasks of one kind; `count` is how many there are, shown or not."""

    name: str
    tasks: tuple[Task, ...]
    count: int


def sections(loaded: Loaded, words: Labels) -> list[Section]:
    """All that is to be done, by kind; what is done is not there."""
    found = {
        "consent": _warnings(loaded, words, consent=True),
        "warnings": _warnings(loaded, words, consent=False),
        "review": _review(loaded, words),
        "incomplete": _incomplete(loaded, words),
        "old": _old(loaded, words),
        "translation": _translation(loaded, words),
    }
    made = []
    for name, tasks in found.items():
        every = list(tasks)
        made += [Section(name, tuple(islice(every, SHOWN)), len(every))] if every else []
    return made


def _items(loaded: Loaded) -> Iterator[Item]:
    whole = loaded.mallette
    yield whole.kit
    for items in (whole.protocols, whole.stories, whole.roles, whole.cards):
        yield from items.values()


def _task(loaded: Loaded, item: Item, what: str) -> Task:
    page = page_of(item) if isinstance(item, Protocol | CaseStory) else None
    if isinstance(item, Role):
        page = f"roles/#{item.id}"
    return Task(item.title, page, loaded.origin(item).path, what)


def _warnings(loaded: Loaded, words: Labels, *, consent: bool) -> Iterator[Task]:
    """What a reading warns of, without the words that it quotes: an address or a number is not to be published here."""
    for problem in loaded.warnings:
        if (problem.code in CONSENT) == consent:
            hidden = {name: "..." if name in QUOTED else value for name, value in problem.params.items()}
            said = words.said(replace(problem, params=hidden))
            yield Task(f"{problem.path}:{problem.line}", None, problem.path, said)


def _review(loaded: Loaded, words: Labels) -> Iterator[Task]:
    for item in _items(loaded):
        if item.status != "reviewed":
            note = f"{words('colon')} {item.status_note}" if item.status_note else ""
            yield _task(loaded, item, f"{words(f'statuses.{item.status}')}{note}")
        elif not item.reviewed_by:
            yield _task(loaded, item, words("upkeep.by_whom"))


def _incomplete(loaded: Loaded, words: Labels) -> Iterator[Task]:
    for item in _items(loaded):
        if lacking := [name for name in WANTED.get(type(item), ()) if not getattr(item, name)]:
            fields = ", ".join(_meaning(type(item), name, words.language) for name in lacking)
            yield _task(loaded, item, words("upkeep.lacking", fields=fields))


@cache
def _meaning(model: type[Item], name: str, language: str) -> str:
    said = meaning(model.model_fields[name].json_schema_extra, language)
    return said.partition(" (")[0].lower()


def _old(loaded: Loaded, words: Labels) -> Iterator[Task]:
    today = loaded.mallette.kit.date
    for item in _items(loaded):
        if isinstance(item, WritingCard) or item is loaded.mallette.kit:
            continue
        last = max((day for day in (item.updated, item.reviewed_on) if day), default=None)
        if last is None:
            yield _task(loaded, item, words("upkeep.undated"))
        elif today - last > OLD:
            yield _task(loaded, item, words("upkeep.since", year=last.year))


def _translation(loaded: Loaded, words: Labels) -> Iterator[Task]:
    mains = {(type(item), item.id): item for item in _items(loaded)}
    for other in loaded.others:
        language = words.language_name(other.language)
        for item in _items(other):
            how = other.standing(item)
            if how.state in ("missing", "partial", "outdated"):
                original = mains[type(item), item.id]
                file = loaded.origin(original).path if how.state == "missing" else how.file
                yield Task(original.title, None, file, words(f"upkeep.{how.state}", language=language))
