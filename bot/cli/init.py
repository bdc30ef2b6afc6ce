"""`ainews init`: asks for what the bot needs, checks it as it is typed, and writes `.env`."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.cli.arguments import Arguments
from bot.cli.start import Start
from bot.cli.streams import agrees, finding
from bot.config.environment import FILE, with_values
from bot.config.plugins import installed
from bot.config.readers import UTC, read_locale, read_timezone
from bot.config.settings import data_folder, machine_zone
from bot.i18n.translator import Translator
from bot.port.clock import system_clock
from bot.port.invocation import Outcome
from bot.port.platform import CheckLine, PlatformContext, PlatformPlugin, PlatformSetting
from bot.port.problems import CommandProblem, Mistyped
from bot.port.settings_error import SettingsError, SettingsErrors

_ROOM = 4096
"""Bytes that a file of settings may take."""


def run(start: Start, _: Arguments) -> int:
    """Ask, and write the answers once all are given. Returns the exit code.

    Ctrl-C and the end of the input leave everything as it was.
    """
    if start.trouble is not None:
        raise SettingsErrors([start.trouble])
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Mistyped(
            "ainews init asks questions: type it in a terminal, or write {file} by hand "
            "(.env.example explains each setting).",
            file=FILE,
        )
    file = (start.file or Path(FILE)).absolute()
    place = file.resolve()  # where a link leads
    words = start.words
    question = words.gettext("{file} exists. Change in it what you answer now?", file=file)
    unchanged = words.gettext("Cancelled. Nothing was changed.")
    try:
        if start.file is not None and not agrees(question, usual=False):
            print(unchanged)
            return Outcome.DONE
        with _writing(file), _private(_new(place), " " * _ROOM):
            pass  # so that nobody types tokens in vain
        answers = _asked(start)
    except (KeyboardInterrupt, EOFError):
        print(f"\n{unchanged}")
        raise KeyboardInterrupt from None
    words = Translator(answers["AINEWS_LOCALE"])
    with _writing(file):
        _write(place, with_values(file.read_text("utf-8-sig") if start.file else "", answers))
    print(words.gettext("{file} is written. `ainews run` starts the bot.", file=file))
    return Outcome.DONE


@contextlib.contextmanager
def _writing(file: Path) -> Iterator[None]:
    """Write a file: what keeps that from being done is a CommandProblem."""
    try:
        yield
    except OSError as error:
        raise CommandProblem(
            "{file} cannot be written ({reason}).", file=file, reason=error.strerror or error
        ) from None


@contextlib.contextmanager
def _private(file: Path, text: str) -> Iterator[Path]:
    """Make a file that others cannot read, and take it away again unless it was moved."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        yield file
    finally:
        file.unlink(missing_ok=True)


def _write(file: Path, text: str) -> None:
    """Write a file that others cannot read, whole or not at all. Raises OSError.

    It stays its owner's, and its group's where others could not read it before.
    """
    before = file.stat() if file.exists() else None
    kept = before is not None and not before.st_mode & stat.S_IRWXO
    with _private(_new(file), text) as new:
        if before is not None and os.name == "posix":
            with contextlib.suppress(PermissionError):
                os.chown(new, before.st_uid, before.st_gid)
            new.chmod(stat.S_IMODE(before.st_mode) if kept else 0o600)
        new.replace(file)


def _new(file: Path) -> Path:
    return file.with_name(f"{file.name}.new")


def _asked(start: Start) -> dict[str, str]:
    """Return what is to stand in the file."""
    language = _answer("Language / 언어 (ko, en)", start.words.language, read_locale, start.words)
    words = Translator(language)
    print(words.gettext("Enter takes what is in brackets. Ctrl-C changes nothing."))
    zone = start.environment.get("AINEWS_TIMEZONE") or machine_zone()
    if zone in UTC and language == "ko":
        zone = "Asia/Seoul"
    zone = _answer(words.gettext("Time zone"), zone, read_timezone, words)
    answers = {"AINEWS_LOCALE": language, "AINEWS_TIMEZONE": zone}
    for plugin in installed().platforms:
        answers |= _platform(plugin, {**start.environment, **answers}, words)
    return answers


def _answer(question: str, usual: str, read: Callable[[str], str], words: Translator) -> str:
    """Ask until the answer can be used. Enter: the usual one."""
    while True:
        try:
            return read(input(f"{question} [{usual}]: ").strip() or usual)
        except SettingsError as error:
            print(error.said(words))


def _platform(
    plugin: PlatformPlugin, environment: Mapping[str, str], words: Translator
) -> dict[str, str]:
    """Ask for what a platform needs, and again for what its check refuses; return what is new."""
    wanted = [setting for setting in plugin.settings if setting.needed]
    name = plugin.name.title()
    if wanted:
        print(f"\n{name}")
    given: dict[str, str] = {}
    while wanted:
        for setting in wanted:
            present = None if setting.variable in given else environment.get(setting.variable)
            value = _setting(setting, present, words)
            if value is None:
                if given:
                    print(words.gettext("{name} is left out: it needs this too.", name=name))
                return {}
            given[setting.variable] = value
        lines = asyncio.run(_checked(plugin, {**environment, **given}, words))
        for line in lines:
            print(finding(line))
        wrong = {line.setting for line in lines if not line.well}
        wanted = [setting for setting in wanted if setting.variable in wrong]
    return {name: value for name, value in given.items() if value != environment.get(name)}


async def _checked(
    plugin: PlatformPlugin, environment: Mapping[str, str], words: Translator
) -> list[CheckLine]:
    folder = data_folder(environment)
    context = PlatformContext(environment, system_clock, folder, words.language)
    try:
        return list(await plugin.check(context))
    except SettingsError as error:
        return [CheckLine(error.said(words), "", error.variable)]


def _setting(setting: PlatformSetting, present: str | None, words: Translator) -> str | None:
    """Ask for one value until it looks right. None: not now."""
    for text in filter(None, (setting.description, setting.where)):
        print(f"  {words.gettext(text)}")
    ask = getpass.getpass if setting.secret else input
    while True:
        hint = words.gettext("Enter: as it is") if present else words.gettext("Enter: not now")
        value = ask(f"{setting.variable} ({hint}): ").strip() or present
        if value is None:
            return None
        try:
            setting.read(value)
        except SettingsError as error:
            print(error.said(words))
            present = None
        else:
            return value
