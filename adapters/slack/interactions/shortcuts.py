"""Shortcuts: search from anywhere, and add the link of a message."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from adapters.slack.interactions.context import Body, SlackContext, asked_in, user_of
from bot.port.text import address_at
from bot.port.typed import first_elsewhere

SEARCH_SHORTCUT = "search_ainews"
ADD_SHORTCUT = "add_to_ainews"

_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")
_SLACK = r"(?:.+\.)?slack\.com"
"""The hosts of Slack's own addresses: messages, files."""


async def search(place: SlackContext, body: Body) -> None:
    """Open the form that asks what to look for."""
    channel = user_of(body)
    search = place.invocation("search", await place.asker(body, channel), channel)
    reply = await place.handler.run(replace(search, ask=True))
    await place.replies.command(asked_in(body, channel), reply)


async def add(place: SlackContext, body: Body) -> None:
    """Open the form that adds the first link of a message, or show the entry that has it."""
    channel = str((body.get("channel") or {}).get("id") or "")
    asker = await place.asker(body, channel)
    link, title = link_of(body.get("message") or {})
    arguments = {"link": link} if link else {}
    reply = await place.handler.run(place.invocation("add", asker, channel, arguments))
    if reply.form is not None:
        reply = replace(reply, form=reply.form.filled({"title": title}))
    await place.replies.command(asked_in(body, channel), replace(reply, private=True))


def link_of(message: Body) -> tuple[str, str]:
    """Return a message's link and what Slack found to be its title, "" for none.

    A link to Slack itself is taken only where no other one is there.
    """
    attachments = message.get("attachments") or ()
    found = (html.unescape(address) for address in _LINK.findall(str(message.get("text") or "")))
    link = first_elsewhere([address_at(address, 0) or address for address in found], _SLACK)
    for attachment in attachments:
        addresses = [
            str(attachment.get(name) or "") for name in ("from_url", "original_url", "title_link")
        ]
        if link in addresses or not link:
            link = link or next((one for one in addresses if one), "")
            title = str(attachment.get("title") or "")
            return link, html.unescape(title) if link else ""
    return link, ""
