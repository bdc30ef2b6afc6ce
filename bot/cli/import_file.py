"""`ainews import`: a file into the store, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import BinaryIO

from bot.cli.arguments import Arguments
from bot.cli.output import write_json, write_lines
from bot.cli.session import begin_session, shell_outside, shell_pages
from bot.cli.start import Start
from bot.config.installation import Installation
from bot.i18n.translator import N_, Translator
from bot.importers.filling import LinkFiller
from bot.importers.importer import BATCH, FETCHED, ImportReport, Progress, import_file
from bot.importers.result import Remark
from bot.port.invocation import Outcome, operator
from bot.port.problems import CommandProblem, Mistyped
from bot.sources.feed_lists import is_feed_list
from store.model import ImportAction
from store.store import DigestStore

STANDARD_INPUT = "-"
SAMPLE = "digest.md"
SHOWN = 20
"""Remarks of each kind that are printed; the rest is counted. `--json` has up to a thousand."""


def run(start: Start, arguments: Arguments) -> int:
    """Import, and print what became of the file. Returns the exit code.

    1 where something that should be an entry was not imported.
    """
    given, name = arguments.options, next(iter(arguments.bare), None)
    if (name is None) != ("sample" in given):
        raise Mistyped(
            "Name one file, or - for standard input, or --sample. Type, for example: "
            "ainews import news.md"
        )
    if "fetch" in given and "strict" in given:
        raise Mistyped(
            "--strict refuses a file before anything is asked, and --fetch asks for what the file "
            "does not say. Leave one of them out."
        )
    installation = begin_session(start)
    least = FETCHED if "fetch" in given else BATCH
    with _opened(name) as source, _progress(installation.words, least) as on_progress:
        named = (name or "").casefold().endswith(".opml")
        beginning = source.peek() if isinstance(source, io.BufferedReader) else b""
        if named or is_feed_list(beginning):
            from bot.cli.import_feeds import run_feed_list  # noqa: PLC0415 - a list is rare

            return asyncio.run(
                run_feed_list(
                    installation,
                    source,
                    strict="strict" in given,
                    dry_run="dry-run" in given,
                    json="json" in given,
                )
            )
        report = asyncio.run(_import(installation, name, given, source, on_progress))
    if "json" in given:
        write_json(report.json)
    else:
        write_lines(*_told(report, installation.words))
    return Outcome.REFUSED if report.failed else Outcome.DONE


async def import_sample(store: DigestStore, today: date) -> ImportReport:
    """Import the entries that come with the program."""
    source = io.BytesIO(resources.files("bot.sample").joinpath(SAMPLE).read_bytes())
    return await import_file(store.entries, source, by=operator().actor, today=today, name=SAMPLE)


async def _import(
    installation: Installation,
    name: str | None,
    given: Mapping[str, str],
    source: BinaryIO,
    on_progress: Callable[[Progress], None] | None,
) -> ImportReport:
    async with (
        installation.store() as store,
        shell_outside(installation) as outside,
        shell_pages(outside, store) as pages,
    ):
        if "fetch" in given and not pages.available:
            raise CommandProblem("Nothing is installed here that reads pages, as --fetch needs it.")
        try:
            return await import_file(
                store.entries,
                source,
                by=operator().actor,
                today=installation.clock().date(),
                name=name or SAMPLE,
                strict="strict" in given,
                dry_run="dry-run" in given,
                base_url=given.get("base-url"),
                on_progress=on_progress,
                pages=LinkFiller(pages, store.entries) if "fetch" in given else None,
            )
        except OSError as error:
            raise _unreadable(name, error) from None


@contextlib.contextmanager
def _opened(name: str | None) -> Iterator[BinaryIO]:
    if name is None:
        with resources.files("bot.sample").joinpath(SAMPLE).open("rb") as sample:
            yield io.BytesIO(sample.read())
    elif name == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with contextlib.ExitStack() as stack:
            try:
                source = stack.enter_context(Path(name).open("rb"))
            except (OSError, ValueError) as error:
                raise _unreadable(name, error) from None
            yield source


def _unreadable(name: str | None, error: Exception) -> CommandProblem:
    return CommandProblem(
        "{file} cannot be read ({reason}).",
        file=name,
        reason=getattr(error, "strerror", None) or error,
    )


@contextlib.contextmanager
def _progress(words: Translator, least: int) -> Iterator[Callable[[Progress], None] | None]:
    """Yield what shows how far an import of so many items is, where a person is there to see it."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(progress: Progress) -> None:
        if progress.items < least:
            return
        said = words.ngettext("{count} entry read", "{count} entries read", progress.items)
        if progress.fraction is not None:
            said += f" · {progress.fraction:.0%}"
        print(f"\r\x1b[K{said}", end="", file=sys.stderr, flush=True)

    yield show
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _told(report: ImportReport, words: Translator) -> Iterator[str]:
    """Yield what became of a file, a line each."""
    if report.dry_run:
        new, changed = N_("Line {line}: new: {title}"), N_("Line {line}: changed: {title}")
        for change in report.changes:
            said = new if change.action is ImportAction.ADDED else changed
            yield words.gettext(said, line=change.line, title=change.title)
    yield from _remarks(report.skips, report.skipped, words.gettext("Skipped"), words)
    yield from _remarks(report.faults, report.problems, words.gettext("Not understood"), words)
    yield from _remarks(report.losses, report.not_taken, words.gettext("Not taken"), words)
    if report.refused:
        yield words.gettext("Nothing was imported: --strict refuses a file with mistakes.")
        return
    yield words.gettext(
        "Added {added}, updated {updated}, unchanged {unchanged}, skipped {skipped}, "
        "not understood {problems}.",
        added=words.number(report.added),
        updated=words.number(report.updated),
        unchanged=words.number(report.unchanged),
        skipped=words.number(report.skipped),
        problems=words.number(report.problems),
    )
    if report.dry_run:
        yield words.gettext("This was a dry run: nothing was changed.")


def _remarks(remarks: Sequence[Remark], count: int, kind: str, words: Translator) -> Iterator[str]:
    for remark in remarks[:SHOWN]:
        said = words.gettext(remark.reason, **remark.values)
        text = f" | {remark.text}" if remark.text else ""
        yield (
            words.gettext("Line {line}: {kind}: {said}", line=remark.line, kind=kind, said=said)
            + text
        )
    if count > SHOWN:
        yield words.ngettext(
            "… and {count} more: {kind}", "… and {count} more: {kind}", count - SHOWN, kind=kind
        )
