"""What feeds hold, read for a moderator: before they become sources, and after."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from zoneinfo import ZoneInfo

from bot.commands.context import Context
from bot.i18n.translator import N_, Translator
from bot.port.card import CommandText, Spans, Style, Text, Tone
from bot.port.invocation import Outcome, Reply
from bot.port.problems import CommandProblem, Failed, Mistyped, NotFound
from bot.port.source import (
    Feed,
    FeedAddress,
    Item,
    NotAFeed,
    NotAFeedReason,
    SourceError,
    SourceReader,
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
from store.model import Source, SourceRules

STARTER = "sources.opml"
"""The list of well-known sources that comes with the program."""

_FEEDS = 5
_NEWEST = 3
_TRIED = 10
_NAME = 80
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Given = Mapping[str, object]
"""What was given of a source's name and rules, by parameter. None empties it."""

EXAMPLE = "source add https://openai.com/news/rss.xml"


async def add(context: Context, typed: str | None, given: Given) -> Reply:
    """Add a feed, or offer those that a page has. Nothing is added that is not read first."""
    if typed is None:
        raise Mistyped(
            "Say which feed or page. Type, for example: {example}",
            parameter="source",
            example=CommandText(EXAMPLE),
        )
    reader = reader_of(context.services.sources())
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
            "No feed was found at {address}. Look for a link called RSS or Atom there, and use "
            "its address.",
            parameter="source",
            address=shorten(one_line(typed), _NAME),
        )
    words = context.words
    left = len(feeds) - _FEEDS
    which = words.ngettext(
        "This page names {count} feed. Which one?",
        "This page names {count} feeds. Which one?",
        len(feeds),
    )
    sections = tuple(
        views.feed_section(feed, words, context.given | {"action": "add", "source": feed.url})
        for feed in feeds[:_FEEDS]
    )
    footer = (Text(words.ngettext("{count} more", "{count} more", left)),) if left > 0 else ()
    card = cards.message_card(which, words, sections=sections, footer=footer)
    return Reply(card, Outcome.REFUSED)


async def starter(context: Context, typed: str | None, given: Given) -> Reply:
    """List the well-known sources that are none yet, or add some of them by their numbers."""
    reader, words = reader_of(context.services.sources()), context.words
    file = resources.files("bot.sample").joinpath(STARTER)
    listed = dict(enumerate(await reader.read_list(file.read_bytes()), 1))
    if typed is not None:
        return await _add_listed(context, reader, listed, typed, given)
    known = {url_key(one.address) for one in await context.store.sources.list()}
    left = {number: feed for number, feed in listed.items() if url_key(feed.url) not in known}
    if not left:
        return context.say("All of the well-known sources are added.")
    title = words.gettext("Well-known sources")
    lead = words.spans(
        "None of these is added automatically. {command} adds some by their numbers.",
        command=CommandText("source starter " + ",".join(map(str, [*left][:3]))),
    )
    sections = (
        views.feed_section(feed, words, {"action": "starter", "source": str(number)}, number)
        for number, feed in left.items()
    )
    return Reply(cards.titled_card(title, words, sections, lead=(lead,)))


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
            "“{value}” is not in the list. {command} shows it.",
            parameter="source",
            value=shorten(one_line(typed), _NAME),
            command=CommandText("source starter"),
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
                lines.append((Text(words.gettext(result.reason, **result.values)),))
            case DuplicateSource():
                lines.append(_is_source(result.source, words))
            case BaseException():
                raise result
            case (added, _):
                lines.append(_is_source(added, words))
    done = any(isinstance(result, tuple) for result in results)
    tone, outcome = (Tone.DONE, Outcome.DONE) if done else (Tone.REFUSED, Outcome.REFUSED)
    return context.say(lines[0], tone=tone, more=lines[1:], outcome=outcome)


async def tried(context: Context, found: Source, given: Given) -> Reply:
    """Show what of a source's items passes its rules now, or would pass those that are given."""
    words = context.words
    rules = rules_given(found.rules, given)
    try:
        feed = await _fetched(reader_of(context.services.sources()), found.address, rules)
    except SourceError as error:
        raise CommandProblem(
            "{name} cannot be read just now: {reason}",
            name=found.name,
            reason=words.gettext(error.reason, **error.values),
        ) from None
    passing, left_out = await asyncio.to_thread(_divided, feed.items, rules)
    title = words.gettext("What would come from {name}", name=one_line(found.name))
    lead = _passing(passing, feed, words)
    zone = rules.timezone or context.timezone
    more = [views.item_line(item, words, zone) for item in passing[:_TRIED]]
    if left_out:
        more.append((Text(words.gettext("Left out:"), Style.STRONG),))
        more += (views.item_line(item, words, zone) for item in left_out[:_TRIED])
    said = words.gettext("Nothing was changed. What is known already does not come again.")
    more.append((Text(said, Style.QUIET),))
    return context.say(lead, heading=title, more=more)


async def _added(
    context: Context, reader: SourceReader, found: FeedAddress, given: Given
) -> tuple[Source, Feed]:
    """Read a feed, and add it. Raises CommandProblem and DuplicateSource."""
    rules = rules_given(SourceRules(), given)
    try:
        feed = await _fetched(reader, found.url, rules)
    except SourceError as error:
        raise _not_added(found.url, error, context.words) from None
    if not rules.timezone:
        rules = replace(rules, timezone=usual_timezone(found.url, feed))
    named = name_of(replace(found, title=feed.title or found.title))
    name = str(given.get("name") or named)
    added = await context.store.sources.add(found.url, name, rules, context.actor)
    context.services.wake()
    return added, feed


async def _added_card(context: Context, added: Source, feed: Feed) -> Reply:
    words, rules = context.words, added.rules
    passing, _ = await asyncio.to_thread(_divided, feed.items, rules)
    zone = rules.timezone or context.timezone
    more = [*views.rule_lines(rules, words), _passing(passing, feed, words)]
    more += [views.item_line(item, words, zone) for item in passing[:_NEWEST]]
    first = N_("Of these, at most 3 of the last three days are published; older ones are known.")
    if rules.reviewed:
        first = N_(
            "Of these, at most 3 of the last three days come to review; older ones are known."
        )
    if passing:
        more.append(words.spans(first))
    undo = words.spans("{command} undoes it.", command=CommandText(f"source remove {added.id}"))
    return context.done(_is_source(added, words), more=(*more, undo))


def reader_of(reader: SourceReader | None) -> SourceReader:
    """Return what brings feeds. Raises Failed where nothing does."""
    if reader is None:
        raise Failed("Sources cannot be read here. {command} says why.", command="`ainews check`")
    return reader


async def _fetched(reader: SourceReader, address: str, rules: SourceRules) -> Feed:
    zone = ZoneInfo(rules.timezone) if rules.timezone else None
    return (await reader.fetch(address, Validators(), zone)).feed or Feed(())


def _divided(items: Sequence[Item], rules: SourceRules) -> tuple[list[Item], list[Item]]:
    """Return the items that pass the rules, and the others, the newest first."""
    from bot.sources.rules import admits  # noqa: PLC0415 - most commands need no analyzer
    from store.search.text.analyzer import Analyzer  # noqa: PLC0415 - see above

    analyzer = Analyzer()
    newest = sorted(items, key=lambda item: item.published or _LONG_AGO, reverse=True)
    divided: tuple[list[Item], list[Item]] = [], []
    for item in newest:
        divided[not admits(rules, item.title or "", item.description or "", analyzer)].append(item)
    return divided


def _passing(passing: Sequence[Item], feed: Feed, words: Translator) -> Spans:
    if not feed.items:
        return words.spans("It has no items just now.")
    if len(passing) == len(feed.items):
        text = words.ngettext("It has {count} item.", "It has {count} items.", len(feed.items))
        return (Text(text),)
    return words.spans(
        "Items that pass the rules: {passing} of {count}.",
        passing=words.number(len(passing)),
        count=words.number(len(feed.items)),
    )


def _is_source(one: Source, words: Translator) -> Spans:
    number = cards.strong(str(one.id))
    return words.spans("{name} is source {number}.", name=cards.strong(one.name), number=number)


def _not_added(typed: str, error: SourceError, words: Translator) -> CommandProblem:
    return CommandProblem(
        "{address} was not added: {reason}",
        parameter="source",
        address=shorten(one_line(typed), _NAME),
        reason=words.gettext(error.reason, **error.values),
    )


def rules_given(current: SourceRules, given: Given) -> SourceRules:
    """Return rules with what was given in its place."""
    changed = dict(given)
    changed.pop("name", None)
    review = changed.pop("review", None)
    if review is not None:
        changed["reviewed"] = review == "yes"
    if "timezone" in changed:
        changed["timezone"] = changed["timezone"] or ""
    return replace(current, **changed)  # type: ignore[arg-type]  # by kind, from typed_values
