"""The command that says who changed what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER
from bot.commands.moderators import mention
from bot.commands.names import channel_names
from bot.port.card import Mention, Named, Span, Spans, Style, Text
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.invocation import Reply, Role
from bot.port.text import one_line, shorten
from bot.views import cards
from bot.views.changes import changes
from store.model import AuditRecord, ChannelRef, Moderator

_LOG = 10
_TITLE = 80
"""Graphemes of a title in a line."""


async def log(context: Context, *, id: int | None, page: int) -> Reply:
    """Answer with who changed what, newest first; of one entry where its number is given."""
    words = context.words
    subject = None if id is None else f"entry:{id}"
    size = context.page_size(_LOG)
    found = await context.store.audit.list(size, (page - 1) * size, subject)
    if not found.items:
        return Reply(cards.message_card(words.gettext("Nothing was changed yet."), words))
    subjects = await _subjects(context, found.items)
    first, *more = (_line(record, subjects[record.id], context) for record in found.items)
    arguments: Mapping[str, str] = {} if id is None else {"id": str(id)}
    return Reply(
        cards.message_card(
            first,
            words,
            title=words.gettext("What was changed"),
            more=tuple(more),
            actions=cards.page_actions("log", arguments, page, words, more=found.more),
        )
    )


def _line(record: AuditRecord, subject: Spans, context: Context) -> Spans:
    """Say one change: when, who, what was done, to what, and what it was before."""
    words = context.words
    spans: list[Span] = [
        Text(f"{words.moment(record.at, context.timezone)} · ", Style.QUIET),
        cards.strong(cards.called(record.actor, words)),
        Text(f" · {words.pgettext('change', record.action)}"),
    ]
    if subject:
        spans += [Text(" · "), *subject]
    spans += [Text(f" · {one}") for one in changes(record, words)]
    return tuple(spans)


async def _subjects(context: Context, records: Sequence[AuditRecord]) -> dict[int, Spans]:
    """Return what each change was made to, by the record's id, as the asker may know it."""
    entries = _numbers(records, "entry")
    found = await context.store.entries.get_many(sorted(set(entries.values())))
    titles = {one.id: one.title for one in found}
    numbers = _numbers(records, "channel")
    channels = await context.store.channels.get_many(set(numbers.values()))
    places = {record.id: ref for record in records if (ref := _place(record)) is not None}
    places |= {record: channels[one].ref for record, one in numbers.items() if one in channels}
    kept = dict.fromkeys(places.values(), "")
    kept |= {one.ref: one.subscription.name for one in channels.values()}
    names = await channel_names(context, kept)
    feeds = _numbers(records, "source")
    known = {one.id: one.name for one in await context.store.sources.list()} if feeds else {}
    said: dict[int, Spans] = {}
    for record in records:
        if record.id in places:
            said[record.id] = _channel(places[record.id], names, context)
        elif record.id in entries:
            said[record.id] = _entry(entries[record.id], titles)
        elif feeds.get(record.id) in known:
            said[record.id] = (cards.strong(shorten(one_line(known[feeds[record.id]]), _TITLE)),)
        else:
            said[record.id] = _other(record, context)
    return said


def _numbers(records: Iterable[AuditRecord], kind: str) -> dict[int, int]:
    """Return the numbers of the changed things of a kind, by the record's id."""
    subjects = {record.id: record.subject.partition(":") for record in records}
    return {
        number: int(rest)
        for number, (what, _, rest) in subjects.items()
        if what == kind and rest.isdecimal()
    }


def _place(record: AuditRecord) -> ChannelRef | None:
    """Return the channel that a record is about, where it names the channel itself."""
    kind, _, rest = record.subject.partition(":")
    match rest.split("/", 2):
        case [platform, workspace, channel] if kind == "place":
            return ChannelRef(platform, workspace, channel)
    return None


def _channel(ref: ChannelRef, names: Mapping[ChannelRef, str], context: Context) -> Spans:
    if names.get(ref):
        return (cards.strong(names[ref]),)
    words = context.words
    if ref not in names:
        return (Text(words.gettext("a channel that you cannot see")),)
    if Role.HOST in context.roles:
        return (cards.strong(f"{ref.platform}/{ref.workspace}/{ref.id}"),)
    return (Mention(words.gettext("a conversation"), Named.CHANNEL, ref.id),)


def _entry(number: int, titles: Mapping[int, str]) -> Spans:
    title = shorten(one_line(titles.get(number, "")), _TITLE)
    return (cards.strong(title), Text(f" (#{number})")) if title else (Text(f"#{number}"),)


def _other(record: AuditRecord, context: Context) -> Spans:
    """Return a moderator, a workspace or a removed source, by what the record itself tells."""
    kind, _, rest = record.subject.partition(":")
    details, channel = record.details, context.channel
    if kind == "moderator":
        who = Moderator(
            str(details.get("platform", "")),
            str(details.get("workspace", "")),
            rest,
            bool(details.get("group")),
        )
        if (who.platform, who.workspace) == (channel.platform, channel.workspace):
            return (mention(who),)
        return (Text(context.words.gettext("somebody on {platform}", platform=who.platform)),)
    name = details.get("name")
    shown = name[-1] if isinstance(name, list) and name else name
    if shown:
        return (cards.strong(shorten(one_line(str(shown)), _TITLE)),)
    return (Text(f"#{rest}"),) if kind == "source" else ()


COMMANDS = (
    Command(
        "log",
        "Who changed what, and when",
        log,
        (
            Parameter("id", "Only the changes of this entry", Kind.ENTRY, positional=True),
            PAGE_PARAMETER,
        ),
        needs=Role.MODERATOR,
        private=True,
        examples=("log", "log 12"),
    ),
)
