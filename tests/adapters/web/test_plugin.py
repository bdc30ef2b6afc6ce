"""How the archive's service is found, made and checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.web.plugin import WebPlugin, read_networks
from adapters.web.service import WebService
from adapters.web.visitors import TokenBuckets, visitor_of
from bot.config.plugins import installed
from bot.config.settings import read_settings
from bot.port.clock import system_clock
from bot.port.platform import PlatformContext
from bot.port.service import HttpRequest
from bot.port.settings_error import SettingsError, SettingsErrors
from tests.fakes.archive import FakeArchive

ON = {"AINEWS_HTTP": "127.0.0.1:3000", "AINEWS_WEB_URL": "https://news.example"}


def _context(**environment: str) -> PlatformContext:
    return PlatformContext(environment, system_clock, Path(), "en")


def test_it_is_an_installed_service_that_is_on_with_both_addresses() -> None:
    [plugin] = [each for each in installed().services if isinstance(each, WebPlugin)]

    assert plugin.configured(ON)
    assert not any(plugin.configured({name: value}) for name, value in ON.items())


async def test_it_is_made_without_io_or_refused() -> None:
    plugin = WebPlugin()
    assert isinstance(plugin.create(_context(**ON), FakeArchive()), WebService)
    with pytest.raises(SettingsError, match="addresses of proxies"):
        plugin.create(_context(**ON, AINEWS_WEB_PROXY="proxy.example"), FakeArchive())


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, ["There is no archive on the web. For one, set AINEWS_HTTP, AINEWS_WEB_URL."]),
        (ON, ["Everybody can read the archive at https://news.example."]),
        (
            ON | {"AINEWS_WEB_CREDITS": "yes"},
            [
                "Everybody can read the archive at https://news.example.",
                "The archive names who added an entry.",
            ],
        ),
    ],
)
async def test_check_says_whether_it_is_on(environment: dict[str, str], said: list[str]) -> None:
    lines = await WebPlugin().check(_context(**environment))

    assert [line.sentence for line in lines] == said
    assert all(line.well for line in lines)


@pytest.mark.parametrize(
    "url",
    ["news.example", "ftp://a", "https://a/b", "https://", "https://me@a", "https://a:x", "x"],
)
def test_an_address_that_is_no_sites_is_refused(url: str) -> None:
    with pytest.raises(SettingsErrors, match="without a path"):
        read_settings({**ON, "AINEWS_WEB_URL": url})


def test_the_public_address_needs_a_place_to_listen_at() -> None:
    settings = read_settings({**ON, "AINEWS_WEB_URL": "HTTPS://News.Example:8443/"})
    assert (settings.web_url, settings.web_credits) == ("https://news.example:8443", False)
    with pytest.raises(SettingsErrors, match="Set AINEWS_HTTP too"):
        read_settings({"AINEWS_WEB_URL": "https://news.example"})


def test_who_has_no_archive_loads_no_library() -> None:
    program = (
        "import sys; from adapters.web import plugin; from bot.config.plugins import *; "
        "known_variables([plugin]); "
        "print(sorted({'jinja2', 'aiohttp', 'gzip', 'adapters.web.service'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.PIPE)

    assert loaded.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("::ffff:10.0.0.1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
    ],
)
def test_a_visitor_is_known_by_what_a_known_proxy_says(
    peer: str, forwarded: str, visitor: str
) -> None:
    request = HttpRequest("GET", "/", "", {"X-Forwarded-For": forwarded}, b"", peer)

    assert visitor_of(request, read_networks("10.0.0.0/8")) == visitor


def test_those_who_were_not_seen_for_longest_are_forgotten() -> None:
    buckets = TokenBuckets(burst=1, pace=0.5)
    assert [buckets.wait("a", 0), buckets.wait("a", 0), buckets.wait("a", 1)] == [0, 2, 1]
    for number in range(5000):
        buckets.wait(str(number), 1)
    assert buckets.wait("a", 1) == 0
