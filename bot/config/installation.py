"""What is installed and set on this machine, and what is made from that alone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.config.logs import Redactor
from bot.config.settings import Settings
from bot.i18n.translator import Translator, Translators
from bot.port.archive import ServicePlugin
from bot.port.clock import Clock, CommonClock
from bot.port.fetch import FetcherPlugin
from bot.port.platform import Declaring, PlatformContext, PlatformPlugin
from bot.port.writer import WriterPlugin
from bot.views.sections import TagSections
from store.store import DigestStore


def chosen(
    plugins: Sequence[PlatformPlugin], environment: Mapping[str, str]
) -> tuple[PlatformPlugin, ...]:
    """Return the platforms to start: those that are set up, else the local one."""
    configured = tuple(each for each in plugins if each.configured(environment))
    return configured or tuple(each for each in plugins if each.local)


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings, the words, what is installed and the posts' sections of here."""

    environment: Mapping[str, str]
    settings: Settings
    translators: Translators
    plugins: tuple[PlatformPlugin, ...]
    clock: Clock = field(default_factory=CommonClock)
    fetchers: tuple[FetcherPlugin, ...] = ()
    services: tuple[ServicePlugin, ...] = ()
    writers: tuple[WriterPlugin, ...] = ()
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
        return chosen(self.plugins, self.environment)

    @property
    def declaring(self) -> tuple[Declaring, ...]:
        """All that is installed and reads settings of its own."""
        return (*self.plugins, *self.fetchers, *self.services, *self.writers)

    @property
    def chatting(self) -> bool:
        """Whether the operator has a chat of their own among the platforms to start."""
        return any(each.local for each in self.chosen)

    @property
    def redactor(self) -> Redactor:
        """What takes out of the log what no log may show."""
        secrets = (
            self.environment[setting.variable]
            for plugin in self.declaring
            for setting in plugin.settings
            if setting.secret and setting.variable in self.environment
        )
        shapes = (shape for plugin in self.plugins for shape in plugin.secret_shapes)
        return Redactor((*self.settings.secrets, *secrets), shapes)

    @contextlib.asynccontextmanager
    async def store(self, *, make: bool = True) -> AsyncIterator[DigestStore]:
        """Open the store, and close it at the end. `make`: also where there is none yet.

        Raises DatabaseTrouble and BadDatabaseUrl.
        """
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
