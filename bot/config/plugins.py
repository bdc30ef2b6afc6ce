"""The platforms, fetchers, services and writers that are installed, found by their entry points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NamedTuple, NoReturn

from bot.config.environment import PREFIX, TEST_PREFIX, read_values
from bot.config.readers import SETTINGS
from bot.i18n.translator import N_, Translator
from bot.nearest import nearest
from bot.port.archive import SERVICES, ServicePlugin
from bot.port.fetch import FETCHERS, FetcherPlugin
from bot.port.platform import (
    ENTRY_POINT_GROUP,
    CheckLine,
    Declaring,
    PlatformContext,
    PlatformPlugin,
    PlatformSetting,
)
from bot.port.settings_error import SettingsError
from bot.port.writer import WRITERS, WriterPlugin

_BROKEN = N_("The plugin {name} cannot be loaded ({why}).")
_AGAIN = N_("Install it again, or remove it.")


class BrokenPlugin:
    """Stands for an installed plugin that cannot be loaded: `ainews check` says why."""

    settings: tuple[PlatformSetting, ...] = ()
    secret_shapes: tuple[str, ...] = ()
    local = False
    shared = False

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Never: the others are started without it."""
        del environment
        return False

    def create(self, context: PlatformContext) -> NoReturn:
        """Refuse."""
        del context
        raise SettingsError(self.name, _BROKEN, _AGAIN, name=self.name, why=self._why)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Say why it cannot be loaded."""
        words = Translator(context.language)
        sentence = words.gettext(_BROKEN, name=self.name, why=self._why)
        return (CheckLine(sentence, words.gettext(_AGAIN)),)


class Plugins(NamedTuple):
    """What is installed, each kind by name. Of fetchers and of writers, the first is used."""

    platforms: tuple[PlatformPlugin, ...]
    fetchers: tuple[FetcherPlugin, ...] = ()
    services: tuple[ServicePlugin, ...] = ()
    writers: tuple[WriterPlugin, ...] = ()

    @property
    def every(self) -> tuple[Declaring, ...]:
        """All that reads settings of its own."""
        return (*self.platforms, *self.beside)

    @property
    def beside(self) -> tuple[Declaring, ...]:
        """The same without platforms."""
        return (*self.fetchers, *self.services, *self.writers)

    def chosen(self, environment: Mapping[str, str]) -> tuple[PlatformPlugin, ...]:
        """Return the platforms to start: those that are set up, else the local one."""
        configured = tuple(each for each in self.platforms if each.configured(environment))
        return configured or tuple(each for each in self.platforms if each.local)


def installed() -> Plugins:
    """Return every plugin of this machine; what cannot be loaded is a BrokenPlugin."""
    every = entry_points()  # reads a file of each distribution: once for all groups
    groups = (ENTRY_POINT_GROUP, FETCHERS, SERVICES, WRITERS)
    return Plugins(*(tuple(_loaded(every.select(group=group))) for group in groups))


def _loaded(points: Iterable[EntryPoint]) -> list[Any]:
    plugins = []
    for point in sorted(points, key=lambda point: point.name):
        try:
            plugins.append(point.load())
        except (ImportError, AttributeError) as error:
            plugins.append(BrokenPlugin(point.name, str(error)))
    return plugins


def known_variables(plugins: Iterable[Declaring]) -> frozenset[str]:
    """Return every environment variable that these plugins read."""
    return frozenset(setting.variable for plugin in plugins for setting in plugin.settings)


def wrong_settings(
    plugins: Iterable[Declaring], environment: Mapping[str, str]
) -> list[SettingsError]:
    """Return what is wrong with what is set for these plugins, a value each."""
    readers = {each.variable: each.read for plugin in plugins for each in plugin.settings}
    return read_values(environment, readers)[1]


def unknown_settings(
    plugins: Iterable[Declaring], environment: Mapping[str, str]
) -> list[SettingsError]:
    """Say of each variable with our prefix that nothing reads it, and which may have been meant."""
    known = {*SETTINGS, *known_variables(plugins)}
    found = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known:
            near = nearest(name, sorted(known))
            remedy = N_("Did you mean {nearest}?") if near else N_("docs/settings.md lists all.")
            reason = N_("It is not a setting of AINews.")
            found.append(SettingsError(name, reason, remedy, nearest=near or ""))
    return found


def variables_to_set(plugin: PlatformPlugin) -> tuple[str, ...]:
    """Return what to set so that a platform is started: what it needs, else all that it reads."""
    needed = tuple(setting.variable for setting in plugin.settings if setting.needed)
    return needed or tuple(setting.variable for setting in plugin.settings)
