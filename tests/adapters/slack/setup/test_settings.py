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
MANY = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "hush",
    "SLACK_SIGNING_SECRET": "hush too",
    "AINEWS_HTTP": "127.0.0.1:3000",
    "AINEWS_WEB_URL": "https://news.example/",
    "AINEWS_SEAL_KEY": "key",
}
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


def test_an_app_for_many_workspaces_needs_no_token() -> None:
    settings = read(MANY)
    assert settings.bot_token is None
    assert settings.credentials is not None
    assert settings.credentials.site == "https://news.example"
    assert "hush" not in repr(settings) + repr(settings.credentials)
    assert read({**MANY, "AINEWS_WEB_URL": "http://127.0.0.1:3000"}).credentials
    by_lines = {**MANY, "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": ""}
    assert read(by_lines).app_token == "xapp-1"  # noqa: S105 - opens nothing


@pytest.mark.parametrize("variable", [*list(MANY)[1:], "SLACK_BOT_TOKEN"])
def test_what_an_app_for_many_workspaces_lacks_is_said(variable: str) -> None:
    value = {"SLACK_BOT_TOKEN": "xoxb-1"}.get(variable, "")
    with pytest.raises(SettingsError) as caught:
        read({**MANY, variable: value})
    assert caught.value.variable in {variable, "SLACK_APP_TOKEN"}
    assert caught.value.remedy


def test_slack_leads_nobody_back_to_an_address_without_https() -> None:
    with pytest.raises(SettingsError) as caught:
        read({**MANY, "AINEWS_WEB_URL": "http://news.example"})
    assert caught.value.variable == "AINEWS_WEB_URL"


def test_the_platform_is_used_when_its_token_is_set(tmp_path: Path) -> None:
    assert plugin.configured(BOT)
    assert plugin.configured(MANY)
    assert not plugin.configured({"SLACK_APP_TOKEN": "xapp-1"})
    assert {setting.variable for setting in plugin.settings if setting.secret} == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_CLIENT_SECRET",
    }
    platform = plugin.create(PlatformContext(SOCKET, FakeClock(), tmp_path, "ko"))
    assert platform.name == "slack"
    with pytest.raises(SettingsError):
        plugin.create(PlatformContext(BOT, FakeClock(), tmp_path))
