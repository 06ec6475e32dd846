"""An edition by its place: a folder of sources, a built site or a git revision -> its cards."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .edition import CARDS, CardEdition, cards_of, from_json
from .errors import MalletteError
from .loading import Loaded, load

SOURCES = ("kit", "cases", "templates")


@dataclass(frozen=True)
class Revision:
    """The cards of an edition, and its sources where they are at hand."""

    cards: tuple[CardEdition, ...]
    loaded: Loaded | None = None
    root: Path | None = None


@contextmanager
def opened(name: str, root: Path) -> Iterator[Revision]:
    """The edition that `name` stands for; what git gives lasts as long as the block."""
    path = Path(name)
    if (path / "kit" / "kit.yml").is_file():
        yield _of(path)
    elif (path / CARDS).is_file():
        try:
            yield Revision(from_json((path / CARDS).read_bytes()))
        except ValueError as error:
            raise MalletteError("not_an_edition", name=name) from error
    else:
        with tempfile.TemporaryDirectory(prefix="mallette-") as folder:
            _checked_out(name, root, Path(folder))
            yield _of(Path(folder))


def _of(root: Path) -> Revision:
    loaded = load(root)
    return Revision(tuple(cards_of(loaded.mallette)), loaded, root)


def _checked_out(name: str, root: Path, target: Path) -> None:
    """The sources as they were at a git revision, in a folder of their own."""
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit is None:
        raise MalletteError("not_an_edition", name=name)
    revision = commit.decode().strip()
    there = [part for part in SOURCES if _git(root, "cat-file", "-e", f"{revision}:./{part}") is not None]
    archive = _git(root, "archive", "--format=zip", revision, *there) if "kit" in there else None
    if archive is None:
        raise MalletteError("not_an_edition", name=name)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:  # unlike a tar, it leads nowhere else: links are plain files
        packed.extractall(target)


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git says, or None if it says no or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
