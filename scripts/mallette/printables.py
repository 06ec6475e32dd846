"""A Mallette -> documents to typeset: each entry of the kit's list of printables, for each of its subjects."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import segno
from jinja2 import Environment, TemplateNotFound

from .artifact import SLUG_MM, PrintJob, page_of, path_of
from .errors import InvalidSource, MalletteError, Problem, shown
from .imposition import DoesNotFit, Imposed, Sheet, Size, impose
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Item, Line, Mallette, Printable, Protocol, Subject
from .pdf import Overflow
from .reading import Fields, Items, Node, Text, read, read_settings
from .templating import day, folders, typst_environment
from .tiling import tile
from .validation import validate


def jobs(loaded: Loaded, root: Path, words: Labels, chosen: Sequence[Printable]) -> Iterator[PrintJob]:
    """The documents of some printables, in their order."""
    environment = typst_environment(root, words)
    environment.globals["titles"] = lambda ids: Line(", ".join(loaded.mallette.cards[i].title for i in ids)) or None
    environment.globals["where"] = lambda item, *loc: _where(item, loc)
    shared = _shared(root)
    for printable in chosen:
        for subject in loaded.mallette.subjects(printable):
            yield _job(environment, loaded.mallette, printable, subject, root, words, shared)


def overflow_problem(overflow: Overflow, loaded: Loaded) -> Problem:
    """A text that does not fit, as a problem of the file that it was written in."""
    kind, _, rest = overflow.where.partition(":")
    name, _, path = rest.partition(":")
    loc = tuple(int(part) if part.isdecimal() else part for part in path.split("/") if part)
    origin = next(o for (model, i), o in loaded.origins.items() if model.__name__ == kind and i == name)
    length = sum(len(text.value) for text in _texts(origin.node, loc))
    over = max(1, round(length * (1 - 1 / overflow.ratio)))
    return origin.problem(loc, "does_not_fit", card=overflow.card, over=over)


def lacking_problems(letter: str, loaded: Loaded) -> Iterator[Problem]:
    """Each text with a letter that none of our fonts has."""
    for origin in loaded.origins.values():
        for text in _texts(origin.node, ()):
            if letter in text.value:
                yield Problem(origin.path, text.line, text.column, "letter_lacking", {"letter": shown(letter)})


def _where(item: Item, loc: tuple[str | int, ...]) -> str:
    return f"{type(item).__name__}:{item.id}:{'/'.join(map(str, loc))}"


def _texts(node: Node, loc: tuple[str | int, ...]) -> Iterator[Text]:
    for part in loc:
        if isinstance(node, Fields) and part in node.values:
            node = node.values[str(part)]
        elif isinstance(node, Items) and isinstance(part, int):
            node = node.values[part]
    match node:
        case Text():
            yield node
        case Items():
            for value in node.values:
                yield from _texts(value, ())
        case Fields():
            for value in node.values.values():
                yield from _texts(value, ())


def _job(
    environment: Environment,
    mallette: Mallette,
    printable: Printable,
    subject: Subject,
    root: Path,
    words: Labels,
    shared: dict[str, bytes],
) -> PrintJob:
    try:
        template = environment.get_template(f"print/{printable.template}.typ.j2")
    except TemplateNotFound as error:
        raise MalletteError("template_missing", template=error.name, printable=printable.id) from error
    papers = _sizes(root)
    document = _document(mallette, printable, subject, words, _size(papers, printable.paper))
    cards = _cards(mallette, printable, subject)
    context: dict[str, Any] = {
        "doc": document,
        "mallette": mallette,
        "kit": mallette.kit,
        "printable": printable,
        "subject": subject,
        "roles": [mallette.roles[r] for r in subject.roles] if isinstance(subject, Protocol) else [],
        "protocols": [mallette.protocols[p] for p in subject.protocols] if isinstance(subject, CaseStory) else [],
        "cards": cards,
        "sheet": _sheet(root, printable) if printable.sheet else None,
        "impose": _impose(printable),
        **_papers(papers, printable),
    }
    files = {**shared, "qr.svg": _qr(document["url"])}
    files["look.json"] = json.dumps(_look(json.loads(files["look.json"]), printable)).encode()
    drawn = {}
    if printable.poster:
        whole = printable.model_copy(update={"template": "poster", "paper": printable.poster, "poster": None})
        drawn["poster.svg"] = _job(environment, mallette, whole, subject, root, words, shared)
    source = template.render(context)
    return PrintJob(path_of(printable, subject), source, files, printable, subject, tuple(cards), drawn)


def _document(mallette: Mallette, printable: Printable, subject: Subject, words: Labels, paper: Size) -> dict[str, Any]:
    """What the foot of each page, the QR code and the metadata say."""
    kit = mallette.kit
    url = kit.address.rstrip("/") + "/" + page_of(subject)
    address = url.removeprefix("https://").rstrip("/")
    return {
        "title": Line(f"{printable.title} - {subject.title}"),
        "heading": printable.title,
        "author": Line(kit.title),
        "keywords": [*subject.tags],
        "lang": words.language,
        "region": {"fr": "FR", "en": "GB"}.get(words.language),
        "license": words("print.license"),
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
    }


def _cards(mallette: Mallette, printable: Printable, subject: Subject) -> list[Any]:
    """The deck of a protocol, each card as often as it is to be printed; `template` says which deck."""
    if not isinstance(subject, Protocol):
        return []
    roles = [mallette.roles[name] for name in subject.roles]
    deck = roles if printable.template == "role-cards" else mallette.cards_of(subject)
    return [card for card in deck for _ in range(1 if printable.shop else card.copies)]


def _sizes(root: Path) -> dict[str, Size]:
    """The papers there are, by name."""
    folder = next(folder for folder in folders(root) if (folder / "print" / "papers.yml").is_file())
    return {name: Size(**size) for name, size in read_settings(folder / "print" / "papers.yml").items()}


def _size(papers: dict[str, Size], name: str) -> Size:
    if name not in papers:
        raise MalletteError("paper_missing", paper=name, known=", ".join(papers))
    return papers[name]


def _papers(papers: dict[str, Size], printable: Printable) -> dict[str, Any]:
    """The sizes of the paper, and how a poster larger than it is cut; `scale` is the size beside A2."""
    paper, a2 = papers[printable.paper], papers["a2"]
    poster = _size(papers, printable.poster) if printable.poster else None
    return {
        "paper": paper,
        "poster": poster,
        "tiling": tile(poster, paper) if poster else None,
        "scale": min(paper.width / a2.width, paper.height / a2.height),
    }


def _impose(printable: Printable) -> Callable[[int, Sheet], list[Imposed]]:
    def lay(cards: int, sheet: Sheet) -> list[Imposed]:
        try:
            return impose(cards, sheet)
        except DoesNotFit as error:
            card, paper = (f"{size.width:g} x {size.height:g}" for size in (sheet.card, sheet.paper))
            raise MalletteError(
                "sheet_too_small", sheet=printable.sheet, card=card, paper=paper, flip=sheet.flip
            ) from error

    return lay


def _sheet(root: Path, printable: Printable) -> Sheet:
    """The sheet of a printable, or the one that stands for it in large print, with the flip that was chosen."""
    sheet = _read_sheet(root, str(printable.sheet))
    if printable.edition == "gros-caracteres" and sheet.large:
        sheet = _read_sheet(root, sheet.large)
    if not printable.flip:
        return sheet
    return sheet.model_copy(update={"flip": printable.flip, "order": printable.order})


def _read_sheet(root: Path, name: str) -> Sheet:
    for folder in folders(root):
        path = folder / "print" / "sheets" / f"{name}.yml"
        if path.is_file():
            node, problems = read(path.name, path.read_bytes())
            sheet, faults = validate(Sheet, path.name, node) if node else (None, [])
            if sheet is None or problems:
                raise InvalidSource([*problems, *faults])
            return sheet
    raise MalletteError("sheet_missing", sheet=name)


def _shared(root: Path) -> dict[str, bytes]:
    """The files that every document may read: layout functions, icons, the look."""
    files: dict[str, bytes] = {}
    for folder in reversed(folders(root)):
        files |= {path.name: path.read_bytes() for path in (folder / "print").glob("*.typ")}
        files |= {f"icons/{path.name}": path.read_bytes() for path in (folder / "icons").glob("*.svg")}
        if (folder / "look.yml").is_file():
            files["look.json"] = json.dumps(read_settings(folder / "look.yml")).encode()
    return files


def _look(look: dict[str, Any], printable: Printable) -> dict[str, Any]:
    """The look of an edition; éco is one ink and no fills, whatever the colours were."""
    look["shop"] = "yes" if printable.shop else "no"
    if printable.edition == "gros-caracteres":
        strong = {name: {**family, "colour": family["strong"]} for name, family in look["families"].items()}
        return {**look, "families": strong, "letters": "large"}
    if printable.edition != "eco":
        return look
    ink, paper = look["ink"], look["paper"]
    families = {name: {"colour": ink, "tint": paper} for name in look["families"]}
    return {**look, "ochre": ink, "families": families, "outline": "yes"}


@cache
def _qr(url: str) -> bytes:
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=2, dark="#1B2A41", xmldecl=False)
    return out.getvalue()
