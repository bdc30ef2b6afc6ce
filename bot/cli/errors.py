"""Expected errors, each as one sentence in the operator's language with its exit code."""

from __future__ import annotations

from bot.cli.output import OutputTrouble
from bot.commands.database_trouble import problem_of
from bot.i18n.translator import N_, Translator
from bot.port.card import CommandText, Spans, Text, plain_text
from bot.port.invocation import Outcome
from bot.port.problems import CommandProblem
from bot.port.settings_error import SettingsError, SettingsErrors
from bot.port.written import in_shell
from store.errors import BadDatabaseUrl, StoreError

EXPECTED = (SettingsErrors, SettingsError, StoreError, CommandProblem, OutputTrouble)
"""What may go wrong without a fault of the program."""


def explained(error: Exception, words: Translator) -> tuple[str, int]:
    """Return what to say of an expected error, and the exit code."""
    match error:
        case SettingsError() | SettingsErrors():
            return error.said(words), Outcome.FAILED
        case BadDatabaseUrl():
            setting = SettingsError(
                "AINEWS_DATABASE_URL",
                N_("This database cannot be used ({why})."),
                N_("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."),
                why=error.reason,
            )
            return setting.said(words), Outcome.FAILED
        case CommandProblem():
            return _in_shell(words.spans(error.reason, **error.values)), error.outcome
        case StoreError():
            problem = problem_of(error, operator=True)
            return _in_shell(words.spans(problem.reason, **problem.values)), problem.outcome
        case OutputTrouble():
            return words.gettext(error.text, reason=error.reason), Outcome.REFUSED
    raise TypeError(f"{type(error).__name__} is not among the expected errors")


def _in_shell(said: Spans) -> str:
    if all(isinstance(span, Text) for span in said):
        return plain_text(said)
    from bot.commands.catalogue import all_commands  # noqa: PLC0415 - most errors name none

    return "".join(
        in_shell(span.line, all_commands()) if isinstance(span, CommandText) else span.text
        for span in said
    )
