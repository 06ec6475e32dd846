"""The command `mallette withdraw`: says what it is about to do, asks, does it, and says what is left to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from .help import YES
from .labels import Labels
from .publishing import write_files
from .withdrawal import Place, Withdrawal, delete, withdrawal

PRINTS = "impression"
"""Where `mallette print` writes unless told otherwise."""

Say = Callable[..., Any]


def command(words: Labels, say: Say, kind: type[click.Command], options: Iterable[Callable[..., Any]]) -> click.Command:
    """The command in one language; `say` prints a line, `options` are those that all commands have."""

    def run(root: Path, story: str, yes: bool) -> None:
        run_withdraw(root, story, words, say, yes=yes)

    yes = click.option("--yes", is_flag=True, help=words("cli.withdraw_yes"))
    name = click.argument("story", metavar=words("cli.a_story"), help=words("cli.withdraw_story"))
    for option in (*options, yes, name):
        option(run)
    return click.command("withdraw", cls=kind, help=words("cli.withdraw"))(run)


def run_withdraw(root: Path, story: str, words: Labels, say: Say, *, yes: bool) -> None:
    """Take a story out of the sources and of the cache, once whoever asks has read what that means."""
    found = withdrawal(root, story)
    for line in _announced(found, words):
        say(line)
    if not yes:
        say(f"{words('cli.withdraw_ask')} ", nl=False)
        if sys.stdin.readline().strip().lower() not in YES:
            say(words("cli.withdraw_nothing"), err=True)
            raise click.Abort
    write_files(root, ((name, text.encode()) for name, text in found.changed.items()))
    delete(root, found)
    say(words("cli.withdraw_done", story=story))
    for line in _left(root, found, words):
        say(line)


def _announced(found: Withdrawal, words: Labels) -> Iterator[str]:
    yield from _listed(words("cli.withdraw_deleted"), found.deleted)
    yield from _listed(words("cli.withdraw_listed"), map(str, found.listed))
    yield from _listed(words("cli.withdraw_linked"), map(_said, found.linked))
    if found.kept:
        yield words("cli.withdraw_kept", count=len(found.kept))


def _left(root: Path, found: Withdrawal, words: Labels) -> Iterator[str]:
    """What no program can do in someone's place."""
    yield words("cli.withdraw_left")
    yield from _listed(words("cli.withdraw_names"), map(_said, found.left), "  ")
    yield f"  {words('cli.withdraw_build')}"
    if (root / PRINTS).is_dir():
        yield f"  {words('cli.withdraw_prints', folder=PRINTS)}"
    yield f"  {words('cli.withdraw_history')}"
    yield f"    git filter-repo --invert-paths {' '.join(f'--path {name}' for name in found.deleted)}"
    yield f"  {words('cli.withdraw_copies')}"


def _listed(title: str, lines: Iterable[str], indent: str = "") -> Iterator[str]:
    told = list(lines)
    if told:
        yield f"{indent}{title}"
        yield from (f"{indent}  {line}" for line in told)


def _said(place: Place) -> str:
    return f"{place}: {place.said}"
