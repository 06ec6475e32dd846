"""The command line: what there is to run; it prints, as do `checking` and `contributing`, and nothing else does."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

import click

from . import __version__, build, contributing, doctor, publishing, records, revisions, site, taken, withdraw
from .artifact import Printed
from .checking import run_check
from .diagnostics import FORMATS
from .edition import compared
from .errors import InvalidSource, MalletteError, Problem, shown
from .help import Millimetres, command_class, group_class, misuse
from .labels import Labels, labels, languages, preferred
from .loading import load
from .memo import looked_through_seldom
from .model.kit import Edition, Flip, Offset, Order
from .progress import bar
from .selection import named, select
from .templating import words_for
from .workers import Workforce, cores, hired

Action = Callable[..., None]


def _asked_language(arguments: Sequence[str]) -> str:
    """The language of the messages: --lang, else the environment's; needed before the help is built."""
    for place, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in languages():
            return value
    return preferred()


def commands(words: Labels) -> click.Group:
    """The command line in one language."""
    command, root_option = command_class(words), _root_option(words)
    folder = click.Path(path_type=Path, file_okay=False)
    jobs_option = click.option(
        "--jobs", type=click.IntRange(1, 64), default=cores, metavar="N", help=words("cli.jobs"), show_default=False
    )
    scheduler_option = click.option("--scheduler", metavar=words("cli.an_address"), help=words("cli.scheduler"))

    def lost() -> None:
        click.echo(words("cli.cluster_lost"), err=True)

    language = click.option("--lang", type=click.Choice(languages()), expose_value=False, help=words("cli.lang"))

    @click.group("mallette", cls=group_class(words), help=words("cli.about"))
    @language
    @click.version_option(__version__, "--version", prog_name="mallette", help=words("cli.version"))
    def mallette() -> None: ...

    @mallette.command("build", cls=command, help=words("cli.build"))
    @root_option
    @click.option("--site-dir", type=folder, metavar=words("cli.a_folder"), help=words("cli.site_dir"))
    @jobs_option
    @scheduler_option
    @language
    def _build(root: Path, site_dir: Path | None, jobs: int, scheduler: str | None) -> None:
        with hired(jobs, scheduler, lost) as workforce:
            run_build(root, site_dir or site.folder_of(root), words, workforce)

    @mallette.command("serve", cls=command, help=words("cli.serve"))
    @root_option
    @click.option("--address", default="127.0.0.1:8000", metavar=words("cli.an_address"), help=words("cli.address"))
    @language
    def _serve(root: Path, address: str) -> None:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        site.serve_site(root, address)

    @mallette.command("print", cls=command, help=words("cli.print_command"))
    @root_option
    @click.option(
        "--out", type=folder, default=Path("impression"), metavar=words("cli.a_folder"), help=words("cli.out")
    )
    @click.option("--only", multiple=True, metavar=words("cli.an_id"), help=words("cli.only"))
    @click.option("--in", "language", metavar=words("cli.a_language"), help=words("cli.content_language"))
    @click.option("--paper", type=click.Choice(["a4", "letter"]), help=words("cli.paper"))
    @click.option("--edition", type=click.Choice(get_args(Edition)), help=words("cli.edition"))
    @click.option("--flip", type=click.Choice(get_args(Flip)), help=words("cli.flip"))
    @click.option("--order", type=click.Choice(get_args(Order)), help=words("cli.order"))
    @click.option("--shop", is_flag=True, help=words("cli.shop"))
    @click.option("--back-offset", type=Millimetres(), metavar="X,Y", help=words("cli.back_offset"))
    @click.option("--proof", is_flag=True, help=words("cli.proof"))
    @click.option("--stories", multiple=True, metavar=words("cli.an_id"), help=words("cli.stories"))
    @jobs_option
    @scheduler_option
    @language
    def _print(
        root: Path, out: Path, back_offset: Offset | None, proof: bool, jobs: int, scheduler: str | None, **choices: Any
    ) -> None:
        with hired(jobs, scheduler, lost) as workforce:
            run_print(root, out, choices, words, back_offset=back_offset, proof=proof, workforce=workforce)

    @mallette.command("changes", cls=command, help=words("cli.changes"))
    @click.argument("old", metavar=words("cli.an_old"), help=words("cli.old"))
    @click.argument("new", metavar=words("cli.a_new"), default=".", help=words("cli.new"))
    @root_option
    @click.option(
        "--out", type=folder, default=Path("impression"), metavar=words("cli.a_folder"), help=words("cli.changes_out")
    )
    @click.option("--list", "only_list", is_flag=True, help=words("cli.changes_list"))
    @jobs_option
    @language
    def _changes(root: Path, old: str, new: str, out: Path, only_list: bool, jobs: int) -> None:
        run_changes(root, old, new, None if only_list else out, words, Workforce(jobs))

    @mallette.command("check", cls=command, help=words("cli.check"))
    @root_option
    @click.option("--print", "printing", is_flag=True, help=words("cli.print"))
    @click.option("--format", "form", type=click.Choice(FORMATS), default="text", help=words("cli.format"))
    @jobs_option
    @scheduler_option
    @language
    def _check(root: Path, printing: bool, form: str, jobs: int, scheduler: str | None) -> None:
        with hired(jobs, scheduler if printing else None, lost) as workforce:
            run_check(root, words, printing=printing, form=form, workforce=workforce)

    mallette.add_command(withdraw.command(words, click.echo, command, (language, root_option)))

    @mallette.command("doctor", cls=command, help=words("cli.doctor"))
    @root_option
    @language
    def _doctor(root: Path) -> None:
        findings = doctor.findings(root)
        for finding in findings:
            state = words("cli.ok") if finding.ok else words("cli.missing")
            click.echo(f"[{state}] {words('cli.' + finding.code, **finding.params)}")
        if not all(finding.ok or finding.optional for finding in findings):
            sys.exit(1)
        click.echo(words("cli.doctor_ok"))

    @mallette.group("record", cls=group_class(words), help=words("cli.record"))
    @language
    def record() -> None: ...

    @record.command("read", cls=command, help=words("cli.record_read"))
    @click.argument("file", type=click.Path(path_type=Path), metavar=words("cli.a_form"), help=words("cli.record_file"))
    @click.option("--out", type=click.Path(path_type=Path), metavar=words("cli.a_file"), help=words("cli.record_out"))
    @click.option("--force", is_flag=True, help=words("cli.record_force"))
    @language
    def _read(file: Path, out: Path | None, force: bool) -> None:
        found, empty = records.read_form(file)
        text = records.as_yaml(found)
        if out is None:
            click.echo(text.encode(), nl=False)
        else:
            records.save(text, out, form=file, force=force)
            click.echo(words("cli.recorded", file=out))
        if found.lacks_consent:
            click.echo(words("cli.record_consent", sharing=found.sharing), err=True)
        if empty:
            click.echo(words("cli.record_empty", labels=", ".join(map(shown, empty))), err=True)

    contributing.add(mallette, words, root_option, language)
    return mallette


def run_build(root: Path, site_dir: Path, words: Labels, workforce: Workforce) -> None:
    """Build kit and site beside the target, then publish them in one step."""
    start = time.monotonic()
    target = site_dir.resolve()
    sources = [(root / name).resolve() for name in ("kit", "cases", "templates", "docs", "scripts")]
    if any(source == target or target in source.parents or source in target.parents for source in sources):
        raise MalletteError("inside_sources", folder=site_dir)
    if not (root / "mkdocs.yml").is_file():
        raise MalletteError("no_site", folder=root)
    with bar(words) as report, looked_through_seldom():
        built = build.make(root, report, workforce=workforce)
        with publishing.staged(target, taken.MARKER) as stage:
            unlike = site.build_site(root, stage, built)
            pages = sum(1 for _ in stage.rglob("index.html"))
    _tell(built.loaded.warnings, words)
    if unlike:
        click.echo(words("errors.unlike", path=unlike), err=True)
    params = {"pages": pages, "documents": built.documents, "folder": site_dir}
    click.echo(words("cli.built", seconds=round(time.monotonic() - start, 1), **params))


def run_print(
    root: Path,
    out: Path,
    choices: dict[str, Any],
    words: Labels,
    *,
    back_offset: Offset | None,
    proof: bool,
    workforce: Workforce,
) -> None:
    """Typeset the chosen documents, then write them to a folder; nothing is written if one does not fit."""
    with bar(words) as report:
        loaded = load(root).in_language(choices.pop("language"))
        kit = loaded.mallette.kit
        choices["stories"] = named(choices["stories"], list(loaded.mallette.stories))
        chosen = select(kit.printables, **choices)
        if not chosen:
            known = ", ".join(printable.id for printable in kit.printables)
            raise MalletteError("nothing_to_print", only=", ".join(choices["only"]), known=known)
        content = words_for(root, loaded.language)
        offset = kit.back_offset_mm if back_offset is None else back_offset
        for again in (False, True):
            files, printed = build.print_all(
                loaded, root, content, report, chosen, previews=False, workforce=workforce, back_offset=offset
            )
            if not printed:
                if loaded.prefix:
                    raise MalletteError("nothing_translated", language=loaded.language)
                raise MalletteError("nothing_about", printables=", ".join(printable.id for printable in chosen))
            try:
                publishing.write_files(out, ((Path(file.path).name, file.content) for file in files))
                break
            except MalletteError as error:  # a build that ends meanwhile clears the stories that it does not know
                if again or error.code != "document_gone":
                    raise
        proofs = build.proofs(loaded, root, content, chosen) if proof else ()
        publishing.write_files(out / words("cli.proofs"), ((Path(page.path).name, page.content) for page in proofs))
    _tell(loaded.warnings, words)
    _tell_printed(printed, out, words)


def run_changes(root: Path, old: str, new: str, out: Path | None, words: Labels, workforce: Workforce) -> None:
    """List the cards that changed between two editions, and print those that changed or are new."""
    with revisions.opened(old, root) as before, revisions.opened(str(root) if new == "." else new, root) as after:
        found = compared(*({card.key: card for card in edition.cards} for edition in (before, after)))
        for kind, cards in (("changed", found.changed), ("added", found.added), ("removed", found.removed)):
            if cards:
                click.echo(words(f"cli.cards_{kind}", count=len(cards)))
            for card in cards:
                said = {**vars(card), "deck": words(f"cli.decks.{card.deck}")}
                click.echo(f"  {words('cli.card', **said)}")
        wanted = {card.key for card in (*found.changed, *found.added)}
        if not wanted:
            click.echo(words("cli.nothing_changed"))
        elif out is not None:
            if after.loaded is None or after.root is None:
                raise MalletteError("no_sources", name=new)
            content = words_for(after.root, after.loaded.language)
            files, printed = build.print_changed(after.loaded, after.root, content, wanted, workforce)
            publishing.write_files(out, ((Path(file.path).name, file.content) for file in files))
            _tell_printed(printed, out, words)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; faults of the sources are told in plain words, never as a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = labels(_asked_language(given))
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    try:
        commands(words).main(given, prog_name="mallette", standalone_mode=False)
    except InvalidSource as error:
        _tell(error.problems, words)
        count = sum(problem.severity == "error" for problem in error.problems)
        click.echo(words("cli.failed", count=count), err=True)
        sys.exit(1)
    except MalletteError as error:
        click.echo(words.error(error), err=True)
        sys.exit(1)
    except click.UsageError as error:
        click.echo(f"{misuse(error, words)} {words('cli.see_help')}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _root_option(words: Labels) -> Callable[[Action], Action]:
    kind = click.Path(path_type=Path, file_okay=False)
    shown: dict[str, Any] = {"metavar": words("cli.a_folder"), "help": words("cli.root"), "show_default": False}
    return click.option("--root", type=kind, default=Path(), **shown)


def _tell(problems: Sequence[Problem], words: Labels) -> None:
    for problem in problems:
        click.echo(words.problem(problem), err=True)


def _tell_printed(printed: Sequence[Printed], out: Path, words: Labels) -> None:
    pages = sum(document.pages for document in printed)
    click.echo(words("cli.printed", documents=len(printed), pages=pages, folder=out))
