"""What is installed and set on this machine, and what is made from that alone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config.environment import readable
from bot.config.logs import Redactor
from bot.config.plugins import Plugins
from bot.config.settings import Settings
from bot.i18n.translator import N_, Translator, Translators
from bot.port.clock import Clock, CommonClock
from bot.port.platform import PlatformContext, PlatformPlugin
from bot.port.settings_error import SettingsError
from bot.views.sections import FILE, BadSection, TagSections
from store.store import DigestStore


def read_sections(folder: Path) -> TagSections:
    """Return the sections of the data folder's table, else those that come with the program.

    Raises SettingsError for a table that cannot be read, with the line where there is one.
    """
    file = folder / FILE
    try:
        with readable(file):
            return TagSections(file.read_text("utf-8-sig").splitlines())
    except (FileNotFoundError, NotADirectoryError):
        return TagSections.shipped()
    except BadSection as error:
        raise SettingsError(
            str(file),
            N_("Line {line} has not four columns with tabs between them."),
            N_("Write a sign, the English name, the Korean name and tags with commas between."),
            line=error.line,
        ) from None


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings, the words, what is installed and the posts' sections of here."""

    environment: Mapping[str, str]
    settings: Settings
    translators: Translators
    plugins: Plugins
    clock: Clock = field(default_factory=CommonClock)
    sections: TagSections = field(default_factory=TagSections.shipped)

    @property
    def words(self) -> Translator:
        """The operator's words."""
        return self.translators.of(None)

    @property
    def context(self) -> PlatformContext:
        """What platforms are made from."""
        settings = self.settings
        return PlatformContext(
            self.environment, self.clock, settings.data_folder, language=settings.locale
        )

    @property
    def chosen(self) -> tuple[PlatformPlugin, ...]:
        """The platforms to start: those that are set up, else the terminal."""
        return self.plugins.chosen(self.environment)

    @property
    def chatting(self) -> bool:
        """Whether the operator has a chat of their own among the platforms to start."""
        return any(each.local for each in self.chosen)

    @property
    def redactor(self) -> Redactor:
        """What takes out of the log what no log may show."""
        secrets = (
            self.environment[setting.variable]
            for plugin in self.plugins.every
            for setting in plugin.settings
            if setting.secret and setting.variable in self.environment
        )
        shapes = (shape for plugin in self.plugins.platforms for shape in plugin.secret_shapes)
        return Redactor((*self.settings.secrets, *secrets), shapes)

    @contextlib.asynccontextmanager
    async def store(self, *, make: bool = True) -> AsyncIterator[DigestStore]:
        """Open the store; `make`: also a new one. Raises DatabaseTrouble and BadDatabaseUrl."""
        store = await DigestStore.open(
            self.settings.database_url,
            self.clock,
            make=make,
            connections=self.settings.database_connections,
            correct=self.clock.correct if isinstance(self.clock, CommonClock) else None,
        )
        try:
            yield store
        finally:
            await store.close()
