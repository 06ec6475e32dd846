"""Finished documents kept by the content of their sources, so that a second build is quick."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from .artifact import Picture
from .pdf import Overflow, Typeset


class Cache:
    """A folder of typeset documents; `sweep` removes what this run did not use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def get(self, key: str, make: Callable[[], Typeset]) -> Typeset:
        """The document of this key, made now if it is not there or cannot be read."""
        self.used.add(key)
        try:
            about = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
            return Typeset(
                (self.folder / f"{key}.pdf").read_bytes(),
                (self.folder / f"{key}.png").read_bytes(),
                about["pages"],
                tuple(Overflow(**overflow) for overflow in about["overflows"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            made = make()
        self._keep(key, made)
        return made

    def pictures(self, key: str, make: Callable[[], tuple[Picture, ...]]) -> tuple[Picture, ...]:
        """The pictures of this key, kept in one ZIP."""
        self.used.add(key)
        try:
            with zipfile.ZipFile(self.folder / f"{key}.zip") as kept:
                parts = [kept.read(name) for name in kept.namelist()]
            return tuple(Picture(png, svg) for png, svg in zip(parts[::2], parts[1::2], strict=True))
        except (OSError, ValueError, zipfile.BadZipFile):
            made = make()
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as kept:
            for number, picture in enumerate(made):
                kept.writestr(f"{number}.png", picture.png)
                kept.writestr(f"{number}.svg", picture.svg)
        self._write({".zip": target.getvalue()}, key)
        return made

    def sweep(self) -> None:
        """Remove the documents that were not asked for."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.stem not in self.used:
                    path.unlink(missing_ok=True)

    def _keep(self, key: str, made: Typeset) -> None:
        about = {"pages": made.pages, "overflows": [vars(overflow) for overflow in made.overflows]}
        self._write({".pdf": made.pdf, ".png": made.preview, ".json": json.dumps(about).encode()}, key)

    def _write(self, parts: Mapping[str, bytes], key: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix, content in parts.items():
                part = self.folder / f"{key}{suffix}.{os.getpid()}"
                part.write_bytes(content)
                part.replace(self.folder / f"{key}{suffix}")
        except OSError:
            return  # a cache that cannot be written costs time, never the build
