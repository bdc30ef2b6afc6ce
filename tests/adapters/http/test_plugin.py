"""How the fetcher is found, made and checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.http.plugin import HttpPlugin
from bot.config.plugins import installed
from bot.port.clock import system_clock
from bot.port.platform import PlatformContext
from bot.port.settings_error import SettingsError


def _context(**environment: str) -> PlatformContext:
    return PlatformContext(environment, system_clock, Path(), "en")


def test_it_is_the_installed_fetcher() -> None:
    assert [type(each) for each in installed().fetchers] == [HttpPlugin]


async def test_it_is_made_without_io_or_refused() -> None:
    await HttpPlugin().create(_context()).close()
    with pytest.raises(SettingsError):
        HttpPlugin().create(_context(AINEWS_FETCH_ALLOW="a b/c"))


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "public network alone"),
        ({"AINEWS_FETCH_ALLOW": "wiki.example,10.0.0.0/8"}, "and to wiki.example, 10.0.0.0/8."),
        ({"AINEWS_FETCH_PROXY": "http://me:pw@proxy.example:3128"}, "cannot see where names lead"),
    ],
)
async def test_check_says_what_the_settings_mean(environment: dict[str, str], said: str) -> None:
    (line,) = await HttpPlugin().check(_context(**environment))

    assert said in line.sentence
    assert line.well
    assert "pw" not in line.sentence


def test_who_fetches_nothing_loads_no_library() -> None:
    program = (
        "import sys; from adapters.http import plugin; from bot.config.plugins import *; "
        "known_variables([plugin]); "
        "print(sorted({'aiohttp', 'yarl', 'ssl'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)

    assert loaded.stdout.strip() == b"[]"
