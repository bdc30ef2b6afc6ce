"""What the operator may type besides the declared commands. Each is loaded when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from bot.cli.declared import ShellCall, ShellOption
from bot.cli.help import HelpBlock, HelpPage, Row
from bot.cli.start import Start
from bot.i18n.translator import Translator

Flag = Annotated[bool, typer.Option()]


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    """A command of the operator: its help, and the function from which typer makes its options."""

    name: str
    page: Callable[[Translator], HelpPage]
    function: Callable[[Start], Callable[..., int]]


def run_declared(start: Start, call: ShellCall) -> int:
    """Do one declared /ainews command. Returns the exit code."""
    if call.command.name == "restore" and call.bare and not call.bare[0].isdecimal():
        # An entry has a number, a backup the name of a file.
        from bot.cli.restore import run_restore

        return run_restore(start, call.bare[0])
    if call.command.name == "search":
        from bot.cli.search import run_search

        return run_search(start, call)
    from bot.cli.once import run_once

    return run_once(start, call)


FURTHER_OPTIONS: Mapping[str, Sequence[ShellOption]] = {
    "search": (
        ShellOption(
            "limit",
            int,
            lambda words: Row("--limit N", words.gettext("At most so many entries (usually 20)")),
        ),
        ShellOption(
            "explain",
            bool,
            lambda words: Row(
                "--explain", words.gettext("Say why each entry stands where it does")
            ),
        ),
        ShellOption(
            "batch",
            str,
            lambda words: Row(
                "--batch FILE",
                words.gettext(
                    "Answer each line of a file with a line of JSON; - is standard input"
                ),
            ),
        ),
    )
}
"""The options that declared commands have in the shell only, by command."""


def _run(start: Start) -> Callable[..., int]:
    def run() -> int:
        from bot.cli.run import run_bot

        return run_bot(start)

    return run


def _import(start: Start) -> Callable[..., int]:
    def import_(
        file: Annotated[str | None, typer.Argument()] = None,
        base_url: Annotated[str | None, typer.Option("--base-url")] = None,
        *,
        strict: Flag = False,
        dry_run: Flag = False,
        json: Flag = False,
        sample: Flag = False,
    ) -> int:
        from bot.cli.import_file import ImportOptions, run_import

        options = ImportOptions(
            file, base_url, strict=strict, dry_run=dry_run, json=json, sample=sample
        )
        return run_import(start, options)

    return import_


def _export(start: Start) -> Callable[..., int]:
    def export(form: Annotated[str, typer.Option("--format")] = "page") -> int:
        from bot.cli.export import run_export

        return run_export(start, form)

    return export


def _check(start: Start) -> Callable[..., int]:
    def check() -> int:
        from bot.cli.check import run_check

        return run_check(start)

    return check


def _backup(start: Start) -> Callable[..., int]:
    def backup(file: Annotated[str | None, typer.Argument()] = None) -> int:
        from bot.cli.backup import run_backup

        return run_backup(start, file)

    return backup


def _workspaces(start: Start) -> Callable[..., int]:
    def workspaces(
        action: Annotated[str | None, typer.Argument()] = None,
        workspace: Annotated[str | None, typer.Argument()] = None,
    ) -> int:
        from bot.cli.workspaces import run_workspaces

        return run_workspaces(start, action, workspace)

    return workspaces


def _page(
    usage: str, description: str, rows: tuple[Row, ...], words: Translator, *examples: str
) -> HelpPage:
    options = (*rows, Row("--help", words.gettext("Show this page")))
    return HelpPage(usage, description, (HelpBlock(words.gettext("Options"), options),), examples)


def _run_page(words: Translator) -> HelpPage:
    return _page(
        "ainews run",
        words.gettext("Start the bot on every platform that is set up, or chat in this terminal"),
        (),
        words,
    )


def _import_page(words: Translator) -> HelpPage:
    return _page(
        words.gettext("ainews import FILE [options]"),
        words.gettext(
            "Read entries from a page of news (Markdown) or from JSON Lines; - is standard input"
        ),
        (
            Row("--strict", words.gettext("Import nothing when anything in the file is wrong")),
            Row("--dry-run", words.gettext("Show what would happen, and change nothing")),
            Row("--json", words.gettext("Print what happened as JSON")),
            Row(
                "--base-url URL", words.gettext("The address to which the page's own links belong")
            ),
            Row("--sample", words.gettext("A few entries to look around with, instead of a file")),
        ),
        words,
        "ainews import news.md --dry-run",
        "ainews import items.jsonl --strict",
    )


def _export_page(words: Translator) -> HelpPage:
    return _page(
        words.gettext("ainews export [options]"),
        words.gettext("Write every published entry to standard output"),
        (
            Row(
                "--format page|json|jsonl",
                words.gettext("A page that can be imported again (usual), JSON, or JSON Lines"),
            ),
        ),
        words,
        "ainews export > news.md",
    )


def _check_page(words: Translator) -> HelpPage:
    return _page(
        "ainews check",
        words.gettext("Say whether settings, database and platforms are well, and what is missing"),
        (),
        words,
    )


def _backup_page(words: Translator) -> HelpPage:
    return _page(
        words.gettext("ainews backup FILE"),
        words.gettext("Copy the database to a new file, also while the bot runs"),
        (),
        words,
        "ainews backup ainews-backup.db",
    )


def _workspaces_page(words: Translator) -> HelpPage:
    return _page(
        words.gettext("ainews workspaces [allow|refuse PLATFORM/ID]"),
        words.gettext("List the servers that the bot is in, and say which may curate the digest"),
        (),
        words,
        "ainews workspaces",
        "ainews workspaces allow discord/1234",
    )


OPERATING = (
    OperatorCommand("run", _run_page, _run),
    OperatorCommand("import", _import_page, _import),
    OperatorCommand("export", _export_page, _export),
    OperatorCommand("check", _check_page, _check),
    OperatorCommand("backup", _backup_page, _backup),
    OperatorCommand("workspaces", _workspaces_page, _workspaces),
)
