"""The slash command: a typed line is answered where it was typed.

With escaping on (the manifest asks for it), Slack writes people, groups, channels and links in
angle brackets, and the three control characters as entities.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from adapters.slack.interactions.context import Body, SlackContext, asked_in
from adapters.slack.interactions.home import menu_card
from bot.port.invocation import Reply

_TOKEN = re.compile(
    r"(?P<name>\b(?:channel|채널)[:：]\s*)?"
    r"<(?P<kind>[@#!]?)(?P<target>[^<>|\s][^<>|]*)(?:\|(?P<words>[^<>]*))?>"
)
_CHANNEL_ID = re.compile(r"\b(?:channel|채널)[:：]\s*#?(?P<id>[CG][A-Z0-9]{4,})(?!\S)")
"""A channel as answers write one whose name they do not tell."""

_GROUP = "subteam^"


async def typed(place: SlackContext, body: Body) -> None:
    """Answer a slash command."""
    line = line_of(str(body.get("text") or ""), lambda name: bool(place.named_channel(name)))
    here = str(body.get("channel_id") or "")
    channel = line.channel or here
    asker = await place.asker(body, channel)
    scene = asked_in(body, channel)
    if line.text:
        delivery = scene.trigger
        reply = await place.run_line(line.text, asker, channel, here=here, delivery=delivery)
    else:
        reply = Reply(menu_card(await place.words(asker)), private=True)
    await place.replies.command(scene, reply)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What was typed, and the id of another channel that it names, None where it names none."""

    text: str
    channel: str | None = None


def line_of(text: str, takes_channel: Callable[[str], bool]) -> TypedLine:
    """Return the line that was typed after the command's name.

    A person becomes their id, a group `group:` and its id, a link its address. A channel that
    stands by itself is taken out of the line of a command that `takes_channel`, by the command's
    name: it is about that one then, as it is where `channel:` has the id. Elsewhere it is the word
    with a sign that somebody typed and Slack took for a channel, such as a tag.
    """
    channel: str | None = None
    takes = takes_channel(next(iter(text.split()), ""))

    def typed(match: re.Match[str]) -> str:
        nonlocal channel
        kind, target, name = match["kind"], match["target"], match["name"] or ""
        if kind == "#":
            if takes and (name or not text[: match.start()].rpartition(" ")[2].strip()):
                channel = channel or target
                return ""
            return f"{name}#{match['words']}" if match["words"] else name
        if kind == "!" and target.startswith(_GROUP):
            return f"{name}group:{target.removeprefix(_GROUP)}"
        if kind == "!":
            return name + (match["words"] or f"@{target}")
        return name + target

    plain = html.unescape(_TOKEN.sub(typed, text))
    if takes and channel is None and (found := _CHANNEL_ID.search(plain)):
        channel = found["id"]
        plain = plain[: found.start()] + plain[found.end() :]
    return TypedLine(plain.strip(), channel)
