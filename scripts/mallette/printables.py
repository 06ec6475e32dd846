"""A Mallette -> documents to typeset: each entry of the kit's list of printables, for each of its subjects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateNotFound

from . import calibration, guides
from .artifact import SLUG_MM, Code, PrintJob, page_of, path_of, preview_of
from .edition import DECKS, edition_mark
from .errors import MalletteError
from .imposition import Size
from .labels import Labels
from .loading import Loaded
from .look import look
from .model import Card, CaseStory, Line, Printable, Protocol, Subject
from .model.kit import Offset
from .papers import NO_OFFSET, Papers
from .quantities import copies, needs
from .templating import day, folders, license_name, typst_environment
from .tiling import tile
from .turns import turns

Wanted = Callable[[Printable, Subject, Card], bool]
"""Says whether a card is to be printed."""


def anything(printable: Printable, subject: Subject, card: Card) -> bool:
    """Every card."""
    return True


@dataclass(frozen=True)
class Plan:
    """A document that is wanted: what it is about, and what writes it out to be set, which takes a while."""

    path: str
    printable: Printable
    subject: Subject
    job: Callable[[], PrintJob] = field(repr=False)

    @property
    def preview(self) -> str:
        """The path of the picture of its first page."""
        return preview_of(self.path)


def plans(
    loaded: Loaded,
    root: Path,
    words: Labels,
    chosen: Sequence[Printable],
    back_offset: Offset = NO_OFFSET,
    wanted: Wanted = anything,
    only: Subject | None = None,
) -> Iterator[Plan]:
    """The documents of some printables, in their order, or those of `only`; backs are moved for a printer that drifts.

    A deck holds the cards that are `wanted`; one that holds none is left out.
    """
    papers, environment = Papers(root, back_offset), typst_environment(root, words)
    shared = _shared(root) | ({"logo.svg": loaded.logo.drawing} if loaded.logo else {})
    press = _Press(loaded, words, papers, environment, look(root).model_dump(), shared)
    for printable in chosen:
        for subject in loaded.subjects(printable) if only is None else (only,):
            cards = [card for card in press.deck(printable, subject) if wanted(printable, subject, card)]
            if cards or printable.template not in DECKS:
                path = path_of(printable, subject, loaded.prefix)
                yield Plan(path, printable, subject, cache(partial(press.job, printable, subject, cards)))


@dataclass(frozen=True)
class _Press:
    """What all documents of a run share."""

    loaded: Loaded
    words: Labels
    papers: Papers
    environment: Environment
    look: dict[str, Any]
    shared: dict[str, bytes]

    def deck(self, printable: Printable, subject: Subject) -> list[Card]:
        """The deck of a protocol, each card as often as it is to be printed; `template` says which deck."""
        if not isinstance(subject, Protocol):
            return []
        deck = self.loaded.mallette.decks(subject).get(printable.template, ())
        return [card for card in deck for _ in range(1 if printable.shop else copies(subject, card))]

    def job(self, printable: Printable, subject: Subject, cards: Sequence[Card]) -> PrintJob:
        """A document: its source, and the files that it reads."""
        try:
            template = self.environment.get_template(f"print/{printable.template}.typ.j2")
        except TemplateNotFound as error:
            raise MalletteError("template_missing", template=error.name, printable=printable.id) from error
        paper = self.papers.size(printable.paper)
        document = _document(self.loaded, printable, subject, self.words, paper)
        guide = guides.of(printable, self.papers.root, self.loaded.mallette.kit)
        files = {**self.shared, **(guide.pictures if guide else {})}
        files["look.json"] = json.dumps(_look(self.look, printable)).encode()
        code = Code(document["url"], self.look["ink"])
        poster = None
        if printable.poster:
            whole = printable.model_copy(update={"template": "poster", "paper": printable.poster, "poster": None})
            poster = self.job(whole, subject, ())
        source = template.render(self._context(printable, subject, cards, paper), doc=document, guide=guide)
        sheet = self.papers.folded(printable) if printable.imposed else None
        path = path_of(printable, subject, self.loaded.prefix)
        return PrintJob(path, source, files, printable, subject, tuple(cards), sheet, poster, code)

    def _context(self, printable: Printable, subject: Subject, cards: Sequence[Card], paper: Size) -> dict[str, Any]:
        mallette, papers = self.loaded.mallette, self.papers
        poster, a2 = papers.size(printable.poster) if printable.poster else None, papers.size("a2")
        roles = [mallette.roles[name] for name in subject.roles] if isinstance(subject, Protocol) else []
        return {
            "mallette": mallette,
            "kit": mallette.kit,
            "printable": printable,
            "subject": subject,
            "roles": roles,
            "protocols": mallette.protocols_of(subject) if isinstance(subject, CaseStory) else (),
            "cards": cards,
            "sheet": papers.sheet(printable) if printable.sheet else None,
            "back_offset": papers.back_offset,
            "impose": partial(papers.impose, printable),
            "needs": partial(needs, mallette, subject, papers.places) if isinstance(subject, Protocol) else None,
            "targets": lambda: calibration.targets(paper, printable.flip or "long-edge", papers.back_offset),
            "turns": turns,
            "paper": paper,
            "poster": poster,
            "tiling": tile(poster, paper) if poster else None,
            "scale": min(paper.width / a2.width, paper.height / a2.height),
            "without": lambda ids: (
                Line(" ".join(filter(None, (mallette.cards[n].oral_alternative for n in ids)))) or None
            ),
            "titles": lambda ids: Line(", ".join(mallette.cards[name].title for name in ids)) or None,
            "where": _where,
            "mark": edition_mark,
        }


def _document(loaded: Loaded, printable: Printable, subject: Subject, words: Labels, paper: Size) -> dict[str, Any]:
    """What the foot of each page, the QR code and the metadata say."""
    kit, logo = loaded.mallette.kit, loaded.logo
    url = kit.address + loaded.prefix + (f"{printable.guide}/" if printable.guide else page_of(subject))
    address = url.removeprefix("https://").rstrip("/")
    return {
        "title": Line(f"{printable.title} - {subject.title}"),
        "heading": printable.title,
        "named": _where(subject, "title"),
        "author": Line(kit.title),
        "keywords": [*subject.tags],
        "lang": words.language,
        "region": {"fr": "FR", "en": "GB"}.get(words.language),
        "license": license_name(subject.license),
        "credit": subject.credit_line or kit.credit_line,
        "edition": words("print.edition", edition=kit.edition),
        "date": day(kit.date, words),
        "day": kit.date,
        "url": url,
        "address": address,
        "qr": words("print.qr", address=address),
        "page": words("print.page", page="{page}", pages="{pages}"),
        "ruler": words("print.ruler"),
        "slug": SLUG_MM if printable.shop else 0,
        "paper": paper,
        "kit": kit.title,
        "logo": {"ratio": logo.ratio} if logo else None,
    }


def _where(item: Subject | Card, *loc: str | int) -> str:
    """Where a text was written, for what the layout reports of it."""
    return f"{type(item).__name__}:{item.id}:{'/'.join(map(str, loc))}"


def _shared(root: Path) -> dict[str, bytes]:
    """The files that every document may read: layout functions, icons."""
    files: dict[str, bytes] = {}
    for folder in reversed(folders(root)):
        files |= {path.name: path.read_bytes() for path in (folder / "print").glob("*.typ")}
        files |= {f"icons/{path.name}": path.read_bytes() for path in (folder / "icons").glob("*.svg")}
    return files


def _look(look: dict[str, Any], printable: Printable) -> dict[str, Any]:
    """The look of an edition; éco is one ink and no fills, whatever the colours were."""
    look = look | {"shop": "yes" if printable.shop else "no"}
    if printable.edition == "gros-caracteres":
        strong = {name: {**family, "colour": family["strong"]} for name, family in look["families"].items()}
        return {**look, "families": strong, "letters": "large"}
    if printable.edition != "eco":
        return look
    ink, paper = look["ink"], look["paper"]
    families = {name: {"colour": ink, "tint": paper} for name in look["families"]}
    return {**look, "ochre": ink, "drawn": look["ochre"], "families": families, "outline": "yes"}
