"""A root folder -> one validated Mallette, with every problem of every file found in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from . import variants
from .checks import check
from .errors import InvalidSource, MalletteError, Problem
from .labels import SHIPPED
from .model import CaseStory, Item, Kit, Mallette, Protocol, Role, WritingCard
from .origin import Origin
from .pictures import FILE_NAME, Cleaned, Unfit, clean
from .sources import FOLDERS, KIT, Sources
from .validation import validate

I = TypeVar("I", bound=Item)  # noqa: E741 - the usual letter of an item


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
    sources: Sources
    origins: dict[tuple[type[Item], str], Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    pictures: dict[str, Cleaned] = field(default_factory=dict)


def load(root: Path) -> Loaded:
    """Read kit/ and cases/ below `root`; raises InvalidSource with all problems if any is an error."""
    if not (root / KIT).is_file():
        raise MalletteError("no_kit", folder=root)
    run = _Run(Sources(root))
    kit = _kit(run)
    protocols = _folder(run, Protocol, "kit/protocols", variant_of=None)
    protocols = _in_order({**protocols, **_variants(run, protocols)})
    roles = _folder(run, Role, "kit/roles")
    cards = _folder(run, WritingCard, "kit/cards")
    stories = _folder(run, CaseStory, "cases")
    for story in stories.values():
        _pictures(run, story)
    run.sources.refuse_strangers(run.pictures)
    items = (*protocols.values(), *roles.values(), *cards.values(), *stories.values())
    problems = _once(*run.sources.problems, *run.problems, *check(items, run.origins, _known(run.sources, kit)))
    if kit is None or any(problem.severity == "error" for problem in problems):
        raise InvalidSource(problems)
    mallette = Mallette.model_construct(kit=kit, protocols=protocols, roles=roles, cards=cards, stories=stories)
    return Loaded(mallette, run.origins, tuple(problems), run.pictures)


def _once(*problems: Problem) -> list[Problem]:
    """Each problem once, in file order: what a variant takes over from its original is read twice."""
    return sorted({(problem, tuple(sorted(problem.params.items()))): problem for problem in problems}.values())


def _known(sources: Sources, kit: Kit | None) -> dict[str, set[str]]:
    """The ids that can be referred to, by kind; an item whose file is not valid is not unknown."""
    known = {folder.removeprefix("kit/"): sources.ids(folder) for folder in FOLDERS}
    known["protocols"] |= known["variants"]
    icons = (path.stem for folder in (sources.root / "templates", SHIPPED) for path in (folder / "icons").glob("*.svg"))
    known["icon"] = set(icons)
    if kit is not None:
        known["printable"] = {printable.id for printable in kit.printables}
    return known


def _kit(run: _Run) -> Kit | None:
    origin = run.sources.kit()
    return _item(run, Kit, Path(KIT).stem, origin) if origin else None


def _folder(run: _Run, model: type[I], folder: str, **given: Any) -> dict[str, I]:
    items = (_item(run, model, name, origin, **given) for name, origin in run.sources.items(folder))
    return {item.id: item for item in items if item}


def _item(run: _Run, model: type[I], name: str, origin: Origin, **given: Any) -> I | None:
    value, problems = validate(model, origin.node, id=name, **given)
    run.problems += problems
    run.origins[model, name] = origin
    return value


def _variants(run: _Run, protocols: dict[str, Protocol]) -> dict[str, Protocol]:
    originals = {name: origin for (model, name), origin in run.origins.items() if model is Protocol}
    known, known_variants = (run.sources.ids(folder) for folder in ("kit/protocols", "kit/variants"))
    made = {}
    for name, origin in run.sources.items("kit/variants"):
        merged, problems = variants.merged(name, origin, originals, known, known_variants)
        run.problems += problems
        of = variants.original_of(origin)
        if merged and of:
            run.origins[Protocol, name] = merged
            value, problems = variants.validated(name, of, merged, sound=of in protocols)
            run.problems += problems
            if value:
                made[name] = value
    return made


def _in_order(protocols: dict[str, Protocol]) -> dict[str, Protocol]:
    """Each variant behind its original."""
    places = {name: place for place, name in enumerate(protocols)}
    first = sorted(protocols.values(), key=lambda p: (places.get(p.variant_of or p.id, 0), p.variant_of is not None))
    return {protocol.id: protocol for protocol in first}


def _pictures(run: _Run, story: CaseStory) -> None:
    for index, picture in enumerate(story.images):
        name, code = str(picture.file), ""
        path = run.sources.root / "cases" / name
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
