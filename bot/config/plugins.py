"""The platforms that are installed, found by their entry points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

from bot.config.environment import read_values, unknown_variables
from bot.config.settings import SETTINGS
from bot.i18n.translator import N_, Translator
from bot.port.platform import (
    ENTRY_POINT_GROUP,
    CheckLine,
    Platform,
    PlatformContext,
    PlatformPlugin,
    PlatformSetting,
)
from bot.port.settings_error import SettingsError

_BROKEN = N_("The platform {name} cannot be loaded ({why}).")
_AGAIN = N_("Install it again, or remove it.")


class BrokenPlugin:
    """Stands for an installed platform that cannot be loaded: `ainews check` says why."""

    settings: tuple[PlatformSetting, ...] = ()
    secret_shapes: tuple[str, ...] = ()
    local = False

    def __init__(self, name: str, why: str) -> None:
        self.name = name
        self._why = why

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Never: the others are started without it."""
        del environment
        return False

    def create(self, context: PlatformContext) -> Platform:
        """Refuse."""
        del context
        raise SettingsError(self.name, _BROKEN, _AGAIN, name=self.name, why=self._why)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Say why it cannot be loaded."""
        words = Translator(context.language)
        sentence = words.gettext(_BROKEN, name=self.name, why=self._why)
        return (CheckLine(sentence, words.gettext(_AGAIN)),)


def installed_plugins() -> tuple[PlatformPlugin, ...]:
    """Return every platform's plugin, by name."""
    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return tuple(_loaded(point) for point in points)


def _loaded(point: EntryPoint) -> PlatformPlugin:
    try:
        plugin: PlatformPlugin = point.load()
    except (ImportError, AttributeError) as error:
        return BrokenPlugin(point.name, str(error))
    return plugin


def known_variables(plugins: Sequence[PlatformPlugin]) -> frozenset[str]:
    """Return every environment variable that these platforms read."""
    return frozenset(setting.variable for plugin in plugins for setting in plugin.settings)


def wrong_settings(
    plugins: Sequence[PlatformPlugin], environment: Mapping[str, str]
) -> list[SettingsError]:
    """Return what is wrong with what is set for these platforms, a value each."""
    readers = {each.variable: each.read for plugin in plugins for each in plugin.settings}
    return read_values(environment, readers)[1]


def unknown_settings(
    plugins: Sequence[PlatformPlugin], environment: Mapping[str, str]
) -> list[SettingsError]:
    """Say of each variable that looks like ours, and that nothing reads, what may be meant."""
    return unknown_variables(environment, {*SETTINGS, *known_variables(plugins)})


def variables_to_set(plugin: PlatformPlugin) -> tuple[str, ...]:
    """Return what to set so that a platform is started: what it needs, else all that it reads."""
    needed = tuple(setting.variable for setting in plugin.settings if setting.needed)
    return needed or tuple(setting.variable for setting in plugin.settings)
