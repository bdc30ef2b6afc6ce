"""Commands for everybody: looking things up in the digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.commands.context import Context
from bot.i18n.translator import N_, Translator
from bot.port.card import Action, Card, Spans, Style, Text
from bot.port.command import Command, Handler, Parameter, declare, yes_or_no
from bot.port.form import Kind
from bot.port.invocation import Reply, Role
from bot.port.problems import NotFound
from bot.port.text import one_line
from bot.views import cards
from bot.views.entries import drafted_by
from bot.views.search import search_card
from store.errors import EntryNotFound
from store.model import Entry, Page, PublishedDate, Rendition, SearchQuery, Status

PAGE_PARAMETER = Parameter(
    "page", "Which page of a long answer", Kind.INTEGER, default=1, maximum=1000
)

SEARCH_PAGE = 10
"""Entries of an answer to a search."""

_LATEST = 10
_TAGS = 50


def list_reply(
    context: Context,
    title: str,
    found: Page[Entry],
    *,
    empty: Spans,
    command: str,
    arguments: Mapping[str, str],
    page: int,
) -> Reply:
    """Return a page of entries as the answer to a command, or `empty` where there are none."""
    words = context.words
    if page > 1:
        empty = words.spans("There is no page {page}.", page=page)
    pages = cards.page_actions(command, arguments, page, words, more=found.more)
    card = cards.list_card(title, found.items, words, empty=empty, pages=pages)
    return Reply(card, entries=found.items, private=not found.items)


async def latest(context: Context, *, count: int, tag: str | None, page: int) -> Reply:
    """Answer with the newest entries, a page at a time."""
    words = context.words
    found = await context.store.entries.latest(count, tag=tag, offset=(page - 1) * count)
    title = words.gettext("Latest AI news")
    empty = words.spans("There is nothing here yet.")
    if tag is not None:
        title = words.gettext("Latest AI news on #{tag}", tag=tag)
        empty = words.spans("No entry has the tag “{tag}”. `/tags` lists all tags.", tag=tag)
    arguments = {"count": str(count)} | ({"tag": tag} if tag else {})
    return list_reply(
        context, title, found, empty=empty, command="latest", arguments=arguments, page=page
    )


async def search(
    context: Context,
    *,
    words: str,
    tag: str | None,
    since: PublishedDate | None,
    until: PublishedDate | None,
    literal: str,
    page: int,
) -> Reply:
    """Answer with the entries that a query finds, best first, a page at a time."""
    query = SearchQuery(words, tag, since, until, literal=literal == "yes")
    found = await context.store.search.find(query, SEARCH_PAGE, (page - 1) * SEARCH_PAGE)
    card = search_card(query, found, page, context.words)
    if page == 1 and Role.MODERATOR in context.roles:
        card = await _with_undecided(context, card, words)
    return Reply(card, entries=tuple(one.entry for one in found.items), private=not found.items)


_UNDECIDED = 100
"""So many that wait or were skipped are counted."""


async def _with_undecided(context: Context, card: Card, asked: str) -> Card:
    """Lead moderators to what waits or was skipped and holds the words as well."""
    others = await context.store.reviews.find(asked, _UNDECIDED)
    if not others:
        return card
    words = context.words
    label = words.gettext("Waiting or skipped")
    action = Action(f"{label} ({words.number(len(others))})", "review", {"find": asked})
    return replace(card, actions=(*card.actions, action))


async def show(context: Context, *, id: int, original: str) -> Reply:
    """Answer with one whole entry, as it is told in the asker's language or as it was written."""
    entry = await visible_entry(context, id)
    changes = (
        await context.store.entry_sources.changed(id) if Role.MODERATOR in context.roles else ()
    )
    said = next((one for one in changes if (one.title, one.url) != (entry.title, entry.url)), None)
    card = cards.entry_card(
        replace(entry, renditions=()) if original == "yes" else entry, context.words
    )
    told = next((one for one in entry.renditions if one.language == context.words.language), None)
    if told is not None:
        card = _with_original(card, entry, told, context.words, shown=original == "yes")
    if said is not None:
        # A source changed it, and nobody decided about that yet.
        words = context.words
        title = cards.strong(said.title)
        lead = words.spans("{name} says now: {title}", name=said.name, title=title)
        taken = {"id": str(id), "title": said.title, "link": said.url}
        action = Action(words.gettext("Use that"), "edit", taken)
        card = replace(card, lead=(lead, *card.lead), actions=(*card.actions, action))
    return Reply(card, entries=(entry,))


def _with_original(
    card: Card, entry: Entry, told: Rendition, words: Translator, *, shown: bool
) -> Card:
    """Say that an entry is told in other words, with the way to its own and back."""
    if shown:
        lead: Spans = (Text(words.gettext("As it was written."), Style.QUIET),)
        label, argument = words.gettext("Translation"), "no"
    else:
        lead = words.spans("Originally: {title}", title=one_line(entry.title))
        if told.drafted_by:
            by = drafted_by(told.drafted_by, told.reviewed_by, words)
            lead = (*lead, Text(f" · {by}", Style.QUIET))
        label, argument = words.gettext("Original"), "yes"
    action = Action(label, "show", {"id": str(entry.id), "original": argument})
    return replace(card, lead=(*card.lead, lead), actions=(*card.actions, action))


async def visible_entry(context: Context, entry_id: int) -> Entry:
    """Return an entry that the asker may see: moderators all, everybody else what is published.

    Raises EntryNotFound, and NotFound for one that was retracted.
    """
    entry = await context.store.entries.get(entry_id)
    if entry.status is Status.PUBLISHED or Role.MODERATOR in context.roles:
        return entry
    if entry.status is Status.RETRACTED:
        raise NotFound("This entry was retracted.", parameter="id")
    raise EntryNotFound(entry_id)


async def tags(context: Context) -> Reply:
    """Answer with the most used tags."""
    found = await context.store.completion.tags(limit=_TAGS)
    return Reply(cards.tags_card(found, context.words), private=not found)


ENTRY_PARAMETER = Parameter("id", "The entry's number", Kind.ENTRY, required=True, positional=True)


def about_entry(
    name: str,
    description: str,
    handler: Handler,
    *more: Parameter,
    examples: tuple[str, ...] = (),
    **traits: Any,
) -> Command:
    """Return a command about the entry of the number that it begins with."""
    example = f"{name} 12"
    traits |= {"gives_entries": True, "examples": (example, *examples)}
    entry = replace(ENTRY_PARAMETER, example=example)
    return declare(name, description, handler, entry, *more, **traits)


COMMANDS = (
    declare(
        "latest",
        "The newest AI news",
        latest,
        Parameter(
            "count", "How many entries", Kind.INTEGER, default=_LATEST, positional=True, maximum=25
        ),
        Parameter("tag", "Only entries with this tag", Kind.TAG, positional=True),
        PAGE_PARAMETER,
        gives_entries=True,
        examples=("latest", "latest 10 tag:llm"),
    ),
    declare(
        "search",
        "Search the digest",
        search,
        Parameter(
            "words",
            "What to look for",
            required=True,
            positional=True,
            greedy=True,
            raw=True,
            example="search 모델 압축",
        ),
        Parameter("tag", "Only entries with this tag", Kind.TAG, in_raw=True),
        Parameter("since", "Only news from this day, month or year on", Kind.DATE, in_raw=True),
        Parameter("until", "Only news up to this day, month or year", Kind.DATE, in_raw=True),
        yes_or_no(
            "literal",
            "Whether to leave misspelt words as they are",
            no="Correct them",
            yes="Leave them",
        ),
        PAGE_PARAMETER,
        submit=N_("Search"),
        gives_entries=True,
        examples=(
            "search 모델 압축",
            "search vision tag:paper since:2021-01",
            'search "language model" -gpt site:arxiv.org',
        ),
    ),
    about_entry(
        "show",
        "One entry with its whole note and all links",
        show,
        yes_or_no(
            "original",
            "Whether it is shown as it was written",
            no="In my language",
            yes="As it was written",
        ),
    ),
    declare("tags", "All tags and how often they are used", tags),
)
