"""The sheet of an accessibility audit (RGAA), and what it adds up to; no I/O."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from .text import Day, Line, Model, Name, doc

Result = Literal["C", "NC", "NA", "NT"]
"""Met, not met, does not apply, not tested yet."""
Means = Literal["axe", "nu", "tests", "pdf", "reading", "person"]
State = Literal["full", "partial", "none"]


def _number(value: str) -> str:
    if not re.fullmatch(r"\d{1,2}\.\d{1,2}", value):
        raise PydanticCustomError("criterion", "not the number of a criterion")
    return value


class Said(Model):
    """A text in the languages of the statement."""

    fr: Line = doc("En français", "In French", max_length=400)
    en: Line | None = doc("En anglais", "In English", None, max_length=400)

    def __call__(self, language: str) -> Line:
        """The text in a language, else in French, and knowing it."""
        found = self.en if language == "en" and self.en else self.fr
        return Line(found, "en" if found is self.en else "fr")


class Criterion(Model):
    """One criterion: what was found, how, and what there is to say of it."""

    id: Annotated[str, AfterValidator(_number)] = doc("Numéro", "Number")
    name: Said = doc("Ce qu'il demande", "What it asks for")
    result: Result = doc("Résultat : C, NC, NA ou NT", "Result: C, NC, NA or NT")
    by: tuple[Means, ...] = doc("Comment", "How", ())
    note: Said | None = doc("Remarque", "Remark", None)

    @property
    def theme(self) -> int:
        """The number of its theme."""
        return int(self.id.partition(".")[0])


class Audit(Model):
    """An audit of the site: who, when, of what, and the result of each criterion."""

    version: Name = doc("Version du RGAA", "Version of RGAA", max_length=20)
    date: Day = doc("Date de l'audit", "Date of the audit")
    by: Said = doc("Qui l'a fait", "Who did it")
    pages: tuple[Said, ...] = doc("Pages vérifiées", "Pages checked", min_length=1)
    criteria: tuple[Criterion, ...] = doc("Critères", "Criteria", min_length=1)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many criteria have each result."""
        return Counter(one.result for one in self.criteria)

    @property
    def applicable(self) -> int:
        """How many criteria apply; one that was not tested does, until someone has looked."""
        return len(self.criteria) - self.counts["NA"]

    @property
    def rate(self) -> int:
        """The part of the applicable criteria that are met, in whole per cent, rounded down."""
        return 100 * self.counts["C"] // self.applicable if self.applicable else 0

    @property
    def state(self) -> State:
        """Full if all is met, partial from a half, else none; what was not tested counts as not met."""
        if self.counts["C"] == self.applicable:
            return "full"
        return "partial" if 2 * self.counts["C"] >= self.applicable else "none"

    @property
    def tested_by_people(self) -> bool:
        """Whether a person checked anything."""
        return self.uses("person")

    def uses(self, means: Means) -> bool:
        """Whether anything was checked by these means."""
        return any(means in one.by for one in self.criteria)

    def of(self, *results: Result) -> tuple[Criterion, ...]:
        """The criteria with one of these results, in order."""
        return tuple(one for one in self.criteria if one.result in results)

    @cached_property
    def themes(self) -> dict[int, tuple[Criterion, ...]]:
        """The criteria by theme."""
        numbers = dict.fromkeys(one.theme for one in self.criteria)
        return {number: tuple(one for one in self.criteria if one.theme == number) for number in numbers}
