"""The command line in its user's language: its help, and what Typer says where it was called wrongly."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

import typer
from typer import rich_utils
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from services.cli.client import ROLES
from services.registry import NAMES
from shared.i18n import N_, Locale
from shared.i18n.terminal import _, language
from shared.service_names import WITH_DATA

Command = TyperCommand | TyperGroup

FACTS = {
    "services": ", ".join(NAMES),
    "services_with_data": ", ".join(WITH_DATA),
    "roles": ", ".join(ROLES),
}
"""The names in help texts."""

_TITLES = {
    "DEFAULT_STRING": N_("[default: {}]"),
    "REQUIRED_LONG_STRING": N_("[required]"),
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "ERRORS_PANEL_TITLE": N_("Error"),
    "ABORTED_TEXT": N_("Aborted."),
    "RICH_HELP": N_("Try [blue]'{command_path} {help_option}'[/] for help."),
}
"""Typer's own texts in its help and errors, by their names there."""
_OF_THE_LIBRARY = (
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
_SAID = (
    N_("Invalid value for %(place)s: %(what)s"),
    N_("Invalid value: %(what)s"),
    N_("Value error, %(what)s"),
    N_("Missing command."),
    N_("Missing argument %(place)s."),
    N_("Missing argument %(place)s. %(what)s"),
    N_("Missing option %(place)s."),
    N_("Missing option %(place)s. %(what)s"),
    N_("Choose from: %(choices)s"),
    N_("No such command %(name)s. Did you mean %(others)s?"),
    N_("No such command %(name)s."),
    N_("No such option: %(name)s (Possible options: %(others)s)"),
    N_("No such option: %(name)s"),
    N_("Option %(name)s does not take a value."),
    N_("Option %(name)s requires an argument."),
    N_("Got unexpected extra argument(s) (%(arguments)s)"),
    N_("%(value)s is not one of %(choices)s."),
    N_("%(value)s does not match the formats %(formats)s."),
    N_("file %(name)s does not exist."),
    N_("dir %(name)s does not exist."),
    N_("path %(name)s does not exist."),
    N_("dir %(name)s is a file."),
    N_("file %(name)s is a directory."),
    N_("file %(name)s is not readable."),
    N_("dir %(name)s is not readable."),
)
"""Typer's texts, which it has only in English; a value may stand in for a name."""


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{_('Usage:')} ")


class _Context(typer.Context):
    formatter_class = _Formatter


def translated_commands(app: typer.Typer, panels: dict[str, tuple[str, ...]]) -> TyperGroup:
    """The commands with all help texts in the terminal's language, grouped and in order."""
    root: Any = get_command(app)
    grouped = {name: _(panel) for panel, names in panels.items() for name in names}
    root.commands = {name: root.commands[name] for name in grouped}
    for name, panel in grouped.items():
        root.commands[name].rich_help_panel = panel
    for below in root.commands.values():
        if isinstance(below, TyperGroup):
            below.commands = dict(sorted(below.commands.items()))
    for command in all_commands(root):
        _translate(command)
    for name, title in _TITLES.items():
        setattr(rich_utils, name, _(title))
    return root  # type: ignore[no-any-return]


def all_commands(command: Command) -> Iterator[Command]:
    """A command and all its subcommands."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from all_commands(below)


def _translate(command: Any) -> None:
    command.context_class = _Context
    command.params.append(_language_option())
    command.help = translated_help(command.help or "")
    command.short_help = None
    command.options_metavar = _("[OPTIONS]")
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
    for param in command.get_params(_Context(command)):
        param.help = translated_help(param.help or "")


def translated_help(text: str) -> str:
    """A help text in the terminal's language, paragraph by paragraph, with its placeholders filled in."""
    said = map(_, paragraphs(text))
    return "\n\n".join(part % FACTS if "%(" in part else part for part in said)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line, as in the catalogue."""
    return [" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n")]


def _language_option() -> Any:
    """`--lang` for every command; it was applied before parsing, so that help follows it, too."""
    app = typer.Typer(add_completion=False)

    def carrier(
        lang: Annotated[
            Locale | None,
            typer.Option(
                "--lang",
                expose_value=False,
                help="The language; by default that of KEMITRAAN_LANG or the terminal.",
            ),
        ] = None,
    ) -> None:
        """Add the option."""

    app.command()(carrier)
    return get_command(app).params[0]


def show_error(error: Any) -> None:
    """Show Typer's usage errors in the terminal's language."""
    said = _error_in_words(error)
    error.format_message = lambda: said
    rich_utils.rich_format_error(error)


def _error_in_words(error: Any) -> str:
    from pydantic import ValidationError

    from shared.http.validation import WORDS, field_error

    said: str = error.format_message()
    if language() == "en":
        return said
    cause = error.__cause__
    if isinstance(cause, ValidationError) and cause.errors()[0]["type"] in WORDS:
        wrong = cause.errors(include_url=False)[0]
        said = said.replace(str(wrong["msg"]), field_error({**wrong, "loc": ("",)}, _)["detail"])
    return _said(said)


def _said(text: str) -> str:
    for msgid, pattern in _patterns().items():
        if match := pattern.fullmatch(" ".join(text.split())):
            return _(msgid) % {name: _said(value) for name, value in match.groupdict().items()}
    return text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        msgid: re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+?)", re.escape(msgid))) for msgid in _SAID
    }
