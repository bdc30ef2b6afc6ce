"""`ainews check`: what is well and what is not, in plain sentences. It changes nothing."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.cli.arguments import Arguments
from bot.cli.health import BotState, state_of
from bot.cli.main import explained
from bot.cli.session import installation_of
from bot.cli.start import Start
from bot.cli.streams import finding, write_lines
from bot.config.environment import FILE
from bot.config.installation import Installation
from bot.config.logs import configure_logs
from bot.config.plugins import (
    BrokenPlugin,
    installed,
    unknown_settings,
    variables_to_set,
    wrong_settings,
)
from bot.config.readers import UTC
from bot.i18n.translator import LANGUAGE_NAMES, N_, Translator
from bot.port.invocation import Outcome
from bot.port.platform import CheckLine, Declaring, PlatformPlugin
from bot.port.settings_error import SettingsError, SettingsErrors
from bot.views.status import running_lines
from store.errors import DatabaseFolderMissing, StoreError
from store.model import ChannelState, Inspection, Status
from store.store import DigestStore

_MEGABYTE = 1_000_000
_LITTLE = 100
"""Megabytes: with fewer, a busy digest fills the disk within days."""

_PROBE = bytes(64 * 1024)


def run(start: Start, _: Arguments) -> int:
    """Say how everything is. Returns 0 where all is well, 1 where something is not."""
    words = start.words
    lines = _settings(start)
    try:
        installation = installation_of(start)
    except SettingsErrors as error:
        plugins = installed()
        needed = (*plugins.chosen(start.environment), *plugins.beside)
        lines += _said([*error.errors, *wrong_settings(needed, start.environment)], words)
    else:
        configure_logs("error", installation.redactor)
        words = installation.words
        lines += asyncio.run(_lines(installation))
    all_well = all(line.well for line in lines)
    troubled = N_("Some things need attention: see the lines with ✗.")
    verdict = words.gettext(N_("All is well.") if all_well else troubled)
    write_lines(*map(finding, lines), verdict)
    return Outcome.DONE if all_well else Outcome.REFUSED


def _settings(start: Start) -> list[CheckLine]:
    words, file = start.words, start.file
    lines = _said(unknown_settings(installed().every, start.environment), words)
    if start.trouble is not None:
        return lines
    if file is None:
        said = words.gettext(
            "There is no {file} here, in the data folder or in /etc/ainews: settings come from "
            "the environment alone.",
            file=FILE,
        )
        return [CheckLine(said), *lines]
    if os.name == "posix" and file.stat().st_mode & stat.S_IRWXO:
        lines.append(
            CheckLine(
                words.gettext("Everybody on this machine can read {file}.", file=file),
                words.gettext("Type: chmod 600 {file}", file=file),
            )
        )
    return [CheckLine(words.gettext("Settings are read from {file}.", file=file)), *lines]


def _said(errors: Iterable[SettingsError], words: Translator) -> list[CheckLine]:
    return [CheckLine(error.said(words), "") for error in errors]


async def _lines(installation: Installation) -> list[CheckLine]:
    words, settings = installation.words, installation.settings
    times = words.gettext(
        "The time zone is {timezone}, the default language {language}.",
        timezone=settings.timezone,
        language=LANGUAGE_NAMES[settings.locale],
    )
    lines = [CheckLine(times)]
    if settings.locale == "ko" and settings.timezone in UTC:
        foreign = words.gettext(
            "09:00 in UTC is 18:00 in Seoul. AINEWS_TIMEZONE=Asia/Seoul is for whoever's own time "
            "zone is not known."
        )
        lines.append(CheckLine(foreign))
    lines.append(CheckLine(settings.limits.said(words)))
    lines += [_folder(settings.data_folder, words), *await _database(installation)]
    if settings.http is not None:
        state = state_of(settings.http)
        remedy = None if state in {BotState.READY, BotState.SILENT} else ""
        lines.append(CheckLine(words.gettext(state.value, address=settings.http), remedy))
    plugins = installation.plugins
    for plugin in plugins.platforms:
        lines += await _platform(plugin, installation)
    for one in (*plugins.fetchers[:1], *plugins.services, *plugins.writers[:1]):
        lines += await _checked(one, installation)
    return lines


def _folder(folder: Path, words: Translator) -> CheckLine:
    """Try a write where there is a folder, and look whether it can be made where there is none."""
    place = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(_PROBE)
        free = shutil.disk_usage(place).free // _MEGABYTE
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return CheckLine(
                words.gettext("{folder} has no room left.", folder=place),
                words.gettext("Free some room, or name another folder."),
            )
        return CheckLine(
            words.gettext(
                "{folder} cannot be written ({why}).",
                folder=place,
                why=error.strerror or type(error).__name__,
            ),
            words.gettext("Let this user write there, or name another folder."),
        )
    said = {"folder": folder, "free": words.number(free)}
    if free < _LITTLE:
        return CheckLine(
            words.gettext("{folder} has {free} MB left.", **said), words.gettext("Free some.")
        )
    return CheckLine(words.gettext("{folder} can be written; {free} MB are free.", **said))


async def _database(installation: Installation) -> list[CheckLine]:
    words, settings = installation.words, installation.settings
    is_file = settings.database_url.startswith("sqlite")
    try:
        seen = await DigestStore.inspect(settings.database_url, thorough=True)
    except StoreError as error:
        if isinstance(error, DatabaseFolderMissing) and error.folder == str(settings.data_folder):
            seen = Inspection(error.where, exists=False, revision=None, current=False)
        else:
            return [CheckLine(explained(error, words)[0], "")]
    lines = []
    folder = Path(seen.where).parent
    if is_file and folder != settings.data_folder:
        lines.append(_folder(folder, words))
    if is_file and seen.exists and not os.access(seen.where, os.W_OK):
        lines.append(
            CheckLine(
                words.gettext("The database {where} cannot be written.", where=seen.where),
                words.gettext("Let this user write it."),
            )
        )
    if seen.current:
        runs = running_lines(seen.running, words, settings.timezone)
        return [*lines, *_contents(seen, words), *map(CheckLine, runs)]
    said = N_("The database {where} is still empty: its tables are made at the first start.")
    if seen.exists:
        said = N_(
            "The database {where} is of an older version: the next start brings it up to date."
        )
    elif is_file:
        said = N_("There is no database {where} yet: the first start makes it.")
    return [*lines, CheckLine(words.gettext(said, where=seen.where))]


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
                "The search index was made by another version: it still answers, and `ainews run` "
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
    if plugin not in installation.chosen:
        said = words.gettext(
            "{platform} is not set up. To start it too, set {variables}.",
            platform=name,
            variables=", ".join(variables_to_set(plugin)),
        )
        return [CheckLine(said)]
    will_start = CheckLine(words.gettext("{platform} will be started.", platform=name))
    return await _checked(plugin, installation, will_start)


async def _checked(
    plugin: Declaring, installation: Installation, *before: CheckLine
) -> list[CheckLine]:
    """Return what a plugin says of itself where its settings can be read, else what is wrong."""
    words = installation.words
    wrong = _said(wrong_settings((plugin,), installation.environment), words)
    if wrong:
        return wrong
    try:
        return [*before, *await plugin.check(installation.context)]
    except SettingsError as error:
        return [*before, CheckLine(error.said(words), "")]
