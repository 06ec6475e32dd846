"""What `mallette check` says of translations: how many items are translated, which are not, which are behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from .labels import Labels
from .languages import coverage
from .loading import Loaded


def translations(loaded: Loaded, words: Labels) -> Iterator[str]:
    """A paragraph a language; then each translation that lacks something, at its place."""
    for one in loaded.others:
        yield words("cli.translations", language=words.language_name(one.language), code=one.language)
        for model, (done, count) in coverage(one.standings).items():
            yield f"  {words(f'site.coverage.{model.__name__}', done=done, count=count)}"
            waiting = [how for (kind, _), how in one.standings.items() if kind is model and how.state == "missing"]
            named = ", ".join(f"{PurePosixPath(how.file).name} ({how.fingerprint})" for how in waiting)
            if waiting:
                yield f"    {words('cli.to_translate', files=named)}"
    for note in loaded.notes:
        yield words.problem(note)
