"""A root folder -> everything that is published: pages and files, made in memory before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import __version__, boards, packs, pages, printables
from .artifact import Artifact, Pack, Printed, PrintJob, SitePage
from .cache import Cache
from .errors import InvalidSource, Problem
from .labels import Labels
from .loading import Loaded, load
from .model import Printable
from .pdf import PICTURE_PPI, LetterLacking, Typeset, draw, fingerprint, picture_size, typeset
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
    packed = [*packs.packs(loaded, root, words, files, printed), *_board_packs(loaded, root, words, report)]
    made = tuple(pages.pages(loaded, root, words, printed, [pack for pack, _ in packed]))
    files += [archive for _, archive in packed]
    files += [pages.look_css(root), _marker(loaded)]
    files += [Artifact(f"recits/images/{name}", picture.content) for name, picture in loaded.pictures.items()]
    return Built(loaded, made, tuple(files), len(printed))


def print_all(
    loaded: Loaded, root: Path, words: Labels, report: Progress, chosen: Sequence[Printable] | None = None
) -> tuple[list[Artifact], list[Printed]]:
    """Typeset the chosen documents, or all; text that does not fit anywhere is one InvalidSource for all."""
    cache = Cache(root / ".cache" / "mallette")
    listed = [printable for printable in loaded.mallette.kit.printables if printable.listed]
    jobs = list(printables.jobs(loaded, root, words, listed if chosen is None else chosen))
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
    if chosen is None:
        cache.sweep()
    return files, printed


def _board_packs(loaded: Loaded, root: Path, words: Labels, report: Progress) -> Iterator[tuple[Pack, Artifact]]:
    """The pictures of each protocol for an online whiteboard."""
    cache = Cache(root / ".cache" / "mallette-boards")
    mallette = loaded.mallette
    chosen = [
        printable
        for printable in mallette.kit.printables
        if printable.listed and printable.template in boards.TEMPLATES
    ]
    jobs = list(printables.jobs(loaded, root, words, chosen))
    todo = {protocol.id: list(boards.board_jobs(jobs, protocol)) for protocol in mallette.protocols.values()}
    done, total = 0, sum(map(len, todo.values()))
    for name, board_jobs in todo.items():
        made = []
        for one in board_jobs:
            report("drawing", done, total)
            key = f"{fingerprint(one.job)}-{PICTURE_PPI}"
            drawn = cache.pictures(key, lambda one=one: draw(one.job))  # type: ignore[misc]
            made.append(boards.board(one, drawn, mallette, words))
            done += 1
        if made:
            yield packs.board_pack(loaded, root, words, mallette.protocols[name], made)
    report("drawing", done, total)
    cache.sweep()


def _problems(job: PrintJob, done: Typeset, loaded: Loaded) -> list[Problem]:
    found = {printables.overflow_problem(overflow, loaded) for overflow in done.overflows}
    limit = job.printable.pages if job.printable.edition != "gros-caracteres" else None
    if limit and done.pages > limit:
        origin, title = loaded.origin(job.subject), job.printable.title
        found.add(origin.problem(("title",), "too_many_pages", printable=title, pages=done.pages, limit=limit))
    return sorted(found)


def _marker(loaded: Loaded) -> Artifact:
    kit = loaded.mallette.kit
    return Artifact(MARKER, f"{kit.title}, {kit.edition}. Made with mallette {__version__}.\n".encode())
