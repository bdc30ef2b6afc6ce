"""How every channel does: its last and next post, what waits, what failed, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from bot.commands.context import Context
from bot.delivery.digest import LATE_AFTER
from bot.i18n.translator import N_, Translator
from bot.port.card import CommandText, Section, Spans, Style, Text
from bot.port.invocation import DataReply, Reply, Role
from bot.port.text import one_line
from bot.schedule.phrases import describe, known_zone
from bot.summaries.wishes import begun
from bot.views import cards
from bot.views.drafts import counts_lines
from bot.views.entries import dotted
from bot.views.status import UNTOLD, is_late, running_lines, standing_json, totals_json, untold
from store.model import (
    ChannelRef,
    ChannelState,
    Notice,
    NoticeState,
    PostBrief,
    PostState,
    Show,
    Standing,
    Status,
    Totals,
)

PAGE = 10
_SHELL_PAGE = 100
_WAITING = (PostState.QUEUED, PostState.SENDING, PostState.UNKNOWN)
_FAILED = PostState.FAILED


async def status(context: Context, *, page: int) -> Reply:
    """Say how the channels of the workspace do, those in trouble first, a page at a time.

    The operator sees every workspace's, and may have all of it as data.
    """
    everywhere = Role.OPERATOR in context.roles
    place = (None, None) if everywhere else (context.channel.platform, context.channel.workspace)
    words, now = context.words, context.now()
    size = _SHELL_PAGE if context.invocation.unlimited else PAGE
    counts = await context.store.entries.count()
    totals = await context.store.overview.totals(now - LATE_AFTER, *place)
    drafts = await context.store.drafts.counts(*begun(now, context.services.timezone))
    runs: tuple[Spans, ...] = ()
    if everywhere:
        lines = running_lines(await context.store.processes.running(), words, context.timezone)
        runs = tuple((Text(one_line(line)),) for line in lines)
        runs += ((Text(context.services.limits.said(words)),),)
    if everywhere or Role.MODERATOR in context.roles:
        runs = (*counts_lines(drafts, words, context.timezone), *runs)
    found = await context.store.overview.page(size, (page - 1) * size, *place)
    lead = words.ngettext(
        "{count} entry in the digest.",
        "{count} entries in the digest.",
        counts.get(Status.PUBLISHED, 0),
    )
    facts = totals_json(totals, counts, drafts, now)
    data = DataReply(facts, "channels", lambda: _all(context, now))
    if not found.items:
        none = (
            (Text(words.gettext("There is no page {page}.", page=page)),)
            if page > 1
            else words.spans(
                "No channel has a schedule. {command} sets one.",
                command=CommandText("schedule daily 09:00"),
            )
        )
        card = cards.message_card(lead, words, title=words.gettext("Status"), more=(none, *runs))
        nothing = page > 1 or not counts.get(Status.PUBLISHED)
        return Reply(card, data=data if everywhere else None, private=nothing)
    kept = {one.channel.ref: one.channel.subscription.name for one in found.items}
    known = await context.channel_names(kept)
    names = {ref: name or _place(ref) for ref, name in known.items()}
    sections = [
        standing_section(context, standing, names[standing.channel.ref], now)
        for standing in found.items
        if standing.channel.ref in names
    ]
    return Reply(
        cards.titled_card(
            words.gettext("Status"),
            words,
            sections,
            said=lead,
            lead=(
                (Text(lead),),
                *_over_all(context, totals, hidden=len(found.items) - len(sections)),
                *runs,
            ),
            actions=cards.page_actions("status", {}, page, words, more=found.more),
        ),
        data=data if everywhere else None,
    )


async def _all(context: Context, now: datetime) -> AsyncIterator[dict[str, object]]:
    async for standing in context.store.overview.all():
        yield standing_json(standing, now)


def _over_all(context: Context, totals: Totals, *, hidden: int) -> tuple[Spans, ...]:
    """Say, a line each, what stands over all channels: only what there is."""
    words, kinds = context.words, totals.channels

    def ngettext(one: str, many: str, count: int) -> str:
        return words.ngettext(one, many, count) if count else ""

    broken, paused = kinds[ChannelState.BROKEN], kinds[ChannelState.PAUSED]
    number = kinds[ChannelState.ACTIVE] + broken + paused
    queued, sending, unknown, failed = (totals.posts[state] for state in (*_WAITING, _FAILED))
    channels = (
        ngettext("{count} channel", "{count} channels", number),
        ngettext("{count} is broken", "{count} are broken", broken),
        ngettext("{count} is late", "{count} are late", totals.late),
        ngettext("{count} is paused", "{count} are paused", paused),
    )
    posts = (
        ngettext("{count} post waits", "{count} posts wait", queued),
        ngettext("{count} is under way", "{count} are under way", sending),
        ngettext("{count} is being looked for", "{count} are being looked for", unknown),
        ngettext(
            "{count} of these is held back: its channel is broken or paused",
            "{count} of these are held back: their channels are broken or paused",
            totals.held,
        ),
        ngettext("{count} post is to be edited", "{count} posts are to be edited", totals.updates),
        ngettext("gave up on {count} so far", "gave up on {count} so far", failed),
    )
    lines = [dotted(*channels), dotted(*posts)]
    if totals.next_attempt is not None:
        moment = words.moment(totals.next_attempt, context.timezone)
        lines.append(words.gettext("Next attempt: {moment}", moment=moment))
    lines += (
        ngettext(
            "{count} owner may not have been notified of trouble yet.",
            "{count} owners may not have been notified of trouble yet.",
            sum(totals.notices[state] for state in UNTOLD),
        ),
        ngettext(
            "{count} channel is not shown: you cannot see it.",
            "{count} channels are not shown: you cannot see them.",
            hidden,
        ),
    )
    return tuple((Text(line),) for line in lines if line)


def standing_section(context: Context, standing: Standing, name: str, now: datetime) -> Section:
    """Say how one channel does."""
    words, channel = context.words, standing.channel
    schedule = channel.subscription.schedule
    own = known_zone(schedule.timezone) and not schedule.desk  # a desk's hours are nobody's
    zone = schedule.timezone if own else context.timezone
    lines = [*_trouble(standing, zone, words, now), *_posts(standing, zone, words)]
    if channel.next_at is not None and channel.state is ChannelState.ACTIVE:
        moment = words.moment(channel.next_at, zone)
        lines.append(words.spans("Next post: {moment}", moment=cards.strong(moment)))
    lines += (_notice(notice, zone, words) for notice in untold(standing))
    rule = describe(channel.subscription.schedule, words)
    if channel.subscription.show is Show.BEST:
        rule = words.gettext("The best, {when}", when=rule)
    return Section(heading=(cards.strong(name),), body=tuple(lines), meta=(Text(rule),))


def _trouble(standing: Standing, zone: str, words: Translator, now: datetime) -> list[Spans]:
    """Say why a channel gets no posts, or not in time."""
    channel = standing.channel
    lines: list[Spans] = []
    if channel.state is ChannelState.PAUSED and channel.reason:
        reason = cards.stored(channel.reason, words, Style.STRONG)
        lines.append(words.spans("Paused: {reason}", reason=reason))
    elif channel.state is ChannelState.PAUSED:
        lines.append((Text(words.gettext("Paused"), Style.STRONG),))
    if channel.state is ChannelState.BROKEN:
        reason = cards.stored(channel.reason, words, Style.STRONG)
        lines.append(words.spans("Broken: {reason}", reason=reason))
        if channel.try_at is not None:
            moment = words.moment(channel.try_at, zone)
            lines.append(words.spans("Next attempt: {moment}", moment=moment))
    if channel.trouble_since is not None:
        moment = words.moment(channel.trouble_since, zone)
        lines.append(words.spans("Nothing has arrived since {moment}.", moment=moment))
    if is_late(standing, now):
        lines.append((Text(words.gettext("Late"), Style.STRONG),))
    return lines


def _posts(standing: Standing, zone: str, words: Translator) -> list[Spans]:
    """Say what arrived last, what was given up after that, and what is on its way."""
    lines: list[Spans] = []
    last, failure, current = standing.last, standing.failure, standing.current
    if last is not None:
        moment = words.moment(last.sent_at or last.slot, zone)
        lines.append(words.spans("Last post: {moment}", moment=cards.strong(moment)))
    else:
        lines.append((Text(words.gettext("Last post: none yet")),))
    if failure is not None:
        lines.append(
            words.spans(
                "Gave up on the post of {moment}. {reason}",
                moment=words.moment(failure.slot, zone),
                reason=cards.stored(failure.reason, words),
            )
        )
    if current is not None:
        lines.extend(_current(current, zone, words))
    waiting = sum(standing.counts.get(state, 0) for state in _WAITING)
    if waiting > 1:
        lines.append((Text(words.ngettext("{count} post waits", "{count} posts wait", waiting)),))
    return lines


def _current(post: PostBrief, zone: str, words: Translator) -> list[Spans]:
    """Say how a post does that is on its way."""
    said = N_("On its way since {moment}")
    if post.reason:
        said = N_("On its way since {moment}, tried {attempts} times: {reason}")
    lines = [
        words.spans(
            said,
            moment=cards.strong(words.moment(post.slot, zone)),
            attempts=words.number(post.attempts),
            reason=cards.stored(post.reason, words),
        )
    ]
    if post.next_at is not None:
        lines.append(words.spans("Next attempt: {moment}", moment=words.moment(post.next_at, zone)))
    return lines


def _notice(notice: Notice, zone: str, words: Translator) -> Spans:
    """Say that the owner of a channel has not been told of its trouble, as far as is known."""
    why = cards.stored(notice.obstacle, words)
    match notice.state:
        case NoticeState.UNDELIVERED:
            return words.spans("The owner could not be notified: {reason}", reason=why)
        case NoticeState.UNSURE:
            return (Text(words.gettext("The owner may not have been notified.")),)
        case NoticeState.WAITING if why and notice.due_at is not None:
            return words.spans(
                "The owner will be notified at {moment}: {reason}",
                moment=words.moment(notice.due_at, zone),
                reason=why,
            )
        case _:
            return (Text(words.gettext("The owner will be notified.")),)


def _place(ref: ChannelRef) -> str:
    return ref.id if ref.platform == ref.id else f"{ref.platform} · {ref.id}"
