"""All or nothing: a folder is built beside its target and swapped in under a lock."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import MalletteError

RENAME_EXCHANGE = 2
AT_FDCWD = -100


@contextmanager
def staged(target: Path, marker: str) -> Iterator[Path]:
    """An empty folder beside `target`, which takes its place if the block ends well.

    A target that is not empty must hold `marker`: we only ever replace what we made. The last good
    output stays whole whatever happens; what an interrupted run left behind goes at the next one.
    """
    target = target.absolute()
    stage, previous = (target.with_name(f".{target.name}.{part}") for part in ("new", "previous"))
    lock = FileLock(target.with_name(f".{target.name}.lock"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise MalletteError("locked", folder=target) from error
    except OSError as error:
        raise MalletteError("cannot_write", folder=target.parent, reason=error.strerror) from error
    try:
        _recover(target, stage, previous)
        if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or (target / marker).is_file())):
            raise MalletteError("not_ours", folder=target)
        stage.mkdir()
        yield stage
        _swap(stage, target, previous)
    except OSError as error:
        raise MalletteError("cannot_write", folder=target, reason=error.strerror or error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
        lock.release()


def _recover(target: Path, stage: Path, previous: Path) -> None:
    """Put back a site that a run killed between two renames left aside, and clear what it half wrote."""
    if previous.exists() and not target.exists():
        previous.rename(target)
    for left in (stage, previous):
        if left.exists():
            shutil.rmtree(left)


def _swap(stage: Path, target: Path, previous: Path) -> None:
    if target.exists() and _exchange(stage, target):
        return  # `stage` now holds the old site, and is cleared by the caller
    if target.exists():
        target.rename(previous)
    try:
        stage.rename(target)
    except OSError:
        if previous.exists():
            previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can (Linux); false where it cannot."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    return bool(renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0)


def write_files(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files into a folder, each whole or not at all; what else lies there stays."""
    try:
        for name, content in files:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            part.write_bytes(content)
            part.replace(target)
    except OSError as error:
        raise MalletteError("cannot_write", folder=folder, reason=error.strerror or error) from error
