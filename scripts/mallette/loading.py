"""A root folder -> one validated Mallette a language, with every problem of every file found in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from . import gallery, rights
from .audits import SHEET, audit
from .checks import check, check_translations, leads_well
from .errors import InvalidSource, MalletteError, Problem
from .gallery import Logo
from .labels import SHIPPED
from .languages import Key, Read, View, let_go, view
from .memo import Memo, stamp, uncollected
from .model import CaseStory, Item, Kit, Mallette, Printable, Protocol, Role, Subject, WritingCard
from .model.audit import Audit
from .model.text import language_of
from .origin import Origin
from .pictures import Cleaned
from .reading import Fields, Items, Node, Text
from .shelf import Kept, Shelf
from .sources import CASES, FOLDERS, KIT, Sources
from .translations import Standing
from .validation import validate
from .variants import merged, original_of, validated

T = TypeVar("T", bound=Item)

MODELS: dict[str, type[Item]] = {
    "kit": Kit,
    "kit/protocols": Protocol,
    "kit/variants": Protocol,
    "kit/roles": Role,
    "kit/cards": WritingCard,
    CASES: CaseStory,
}


@dataclass(eq=False)
class Loaded:
    """A valid mallette in one language, where each item was read, and the warnings of the run."""

    mallette: Mallette
    origins: dict[Key, Origin]
    warnings: tuple[Problem, ...] = ()
    pictures: dict[str, Cleaned] = field(default_factory=dict)
    """The pictures of stories, by file name, ready to publish."""
    language: str = "fr"
    prefix: str = ""
    """Where its pages begin: nothing for the main language, `en/` for another."""
    standings: Mapping[Key, Standing] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    """What translations lack, for the report of `mallette check`."""
    others: tuple[Loaded, ...] = ()
    """The same in each other language."""
    digests: Mapping[str, bytes] = field(default_factory=dict)
    """The SHA-256 of each file as it was read, by its path from the root."""
    audit: Audit | None = None
    """What the accessibility statement of the site is made from."""
    logo: Logo | None = None
    memo: Memo | None = field(default=None, repr=False)
    """Where a preview keeps what it made of items that are still the same."""

    @property
    def every(self) -> tuple[Loaded, ...]:
        """This language and the others."""
        return (self, *self.others)

    @property
    def files(self) -> set[str]:
        """The files that all this was read from."""
        return {name for one in self.every for origin in one.origins.values() for name in origin.files}

    def in_language(self, language: str | None) -> Loaded:
        """The same in one of its languages; without one, as it is."""
        found = [one for one in self.every if language in (None, one.language)]
        if not found:
            raise MalletteError(
                "unknown_language", language=language, known=", ".join(one.language for one in self.every)
            )
        return found[0]

    def origin(self, item: Item) -> Origin:
        """The file that an item was read from."""
        return self.origins[type(item), item.id]

    def standing(self, item: Item) -> Standing:
        """How an item stands in this language."""
        return self.standings[type(item), item.id]

    def subjects(self, printable: Printable) -> tuple[Subject, ...]:
        """The items for which a printable is made; in another language, only if all that it shows is translated."""
        found = self.mallette.subjects(printable)
        return tuple(subject for subject in found if not self.prefix or self._whole(printable, subject))

    def _whole(self, printable: Printable, subject: Subject) -> bool:
        kit = self.mallette.kit
        if isinstance(subject, Kit):
            return False  # it would show what is not translated too
        if not self.standing(subject).whole:
            return False
        lines = [kit.title, printable.title, subject.credit_line or kit.credit_line]
        items: list[Item] = []
        if isinstance(subject, CaseStory):  # it shows no more than the titles of its protocols
            lines += [protocol.title for protocol in self.mallette.protocols_of(subject)]
        if isinstance(subject, Protocol):
            items += [*(self.mallette.roles[name] for name in subject.roles), *self.mallette.cards_of(subject)]
        told = all(language_of(line, self.language) == self.language for line in lines)
        return told and all(self.standing(item).whole for item in items)


@dataclass
class _Run:
    sources: Sources
    read: Read = field(default_factory=Read)
    written: dict[Key, Item] = field(default_factory=dict)
    """Items as their files say them, with nothing that they take over from the kit."""
    problems: list[Problem] = field(default_factory=list)
    pictures: dict[str, Cleaned] = field(default_factory=dict)
    logo: Logo | None = None
    main: str = "fr"


def load(root: Path, memo: Memo | None = None, shelf: Shelf | None = None) -> Loaded:
    """Read kit/ and cases/ below `root`; raises InvalidSource with all problems if any is an error.

    What a `memo` or a `shelf` holds of files that did not change since is not read again.
    """
    if not (root / KIT).is_file():
        raise MalletteError("no_kit", folder=root)
    with uncollected():
        return _load(root, memo, shelf or Shelf())


def _load(root: Path, memo: Memo | None, shelf: Shelf) -> Loaded:
    run = _Run(Sources(root, memo=memo or Memo(), shelf=shelf))
    for folder, model in MODELS.items():
        _folder(run, folder, model)
    kit = run.read.items.get((Kit, "kit"))
    _check(run, known_to(run.sources, kit))
    run.problems += rights.problems(run.read.items, run.read.origins)
    languages = dict.fromkeys(kit.languages or (run.main,)) if isinstance(kit, Kit) else {}
    if languages:
        run.problems += check_translations(run.read.translations, languages)
    logo = (kit.logo,) if isinstance(kit, Kit) and kit.logo else ()
    run.sources.refuse_strangers(run.pictures, logo)
    run.sources.look_over_guides()
    sheet = root / SHEET
    audited, faults = run.sources.memo.get(SHEET, stamp(sheet) if sheet.is_file() else None, partial(audit, root))
    run.problems += faults
    views = [view(run.read, language) for language in languages]
    problems = _once(run.sources.problems, run.problems, *(made.problems for made in views))
    untold = [*_untold(run, problems)]
    shelf.keep(untold)
    if memo is None:  # nobody reads again what has changed: the places of these are wanted for a fault only
        let_go(views, run.read, ((CaseStory, one.story.id) for one in untold), run.sources.again)
    if not views or any(problem.severity == "error" for problem in problems):
        raise InvalidSource(problem for problem in problems if problem.severity != "note")
    read = (*run.read.origins.values(), *run.read.variants.values(), *run.read.translations.values())
    digests = {origin.path: origin.digest for origin in read if origin.digest}
    main, *others = (_loaded(run, made, problems, digests) for made in views)
    main.others = tuple(others)
    for one in main.every:
        one.audit, one.memo = audited, memo
    return main


def _loaded(run: _Run, made: View, problems: list[Problem], digests: Mapping[str, bytes]) -> Loaded:
    return Loaded(
        made.mallette(),
        made.origins,
        tuple(problem for problem in problems if problem.severity != "note"),
        run.pictures,
        made.language,
        "" if made.language == run.main else f"{made.language}/",
        made.standings,
        tuple(problem for problem in problems if problem.severity == "note"),
        digests=digests,
        logo=run.logo,
    )


def _untold(run: _Run, problems: Iterable[Problem]) -> Iterator[Kept]:
    """The stories of which there is nothing to tell: only these need not be read again for it to be told again."""
    told = {problem.path for problem in problems}
    for key, item in run.written.items():
        origin = run.read.origins[key]
        if isinstance(item, CaseStory) and origin.path not in told:
            yield Kept(origin.path, origin.digest, run.main, item)


def _once(*problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, in file order: what a variant takes over from its original is read twice."""
    told = {(problem, tuple(sorted(problem.params.items()))): problem for problem in chain.from_iterable(problems)}
    return sorted(told.values())


def known_to(sources: Sources, kit: Item | None) -> dict[str, frozenset[str]]:
    """The ids that can be referred to, by kind; an item whose file is not valid is not unknown."""
    known = {folder.removeprefix("kit/"): sources.ids(folder) for folder in FOLDERS}
    known["protocols"] |= known["variants"]
    for name, pattern in (("icon", "icons/*.svg"), ("language", "labels/*.yml")):
        known[name] = {path.stem for folder in (sources.root / "templates", SHIPPED) for path in folder.glob(pattern)}
    if isinstance(kit, Kit):
        known["printable"] = {printable.id for printable in kit.printables}
    return {kind: frozenset(names) for kind, names in known.items()}


def _check(run: _Run, known: Mapping[str, frozenset[str]]) -> None:
    memo = run.sources.memo
    same = memo.get("known", (known, run.main), object)  # another object as soon as anything else is known
    for key, origin in run.read.origins.items():
        item = run.read.items.get(key)
        if origin.kept and isinstance(item, CaseStory) and leads_well(item, known):
            continue  # of itself there is nothing to tell
        found = partial(_checked, key[0], origin, item, known)
        run.problems += memo.get(("checked", key), (origin, same), found)


def _checked(*about: Any) -> list[Problem]:
    return list(check(*about))


def _folder(run: _Run, folder: str, model: type[Item]) -> None:
    ids = run.sources.ids(folder)
    for name, language, origin in run.sources.files(folder):
        if language and name in ids:
            run.read.translations[(model, name), language] = origin
        elif language:
            run.problems.append(origin.problem((), "translation_orphan", name=f"{name}.yml"))
        elif folder == "kit/variants":
            _variant(run, name, origin, ids)
        else:
            if model is Kit:
                run.main = _text(origin.node, "languages") or _text(origin.node, "language") or run.main
            made = run.sources.memo.get((model, name), (origin, run.main), partial(_value, run, model, name, origin))
            _keep(run, (model, name), origin, made)


def _value(run: _Run, model: type[Item], name: str, origin: Origin) -> tuple[Item | None, list[Problem]]:
    """An item as it was when there was nothing to tell of its file, or as it is read now."""
    kept = run.sources.shelf.story(origin.path, name, run.main) if origin.kept else None
    return (kept, []) if kept else valid(model, name, origin, run.main)


def valid(model: type[Item], name: str, origin: Origin, main: str) -> tuple[Item | None, list[Problem]]:
    """An item as its file says it, in the main language unless it says another, and what is wrong with it."""
    given: dict[str, None] = {"variant_of": None} if model is Protocol else {}
    return validate(model, origin.node, _text(origin.node, "language") or main, id=name, **given)


def _variant(run: _Run, name: str, origin: Origin, variants: set[str]) -> None:
    known = run.sources.ids("kit/protocols")
    originals = {name: original for (model, name), original in run.read.origins.items() if model is Protocol}
    made, problems = merged(name, origin, originals, known, variants)
    run.problems += problems
    of = original_of(origin)
    if made and of:
        run.read.variants[name] = origin
        language = _text(made.node, "language") or run.main
        sound = (Protocol, of) in run.read.items
        _keep(run, (Protocol, name), made, validated(name, of, made, language, sound=sound))


def _keep(run: _Run, key: Key, origin: Origin, found: tuple[Item | None, list[Problem]]) -> None:
    value, problems = found
    run.problems += problems
    run.read.origins[key] = origin
    if value:
        run.written[key] = value
        kit = run.read.items.get((Kit, "kit"))  # it is the first that is read
        taken = (run.main, kit.license if kit else None)
        run.read.items[key] = run.sources.memo.get(("taken", key), (value, taken), partial(completed, value, *taken))
    root, memo = run.sources.root, run.sources.memo
    if isinstance(value, CaseStory) and value.images:
        run.problems += gallery.of_story(value, origin, root, memo, run.pictures)
    elif isinstance(value, Kit):
        run.logo, faults = gallery.of_kit(value, origin, root, memo)
        run.problems += faults


def completed(item: T, language: str, license: str | None) -> T:
    """An item with what it takes over from the kit, as far as it does not say it."""
    taken = {"language": language} | ({"license": license} if license else {})
    update = {name: value for name, value in taken.items() if name not in item.model_fields_set}
    return item.model_copy(update=update) if update else item


def _text(node: Node, key: str) -> str | None:
    """The text behind a key, or the first of a list."""
    value = node.values.get(key) if isinstance(node, Fields) else None
    if isinstance(value, Items) and value.values:
        value = value.values[0]
    return value.value if isinstance(value, Text) and value.given else None
