"""Commands for everybody: voting for an entry, and what is best by the votes of all."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.context import Context
from bot.commands.lookup import PAGE_PARAMETER, about_entry, visible_entry
from bot.i18n.translator import N_
from bot.port.card import Text, Tone
from bot.port.command import Command, choice
from bot.port.invocation import Reply, Role
from bot.port.problems import NotFound
from bot.views import cards
from bot.views.entries import star_action, vote_action
from store.model import Status

_BEST = 10
_PERIODS = {"week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365)}
_TITLES = {
    "week": N_("The best of the last seven days"),
    "month": N_("The best of the last thirty days"),
    "year": N_("The best of the last twelve months"),
}


async def vote(context: Context, *, id: int) -> Reply:
    """Count the asker's vote for an entry, or take it back."""
    words = context.words
    entry = await visible_entry(context, id)
    if entry.status is not Status.PUBLISHED:
        raise NotFound("Only what is published can be voted for.", parameter="id")
    entry, counts = await context.store.votes.toggle(id, context.actor)
    text = N_("Your vote counts: {title}") if counts else N_("Your vote is taken back: {title}")
    votes = words.ngettext("{count} vote", "{count} votes", entry.votes)
    said = (*words.spans(text, title=cards.strong(entry.title)), Text(f" · {votes}"))
    pressed = vote_action(entry, words).label
    return context.say(said, tone=Tone.DONE, entries=(entry,), pressed=pressed)


async def best(context: Context, *, period: str, page: int) -> Reply:
    """Answer with the best entries of a time, a page at a time."""
    words, now = context.words, context.now()
    size = context.page_size(_BEST)
    found = await context.store.votes.best(now - _PERIODS[period], now, size, (page - 1) * size)
    empty = words.gettext("Nothing was published in that time.")
    if page > 1:
        empty = words.gettext("There is no page {page}.", page=page)
    card = cards.list_card(
        words.gettext(_TITLES[period]),
        found.items,
        words,
        empty=empty,
        pages=cards.page_actions("best", {"period": period}, page, words, more=found.more),
    )
    return Reply(card, entries=found.items, private=not found.items)


async def star(context: Context, *, id: int) -> Reply:
    """Mark an entry as the moderators' pick, or take the mark back."""
    words = context.words
    entry = await context.store.reviews.star(id, context.actor)
    text = N_("A pick now: {title}") if entry.starred else N_("No pick any more: {title}")
    said = words.spans(text, title=cards.strong(entry.title))
    pressed = star_action(entry, words).label
    return context.say(said, tone=Tone.DONE, entries=(entry,), pressed=pressed)


COMMANDS = (
    Command(
        "best",
        "What most people voted for",
        best,
        (
            choice(
                "period",
                "The last week, month or year",
                {"week": "A week", "month": "A month", "year": "A year"},
                default="week",
                positional=True,
            ),
            PAGE_PARAMETER,
        ),
        gives_entries=True,
        examples=("best", "best month"),
    ),
    about_entry(
        "vote", "Vote for an entry; again takes the vote back", vote, private=True, by_button=True
    ),
    about_entry(
        "star",
        "Mark an entry as a pick; again takes the mark back",
        star,
        needs=Role.MODERATOR,
        private=True,
        by_button=True,
    ),
)
