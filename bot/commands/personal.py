"""Commands for everybody: a person's own list and language."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import Context
from bot.commands.lookup import ENTRY_PARAMETER, PAGE_PARAMETER, about_entry, visible_entry
from bot.i18n.translator import LANGUAGE_NAMES, N_
from bot.port.card import Action, CommandText, Tone
from bot.port.command import Command, choice
from bot.port.invocation import Reply
from bot.port.problems import Mistyped, NotFound
from bot.views import cards
from store.model import Status

_SAVED = 5


async def save(context: Context, *, id: int) -> Reply:
    """Put an entry on the asker's list."""
    entry = await visible_entry(context, id)
    if entry.status is not Status.PUBLISHED:
        raise NotFound("Only what is published can be saved.", parameter="id")
    new = await context.store.people.save(context.actor, id)
    title = cards.strong(entry.title)
    text = N_("Saved: {title}") if new else N_("Already on your list: {title}")
    return context.say(
        context.words.spans(text, title=title),
        tone=Tone.DONE,
        more=(context.words.spans("{command} shows your list.", command=CommandText("saved")),),
        actions=(Action(context.words.gettext("Take off the list"), "unsave", {"id": str(id)}),),
        entries=(entry,),
    )


async def unsave(
    context: Context,
    *,
    id: int | None,
    all: str,  # noqa: A002 - as it is typed
) -> Reply:
    """Take an entry off the asker's list, or every one."""
    if all != "no":
        return await _emptied(context, sure=all == "yes")
    if id is None:
        raise Mistyped(
            "Say which entry. Type, for example: {example}", example=CommandText("unsave 12")
        )
    was = await context.store.people.unsave(context.actor, id)
    entry = await visible_entry(context, id)
    text = N_("Removed from your list: {title}") if was else N_("Not on your list: {title}")
    spans = context.words.spans(text, title=cards.strong(entry.title))
    return context.say(spans, tone=Tone.DONE, entries=(entry,))


async def _emptied(context: Context, *, sure: bool) -> Reply:
    words = context.words
    if not sure:
        ask = Action(words.gettext("Empty the list"), "unsave", {"all": "yes"})
        text = words.gettext("Take every entry off your list? This cannot be undone.")
        return context.say(text, actions=(ask,))
    await context.store.people.unsave_all(context.actor)
    text = words.gettext("Your list is empty now.")
    return context.say(text, tone=Tone.DONE)


async def saved(context: Context, *, page: int) -> Reply:
    """Answer with the asker's list, last saved first."""
    words = context.words
    size = context.page_size(_SAVED)
    found = await context.store.people.saved(context.actor, size, (page - 1) * size)
    empty = words.spans("Your list is empty. `/save 12` puts entry 12 on it.")
    card = cards.list_card(
        words.gettext("Your saved entries"),
        found.items,
        words,
        empty=empty,
        pages=cards.page_actions("saved", {}, page, words, more=found.more),
    )
    if context.everybody:  # The others save from it: it is not their list.
        return Reply(card, entries=found.items, private=not found.items)
    remove = words.gettext("Take off the list")
    sections = tuple(
        replace(
            section,
            actions=tuple(
                Action(remove, "unsave", one.arguments) if one.command == "save" else one
                for one in section.actions
            ),
        )
        for section in card.sections
    )
    if found.items:
        empty_it = Action(words.gettext("Empty the list"), "unsave", {"all": "ask"})
        card = replace(card, sections=sections, actions=(*card.actions, empty_it))
    return Reply(card, entries=found.items, private=not found.items)


async def language(context: Context, *, language: str | None) -> Reply:
    """Remember the language in which the asker wants answers, or say which it is."""
    if language is None:
        said = context.words.spans("You get answers in English. `/language ko` changes that.")
        return context.say(said)
    await context.store.people.set_language(context.actor, language)
    words = context.services.translators.of(language)
    text = words.gettext("From now on you get answers in English.")
    return context.say(text, tone=Tone.DONE)


COMMANDS = (
    about_entry("save", "Put an entry on your own list", save, private=True),
    Command(
        "unsave",
        "Take an entry off your own list",
        unsave,
        (
            replace(ENTRY_PARAMETER, required=False),
            choice(
                "all",
                "Whether every entry is taken off",
                {"no": "No", "ask": "Ask first", "yes": "Yes"},
                default="no",
            ),
        ),
        private=True,
        gives_entries=True,
        by_button=True,
        examples=("unsave 12", "unsave all:yes"),
    ),
    Command(
        "saved",
        "Your own list",
        saved,
        (PAGE_PARAMETER,),
        private=True,
        shareable=True,
        gives_entries=True,
    ),
    Command(
        "language",
        "The language of the answers to you",
        language,
        (choice("language", "Korean or English", LANGUAGE_NAMES, positional=True),),
        private=True,
        examples=("language ko", "language en"),
    ),
)
