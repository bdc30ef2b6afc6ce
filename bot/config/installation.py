"""What is installed and set on this machine, and what is made from that alone."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.config.environment import UnknownVariable, unknown_variables
from bot.config.logs import Redactor
from bot.config.plugins import known_variables
from bot.config.settings import SETTINGS, Settings
from bot.i18n.translator import Translator, Translators
from bot.port.clock import Clock, system_clock
from bot.port.platform import PlatformContext, PlatformPlugin
from store.search.text.variants import Variant
from store.store import DigestStore


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings, the words and the platforms of this machine."""

    environment: Mapping[str, str]
    settings: Settings
    translators: Translators
    plugins: tuple[PlatformPlugin, ...]
    clock: Clock = system_clock

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
        """The platforms to start: those that are set up, else the local one."""
        configured = tuple(each for each in self.plugins if each.configured(self.environment))
        return configured or tuple(each for each in self.plugins if each.local)

    @property
    def chatting(self) -> bool:
        """Whether the operator has a chat of their own among the platforms to start."""
        return any(each.local for each in self.chosen)

    @property
    def analyzer(self) -> Variant:
        """How search analyzes Korean."""
        return Variant(self.settings.search_analyzer)

    @property
    def redactor(self) -> Redactor:
        """What takes out of the log what no log may show."""
        secrets = (
            self.environment[setting.variable]
            for plugin in self.plugins
            for setting in plugin.settings
            if setting.secret and setting.variable in self.environment
        )
        shapes = (shape for plugin in self.plugins for shape in plugin.secret_shapes)
        return Redactor((*self.settings.secrets, *secrets), shapes)

    def unknown_variables(self) -> tuple[UnknownVariable, ...]:
        """Return the variables that look like ours and that nothing reads."""
        return unknown_variables(self.environment, {*SETTINGS, *known_variables(self.plugins)})

    @contextlib.asynccontextmanager
    async def store(self) -> AsyncIterator[DigestStore]:
        """Open the store, and close it at the end.

        Raises DatabaseTrouble, BadDatabaseUrl and AnalyzerMissing.
        """
        store = await DigestStore.open(
            self.settings.database_url.get_secret_value(), self.clock, analyzer=self.analyzer
        )
        try:
            yield store
        finally:
            await store.close()
