"""The command `mallette withdraw`: says what it is about to do, asks, does it, and says what is left to do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from .labels import Labels
from .publishing import write_files
from .withdrawal import Place, Withdrawal, delete, withdrawal

PRINTS = "impression"
"""Where `mallette print` writes unless told otherwise."""

Wrap = Callable[[Callable[..., None]], Callable[..., None]]


def command(words: Labels, kind: type[click.Command], *options: Wrap) -> click.Command:
    """The command in one language; `options` are those that all commands have."""

    def run(root: Path, story: str, yes: bool) -> None:
        run_withdraw(root, story, words, yes=yes)

    decorated: Callable[..., None] = run
    for option in reversed(options):
        decorated = option(decorated)
    decorated = click.option("--yes", is_flag=True, help=words("cli.withdraw_yes"))(decorated)
    decorated = click.argument("story", metavar=words("cli.a_story"), help=words("cli.withdraw_story"))(decorated)
    return click.command("withdraw", cls=kind, help=words("cli.withdraw"))(decorated)


def run_withdraw(root: Path, story: str, words: Labels, *, yes: bool) -> None:
    """Take a story out of the sources and of the cache, once whoever asks has read what that means."""
    found = withdrawal(root, story)
    _tell(words("cli.withdraw_deleted"), found.deleted)
    _tell(words("cli.withdraw_listed"), map(str, found.listed))
    _tell(words("cli.withdraw_linked"), map(_said, found.linked))
    if found.kept:
        click.echo(words("cli.withdraw_kept", count=len(found.kept)))
    if not yes and not _agreed(words):
        click.echo(words("cli.withdraw_nothing"), err=True)
        raise click.Abort
    write_files(root, ((name, text.encode()) for name, text in found.changed.items()))
    delete(root, found)
    click.echo(words("cli.withdraw_done", story=story))
    _tell_left(root, found, words)


def _tell_left(root: Path, found: Withdrawal, words: Labels) -> None:
    """What no program can do in someone's place."""
    click.echo(words("cli.withdraw_left"))
    _tell(words("cli.withdraw_names"), map(_said, found.left), "  ")
    click.echo(f"  {words('cli.withdraw_build')}")
    if (root / PRINTS).is_dir():
        click.echo(f"  {words('cli.withdraw_prints', folder=PRINTS)}")
    paths = " ".join(f"--path {name}" for name in found.deleted)
    click.echo(f"  {words('cli.withdraw_history')}")
    click.echo(f"    git filter-repo --invert-paths {paths}")
    click.echo(f"  {words('cli.withdraw_copies')}")


def _agreed(words: Labels) -> bool:
    click.echo(f"{words('cli.withdraw_ask')} ", nl=False)
    answer = sys.stdin.readline().strip().lower()
    return answer in {"oui", "o", "yes", "y"}


def _tell(title: str, lines: Iterable[str], indent: str = "") -> None:
    told = list(lines)
    if told:
        click.echo(f"{indent}{title}")
        for line in told:
            click.echo(f"{indent}  {line}")


def _said(place: Place) -> str:
    return f"{place}: {place.said}"
