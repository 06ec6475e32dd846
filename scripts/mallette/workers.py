"""Run a function over many items, here or in several processes; results come in the order of the items."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from threading import Thread
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

WORTH_IT = 12
"""Fewer items are done sooner here: a new process takes half a second to begin."""


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def mapped(function: Callable[[A], B], items: Sequence[A], jobs: int) -> Iterator[B]:
    """`function` of each item, in `jobs` processes at most; function, items and results must be picklable."""
    if jobs < 2 or len(items) < WORTH_IT:
        yield from map(function, items)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_with_parent) as executor:
        yield from executor.map(function, items, chunksize=max(1, min(8, len(items) // (4 * jobs))))


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, killed or not: nobody else would."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
