"""Commands for everybody: looking things up in the digest."""

from __future__ import annotations

from bot import cards
from bot.commands.context import Context
from bot.commands.declare import Command, Kind, Parameter
from bot.invocation import Reply
from store.dates import PublishedDate
from store.model import SearchQuery

PAGE_PARAMETER = Parameter(
    "page", "Which page of a long answer", Kind.INTEGER, default=1, minimum=1, maximum=1000
)

_LATEST = 5
_SEARCH = 5
_TAGS = 50


async def latest(context: Context, *, count: int, tag: str | None, page: int) -> Reply:
    """Answer with the newest entries, a page at a time."""
    words = context.words
    found = await context.store.entries.latest(count, tag=tag, offset=(page - 1) * count)
    title = words.say("Latest AI news")
    if tag is not None:
        title = words.say("Latest AI news on #{tag}", tag=tag)
    arguments = {"count": str(count)} | ({"tag": tag} if tag else {})
    empty = words.say("There is nothing here yet.")
    if page > 1:
        empty = words.say("There is no page {page}.", page=page)
    elif tag is not None:
        empty = words.say("No entry has the tag “{tag}”. /ainews tags lists all tags.", tag=tag)
    return Reply(
        cards.list_card(
            title,
            found.items,
            words,
            empty=empty,
            pages=cards.page_actions("latest", arguments, page, words, more=found.more),
        ),
        entries=found.items,
    )


async def search(
    context: Context,
    *,
    words: str,
    tag: str | None,
    since: PublishedDate | None,
    until: PublishedDate | None,
    page: int,
) -> Reply:
    """Answer with the entries that the words are found in."""
    say = context.words
    query = SearchQuery(words, tag, since, until)
    size = context.page_size(_SEARCH)
    found = await context.store.search.search(query, size, (page - 1) * size)
    arguments = {"words": words}
    for name, value in (("tag", tag), ("since", since), ("until", until)):
        if value is not None:
            arguments[name] = str(value)
    return Reply(
        cards.list_card(
            say.say("Search: {words}", words=words),
            found.items,
            say,
            empty=say.say("Nothing found for “{words}”. Try fewer or other words.", words=words),
            pages=cards.page_actions("search", arguments, page, say, more=found.more),
        ),
        entries=found.items,
    )


async def show(context: Context, *, id: int) -> Reply:
    """Answer with one whole entry."""
    entry = await context.store.entries.get(id)
    return Reply(cards.entry_card(entry, context.words), entries=(entry,))


async def tags(context: Context) -> Reply:
    """Answer with the most used tags."""
    return Reply(cards.tags_card(await context.store.entries.tags(limit=_TAGS), context.words))


ENTRY_PARAMETER = Parameter(
    "id",
    "The entry's number",
    Kind.ENTRY,
    required=True,
    positional=True,
    example="/ainews show 12",
)

COMMANDS = (
    Command(
        "latest",
        "The newest AI news",
        latest,
        (
            Parameter(
                "count",
                "How many entries",
                Kind.INTEGER,
                default=_LATEST,
                positional=True,
                minimum=1,
                maximum=25,
            ),
            Parameter("tag", "Only entries with this tag", Kind.TAG, positional=True),
            PAGE_PARAMETER,
        ),
        gives_entries=True,
        examples=("/ainews latest", "/ainews latest 10 tag:llm"),
    ),
    Command(
        "search",
        "Search the digest",
        search,
        (
            Parameter(
                "words",
                "What to look for",
                required=True,
                positional=True,
                greedy=True,
                example="/ainews search 모델 압축",
            ),
            Parameter("tag", "Only entries with this tag", Kind.TAG),
            Parameter("since", "Only news from this day, month or year on", Kind.DATE),
            Parameter("until", "Only news up to this day, month or year", Kind.DATE),
            PAGE_PARAMETER,
        ),
        gives_entries=True,
        examples=("/ainews search 모델 압축", "/ainews search vision tag:paper since:2021-01"),
    ),
    Command(
        "show",
        "One entry with its whole note and all links",
        show,
        (ENTRY_PARAMETER,),
        gives_entries=True,
        examples=("/ainews show 12",),
    ),
    Command("tags", "All tags and how often they are used", tags),
)
