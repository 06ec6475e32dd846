"""The two lists that can be explored, stories and protocols, and the questions that each is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from typing import Any, get_args

from .artifact import SECTION
from .facets import PAGE, TABLE, TEXTS, Choice, Explorer, Value, encoded, facet, slug, table, texts
from .labels import Labels
from .loading import Loaded
from .memo import Memo
from .model import CaseStory, Item, Line
from .model.protocol import Level, Moment, Stage
from .model.story import PartnerKind, StoryKind
from .templating import license_name

PROTOCOLS, STORIES = (f"{section}/" for section in (SECTION["protocol"], SECTION["story"]))

STAGES, MOMENTS, LEVELS, PARTNERS, KINDS = map(get_args, (Stage, Moment, Level, PartnerKind, StoryKind))
SIZES = {"1-4": 4, "5-10": 10, "11-30": 30, "31-90": 90, "91": None}
DURATIONS = {"0-60": 59, "60-120": 120, "120-240": 240, "240": None}
AIMS = {"lien": 33, "deux": 66, "production": None}
"""Ranges of numbers by their key in addresses, with their end; those that the guide to choosing tells apart."""


@lru_cache(maxsize=2)
def stories(loaded: Loaded, words: Labels) -> Explorer:
    """The library, by title; stories in the language of the page first."""
    mallette = loaded.mallette
    titles = {name: protocol.title for name, protocol in mallette.protocols.items()}
    items = tuple(sorted(mallette.stories.values(), key=lambda s: (s.language != words.language, slug(s.title), s.id)))
    ask = _Questions(items, words, loaded.memo or Memo(), titles)
    questions = (
        ask.values("protocol", "protocole", lambda s: [(name, titles[name]) for name in s.protocols]),
        ask.words_of("stage", "palier", "stages", STAGES, lambda s: [s.stage]),
        ask.text("sector", "secteur", lambda s: s.sector),
        ask.text("country", "pays", lambda s: s.location.country),
        ask.text("region", "region", lambda s: s.location.region),
        ask.words_of("partners", "partenaires", "partner_types", PARTNERS, lambda s: [p.type for p in s.partners]),
        ask.span("size", "effectif", "sizes", SIZES, _people),
        ask.span("duration", "duree", "durations", DURATIONS, _minutes),
        ask.values("year", "annee", lambda s: [(str(y), y) for y in [year_of(s)] if y], lambda c: -int(c.key)),
        ask.words_of("kind", "genre", "kinds", KINDS, lambda s: [s.kind]),
        ask.values("license", "licence", lambda s: [(slug(s.license), license_name(s.license))]),
    )
    return ask.explorer(
        questions,
        numbers={"people": _people, "minutes": _minutes, "start": lambda s: int(year_of(s) or 0) or None},
        marks={
            "place": place_of,
            "people": lambda s: people_of(s, words),
            "date": year_of,
            "language": lambda s: language_told(s, words),
        },
        searched=("sector", "place", "region", "country", "protocol"),
        exported=("place", "people", "minutes"),
    )


@lru_cache(maxsize=2)
def protocols(loaded: Loaded, words: Labels) -> Explorer:
    """The protocols, each variant behind its original."""
    ask = _Questions(tuple(loaded.mallette.protocols.values()), words, loaded.memo or Memo())
    numbers: dict[str, Callable[[Any], int | None]] = {
        "people_min": lambda p: p.group_size.min,
        "people_max": lambda p: p.group_size.max,
        "minutes_min": lambda p: p.minutes.min,
        "minutes_max": lambda p: p.minutes.max,
        "slider": lambda p: p.slider,
    }
    questions = (
        ask.words_of("stage", "palier", "stages", STAGES, lambda p: [p.stage]),
        ask.span("aim", "curseur", "aims", AIMS, lambda p: p.slider),
        ask.words_of("moment", "moment", "moments", MOMENTS, lambda p: [p.moment]),
        ask.words_of("difficulty", "difficulte", "levels", LEVELS, lambda p: [p.difficulty]),
    )
    return ask.explorer(questions, numbers, marks={}, searched=("stage", "moment"), exported=tuple(numbers))


def files(loaded: Loaded, words: Labels) -> dict[str, Callable[[], bytes]]:
    """What makes each table of both lists in one language, by its path."""
    found: dict[str, Callable[[], bytes]] = {}
    for section, explorer in ((PROTOCOLS, protocols), (STORIES, stories)):
        for name, columns in ((TABLE, table), (TEXTS, texts)):
            found[loaded.prefix + section + name] = partial(_encoded, columns, partial(explorer, loaded, words))
    return found


def _encoded(columns: Callable[[Explorer], dict[str, Any]], made: Callable[[], Explorer]) -> bytes:
    return encoded(columns(made()))


def sheets_for(count: int) -> int:
    """How many pages the list of so many items takes; one at least."""
    return max(1, -(-count // PAGE))


def sheet_of(number: int) -> str:
    """The address of a page of the list that needs no script: two levels down, where no story has its own."""
    return f"{STORIES}liste/{number}/" if number > 1 else STORIES


def place_of(story: CaseStory) -> Line:
    """Where it happened, as precisely as we know."""
    where = story.location
    return where.place or where.region or where.country


def people_of(story: CaseStory, words: Labels) -> Line | None:
    """How many took part, in words."""
    if not story.participants or story.participants.total is None:
        return None
    said = words("people", count=story.participants.total)
    return words("about", what=said) if story.participants.about else said


def year_of(story: CaseStory) -> Line | None:
    """The year in which it began, or ended if that is all we know."""
    day = (story.dates.start or story.dates.end) if story.dates else None
    return Line(day.year) if day else None


def language_told(item: Item, words: Labels) -> Line | None:
    """That an item is in another language than the page."""
    if item.language == words.language:
        return None
    return words("site.in_language", language=words.language_name(item.language))


def _people(story: CaseStory) -> int | None:
    return story.participants.total if story.participants else None


def _minutes(story: CaseStory) -> int | None:
    return story.effort.facilitation_minutes if story.effort else None


def _within(ends: Mapping[str, int | None], number: int | None) -> str | None:
    """The first range that a number is not beyond."""
    return None if number is None else next((key for key, end in ends.items() if end is None or number <= end), None)


def _asked(item: Item, questions: Sequence[Callable[[Any], Any]]) -> tuple[Item, list[Any]]:
    return item, [ask(item) for ask in questions]


@dataclass(frozen=True)
class _Question:
    """A facet before it is asked: what an item answers, and where each choice comes."""

    name: str
    parameter: str
    answer: Callable[[Any], Sequence[Value]]
    place: Callable[[Choice], Any] | None


@dataclass(frozen=True)
class _Questions:
    """Items to ask one question after another; the words of the answers are those of the page."""

    items: tuple[Any, ...]
    words: Labels
    memo: Memo
    """What was answered of items that are the same."""
    also: object = None
    """What answers depend on beside the item and the words."""

    def values(
        self,
        name: str,
        parameter: str,
        answer: Callable[[Any], Sequence[Value]],
        place: Callable[[Choice], Any] | None = None,
    ) -> _Question:
        """A facet of values with their own words."""
        return _Question(name, parameter, lambda item: tuple(answer(item)), place)

    def text(self, name: str, parameter: str, line: Callable[[Any], Line | None]) -> _Question:
        """A facet of texts that people write as they like."""
        return self.values(name, parameter, lambda item: [(slug(said), said) for said in [line(item)] if said])

    def words_of(
        self, name: str, parameter: str, kind: str, keys: Sequence[str], of: Callable[[Any], Sequence[str | None]]
    ) -> _Question:
        """A facet of values of the model, in their order; their words are in the labels, under `kind`."""
        known: Mapping[str, Value] = {key: (key, self.words(f"{kind}.{key}")) for key in keys}
        order = {key: place for place, key in enumerate(keys)}
        found = lambda item: [known[key] for key in of(item) if key is not None]  # noqa: E731
        return self.values(name, parameter, found, lambda choice: order[choice.key])

    def span(
        self, name: str, parameter: str, kind: str, ends: Mapping[str, int | None], number: Callable[[Any], int | None]
    ) -> _Question:
        """A facet of numbers: which range each is in."""
        found = lambda item: [_within(ends, number(item))]  # noqa: E731
        return self.words_of(name, parameter, f"site.explorer.{kind}", tuple(ends), found)

    def explorer(
        self,
        questions: tuple[_Question, ...],
        numbers: Mapping[str, Callable[[Any], int | None]],
        marks: Mapping[str, Callable[[Any], Line | None]],
        searched: tuple[str, ...],
        exported: tuple[str, ...],
    ) -> Explorer:
        """The list with its answers."""
        columns = ("id", "title", "address", "summary", *(one.name for one in questions), *exported, "tags")
        found = self._answers(*(one.answer for one in questions), *numbers.values(), *marks.values())
        unknown = self.words("site.explorer.unknown")
        return Explorer(
            self.items,
            self.words.language,
            tuple(facet(q.name, q.parameter, self._title(q.name), next(found), unknown, q.place) for q in questions),
            {name: next(found) for name in numbers},
            {name: next(found) for name in marks},
            searched,
            {name: self._title(name) for name in columns},
        )

    def _answers(self, *questions: Callable[[Any], Any]) -> Iterator[tuple[Any, ...]]:
        """What all items answer, question after question; of an item that is the same, what it answered before."""
        about = (self.words.language, type(self.items[0])) if self.items else ()
        same = self.memo.get(("asked", *about), (self.words, self.also), object)  # another object if these are others
        rows = []
        for item in self.items:
            # equal is not enough: a text may have come into another language; what is kept is not let go
            kept = self.memo.get(("answers", *about, item.id), (id(item), same), partial(_asked, item, questions))
            rows.append(kept[1])
        return zip(*rows, strict=True) if rows else repeat(())

    def _title(self, name: str) -> Line:
        kind = "facets" if self.words.has(f"site.explorer.facets.{name}") else "columns"
        return self.words(f"site.explorer.{kind}.{name}")
