"""From the arguments to the exit code."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Sequence

from bot.cli.arguments import read_arguments
from bot.cli.help import HelpPage, asks_for_help, option_rows, show
from bot.cli.operating import OPERATING, OperatorCommand
from bot.cli.start import Start, begin
from bot.cli.streams import ReaderLeft, prepare
from bot.commands.database_trouble import problem_of
from bot.config.environment import DATABASE_URL
from bot.i18n.translator import N_, Translator
from bot.port.card import CommandText, Spans, Text, plain_text
from bot.port.invocation import Outcome
from bot.port.problems import CommandProblem, Mistyped
from bot.port.settings_error import SettingsError, SettingsErrors
from bot.port.written import in_shell
from store.errors import BadDatabaseUrl, StoreError

_LOGGER = logging.getLogger(__name__)

_EXPECTED = (SettingsErrors, SettingsError, StoreError, CommandProblem)
"""What may go wrong without a fault of the program."""

INTERRUPTED = 130
"""128 and the number of SIGINT, as every shell has it."""


def run(given: Sequence[str]) -> int:
    """Do what the arguments say. Returns the exit code; no error leaves it."""
    prepare(sys.stdout, sys.stderr)
    start = begin()
    try:
        return _invoke(start, given)
    except ReaderLeft:
        return Outcome.DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except _EXPECTED as error:
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
    name, *words = given or ("--help",)
    one = next((one for one in OPERATING if one.name == name.casefold()), None)
    if one is None:
        from bot.cli.declared import run_declared

        return run_declared(start, name, words)
    if asks_for_help(words):
        return show(_page(one, start.words), start.words)
    page = f"ainews {one.name} --help"
    arguments = read_arguments(words, page, one.options)
    if len(arguments.bare) > (one.words if one.word else 0):
        raise Mistyped("That was not understood. {page} shows how to type it.", page=page)
    return one.run(start, arguments)


def _page(one: OperatorCommand, words: Translator) -> HelpPage:
    usage = ["ainews", one.name, *([words.gettext(one.word)] if one.word else ())]
    if one.options:
        usage.append(words.gettext("[options]"))
    return HelpPage(
        " ".join(usage),
        words.gettext(one.description),
        ((words.gettext("Options"), option_rows(one.options, words)),),
        one.examples,
    )


def explained(
    error: SettingsErrors | SettingsError | StoreError | CommandProblem, words: Translator
) -> tuple[str, int]:
    """Return what to say of an expected error, and the exit code."""
    if isinstance(error, BadDatabaseUrl):
        error = SettingsError(
            DATABASE_URL,
            N_("This database cannot be used ({why})."),
            N_("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."),
            why=error.reason,
        )
    if isinstance(error, SettingsError | SettingsErrors):
        return error.said(words), Outcome.FAILED
    problem = problem_of(error, operator=True) if isinstance(error, StoreError) else error
    return _in_shell(words.spans(problem.reason, **problem.values)), problem.outcome


def _in_shell(said: Spans) -> str:
    if all(isinstance(span, Text) for span in said):
        return plain_text(said)
    from bot.commands.catalogue import all_commands  # most errors name none

    return "".join(
        in_shell(span.line, all_commands()) if isinstance(span, CommandText) else span.text
        for span in said
    )
