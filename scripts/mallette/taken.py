"""The addresses that the site takes: known before anything is typeset, so that no file of docs/ is lost there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from . import packs, searchbox
from .artifact import Artifact, Printed, path_of
from .edition import CARDS
from .errors import Problem, shown
from .loading import Loaded
from .look import LOOK
from .sprite import SPRITE

MARKER = "mallette.txt"
"""A file at the root of each published site: a folder that holds it may be replaced."""


def listed(loaded: Loaded) -> Iterator[Printed]:
    """The documents that the site offers; how long and large they are is not known before they are made."""
    for printable in loaded.mallette.kit.printables:
        if printable.listed:
            for subject in loaded.subjects(printable):
                path = path_of(printable, subject, loaded.prefix)
                yield Printed(path, path.removesuffix(".pdf") + ".png", 0, 0, printable, subject)


def illustrations(loaded: Loaded) -> Iterator[Artifact]:
    """The pictures of stories and the logo of the kit, as the site has them."""
    for name, picture in loaded.pictures.items():
        yield Artifact(f"recits/images/{name}", picture.content)
    if loaded.logo:
        yield Artifact(loaded.logo.path, loaded.logo.picture.content)


def hidden(root: Path, loaded: Loaded, made: Iterable[str]) -> list[Problem]:
    """The files of docs/ at the address of a page or a file that is made: nobody would ever see them.

    `made` are the addresses of pages, documents and data; those of the other files are added.
    """
    ours = {*made, LOOK, SPRITE, CARDS, MARKER, *(picture.path for picture in illustrations(loaded))}
    ours.update(searchbox.path_of(one.language) for one in loaded.every)
    ours.update(chain.from_iterable(packs.paths(one) for one in loaded.every))
    found = {path.relative_to(root / "docs").as_posix(): path for path in sorted((root / "docs").rglob("*"))}
    taken = {name: _published(name) for name, path in found.items() if path.is_file()}
    return [
        Problem(shown(f"docs/{name}"), 1, 1, "address_taken", {"name": shown(name), "address": f"/{shown(address)}"})
        for name, address in taken.items()
        if address in ours
    ]


def _published(name: str) -> str:
    """The address of a file of docs/, from the site's root."""
    folder, _, last = name.rpartition("/")
    if last in ("index.md", "README.md", "index.html"):
        return f"{folder}/" if folder else ""
    return f"{name.removesuffix('.md')}/" if name.endswith(".md") else name
