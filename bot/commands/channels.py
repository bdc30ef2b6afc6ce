"""What concerns a channel: when it gets posts, and which; who sees the answers there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER
from bot.commands.status import status
from bot.commands.subscriptions import (
    CHANNEL_GROUP,
    CHANNEL_PARAMETER,
    LAYOUT,
    LEFTOVERS,
    ORDERS,
    SHOWN,
    WHEN,
    WHICH,
    beginning,
    subscribe,
    subscription_lines,
    unreached,
    zone_actions,
    zone_meant,
)
from bot.delivery.planner import preview as next_post
from bot.i18n.translator import N_
from bot.port.card import CommandText, Mention, Named, Tone
from bot.port.command import Command, Parameter, choice, declare
from bot.port.form import Kind
from bot.port.invocation import Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.schedule.phrases import describe, parse_schedule
from bot.schedule.slots import first_slot, last_slot
from bot.views import cards
from store.errors import ChannelNotFound
from store.model import Channel, ChannelState, Order, PublishedDate, Schedule, Show, best_of

_COMES = (
    N_("AI news will be posted here {when}."),
    N_("AI news will be posted to {channel} {when}."),
)
_COMES_BEST = (
    N_("The best AI news will be posted here {when}."),
    N_("The best AI news will be posted to {channel} {when}."),
)
"""Of the channel at hand, and of another one."""

_PUBLIC = N_("Everybody in {channel} sees the answers there.")
_PRIVATE = N_("Answers in {channel} are seen only by the person who asked.")


async def schedule(
    context: Context,
    *,
    when: str,
    timezone: str | None,
    quiet: str,
    parts: str,
    order: str | None,
    since: PublishedDate | None,
    show: str,
    **chosen: Any,
) -> Reply:
    """Say when a channel gets posts, and which; a channel that has a schedule gets the new one.

    What else was `chosen` is the subscription's.
    """
    words = context.words
    known = None
    with suppress(ChannelNotFound):
        known = await context.store.channels.get(context.channel)
    zone = timezone or zone_meant(context, known)
    rule = parse_schedule(when, zone)
    best = show == Show.BEST
    if best:
        _check_best(rule, order)
    unreachable = await unreached(context)
    if unreachable is not None:
        return unreachable
    now = context.now()
    # The best is that since a post would have been due, had there been a schedule.
    usual_since = last_slot(rule, now) or now if best else now
    channel = await subscribe(
        context,
        context.channel,
        rule,
        **chosen,
        quiet_days=quiet == "say",
        threaded=parts == "thread" or context.invocation.threads_only,
        order=order,
        since=usual_since if since is None else beginning(since, zone, now),
        name=context.invocation.channel_name,
        show=Show(show),
    )
    more = list(subscription_lines(context, channel))
    if since is None and best:
        moment = words.moment(usual_since, zone)
        more.append(words.spans("It begins with what was published since {moment}.", moment=moment))
    elif since is None:
        more.append(
            words.spans(
                "It begins with what is published from now on. {command} includes older news.",
                command=context.typed(f"schedule {when} since:2026-01"),
            )
        )
    texts = _COMES_BEST if best else _COMES
    return context.done(
        texts[context.invocation.elsewhere],
        channel=context.place,
        when=cards.strong(describe(rule, words)),
        more=more,
        actions=zone_actions(context, "schedule", zone) if timezone is None else (),
    )


async def unschedule(context: Context, *, show: str | None) -> Reply:
    """End the posts to a channel."""
    channel = await _scheduled(context, show)
    await context.store.channels.end(channel.kept_ref, context.actor)
    said = {
        Show.NEW: N_("No more AI news will be posted to {channel}."),
        Show.BEST: N_("The best AI news is no longer posted to {channel}."),
    }[channel.subscription.show]
    return context.done(said, channel=context.place)


async def pause(context: Context, *, show: str | None) -> Reply:
    """Hold the posts to a channel back until they are resumed."""
    channel = await _scheduled(context, show)
    await context.store.channels.pause(channel.kept_ref, context.actor)
    best = channel.subscription.show is Show.BEST
    return context.done(
        "Posts to {channel} are paused. {command} continues them; nothing is missed.",
        channel=context.place,
        command=context.typed("resume show:best" if best else "resume"),
    )


async def resume(context: Context, *, show: str | None) -> Reply:
    """Go on with the posts to a channel that was paused or broken."""
    channel = await _scheduled(context, show)
    first = first_slot(channel.subscription.schedule, context.now())
    channel = await context.store.channels.resume(channel.kept_ref, context.actor, first)
    context.services.wake()
    more = subscription_lines(context, channel)
    return context.done("Posts to {channel} continue.", channel=context.place, more=more)


async def preview(context: Context, *, show: str | None) -> Reply:
    """Show what the next post to a channel would say, without posting it."""
    channel = await _scheduled(context, show)
    content = await next_post(context.store, channel, context.now())
    card = context.services.render(content, channel)
    if context.invocation.elsewhere:
        about = context.words.spans("What {channel} gets next:", channel=context.place)
        card = replace(card, lead=(about, *card.lead))
    if not content.entries and not channel.subscription.quiet_days:
        silence = context.words.spans("No post goes out while there is nothing new.")
        card = replace(card, lead=(*card.lead, silence))
    return Reply(card, entries=content.entries, private=True)


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
    tone = Tone.DONE if done else Tone.INFO if manner is None else Tone.REFUSED
    text = _PUBLIC if public else _PRIVATE
    return context.say(text, channel=context.place, tone=tone, more=(more,))


def _check_best(rule: Schedule, order: str | None) -> None:
    """Raise Mistyped for what posts of the best cannot be."""
    if rule.instant:
        raise Mistyped(
            "The best is known after a while. Give days and an hour, such as: {example}",
            parameter="when",
            example=CommandText("schedule weekly fri 17:00 show:best"),
        )
    if order not in {None, Order.BEST.value}:
        raise Mistyped("With show:best the best come first. Leave “order” out.", parameter="order")


async def _scheduled(context: Context, show: str | None) -> Channel:
    """Return the channel at hand as its schedule has it. Raises NotFound where it has none.

    Where nobody says which of two schedules is meant, it is that for what is new.
    """
    channel = None
    for ref in (context.channel, best_of(context.channel)):
        with suppress(ChannelNotFound):
            found = await context.store.channels.get(ref)
            wanted = show in {None, found.subscription.show.value}
            if wanted and found.state is not ChannelState.ENDED:
                channel = found
                break
    if channel is None:
        said = N_("This channel has no schedule. Type, for example: {example}")
        if context.invocation.elsewhere:
            said = N_("{channel} has no schedule. Type, for example: {example}")
        raise NotFound(
            said,
            channel=context.place_name or context.words.gettext("That channel"),
            example=context.typed("schedule daily 09:00"),
        )
    return channel


_WHICH = choice("show", "Which of its schedules", SHOWN)
_of_schedule = partial(
    Command, parameters=(_WHICH, CHANNEL_PARAMETER), needs=Role.CHANNEL_OWNER, group=CHANNEL_GROUP
)


COMMANDS = (
    declare(
        "schedule",
        "Post the news here: every day, some days, or at once",
        schedule,
        replace(WHEN, required=True, in_form=True, example="schedule daily 09:00"),
        *WHICH,
        choice(
            "quiet",
            "What a day without news gets",
            {"skip": "No post", "say": "A post that says so"},
            default="skip",
        ),
        choice(
            "parts",
            "Where a long digest goes on",
            {"channel": "In the channel", "thread": "In a thread under the first part"},
            default="channel",
        ),
        choice("order", "What comes first when there is more than a post holds", ORDERS),
        choice("rest", "What happens to news that does not fit in a post", LEFTOVERS),
        LAYOUT,
        Parameter("since", "Also older news, from this day on", Kind.DATE),
        choice(
            "show",
            "What the posts are about; a channel may have both",
            SHOWN,
            default=Show.NEW.value,
        ),
        CHANNEL_PARAMETER,
        needs=Role.CHANNEL_OWNER,
        form_title=N_("Post the news here"),
        submit=N_("Schedule"),
        examples=(
            "schedule daily 09:00",
            "schedule weekly mon,thu 09:00 timezone:Asia/Seoul tags:llm,vision limit:5",
            "schedule instant",
            'schedule "0 9 * * 1-5" quiet:say since:2026-01',
            "schedule weekly fri 17:00 show:best",
        ),
    ),
    _of_schedule("unschedule", "End the posts to this channel", unschedule),
    _of_schedule("pause", "Pause the posts to this channel", pause),
    _of_schedule("resume", "Continue the posts to this channel", resume),
    _of_schedule(
        "preview", "What the next post here would say", preview, private=True, gives_entries=True
    ),
    declare(
        "status",
        "How every channel is doing: last post, next post, failures",
        status,
        PAGE_PARAMETER,
        gives_data=True,
    ),
    declare(
        "answers",
        "Who sees the answers in this channel",
        answers,
        choice(
            "manner",
            "Everybody in the channel, or only the person who asks",
            {"public": "Everybody", "private": "Only the person who asks"},
            positional=True,
        ),
        CHANNEL_PARAMETER,
        needs=Role.ADMIN,
        private=True,
        group=CHANNEL_GROUP,
        examples=("answers public", "answers private"),
    ),
)
