"""`ainews check`: what is well and what is not, in plain sentences. It changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from bot.cli.errors import explained
from bot.cli.output import writing
from bot.cli.session import installation_of
from bot.cli.start import Start
from bot.config.environment import FILE
from bot.config.installation import Installation
from bot.config.logs import configure_logs
from bot.config.plugins import BrokenPlugin, variables_to_set
from bot.i18n.translator import Translator
from bot.port.invocation import Outcome
from bot.port.platform import CheckLine, PlatformPlugin
from bot.port.settings_error import SettingsError
from store.errors import StoreError
from store.model import ChannelState, Inspection, Status
from store.store import DigestStore

_MARKS = {True: "✓", False: "✗"}
_LANGUAGES = {"ko": "한국어", "en": "English"}


def run_check(start: Start) -> int:
    """Say how everything is. Returns 0 where all is well, 1 where something is not.

    Raises SettingsError where a setting cannot be used at all.
    """
    installation = installation_of(start)
    configure_logs("error", installation.redactor)
    lines = asyncio.run(_lines(installation))
    words = installation.words
    with writing() as stream:
        for line in lines:
            sentence = " ".join(part for part in (line.sentence, line.remedy) if part)
            print(f"{_MARKS[line.well]} {sentence}", file=stream)
        well = all(line.well for line in lines)
        print(
            words.gettext("All is well.")
            if well
            else words.gettext("Not all is well: see the lines with ✗."),
            file=stream,
        )
    return Outcome.DONE if well else Outcome.REFUSED


async def _lines(installation: Installation) -> list[CheckLine]:
    lines = [*_settings(installation), *await _database(installation)]
    for plugin in installation.plugins:
        lines += await _platform(plugin, installation)
    return lines


def _settings(installation: Installation) -> Iterator[CheckLine]:
    words, settings = installation.words, installation.settings
    file = Path.cwd() / FILE
    if file.exists():
        yield CheckLine(words.gettext("Settings are read from {file}.", file=file))
    else:
        yield CheckLine(
            words.gettext(
                "There is no {file}: settings come from the environment alone.", file=file
            )
        )
    yield CheckLine(
        words.gettext(
            "Times are those of {timezone}, the usual language is {language}.",
            timezone=settings.timezone,
            language=_LANGUAGES[settings.locale],
        )
    )
    for unknown in installation.unknown_variables():
        yield CheckLine(unknown.said(words), "")


async def _database(installation: Installation) -> list[CheckLine]:
    words = installation.words
    try:
        seen = await DigestStore.inspect(
            installation.settings.database_url.get_secret_value(), installation.analyzer
        )
    except StoreError as error:
        sentence, _ = explained(error, words)
        return [CheckLine(sentence, "")]
    if not seen.exists:
        sentence = words.gettext(
            "There is no database {where} yet: it is made at the first start.", where=seen.where
        )
        return [CheckLine(sentence)]
    if not seen.current:
        sentence = words.gettext(
            "The database {where} is of an older version: the next start brings it up to date.",
            where=seen.where,
        )
        return [CheckLine(sentence)]
    return list(_contents(seen, words))


def _contents(seen: Inspection, words: Translator) -> Iterator[CheckLine]:
    broken = seen.channels.get(ChannelState.BROKEN, 0)
    yield CheckLine(
        words.gettext(
            "The database {where} answers and is up to date. Published entries: {entries}; "
            "channels: {channels}.",
            where=seen.where,
            entries=words.number(seen.entries.get(Status.PUBLISHED, 0)),
            channels=words.number(seen.channels.get(ChannelState.ACTIVE, 0) + broken),
        )
    )
    if seen.index_outdated:
        yield CheckLine(
            words.gettext(
                "The search index was made by another analyzer: it still answers, and `ainews run` "
                "rebuilds it."
            )
        )
    if broken:
        yield CheckLine(
            words.ngettext(
                "{count} channel cannot be posted to.",
                "{count} channels cannot be posted to.",
                broken,
            ),
            words.gettext("`ainews status` says why."),
        )


async def _platform(plugin: PlatformPlugin, installation: Installation) -> list[CheckLine]:
    words = installation.words
    name = plugin.name.title()
    if isinstance(plugin, BrokenPlugin):
        return list(await plugin.check(installation.context))
    if plugin in installation.chosen:
        lines = [CheckLine(words.gettext("{platform} will be started.", platform=name))]
        try:
            lines += await plugin.check(installation.context)
        except SettingsError as error:
            lines.append(CheckLine(error.said(words), ""))
        return lines
    sentence = words.gettext(
        "{platform} is not set up. To start it too, set {variables}.",
        platform=name,
        variables=", ".join(variables_to_set(plugin)),
    )
    return [CheckLine(sentence)]
