"""What people do in Slack: type, press, send forms, use shortcuts, open the Home tab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.delivery import SlackDelivery
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.workspace import APP, TEAM


class Deeds:
    """The deeds of one person in one conversation."""

    def __init__(self, slack: FakeSlack, user: str, channel: str, team: str = TEAM) -> None:
        self.slack = slack
        self.team = team
        self.user = user
        self.channel = channel

    async def type(self, text: str, command: str = "/ainews") -> SlackDelivery:
        """Type a slash command."""
        return await self.slack.deliver("slash_commands", self.typed(text, command))

    def typed(self, text: str, command: str = "/ainews") -> dict[str, Any]:
        """Return a slash command as Slack sends it."""
        return {
            "command": command,
            "text": text,
            "user_id": self.user,
            "user_name": self.user.casefold(),
            "team_id": self.team,
            "team_domain": "home",
            "channel_id": self.channel,
            "channel_name": "ai-news",
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "trigger_id": self._trigger(),
        }

    async def press(
        self, message: Mapping[str, Any], label: str, *, alone: bool = True
    ) -> SlackDelivery:
        """Press the button, or choose the menu item, of a message that has that label."""
        block, action = find_action(message["blocks"], label)
        return await self.slack.deliver(
            "interactive",
            self.interaction("block_actions")
            | {
                "actions": [{**action, "block_id": block, "action_ts": "1.0"}],
                "container": {
                    "type": "message",
                    "message_ts": message.get("ts", "1.0"),
                    "channel_id": self.channel,
                    "is_ephemeral": alone,
                },
                "channel": {"id": self.channel, "name": "ai-news"},
                "message": dict(message),
            },
        )

    async def press_in(self, view: Mapping[str, Any], label: str) -> SlackDelivery:
        """Press a button in a view."""
        block, action = find_action(view["blocks"], label)
        return await self.slack.deliver(
            "interactive",
            self.interaction("block_actions")
            | {
                "actions": [{**action, "block_id": block, "action_ts": "1.0"}],
                "container": {"type": "view", "view_id": view["id"]},
                "view": dict(view),
            },
        )

    async def send(self, view: Mapping[str, Any], **filled: str) -> SlackDelivery:
        """Send a form: as it was prefilled, but for what is filled in."""
        payload = self.interaction("view_submission") | {
            "view": {**view, "state": {"values": filled_in(view, filled)}, "hash": "1.a"},
            "response_urls": [],
        }
        return await self.slack.deliver("interactive", payload)

    async def look_up(self, view: Mapping[str, Any], block: str, typed: str) -> SlackDelivery:
        """Type into a select that offers what fits."""
        payload = self.interaction("block_suggestion")
        del payload["trigger_id"]
        return await self.slack.deliver(
            "interactive",
            payload
            | {
                "action_id": "ainews.input",
                "block_id": block,
                "value": typed,
                "container": {"type": "view", "view_id": view["id"]},
                "view": dict(view),
            },
        )

    async def shortcut(self, callback: str) -> SlackDelivery:
        """Use a global shortcut."""
        payload = self.interaction("shortcut") | {"callback_id": callback, "action_ts": "1.0"}
        return await self.slack.deliver("interactive", payload)

    async def message_shortcut(self, callback: str, message: Mapping[str, Any]) -> SlackDelivery:
        """Use a shortcut of a message."""
        payload = self.interaction("message_action") | {
            "callback_id": callback,
            "channel": {"id": self.channel, "name": "ai-news"},
            "message_ts": "1.0",
            "message": {"type": "message", "user": self.user, "ts": "1.0", **message},
        }
        return await self.slack.deliver("interactive", payload)

    async def open_home(self) -> SlackDelivery:
        """Open the Home tab."""
        return await self.event(
            {
                "type": "app_home_opened",
                "user": self.user,
                "channel": f"D{self.user}",
                "tab": "home",
            }
        )

    async def event(self, event: dict[str, Any]) -> SlackDelivery:
        """Let something happen of which Slack tells the app."""
        payload = {
            "type": "event_callback",
            "team_id": self.team,
            "api_app_id": APP,
            "event": {"event_ts": "1.0", **event},
            "event_id": f"Ev{self.slack.number()}",
            "event_time": 1,
            "authorizations": [{"team_id": self.team, "user_id": "U0BOT", "is_bot": True}],
        }
        return await self.slack.deliver("events_api", payload)

    def interaction(self, kind: str) -> dict[str, Any]:
        """Return what every interaction says of who and where."""
        person = self.slack.teams[self.team].people.get(self.user)
        team = person.team if person is not None else self.team
        return {
            "type": kind,
            "user": {"id": self.user, "username": self.user, "team_id": team},
            "team": {"id": self.team, "domain": "home"},
            "api_app_id": APP,
            "token": "none",
            "trigger_id": self._trigger(),
        }

    def _trigger(self) -> str:
        return f"trigger-{self.slack.number()}"


def find_action(blocks: list[Any], label: str) -> tuple[str, dict[str, Any]]:
    """Return the block and the payload of the action that has that label."""
    for number, block in enumerate(blocks):
        for element in _elements(block):
            name = block.get("block_id", f"b{number}")
            if element.get("type") == "button" and element["text"]["text"] == label:
                return name, dict(element)
            for option in element.get("options", ()):
                if element.get("type") == "overflow" and option["text"]["text"] == label:
                    chosen = {"type": "overflow", "action_id": element["action_id"]}
                    return name, chosen | {"selected_option": option}
    raise AssertionError(f"there is no button {label!r} among {labels(blocks)}")


def labels(blocks: list[Any]) -> list[str]:
    """Return the labels of all buttons and menu items."""
    found = []
    for block in blocks:
        for element in _elements(block):
            if element.get("type") == "button":
                found.append(element["text"]["text"])
            found += [option["text"]["text"] for option in element.get("options", ())]
    return found


def _elements(block: Mapping[str, Any]) -> list[Any]:
    return [*block.get("elements", ()), block.get("accessory") or {}]


def filled_in(view: Mapping[str, Any], filled: Mapping[str, str]) -> dict[str, Any]:
    """Return the state of a form as Slack sends it."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        name = block["block_id"]
        state: dict[str, Any] = {"type": element["type"]}
        if element["type"].endswith("_select"):
            initial = element.get("initial_option")
            chosen = {"text": {"type": "plain_text", "text": "x"}, "value": filled.get(name, "")}
            state["selected_option"] = chosen if name in filled else initial
        else:
            state["value"] = filled.get(name, element.get("initial_value")) or None
        values[name] = {element["action_id"]: state}
    unknown = set(filled) - set(values)
    assert not unknown, f"the form has no {unknown}, only {sorted(values)}"
    return values
