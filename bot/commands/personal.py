"""Commands for everybody: votes, a person's own list and language, and all that is kept of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.commands.context import Context
from bot.commands.lookup import (
    ENTRY_PARAMETER,
    PAGE_PARAMETER,
    about_entry,
    list_reply,
    visible_entry,
)
from bot.i18n.translator import LANGUAGE_NAMES, N_
from bot.port.card import Action, CommandText, Spans, Text
from bot.port.command import choice, declare, switch
from bot.port.invocation import Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.port.text import one_line
from bot.views import cards
from bot.views.entries import star_action, vote_action
from bot.views.privacy import kept_lines
from store.model import Kept, Status

_BEST = 10
_SAVED = 5
_PERIODS = {"week": timedelta(days=7), "month": timedelta(days=30), "year": timedelta(days=365)}
_TITLES = {
    "week": N_("The best of the last seven days"),
    "month": N_("The best of the last thirty days"),
    "year": N_("The best of the last twelve months"),
}
_STAYS = N_(
    "This stays with your name, so that others know who did it. The operator can remove it:"
)


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
    return context.done(said, entries=(entry,), pressed=vote_action(entry, words).label)


async def best(context: Context, *, period: str, page: int) -> Reply:
    """Answer with the best entries of a time, a page at a time."""
    words, now = context.words, context.now()
    size = context.page_size(_BEST)
    found = await context.store.votes.best(now - _PERIODS[period], now, size, (page - 1) * size)
    return list_reply(
        context,
        words.gettext(_TITLES[period]),
        found,
        empty=words.spans("Nothing was published in that time."),
        command="best",
        arguments={"period": period},
        page=page,
    )


async def star(context: Context, *, id: int) -> Reply:
    """Mark an entry as the moderators' pick, or take the mark back."""
    entry = await context.store.reviews.star(id, context.actor)
    text = N_("A pick now: {title}") if entry.starred else N_("No pick any more: {title}")
    pressed = star_action(entry, context.words).label
    title = cards.strong(entry.title)
    return context.done(text, title=title, entries=(entry,), pressed=pressed)


async def save(context: Context, *, id: int) -> Reply:
    """Put an entry on the asker's list."""
    entry = await visible_entry(context, id)
    if entry.status is not Status.PUBLISHED:
        raise NotFound("Only what is published can be saved.", parameter="id")
    new = await context.store.people.save(context.actor, id)
    return context.done(
        N_("Saved: {title}") if new else N_("Already on your list: {title}"),
        title=cards.strong(entry.title),
        more=(context.words.spans("{command} shows your list.", command=CommandText("saved")),),
        actions=(Action(context.words.gettext("Take off the list"), "unsave", {"id": str(id)}),),
        entries=(entry,),
    )


async def unsave(context: Context, *, id: int | None, all: str) -> Reply:
    """Take an entry off the asker's list, or every one."""
    if all == "ask":
        ask = Action(context.words.gettext("Empty the list"), "unsave", {"all": "yes"})
        text = N_("Take every entry off your list? This cannot be undone.")
        return context.say(text, actions=(ask,))
    if all == "yes":
        await context.store.people.unsave_all(context.actor)
        return context.done("Your list is empty now.")
    if id is None:
        raise Mistyped(
            "Say which entry. Type, for example: {example}", example=CommandText("unsave 12")
        )
    was = await context.store.people.unsave(context.actor, id)
    entry = await visible_entry(context, id)
    text = N_("Removed from your list: {title}") if was else N_("Not on your list: {title}")
    return context.done(text, title=cards.strong(entry.title), entries=(entry,))


async def saved(context: Context, *, page: int) -> Reply:
    """Answer with the asker's list, last saved first."""
    words = context.words
    size = context.page_size(_SAVED)
    found = await context.store.people.saved(context.actor, size, (page - 1) * size)
    reply = list_reply(
        context,
        words.gettext("Your saved entries"),
        found,
        empty=words.spans("Your list is empty. `/save 12` puts entry 12 on it."),
        command="saved",
        arguments={},
        page=page,
    )
    if context.everybody or not found.items:  # The others save from it: it is not their list.
        return reply
    remove = words.gettext("Take off the list")

    def own(action: Action) -> Action:
        return (
            replace(action, label=remove, command="unsave") if action.command == "save" else action
        )

    card = reply.card
    sections = (replace(one, actions=tuple(map(own, one.actions))) for one in card.sections)
    empty_it = Action(words.gettext("Empty the list"), "unsave", {"all": "ask"})
    actions = (*card.actions, empty_it)
    return replace(reply, card=replace(card, sections=tuple(sections), actions=actions))


async def language(context: Context, *, language: str | None) -> Reply:
    """Remember the language in which the asker wants answers, or say which it is."""
    if language is None:
        return context.say("You get answers in English. `/language ko` changes that.")
    await context.store.people.set_language(context.actor, language)
    told = replace(context, words=context.services.translators.of(language))
    return told.done("From now on you get answers in English.")


async def privacy(context: Context, *, forget: str) -> Reply:
    """Say what is kept of the asker in all places of their platform, or forget it."""
    words, asker, store = context.words, context.actor, context.store.privacy
    if forget == "yes":
        gone = await store.forget(asker.platform, asker.id, asker, own=True)
        if gone:
            context.services.wake()
            return context.done(
                "It was removed, or does not tell your name any more:",
                more=(*_listed(context, gone), *_staying(context, await _kept(context))),
            )
    kept = await _kept(context)
    if not kept:
        return context.say("Nothing is kept of you.")
    names = ", ".join(map(one_line, kept.names))
    known = words.gettext("You are known here as {names}.", names=names) if names else ""
    own = kept.own
    removes = words.spans(
        "{button} removes this at once, in every server:",
        button=cards.strong(words.gettext("Forget me")),
    )
    lines: list[Spans] = [(Text(known),)] if known else []
    lines += [removes, *_listed(context, own)] if own else []
    lines += _staying(context, kept)
    heading = words.gettext("What is kept of you")
    actions = (Action(words.gettext("Forget me"), "privacy", {"forget": "yes"}),) if own else ()
    return context.say(lines[0], heading=heading, more=lines[1:], actions=actions)


async def _kept(context: Context) -> Kept:
    return await context.store.privacy.kept(context.actor.platform, context.actor.id)


def _staying(context: Context, kept: Kept) -> list[Spans]:
    """Say what the asker did for others, which only the operator removes."""
    lines = _listed(context, kept.deeds)
    return [(Text(context.words.gettext(_STAYS)),), *lines] if lines else []


def _listed(context: Context, kept: Kept) -> list[Spans]:
    return [(Text(f"• {line}"),) for line in kept_lines(kept, context.words)]


COMMANDS = (
    declare(
        "best",
        "What most people voted for",
        best,
        choice(
            "period",
            "The last week, month or year",
            {"week": "A week", "month": "A month", "year": "A year"},
            default="week",
            positional=True,
        ),
        PAGE_PARAMETER,
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
    about_entry("save", "Put an entry on your own list", save, private=True),
    declare(
        "unsave",
        "Take an entry off your own list",
        unsave,
        replace(ENTRY_PARAMETER, required=False),
        choice(
            "all",
            "Whether every entry is taken off",
            {"no": "No", "ask": "Ask first", "yes": "Yes"},
            default="no",
        ),
        private=True,
        gives_entries=True,
        by_button=True,
        examples=("unsave 12", "unsave all:yes"),
    ),
    declare(
        "saved",
        "Your own list",
        saved,
        PAGE_PARAMETER,
        private=True,
        shareable=True,
        gives_entries=True,
    ),
    declare(
        "language",
        "The language of the answers to you",
        language,
        choice("language", "Korean or English", LANGUAGE_NAMES, positional=True),
        private=True,
        examples=("language ko", "language en"),
    ),
    declare(
        "privacy",
        "What is kept of you, and how to remove it",
        privacy,
        switch("forget", "Remove it", "no"),
        private=True,
        by_button=True,
        examples=("privacy", "privacy forget:yes"),
    ),
)
