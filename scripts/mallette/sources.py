"""The files of a root folder, each read into nodes; one that cannot be read, or that nothing reads, is told."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from pathlib import Path

from . import contacts
from .errors import Problem, Severity, shown
from .memo import Memo, stamp
from .model.text import IDENTIFIER, LANGUAGE
from .origin import Origin
from .pictures import FILE_NAME
from .reading import MAX_BYTES, Fields, Node, Text, read
from .shelf import Shelf
from .validation import closest

KIT, YAML = "kit/kit.yml", ".yml"
CASES = "cases"
FOLDERS = ("kit/protocols", "kit/variants", "kit/roles", "kit/cards", CASES)
OPTIONAL = ("kit/variants", CASES)
"""Folders that a kit may do without."""
WHOLE = ("docs", "templates")
"""Folders that are published or read as they are."""


@dataclass
class Sources:
    """A root folder, and what is wrong with its files."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    memo: Memo = field(default_factory=Memo)
    shelf: Shelf = field(default_factory=Shelf)
    _listed: dict[str, list[os.DirEntry[str]]] = field(default_factory=dict)

    def ids(self, folder: str) -> set[str]:
        """The names of the items of a folder, whether their files are valid or not."""
        stems = (entry.name.removesuffix(YAML) for entry in self._entries(folder) if entry.name.endswith(YAML))
        return {stem for stem in stems if "." not in stem}

    def files(self, folder: str) -> Iterator[tuple[str, str, Origin]]:
        """The id of each item of a folder, the language if it is a translation, and what was read."""
        only = "kit." if folder == "kit" else ""
        linked = any((self.root / part).is_symlink() for part in (folder, folder.partition("/")[0]))
        for entry in () if linked else self._entries(folder):
            name, _, language = entry.name.removesuffix(YAML).partition(".")
            if not entry.name.endswith(YAML) or entry.name.startswith(".") or not entry.name.startswith(only):
                continue
            if origin := self._read(f"{folder}/{entry.name}", entry, name, language):
                yield name, language, origin

    def file(self, folder: str, id: str) -> Origin | None:
        """What was read of an item of a folder, if there is such a file and it can be read."""
        name = f"{id}{YAML}"
        entry = next((entry for entry in self._entries(folder) if entry.name == name), None)
        return self._read(f"{folder}/{name}", entry, id, "") if entry else None

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """What a folder holds, by name, looked up once; nothing if there is no such folder."""
        if folder not in self._listed:
            place = self.root / folder
            with os.scandir(place) if place.is_dir() else nullcontext(()) as found:
                self._listed[folder] = sorted(found, key=attrgetter("name"))
        return self._listed[folder]

    def _read(self, name: str, entry: os.DirEntry[str], id: str, language: str) -> Origin | None:
        if entry.is_symlink() or not entry.is_file():
            self._fault(name, "not_a_file")
        elif not IDENTIFIER.fullmatch(id) or entry.name != ".".join(filter(None, (id, language, "yml"))):
            self._fault(name, "file_name", name=entry.name)
        elif language and not LANGUAGE.fullmatch(language):
            self._fault(name, "translation_name", name=entry.name)
        else:
            try:
                found, problems = self.memo.get(name, stamp(entry), lambda: self._made(name, entry.path, language))
            except OSError as error:
                self._fault(name, "unreadable", reason=error.strerror or str(error))
                return None
            self.problems += problems
            return found
        return None

    def _made(self, name: str, path: str, language: str) -> tuple[Origin | None, list[Problem]]:
        data = _bytes(path)
        digest = hashlib.sha256(data).digest()
        if self.shelf.has(name, digest):
            return Origin(name, partial(_again, name, path), digest), []
        node, problems = read(shown(name), data, language)
        if node is None:
            return None, problems
        told = contacts.problems(shown(name), data.decode("utf-8-sig"), node)
        problems += [problem for problem in told if problem.line != _meant(name, node)]
        return Origin(shown(name), node, digest), problems

    def again(self, origin: Origin) -> Origin:
        """The same, without its nodes, which are read again if they are wanted."""
        return Origin(origin.path, partial(_again, origin.path, self.root / origin.path), origin.digest)

    def look_over_guides(self) -> None:
        """Guides are published as they are: tell the contacts that they give."""
        for path in sorted((self.root / "docs").rglob("*.md")):
            name = path.relative_to(self.root).as_posix()
            if path.is_file() and not path.is_symlink():
                self.problems += self.memo.get(name, stamp(path), partial(_contacts, name, path))

    def refuse_strangers(self, pictures: Collection[str], logo: Collection[str]) -> None:
        """A file that nothing would read is a lost contribution: say so, and say what is missing.

        The pictures of stories and the logo are read elsewhere, by name.
        """
        for name in ("kit", *FOLDERS):
            folder = self.root / name
            if folder.is_symlink() or not folder.is_dir():
                if name not in OPTIONAL or folder.is_symlink() or folder.exists():
                    self._fault(name, "not_a_folder")
                continue
            for entry in self._entries(name):
                if name != "kit" or entry.name not in logo:
                    self._refuse_stranger(name, entry, pictures)
        self._refuse_links()

    def _refuse_links(self) -> None:
        """What is published or read as it is must be in the project: a link could show anything of the machine."""
        for name in WHOLE:
            for within, folders, files in os.walk(self.root / name):
                for path in (Path(within) / found for found in sorted((*folders, *files))):
                    if path.is_symlink():
                        self._fault(path.relative_to(self.root).as_posix(), "link")
        if (self.root / "docs").is_symlink():
            self._fault("docs", "link")

    def _refuse_stranger(self, folder: str, entry: os.DirEntry[str], pictures: Collection[str]) -> None:
        name, below = entry.name, f"{folder}/{entry.name}"
        if name.startswith(".") or name.endswith(YAML):
            if folder == "kit" and name.endswith(YAML) and name.partition(".")[0] != "kit":
                self._fault(below, "misplaced", name=name, known=", ".join(FOLDERS))
        elif entry.is_dir(follow_symlinks=False):
            if below not in FOLDERS:
                beside = (known for known in FOLDERS if known.startswith(f"{folder}/"))
                self._fault(below, "unknown_folder", hint=closest(below, beside), name=name)
        elif folder == CASES and FILE_NAME.fullmatch(name):
            if name not in pictures:
                self._fault(below, "unused_picture", severity="warning", name=name)
        else:
            self._fault(below, "unknown_file", name=name)

    def _fault(
        self, path: str, code: str, hint: str | None = None, severity: Severity = "error", **params: str
    ) -> None:
        said = {key: shown(value) for key, value in params.items()}
        self.problems.append(Problem(shown(path), 1, 1, code, said, hint, severity))


def _bytes(path: str | Path) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 - ten thousand paths are quicker as text
        return file.read(MAX_BYTES + 1)  # no more of it than shows that it is too big


def _again(name: str, path: str | Path) -> Node:
    """What is in a file that was valid when it was last read; nothing if it has changed so much since."""
    try:
        node = read(name, _bytes(path))[0]
    except OSError:
        node = None
    return node or Fields({}, {}, 1, 1, name)


def _meant(name: str, node: Node) -> int:
    """The line of the address that the kit gives so that people write to it; nothing else is meant to be published."""
    contact = node.values.get("contact") if name == KIT and isinstance(node, Fields) else None
    return contact.line if isinstance(contact, Text) else 0


def _contacts(name: str, path: Path) -> list[Problem]:
    return contacts.problems(shown(name), path.read_text(encoding="utf-8", errors="replace"))
