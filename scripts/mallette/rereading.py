"""Stories that were saved, read again by themselves: what is then shown is right, however many others there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from .checks import check
from .languages import Key
from .loading import Loaded, completed, known_to, valid
from .memo import Memo
from .model import CaseStory
from .origin import Origin
from .sources import Sources
from .translations import Standing, untranslated


def reread(loaded: Loaded, root: Path, memo: Memo, names: Collection[str]) -> Loaded | None:
    """The same, with some stories as they are now; None if all must be read to say what is right.

    That is so for what is new, gone or translated, for whatever there is or was to tell of a file, for other pictures
    and protocols, another language and other rights.
    """
    told = {problem.path for one in loaded.every for problem in (*one.warnings, *one.notes)}
    sources = Sources(root, memo=memo)
    known = known_to(sources, loaded.mallette.kit)
    stories: dict[str, CaseStory] = {}
    origins: dict[Key, Origin] = {}
    for name in names:
        before, origin = loaded.mallette.stories.get(name), sources.file("cases", name)
        if before is None or origin is None or sources.problems or origin.path in told:
            return None
        value, problems = valid(CaseStory, name, origin, loaded.language)
        if problems or not isinstance(value, CaseStory):
            return None
        story = completed(value, loaded.language, loaded.mallette.kit.license)
        if _apart(story) != _apart(before) or [*check(CaseStory, origin, story, known)]:
            return None
        if any(one.standing(before).state not in ("own", "missing") for one in loaded.every):
            return None
        stories[name], origins[CaseStory, name] = story, origin
    main, *others = (_with(one, stories, origins) for one in loaded.every)
    main.others = tuple(others)
    return main


def _apart(story: CaseStory) -> tuple[object, ...]:
    """What others depend on: the files that are published, in which languages, and what is checked of all at once."""
    return story.images, story.language, story.license, story.protocols, story.credit_line


def _with(loaded: Loaded, stories: Mapping[str, CaseStory], origins: Mapping[Key, Origin]) -> Loaded:
    """One language with these stories, of which none is translated."""
    standings: dict[Key, Standing] = {}
    for name, story in stories.items():
        key, own = (CaseStory, name), story.language == loaded.language
        standings[key] = untranslated(CaseStory, origins[key], loaded.language, own=own)
    return replace(
        loaded,
        mallette=loaded.mallette.model_copy(update={"stories": {**loaded.mallette.stories, **stories}}),
        origins={**loaded.origins, **origins},
        standings={**loaded.standings, **standings},
        digests={**loaded.digests, **{origin.path: origin.digest for origin in origins.values()}},
    )
