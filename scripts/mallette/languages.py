"""What was read -> the whole in one language: items translated where they can be, as they are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import Problem
from .model import CaseStory, Item, Kit, Mallette, Protocol, Role, WritingCard
from .origin import Origin
from .translations import Standing, fingerprint, standing, translated, translates, untranslated
from .validation import validate
from .variants import laid_over, original_of

Key = tuple[type[Item], str]
"""An item: its kind and its id."""


@dataclass
class Read:
    """Items as they were written, in the order of reading; those that are not valid have an origin alone."""

    items: dict[Key, Item] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    variants: dict[str, Origin] = field(default_factory=dict)
    """Variants before they are laid over their original."""
    translations: dict[tuple[Key, str], Origin] = field(default_factory=dict)


@dataclass
class View:
    """The whole in one language: items, where each was read and how it stands."""

    language: str
    items: dict[Key, Item] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)
    standings: dict[Key, Standing] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def mallette(self) -> Mallette:
        """The items as one value; they must all be valid."""
        found: dict[type[Item], dict[str, Any]] = {kind: {} for kind in (Kit, Protocol, Role, WritingCard, CaseStory)}
        for (kind, name), item in self.items.items():
            found[kind][name] = item
        return Mallette.model_construct(
            kit=found[Kit]["kit"],
            protocols=_in_order(found[Protocol], self.language),
            roles=found[Role],
            cards=found[WritingCard],
            stories=found[CaseStory],
        )


def view(read: Read, language: str) -> View:
    """Everything in a language, with what is wrong with its translations."""
    made = View(language, dict(read.items), dict(read.origins))
    for key, item in read.items.items():
        made.standings[key] = untranslated(key[0], read.origins[key], language, own=item.language == language)
    for (key, written), translation in read.translations.items():
        if written != language or key not in read.origins:
            continue
        if key in read.items and read.items[key].language == language:
            made.problems.append(translation.problem((), "translation_same", language=language))
        else:
            _translate(made, read, key, translation)
    return made


def _in_order(protocols: dict[str, Protocol], language: str) -> dict[str, Protocol]:
    """Those in the language of the reader first, and each variant behind its original."""
    places = {name: (item.language != language, place) for place, (name, item) in enumerate(protocols.items())}
    first = sorted(protocols.values(), key=lambda p: (places[p.variant_of or p.id], p.variant_of is not None))
    return {protocol.id: protocol for protocol in first}


def _translate(made: View, read: Read, key: Key, translation: Origin) -> None:
    """Put an item's translation in its place; what is missing in an original that is not valid is told there."""
    (model, name), origin = key, read.origins[key]
    base, given = origin, {"id": name}
    if raw := read.variants.get(name) if model is Protocol else None:
        given["variant_of"] = original_of(raw) or ""
        base = laid_over(raw, made.origins[Protocol, given["variant_of"]])[0]
    now, known = fingerprint(model, origin), translates(translation)
    merged, problems = translated(model, base, translation, outdated=known not in (None, now))
    if merged is base:  # nothing could be laid over it
        made.problems += problems
        return
    item = read.items.get(key)
    value, faults = validate(model, merged.node, item.language if item else "", **given)
    standing_now, notes = standing(model, origin, translation, merged, made.language, now)
    made.problems += [*problems, *notes, *(fault for fault in faults if item or fault.code != "missing")]
    if value:
        told = {"language": made.language} | ({"license": item.license} if item else {})
        made.items[key] = value.model_copy(update=told)
        made.origins[key] = merged
        made.standings[key] = standing_now


def let_go(views: Sequence[View], read: Read, keys: Iterable[Key], again: Callable[[Origin], Origin]) -> None:
    """Have the files of these items read `again` by whoever wants their nodes, as far as nothing is laid over them."""
    for key in keys:
        origin = read.origins[key]
        light = origin if origin.kept else again(origin)
        for made in views:
            if made.origins[key] is origin:
                made.origins[key] = light
                made.standings[key] = replace(made.standings[key], original=light)


def coverage(standings: Mapping[Key, Standing]) -> dict[type[Item], tuple[int, int]]:
    """How many items of each kind are whole in a language, and how many there are."""
    found: dict[type[Item], tuple[int, int]] = {}
    for (model, _), how in standings.items():
        done, count = found.get(model, (0, 0))
        found[model] = done + how.whole, count + 1
    return found
