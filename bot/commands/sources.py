"""Commands for moderators: where entries come from on their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

from bot.commands.context import Context
from bot.commands.curation import UNCHANGED
from bot.commands.forms import form_of
from bot.commands.lookup import PAGE_PARAMETER
from bot.commands.personal import LANGUAGE_CHOICES
from bot.i18n.translator import N_, Translator
from bot.port.card import Action, Card, Spans, Style, Text, Tone
from bot.port.command import Command, Parameter
from bot.port.form import Choice, Kind
from bot.port.invocation import DataReply, Outcome, Reply, Role
from bot.port.problems import CommandProblem, Failed, Mistyped, NotFound
from bot.port.source import (
    Feed,
    FeedAddress,
    Item,
    NotAFeed,
    NotAFeedReason,
    SourceError,
    SourceReader,
    TryLater,
    Unanswered,
    Validators,
)
from bot.port.text import one_line, shorten
from bot.port.typed import address_in
from bot.sources.feed_lists import name_of, rules_of
from bot.sources.zones import usual_timezone
from bot.views import cards
from bot.views import sources as views
from store.entries.identity import url_key
from store.errors import DuplicateSource
from store.model import Source, SourceRules, SourceState

PAGE = 10
STARTER = "sources.opml"
"""The list of well-known sources that comes with the program."""

_FEEDS = 5
_NEWEST = 3
_TRIED = 10
_NAME = 80
_NUMBER = re.compile(r"[#＃]?(\d{1,9})")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Given = Mapping[str, object]
"""What was given of a source's name and rules, by parameter. None empties it."""


async def sources(context: Context, *, page: int) -> Reply:
    """Say how the sources do, those in trouble first, a page at a time."""
    words = context.words
    found = sorted(await context.store.sources.list(), key=lambda one: not _troubled(one))
    size = context.page_size(PAGE)
    shown = found[(page - 1) * size : page * size]
    if not found:
        return _none(words)
    paces = await _paces(context, found)
    lead = words.ngettext("{count} source", "{count} sources", len(found))
    failing = sum(one.polling.failing_since is not None for one in found)
    if failing:
        failing_text = words.ngettext("{count} fails", "{count} fail", failing)
        lead = f"{lead} · {failing_text}"
    more = len(found) > page * size
    card = Card(
        summary=lead,
        language=words.language,
        title=(Text(words.gettext("Sources"), Style.STRONG),),
        lead=(
            (Text(lead),),
            *(() if shown else ((Text(words.gettext("There is no page {page}.", page=page)),),)),
        ),
        sections=tuple(
            views.source_section(one, words, context.services.timezone, paces[one.id])
            for one in shown
        ),
        actions=cards.page_actions("sources", {}, page, words, more=more),
    )
    return Reply(card, data=DataReply({}, "sources", lambda: _all(found, paces)))


async def source(context: Context, *, action: str, source: str | None, **given: object) -> Reply:
    """Add a source, show it, change it, or try what it would bring."""
    said = {name: value for name, value in given.items() if value is not UNCHANGED}
    return await _ACTIONS[action](context, source, said)


async def _add(context: Context, typed: str | None, given: Given) -> Reply:
    """Add a feed, or offer those that a page has. Nothing is added that is not read first."""
    if typed is None:
        raise Mistyped(
            "Say which feed or page. Type, for example: {example}",
            parameter="source",
            example=_EXAMPLE,
        )
    reader = _reader(context)
    try:
        feeds = await reader.find(address_in(typed) or typed)
    except SourceError as error:
        if not (isinstance(error, NotAFeed) and error.reason is NotAFeedReason.HTML):
            raise _not_added(typed, error, context.words) from None
        feeds = ()
    if len(feeds) == 1:
        return await _added_card(context, *await _added(context, reader, feeds[0], given))
    if not feeds:
        raise NotFound(
            "No feed was found at {address}. Look for a link called RSS or Atom there, and give "
            "its address.",
            parameter="source",
            address=shorten(one_line(typed), _NAME),
        )
    words = context.words
    arguments = {name: str(value) for name, value in context.invocation.arguments.items()}
    which = words.ngettext(
        "It names {count} feed. Which one?", "It names {count} feeds. Which one?", len(feeds)
    )
    card = Card(
        summary=which,
        language=words.language,
        lead=((Text(which),),),
        sections=tuple(
            views.feed_section(feed, words, arguments | {"action": "add", "source": feed.url})
            for feed in feeds[:_FEEDS]
        ),
    )
    return Reply(card, Outcome.REFUSED)


async def _starter(context: Context, typed: str | None, given: Given) -> Reply:
    """List the well-known sources that are none yet, or add some of them by their numbers."""
    reader, words = _reader(context), context.words
    file = resources.files("bot.sample").joinpath(STARTER)
    listed = dict(enumerate(await reader.read_list(file.read_bytes()), 1))
    if typed is not None:
        return await _add_listed(context, reader, listed, typed, given)
    known = {url_key(one.address) for one in await context.store.sources.list()}
    left = {number: feed for number, feed in listed.items() if url_key(feed.url) not in known}
    if not left:
        text = words.gettext("All of the well-known sources are added.")
        return Reply(cards.message_card(text, words))
    title = words.gettext("Well-known sources")
    lead = words.spans(
        "None is added by itself. {command} adds some by their numbers.",
        command=cards.code("source starter " + ",".join(map(str, [*left][:3]))),
    )
    sections = [
        views.feed_section(feed, words, {"action": "starter", "source": str(number)}, number)
        for number, feed in left.items()
    ]
    card = Card(
        summary=title,
        language=words.language,
        title=(Text(title, Style.STRONG),),
        lead=(lead,),
        sections=tuple(sections),
    )
    return Reply(card)


async def _add_listed(
    context: Context,
    reader: SourceReader,
    listed: Mapping[int, FeedAddress],
    typed: str,
    given: Given,
) -> Reply:
    numbers = [int(number) for number in re.findall(r"\d{1,9}", typed)]
    if not numbers or not set(numbers) <= set(listed):
        raise Mistyped(
            "“{value}” are not numbers of the list. {command} shows it.",
            parameter="source",
            value=shorten(one_line(typed), _NAME),
            command="/ainews source starter",
        )
    words = context.words
    results = await asyncio.gather(
        *(
            _added(
                context, reader, one, {"name": name_of(one), "tags": rules_of(one).tags, **given}
            )
            for one in (listed[number] for number in dict.fromkeys(numbers))
        ),
        return_exceptions=True,
    )
    if len(results) == 1 and not isinstance(results[0], BaseException):
        return await _added_card(context, *results[0])
    lines: list[Spans] = []
    for result in results:
        match result:
            case CommandProblem():
                lines.append((Text(words.gettext(result.text, **result.values)),))
            case DuplicateSource():
                lines.append(_is_source(result.source, words))
            case BaseException():
                raise result
            case (added, _):
                lines.append(_is_source(added, words))
    done = any(isinstance(result, tuple) for result in results)
    card = cards.message_card(
        lines[0], words, tone=Tone.DONE if done else Tone.REFUSED, more=tuple(lines[1:])
    )
    return Reply(card, Outcome.DONE if done else Outcome.REFUSED)


async def _show(context: Context, typed: str | None, given: Given) -> Reply:
    del given
    return await _card(context, await _named(context, typed, "show"))


async def _edit(context: Context, typed: str | None, given: Given) -> Reply:
    """Change what is given of a source; where nothing is, ask with a form that is filled in."""
    words = context.words
    found = await _named(context, typed, "edit")
    if not given:
        if context.form_possible:
            form = form_of(_SOURCE, words, _form_values(found))
            return Reply(
                cards.message_card(words.gettext("Change what you want, then save."), words),
                form=replace(form, hidden={"action": "edit", "source": str(found.id)}),
            )
        raise Mistyped(
            "Say what to change. Type, for example: {example}",
            example=f"/ainews source edit {found.id} tags:llm,paper review:no",
        )
    name = _name(given) or found.name
    rules = _rules(found.rules, given)
    changed = await context.store.sources.edit(found.id, name, rules, context.actor)
    lead = (words.spans("Source {number} is changed.", number=cards.strong(str(found.id))),)
    return await _card(context, changed, lead)


async def _pause(context: Context, typed: str | None, given: Given) -> Reply:
    del given
    found = await _named(context, typed, "pause")
    await context.store.sources.pause(found.id, context.actor)
    words = context.words
    text = words.spans("{name} is paused.", name=cards.strong(found.name))
    more = words.spans(
        "What it brought stays; what waits for a moderator still waits. {command} goes on.",
        command=cards.code(f"source resume {found.id}"),
    )
    return Reply(cards.message_card(text, words, tone=Tone.DONE, more=(more,)))


async def _resume(context: Context, typed: str | None, given: Given) -> Reply:
    del given
    found = await _named(context, typed, "resume")
    changed = await context.store.sources.resume(found.id, context.actor)
    context.services.wake()
    lead = context.words.spans("{name} is looked at again.", name=cards.strong(found.name))
    return await _card(context, changed, (lead,))


async def _remove(context: Context, typed: str | None, given: Given) -> Reply:
    del given
    found = await _named(context, typed, "remove")
    await context.store.sources.remove(found.id, context.actor)
    words = context.words
    text = words.spans("{name} is no source any more.", name=cards.strong(found.name))
    more = words.gettext("What it brought stays; what waits for a moderator still waits.")
    again = {"action": "add", "source": found.address, **_form_values(found)}
    actions = (
        Action(
            words.gettext("Add it again"),
            "source",
            {name: value for name, value in again.items() if value},
        ),
    )
    return Reply(
        cards.message_card(text, words, tone=Tone.DONE, more=((Text(more),),), actions=actions)
    )


async def _try(context: Context, typed: str | None, given: Given) -> Reply:
    """Show what of a source's items passes its rules now, or would pass those that are given."""
    words = context.words
    found = await _named(context, typed, "try")
    rules = _rules(found.rules, given)
    try:
        feed = await _fetched(_reader(context), found.address, rules)
    except SourceError as error:
        raise CommandProblem(
            "{name} brings nothing just now: {reason}",
            name=found.name,
            reason=_reason(error, words),
        ) from None
    passing, left_out = await asyncio.to_thread(_divided, feed.items, rules)
    title = words.gettext("What would come from {name}", name=one_line(found.name))
    lead = _passing(passing, feed, words)
    zone = rules.timezone or context.services.timezone
    more = [views.item_line(item, words, zone) for item in passing[:_TRIED]]
    if left_out:
        more.append((Text(words.gettext("Left out:"), Style.STRONG),))
        more += (views.item_line(item, words, zone) for item in left_out[:_TRIED])
    said = words.gettext("Nothing was changed. What is known already does not come again.")
    more.append((Text(said, Style.QUIET),))
    return Reply(cards.message_card(lead, words, title=title, more=tuple(more)))


_ACTIONS: Mapping[str, Callable[[Context, str | None, Given], Awaitable[Reply]]] = {
    "add": _add,
    "show": _show,
    "edit": _edit,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
    "try": _try,
    "starter": _starter,
}


async def _added(
    context: Context, reader: SourceReader, found: FeedAddress, given: Given
) -> tuple[Source, Feed]:
    """Read a feed, and add it. Raises CommandProblem and DuplicateSource."""
    rules = _rules(SourceRules(), given)
    try:
        feed = await _fetched(reader, found.url, rules)
    except SourceError as error:
        raise _not_added(found.url, error, context.words) from None
    if not rules.timezone:
        rules = replace(rules, timezone=usual_timezone(found.url, feed))
    name = _name(given) or name_of(replace(found, title=feed.title or found.title))
    added = await context.store.sources.add(found.url, name, rules, context.actor)
    context.services.wake()
    return added, feed


async def _added_card(context: Context, added: Source, feed: Feed) -> Reply:
    words, rules = context.words, added.rules
    passing, _ = await asyncio.to_thread(_divided, feed.items, rules)
    zone = rules.timezone or context.services.timezone
    more = [*views.rule_lines(rules, words), _passing(passing, feed, words)]
    more += [views.item_line(item, words, zone) for item in passing[:_NEWEST]]
    first = (
        words.gettext(
            "Of these, at most 3 of the last three days come to review; older ones are known."
        )
        if rules.reviewed
        else words.gettext(
            "Of these, at most 3 of the last three days are published; older ones are known."
        )
    )
    more.append((Text(first),))
    undo = words.spans("{command} undoes it.", command=cards.code(f"source remove {added.id}"))
    card = cards.message_card(_is_source(added, words), words, tone=Tone.DONE, more=(*more, undo))
    return Reply(card)


async def _card(context: Context, found: Source, lead: tuple[Spans, ...] = ()) -> Reply:
    """Return one source, whole, with what is to be said of it first."""
    words = context.words
    pace = (await _paces(context, [found]))[found.id]
    section = views.source_section(found, words, context.services.timezone, pace, whole=True)
    return Reply(
        Card(
            summary=one_line(found.name),
            language=words.language,
            lead=lead,
            sections=(section,),
            tone=Tone.DONE if lead else Tone.INFO,
        )
    )


def _none(words: Translator) -> Reply:
    text = words.spans("There is no source yet. {command} adds one.", command=cards.code(_TYPED))
    more = words.spans(
        "{command} lists well-known ones in Korean and English.",
        command=cards.code("source starter"),
    )
    actions = (Action(words.gettext("Well-known sources"), "source", {"action": "starter"}),)
    card = cards.message_card(
        text, words, title=words.gettext("Sources"), more=(more,), actions=actions
    )
    return Reply(card, data=DataReply({}, "sources", lambda: _all((), {})))


async def _all(
    found: Sequence[Source], paces: Mapping[int, float]
) -> AsyncIterator[dict[str, object]]:
    for one in found:
        yield views.source_json(one, paces[one.id])


async def _paces(context: Context, found: Sequence[Source]) -> Mapping[int, float]:
    """Return how many items a week each source brings."""
    now = context.now()
    brought = await context.store.sources.brought(now - views.COUNTED)
    return {one.id: views.weekly_pace(one, brought.get(one.id, 0), now) for one in found}


async def _named(context: Context, typed: str | None, action: str) -> Source:
    """Return the source of a number, a name or an address. Raises CommandProblem."""
    if typed is None:
        raise Mistyped(
            "Say which source. Type, for example: {example}",
            parameter="source",
            example=f"/ainews source {action} 3",
        )
    if number := _NUMBER.fullmatch(typed):
        return await context.store.sources.get(int(number[1]))
    every, sought = await context.store.sources.list(), typed.casefold()
    like = [one for one in every if sought in {one.name.casefold(), one.address.casefold()}]
    like = like or [one for one in every if sought in one.name.casefold()]
    if len(like) == 1:
        return like[0]
    if like:
        raise Mistyped(
            "“{name}” may be {sources}. Type the number.",
            parameter="source",
            name=shorten(typed, _NAME),
            sources=", ".join(f"{one.id} ({one.name})" for one in like[:_FEEDS]),
        )
    raise NotFound(
        "There is no source “{name}”. /ainews sources lists all.",
        parameter="source",
        name=shorten(typed, _NAME),
    )


def reader_of(reader: SourceReader | None) -> SourceReader:
    """Return what brings feeds. Raises Failed where nothing does."""
    if reader is None:
        raise Failed("Nothing here can read sources. {command} says why.", command="`ainews check`")
    return reader


def _reader(context: Context) -> SourceReader:
    return reader_of(context.services.sources())


async def _fetched(reader: SourceReader, address: str, rules: SourceRules) -> Feed:
    zone = ZoneInfo(rules.timezone) if rules.timezone else None
    return (await reader.fetch(address, Validators(), zone)).feed or Feed(())


def _divided(items: Sequence[Item], rules: SourceRules) -> tuple[list[Item], list[Item]]:
    """Return the items that pass the rules, and the others, the newest first."""
    from bot.sources.rules import admits  # noqa: PLC0415 - most commands need no analyzer
    from store.search.text.analyzer import Analyzer  # noqa: PLC0415

    analyzer = Analyzer()
    newest = sorted(items, key=lambda item: item.published or _LONG_AGO, reverse=True)
    divided: tuple[list[Item], list[Item]] = [], []
    for item in newest:
        passes = admits(rules, item.title or "", item.description or "", analyzer)
        divided[not passes].append(item)
    return divided


def _passing(passing: Sequence[Item], feed: Feed, words: Translator) -> Spans:
    if not feed.items:
        return (Text(words.gettext("It holds no item just now.")),)
    if len(passing) == len(feed.items):
        text = words.ngettext("It holds {count} item.", "It holds {count} items.", len(feed.items))
        return (Text(text),)
    text = words.ngettext(
        "Of its {count} item, {passing} passes the rules.",
        "Of its {count} items, {passing} pass the rules.",
        len(feed.items),
        passing=words.number(len(passing)),
    )
    return (Text(text),)


def _is_source(one: Source, words: Translator) -> Spans:
    number = cards.strong(str(one.id))
    return words.spans("{name} is source {number}.", name=cards.strong(one.name), number=number)


def _not_added(typed: str, error: SourceError, words: Translator) -> CommandProblem:
    return CommandProblem(
        "{address} was not added: {reason}",
        parameter="source",
        address=shorten(one_line(typed), _NAME),
        reason=_reason(error, words),
    )


def _reason(error: SourceError, words: Translator) -> str:
    match error:
        case NotAFeed():
            return words.gettext(error.reason)
        case Unanswered():
            return words.gettext(error.reason, **error.values)
        case TryLater():
            return words.gettext(
                "Its server asks for patience (status {status}). Try again later.",
                status=error.status,
            )
        case _:
            return words.gettext(str(error))


def _rules(current: SourceRules, given: Given) -> SourceRules:
    """Return rules with what was given in its place."""
    changed = dict(given)
    changed.pop("name", None)
    review = changed.pop("review", None)
    if review is not None:
        changed["reviewed"] = review == "yes"
    if "timezone" in changed:
        changed["timezone"] = changed["timezone"] or ""
    return replace(current, **changed)  # type: ignore[arg-type]  # by kind, from typed_values


def _name(given: Given) -> str:
    return str(given.get("name") or "")


def _form_values(found: Source) -> dict[str, str]:
    rules = found.rules
    return {
        "name": found.name,
        "tags": ", ".join(rules.tags),
        "review": "yes" if rules.reviewed else "no",
        "only": " ".join(rules.only),
        "without": " ".join(rules.without),
        "language": rules.language or "",
        "timezone": rules.timezone,
    }


def _troubled(one: Source) -> bool:
    return one.polling.failing_since is not None or one.state is SourceState.GONE


_TYPED = "source add https://openai.com/news/rss.xml"
_EXAMPLE = f"/ainews {_TYPED}"

_SOURCE = Command(
    "source",
    "Add, change, try or remove a source of news",
    source,
    (
        Parameter(
            "action",
            "What to do",
            Kind.CHOICE,
            required=True,
            positional=True,
            choices=(
                Choice("add", "Add"),
                Choice("show", "Show"),
                Choice("edit", "Edit"),
                Choice("pause", "Pause"),
                Choice("resume", "Resume"),
                Choice("remove", "Remove"),
                Choice("try", "See what would come"),
                Choice("starter", "Well-known sources"),
            ),
            example=_EXAMPLE,
        ),
        Parameter(
            "source",
            "Its number or name; to add one, the address of a feed or a page",
            Kind.SOURCE,
            positional=True,
        ),
        Parameter("name", "What people call it", default=UNCHANGED, in_form=True),
        Parameter("tags", "Tags for what it brings", Kind.TAGS, default=UNCHANGED, in_form=True),
        Parameter(
            "review",
            "Whether a moderator decides on each item",
            Kind.CHOICE,
            default=UNCHANGED,
            in_form=True,
            choices=(
                Choice("yes", "A moderator decides"),
                Choice("no", "Published at once"),
            ),
        ),
        Parameter(
            "only",
            "Only items with one of these words or “phrases”",
            Kind.WORDS,
            default=UNCHANGED,
            in_form=True,
        ),
        Parameter(
            "without",
            "No items with one of these words or “phrases”",
            Kind.WORDS,
            default=UNCHANGED,
            in_form=True,
        ),
        Parameter(
            "language",
            "The language of its items",
            Kind.CHOICE,
            default=UNCHANGED,
            in_form=True,
            choices=LANGUAGE_CHOICES,
        ),
        Parameter(
            "timezone",
            "The time zone of its dates that name none",
            Kind.TIMEZONE,
            default=UNCHANGED,
            in_form=True,
        ),
    ),
    needs=Role.MODERATOR,
    private=True,
    submit=N_("Save changes"),
    examples=(
        _EXAMPLE,
        '/ainews source add arxiv:cs.CL tags:paper only:"language model"',
        "/ainews source edit 3 review:no",
        "/ainews source try 3",
        "/ainews source starter",
    ),
)

COMMANDS = (
    _SOURCE,
    Command(
        "sources",
        "Where news comes from by itself, and how each source does",
        sources,
        (PAGE_PARAMETER,),
        needs=Role.MODERATOR,
        private=True,
        gives_data=True,
    ),
)
