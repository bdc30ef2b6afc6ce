"""Commands about what waits for a moderator: deciding, and the desk where it arrives."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.commands.context import Context
from bot.commands.database_trouble import problem_of
from bot.commands.drafts import next_draft
from bot.commands.forms import form_of
from bot.commands.subscriptions import unreached
from bot.i18n.translator import N_
from bot.port.card import CommandText, Spans, Text
from bot.port.command import Parameter, choice, declare, yes_or_no
from bot.port.form import Choice, Kind
from bot.port.invocation import Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.port.text import one_line, shorten
from bot.views import cards
from bot.views.reviews import DONE, done_line, queue_card, undo_action
from store.errors import AlreadyDecided, ChannelNotFound, EntryNotFound
from store.model import Decision, Entry

_Decide = Callable[[Context, int], Awaitable[tuple[Spans, Entry]]]
"""Does what was decided about an entry. Returns what to say of it, and the entry."""

_UNDOABLE = {"publish", "skip", "same"}

RECENT = timedelta(days=14)
"""How old an entry may be that another is offered to be the same as."""

_NUMBER = re.compile(r"\d{1,18}")
_DRAFTS = 4
_COMPARED = 200
_OFFERED = 25
_FOUND = 20
_LABEL = 70


async def review(
    context: Context,
    *,
    action: str | None,
    id: int | None,
    same: int | None,
    link: str | None,
    desk: str,
    find: str | None,
    drafts: str | None,
    next: str,
) -> Reply:
    """Show what waits, one after the other, and do what was decided about it."""
    if action == "here":
        return await (_open_desk if desk == "on" else _close_desk)(context)
    if find is not None:
        return await _found(context, find)
    if action is None:
        return await _queue(context)
    if id is None:
        raise Mistyped(
            "Say which entry. Type, for example: {example}",
            parameter="id",
            example=CommandText(f"review {action} 12"),
        )
    if action == "same" and same is None and context.form_possible:
        return await _which(context, id)
    decisions: dict[str, _Decide] = {
        "same": partial(_same, same=same),
        "split": partial(_split, link=link),
        "publish": partial(_publish, drafts=drafts),
        "all": partial(_of_source, action=action),
        "rest": partial(_of_source, action=action),
    }
    decide = decisions.get(action) or partial(_alone, action=action)
    return await _decided(context, action, id, decide, onward=next == "yes")


async def _decided(
    context: Context, action: str, entry_id: int, decide: _Decide, *, onward: bool
) -> Reply:
    """Do what a moderator decided. `onward`: the next of the queue is shown after it."""
    try:
        lead, entry = await decide(context, entry_id)
    except AlreadyDecided as error:
        if not onward:
            raise
        problem = problem_of(error, operator=False)
        return await _queue(context, context.words.spans(problem.reason, **problem.values))
    context.services.wake()
    if onward:
        return await _queue(context, lead)
    undo = (undo_action(entry, context.words),) if action in _UNDOABLE else ()
    return context.done(lead, actions=(*undo, *await context.next_in_queue()), entries=(entry,))


async def _queue(context: Context, *lead: Spans) -> Reply:
    since, reviews = context.review_since, context.store.reviews
    queue = await reviews.queue(since)
    if queue.first is None:
        if await context.store.draft_reviews.next_ready() is not None:
            return await next_draft(context, 0, lead)
        return Reply(queue_card(queue, context.words, lead))
    entry = queue.first.entry
    count = len(await reviews.of_source(entry.added_by, since)) if entry.added_by else 0
    return Reply(queue_card(queue, context.words, lead, count), entries=(entry,))


async def _found(context: Context, find: str) -> Reply:
    """Answer with what waits, also for too long, and with what was skipped."""
    words = context.words
    entries = await context.store.reviews.find(find, _FOUND)
    empty = words.gettext("Nothing that waits or was skipped holds “{words}”.", words=find)
    title = words.gettext("Waiting or skipped")
    return Reply(cards.list_card(title, entries, words, empty=empty), entries=entries)


async def _which(context: Context, entry_id: int) -> Reply:
    """Ask which entry it is the same as; the likest recent ones are offered."""
    words = context.words
    # Half a second of work the first time.
    from bot.sources.recent import likest  # noqa: PLC0415 - much is loaded that few need

    item = (await context.store.reviews.get([entry_id])).get(entry_id)
    if item is None:
        raise EntryNotFound(entry_id)
    entry = item.entry
    recent = await context.store.reviews.recent(context.now() - RECENT, _COMPARED)
    others = [other for other in recent if other.id != entry_id]
    if not others:
        raise NotFound("No recent entry could be the same.")
    found = await asyncio.to_thread(likest, entry, others, _OFFERED)
    # What was compared with all that its source told stands before what is compared by title.
    offered = sorted(found, key=lambda other: other.id != item.offered)
    choices = tuple(
        Choice(str(one.id), shorten(f"#{one.id} {one_line(one.title)}", _LABEL)) for one in offered
    )
    form = form_of(_REVIEW, words, context.given)
    [field] = form.fields
    field = replace(field, kind=Kind.CHOICE, choices=choices, required=True)
    form = replace(form, title=words.gettext("The same as…"), fields=(field,))
    title = cards.strong(entry.title)
    return context.say("Which entry is “{title}” the same as?", title=title, form=form)


async def _publish(context: Context, entry_id: int, drafts: str | None) -> tuple[Spans, Entry]:
    """Publish an entry, with those of its drafts that were shown."""
    numbers = None if drafts is None else [int(one) for one in _NUMBER.findall(drafts)[:_DRAFTS]]
    entry = await context.store.reviews.publish(entry_id, context.actor, drafts=numbers)
    return done_line(Decision.PUBLISHED, entry, context.words), entry


async def _same(context: Context, entry_id: int, same: int | None) -> tuple[Spans, Entry]:
    if same is None or same == entry_id:
        raise Mistyped(
            "Say which other entry it is the same as. Type, for example: {example}",
            parameter="same",
            example=CommandText(f"review same {entry_id} same:7"),
        )
    entry = await context.store.reviews.join(entry_id, same, context.actor)
    said = done_line(Decision.JOINED, entry, context.words)
    return said, await context.store.entries.get(entry_id)


async def _split(context: Context, entry_id: int, link: str | None) -> tuple[Spans, Entry]:
    """Let a link that a source brought to an entry be an entry of its own, which waits."""
    item = (await context.store.reviews.get([entry_id])).get(entry_id)
    if item is None:
        raise EntryNotFound(entry_id)
    joined = [source.url for source in item.sources if source.joined]
    if link is None and len(joined) == 1:
        [link] = joined
    if link is None and joined:
        raise Mistyped(
            "Say which link. Type, for example: {example}",
            parameter="link",
            example=CommandText(f"review split {entry_id} link:{joined[0]}"),
        )
    entry = link and await context.store.entry_sources.split(entry_id, link, context.actor)
    if not entry:
        raise NotFound("Entry {number} has no such link from a source.", number=entry_id)
    return context.words.spans(
        "Now an entry of its own, {number}, waiting for a decision: {title}",
        number=cards.strong(f"#{entry.id}"),
        title=cards.strong(entry.title),
    ), entry


async def _alone(context: Context, entry_id: int, action: str) -> tuple[Spans, Entry]:
    """Do what is told with a word."""
    reviews = context.store.reviews
    decide, said = {
        "skip": (reviews.skip, DONE[Decision.SKIPPED]),
        "later": (reviews.postpone, N_("Put off: {title}")),
        "undo": (reviews.undo, N_("It waits again: {title}")),
    }[action]
    entry = await decide(entry_id, context.actor)
    return context.words.spans(said, title=cards.strong(entry.title)), entry


async def _of_source(context: Context, entry_id: int, action: str) -> tuple[Spans, Entry]:
    """Publish (`all`) or skip (`rest`) all that waits from the source of an entry."""
    entry = await context.store.entries.get(entry_id)
    reviews = context.store.reviews
    decide = reviews.publish if action == "all" else reviews.skip
    waiting = await reviews.of_source(entry.added_by, context.review_since)
    count = 0
    for one in waiting:
        try:
            await decide(one.id, context.actor)
        except AlreadyDecided:
            continue
        count += 1
    if not count:
        raise NotFound("Nothing from the source of entry {number} is waiting.", number=entry_id)
    ngettext, source = context.words.ngettext, one_line(entry.added_by)
    if action == "all":
        text = ngettext(
            "{count} entry of {source} is published.",
            "{count} entries of {source} are published.",
            count,
            source=source,
        )
    else:
        text = ngettext(
            "{count} entry of {source} is skipped.",
            "{count} entries of {source} are skipped.",
            count,
            source=source,
        )
    return (Text(text),), entry


async def _open_desk(context: Context) -> Reply:
    words = context.words
    unreachable = await unreached(context)
    if unreachable is not None:
        return unreachable
    name = context.invocation.channel_name
    await context.store.desks.open(context.channel, context.actor, words.language, name)
    context.services.wake()
    waits = (await context.store.reviews.queue(context.review_since)).count
    more = [words.spans("{command} ends that.", command=CommandText("review here off"))]
    if waits:
        text = N_("What is already waiting is not posted here: {command} shows it.")
        more.insert(0, words.spans(text, command=CommandText("review")))
    return context.done(
        "This channel is a moderators' desk now: what needs a decision arrives here. "
        "Everybody here can read it; only moderators can decide.",
        more=more,
    )


async def _close_desk(context: Context) -> Reply:
    try:
        await context.store.desks.close(context.channel, context.actor)
    except ChannelNotFound:
        raise NotFound(
            "This channel is not a moderators' desk. {command} makes it one.",
            command=CommandText("review here"),
        ) from None
    return context.done("This channel is no longer a moderators' desk.")


_REVIEW = declare(
    "review",
    "Decide about what waits for a moderator",
    review,
    choice(
        "action",
        "What to do; leave it out to see what waits",
        {
            "publish": "Publish",
            "skip": "Skip, for good",
            "same": "Same as another",
            "later": "Put it off",
            "undo": "Undo a decision",
            "split": "Split off a link that is not the same",
            "all": "Publish all of its source",
            "rest": "Skip all of its source",
            "here": "Make this channel the moderators' desk",
        },
        positional=True,
    ),
    Parameter("id", "The entry's number", Kind.ENTRY, positional=True),
    Parameter("same", "The entry that it is the same as", Kind.ENTRY, in_form=True),
    Parameter("link", "The link that is not the same", Kind.LINK),
    choice(
        "desk",
        "Whether this channel is a desk",
        {"on": "It becomes one", "off": "It no longer is one"},
        positional=True,
        default="on",
    ),
    Parameter("drafts", "The numbers of the drafts that are accepted with it, or none"),
    Parameter("find", "Words in the title of what waits or was skipped"),
    yes_or_no(
        "next",
        "Whether the next one is shown afterwards",
        no="Only what was done",
        yes="The next one",
    ),
    needs=Role.MODERATOR,
    private=True,
    submit=N_("It is the same"),
    gives_entries=True,
    examples=(
        "review",
        "review publish 12",
        "review same 12 same:7",
        "review here",
        "review find:GPT",
    ),
)


COMMANDS = (_REVIEW,)
