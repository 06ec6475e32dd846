"""What Python does first in a child process of the tests: die at a moment, have another date or disk, tell all it does.

Put this folder in PYTHONPATH, and say in the environment what is wanted.
"""

import datetime
import os
import signal
import sys
import time

TOUCHING = ("open", "os.", "shutil.", "subprocess.", "socket.", "ctypes.")
"""How the audit events begin that have to do with the outside."""


def mark_moments(die_at, count_in):
    """Number the audit events; be killed at one of them, and leave their count at the end."""
    seen = 0

    def hook(event, _arguments):
        nonlocal seen
        if event.startswith(TOUCHING):
            seen += 1
            if seen == die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    if count_in:
        import atexit

        atexit.register(lambda: os.write(os.open(count_in, os.O_WRONLY | os.O_CREAT), str(seen).encode()))


REAL_DAY, REAL_INSTANT = datetime.date, datetime.datetime


class Like(type):
    """Of a class that stands for another: its instances are those of the other."""

    def __instancecheck__(cls, value):
        return isinstance(value, cls.__base__)

    def __subclasscheck__(cls, other):
        return issubclass(other, cls.__base__)


class Day(REAL_DAY, metaclass=Like):
    """A date whose today is that of `time`."""

    @classmethod
    def today(cls):
        return REAL_DAY.fromtimestamp(time.time())


class Instant(REAL_INSTANT, metaclass=Like):
    """A moment whose now is that of `time`."""

    @classmethod
    def now(cls, tz=None):
        return REAL_INSTANT.fromtimestamp(time.time(), tz)

    today = now

    @classmethod
    def utcnow(cls):
        return REAL_INSTANT.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)


def live_at(moment):
    """Let the clock of Python begin at another moment."""
    shift = moment - time.time()
    now, localtime, gmtime = time.time, time.localtime, time.gmtime
    time.time = lambda: now() + shift
    time.time_ns = lambda: int(time.time() * 1e9)
    time.localtime = lambda seconds=None: localtime(time.time() if seconds is None else seconds)
    time.gmtime = lambda seconds=None: gmtime(time.time() if seconds is None else seconds)
    datetime.date, datetime.datetime = Day, Instant


class Listing:
    """What `os.scandir` gives, in another order."""

    def __init__(self, entries):
        self.entries = iter(entries)

    def __iter__(self):
        return self.entries

    def __next__(self):
        return next(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def close(self):
        pass


def list_folders_like(disk):
    """Give what is in a folder in an order of one's own, as another disk would."""
    import random

    scandir, listdir = os.scandir, os.listdir

    def mixed(found):
        found = list(found)
        random.Random(disk).shuffle(found)
        return found

    os.scandir = lambda path=".": Listing(mixed(scandir(path)))
    os.listdir = lambda path=".": mixed(listdir(path))


def tell(file):
    """Write each path that is opened, listed or changed, and each address, into a file."""
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def hook(event, arguments):
        if event in ("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir"):
            path, mode = arguments[0], arguments[2] if event == "open" and isinstance(arguments[2], int) else 0
            if isinstance(path, str | bytes):
                change = event not in ("open", "os.listdir", "os.scandir") or mode & (os.O_WRONLY | os.O_RDWR)
                full = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - pathlib would be audited itself
                os.write(out, f"{'w' if change else 'r'} {full}\n".encode())
        elif event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"):
            os.write(out, f"n {event} {arguments[-1]!r}\n".encode())

    sys.addaudithook(hook)


if "MALLETTE_DIE_AT" in os.environ or "MALLETTE_MOMENTS" in os.environ:
    mark_moments(int(os.environ.get("MALLETTE_DIE_AT", 0)), os.environ.get("MALLETTE_MOMENTS"))
if "MALLETTE_NOW" in os.environ:
    live_at(float(os.environ["MALLETTE_NOW"]))
if "MALLETTE_DISK" in os.environ:
    list_folders_like(os.environ["MALLETTE_DISK"])
if "MALLETTE_TELL" in os.environ:
    tell(os.environ["MALLETTE_TELL"])
