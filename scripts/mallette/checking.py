"""`mallette check`: read everything, typeset it too if asked, and say what is wrong, to people or to machines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from . import build, site
from .copyfit import shrunk_note
from .diagnostics import told, with_excerpt
from .errors import InvalidSource, Problem
from .labels import Labels
from .loading import Loaded
from .progress import bar
from .report import translations
from .templating import words_for
from .workers import Workforce


def run_check(root: Path, words: Labels, *, printing: bool, form: str, workforce: Workforce) -> None:
    """Say what is wrong and end with 1 if anything is, or say what was read, and what was set smaller to fit."""
    try:
        loaded, notes = _read(root, words, workforce, printing=printing)
    except InvalidSource as error:
        if form != "text":
            click.echo(told(error.problems, form, words))
        for problem in error.problems if form == "text" else ():
            click.echo(with_excerpt(problem, root, words), err=True)
        count = sum(problem.severity == "error" for problem in error.problems)
        click.echo(words("cli.failed", count=count), err=True)
        sys.exit(1)
    if form == "text":
        _report(loaded, notes, root, words)
    elif said := told([*loaded.warnings, *loaded.notes, *notes], form, words):
        click.echo(said)


def _read(root: Path, words: Labels, workforce: Workforce, *, printing: bool) -> tuple[Loaded, list[Problem]]:
    notes: dict[Problem, None] = {}
    with bar(words) as report:
        loaded = _sound(root)
        for one in loaded.every if printing else ():
            content = words_for(root, one.language)
            _, printed = build.print_all(
                one, root, content, report, build.printed_by(one.mallette.kit), previews=False, workforce=workforce
            )
            for document in printed:
                notes |= dict.fromkeys(shrunk_note(shrunk, document.printable, one) for shrunk in document.shrunk)
    return loaded, sorted(notes)


def _sound(root: Path) -> Loaded:
    """All that is read, the settings of the site among it; raises InvalidSource with every fault."""
    fault = site.fault_of(root)
    try:
        loaded = build.read(root)
    except InvalidSource as error:
        raise InvalidSource([*error.problems, *([fault] if fault else [])]) from error
    if fault:
        raise InvalidSource([*loaded.warnings, fault])
    return loaded


def _report(loaded: Loaded, notes: list[Problem], root: Path, words: Labels) -> None:
    for problem in loaded.warnings:
        click.echo(with_excerpt(problem, root, words), err=True)
    for line in translations(loaded, words):
        click.echo(line)
    if notes:
        click.echo(words("cli.shrunk", count=len(notes)))
        for note in notes:
            click.echo(words.problem(note))
    count, warnings = len(loaded.files), len(loaded.warnings)
    click.echo(words("cli.checked_warnings" if warnings else "cli.checked", count=count, warnings=warnings))
