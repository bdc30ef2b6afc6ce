"""The command that says who sees the answers in a channel."""

from __future__ import annotations

from bot.commands.context import Context
from bot.commands.subscriptions import CHANNEL_GROUP, CHANNEL_PARAMETER
from bot.i18n.translator import N_
from bot.port.card import CommandText, Mention, Named, Tone
from bot.port.command import Command, choice
from bot.port.invocation import Reply, Role

_PUBLIC = N_("Everybody in {channel} sees the answers there.")
_PRIVATE = N_("Answers in {channel} are seen only by the person who asked.")


async def answers(context: Context, *, manner: str | None) -> Reply:
    """Say who sees what is looked up in a channel, or decide it.

    For administrators: it is they whom a channel full of answers is complained to, and a workspace
    that only reads the digest has none. A thread does as its channel does, unless it is public
    itself.
    """
    words, store = context.words, context.store.answers
    within = context.invocation.within
    if manner is not None:
        await store.show(context.channel, context.actor, public=manner == "public")
    public = await store.are_public(context.channel)
    inherited = not public and within is not None and await store.are_public(within)
    if inherited and within is not None:
        more = words.spans(
            "A thread does as its channel {channel} does; {command} there changes that.",
            channel=Mention(words.gettext("that channel"), Named.CHANNEL, within.id),
            command=CommandText("answers private"),
        )
    elif public:
        more = words.spans("{command} changes that.", command=context.typed("answers private"))
    else:
        more = words.spans(
            "{command} changes that; everybody can share an answer of their own.",
            command=context.typed("answers public"),
        )
    public = public or inherited
    done = manner is not None and public is (manner == "public")
    text = words.spans(_PUBLIC if public else _PRIVATE, channel=context.place)
    tone = Tone.DONE if done else Tone.INFO if manner is None else Tone.REFUSED
    return context.say(text, tone=tone, more=(more,))


COMMANDS = (
    Command(
        "answers",
        "Who sees the answers in this channel",
        answers,
        (
            choice(
                "manner",
                "Everybody in the channel, or only the person who asks",
                {"public": "Everybody", "private": "Only the person who asks"},
                positional=True,
            ),
            CHANNEL_PARAMETER,
        ),
        needs=Role.ADMIN,
        private=True,
        group=CHANNEL_GROUP,
        examples=("answers public", "answers private"),
    ),
)
