"""A root folder -> everything that is published: pages and files, made in memory before anything is written."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from . import __version__, boards, copyfit, explorers, opendata, packs, pages, printables, shelf, store, taken
from .artifact import Artifact, Offer, Pack, Printed, PrintJob, SitePage, Typeset
from .aside import Aside
from .cache import Cache, Kept, key_of
from .edition import CARDS, DECKS, Key, as_json, cards_of
from .errors import InvalidSource, MalletteError, Problem
from .labels import Labels
from .loading import Loaded, load
from .look import look, look_css
from .memo import uncollected
from .model import Card, Kit, Printable, Subject
from .model.kit import Offset
from .pagecache import opened
from .papers import NO_OFFSET, Papers
from .pdf import PICTURE_PPI, LetterLacking, draw, fingerprint, proof, typeset
from .plankeys import KEYS, LAYOUT, PlanKeys
from .printables import Plan, Wanted, anything
from .searchbox import search_words
from .selection import selected
from .shelf import Shelf
from .sprite import sprite
from .templating import words_for
from .workers import ALONE, Workforce

Progress = Callable[[str, int, int], None]
"""Called with the key of a stage, what is done and what there is to do."""

PAGES = ".cache/mallette-pages.db"


@dataclass(frozen=True)
class Built:
    """A valid mallette and all that is made of it."""

    loaded: Loaded
    pages: tuple[SitePage, ...]
    files: tuple[Artifact, ...]
    documents: int


def read(root: Path, kept: Shelf | None = None) -> Loaded:
    """A root folder, read: its files, its look and papers; a guide that something of ours would hide is a fault too."""
    loaded = load(root, shelf=kept)
    look(root)
    sprite(root)
    Papers(root).size("a4")
    made: set[str] = set()
    for one in loaded.every:
        words = words_for(root, one.language)
        made |= {draft.path for draft in pages.drafts(one, root, words, Offer(), loaded)}
        made |= {path for printed in taken.listed(one) for path in (printed.path, printed.preview)}
        made |= {*opendata.files(one, loaded, words), *explorers.files(one, words)}
    if lost := taken.hidden(root, loaded, made):
        raise InvalidSource([*lost, *loaded.warnings])
    return loaded


def make(root: Path, progress: Progress | None = None, *, workforce: Workforce = ALONE) -> Built:
    """Read, typeset and render; raises InvalidSource or MalletteError and leaves nothing behind."""
    report = progress or (lambda stage, done, total: None)
    report("reading", 0, 1)
    with uncollected(kept=True), shelf.opened(root) as stories:
        loaded = read(root, stories)
    report("reading", 1, 1)
    files = [look_css(root), sprite(root), _marker(loaded)]
    files.append(Artifact(CARDS, as_json(loaded.mallette.kit.edition, cards_of(loaded.mallette))))
    files += taken.illustrations(loaded)
    made: list[SitePage] = []
    offers: list[Offer] = []
    aside = Aside()
    with opened(root / PAGES) as kept, store.opened(root / KEYS, LAYOUT) as told:
        cache = Cache(root / ".cache" / "mallette", told)
        for one in loaded.every:
            words = words_for(root, one.language)
            artifacts, offer = _offer(one, root, words, report, workforce, cache)
            data = {path: aside.lay(write()) for path, write in opendata.files(one, loaded, words).items()}
            tables = {path: aside.lay(write()) for path, write in explorers.files(one, words).items()}
            files += [*artifacts, *(Artifact(path, content) for path, content in (data | tables).items())]
            files.append(search_words(words))
            offer = replace(offer, sizes={path: len(content) for path, content in data.items()})
            offers.append(offer)
            made += (p.laid(aside) for p in pages.pages(one, root, words, offer.filled(offers[0]), loaded, kept))
    cache.sweep()
    cache.forget_stories()
    return Built(loaded, tuple(made), tuple(files), sum(len(offer.printed) for offer in offers))


def _offer(
    loaded: Loaded, root: Path, words: Labels, report: Progress, workforce: Workforce, cache: Cache
) -> tuple[list[Artifact], Offer]:
    """The documents and ZIPs of one language."""
    files, printed = print_all(loaded, root, words, report, workforce=workforce, shared=cache)
    packed = [
        *packs.packs(loaded, root, words, files, printed),
        *_selection_packs(loaded, root, words, report, printed, files, workforce, cache),
        *_board_packs(loaded, root, words, report, workforce),
    ]
    offer = Offer(tuple(printed), tuple(pack for pack, _ in packed))
    return [*files, *(archive for _, archive in packed)], offer


def print_all(
    loaded: Loaded,
    root: Path,
    words: Labels,
    report: Progress,
    chosen: Sequence[Printable] | None = None,
    *,
    previews: bool = True,
    workforce: Workforce = ALONE,
    back_offset: Offset = NO_OFFSET,
    wanted: Wanted = anything,
    shared: Cache | None = None,
) -> tuple[list[Artifact], list[Printed]]:
    """Typeset the chosen documents, or all; text that does not fit anywhere is one InvalidSource for all.

    A cache that is shared is swept by whoever shares it, in the end.
    """
    cache = shared or Cache(root / ".cache" / "mallette")
    listed = [printable for printable in loaded.mallette.kit.printables if printable.listed]
    plans = list(printables.plans(loaded, root, words, listed if chosen is None else chosen, back_offset, wanted))
    known = PlanKeys(loaded, root, words, cache.told) if cache.told else None
    keys = [known.key(plan) if known else key_of(plan.job()) for plan in plans]
    kept = {key: cache.find(key, preview=previews) for key in keys}
    missing = list({key: plan.job() for key, plan in zip(keys, plans, strict=True) if not kept[key]}.items())
    missing.sort(key=lambda one: _is_sheet(one[1]))
    work = partial(_attempt, day=loaded.mallette.kit.date, preview=previews)
    problems: list[Problem] = []
    report("printing", len(plans) - len(missing), len(plans))
    for done, ((key, _), made) in enumerate(zip(missing, _shared(work, missing, workforce), strict=True), 1):
        if isinstance(made, LetterLacking):
            problems += _lacking(made, loaded, root)
        else:
            kept[key] = cache.keep(key, made)
        report("printing", len(plans) - len(missing) + done, len(plans))
    files: list[Artifact] = []
    printed: list[Printed] = []
    for key, plan in zip(keys, plans, strict=True):
        if found := kept[key]:
            problems += _problems(plan, found, loaded)
            files.append(Artifact(plan.path, found.pdf))
            if previews and found.preview is not None:
                files.append(Artifact(plan.preview, found.preview))
            about = (found.pages, found.bytes, plan.printable, plan.subject, found.preview_size, found.shrunk)
            printed.append(Printed(plan.path, plan.preview, *about))
    if problems:
        raise InvalidSource(dict.fromkeys(problems))
    if cache is not shared:
        cache.sweep()
    return files, printed


def _is_sheet(order: PrintJob) -> bool:
    """Whether it is the sheet of a story: of these a library has as many as stories, all alike."""
    return order.printable.about == "story"


def _shared(
    work: Callable[[PrintJob], Typeset | LetterLacking], missing: Sequence[tuple[str, PrintJob]], workforce: Workforce
) -> Iterator[Typeset | LetterLacking]:
    """Each document, typeset by whoever is free; sheets of stories, which come last, apart from the others."""
    for sheets in (False, True):
        yield from workforce.mapped(work, [order for _, order in missing if _is_sheet(order) == sheets], alike=sheets)


def print_one(order: PrintJob, loaded: Loaded, root: Path) -> Kept:
    """A document and its picture, from the cache or typeset now; what `print_all` refuses is refused."""
    cache, key = Cache(root / ".cache" / "mallette"), key_of(order)
    found = cache.find(key)
    if found is None:
        made = _attempt(order, day=loaded.mallette.kit.date, preview=True)
        if isinstance(made, LetterLacking):
            raise InvalidSource(dict.fromkeys(_lacking(made, loaded, root)))
        found = cache.keep(key, made)
    if problems := _problems(order, found, loaded):
        raise InvalidSource(problems)
    return found


def print_changed(
    loaded: Loaded, root: Path, words: Labels, cards: set[Key], workforce: Workforce
) -> tuple[list[Artifact], list[Printed]]:
    """Only these cards, each deck on full sheets."""

    def wanted(printable: Printable, subject: Subject, card: Card) -> bool:
        return (subject.id, printable.template, card.id) in cards

    decks = [
        printable.model_copy(update={"suffix": "changees"})
        for printable in loaded.mallette.kit.printables
        if printable.template in DECKS and printable.listed
    ]
    return print_all(loaded, root, words, lambda *_: None, decks, previews=False, workforce=workforce, wanted=wanted)


def proofs(loaded: Loaded, root: Path, words: Labels, chosen: Sequence[Printable]) -> Iterator[Artifact]:
    """The pages of the chosen documents in greys: what black and white printing keeps of them."""
    for order in (plan.job() for plan in printables.plans(loaded, root, words, chosen)):
        for number, page in enumerate(proof(order), 1):
            yield Artifact(f"{order.path.removesuffix('.pdf')}-{number:02}.png", page)


def _attempt(order: PrintJob, *, day: datetime.date, preview: bool) -> Typeset | LetterLacking:
    """One document, wherever there is a processor for it; a letter that no font has is told, not raised."""
    try:
        return typeset(order, day, preview=preview)
    except LetterLacking as lacking:
        return lacking


def _selection_packs(
    loaded: Loaded,
    root: Path,
    words: Labels,
    report: Progress,
    listed: Sequence[Printed],
    files: Sequence[Artifact],
    workforce: Workforce,
    cache: Cache,
) -> Iterator[tuple[Pack, Artifact]]:
    """The other editions of each protocol's documents, in ZIPs only, so without pictures of them."""
    chosen = _selections(loaded.mallette.kit)
    every = [printable for printables in chosen.values() for printable in printables]
    made, printed = print_all(loaded, root, words, report, every, previews=False, workforce=workforce, shared=cache)
    own = {name: {id(printable) for printable in printables} for name, printables in chosen.items()}
    by_choice = {name: [one for one in printed if id(one.printable) in own[name]] for name in chosen}
    shown = {one.path for one in listed}
    guides = [file for file in files if file.path in shown]
    yield from packs.selection_packs(loaded, root, words, [*made, *guides], by_choice, listed)


def _selections(kit: Kit) -> dict[str, list[Printable]]:
    """The documents of each selection of the kit; those about a protocol alone are packed."""
    about = [printable for printable in kit.printables if printable.about == "protocol"]
    return {choice.id: selected(about, choice) for choice in kit.selections}


def printed_by(kit: Kit) -> list[Printable]:
    """All that a build typesets, each once: the documents of the site, then those of the selections that are others."""
    found = [printable for printable in kit.printables if printable.listed]
    for printable in chain.from_iterable(_selections(kit).values()):
        if printable not in found:
            found.append(printable)
    return found


def _board_packs(
    loaded: Loaded, root: Path, words: Labels, report: Progress, workforce: Workforce
) -> Iterator[tuple[Pack, Artifact]]:
    """The pictures of each protocol for an online whiteboard."""
    cache = Cache(root / ".cache" / "mallette-boards")
    mallette = loaded.mallette
    listed = [printable for printable in mallette.kit.printables if printable.listed]
    chosen = [printable for printable in listed if printable.template in boards.TEMPLATES]
    orders = [plan.job() for plan in printables.plans(loaded, root, words, chosen)]
    todo = {protocol.id: list(boards.board_jobs(orders, protocol)) for protocol in mallette.protocols.values()}
    keys = {id(one): f"{fingerprint(one.job)}-{PICTURE_PPI}" for ones in todo.values() for one in ones}
    missing = [one for ones in todo.values() for one in ones if not cache.pictures(keys[id(one)])]
    report("drawing", len(keys) - len(missing), len(keys))
    drawn = workforce.mapped(draw, [one.job for one in missing])
    for number, (one, pictures) in enumerate(zip(missing, drawn, strict=True), 1):
        cache.keep_pictures(keys[id(one)], pictures)
        report("drawing", len(keys) - len(missing) + number, len(keys))
    for name, ones in todo.items():
        made = [boards.board(one, cache.pictures(keys[id(one)]) or draw(one.job), mallette, words) for one in ones]
        if made:
            yield packs.board_pack(loaded, root, words, mallette.protocols[name], made)
    cache.sweep()


def _lacking(lacking: LetterLacking, loaded: Loaded, root: Path) -> list[Problem]:
    told = list(copyfit.lacking_problems(lacking.letter, loaded, root))
    if not told:
        raise MalletteError("letter_lacking", letter=lacking.letter)
    return told


def _problems(job: PrintJob | Plan, done: Kept, loaded: Loaded) -> list[Problem]:
    found = {copyfit.overflow_problem(overflow, job.printable, loaded) for overflow in done.overflows}
    limit = job.printable.pages if job.printable.edition != "gros-caracteres" else None
    if limit and done.pages > limit:
        origin, title = loaded.origin(job.subject), job.printable.title
        found.add(origin.problem(("title",), "too_many_pages", printable=title, pages=done.pages, limit=limit))
    return sorted(found)


def _marker(loaded: Loaded) -> Artifact:
    kit = loaded.mallette.kit
    return Artifact(taken.MARKER, f"{kit.title}, {kit.edition}. Made with mallette {__version__}.\n".encode())
