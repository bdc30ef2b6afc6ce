"""What asks addresses from outside: found, made when needed, closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.installation import Installation
from bot.config.plugins import installed
from bot.config.settings import read_settings
from bot.i18n.translator import Translators
from bot.outside import Outside
from tests.fakes.feeds import FakeFeeds, install_feeds


def outside(folder: Path) -> Outside:
    settings = read_settings({"AINEWS_DATA_FOLDER": str(folder)})
    found = Installation({}, settings, Translators("en"), installed()._replace(platforms=()))
    return Outside(found)


async def test_one_of_each_is_made_when_it_is_needed_and_closed_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(install_feeds(tmp_path / "packages")))
    found = outside(tmp_path)

    reader = found.sources

    assert isinstance(reader, FakeFeeds)
    assert found.sources is reader
    assert found.fetcher is not None
    await found.close()
    assert reader.closed


async def test_what_was_never_needed_is_never_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = install_feeds(tmp_path / "packages")
    points = packages / "fake_feeds-1.dist-info" / "entry_points.txt"
    points.write_text("[ainews.sources]\n0-broken = not_there:plugin\n")
    monkeypatch.syspath_prepend(str(packages))

    await outside(tmp_path).close()


async def test_one_that_cannot_be_loaded_is_logged_and_the_next_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    packages = install_feeds(tmp_path / "packages")
    points = packages / "fake_feeds-1.dist-info" / "entry_points.txt"
    whole = points.read_text()
    points.write_text(
        whole.replace("[ainews.sources]", "[ainews.sources]\n0-broken = not_there:plugin")
    )
    monkeypatch.syspath_prepend(str(packages))

    assert isinstance(outside(tmp_path).sources, FakeFeeds)
    assert "0-broken" in caplog.text
