"""A root folder -> one validated Mallette, with every problem of every file found in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from .checks import check
from .errors import InvalidSource, MalletteError, Problem, Severity, shown
from .labels import SHIPPED
from .model import CaseStory, Item, Kit, Mallette, Protocol, Role, WritingCard
from .model.text import IDENTIFIER
from .origin import Origin
from .pictures import FILE_NAME, Cleaned, Unfit, clean
from .reading import read
from .validation import closest, validate

I = TypeVar("I", bound=Item)  # noqa: E741 - the usual letter of an item

FOLDERS = ("kit/protocols", "kit/roles", "kit/cards", "cases")


@dataclass
class Loaded:
    """A valid mallette, where each item was read, and the warnings of the run."""

    mallette: Mallette
    origins: dict[tuple[type[Item], str], Origin]
    warnings: tuple[Problem, ...] = ()
    pictures: dict[str, Cleaned] = field(default_factory=dict)
    """The pictures of stories, by file name, ready to publish."""

    def origin(self, item: Item) -> Origin:
        """The file that an item was read from."""
        return self.origins[type(item), item.id]


@dataclass
class _Run:
    root: Path
    origins: dict[tuple[type[Item], str], Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pictures: dict[str, Cleaned] = field(default_factory=dict)


def load(root: Path) -> Loaded:
    """Read kit/ and cases/ below `root`; raises InvalidSource with all problems if any is an error."""
    if not (root / "kit" / "kit.yml").is_file():
        raise MalletteError("no_kit", folder=root)
    run = _Run(root)
    kit = _item(run, Kit, root / "kit" / "kit.yml")
    protocols = _folder(run, Protocol, "kit/protocols")
    roles = _folder(run, Role, "kit/roles")
    cards = _folder(run, WritingCard, "kit/cards")
    stories = _folder(run, CaseStory, "cases")
    for story in stories.values():
        _pictures(run, story)
    _refuse_strangers(run)
    items = (*protocols.values(), *roles.values(), *cards.values(), *stories.values())
    run.problems += check(items, run.origins, _known(root, kit))
    if kit is None or any(problem.severity == "error" for problem in run.problems):
        raise InvalidSource(run.problems)
    mallette = Mallette.model_construct(kit=kit, protocols=protocols, roles=roles, cards=cards, stories=stories)
    return Loaded(mallette, run.origins, tuple(sorted(run.problems)), run.pictures)


def _known(root: Path, kit: Kit | None) -> dict[str, set[str]]:
    """The ids that can be referred to, by kind; an item whose file is not valid is not unknown."""
    known = {name.removeprefix("kit/"): {path.stem for path in (root / name).glob("*.yml")} for name in FOLDERS}
    icons = (path.stem for folder in (root / "templates", SHIPPED) for path in (folder / "icons").glob("*.svg"))
    known["icon"] = set(icons)
    if kit is not None:
        known["printable"] = {printable.id for printable in kit.printables}
    return known


def _folder(run: _Run, model: type[I], name: str) -> dict[str, I]:
    folder = run.root / name
    paths = sorted(folder.glob("*.yml")) if folder.is_dir() and not folder.is_symlink() else []
    items = (_item(run, model, path) for path in paths if not path.name.startswith("."))
    return {item.id: item for item in items if item}


def _item(run: _Run, model: type[I], path: Path) -> I | None:
    name = path.relative_to(run.root).as_posix()
    if path.is_symlink() or not path.is_file():
        _fault(run, name, "not_a_file")
        return None
    if not IDENTIFIER.fullmatch(path.stem):
        _fault(run, name, "file_name", name=path.name)
        return None
    try:
        node, problems = read(shown(name), path.read_bytes())
    except OSError as error:
        _fault(run, name, "unreadable", reason=error.strerror or str(error))
        return None
    run.problems += problems
    if node is None:
        return None
    value, problems = validate(model, shown(name), node, id=path.stem)
    run.problems += problems
    run.origins[model, path.stem] = Origin(shown(name), node)
    return value


def _pictures(run: _Run, story: CaseStory) -> None:
    for index, picture in enumerate(story.images):
        name, code = str(picture.file), ""
        path = run.root / "cases" / name
        if not FILE_NAME.fullmatch(name):
            code = "picture_name"
        elif path.is_symlink() or not path.is_file():
            code = "picture_missing"
        elif name not in run.pictures:
            try:
                run.pictures[name] = clean(name, path.read_bytes())
            except Unfit as unfit:
                code = unfit.code
        if code:
            origin = run.origins[CaseStory, story.id]
            run.problems.append(origin.problem(("images", index, "file"), code, name=name))


def _refuse_strangers(run: _Run) -> None:
    """A file that nothing would read is a lost contribution: say so, and say what is missing."""
    for name in ("kit", *FOLDERS):
        folder = run.root / name
        if folder.is_symlink() or not folder.is_dir():
            if name != "cases" or folder.is_symlink():
                _fault(run, name, "not_a_folder")
            continue
        for path in sorted(folder.iterdir()):
            below = path.relative_to(run.root).as_posix()
            if path.name.startswith(".") or path.suffix == ".yml":
                if path.parent.name == "kit" and path.name != "kit.yml" and path.suffix == ".yml":
                    _fault(run, below, "misplaced", name=path.name, known=", ".join(FOLDERS))
            elif path.is_dir() and not path.is_symlink():
                if below not in FOLDERS:
                    beside = (known for known in FOLDERS if known.startswith(f"{name}/"))
                    _fault(run, below, "unknown_folder", hint=closest(below, beside), name=path.name)
            elif name == "cases" and FILE_NAME.fullmatch(path.name):
                if path.name not in run.pictures:
                    _fault(run, below, "unused_picture", severity="warning", name=path.name)
            else:
                _fault(run, below, "unknown_file", name=path.name)


def _fault(
    run: _Run, path: str, code: str, hint: str | None = None, severity: Severity = "error", **params: str
) -> None:
    said = {key: shown(value) for key, value in params.items()}
    run.problems.append(Problem(shown(path), 1, 1, code, said, hint, severity))
