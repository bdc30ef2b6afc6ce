"""The methods of the Web API that the bot uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.fakes.slack import rules
from tests.fakes.slack.workspace import APP, BOT, BOT_NAME, BOT_USER, FakeChannel

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

Arguments = Mapping[str, Any]


class SlackRefusal(Exception):
    """Slack says no. `error` is its word."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def auth_test(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Say who the token is."""
    del arguments
    return {
        "url": "https://home.slack.example/",
        "team": slack.here.name,
        "team_id": slack.here.team,
        "user": BOT_NAME,
        "user_id": BOT_USER,
        "bot_id": BOT,
    }


def connections_open(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Give the address of a new line."""
    del arguments
    url = slack.url.replace("http://", "ws://").removesuffix("api/")
    return {"url": f"{url}link?ticket={slack.number()}&app_id={APP}"}


def users_info(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Say who somebody is."""
    person = slack.here.people.get(arguments["user"])
    if person is None:
        raise SlackRefusal("user_not_found")
    user = person.payload(slack.here.team)
    if str(arguments.get("include_locale")) not in {"1", "True", "true"}:
        del user["locale"]
    return {"user": user}


def usergroups_list(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """List the user groups with their people."""
    del arguments
    groups = slack.here.groups
    return {"usergroups": [{"id": name, "users": users} for name, users in groups.items()]}


def conversations_info(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Describe a conversation."""
    return {"channel": _channel(slack, arguments).payload()}


def conversations_members(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """List who is in a conversation, two a page."""
    members = _channel(slack, arguments).members
    start = int(arguments.get("cursor") or 0)
    cursor = str(start + 2) if len(members) > start + 2 else ""
    return {"members": members[start : start + 2], "response_metadata": {"next_cursor": cursor}}


def conversations_history(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Read a conversation, newest first, a page at a time."""
    channel = _channel(slack, arguments)
    if not channel.joined:
        raise SlackRefusal("not_in_channel")
    said = [one for one in channel.messages if one.get("thread_ts", one["ts"]) == one["ts"]]
    return _page(said, arguments, slack.page_most)


def conversations_replies(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Read a thread, newest first, a page at a time."""
    channel = _channel(slack, arguments)
    root = arguments["ts"]
    said = [one for one in channel.messages if root in {one["ts"], one.get("thread_ts")}]
    if not said:
        raise SlackRefusal("thread_not_found")
    return _page(said, arguments, slack.page_most)


def post_message(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Say something in a conversation."""
    channel = _writable(slack, arguments)
    _check(slack, rules.message_violations(arguments))
    message = {
        "type": "message",
        "ts": slack.here.ts(),
        "bot_id": BOT,
        "text": arguments.get("text", ""),
        "blocks": arguments.get("blocks", []),
    }
    if "metadata" in arguments:
        message["metadata"] = arguments["metadata"]
    if "thread_ts" in arguments:
        if channel.at(arguments["thread_ts"]) is None:
            raise SlackRefusal("thread_not_found")
        message["thread_ts"] = arguments["thread_ts"]
    channel.messages.append(message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def update(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Say it differently."""
    channel = _writable(slack, arguments)
    message = channel.at(arguments["ts"])
    if message is None:
        raise SlackRefusal("message_not_found")
    _check(slack, rules.body_violations(arguments))
    for name in ("text", "blocks", "metadata"):
        if name in arguments:
            message[name] = arguments[name]
    message["edited"] = {"ts": slack.here.ts()}
    return {"channel": channel.id, "ts": message["ts"]}


def delete(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Take it back."""
    channel = _writable(slack, arguments)
    message = channel.at(arguments["ts"])
    if message is None:
        raise SlackRefusal("message_not_found")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": arguments["ts"]}


def views_open(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Open a modal for a trigger, once."""
    return _opened(slack, arguments, depth=1)


def views_push(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Open a modal on top of the one in which the trigger came about."""
    delivery = slack.by_trigger.get(arguments["trigger_id"])
    parent = (delivery.payload.get("view") or {}).get("id") if delivery is not None else None
    depth = 1 + int(slack.views.get(str(parent), {}).get("depth", 1))
    if depth > 3:
        raise SlackRefusal("push_limit_reached")
    return _opened(slack, arguments, depth)


def views_update(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Change a view that is open."""
    identifier = arguments["view_id"]
    if identifier not in slack.views:
        raise SlackRefusal("not_found")
    _check(slack, rules.modal_violations(arguments["view"]))
    depth = slack.views[identifier].get("depth", 1)
    slack.views[identifier] = {**arguments["view"], "id": identifier, "depth": depth}
    for delivery in slack.deliveries.values():
        if (delivery.payload.get("view") or {}).get("id") == identifier:
            delivery.opened.put_nowait(slack.views[identifier])
    return {"view": slack.views[identifier]}


def views_publish(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Draw the Home tab of somebody."""
    _check(slack, rules.modal_violations(arguments["view"]))
    user = arguments["user_id"]
    slack.homes[user] = {**arguments["view"], "id": f"VHOME{user}"}
    return {"view": slack.homes[user]}


def revoke(slack: FakeSlack, arguments: Arguments) -> dict[str, Any]:
    """Take the token back."""
    del arguments
    slack.grants.end(slack.here.team, "token_revoked")
    return {"revoked": True}


METHODS: Mapping[str, Callable[[FakeSlack, Arguments], dict[str, Any]]] = {
    "auth.test": auth_test,
    "auth.revoke": revoke,
    "apps.connections.open": connections_open,
    "users.info": users_info,
    "usergroups.list": usergroups_list,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}


def _opened(slack: FakeSlack, arguments: Arguments, depth: int) -> dict[str, Any]:
    trigger = arguments["trigger_id"]
    delivery = slack.by_trigger.get(trigger)
    if delivery is None or slack.triggers_expire:
        raise SlackRefusal("expired_trigger_id")
    _check(slack, rules.modal_violations(arguments["view"]))
    if trigger in slack.used_triggers:
        raise SlackRefusal("trigger_exchanged")
    slack.used_triggers.add(trigger)
    identifier = f"V{slack.number()}"
    view = {**arguments["view"], "id": identifier, "depth": depth}
    slack.views[identifier] = view
    delivery.opened.put_nowait(view)
    return {"view": view}


def _check(slack: FakeSlack, problems: Any) -> None:
    if slack.broken(problems):
        raise SlackRefusal("invalid_blocks")


def _channel(slack: FakeSlack, arguments: Arguments) -> FakeChannel:
    channel = slack.here.conversation(str(arguments["channel"]))
    if channel is None:
        raise SlackRefusal("channel_not_found")
    return channel


def _writable(slack: FakeSlack, arguments: Arguments) -> FakeChannel:
    channel = _channel(slack, arguments)
    if channel.archived:
        raise SlackRefusal("is_archived")
    if not channel.joined:
        raise SlackRefusal("not_in_channel")
    return channel


def _page(said: list[dict[str, Any]], arguments: Arguments, most: int = 1000) -> dict[str, Any]:
    oldest = float(arguments.get("oldest") or 0)
    limit = min(int(arguments.get("limit") or 100), most)
    start = int(arguments.get("cursor") or 0)
    newest = [one for one in reversed(said) if float(one["ts"]) > oldest]
    shown = newest[start : start + limit]
    if str(arguments.get("include_all_metadata")) not in {"1", "True", "true"}:
        shown = [{name: one[name] for name in one if name != "metadata"} for one in shown]
    more = start + limit < len(newest)
    cursor = str(start + limit) if more else ""
    return {"messages": shown, "has_more": more, "response_metadata": {"next_cursor": cursor}}
