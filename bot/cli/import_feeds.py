"""`ainews import` of a list of feeds: what became a source, and what did not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from bot.cli.output import write_json, write_lines
from bot.cli.session import shell_outside
from bot.commands.feeds import reader_of
from bot.config.installation import Installation
from bot.i18n.translator import Translator
from bot.port.fetch import MOST_BYTES
from bot.port.invocation import Outcome, operator
from bot.port.problems import CommandProblem
from bot.port.source import NotAFeedList
from bot.sources.feed_lists import NO_ADDRESS, FeedListReport, import_feeds, name_of


async def run_feed_list(
    installation: Installation, source: BinaryIO, *, strict: bool, dry_run: bool, json: bool
) -> int:
    """Make sources of the feeds of a list, and print what became of it. Returns the exit code.

    1 where something in it is no address.
    """
    words = installation.words
    async with shell_outside(installation) as outside, installation.store() as store:
        reader = reader_of(outside.sources)
        try:
            feeds = await reader.read_list(source.read(MOST_BYTES))
        except NotAFeedList as error:
            raise CommandProblem(str(error)) from None
        by = operator().actor
        report = await import_feeds(store.sources, feeds, by, dry_run=True)
        wrong = any(one.reason == NO_ADDRESS for one in report.skipped)
        refused = strict and wrong
        if not (dry_run or refused):
            report = await import_feeds(store.sources, feeds, by)
    if json:
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
        write_lines(*_told(report, words, dry_run=dry_run, refused=refused))
    return Outcome.REFUSED if wrong else Outcome.DONE


def _told(
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
        yield words.gettext("Nothing was imported: --strict refuses a file with mistakes.")
        return
    added = words.ngettext("Added {count} source", "Added {count} sources", len(report.added))
    skipped = words.gettext("skipped {count}", count=words.number(len(report.skipped)))
    yield f"{added}, {skipped}."
    if dry_run:
        yield words.gettext("This was a dry run: nothing was changed.")
