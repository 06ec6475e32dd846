"""Finished documents kept by the content of their sources, so that a second build is quick."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .artifact import Overflow, Picture, Shrunk, Typeset
from .memo import UNUSED_DAYS
from .pdf import picture_size


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


class Cache:
    """A folder of typeset documents; `sweep` removes what has not been used for some days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
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
        """Mark what was used, and remove what has not been for some days."""
        if not self.folder.is_dir():
            return
        now = time.time()
        for path in self.folder.iterdir():
            try:
                if path.name.partition(".")[0] in self.used:
                    os.utime(path)
                elif now - path.stat().st_mtime > UNUSED_DAYS * 86400:
                    path.unlink()
            except OSError:
                continue  # gone already, or not ours to touch

    def _write(self, parts: Mapping[str, bytes], key: str) -> bool:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in parts.items():
                part = self.folder / f"{key}{suffix}.{os.getpid()}"
                part.write_bytes(content)
                part.replace(self.folder / f"{key}{suffix}")
        except OSError:
            return False  # a cache that cannot be written costs memory and time, never the build
        return True
