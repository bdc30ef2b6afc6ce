"""The slash command: a typed line is answered where it was typed."""

from __future__ import annotations

from adapters.slack.interactions.context import Body, SlackContext, asked_in
from adapters.slack.interactions.home import menu_card
from adapters.slack.interactions.lines import line_of
from bot.port.invocation import Reply


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
        reply = Reply(menu_card(await place.words(asker, channel)), private=True)
    await place.replies.command(scene, reply)
