"""Finished documents kept by the content of their sources, so that a second build is quick."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .artifact import Overflow, Picture, PrintJob, Shrunk, Typeset
from .pdf import fingerprint, picture_size
from .store import Store

UNUSED_DAYS = 2
"""How long a document that nobody asks for stays: another build, or another branch, may want it."""
TOLD = "recits-"
"""How the names of documents about stories begin: people are named and quoted there."""


@dataclass(frozen=True)
class Kept:
    """A document in the cache, or in memory where the cache cannot be written: what is known without reading it."""

    pdf: bytes | Path
    preview: bytes | Path | None
    pages: int
    bytes: int
    preview_size: tuple[int, int]
    overflows: tuple[Overflow, ...]
    shrunk: tuple[Shrunk, ...]


def key_of(order: PrintJob) -> str:
    """The key of a document, which tells those that hold stories."""
    return ("" if order.printable.about == "protocol" else TOLD) + fingerprint(order)


class Cache:
    """A folder of typeset documents; `sweep` removes what has not been used for some days.

    What is `told` are the keys of whole documents, for a printer that does not drift.
    """

    def __init__(self, folder: Path, told: Store | None = None) -> None:
        self.folder = folder
        self.told = told
        self.used: set[str] = set()

    def find(self, key: str, *, preview: bool = True) -> Kept | None:
        """The document of this key, if it is there, whole, with its picture if that is wanted."""
        self.used.add(key)
        try:
            about = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            pdf, png = self.folder / f"{key}.pdf", self.folder / f"{key}.png"
            size = (int(about["width"]), int(about["height"]))
            if pdf.stat().st_size != about["bytes"] or (preview and png.stat().st_size != about["preview"]):
                return None
            overflows = tuple(Overflow(**overflow) for overflow in about["overflows"])
            shrunk = tuple(Shrunk(**one) for one in about["shrunk"])
            picture = png if about["preview"] else None
            return Kept(pdf, picture, about["pages"], about["bytes"], size, overflows, shrunk)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, made: Typeset) -> Kept:
        """Keep a document; it stays in memory if it cannot be written."""
        self.used.add(key)
        width, height = picture_size(made.preview) if made.preview else (0, 0)
        about = {
            "pages": made.pages,
            "bytes": len(made.pdf),
            "preview": len(made.preview or b""),
            "width": width,
            "height": height,
            "overflows": [asdict(overflow) for overflow in made.overflows],
            "shrunk": [asdict(one) for one in made.shrunk],
        }
        parts = {".pdf": made.pdf, **({".png": made.preview} if made.preview else {})}
        if self._write({**parts, ".json": json.dumps(about).encode()}, key):
            found = self.find(key, preview=made.preview is not None)
            if found:
                return found
        size = (width, height)
        return Kept(made.pdf, made.preview, made.pages, len(made.pdf), size, made.overflows, made.shrunk)

    def pictures(self, key: str) -> tuple[Picture, ...] | None:
        """The pictures of this key, if they are there and whole."""
        self.used.add(key)
        try:
            with zipfile.ZipFile(self.folder / f"{key}.zip") as kept:
                parts = [kept.read(name) for name in kept.namelist()]
            return tuple(Picture(png, svg) for png, svg in zip(parts[::2], parts[1::2], strict=True))
        except (OSError, ValueError, zipfile.BadZipFile):
            return None

    def keep_pictures(self, key: str, pictures: tuple[Picture, ...]) -> None:
        """Keep the pictures of this key, in one ZIP."""
        self.used.add(key)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as kept:
            for number, picture in enumerate(pictures):
                kept.writestr(f"{number}.png", picture.png)
                kept.writestr(f"{number}.svg", picture.svg)
        self._write({".zip": target.getvalue()}, key)

    def sweep(self) -> None:
        """Mark what was used, and remove what has not been for some days.

        What a killed run half wrote goes too; should another run be writing it, that one keeps its document in memory.
        """
        if not self.folder.is_dir():
            return
        now = time.time()
        for entry in [*os.scandir(self.folder)]:
            key, _, ending = entry.name.partition(".")
            try:
                if ending.rpartition(".")[2].isdigit():
                    Path(entry).unlink()
                elif key in self.used:
                    os.utime(entry)
                elif now - entry.stat().st_mtime > UNUSED_DAYS * 86400:
                    Path(entry).unlink()
            except OSError:
                continue  # gone already, or not ours to touch

    def forget_stories(self) -> None:
        """Remove every document about stories that was not used: one may hold what someone has taken back."""
        for path in self.folder.glob(f"{TOLD}*"):
            if path.name.partition(".")[0] not in self.used:
                with suppress(OSError):  # a cache that cannot be written costs only time
                    path.unlink()

    def _write(self, parts: Mapping[str, bytes], key: str) -> bool:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in parts.items():
                part = self.folder / f"{key}{suffix}.{os.getpid()}"
                try:
                    part.write_bytes(content)
                    part.replace(self.folder / f"{key}{suffix}")
                finally:
                    part.unlink(missing_ok=True)
        except OSError:
            return False  # a cache that cannot be written costs memory and time, never the build
        return True
