"""Settings: what is missing or wrong is named, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack import plugin
from adapters.slack.setup.settings import read
from bot.port.platform import PlatformContext
from bot.port.settings_error import SettingsError
from tests.fakes.clock import FakeClock

BOT = {"SLACK_BOT_TOKEN": "xoxb-1"}
SOCKET = BOT | {"SLACK_APP_TOKEN": "xapp-1"}
HTTP = BOT | {"SLACK_SIGNING_SECRET": "secret"}


def test_socket_mode_needs_two_tokens() -> None:
    settings = read(SOCKET)
    assert (settings.bot_token, settings.app_token) == ("xoxb-1", "xapp-1")
    assert settings.api_url == "https://slack.com/api/"


def test_http_needs_the_secret() -> None:
    assert (read(HTTP).app_token, read(HTTP).signing_secret) == (None, "secret")


@pytest.mark.parametrize(
    ("environment", "variable"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1 xoxb-2"}, "SLACK_BOT_TOKEN"),
        (BOT, "SLACK_APP_TOKEN"),
        (BOT | {"SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        (SOCKET | {"SLACK_API_URL": "slack.com"}, "SLACK_API_URL"),
        (SOCKET | {"SLACK_API_URL": "ftp://slack.com"}, "SLACK_API_URL"),
    ],
)
def test_what_is_wrong_names_its_variable(environment: dict[str, str], variable: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(environment)
    assert caught.value.variable == variable
    assert caught.value.remedy
    assert "xoxp" not in str(caught.value)


def test_no_setting_shows_its_secret() -> None:
    assert "1" not in repr(read(SOCKET)).replace("slack.com", "")
    assert "secret" not in repr(read(HTTP))


def test_the_platform_is_used_when_its_token_is_set(tmp_path: Path) -> None:
    assert plugin.configured(BOT)
    assert not plugin.configured({"SLACK_APP_TOKEN": "xapp-1"})
    assert {setting.variable for setting in plugin.settings if setting.secret} == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
    }
    platform = plugin.create(PlatformContext(SOCKET, FakeClock(), tmp_path, "ko"))
    assert platform.name == "slack"
    with pytest.raises(SettingsError):
        plugin.create(PlatformContext(BOT, FakeClock(), tmp_path))
