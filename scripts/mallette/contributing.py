"""The commands for those who write: what their editor needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from . import editors, publishing
from .help import command_class
from .inputs import FOLDER
from .labels import Labels, languages

Option = Callable[[Callable[..., None]], Callable[..., None]]


def add(mallette: click.Group, words: Labels, root_option: Option, language: Option) -> None:
    """Add the commands to the command line."""
    command = command_class(words)

    @mallette.command("schema", cls=command, help=words("cli.schema"))
    @root_option
    @click.option("--in", "described", type=click.Choice(languages()), default="fr", help=words("cli.schema_in"))
    @click.option("--link", "linking", is_flag=True, help=words("cli.schema_link"))
    @language
    def _schema(root: Path, described: str, linking: bool) -> None:
        files = list(editors.schema_files(described))
        publishing.write_files(root, files)
        click.echo(words("cli.schemas", count=len(files), folder=root / FOLDER))
        if linking:
            changed = list(editors.linked(root))
            publishing.write_files(root, changed)
            click.echo(words("cli.linked", count=len(changed)))
