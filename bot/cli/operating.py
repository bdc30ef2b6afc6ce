"""What the operator may type besides the declared commands. Each is loaded when it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name

from bot.cli.arguments import Arguments, Option
from bot.cli.start import Start
from bot.i18n.translator import N_


@dataclass(frozen=True, slots=True)
class OperatorCommand:
    """A command of the operator. `word` is what may stand bare behind its name, `words` times.

    `place` is the module and function of this folder that do it, `run` of its name's usually.
    """

    name: str
    description: str
    place: str = ""
    word: str = ""
    words: int = 1
    options: tuple[Option, ...] = ()
    examples: tuple[str, ...] = ()

    def run(self, start: Start, arguments: Arguments) -> int:
        """Do what it says. Returns the exit code."""
        code: int = resolve_name(f"bot.cli.{self.place or f'{self.name}:run'}")(start, arguments)
        return code


OPERATING = (
    OperatorCommand(
        "init", N_("Ask for language, time zone and tokens, check them, and write .env")
    ),
    OperatorCommand(
        "run", N_("Start the bot on every platform that is set up, or chat in this terminal")
    ),
    OperatorCommand(
        "import",
        N_("Read entries (Markdown, JSON Lines) or sources (OPML); - is standard input"),
        place="import_file:run",
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
        options=(
            Option(
                "format",
                N_("A page that can be imported again (usual), JSON, JSON Lines; or sources: OPML"),
                "page|json|jsonl|opml",
            ),
        ),
        examples=("ainews export > news.md", "ainews export --format opml > sources.opml"),
    ),
    OperatorCommand("check", N_("Check settings, database and platforms, and say what is missing")),
    OperatorCommand(
        "health", N_("Say whether the bot runs and is ready, also by the exit code, for monitors")
    ),
    OperatorCommand(
        "backup",
        N_("Copy the database to a new file, also while the bot runs"),
        place="databases:backup",
        word=N_("FILE"),
        examples=("ainews backup ainews-backup.db",),
    ),
    OperatorCommand(
        "move",
        N_("Copy everything to another, empty database: from SQLite to PostgreSQL, or back"),
        place="databases:move",
        options=(Option("to", N_("The address of the new database"), "URL"),),
        examples=("ainews move --to postgresql://ainews:secret@localhost/ainews",),
    ),
    OperatorCommand(
        "workspaces",
        N_("List the servers that the bot is in, and say which may curate, and which get nothing"),
        word=N_("[allow|refuse|block|unblock|forget PLATFORM/ID]"),
        words=2,
        examples=("ainews workspaces allow discord/1234", "ainews workspaces block discord/1234"),
    ),
    OperatorCommand(
        "forget",
        N_("Say what is kept of a person, and remove it"),
        word=N_("PLATFORM/ID"),
        options=(
            Option("list", N_("Only say what is kept")),
            Option("json", N_("Print all of it as JSON")),
        ),
        examples=("ainews forget discord/1234 --list", "ainews forget discord/1234"),
    ),
)
