"""`ainews import`: a file of entries or a list of feeds into the store; what became of each."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from datetime import date
from importlib import resources
from typing import BinaryIO

from bot.cli.arguments import Arguments
from bot.cli.session import begin_session, opened
from bot.cli.start import Start
from bot.cli.streams import reading, unreadable, write_json, write_lines
from bot.commands.feeds import reader_of
from bot.config.installation import Installation
from bot.i18n.translator import N_, Translator
from bot.importers.filling import LinkFiller
from bot.importers.importer import BATCH, FETCHED, ImportReport, Progress, import_file
from bot.importers.result import Remark
from bot.port.fetch import MOST_BYTES
from bot.port.invocation import Outcome, operator
from bot.port.problems import CommandProblem, Mistyped
from bot.port.source import NotAFeedList
from bot.sources.feed_lists import NO_ADDRESS, FeedListReport, import_feeds, is_feed_list, name_of
from store.model import ImportAction
from store.store import DigestStore

SAMPLE = "digest.md"
SHOWN = 20
"""Remarks of each kind that are printed; the rest is counted. `--json` has up to a thousand."""

_REFUSED = N_("Nothing was imported: --strict refuses a file with mistakes.")
_DRY_RUN = N_("This was a dry run: nothing was changed.")


def run(start: Start, arguments: Arguments) -> int:
    """Import, and print what became of the file. Returns the exit code.

    1 where something that should be an entry was not imported, or is no address of a feed.
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
    with (
        nullcontext(_sample()) if name is None else reading(name) as source,
        _progress(installation.words, least) as on_progress,
    ):
        named = (name or "").casefold().endswith(".opml")
        beginning = source.peek() if isinstance(source, io.BufferedReader) else b""
        if named or is_feed_list(beginning):
            return asyncio.run(_import_feeds(installation, given, source))
        report = asyncio.run(_import(installation, name or SAMPLE, given, source, on_progress))
    if "json" in given:
        write_json(report.json)
    else:
        write_lines(*_told(report, installation.words))
    return Outcome.REFUSED if report.failed else Outcome.DONE


async def import_sample(store: DigestStore, today: date) -> ImportReport:
    """Import the entries that come with the program."""
    by = operator().actor
    return await import_file(store.entries, _sample(), by=by, today=today, name=SAMPLE)


def _sample() -> io.BytesIO:
    return io.BytesIO(resources.files("bot.sample").joinpath(SAMPLE).read_bytes())


async def _import(
    installation: Installation,
    name: str,
    given: Mapping[str, str],
    source: BinaryIO,
    on_progress: Callable[[Progress], None] | None,
) -> ImportReport:
    async with opened(installation) as (store, _, pages):
        if "fetch" in given and not pages.available:
            raise CommandProblem("Nothing is installed here that reads pages, as --fetch needs it.")
        try:
            return await import_file(
                store.entries,
                source,
                by=operator().actor,
                today=installation.clock().date(),
                name=name,
                strict="strict" in given,
                dry_run="dry-run" in given,
                base_url=given.get("base-url"),
                on_progress=on_progress,
                pages=LinkFiller(pages, store.entries) if "fetch" in given else None,
            )
        except OSError as error:
            raise unreadable(name, error) from None


async def _import_feeds(
    installation: Installation, given: Mapping[str, str], source: BinaryIO
) -> int:
    """Make sources of the feeds of a list."""
    dry_run = "dry-run" in given
    async with opened(installation) as (store, outside, _):
        reader = reader_of(outside.sources)
        try:
            feeds = await reader.read_list(source.read(MOST_BYTES))
        except NotAFeedList as error:
            raise CommandProblem(str(error)) from None
        by = operator().actor
        report = await import_feeds(store.sources, feeds, by, dry_run=True)
        wrong = any(one.reason == NO_ADDRESS for one in report.skipped)
        refused = "strict" in given and wrong
        if not (dry_run or refused):
            report = await import_feeds(store.sources, feeds, by)
    if "json" in given:
        write_json(
            {
                "added": [{"name": name_of(one), "address": one.url} for one in report.added],
                "skipped": [
                    {"address": one.address, "reason": one.reason} for one in report.skipped
                ],
                "dry_run": dry_run,
                "refused": refused,
            }
        )
    else:
        said = _feeds_told(report, installation.words, dry_run=dry_run, refused=refused)
        write_lines(*said)
    return Outcome.REFUSED if wrong else Outcome.DONE


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

    try:
        yield show
    finally:
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
        yield words.gettext(_REFUSED)
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
        yield words.gettext(_DRY_RUN)


def _remarks(remarks: Sequence[Remark], count: int, kind: str, words: Translator) -> Iterator[str]:
    for remark in remarks[:SHOWN]:
        said = words.gettext(remark.reason, **remark.values)
        line = words.gettext("Line {line}: {kind}: {said}", line=remark.line, kind=kind, said=said)
        yield f"{line} | {remark.text}" if remark.text else line
    if count > SHOWN:
        yield words.ngettext(
            "… and {count} more: {kind}", "… and {count} more: {kind}", count - SHOWN, kind=kind
        )


def _feeds_told(
    report: FeedListReport, words: Translator, *, dry_run: bool, refused: bool
) -> Iterator[str]:
    if dry_run:
        for feed in report.added:
            yield words.gettext(
                "New source: {name} · {address}", name=name_of(feed), address=feed.url
            )
    for one in report.skipped:
        yield words.gettext(
            "Skipped: {address}: {reason}", address=one.address, reason=words.gettext(one.reason)
        )
    if refused:
        yield words.gettext(_REFUSED)
        return
    added = words.ngettext("Added {count} source", "Added {count} sources", len(report.added))
    skipped = words.gettext("skipped {count}", count=words.number(len(report.skipped)))
    yield f"{added}, {skipped}."
    if dry_run:
        yield words.gettext(_DRY_RUN)
