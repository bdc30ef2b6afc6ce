"""`ainews check` for Slack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from adapters.slack import plugin
from adapters.slack.interactions.listeners import ADD_SHORTCUT, SEARCH_SHORTCUT
from adapters.slack.setup.check import SCOPES
from bot.port.platform import CheckLine, PlatformContext
from tests.fakes.clock import FakeClock
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.server import SCOPES as GRANTED
from tests.fakes.slack.server import SECRET, SlackFault


async def checked(environment: Mapping[str, str], language: str = "en") -> list[CheckLine]:
    context = PlatformContext(environment, FakeClock(), Path(), language)
    return list(await plugin.check(context))


def told(lines: list[CheckLine]) -> str:
    return " ".join(f"{line.sentence} {line.remedy}" for line in lines)


async def test_all_is_well(slack: FakeSlack) -> None:
    lines = await checked(slack.environment())
    assert all(line.well for line in lines)
    assert "Home" in told(lines)
    assert "Socket Mode" in told(lines)


async def test_tokens_that_are_refused(slack: FakeSlack) -> None:
    wrong = slack.environment() | {"SLACK_BOT_TOKEN": "xoxb-wrong", "SLACK_APP_TOKEN": "xapp-wrong"}
    lines = await checked(wrong)
    assert [line.well for line in lines] == [False, False]
    assert "SLACK_BOT_TOKEN" in lines[0].sentence
    assert "SLACK_APP_TOKEN" in lines[1].sentence
    assert all(line.remedy for line in lines)
    assert "wrong" not in told(lines)


async def test_permissions_that_are_missing_are_named(slack: FakeSlack) -> None:
    slack.scopes = GRANTED.replace("users:read,", "").replace(",mpim:history", "")
    lines = await checked(slack.environment())
    (missing,) = [line for line in lines if not line.well]
    assert "mpim:history, users:read" in missing.sentence
    assert "slack-manifest.yaml" in str(missing.remedy)


async def test_socket_mode_that_is_switched_off(slack: FakeSlack) -> None:
    slack.fail("apps.connections.open", SlackFault(error="forbidden_for_app"))
    lines = await checked(slack.environment())
    assert not lines[-1].well
    assert "Socket Mode" in str(lines[-1].remedy)


async def test_http(slack: FakeSlack) -> None:
    environment = slack.environment() | {
        "SLACK_SIGNING_SECRET": SECRET,
        "AINEWS_HTTP": "10.0.0.1:8080",
    }
    del environment["SLACK_APP_TOKEN"]
    lines = await checked(environment)
    assert "8080" in lines[-1].sentence


async def test_a_setting_that_is_missing() -> None:
    (line,) = await checked({"SLACK_BOT_TOKEN": "xoxb-1"})
    assert not line.well
    assert "SLACK_APP_TOKEN" in line.sentence


async def test_slack_that_cannot_be_reached(slack: FakeSlack) -> None:
    url = slack.url.rpartition(":")[0] + ":9/api/"
    lines = await checked(slack.environment() | {"SLACK_API_URL": url})
    assert not any(line.well for line in lines)


async def test_the_credentials_of_an_app_for_many_workspaces_are_tried(slack: FakeSlack) -> None:
    many = slack.credentials("https://news.example", "127.0.0.1:3000") | {"AINEWS_SEAL_KEY": "key"}
    first, second = await checked(many)
    assert first.well
    assert "https://news.example/slack/install" in first.sentence
    assert "/slack/events" in second.sentence
    wrong, _ = await checked(many | {"SLACK_CLIENT_SECRET": "another"})
    assert not wrong.well
    assert wrong.setting == "SLACK_CLIENT_SECRET"
    away, _ = await checked(many | {"SLACK_API_URL": slack.url.rpartition(":")[0] + ":9/api/"})
    assert not away.well


MANIFEST = Path(__file__).parents[4] / "slack-manifest.yaml"


def items(heading: str) -> list[str]:
    """Return the items of the list under a heading of the manifest."""
    lines = MANIFEST.read_text("utf-8").split(f"{heading}:\n", 1)[1].splitlines()
    found = []
    for line in lines:
        item = re.fullmatch(r" +- ([\w:.]+)(?: +#.*)?", line)
        if item is None:
            break
        found.append(item[1])
    return found


def test_the_manifest_asks_for_the_permissions_that_are_used() -> None:
    assert items("bot") == list(SCOPES)
    assert set(GRANTED.split(",")) == set(SCOPES)


def test_the_manifest_has_what_the_bot_listens_to() -> None:
    text = MANIFEST.read_text("utf-8")
    assert items("bot_events") == ["app_home_opened", "app_uninstalled", "tokens_revoked"]
    for words in (
        "command: /ainews",
        "should_escape: true",
        f"callback_id: {SEARCH_SHORTCUT}",
        f"callback_id: {ADD_SHORTCUT}",
        "socket_mode_enabled: true",
        "is_enabled: true",
        "home_tab_enabled: true",
        "messages_tab_enabled: true",
        "messages_tab_read_only_enabled: false",
    ):
        assert words in text
