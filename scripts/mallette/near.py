"""Stories near one another: what two of them share, weighed, and an index so that few pairs are compared."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations

from .model import CaseStory

Trait = tuple[str, str]
"""Something that a story may share with others: its kind and its value."""
Key = tuple[Trait, ...]

WEIGHTS = {"protocol": 4, "sector": 3, "tag": 2, "stage": 1, "partner": 1}
"""What each shared protocol, sector, tag, stage or type of partner adds to a score."""
ENOUGH = 3
"""The least score of stories that are near: a sector, or a tag and something else; a stage alone says little."""
SHOWN = 3
COMPARED = 64
"""Stories compared with one at most: in a small library all that share something, in a large one the likeliest."""
INDEXED = 8
"""Traits of a story that it is found by, the heaviest; all of them count in a score."""


def traits(story: CaseStory) -> frozenset[Trait]:
    """What a story may share; case and spaces do not matter."""
    said = {
        "protocol": story.protocols,
        "sector": (story.sector,),
        "tag": story.tags,
        "stage": (story.stage,) if story.stage else (),
        "partner": tuple(partner.type for partner in story.partners),
    }
    return frozenset((kind, " ".join(value.casefold().split())) for kind, values in said.items() for value in values)


def score(one: frozenset[Trait], other: frozenset[Trait]) -> int:
    """How near two stories are: the sum of the weights of what they share."""
    return sum([WEIGHTS[kind] for kind, _ in one & other])


class Neighbours:
    """The stories of a library, by what they share."""

    def __init__(self, stories: Iterable[CaseStory]) -> None:
        self._stories = tuple(stories)
        self._places = {story.id: place for place, story in enumerate(self._stories)}
        same: dict[Trait, Trait] = {}  # one object for each is compared sooner than two that are equal
        self._traits = [frozenset(same.setdefault(one, one) for one in traits(story)) for story in self._stories]
        self._found: dict[str, tuple[CaseStory, ...]] = {}

    @cached_property
    def _having(self) -> dict[Key, list[int]]:
        having: dict[Key, list[int]] = {}
        for place, found in enumerate(self._traits):
            for key in _keys(found):
                having.setdefault(key, []).append(place)
        return having

    @property
    def digest(self) -> bytes:
        """The same for as long as all stories have the same neighbours."""
        told = ((story.id, sorted(found)) for story, found in zip(self._stories, self._traits, strict=True))
        return hashlib.sha256(repr(list(told)).encode()).digest()

    def known(self, found: Mapping[str, Sequence[str]]) -> None:
        """Take these for the nearest, by the id of each story: they were found for the same digest."""
        self._found = {name: tuple(self._stories[self._places[one]] for one in near) for name, near in found.items()}

    def every(self) -> dict[str, list[str]]:
        """The nearest to each story, by their ids."""
        return {story.id: [one.id for one in self.of(story)] for story in self._stories}

    def of(self, story: CaseStory) -> tuple[CaseStory, ...]:
        """The nearest stories, the nearest first; of those as near, the ones that come next in the library."""
        if story.id not in self._found:  # a page asks, and before it the key that it is kept by
            self._found[story.id] = self._nearest(story)
        return self._found[story.id]

    def _nearest(self, story: CaseStory) -> tuple[CaseStory, ...]:
        place, count = self._places[story.id], len(self._stories)
        own = self._traits[place]
        scored = [(-score(own, self._traits[other]), (other - place) % count) for other in self._likely(place)]
        best = [(-found, (place + behind) % count) for found, behind in sorted(scored)[:SHOWN]]
        return tuple(self._stories[other] for found, other in best if found >= ENOUGH)

    def _likely(self, place: int) -> set[int]:
        """Others that share the heaviest pairs of traits, or the rarest of those as heavy, then a trait alone."""
        keys = sorted(_keys(self._traits[place]), key=lambda key: (-_weight(key), len(self._having[key]), key))
        found = {place}
        for key in keys:
            for other in self._after(key, place):
                found.add(other)
                if len(found) > COMPARED:
                    return found - {place}
        return found - {place}

    def _after(self, key: Key, place: int) -> Iterator[int]:
        """Those that have a key, the next in the library first: otherwise the first would be near to everyone."""
        having = self._having[key]
        start = bisect_left(having, place) + 1
        yield from having[start:]
        yield from having[: start - 1]


def _keys(found: frozenset[Trait]) -> Iterator[Key]:
    heaviest = sorted(found, key=lambda trait: (-WEIGHTS[trait[0]], trait))[:INDEXED]
    for trait in heaviest:
        yield (trait,)
    yield from combinations(heaviest, 2)


def _weight(key: Key) -> int:
    return sum([WEIGHTS[kind] for kind, _ in key])
