"""The command that says who changed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER
from bot.commands.moderators import mention
from bot.port.card import Mention, Named, Span, Spans, Style, Text
from bot.port.command import Parameter, declare
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
        return context.say("Nothing was changed yet.")
    first, *more = (
        _line(record, subject, context)
        for record, subject in zip(found.items, await _subjects(context, found.items), strict=True)
    )
    arguments: Mapping[str, str] = {} if id is None else {"id": str(id)}
    return context.say(
        first,
        heading=words.gettext("What was changed"),
        more=more,
        actions=cards.page_actions("log", arguments, page, words, more=found.more),
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


async def _subjects(context: Context, records: Sequence[AuditRecord]) -> list[Spans]:
    """Return what each change was made to, as the asker may know it."""
    store = context.store
    subjects = [(kind, rest) for kind, _, rest in (one.subject.partition(":") for one in records)]
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    places: dict[tuple[str, str], ChannelRef] = {}
    for kind, rest in subjects:
        if rest.isdecimal():
            numbers[kind].add(int(rest))
        elif kind == "place" and rest.count("/") > 1:
            places[kind, rest] = ChannelRef(*rest.split("/", 2))
    found = await store.entries.get_many(sorted(numbers["entry"]))
    titles = {str(one.id): one.title for one in found}
    channels = await store.channels.get_many(numbers["channel"])
    kept = dict.fromkeys(places.values(), "")
    kept |= {one.ref: one.subscription.name for one in channels.values()}
    places |= {("channel", str(number)): one.ref for number, one in channels.items()}
    names = await context.channel_names(kept)
    every = await store.sources.list() if numbers["source"] else ()
    sources = {str(one.id): one.name for one in every}

    def said(record: AuditRecord, kind: str, rest: str) -> Spans:
        if (kind, rest) in places:
            return _channel(places[kind, rest], names, context)
        if kind == "entry" and rest.isdecimal():
            return _entry(rest, titles.get(rest, ""))
        if kind == "source" and rest in sources:
            return (cards.strong(shorten(one_line(sources[rest]), _TITLE)),)
        return _other(record, context)

    return [said(one, *subject) for one, subject in zip(records, subjects, strict=True)]


def _channel(ref: ChannelRef, names: Mapping[ChannelRef, str], context: Context) -> Spans:
    if names.get(ref):
        return (cards.strong(names[ref]),)
    words = context.words
    if ref not in names:
        return (Text(words.gettext("a channel that you cannot see")),)
    if Role.HOST in context.roles:
        return (cards.strong(f"{ref.platform}/{ref.workspace}/{ref.id}"),)
    return (Mention(words.gettext("a conversation"), Named.CHANNEL, ref.id),)


def _entry(number: str, title: str) -> Spans:
    title = shorten(one_line(title), _TITLE)
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
    declare(
        "log",
        "Who changed what, and when",
        log,
        Parameter("id", "Only the changes of this entry", Kind.ENTRY, positional=True),
        PAGE_PARAMETER,
        needs=Role.MODERATOR,
        private=True,
        examples=("log", "log 12"),
    ),
)
