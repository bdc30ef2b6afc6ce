"""From the arguments to the exit code."""

from __future__ import annotations

import difflib
import logging
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot.cli.declared import help_page, shell_function
from bot.cli.errors import EXPECTED, explained
from bot.cli.help import HelpBlock, HelpPage, Row, text_of
from bot.cli.operating import FURTHER_OPTIONS, OPERATING, run_declared
from bot.cli.output import ReaderLeft, prepare, writing
from bot.cli.start import Start, begin
from bot.commands.catalogue import all_commands
from bot.i18n.translator import LANGUAGES, Translator
from bot.port.command import Command
from bot.port.invocation import Outcome, Role
from bot.port.problems import Mistyped

_LOGGER = logging.getLogger(__name__)

INTERRUPTED = 130
"""128 and the number of SIGINT, as every shell has it."""

WIDEST = 100
"""Cells of the longest line of help."""

_NEAR = 0.5


def run(given: Sequence[str]) -> int:
    """Do what the arguments say. Returns the exit code; no error leaves it."""
    prepare(sys.stdout, sys.stderr)
    start = begin()
    try:
        return _invoke(start, given)
    except ReaderLeft:
        return Outcome.DONE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.TyperException as error:
        sentence, code = explained(_mistyped(error, given), start.words)
    except EXPECTED as error:
        sentence, code = explained(error, start.words)
    except Exception:
        reference = secrets.token_hex(4)
        _LOGGER.exception("something unforeseen, reference %s", reference)
        code = Outcome.REFUSED
        sentence = start.words.gettext(
            "Something went wrong. The log has the details under the reference {reference}.",
            reference=reference,
        )
    print(sentence, file=sys.stderr)
    return code


def _invoke(start: Start, given: Sequence[str]) -> int:
    commands = all_commands()
    if given and not given[0].startswith("-"):
        name = _command_name(given[0], commands)
        raw = any(one.name == name and one.raw for one in commands)
        given = [name, *(_signs_last(given[1:]) if raw else given[1:])]
    app = _application(start, commands)
    result = get_command(app).main(list(given), prog_name="ainews", standalone_mode=False)
    return result if isinstance(result, int) else Outcome.DONE


def _signs_last(given: Sequence[str]) -> list[str]:
    """Return the words of a query with those last that begin with a sign, as no option does.

    So `-word`, which asks for entries without it, need not stand behind `--`.
    """
    if "--" in given:
        return list(given)
    signs = [word for word in given if re.match(r"-[^-\s]", word)]
    return [*(word for word in given if word not in signs), *(("--", *signs) if signs else ())]


def _application(start: Start, commands: Sequence[Command]) -> typer.Typer:
    words = start.words
    overview = _paged(TyperGroup, partial(_overview, commands, words), words)
    app = typer.Typer(cls=overview, add_completion=False, invoke_without_command=True)
    app.callback()(_beginning)
    for one in OPERATING:
        app.command(one.name, cls=_paged(TyperCommand, partial(one.page, words), words))(
            one.function(start)
        )
    for command in commands:
        options = FURTHER_OPTIONS.get(command.name, ())
        app.command(
            command.name,
            cls=_paged(TyperCommand, partial(help_page, command, options, words), words),
            context_settings={"allow_extra_args": True},
        )(shell_function(command, options, partial(run_declared, start)))
    return app


def _beginning(context: typer.Context) -> int:
    """Show what there is, where no command is given."""
    if context.invoked_subcommand is None:
        with writing() as stream:
            print(context.get_help(), file=stream)
    return Outcome.DONE


def _paged(base: type[Any], page: Callable[[], HelpPage], words: Translator) -> type[Any]:
    """Return a kind of command whose `--help` is a page of ours."""

    def get_help(self: object, context: object) -> str:
        del self, context
        return text_of(page(), words, min(shutil.get_terminal_size().columns, WIDEST))

    return type("Paged", (base,), {"get_help": get_help})


def _overview(commands: Sequence[Command], words: Translator) -> HelpPage:
    def rows(role: Role) -> tuple[Row, ...]:
        return tuple(
            Row(command.name, words.pgettext("command", command.description))
            for command in commands
            if command.needs is role
        )

    operating = tuple(Row(one.name, one.page(words).description) for one in OPERATING)
    options = (
        Row("--version", words.gettext("Print the version")),
        Row("--help", words.gettext("Show this page")),
    )
    return HelpPage(
        words.gettext("ainews COMMAND [options]"),
        words.gettext("A curated digest of AI news for Discord, Slack and the terminal."),
        (
            HelpBlock(words.gettext("For the operator"), operating),
            HelpBlock(words.gettext("For everyone"), rows(Role.MEMBER)),
            HelpBlock(words.gettext("For moderators"), rows(Role.MODERATOR)),
            HelpBlock(words.gettext("For channel owners"), rows(Role.CHANNEL_OWNER)),
            HelpBlock(words.gettext("For administrators"), rows(Role.ADMIN)),
            HelpBlock(words.gettext("Options"), options),
        ),
        ("ainews run", "ainews latest 20", "ainews search 모델 --help"),
    )


def _command_name(typed: str, commands: Sequence[Command]) -> str:
    """Return the English name of a command that was typed in either language.

    Raises Mistyped with the nearest.
    """
    names = {one.name: one.name for one in OPERATING} | {one.name: one.name for one in commands}
    if typed in names:
        return typed
    for words in map(Translator, LANGUAGES):
        for one in commands:
            names.setdefault(words.pgettext("command", one.name), one.name)
    if typed.casefold() in names:
        return names[typed.casefold()]
    near = difflib.get_close_matches(typed.casefold(), names, n=1, cutoff=_NEAR)
    if near:
        raise Mistyped(
            "There is no command “{name}”. Did you mean ainews {near}?",
            name=typed[:40],
            near=near[0],
        )
    raise Mistyped(
        "There is no command “{name}”. ainews --help lists all commands.", name=typed[:40]
    )


def _mistyped(error: typer.TyperException, given: Sequence[str]) -> Mistyped:
    """Return what typer did not understand, in words that the catalogs have."""
    command = given[0] if given and not given[0].startswith("-") else ""
    page = f"ainews {command} --help" if command else "ainews --help"
    option = getattr(error, "option_name", None)
    if option is None:
        return Mistyped("This is not how it is typed. {page} shows how.", page=page)
    if not hasattr(error, "possibilities"):
        return Mistyped("{option} needs a value. {page} shows which.", option=option, page=page)
    nearest = next(iter(error.possibilities or ()), None)
    if nearest is None:
        return Mistyped(
            "There is no option {option} here. {page} lists all.", option=option, page=page
        )
    return Mistyped(
        "There is no option {option} here. Did you mean {near}?", option=option, near=nearest
    )
