"""What a process that is forked need not do again: loaded and done once, before the first fork.

Nothing here imports `bot.cli.main`: that would hide the function of its name, which a fork calls.
"""

from __future__ import annotations

import gc
from datetime import date
from importlib.metadata import entry_points

import aiosqlite
import apscheduler.executors.asyncio  # type: ignore[import-untyped]  # it has no stubs
import asyncpg  # type: ignore[import-untyped]  # it has no stubs
import sqlalchemy.dialects.postgresql.asyncpg
import sqlalchemy.dialects.sqlite.aiosqlite
from babel import localedata

import adapters.discord.platform
import adapters.feeds.source
import adapters.http.fetcher
import adapters.llm.client
import adapters.pages.reader
import adapters.slack.platform
import adapters.terminal.plugin
import adapters.web.service
import bot.app
import bot.cli.declared
import bot.cli.health
import bot.cli.once
import bot.cli.run
import bot.http
import store.db.migrations.run
import tests.faults.life
from bot.i18n.translator import Translators
from store.dates import read_date

for _words in Translators("en").every():
    _words.gettext("")
    localedata.load(_words.language)
entry_points()  # it remembers which distributions lie where
read_date("2026-11-23", date(2026, 11, 23))  # its patterns are compiled at the first date
gc.freeze()  # so that a fork copies no page of what it never changes
