"""Stories that were saved, read again by themselves: their pages need no other file, however many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from .checks import check
from .loading import Loaded, completed, known_to, valid
from .memo import Memo
from .model import CaseStory
from .origin import Origin
from .sources import Sources
from .translations import untranslated


def reread(loaded: Loaded, root: Path, memo: Memo, names: Collection[str]) -> Loaded | None:
    """The same, with some stories as they are now; None if all must be read to say what is right.

    That is so for what is new, gone or translated, for whatever there is to tell of a file, for other pictures, another
    language and other rights.
    """
    sources = Sources(root, memo=memo)
    known = known_to(sources, loaded.mallette.kit)
    stories, origins = dict(loaded.mallette.stories), dict(loaded.origins)
    for name in names:
        before, origin = stories.get(name), sources.file("cases", name)
        if before is None or origin is None or sources.problems:
            return None
        value, problems = valid(CaseStory, name, origin, loaded.language)
        if problems or not isinstance(value, CaseStory):
            return None
        story = completed(value, loaded.language, loaded.mallette.kit.license)
        assert isinstance(story, CaseStory)
        if _apart(story) != _apart(before) or [*check(CaseStory, origin, story, known)]:
            return None
        stories[name], origins[CaseStory, name] = story, origin
    changed = {name: origins[CaseStory, name] for name in names}
    every = [_with(one, stories, changed) for one in loaded.every]
    if any(one.standing(stories[name]).state not in ("own", "missing") for one in loaded.every for name in names):
        return None
    every[0].others = tuple(every[1:])
    return every[0]


def _apart(story: CaseStory) -> tuple[object, ...]:
    """What others depend on: the files that are published, and what is checked of all at once."""
    return story.images, story.language, story.license


def _with(loaded: Loaded, stories: dict[str, CaseStory], changed: dict[str, Origin]) -> Loaded:
    """One language with these stories; none of those that changed is translated."""
    origins, standings = dict(loaded.origins), dict(loaded.standings)
    for name, origin in changed.items():
        own = stories[name].language == loaded.language
        origins[CaseStory, name] = origin
        standings[CaseStory, name] = untranslated(CaseStory, origin, loaded.language, own=own)
    told = {name: loaded.mallette.stories[name] for name in loaded.mallette.stories} | {n: stories[n] for n in changed}
    mallette = loaded.mallette.model_copy(update={"stories": told})
    return replace(loaded, mallette=mallette, origins=origins, standings=standings)
