"""Everything of a protocol, or of the whole kit, in one ZIP: the same bytes for the same content, on any machine."""

from __future__ import annotations

import datetime
import io
import json
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from .artifact import Artifact, Board, Pack, Printed, page_of
from .consent import withheld, without
from .errors import InvalidSource, Problem
from .labels import Labels
from .loading import Loaded
from .model import CaseStory, Item, Kit, Line, Mallette, Printable, Protocol, Step
from .model.kit import Selection
from .papers import Papers
from .quantities import copies, needs
from .templating import folders, text_environment

BOARD = "tableau-numerique"
PACKED = (".pdf", ".png", ".jpg", ".jpeg")
"""Files that are compressed already."""
LICENSE = "LICENSE.txt"


def packs(
    loaded: Loaded, root: Path, words: Labels, files: Sequence[Artifact], printed: Sequence[Printed]
) -> Iterator[tuple[Pack, Artifact]]:
    """A ZIP for each protocol with documents, and one for the whole kit."""
    for protocol in loaded.mallette.protocols.values():
        ours = [one for one in printed if one.subject == protocol]
        if ours:
            path = _path(loaded, protocol, "kit")
            yield _pack(loaded, root, words, path, protocol, [*ours, *_guides(printed)], files)
    if printed or not loaded.prefix:
        yield _pack(loaded, root, words, _path(loaded), None, printed, files)


def selection_packs(
    loaded: Loaded,
    root: Path,
    words: Labels,
    files: Sequence[Artifact],
    printed: Mapping[str, Sequence[Printed]],
    guides: Sequence[Printed],
) -> Iterator[tuple[Pack, Artifact]]:
    """A ZIP for each protocol and each selection of the kit; `printed` gives the documents of each, by its id."""
    for protocol in loaded.mallette.protocols.values():
        for selection in loaded.mallette.kit.selections:
            ours = [one for one in printed[selection.id] if one.subject == protocol]
            if ours:
                path = _path(loaded, protocol, selection.id)
                documents = [*ours, *_guides(guides)]
                yield _pack(loaded, root, words, path, protocol, documents, files, selection)


def paths(loaded: Loaded) -> Iterator[str]:
    """Where the ZIPs of a language are, made or not: which ones are is known once all is typeset."""
    kinds = ("kit", *(selection.id for selection in loaded.mallette.kit.selections), BOARD)
    yield _path(loaded)
    for protocol in loaded.mallette.protocols.values():
        yield from (_path(loaded, protocol, kind) for kind in kinds)


def _path(loaded: Loaded, protocol: Protocol | None = None, what: str = "") -> str:
    """Where a ZIP lies in the site; in another language than the main one, its name says which."""
    folder = f"{protocol.id}/" if protocol else ""
    name = [protocol.id if protocol else "mallette", what, loaded.prefix.rstrip("/")]
    return f"telecharger/{loaded.prefix}{folder}{'-'.join(filter(None, name))}.zip"


def _guides(printed: Sequence[Printed]) -> list[Printed]:
    """The printing guide, which goes with every ZIP."""
    return [one for one in printed if one.printable.template == "guide"]


def board_pack(
    loaded: Loaded, root: Path, words: Labels, protocol: Protocol, boards: Sequence[Board]
) -> tuple[Pack, Artifact]:
    """The ZIP of a protocol's pictures for an online whiteboard, each with the text that stands for it."""
    pictures = [picture for board in boards for picture in board.pictures]
    told = [{"files": [f"{p.path}.png", f"{p.path}.svg"], "title": p.title, "text": p.text} for p in pictures]
    used = [protocol, *(item for board in boards for item in board.items)]
    items: list[Item] = list({(type(item), item.id): item for item in used}.values())
    entries = {f"{p.path}.png": p.png for p in pictures} | {f"{p.path}.svg": p.svg for p in pictures}
    entries["textes.json"] = (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
    entries |= _papers(loaded, root, words, "board", protocol, items, boards=boards)
    path = _path(loaded, protocol, BOARD)
    data = zipped(entries, loaded.mallette.kit.date)
    pack = Pack(path, "board", protocol, len(data), len(pictures), 0, language=words.language)
    return pack, Artifact(path, data)


def zipped(entries: Mapping[str, bytes], day: datetime.date) -> bytes:
    """A ZIP of these files: sorted, dated `day`, read and written alike everywhere."""
    target = io.BytesIO()
    moment = (min(max(day.year, 1980), 2107), day.month, day.day, 0, 0, 0)
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(entries):
            about = zipfile.ZipInfo(name, moment)
            about.create_system = 3
            about.external_attr = (stat.S_IFREG | 0o644) << 16
            about.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(about, entries[name])
    return target.getvalue()


def _pack(
    loaded: Loaded,
    root: Path,
    words: Labels,
    path: str,
    protocol: Protocol | None,
    printed: Sequence[Printed],
    files: Sequence[Artifact],
    selection: Selection | None = None,
) -> tuple[Pack, Artifact]:
    mallette = loaded.mallette
    content = {file.path: file for file in files}
    documents = {_named(one, words, whole=protocol is None): one for one in printed}
    entries = {name: content[one.path].content for name, one in documents.items()}
    entries |= {f"sources/{name}": data for name, data in _sources(loaded, root, _items(mallette, protocol))}
    if protocol is None:
        entries |= {f"sources/cases/{name}": picture.content for name, picture in loaded.pictures.items()}
        entries |= {f"sources/kit/{loaded.logo.name}": loaded.logo.picture.content} if loaded.logo else {}
    chosen = [one.printable for one in printed]
    needed = needs(mallette, protocol, Papers(root).places, chosen) if protocol else ()
    decks = mallette.decks(protocol) if protocol and selection and selection.shop else {}
    cards = [card for deck in decks.values() for card in deck if not isinstance(card, Step | Protocol)]
    quantities = [(card.title, copies(protocol, card)) for card in cards] if protocol else []
    more = {"documents": documents, "selection": selection, "needs": needed, "quantities": quantities}
    entries |= _papers(loaded, root, words, "readme", protocol, _items(mallette, protocol), **more)
    data = zipped(entries, mallette.kit.date)
    pages = sum(one.pages for one in documents.values())
    kind: Literal["kit", "selection"] = "selection" if selection else "kit"
    pack = Pack(path, kind, protocol, len(data), len(documents), pages, selection, words.language)
    return pack, Artifact(path, data)


def _items(mallette: Mallette, protocol: Protocol | None) -> tuple[Item, ...]:
    """What a protocol is made of, its original included if it is a variant; or everything there is."""
    if protocol:
        originals = [mallette.protocols[protocol.variant_of]] if protocol.variant_of else []
        return (protocol, *originals, *(mallette.roles[name] for name in protocol.roles), *mallette.cards_of(protocol))
    items = (*mallette.protocols.values(), *mallette.roles.values(), *mallette.cards.values())
    return (mallette.kit, *items, *mallette.stories.values())


def _named(printed: Printed, words: Labels, *, whole: bool) -> str:
    """Where a document lies in a ZIP: cards to cut, posters and boards, sheets, stories, or above them all."""
    name, subject = printed.path.rpartition("/")[2], printed.subject
    if isinstance(subject, Kit):
        return name
    if not isinstance(subject, Protocol):
        return f"{words('packs.folders.stories')}/{name}"
    within = f"{words(f'packs.folders.{_kind(printed.printable)}')}/{name}"
    return f"{subject.id}/{within}" if whole else within


def _kind(printable: Printable) -> str:
    if printable.sheet:
        return "cards"
    large = printable.paper in ("a0", "a1", "a2", "a3", "tabloid")
    return "posters" if large or printable.template.startswith("poster") else "sheets"


def _sources(loaded: Loaded, root: Path, items: Iterable[Item]) -> Iterator[tuple[str, bytes]]:
    """The files that items were read from, without what is withheld; one replaced by a link since then is refused."""
    hidden: dict[str, tuple[int, ...]] = {}
    home = root.resolve()
    within = cache(lambda folder: folder.resolve().is_relative_to(home))  # of thousands of files in one folder
    for item in items:
        origin = loaded.origin(item)
        places = withheld(origin.node) if isinstance(item, CaseStory) and not origin.kept else ()
        hidden |= dict.fromkeys(origin.files, places)
    for name, places in hidden.items():
        path = root / name
        try:
            if path.is_symlink() or not within(path.parent):
                raise InvalidSource([Problem(name, 1, 1, "not_a_file")])
            yield name, without(name, path.read_bytes(), places)
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidSource([Problem(name, 1, 1, "unreadable", {"reason": reason})]) from error


def _papers(
    loaded: Loaded,
    root: Path,
    words: Labels,
    template: str,
    protocol: Protocol | None,
    items: Sequence[Item],
    **more: Any,
) -> dict[str, bytes]:
    """What goes with each ZIP: a guide, the credits, the licence."""
    kit = loaded.mallette.kit
    license = kit.license if protocol is None else protocol.license
    context = {
        "kit": kit,
        "subject": protocol or kit,
        "license": license,
        "items": items,
        "address": Line(kit.address + loaded.prefix + (page_of(protocol) if protocol else "")),
        **more,
    }
    environment = text_environment(root, words)
    papers = {
        str(words("packs.readme")): environment.get_template(f"packs/{template}.txt.j2").render(context).encode(),
        "CREDITS.txt": environment.get_template("packs/credits.txt.j2").render(context).encode(),
    }
    texts = (folder / "licenses" / f"{license}.txt" for folder in folders(root))
    if text := next((path for path in texts if path.is_file()), None):
        papers[LICENSE] = text.read_bytes()
    return papers
