"""A function over many items, in several processes or on a cluster; results come in the order of the items."""

from __future__ import annotations

import math
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import TypeVar

from .cluster import Cluster, joined

A = TypeVar("A")
B = TypeVar("B")

WORTH_IT = 12
"""Fewer items are done sooner here: a new process takes half a second to begin."""

SHIFT = 50
"""How many items a process does before a new one takes its place: the engine remembers what it has set, up to 1 GB
after some hundreds of documents (2.5 GB in large print), and looks things up in it ever more slowly. Measured on 800
documents of every kind: 760 MB a process rather than 990, 135 s of processor rather than 165."""

LONG_SHIFT = 500
"""The same for documents that are all alike, case sheets: 230 MB a process after fifty, and after four hundred."""


def cores() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True)
class Workforce:
    """Who does the work: the workers of a cluster while it lasts, else so many processes of this machine."""

    jobs: int = 1
    cluster: Cluster | None = None

    def mapped(self, function: Callable[[A], B], items: Sequence[A], *, alike: bool = False) -> Iterator[B]:
        """`function` of each item; function, items and results must be picklable.

        Items that are `alike` leave nothing behind in a process that the next could not use: it is kept longer.
        """
        done = 0
        for result in self.cluster.mapped(function, items) if self.cluster else ():
            yield result
            done += 1
        yield from _here(function, items[done:], self.jobs, LONG_SHIFT if alike else SHIFT)


ALONE = Workforce()


@contextmanager
def hired(jobs: int, scheduler: str | None, lost: Callable[[], None]) -> Iterator[Workforce]:
    """So many processes or, behind the address of a Dask scheduler, a cluster; `lost` is told if that one goes away."""
    if scheduler is None:
        yield Workforce(jobs)
        return
    with joined(scheduler, lost) as cluster:
        yield Workforce(jobs, cluster)


def _here(function: Callable[[A], B], items: Sequence[A], jobs: int, shift: int) -> Iterator[B]:
    if jobs < 2 or len(items) < WORTH_IT:
        yield from map(function, items)
        return
    context = multiprocessing.get_context("spawn")
    # The executor's own `max_tasks_per_child` hangs in Python 3.11 to 3.14 (python/cpython#115634).
    shifts = math.ceil(len(items) / (jobs * shift))
    size = math.ceil(len(items) / shifts)
    for start in range(0, len(items), size):
        part = items[start : start + size]
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_with_parent) as executor:
            yield from executor.map(function, part, chunksize=max(1, min(8, len(part) // (4 * jobs))))


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, killed or not: nobody else would."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()
