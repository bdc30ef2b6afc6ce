"""Commands for everybody: a digest in one's own direct messages.

What somebody follows is a channel like any other, in their own conversation with the bot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.commands.context import Context
from bot.commands.forms import form_of
from bot.commands.status import standing_section
from bot.commands.subscriptions import (
    LAYOUT,
    WHEN,
    WHICH,
    subscribe,
    subscription_lines,
    zone_actions,
    zone_meant,
)
from bot.delivery.outcomes import Arrived, Refused, ask
from bot.delivery.policy import Policy
from bot.i18n.translator import N_, Translator
from bot.port.card import Action, CommandText, Text, Tone
from bot.port.command import declare, switch
from bot.port.form import Kind
from bot.port.invocation import Outcome, Reply
from bot.port.problems import Mistyped, NotAllowed
from bot.port.text import one_line, shorten
from bot.port.typed import listed
from bot.schedule.phrases import describe, parse_schedule, phrase
from bot.views import cards
from store.model import Channel, ChannelRef, ChannelState, Schedule
from store.text import tag_key

_USUAL = "daily 09:00"
_SHOWN = 60


async def follow(
    context: Context,
    *,
    when: str | None,
    timezone: str | None,
    tags: tuple[str, ...],
    **chosen: Any,
) -> Reply:
    """Give the asker a digest in their direct messages; alone, say which one they get already.

    What else was `chosen` is the subscription's.
    """
    mine = await context.store.channels.followed(context.actor)
    if mine is not None and not context.invocation.arguments:
        return await following(context)
    zone = timezone or zone_meant(context, mine)
    named, rule = await _understood(context, when, zone)
    active = mine.ref if mine and mine.state is ChannelState.ACTIVE else None
    place = active or await _greeted(context, rule)
    if isinstance(place, Reply):
        return place
    words = context.words
    channel = await subscribe(
        context,
        place,
        rule,
        tags=(*tags, *named),
        **chosen,
        name=words.gettext("the direct messages of {name}", name=context.actor),
        direct=True,
    )
    zones = zone_actions(context, "follow", zone) if timezone is None else ()
    return context.done(
        "AI news comes to your direct messages {when}.",
        when=cards.strong(describe(rule, words)),
        more=subscription_lines(context, channel),
        actions=(*zones, _change(words), cards.unfollow_action(words)),
    )


async def unfollow(context: Context) -> Reply:
    """End the digest in the asker's direct messages."""
    mine = await context.store.channels.followed(context.actor)
    if mine is None:
        return _nothing(context)
    await context.store.channels.end(mine.ref, context.actor)
    again = _again(mine, context.words)
    return context.done("No more AI news comes to your direct messages.", actions=(again,))


async def following(context: Context, *, change: str = "no") -> Reply:
    """Say what the asker gets in their direct messages, and how that does; or ask for changes."""
    mine = await context.store.channels.followed(context.actor)
    if mine is None:
        return _nothing(context)
    words = context.words
    if change == "yes" and context.form_possible:
        given = _asked_for(mine) | {"when": phrase(mine.subscription.schedule, words)}
        form = form_of(_FOLLOW, words, given)
        return context.say((Text(form.title),), form=form)
    standing = await context.store.overview.of(mine)
    title = words.gettext("Your direct messages")
    section = standing_section(context, standing, title, context.now())
    again = () if mine.state is ChannelState.ACTIVE else (_again(mine, words),)
    return context.say(
        section.meta,
        heading=title,
        more=(*section.body, *subscription_lines(context, replace(mine, next_at=None))),
        actions=(*again, _change(words), cards.unfollow_action(words)),
    )


async def _understood(
    context: Context, when: str | None, zone: str
) -> tuple[tuple[str, ...], Schedule]:
    """Return the tags that stand before a schedule (`llm, vision daily 09:00`), and the schedule.

    Each may be missing: no tags mean all, and no schedule the usual one. Raises Mistyped.
    """
    typed = (when or _USUAL).split()
    for start in range(len(typed) + 1):
        before, after = " ".join(typed[:start]), " ".join(typed[start:])
        try:
            rule = parse_schedule(after or _USUAL, zone)
        except Mistyped:
            continue
        tags = listed(before)
        if not await _known(context, tags):
            tags = before.replace(",", " ").split()
        if await _known(context, tags):
            return tuple(tags), rule
        if any(sign.isdecimal() for sign in before):
            break
        raise Mistyped(
            "“{value}” is neither a tag of the digest nor a schedule. Type, for example: {example}",
            parameter=WHEN.name,
            value=shorten(one_line(before), _SHOWN),
            example=CommandText("follow tags:llm daily 09:00"),
        )
    # It says itself what is wrong with it.
    return (), parse_schedule(" ".join(typed), zone)


async def _known(context: Context, names: Sequence[str]) -> bool:
    """Whether entries have every one of these tags."""
    for name in names:
        found = await context.store.completion.tags(name)
        if all(tag_key(one.tag) != tag_key(name) for one in found):
            return False
    return True


async def _greeted(context: Context, rule: Schedule) -> ChannelRef | Reply:
    """Write to the asker where the digest will come, and return where that is.

    Only so it is known that posts reach them: whoever takes no direct messages is told here.
    """
    words = context.words
    platform = context.services.platforms.get(context.actor.platform)
    if platform is None:
        raise NotAllowed("`/follow` works where the bot can write to you.")
    greeting = cards.message_card(
        words.spans(
            "Your AI news will come here {when}.", when=cards.strong(describe(rule, words))
        ),
        words,
        actions=(cards.unfollow_action(words),),
    )
    outcome = await ask(platform.tell(context.actor, greeting), Policy().answer)
    if isinstance(outcome, Arrived):
        return outcome.answer
    remedy = outcome.remedy if isinstance(outcome, Refused) else ""
    said = (outcome.reason, remedy or words.gettext("Try again in a few minutes."))
    return context.say(
        "AI News cannot write to you, so nothing was changed.",
        tone=Tone.REFUSED,
        more=[(Text(one_line(words.stored(one))),) for one in said],
        outcome=Outcome.REFUSED,
    )


def _nothing(context: Context) -> Reply:
    follow = Action(context.words.gettext("Get it yourself"), "follow")
    return context.say("You get no AI news in your direct messages.", actions=(follow,))


def _again(mine: Channel, words: Translator) -> Action:
    """Return the button that follows as before."""
    return Action(words.gettext("Follow again"), "follow", _asked_for(mine))


def _change(words: Translator) -> Action:
    """Return the button that asks what is to be otherwise, filled in with what is."""
    return Action(words.gettext("Change"), "following", {"change": "yes"})


def _asked_for(channel: Channel) -> dict[str, str]:
    """Return what was asked for, as the arguments of `follow`."""
    subscription = channel.subscription
    tags = {"tags": ", ".join(subscription.tags)} if subscription.tags else {}
    return {
        "when": subscription.schedule.rule,
        "timezone": subscription.schedule.timezone,
        **tags,
        "layout": subscription.layout.value,
        "limit": str(subscription.limit),
        "language": subscription.language,
    }


_FOLLOW = declare(
    "follow",
    "Get the news yourself, in your direct messages",
    follow,
    replace(WHEN, in_form=True, form_required=True),
    # A short form: the time zone stays as it is.
    *(
        replace(one, in_form=one.kind is not Kind.TIMEZONE, plain=one.kind is not Kind.TAGS)
        for one in WHICH
    ),
    replace(LAYOUT, in_form=True, plain=True),
    private=True,
    form_title=N_("Your direct messages"),
    submit=N_("Save changes"),
    examples=("follow", "follow daily 08:00", "follow tags:llm,vision weekly mon,thu 18:30"),
)

COMMANDS = (
    _FOLLOW,
    declare(
        "following",
        "What you get in your direct messages",
        following,
        switch("change", "Whether to change it", "no"),
        private=True,
        by_button=True,
    ),
    declare(
        "unfollow", "End the news in your direct messages", unfollow, private=True, by_button=True
    ),
)
