"""Help pages whose every word is in the reader's language (click's own headings are English)."""

from __future__ import annotations

import re
from typing import Any

import click

from .errors import shown
from .labels import Labels
from .model.kit import Offset

YES = ("o", "oui", "y", "yes")
"""What people type to agree, whatever the language of the question."""


class Millimetres(click.ParamType[Offset]):
    """An offset in millimetres, across and down: 1.5,-0.5 or, as in French, 1,5;-0,5."""

    name = "millimetres"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Offset:
        """The offset; anything else is misuse."""
        parts = re.split(";" if ";" in value else ",", value)
        try:
            x, y = (float(part.replace(",", ".")) for part in parts)
            return Offset(x=x, y=y)
        except ValueError:
            return self.fail(value, param, ctx)


def command_class(words: Labels) -> type[click.Command]:
    """A command whose help speaks the language of `words`."""

    class Command(click.Command):
        def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            taken = (str(p.metavar) for p in self.params if isinstance(p, click.Argument))
            usage = " ".join((words("cli.arguments"), *taken))
            formatter.write_usage(ctx.command_path, usage, prefix=words("cli.usage"))

        def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            """Nothing: they are among the options, whose heading is in the reader's language."""

        def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            _options(self, ctx, formatter, words)

        def get_help_option(self, ctx: click.Context) -> click.Option | None:
            return _help_option(super().get_help_option(ctx), words)

    return Command


def group_class(words: Labels) -> type[click.Group]:
    """A group of commands whose help speaks the language of `words`."""

    class Group(click.Group):
        def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            usage = f"{words('cli.arguments')} {words('cli.subcommand')}"
            formatter.write_usage(ctx.command_path, usage, prefix=words("cli.usage"))

        def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
            _options(self, ctx, formatter, words)
            with formatter.section(words("cli.commands")):
                formatter.write_dl([(name, command.help or "") for name, command in self.commands.items()])

        def get_help_option(self, ctx: click.Context) -> click.Option | None:
            return _help_option(super().get_help_option(ctx), words)

    return Group


def misuse(error: click.UsageError, words: Labels) -> str:
    """What is wrong with a command line, without click's own words, which are English."""
    match error:
        case click.exceptions.NoSuchCommand(command_name=name):
            return words("cli.no_such_command", name=shown(name))
        case click.NoSuchOption(option_name=name):
            return words("cli.no_such_option", name=shown(name))
        case click.BadOptionUsage(option_name=name):
            return words("cli.option_without_value", name=shown(name))
        case click.MissingParameter(param=click.Argument(metavar=str(name))):
            return words("cli.argument_missing", name=name)
        case click.BadParameter(param=click.Parameter(opts=[name, *_])):
            return words("cli.bad_value", name=shown(name))
    return words("cli.usage_error")


def _options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter, words: Labels) -> None:
    records = [record for param in command.get_params(ctx) if (record := param.get_help_record(ctx))]
    with formatter.section(words("cli.options")):
        formatter.write_dl(records)


def _help_option(option: click.Option | None, words: Labels) -> click.Option | None:
    if option is not None:
        option.help = words("cli.help")
    return option
