"""Commands for channel owners: when a channel gets posts, and which."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER
from bot.commands.personal import LANGUAGE_CHOICES
from bot.commands.status import status
from bot.delivery.planner import preview as next_post
from bot.i18n.translator import N_, offset_of, zone_shown
from bot.port.card import Action, CommandText, Spans, Text, Tone
from bot.port.command import Command, Group, Parameter
from bot.port.form import Choice, Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.schedule.phrases import describe, known_zone, parse_schedule
from bot.schedule.slots import first_slot, last_slot
from bot.views import cards
from store.errors import ChannelNotFound
from store.model import (
    Channel,
    ChannelRef,
    ChannelState,
    Layout,
    Leftover,
    Order,
    PublishedDate,
    Schedule,
    Show,
    Subscription,
    best_of,
)

_COMES = (
    N_("AI news will be posted here {when}."),
    N_("AI news will be posted to {channel} {when}."),
)
_COMES_BEST = (
    N_("The best AI news will be posted here {when}."),
    N_("The best AI news will be posted to {channel} {when}."),
)
"""Of the channel at hand, and of another one."""
_OFFERED_ZONES = ("Asia/Seoul", "America/New_York", "America/Los_Angeles", "Europe/London")


async def schedule(
    context: Context,
    *,
    when: str,
    timezone: str | None,
    tags: tuple[str, ...],
    language: str | None,
    limit: int,
    quiet: str,
    parts: str,
    order: str | None,
    rest: str | None,
    layout: str,
    since: PublishedDate | None,
    show: str,
) -> Reply:
    """Say when a channel gets posts, and which; a channel that has a schedule gets the new one."""
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
    usual_since = _last_time(rule, now) if best else now
    channel = await subscribe(
        context,
        context.channel,
        rule,
        tags=tags,
        language=language,
        limit=limit,
        quiet_days=quiet == "say",
        threaded=parts == "thread" or context.invocation.threads_only,
        order=order,
        rest=rest,
        layout=layout,
        since=usual_since if since is None else _beginning(since, zone, now),
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
    said = cards.strong(describe(rule, words))
    texts = _COMES_BEST if best else _COMES
    text = texts[context.invocation.elsewhere]
    return Reply(
        cards.message_card(
            words.spans(text, channel=context.place, when=said),
            words,
            tone=Tone.DONE,
            more=tuple(more),
            actions=zone_actions(context, "schedule", zone) if timezone is None else (),
        )
    )


async def subscribe(
    context: Context,
    ref: ChannelRef,
    rule: Schedule,
    *,
    tags: tuple[str, ...],
    language: str | None,
    limit: int,
    layout: str,
    quiet_days: bool = False,
    threaded: bool = False,
    order: str | None = None,
    rest: str | None = None,
    since: datetime | None = None,
    name: str = "",
    show: Show = Show.NEW,
    direct: bool = False,
) -> Channel:
    """Let a channel get posts from now on, with what is usual for all that was not chosen."""
    now = context.now()
    # What is posted as it comes is read as it comes, and all of it.
    first = Order(order or (Order.OLDEST if rule.instant else Order.BEST))
    usual = Leftover.LEAVE if first is Order.BEST and not rule.instant else Leftover.WAIT
    subscription = Subscription(
        schedule=rule,
        since=since or now,
        tags=tags,
        language=language or context.words.language,
        limit=limit,
        quiet_days=quiet_days,
        threaded=threaded,
        order=first,
        leftover=Leftover(rest or usual),
        layout=Layout(layout),
        name=name,
        show=show,
        direct=direct,
    )
    channel = await context.store.channels.schedule(
        ref, subscription, context.actor, first_slot(rule, now)
    )
    context.services.wake()
    return channel


async def unschedule(context: Context, *, show: str | None) -> Reply:
    """End the posts to a channel."""
    channel = await _scheduled(context, show)
    await context.store.channels.end(channel.kept_ref, context.actor)
    said = {
        Show.NEW: N_("No more AI news will be posted to {channel}."),
        Show.BEST: N_("The best AI news is no longer posted to {channel}."),
    }[channel.subscription.show]
    text = context.words.spans(said, channel=context.place)
    return Reply(cards.message_card(text, context.words, tone=Tone.DONE))


async def pause(context: Context, *, show: str | None) -> Reply:
    """Hold the posts to a channel back until they are resumed."""
    channel = await _scheduled(context, show)
    await context.store.channels.pause(channel.kept_ref, context.actor)
    words = context.words
    return Reply(
        cards.message_card(
            words.spans(
                "Posts to {channel} are paused. {command} continues them; nothing is missed.",
                channel=context.place,
                command=context.typed(_about("resume", channel)),
            ),
            words,
            tone=Tone.DONE,
        )
    )


async def resume(context: Context, *, show: str | None) -> Reply:
    """Go on with the posts to a channel that was paused or broken."""
    channel = await _scheduled(context, show)
    words = context.words
    first = first_slot(channel.subscription.schedule, context.now())
    channel = await context.store.channels.resume(channel.kept_ref, context.actor, first)
    context.services.wake()
    return Reply(
        cards.message_card(
            words.spans("Posts to {channel} continue.", channel=context.place),
            words,
            tone=Tone.DONE,
            more=subscription_lines(context, channel),
        )
    )


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


def _last_time(rule: Schedule, now: datetime) -> datetime:
    """Return when a post of a schedule was due last, had it been there: the best since then."""
    return last_slot(rule, now) or now


def _about(line: str, channel: Channel) -> str:
    """Return a line to type that is about the posts of a channel's schedule."""
    return f"{line} show:best" if channel.subscription.show is Show.BEST else line


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
        example = context.typed("schedule daily 09:00")
        if context.invocation.elsewhere:
            name = context.place_name or context.words.gettext("That channel")
            raise NotFound(
                "{channel} has no schedule. Type, for example: {example}",
                channel=name,
                example=example,
            )
        raise NotFound(
            "This channel has no schedule. Type, for example: {example}", example=example
        )
    return channel


async def unreached(context: Context) -> Reply | None:
    """Return what keeps posts from the channel at hand as an answer; None: nothing does."""
    words = context.words
    platform = context.services.platforms.get(context.channel.platform)
    if platform is None:
        return None
    obstacles = await platform.obstacles(context.channel, words.language)
    if not obstacles:
        return None
    card = cards.message_card(
        words.spans("The bot cannot post to {channel} yet:", channel=context.place),
        words,
        tone=Tone.REFUSED,
        more=tuple((Text(obstacle),) for obstacle in obstacles),
    )
    return Reply(card, Outcome.REFUSED)


def zone_meant(context: Context, channel: Channel | None) -> str:
    """Return the time zone that is meant where none is given.

    That of the channel's schedule, else the person's as the platform has it, else the operator's.
    """
    meant = [context.invocation.asker.timezone or "", context.services.timezone]
    if channel is not None:
        meant.insert(0, channel.subscription.schedule.timezone)
    return next(filter(known_zone, meant), "UTC")


def zone_actions(context: Context, command: str, zone: str) -> tuple[Action, ...]:
    """Offer other time zones where nobody says where people live and the machine's is UTC."""
    if offset_of(zone, context.now()) != "UTC" or context.invocation.asker.timezone:
        return ()
    given = {name: str(value) for name, value in context.invocation.arguments.items()}
    if context.invocation.elsewhere:
        given.setdefault(CHANNEL_PARAMETER.name, context.channel.id)
    return tuple(
        Action(zone_shown(one, context.now()), command, {**given, "timezone": one})
        for one in _OFFERED_ZONES
    )


def _beginning(since: PublishedDate, timezone: str, now: datetime) -> datetime:
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
    lines.append(
        (Text(words.gettext("Only {tags}", tags=tags) if tags else words.gettext("All tags")),)
    )
    limit = words.ngettext(
        "At most {count} entry a post", "At most {count} entries a post", subscription.limit
    )
    quiet = (
        words.gettext("says so when there is nothing new")
        if subscription.quiet_days
        else words.gettext("skips days without news")
    )
    lines.append(
        (
            Text(
                f"{limit} · {quiet} · {words.pgettext('choice', _LANGUAGES[subscription.language])}"
            ),
        )
    )
    chosen = (
        _ORDERS[subscription.order],
        _LEFTOVERS[subscription.leftover],
        _LAYOUTS[subscription.layout],
    )
    lines.append((Text(" · ".join(words.pgettext("choice", label) for label in chosen)),))
    if subscription.threaded:
        lines.append((Text(words.gettext("A long digest continues in a thread")),))
    return tuple(lines)


_LANGUAGES = {choice.value: choice.label for choice in LANGUAGE_CHOICES}
_ORDERS = {Order.BEST: "The best first", Order.OLDEST: "The oldest first"}
_LEFTOVERS = {
    Leftover.LEAVE: "What does not fit is left out",
    Leftover.WAIT: "What does not fit waits for the next post",
}
_LAYOUTS = {
    Layout.BRIEF: "One story at length, the others a line each",
    Layout.FULL: "Every story with note and picture",
    Layout.TITLES: "Titles only",
}


def _choices(
    labels: Mapping[Order, str] | Mapping[Leftover, str] | Mapping[Layout, str],
) -> tuple[Choice, ...]:
    return tuple(Choice(value.value, label) for value, label in labels.items())


_SHOWN = {Show.NEW: "What is new", Show.BEST: "The best since the last such post"}
_SHOW_CHOICES = tuple(Choice(value.value, label) for value, label in _SHOWN.items())
_WHICH = Parameter("show", "Which of its schedules", Kind.CHOICE, choices=_SHOW_CHOICES)

WHEN = Parameter(
    "when",
    "daily 09:00, weekly mon,thu 09:00, instant, or five cron fields",
    positional=True,
    greedy=True,
)
WHICH = (
    Parameter("timezone", "The time zone, such as Asia/Seoul", Kind.TIMEZONE, in_form=True),
    Parameter("tags", "Only entries with one of these tags", Kind.TAGS, default=(), in_form=True),
    Parameter("language", "The language of the posts", Kind.CHOICE, choices=LANGUAGE_CHOICES),
    Parameter(
        "limit",
        "The most entries in a post",
        Kind.INTEGER,
        default=10,
        minimum=1,
        maximum=50,
    ),
)
LAYOUT = Parameter(
    "layout",
    "How a post looks",
    Kind.CHOICE,
    default=Layout.BRIEF.value,
    choices=_choices(_LAYOUTS),
)
CHANNEL_GROUP = Group("channel", "The posts and answers of a channel")
CHANNEL_PARAMETER = Parameter("channel", "A channel other than this one", Kind.CHANNEL)

COMMANDS = (
    Command(
        "schedule",
        "Post the news here: every day, some days, or at once",
        schedule,
        (
            replace(WHEN, required=True, in_form=True, example="schedule daily 09:00"),
            *WHICH,
            Parameter(
                "quiet",
                "What a day without news gets",
                Kind.CHOICE,
                default="skip",
                choices=(
                    Choice("skip", "No post"),
                    Choice("say", "A post that says so"),
                ),
            ),
            Parameter(
                "parts",
                "Where a long digest goes on",
                Kind.CHOICE,
                default="channel",
                choices=(
                    Choice("channel", "In the channel"),
                    Choice("thread", "In a thread under the first part"),
                ),
            ),
            Parameter(
                "order",
                "What comes first when there is more than a post holds",
                Kind.CHOICE,
                choices=_choices(_ORDERS),
            ),
            Parameter(
                "rest",
                "What happens to news that does not fit in a post",
                Kind.CHOICE,
                choices=_choices(_LEFTOVERS),
            ),
            LAYOUT,
            Parameter("since", "Also older news, from this day on", Kind.DATE),
            Parameter(
                "show",
                "What the posts are about; a channel may have both",
                Kind.CHOICE,
                default=Show.NEW.value,
                choices=_SHOW_CHOICES,
            ),
            CHANNEL_PARAMETER,
        ),
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
    Command(
        "unschedule",
        "End the posts to this channel",
        unschedule,
        (_WHICH, CHANNEL_PARAMETER),
        needs=Role.CHANNEL_OWNER,
        group=CHANNEL_GROUP,
    ),
    Command(
        "pause",
        "Pause the posts to this channel",
        pause,
        (_WHICH, CHANNEL_PARAMETER),
        needs=Role.CHANNEL_OWNER,
        group=CHANNEL_GROUP,
    ),
    Command(
        "resume",
        "Continue the posts to this channel",
        resume,
        (_WHICH, CHANNEL_PARAMETER),
        needs=Role.CHANNEL_OWNER,
        group=CHANNEL_GROUP,
    ),
    Command(
        "preview",
        "What the next post here would say",
        preview,
        (_WHICH, CHANNEL_PARAMETER),
        needs=Role.CHANNEL_OWNER,
        group=CHANNEL_GROUP,
        private=True,
        gives_entries=True,
    ),
    Command(
        "status",
        "How every channel is doing: last post, next post, failures",
        status,
        (PAGE_PARAMETER,),
        gives_data=True,
    ),
)
