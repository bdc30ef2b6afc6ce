"""`ainews export`: every published entry to standard output."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.cli.arguments import Arguments
from bot.cli.session import begin_session, opened, with_store
from bot.cli.start import Start
from bot.cli.streams import write_utf8, writing
from bot.commands.feeds import reader_of
from bot.config.installation import Installation
from bot.exporters.files import ExportForm, export
from bot.port.invocation import Outcome
from bot.port.problems import Mistyped
from bot.port.source import FeedAddress
from store.store import DigestStore

_FEEDS = "opml"
_FORMS = (*ExportForm, _FEEDS)


def run(start: Start, arguments: Arguments) -> int:
    """Write the digest as a page, JSON or JSON Lines, or its sources. Returns the exit code."""
    form = arguments.options.get("format", "page")
    if form not in _FORMS:
        raise Mistyped(
            "“{value}” is not a format. Choose one of: {choices}.",
            parameter="format",
            value=form[:40],
            choices=", ".join(_FORMS),
        )
    installation = begin_session(start)
    if form == _FEEDS:
        asyncio.run(_feeds(installation))
    else:
        with_store(installation, partial(_entries, ExportForm(form)))
    return Outcome.DONE


async def _feeds(installation: Installation) -> None:
    async with opened(installation, make=False) as (store, outside, _):
        reader = reader_of(outside.sources)
        feeds = [
            FeedAddress(one.address, one.name, next(iter(one.rules.tags), None))
            for one in await store.sources.list()
        ]
        with writing():
            write_utf8(reader.write_list(feeds, "AINews"))


async def _entries(form: ExportForm, store: DigestStore) -> None:
    with writing():
        async for piece in export(store.entries.all(), form):
            write_utf8(piece)
