"""Finding platforms: those that work, and those that cannot be loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.plugins import installed, known_variables, variables_to_set
from bot.port.clock import system_clock
from bot.port.platform import PlatformContext, PlatformSetting
from bot.port.settings_error import SettingsError
from tests.fakes.live import FakePlugin
from tests.fakes.platform import FakePlatform


def _install(folder: Path, patch: pytest.MonkeyPatch, entry: str) -> None:
    info = folder / "third_platform-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-platform\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[ainews.platforms]\nthird = {entry}\n")
    patch.syspath_prepend(str(folder))


def test_the_terminal_is_installed() -> None:
    assert "terminal" in {plugin.name for plugin in installed().platforms}


def test_a_third_platform_is_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, monkeypatch, "third_platform:plugin")
    (tmp_path / "third_platform.py").write_text(
        "from tests.fakes.live import FakePlugin\n"
        "from tests.fakes.platform import FakePlatform\n"
        "plugin = FakePlugin(FakePlatform('third'))\n"
    )

    assert "third" in {plugin.name for plugin in installed().platforms}


@pytest.mark.parametrize("entry", ["not_there:plugin", "json:plugin"])
async def test_one_that_cannot_be_loaded_says_so_and_is_never_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    _install(tmp_path, monkeypatch, entry)
    broken = next(plugin for plugin in installed().platforms if plugin.name == "third")
    context = PlatformContext({}, system_clock, tmp_path, "ko")

    (line,) = await broken.check(context)

    assert not line.well
    assert "third" in line.sentence
    assert not broken.configured({})
    with pytest.raises(SettingsError, match="third"):
        broken.create(context)


def test_what_a_platform_needs_is_named_first() -> None:
    settings = (
        PlatformSetting("X_TOKEN", "The token.", secret=True, needed=True),
        PlatformSetting("X_PORT", "The port."),
    )

    assert variables_to_set(FakePlugin(FakePlatform(), settings=settings)) == ("X_TOKEN",)
    assert variables_to_set(FakePlugin(FakePlatform(), settings=settings[1:])) == ("X_PORT",)
    assert known_variables([FakePlugin(FakePlatform(), settings=settings)]) == {"X_TOKEN", "X_PORT"}
