"""The workers of a Dask cluster as more hands: the same bytes, made elsewhere; the only module that knows Dask."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from . import __version__
from .errors import MalletteError
from .labels import SHIPPED
from .pdf import ENGINES

if TYPE_CHECKING:
    from distributed import Client, Future

A = TypeVar("A")
B = TypeVar("B")

AHEAD = 256
"""How many items are away at once: enough for a hundred processes, few enough for the memory of the scheduler."""
CONNECTING = 5.0
"""Seconds to reach the scheduler, and to see a first worker."""
POLLING = 2.0
PATIENCE = 30.0
"""Seconds without a worker that works, before the cluster is given up."""

_ONE_AT_A_TIME = Lock()
"""The library that draws previews is not safe in several threads; workers may have some."""


class ClusterGone(Exception):
    """No scheduler any more, or no workers."""


@contextmanager
def joined(address: str, lost: Callable[[], None]) -> Iterator[Cluster]:
    """The cluster of this scheduler; refused unless each worker has what this machine has. `lost`: see Cluster."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MalletteError("cluster_without_dask") from error
    with _hushed():
        try:
            asyncio.run(asyncio.wait_for(_greeted(address), CONNECTING))
            client = Client(address, timeout=CONNECTING, set_as_default=False)
        except Exception as error:  # of the network, or of another protocol: it has no type of its own
            raise MalletteError("cluster_unreachable", address=address) from error
        try:
            _check(client, address)
            yield Cluster(client, lost)
        finally:
            client.close(timeout=POLLING)


class Cluster:
    """Workers behind a scheduler; if all go away, `lost` is called once, and nothing is made any more."""

    def __init__(self, client: Client, lost: Callable[[], None]) -> None:
        self._client = client
        self._lost = lost
        self._gone = False

    def mapped(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """`function` of each item, in order, as far as the cluster lasts."""
        if self._gone:
            return
        away: deque[tuple[A, Future[B]]] = deque()
        rest = iter(items)
        try:
            away.extend(self._sent(function, islice(rest, AHEAD)))
            while away:
                yield self._done(function, *away.popleft())
                away.extend(self._sent(function, islice(rest, 1)))
        except ClusterGone:
            self._gone = True
            self._lost()

    def _sent(self, function: Callable[[A], B], items: Iterator[A]) -> Iterator[tuple[A, Future[B]]]:
        for item in items:
            try:
                yield item, self._client.submit(there, function, item, tools(), pure=False)
            except Exception as error:  # a client that is closed, or a connection that was
                raise ClusterGone from error

    def _done(self, function: Callable[[A], B], item: A, future: Future[B]) -> B:
        """What a worker made of an item; made here if none of them can."""
        try:
            return self._waited(future)
        except (ClusterGone, MalletteError):
            raise
        except Exception:  # lost several workers, or cannot be read there: whatever it is, here it tells
            return function(item)

    def _waited(self, future: Future[B]) -> B:
        seen = time.monotonic()
        while True:
            made = future.done()
            try:
                return future.result(timeout=POLLING)
            except CancelledError as error:
                raise ClusterGone from error
            except (TimeoutError, OSError) as error:
                if self._working():
                    seen = time.monotonic()
                if self._client.status != "running" or time.monotonic() - seen > PATIENCE:
                    raise ClusterGone from error
                if made:  # it does not arrive
                    raise

    def _working(self) -> bool:
        scheduler = self._client.scheduler
        if scheduler is None:
            return False
        try:
            found = self._client.sync(scheduler.identity, n_workers=-1, callback_timeout=POLLING)
        except OSError:
            return False
        return any(worker["status"] == "running" for worker in found["workers"].values())


def there(function: Callable[[A], B], item: A, wanted: Mapping[str, str]) -> B:
    """`function` of an item on a worker, which may have come after the others were looked at."""
    if differing := _differing(tools(), wanted):
        from distributed import get_worker

        raise MalletteError("cluster_differs", worker=get_worker().address, differing=differing)
    with _ONE_AT_A_TIME:
        return function(item)


@cache
def tools() -> dict[str, str]:
    """What gives other bytes if it is another: our code and fonts, the engines, what carries items to and fro."""
    ours = hashlib.sha256()
    for path in (*sorted(Path(__file__).parent.rglob("*.py")), *sorted((SHIPPED / "fonts").glob("*.ttf"))):
        ours.update(path.read_bytes().replace(b"\r\n", b"\n"))
    versions = {name: version(name) for name in (*ENGINES, "pydantic", "distributed")}
    return {"mallette": f"{__version__}+{ours.hexdigest()[:8]}", **versions}


async def _greeted(address: str) -> None:
    """Be greeted by the scheduler: Dask's own client waits for ever where something else listens, and says nothing."""
    from distributed import Security
    from distributed.comm.core import connect

    comm = await connect(address, timeout=CONNECTING, **Security().get_connection_args("client"))
    await comm.close()


def _check(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECTING)
    except TimeoutError as error:
        raise MalletteError("cluster_empty", address=address) from error
    for worker, found in sorted(client.run(tools, on_error="return").items()):
        if isinstance(found, OSError):
            continue  # not there any more
        if not isinstance(found, dict):
            raise MalletteError("cluster_without_mallette", worker=worker)
        if differing := _differing(found, tools()):
            raise MalletteError("cluster_differs", worker=worker, differing=differing)


def _differing(found: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {found.get(name)} ≠ {want}" for name, want in wanted.items() if found.get(name) != want)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Dask from printing: what goes wrong is ours to tell."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado.application")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
