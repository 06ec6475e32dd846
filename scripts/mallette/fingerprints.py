"""Digests of files that are read together: what is made of them is made again as soon as one of them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def of_stories(digests: Mapping[str, bytes]) -> dict[str, list[bytes]]:
    """The digests of the files of each story, its translations among them, of all that were read."""
    found: dict[str, list[bytes]] = {}
    for path, digest in sorted(digests.items()):
        if path.startswith("cases/"):
            found.setdefault(path.removeprefix("cases/").partition(".")[0], []).append(digest)
    return found


def of_templates(folders: Iterable[Path], names: Iterable[str]) -> bytes:
    """What files and folders of these names hold, in each of the folders that there are."""
    digest = hashlib.sha256()
    listed = list(names)
    for folder in folders:
        there = (path for name in listed for path in (folder / name, *(folder / name).rglob("*")))
        for path in sorted(path for path in there if path.is_file()):
            digest.update(f"|{path.relative_to(folder)}|".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.digest()
