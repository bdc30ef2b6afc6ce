"""What reads the web: the fetcher and what asks through it, each made when it is first needed."""

from __future__ import annotations

import logging
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any

from bot.config.installation import Installation
from bot.port.fetch import Fetcher
from bot.port.page import PAGES, PagePlugin, PageReader
from bot.port.settings_error import SettingsError
from bot.port.source import SOURCES, SourcePlugin, SourceReader
from bot.port.writer import PROMPT_VERSION, Writer

_log = logging.getLogger(__name__)


class Outside:
    """The readers of one process. A bot that reads nothing loads none of them."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    @cached_property
    def fetcher(self) -> Fetcher | None:
        """What asks addresses; None where it is not installed, or set up wrongly."""
        plugin = next(iter(self._installation.plugins.fetchers), None)
        try:
            return None if plugin is None else plugin.create(self._installation.context)
        except SettingsError as error:
            _log.error("addresses cannot be asked: %s", error)
            return None

    @cached_property
    def sources(self) -> SourceReader | None:
        """What brings feeds; None where that is not installed."""
        plugin: SourcePlugin | None = _plugin(SOURCES) if self.fetcher else None
        return plugin(self.fetcher) if plugin and self.fetcher else None

    @cached_property
    def pages(self) -> PageReader | None:
        """What reads pages; None where that is not installed."""
        plugin: PagePlugin | None = _plugin(PAGES) if self.fetcher else None
        return plugin(self.fetcher, self._installation.clock) if plugin and self.fetcher else None

    @cached_property
    def writer(self) -> Writer | None:
        """What drafts; None where that is not set up, or set up wrongly."""
        plugin = next(iter(self._installation.plugins.writers), None)
        try:
            return None if plugin is None else plugin.create(self._installation.context)
        except SettingsError as error:
            _log.error("nothing is drafted: %s", error)
            return None

    def maker(self) -> tuple[str, int] | None:
        """Return the model that drafts and the version of what it is asked, None without one."""
        return None if self.writer is None else (self.writer.name, PROMPT_VERSION)

    async def close(self) -> None:
        """Let go of what was made."""
        for name in ("sources", "pages", "fetcher", "writer"):
            made = self.__dict__.get(name)
            if made is not None:
                await made.close()


def _plugin(group: str) -> Any:
    """Return the first installed plugin of a group, None where none can be loaded."""
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            return point.load()
        except (ImportError, AttributeError) as error:
            _log.error("%s of %s cannot be loaded: %s", point.name, group, error)
    return None
