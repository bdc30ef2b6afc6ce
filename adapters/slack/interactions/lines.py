"""The text after a slash command becomes the line that a person typed.

With escaping on (the manifest asks for it), Slack writes people, groups, channels and links in
angle brackets, and the three control characters as entities.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?:\bchannel:)?<(?P<kind>[@#!]?)(?P<target>[^<>|\s][^<>|]*)(?:\|(?P<words>[^<>]*))?>"
)
_GROUP = "subteam^"


@dataclass(frozen=True, slots=True)
class TypedLine:
    """What was typed, and the id of another channel that it names, None where it names none."""

    text: str
    channel: str | None = None


def line_of(text: str) -> TypedLine:
    """Return the line that was typed after the command's name.

    A person becomes their id, a group `group:` and its id, a link its address. A channel is taken
    out of the line: the command is about that one then.
    """
    channel: str | None = None

    def typed(match: re.Match[str]) -> str:
        nonlocal channel
        kind, target = match["kind"], match["target"]
        if kind == "#":
            channel = channel or target
            return ""
        if kind == "!" and target.startswith(_GROUP):
            return f"group:{target.removeprefix(_GROUP)}"
        if kind == "!":
            return match["words"] or f"@{target}"
        return target

    return TypedLine(html.unescape(_TOKEN.sub(typed, text)).strip(), channel)
