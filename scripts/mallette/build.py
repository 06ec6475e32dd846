"""A root folder -> everything that is published: pages and files, made in memory before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import __version__, pages, printables
from .artifact import Artifact, Printed, PrintJob, SitePage
from .cache import Cache
from .errors import InvalidSource, Problem
from .labels import Labels
from .loading import Loaded, load
from .pdf import LetterLacking, Typeset, fingerprint, picture_size, typeset
from .templating import words_for

Progress = Callable[[str, int, int], None]
"""Called with the key of a stage, what is done and what there is to do."""

MARKER = "mallette.txt"
"""A file at the root of each published site: a folder that holds it may be replaced."""


@dataclass(frozen=True)
class Built:
    """A valid mallette and all that is made of it."""

    loaded: Loaded
    pages: tuple[SitePage, ...]
    files: tuple[Artifact, ...]
    documents: int


def make(root: Path, progress: Progress | None = None) -> Built:
    """Read, typeset and render; raises InvalidSource or MalletteError and leaves nothing behind."""
    report = progress or (lambda stage, done, total: None)
    report("reading", 0, 1)
    loaded = load(root)
    report("reading", 1, 1)
    words = words_for(root, loaded.mallette.kit.language)
    files, printed = print_all(loaded, root, words, report)
    made = tuple(pages.pages(loaded, root, words, printed))
    files += [pages.look_css(root), _marker(loaded)]
    files += [Artifact(f"recits/images/{name}", picture.content) for name, picture in loaded.pictures.items()]
    return Built(loaded, made, tuple(files), len(printed))


def print_all(loaded: Loaded, root: Path, words: Labels, report: Progress) -> tuple[list[Artifact], list[Printed]]:
    """Typeset every document; text that does not fit anywhere is one InvalidSource for all."""
    cache = Cache(root / ".cache" / "mallette")
    jobs = list(printables.jobs(loaded, root, words))
    files: list[Artifact] = []
    printed: list[Printed] = []
    problems: list[Problem] = []
    for number, job in enumerate(jobs):
        report("printing", number, len(jobs))
        try:
            done = cache.get(fingerprint(job), lambda job=job: typeset(job, loaded.mallette.kit.date))  # type: ignore[misc]
        except LetterLacking as lacking:
            problems += printables.lacking_problems(lacking.letter, loaded)
            continue
        problems += _problems(job, done, loaded)
        files += [Artifact(job.path, done.pdf), Artifact(job.preview, done.preview)]
        size = picture_size(done.preview)
        printed.append(Printed(job.path, job.preview, done.pages, len(done.pdf), job.printable, job.subject, size))
    report("printing", len(jobs), len(jobs))
    if problems:
        raise InvalidSource(dict.fromkeys(problems))
    cache.sweep()
    return files, printed


def _problems(job: PrintJob, done: Typeset, loaded: Loaded) -> list[Problem]:
    found = {printables.overflow_problem(overflow, loaded) for overflow in done.overflows}
    limit = job.printable.pages
    if limit and done.pages > limit:
        origin, title = loaded.origin(job.subject), job.printable.title
        found.add(origin.problem(("title",), "too_many_pages", printable=title, pages=done.pages, limit=limit))
    return sorted(found)


def _marker(loaded: Loaded) -> Artifact:
    kit = loaded.mallette.kit
    return Artifact(MARKER, f"{kit.title}, {kit.edition}. Made with mallette {__version__}.\n".encode())
