"""The slash command: a typed line is answered where it was typed."""

from __future__ import annotations

from adapters.slack.interactions.context import Body, SlackContext, user_of
from adapters.slack.interactions.home import menu_card
from adapters.slack.interactions.lines import line_of
from adapters.slack.interactions.replies import ReplyTarget
from bot.port.invocation import Reply


async def typed(place: SlackContext, body: Body) -> None:
    """Answer a slash command."""
    line = line_of(str(body.get("text") or ""), lambda name: bool(place.named_channel(name)))
    here = str(body.get("channel_id") or "")
    channel = line.channel or here
    asker = await place.asker(body, channel)
    if line.text:
        delivery = str(body.get("trigger_id") or "")
        reply = await place.run_line(line.text, asker, channel, here=here, delivery=delivery)
    else:
        reply = Reply(menu_card(await place.words(asker, channel)), private=True)
    scene = ReplyTarget(
        channel=channel,
        user=user_of(body),
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
    )
    await place.replies.command(scene, reply)
