"""What the operator sets for Discord, and what is said of a wrong value."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.discord import plugin
from adapters.discord.setup.settings import read_discord_settings
from bot.port.platform import PlatformContext
from bot.port.settings_error import SettingsError
from tests.fakes.clock import FakeClock

KEY = "0d" * 32
TOKEN = "MTE.a-b.c_d"  # noqa: S105 - it opens nothing


def test_discord_is_used_when_there_is_a_token() -> None:
    assert plugin.configured({"DISCORD_TOKEN": TOKEN})
    assert not plugin.configured({})
    assert plugin.name == "discord"


def test_every_setting_is_declared_and_only_the_token_is_secret() -> None:
    assert {each.variable: each.secret for each in plugin.settings} == {
        "DISCORD_TOKEN": True,
        "DISCORD_GUILD_IDS": False,
        "DISCORD_API_BASE": False,
        "DISCORD_REQUESTS_PER_SECOND": False,
        "DISCORD_PUBLIC_KEY": False,
    }


def test_values_are_read() -> None:
    settings = read_discord_settings(
        {
            "DISCORD_TOKEN": f"Bot {TOKEN}",
            "DISCORD_GUILD_IDS": "1, 2,,2",
            "DISCORD_API_BASE": "http://127.0.0.1:3000/api/v10/",
            "DISCORD_REQUESTS_PER_SECOND": "500",
        }
    )

    assert settings.token == TOKEN
    assert settings.guild_ids == (1, 2)
    assert settings.api_base == "http://127.0.0.1:3000/api/v10"
    assert settings.requests_per_second == 500
    assert TOKEN not in repr(settings)


def test_a_public_key_turns_calls_on() -> None:
    settings = read_discord_settings(
        {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_PUBLIC_KEY": f" {KEY.upper()} ",
            "AINEWS_HTTP": "127.0.0.1:3000",
            "AINEWS_WEB_URL": "https://news.example/",
        }
    )

    assert settings.public_key == KEY
    assert settings.web_url == "https://news.example"
    assert read_discord_settings({"DISCORD_TOKEN": TOKEN}).public_key is None


def test_a_public_key_needs_a_place_to_listen_at() -> None:
    with pytest.raises(SettingsError, match="Discord calls the bot, and AINEWS_HTTP"):
        read_discord_settings({"DISCORD_TOKEN": TOKEN, "DISCORD_PUBLIC_KEY": KEY})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_PUBLIC_KEY", "a" * 63),
        ("DISCORD_PUBLIC_KEY", "g" * 64),
        ("DISCORD_PUBLIC_KEY", "１" * 64),
        ("DISCORD_TOKEN", "not a token"),
        ("DISCORD_TOKEN", ""),
        ("DISCORD_GUILD_IDS", "1,my server"),
        ("DISCORD_API_BASE", "ftp://a.example"),
        ("DISCORD_API_BASE", "discord.example"),
        ("DISCORD_REQUESTS_PER_SECOND", "fast"),
        ("DISCORD_REQUESTS_PER_SECOND", "0"),
        ("DISCORD_REQUESTS_PER_SECOND", "nan"),
    ],
)
def test_a_wrong_value_names_its_variable_and_the_remedy(
    name: str, value: str, tmp_path: Path
) -> None:
    environment = {"DISCORD_TOKEN": TOKEN, name: value}

    with pytest.raises(SettingsError) as wrong:
        plugin.create(PlatformContext(environment, FakeClock(), tmp_path))

    assert wrong.value.variable == name
    assert wrong.value.remedy
    assert name != "DISCORD_TOKEN" or not value or value not in str(wrong.value)
