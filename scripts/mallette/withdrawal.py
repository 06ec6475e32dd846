"""A story that someone takes back: the files to delete, the references to take out, and what is left to people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .cache import TOLD
from .errors import MalletteError, shown
from .model.text import IDENTIFIER
from .pictures import FILE_NAME
from .reading import Fields, Items, Node, Text, position, read
from .sources import KIT

KEPT = (f"mallette/{TOLD}*", "mallette-pages*", "mallette-search*", "mallette-stories*")
"""What is kept in the cache of stories: documents, pages, the words that are found, and what was read."""
NAMED = (("authors", "*"), ("translators", "*"), ("testimonies", "*", "person"))
"""Where a story names people."""


@dataclass(frozen=True, order=True)
class Place:
    """Somewhere in a file, and the words that are there."""

    path: str
    line: int
    column: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Withdrawal:
    """What is to be done for a story to be gone; paths are from the root folder."""

    story: str
    deleted: tuple[str, ...]
    changed: Mapping[str, str]
    """Other files without what named the story, whole."""
    listed: tuple[Place, ...]
    """Lists that name the story, which go on without it."""
    linked: tuple[Place, ...]
    """Links to the story: their words stay, for someone to read again."""
    left: tuple[Place, ...]
    """What still names the story, or someone whom it names, and cannot be taken out without thinking."""
    kept: tuple[str, ...]
    """What the cache has of stories."""


def withdrawal(root: Path, story: str) -> Withdrawal:
    """What is to be done; nothing is changed yet, and the files need not be valid."""
    library = {path.name: path for path in (root / "cases").glob("*.yml")}
    own = {name: path for name, path in library.items() if name.partition(".")[0] == story}
    if not IDENTIFIER.fullmatch(story) or not own:
        known = sorted({name.partition(".")[0] for name in library})
        raise MalletteError("unknown_stories", stories=shown(story), known=", ".join(known))
    told = {name: _text(path) for name, path in own.items()}
    others = {path: _text(path) for path in _others(root) if path not in own.values()}
    pictures = [
        path.name
        for path in (root / "cases").iterdir()
        if FILE_NAME.fullmatch(path.name)
        and any(path.name in text for text in told.values())
        and not any(path.name in text for text in others.values())
    ]
    changed: dict[str, str] = {}
    listed: list[Place] = []
    linked: list[Place] = []
    left: list[Place] = []
    people = sorted({name for file, text in told.items() for name in _people(file, text)})
    for path, before in others.items():
        name, text = path.relative_to(root).as_posix(), before
        if name == KIT:
            text, places = _unlisted(name, text, story)
            listed += places
        if path.suffix == ".md":
            link = re.compile(rf"(?<!!)\[([^\[\]\n]*)\]\([^()\s]*recits/{story}/(?:index\.md)?(?:#[^()\s]*)?\)")
            linked += (_place(name, text, found.start(), found[1]) for found in link.finditer(text))
            text = link.sub(r"\1", text)
        if text != before:
            changed[name] = text
        left += _mentions(name, text, rf"(?:recits|cases)/{story}(?![a-z0-9-])")
        if name == KIT:
            left += (place for at in _stories(name, text) for place in at if place.said == story)
        left += (place for person in people for place in _mentions(name, text, re.escape(person)))
    kept = sorted(path.relative_to(root).as_posix() for name in KEPT for path in (root / ".cache").glob(name))
    deleted = (*sorted(f"cases/{name}" for name in (*own, *pictures) if name != f"{story}.yml"), f"cases/{story}.yml")
    there = tuple(name for name in deleted if (root / name).is_symlink() or (root / name).exists())
    return Withdrawal(story, there, changed, tuple(listed), tuple(linked), tuple(sorted(set(left))), tuple(kept))


def delete(root: Path, done: Withdrawal) -> None:
    """Delete what is to be deleted, the story's own file last: a run that is cut short can be made again."""
    try:
        for name in (*done.kept, *done.deleted):
            (root / name).unlink(missing_ok=True)
    except OSError as error:
        raise MalletteError("cannot_write", folder=root, reason=error.strerror or error) from error


def _others(root: Path) -> Iterator[Path]:
    """Every source that may name a story."""
    for pattern in ("mkdocs.yml", "kit/**/*.yml", "cases/*.yml", "docs/**/*.md"):
        for path in sorted(root.glob(pattern)):
            if path.is_file() and not path.is_symlink():
                yield path


def _text(path: Path) -> str:
    """What a file says; one that is a link, or is not UTF-8, is not read as such."""
    return "" if path.is_symlink() else path.read_bytes().decode("utf-8", "replace")


def _people(file: str, text: str) -> Iterator[str]:
    node, _ = read(file, text.encode())
    for path in NAMED:
        yield from (value.value.strip() for value in _values(node, path) if len(value.value.strip()) > 3)


def _values(node: Node | None, path: tuple[str, ...]) -> Iterator[Text]:
    if isinstance(node, Text) and not path:
        yield node
    elif isinstance(node, Items) and path[:1] == ("*",):
        for inner in node.values:
            yield from _values(inner, path[1:])
    elif isinstance(node, Fields) and path:
        yield from _values(node.values.get(path[0]), path[1:])


def _stories(name: str, text: str) -> Iterator[list[Place]]:
    """The stories of each printable of the kit that chooses some."""
    node, _ = read(name, text.encode())
    printables = node.values.get("printables") if isinstance(node, Fields) else None
    for one in printables.values if isinstance(printables, Items) else ():
        yield [Place(name, at.line, at.column, at.value) for at in _values(one, ("stories", "*"))]


def _unlisted(name: str, text: str, story: str) -> tuple[str, list[Place]]:
    """The kit's file without the story in its lists; a list of this story alone stays, since an empty one means all."""
    places = [at for stories in _stories(name, text) if len(stories) > 1 for at in stories if at.said == story]
    rows = text.splitlines(keepends=True)
    for at in reversed(places):
        row, start = rows[at.line - 1], at.column - 1
        if re.fullmatch(rf"\s*- +[\"']?{story}[\"']?\s*(?:#.*)?\s*", row):
            rows[at.line - 1] = ""
            continue
        before, after = row[:start], re.sub(rf"^[\"']?{story}[\"']?", "", row[start:])
        shorter = re.sub(r"^\s*,\s*", "", after)
        rows[at.line - 1] = before + shorter if shorter != after else re.sub(r"\s*,\s*$", "", before) + after
    return "".join(rows), places


def _mentions(name: str, text: str, pattern: str) -> Iterator[Place]:
    for found in re.finditer(rf"(?<!\w){pattern}(?!\w)", text):
        yield _place(name, text, found.start(), found.group())


def _place(name: str, text: str, start: int, said: str) -> Place:
    return Place(name, *position(text, start), shown(said))
