"""A new file: where it goes, and a commented template to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .errors import MalletteError
from .inputs import KINDS, MODELS, way
from .labels import Labels
from .model.text import is_identifier
from .reference import FieldDoc, fields_of
from .writing import LINK, file_name, order, write

ASKED = {"case": "story", "protocol": "protocol", "role": "role", "card": "card"}
"""What people ask for, and the kind of file that it is."""
FOLDERS = {kind: folder for folder, kind in KINDS.items()}


def place(root: Path, kind: str, name: str | None, title: str = "") -> Path:
    """Where a new file goes: under the name that was asked for, or under a free one that says its title."""
    folder = root / FOLDERS[kind]
    if not (root / "kit/kit.yml").is_file():
        raise MalletteError("no_kit", folder=root)
    if folder.is_symlink():
        raise MalletteError("cannot_write", folder=folder, reason="symlink")
    if name:
        if not is_identifier(name):
            raise MalletteError("new_name", name=name)
        if (folder / f"{name}.yml").exists():
            raise MalletteError("new_exists", file=folder / f"{name}.yml")
        return folder / f"{name}.yml"
    base = file_name(title) or f"nouveau-{kind}"
    paths = (folder / f"{one}.yml" for one in (base, *(f"{base}-{number}" for number in range(2, 1000))))
    return next(path for path in paths if not path.exists() and not path.is_symlink())


def save(files: Mapping[Path, str]) -> None:
    """Write new files, all of them or none; one that is there stays as it is."""
    made: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                made.append(path)
                file.write(text)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise MalletteError("new_exists", file=error.filename) from None
        raise MalletteError("cannot_write", folder=error.filename, reason=error.strerror or error) from error


def written(root: Path, path: Path, kind: str, values: dict[str, Any], words: Labels, *, blanks: bool = False) -> str:
    """The text of a new file of a root."""
    schema, heading = way(path.relative_to(root).as_posix(), root), str(words(f"site.fields_of.{kind}"))
    return write(values, MODELS[kind], words.language, schema=schema, heading=heading, blanks=blanks)


def template(root: Path, path: Path, kind: str, words: Labels) -> str:
    """Every field below what it is: those that are required are empty, the others a comment that a word begins."""
    schema = way(path.relative_to(root).as_posix(), root)
    every = {doc.path: doc for doc in fields_of(MODELS[kind], words.language)}
    lines = [LINK + schema] if schema else []
    lines += [f"# {words(f'site.fields_of.{kind}')}", *(f"# {line}" for line in str(words("new.template")).split("\n"))]
    for name in order(MODELS[kind]):
        lines += ["", *_lines(every, name, words, "", "", off=not every[name].required)]
    return "\n".join(lines) + "\n"


def _lines(
    every: Mapping[str, FieldDoc], path: str, words: Labels, indent: str, dash: str, *, off: bool
) -> Iterator[str]:
    """The lines of a field and of those inside it."""
    doc, mark = every[path], "#" if off else ""
    yield f"{indent}# {_said(doc, words)}"
    yield f"{indent}{mark}{dash}{path.rpartition('.')[2]}:"
    above = path + ("[]" if doc.many else "")
    deeper = indent + ("  " if dash else "") + "  "
    below = [name for name in every if name.rpartition(".")[0] == above]
    for number, name in enumerate(below):
        first = doc.many and number == 0
        inside = deeper if first or not doc.many else deeper + "  "
        yield from _lines(every, name, words, inside, "- " if first else "", off=off or not every[name].required)
    if doc.many and not below:
        yield f"{deeper}#- {words('new.element')}"
    elif doc.kind == "by_role":
        yield f"{deeper}#{words('new.role')}: {words('new.element')}"


def _said(doc: FieldDoc, words: Labels) -> str:
    """What a field is, whether it is required, how long it may be, what there is to choose from."""
    said = f"{doc.meaning} {words('site.field_required')}" if doc.required else str(doc.meaning)
    if doc.limit:
        said += words("site.field_items" if doc.many else "site.field_limit", limit=doc.limit)
    return f"{said}{words('colon')} {', '.join(doc.choices)}" if doc.choices else said
