"""What the operator may type besides the declared commands. Each is loaded when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.cli.arguments import Arguments, Option
from bot.cli.start import Start
from bot.i18n.translator import N_


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    """A command of the operator. `word` is what may stand bare behind its name, `words` times."""

    name: str
    description: str
    run: Callable[[Start, Arguments], int]
    word: str = ""
    words: int = 1
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()


def _run(start: Start, arguments: Arguments) -> int:
    del arguments
    from bot.cli.run import run_bot

    return run_bot(start)


def _init(start: Start, arguments: Arguments) -> int:
    del arguments
    from bot.cli.init import run_init

    return run_init(start)


def _import(start: Start, arguments: Arguments) -> int:
    from bot.cli.import_file import ImportOptions, run_import

    given = arguments.options
    options = ImportOptions(
        file=next(iter(arguments.bare), None),
        base_url=given.get("base-url"),
        strict="strict" in given,
        dry_run="dry-run" in given,
        json="json" in given,
        sample="sample" in given,
        fetch="fetch" in given,
    )
    return run_import(start, options)


def _export(start: Start, arguments: Arguments) -> int:
    from bot.cli.export import run_export

    return run_export(start, arguments.options.get("format", "page"))


def _check(start: Start, arguments: Arguments) -> int:
    del arguments
    from bot.cli.check import run_check

    return run_check(start)


def _health(start: Start, arguments: Arguments) -> int:
    del arguments
    from bot.cli.health import run_health

    return run_health(start)


def _backup(start: Start, arguments: Arguments) -> int:
    from bot.cli.backup import run_backup

    return run_backup(start, next(iter(arguments.bare), None))


def _move(start: Start, arguments: Arguments) -> int:
    from bot.cli.move import run_move

    return run_move(start, arguments.options.get("to"))


def _workspaces(start: Start, arguments: Arguments) -> int:
    from bot.cli.workspaces import run_workspaces

    action, workspace = [*arguments.bare, None, None][:2]
    return run_workspaces(start, action, workspace)


def _forget(start: Start, arguments: Arguments) -> int:
    from bot.cli.forget import run_forget

    person = next(iter(arguments.bare), None)
    options = arguments.options
    return run_forget(start, person, only_list="list" in options, json="json" in options)


OPERATING = (
    OperatorCommand(
        "init", N_("Ask for language, time zone and tokens, check them, and write .env"), _init
    ),
    OperatorCommand(
        "run", N_("Start the bot on every platform that is set up, or chat in this terminal"), _run
    ),
    OperatorCommand(
        "import",
        N_("Read entries (Markdown, JSON Lines) or sources (OPML); - is standard input"),
        _import,
        word=N_("FILE"),
        options=(
            Option("strict", N_("Import nothing when anything in the file is wrong")),
            Option("dry-run", N_("Show what would happen, and change nothing")),
            Option("json", N_("Print the result as JSON")),
            Option("fetch", N_("Take what is missing from the pages behind the links")),
            Option("base-url", N_("The address to which the page's own links belong"), "URL"),
            Option("sample", N_("A few entries to look around with, instead of a file")),
        ),
        examples=(
            "ainews import news.md --dry-run",
            "ainews import items.jsonl --strict",
            "ainews import sources.opml",
        ),
    ),
    OperatorCommand(
        "export",
        N_("Write every published entry to standard output"),
        _export,
        options=(
            Option(
                "format",
                N_("A page that can be imported again (usual), JSON, JSON Lines; or sources: OPML"),
                "page|json|jsonl|opml",
            ),
        ),
        examples=("ainews export > news.md", "ainews export --format opml > sources.opml"),
    ),
    OperatorCommand(
        "check", N_("Check settings, database and platforms, and say what is missing"), _check
    ),
    OperatorCommand(
        "health",
        N_("Say whether the bot runs and is ready, also by the exit code, for monitors"),
        _health,
    ),
    OperatorCommand(
        "backup",
        N_("Copy the database to a new file, also while the bot runs"),
        _backup,
        word=N_("FILE"),
        examples=("ainews backup ainews-backup.db",),
    ),
    OperatorCommand(
        "move",
        N_("Copy everything to another, empty database: from SQLite to PostgreSQL, or back"),
        _move,
        options=(Option("to", N_("The address of the new database"), "URL"),),
        examples=("ainews move --to postgresql://ainews:secret@localhost/ainews",),
    ),
    OperatorCommand(
        "workspaces",
        N_("List the servers that the bot is in, and say which may curate, and which get nothing"),
        _workspaces,
        word=N_("[allow|refuse|block|unblock|forget PLATFORM/ID]"),
        words=2,
        examples=("ainews workspaces allow discord/1234", "ainews workspaces block discord/1234"),
    ),
    OperatorCommand(
        "forget",
        N_("Say what is kept of a person, and remove it"),
        _forget,
        word=N_("PLATFORM/ID"),
        options=(
            Option("list", N_("Only say what is kept")),
            Option("json", N_("Print all of it as JSON")),
        ),
        examples=("ainews forget discord/1234 --list", "ainews forget discord/1234"),
    ),
)
