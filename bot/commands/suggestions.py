"""The command by which members suggest a link to the moderators."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from bot.commands.context import Context
from bot.commands.curation import duplicate_reply
from bot.i18n.translator import N_
from bot.pages import completed
from bot.port.card import Tone
from bot.port.command import Command, Parameter, choice
from bot.port.form import Kind
from bot.port.invocation import Reply, Role
from bot.port.page import PageUnread
from bot.port.problems import CommandProblem
from bot.port.text import language_of_text
from store.model import Entry, EntryDraft, Status


async def suggest(
    context: Context, *, link: str, why: str | None, title: str | None, hear: str
) -> Reply:
    """Let a link wait for the moderators."""
    words = context.words
    known = await context.store.suggestions.story_of(link)
    if known is not None:
        return _known(context, known)
    draft = EntryDraft(
        title=title or "",
        url=link,
        language=language_of_text(title) if title else None,
        added_by=context.actor.name or context.actor.id,
    )
    if context.services.pages is not None:
        # A page that says nothing is no reason to refuse what somebody found.
        with suppress(PageUnread):
            facts = await context.services.pages.facts(link)
            draft = draft if facts is None else completed(draft, facts)
    if not draft.title:
        # Until a moderator gives one: the address without its form.
        parts = urlsplit(link)
        site = parts.netloc.removeprefix("www.")
        draft = replace(draft, title=f"{site}{parts.path.rstrip('/')}")
    await context.store.suggestions.suggest(
        draft, why or "", context.actor, words.language, hears=hear == "yes"
    )
    context.services.wake()
    thanks = N_("Thank you. A moderator will look at it.")
    if hear == "yes":
        thanks = N_("Thank you. A moderator will look at it, and you will hear the result.")
    return context.say(words.gettext(thanks), tone=Tone.DONE)


def _known(context: Context, entry: Entry) -> Reply:
    """Say what became of a link that is known; members hear nothing of what was left out."""
    if entry.status is Status.PUBLISHED or Role.MODERATOR in context.roles:
        return duplicate_reply(context, entry)
    if entry.status is Status.PENDING:
        raise CommandProblem("This link waits for a moderator already.", parameter="link")
    raise CommandProblem("The moderators decided against this link.", parameter="link")


COMMANDS = (
    Command(
        "suggest",
        "Suggest a link to the moderators",
        suggest,
        (
            Parameter(
                "link",
                "The address of the news",
                Kind.LINK,
                required=True,
                positional=True,
                example="suggest https://example.com/news",
            ),
            Parameter("why", "Why it matters, in your words", positional=True, greedy=True),
            Parameter("title", "The headline"),
            choice(
                "hear",
                "Whether you are told the result in private",
                {"yes": "Tell me", "no": "Do not tell me"},
                default="yes",
            ),
        ),
        private=True,
        at_home=True,
        form_title=N_("Suggest a link"),
        submit=N_("Suggest"),
        examples=(
            "suggest https://example.com/news",
            'suggest https://example.com/news why:"The first open one of its size"',
        ),
    ),
)
