"""What the asker may know of: channels by the names that they have now."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.context import Context
from bot.port.invocation import Role, anybody
from store.model import ChannelRef


async def channel_names(context: Context, kept: Mapping[ChannelRef, str]) -> dict[ChannelRef, str]:
    """Return what the channels are called of which the asker may know, "" where nobody says.

    They know of the one where they ask, of those of their workspace that they see, and the
    operator of all. Where others see the answer too, it is what every member may know. A name that
    the platform does not tell now is the one that was `kept`.
    """
    here, invocation = context.channel, context.invocation
    reader = anybody(invocation.asker) if context.everybody else invocation.asker
    everything = Role.OPERATOR in context.roles
    known = {ref: "" for ref in kept if everything or ref == here}
    for name, platform in context.services.platforms.items():
        asked = [
            ref
            for ref in kept
            if ref.platform == name and (everything or ref.workspace == here.workspace)
        ]
        if asked:
            known |= await platform.names(asked, None if everything else reader)
    if here in known:
        known[here] = known[here] or invocation.channel_name
    return {ref: name or kept[ref] for ref, name in known.items()}
