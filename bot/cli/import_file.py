"""`ainews import`: a file into the store, and what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import BinaryIO

from bot.cli.arguments import Arguments
from bot.cli.output import write_json, writing
from bot.cli.session import begin_session, shell_outside, shell_pages
from bot.cli.start import Start
from bot.config.installation import Installation
from bot.i18n.translator import Translator
from bot.importers.filling import LinkFiller
from bot.importers.importer import BATCH, FETCHED, ImportReport, Progress, import_file
from bot.importers.result import Remark
from bot.port.invocation import Outcome, operator
from bot.port.problems import CommandProblem, Mistyped
from bot.sources.feed_lists import is_feed_list
from store.model import ImportAction, ImportOutcome
from store.store import DigestStore

STANDARD_INPUT = "-"
SAMPLE = "digest.md"
SHOWN = 20
"""Remarks of each kind that are printed; the rest is counted. `--json` has up to a thousand."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the operator asked for. `file` may be `-`, for standard input."""

    file: str | None
    base_url: str | None
    strict: bool
    dry_run: bool
    json: bool
    sample: bool
    fetch: bool = False


def run(start: Start, arguments: Arguments) -> int:
    """Import, and print what became of the file. Returns the exit code.

    1 where something that should be an entry was not imported.
    """
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
    if (options.file is None) != options.sample:
        raise Mistyped(
            "Name one file, or - for standard input, or --sample. Type, for example: "
            "ainews import news.md"
        )
    if options.fetch and options.strict:
        raise Mistyped(
            "--strict refuses a file before anything is asked, and --fetch asks for what the file "
            "does not say. Leave one of them out."
        )
    installation = begin_session(start)
    least = FETCHED if options.fetch else BATCH
    with _opened(options) as source, _progress(installation.words, least) as on_progress:
        named = (options.file or "").casefold().endswith(".opml")
        if named or is_feed_list(_beginning(source)):
            from bot.cli.import_feeds import run_feed_list  # noqa: PLC0415 - a list is rare

            return asyncio.run(
                run_feed_list(
                    installation,
                    source,
                    strict=options.strict,
                    dry_run=options.dry_run,
                    json=options.json,
                )
            )
        report = asyncio.run(_import(installation, options, source, on_progress))
    if options.json:
        write_json(report.json)
    else:
        with writing() as stream:
            stream.writelines(f"{line}\n" for line in _told(report, installation.words))
    return Outcome.REFUSED if report.failed else Outcome.DONE


async def import_sample(store: DigestStore, today: date) -> ImportReport:
    """Import the entries that come with the program."""
    source = io.BytesIO(resources.files("bot.sample").joinpath(SAMPLE).read_bytes())
    return await import_file(store.entries, source, by=operator().actor, today=today, name=SAMPLE)


async def _import(
    installation: Installation,
    options: ImportOptions,
    source: BinaryIO,
    on_progress: Callable[[Progress], None] | None,
) -> ImportReport:
    async with (
        installation.store() as store,
        shell_outside(installation) as outside,
        shell_pages(outside, store) as pages,
    ):
        if options.fetch and not pages.available:
            raise CommandProblem("Nothing is installed here that reads pages, as --fetch needs it.")
        try:
            return await import_file(
                store.entries,
                source,
                by=operator().actor,
                today=installation.clock().date(),
                name=SAMPLE if options.file is None else options.file,
                strict=options.strict,
                dry_run=options.dry_run,
                base_url=options.base_url,
                on_progress=on_progress,
                pages=LinkFiller(pages, store.entries) if options.fetch else None,
            )
        except OSError as error:
            raise _unreadable(options, error) from None


@contextlib.contextmanager
def _opened(options: ImportOptions) -> Iterator[BinaryIO]:
    if options.file is None:
        with resources.files("bot.sample").joinpath(SAMPLE).open("rb") as sample:
            yield io.BytesIO(sample.read())
    elif options.file == STANDARD_INPUT:
        yield sys.stdin.buffer
    else:
        with contextlib.ExitStack() as stack:
            try:
                source = stack.enter_context(Path(options.file).open("rb"))
            except (OSError, ValueError) as error:
                raise _unreadable(options, error) from None
            yield source


def _beginning(source: BinaryIO) -> bytes:
    """Return how a file begins, which stays to be read."""
    return source.peek() if isinstance(source, io.BufferedReader) else b""


def _unreadable(options: ImportOptions, error: Exception) -> CommandProblem:
    return CommandProblem(
        "{file} cannot be read ({reason}).",
        file=options.file,
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
        for change in report.changes:
            yield _change(change, words)
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


def _change(change: ImportOutcome, words: Translator) -> str:
    if change.action is ImportAction.ADDED:
        return words.gettext("Line {line}: new: {title}", line=change.line, title=change.title)
    return words.gettext("Line {line}: changed: {title}", line=change.line, title=change.title)


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
