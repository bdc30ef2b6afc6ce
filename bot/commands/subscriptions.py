"""What a channel or a person subscribes to: made, described, and asked for by parameters."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.context import Context
from bot.i18n.translator import LANGUAGE_NAMES, N_, offset_of, zone_shown
from bot.port.card import Action, Spans, Text, Tone
from bot.port.command import Group, Parameter, choice
from bot.port.form import Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.platform import Permanent, PlatformError
from bot.port.problems import Mistyped
from bot.schedule.phrases import known_zone
from bot.schedule.slots import first_slot
from bot.views import cards
from store.model import (
    Channel,
    ChannelRef,
    Layout,
    Leftover,
    Order,
    PublishedDate,
    Schedule,
    Show,
    Subscription,
)

_log = logging.getLogger(__name__)
_OFFERED_ZONES = ("Asia/Seoul", "America/New_York", "America/Los_Angeles", "Europe/London")


async def subscribe(
    context: Context,
    ref: ChannelRef,
    rule: Schedule,
    *,
    language: str | None,
    layout: str,
    order: str | None = None,
    rest: str | None = None,
    since: datetime | None = None,
    **chosen: Any,
) -> Channel:
    """Let a channel get posts from now on, with what is usual for all that was not chosen.

    `chosen` are further fields of the subscription.
    """
    now = context.now()
    # What is posted as it comes is read as it comes, and all of it.
    first = Order(order or (Order.OLDEST if rule.instant else Order.BEST))
    usual = Leftover.LEAVE if first is Order.BEST and not rule.instant else Leftover.WAIT
    subscription = Subscription(
        schedule=rule,
        since=since or now,
        language=language or context.words.language,
        order=first,
        leftover=Leftover(rest or usual),
        layout=Layout(layout),
        **chosen,
    )
    unlimited = subscription.direct or Role.HOST in context.roles
    channel = await context.store.channels.schedule(
        ref,
        subscription,
        context.actor,
        first_slot(rule, now),
        most=None if unlimited else context.services.limits.schedules or None,
    )
    context.services.wake()
    return channel


async def unreached(context: Context) -> Reply | None:
    """Return what keeps posts from the channel at hand as an answer; None: nothing does.

    Nor where the platform does not say so just now: then the first post finds out.
    """
    words = context.words
    platform = context.services.platforms.get(context.channel.platform)
    if platform is None:
        return None
    try:
        obstacles = await platform.obstacles(context.channel, words.language)
    except Permanent as error:
        obstacles = [f"{words.gettext(error.reason)} {words.gettext(error.remedy)}".strip()]
    except PlatformError as error:
        _log.warning("%s does not say what it would refuse: %s", platform.name, error)
        return None
    if not obstacles:
        return None
    return context.say(
        "The bot cannot post to {channel} yet:",
        channel=context.place,
        tone=Tone.REFUSED,
        more=[(Text(obstacle),) for obstacle in obstacles],
        outcome=Outcome.REFUSED,
    )


def zone_meant(context: Context, channel: Channel | None) -> str:
    """Return the time zone that is meant where none is given.

    That of the channel's schedule, else the person's as the platform has it, else the operator's.
    """
    known = channel.subscription.schedule.timezone if channel else ""
    meant = (known, context.invocation.asker.timezone or "", context.services.timezone)
    return next(filter(known_zone, meant), "UTC")


def zone_actions(context: Context, command: str, zone: str) -> tuple[Action, ...]:
    """Offer other time zones where nobody says where people live and the machine's is UTC."""
    if offset_of(zone, context.now()) != "UTC" or context.invocation.asker.timezone:
        return ()
    given = context.given
    if context.invocation.elsewhere:
        given.setdefault(CHANNEL_PARAMETER.name, context.channel.id)
    return tuple(
        Action(zone_shown(one, context.now()), command, {**given, "timezone": one})
        for one in _OFFERED_ZONES
    )


def beginning(since: PublishedDate, timezone: str, now: datetime) -> datetime:
    """Return the first moment of a date on the channel's wall clock, in UTC."""
    moment = datetime.combine(since.first_day, time.min, ZoneInfo(timezone)).astimezone(UTC)
    if moment > now:
        raise Mistyped("“since” is in the future.", parameter="since")
    return moment


def subscription_lines(context: Context, channel: Channel) -> tuple[Spans, ...]:
    """Say what a channel gets, a line a subject."""
    words = context.words
    subscription = channel.subscription
    tags = " ".join(f"#{tag}" for tag in subscription.tags)
    lines: list[Spans] = []
    if channel.next_at is not None:
        zone, own = subscription.schedule.timezone, context.invocation.asker.timezone
        moment = cards.strong(words.moment(channel.next_at, zone))
        lines.append(words.spans("Next post: {moment}", moment=moment))
        if (
            own
            and known_zone(own)
            and offset_of(own, channel.next_at) != offset_of(zone, channel.next_at)
        ):
            theirs = words.moment(channel.next_at, own)
            lines.append(words.spans("Where you are: {moment}", moment=theirs))
    lines.append(words.spans(N_("Only {tags}") if tags else N_("All tags"), tags=tags))
    limit = words.ngettext(
        "At most {count} entry a post", "At most {count} entries a post", subscription.limit
    )
    skips = N_("skips days without news")
    says = N_("says so when there is nothing new")
    quiet = words.gettext(says if subscription.quiet_days else skips)
    language = words.pgettext("choice", LANGUAGE_NAMES[subscription.language])
    lines.append((Text(f"{limit} · {quiet} · {language}"),))
    chosen = (
        ORDERS[subscription.order],
        LEFTOVERS[subscription.leftover],
        _LAYOUTS[subscription.layout],
    )
    lines.append((Text(" · ".join(words.pgettext("choice", label) for label in chosen)),))
    if subscription.threaded:
        lines.append((Text(words.gettext("A long digest continues in a thread")),))
    return tuple(lines)


ORDERS = {Order.BEST: "The best first", Order.OLDEST: "The oldest first"}

LEFTOVERS = {
    Leftover.LEAVE: "What does not fit is left out",
    Leftover.WAIT: "What does not fit waits for the next post",
}

_LAYOUTS = {
    Layout.BRIEF: "One story at length, the others a line each",
    Layout.FULL: "Every story with note and picture",
    Layout.TITLES: "Titles only",
}


SHOWN = {Show.NEW: "What is new", Show.BEST: "The best since the last such post"}

WHEN = Parameter(
    "when",
    "daily 09:00, weekly mon,thu 09:00, instant, or five cron fields",
    positional=True,
    greedy=True,
    terms=("daily", "weekly", "instant", "mon,thu", "fri"),
)

WHICH = (
    Parameter("timezone", "The time zone, such as Asia/Seoul", Kind.TIMEZONE, in_form=True),
    Parameter("tags", "Only entries with one of these tags", Kind.TAGS, default=(), in_form=True),
    choice("language", "The language of the posts", LANGUAGE_NAMES),
    Parameter("limit", "The most entries in a post", Kind.INTEGER, default=10, maximum=50),
)

LAYOUT = choice("layout", "How a post looks", _LAYOUTS, default=Layout.BRIEF.value)

CHANNEL_GROUP = Group("channel", "The posts and answers of a channel")

CHANNEL_PARAMETER = Parameter("channel", "A channel other than this one", Kind.CHANNEL)
