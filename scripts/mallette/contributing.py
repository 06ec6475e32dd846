"""The commands for those who write: a new file, stories from a spreadsheet, what their editor needs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import click

from . import editors, issues, publishing, spreadsheets, starting
from .asking import Questions
from .errors import MalletteError
from .help import command_class
from .inputs import FOLDER
from .labels import Labels, languages
from .loading import load
from .retelling import from_record
from .writing import values_of

Option = Callable[[Callable[..., None]], Callable[..., None]]


def add(mallette: click.Group, words: Labels, root_option: Option, language: Option) -> None:
    """Add the commands to the command line."""
    command = command_class(words)

    file = click.Path(path_type=Path, dir_okay=False)

    @mallette.command("new", cls=command, help=words("cli.new_command"))
    @click.argument(
        "kind", type=click.Choice(list(starting.ASKED)), metavar=words("cli.a_kind"), help=words("cli.kind")
    )
    @click.argument("name", required=False, metavar=f"[{words('cli.an_id')}]", help=words("cli.new_name"))
    @root_option
    @click.option("--template", is_flag=True, help=words("cli.template"))
    @click.option("--from-record", "record", type=file, metavar=words("cli.a_file"), help=words("cli.from_record"))
    @click.option("--from-issue", "issue", type=file, metavar=words("cli.a_text"), help=words("cli.from_issue"))
    @language
    def _new(kind: str, name: str | None, root: Path, template: bool, record: Path | None, issue: Path | None) -> None:
        if sum((template, record is not None, issue is not None)) > 1 or (kind != "case" and (record or issue)):
            raise click.UsageError("one way to start, and only stories come from a record")
        if record:
            path, text = _retold(root, name, record, words)
        elif issue:
            path, text = _sent(root, name, issue, words)
        elif template:
            path = starting.place(root, starting.ASKED[kind], name)
            text = starting.template(root, path, starting.ASKED[kind], words)
        else:
            path, text = _asked(root, starting.ASKED[kind], name, words)
        starting.save({path: text})
        click.echo(words("new.made", file=path))
        click.echo(words("new.next"))

    @mallette.command("import", cls=command, help=words("cli.import_command"))
    @click.argument("table", type=file, metavar=words("cli.a_table"), help=words("cli.import_file"))
    @root_option
    @language
    def _import(table: Path, root: Path) -> None:
        mallette = load(root).mallette
        taken = {path.name.partition(".")[0] for path in (root / "cases").glob("*.yml")}
        found = spreadsheets.read_stories(table, mallette, taken, words.language)
        if found.problems:
            for problem in found.problems:
                click.echo(spreadsheets.cell(problem, words), err=True)
            click.echo(words("import.failed", count=len(found.problems)), err=True)
            sys.exit(1)
        texts = {}
        for name, story in found.stories.items():
            path = root / "cases" / f"{name}.yml"
            texts[path] = starting.written(root, path, "story", values_of(story), words)
        starting.save(texts)
        click.echo(words("import.made", count=len(texts), folder=root / "cases"))

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


def _retold(root: Path, name: str | None, record: Path, words: Labels) -> tuple[Path, str]:
    """A story that a session record begins."""
    path = starting.place(root, "story", name, record.stem)
    return path, starting.written(root, path, "story", from_record(record, words), words, blanks=True)


def _sent(root: Path, name: str | None, issue: Path, words: Labels) -> tuple[Path, str]:
    """A story that was told in the form of the forge; what is wrong with it ends the command."""
    try:
        text = issue.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise MalletteError("record_missing", file=issue) from error
    path = starting.place(root, "story", name, issues.title_of(text))
    story, problems = issues.read_issue(text, path.stem, load(root).mallette)
    if story is None:
        for problem in problems:
            click.echo(words.said(problem), err=True)
        sys.exit(1)
    return path, starting.written(root, path, "story", values_of(story), words)


def _asked(root: Path, kind: str, name: str | None, words: Labels) -> tuple[Path, str]:
    """A file that answers in the terminal fill in."""
    if not sys.stdin.isatty():
        raise MalletteError("new_no_terminal")
    starting.place(root, kind, name)
    mallette = load(root).mallette
    known = {"protocols": [*mallette.protocols], "roles": [*mallette.roles], "cards": [*mallette.cards]}
    click.echo(words("new.lead"))
    values = Questions(kind, words, click.echo, _listened, known).asked()
    path = starting.place(root, kind, name, str(values.get("title", "")))
    return path, starting.written(root, path, kind, {**values, "status": "draft"}, words)


def _listened() -> str:
    line = sys.stdin.readline()
    if not line:
        raise click.Abort
    return line
