"""The command that names who curates."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.commands.context import Context
from bot.i18n.translator import N_
from bot.port.card import CommandText, Mention, Named, Tone
from bot.port.command import Parameter, choice, declare
from bot.port.form import Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.platform import PlatformError
from bot.port.problems import Mistyped, NotAllowed, NotFound
from bot.port.text import shorten
from bot.views import cards
from store.model import Moderator

_log = logging.getLogger(__name__)

_SHOWN = 60

GROUP = "group:"
"""What stands before the id of a group, that of a person stands alone."""


async def moderators(context: Context, *, action: str | None, who: str | None) -> Reply:
    """Name or unname who curates, besides those whom the platform makes moderators."""
    platform, workspace = context.channel.platform, context.channel.workspace
    named = await context.store.people.moderators(platform, workspace)
    if action is None:
        text = N_("Added as moderators here:") if named else N_("No moderators have been added.")
        heading = context.words.gettext("Moderators")
        return context.say(text, heading=heading, more=[(mention(one),) for one in named])
    if who is None:
        raise Mistyped(
            "Say who. Type, for example: {example}",
            parameter="who",
            example=CommandText(f"moderators {action} @minji"),
        )
    moderator = Moderator(platform, workspace, who.removeprefix(GROUP), who.startswith(GROUP))
    if action == "add":
        await _known(context, moderator, who)
        await context.store.people.add_moderator(moderator, context.actor)
        text = N_("{who} can add, edit and retract entries now.")
    else:
        if moderator not in named:
            text = N_("{who} is not on the list of moderators.")
            return replace(_said(context, text, moderator, Tone.REFUSED), outcome=Outcome.REFUSED)
        await context.store.people.remove_moderator(moderator, context.actor)
        text = N_("{who} is no longer on the list of moderators.")
    return _said(context, text, moderator)


def _said(context: Context, text: str, moderator: Moderator, tone: Tone = Tone.DONE) -> Reply:
    words = context.words
    card = cards.message_card(words.spans(text, who=mention(moderator)), words, tone=tone)
    # A plain line would have the id in it.
    return Reply(replace(card, summary=words.gettext("Moderators")))


def mention(moderator: Moderator) -> Mention:
    """Return a moderator as the platform shows people: by name, where it is the platform's own."""
    kind = Named.GROUP if moderator.group else Named.PERSON
    return Mention(
        f"{GROUP}{moderator.id}" if moderator.group else moderator.id, kind, moderator.id
    )


async def _known(context: Context, moderator: Moderator, who: str) -> None:
    """Raise NotFound where nobody is meant, and NotAllowed where whoever is meant only reads."""
    platform = context.services.platforms.get(moderator.platform)
    try:
        known = platform and await platform.who_is(
            moderator.workspace, moderator.id, group=moderator.group
        )
    except PlatformError as error:
        _log.warning("%s does not say who %s is: %s", moderator.platform, moderator.id, error)
        raise NotAllowed("Nobody could be looked up just now. Try again.") from error
    if not known:
        raise NotFound(
            "Nobody was found by the name “{who}”. Pick the person or the group from those that "
            "are offered.",
            parameter="who",
            who=shorten(who, _SHOWN),
        )
    if known.reads_only:
        raise NotAllowed(
            "{who} cannot curate: guests, bots and people from elsewhere only read.",
            parameter="who",
            who=known.name or shorten(who, _SHOWN),
        )


COMMANDS = (
    declare(
        "moderators",
        "Who may add, edit and retract entries",
        moderators,
        choice(
            "action",
            "Add somebody or remove somebody",
            {"add": "Add", "remove": "Remove"},
            positional=True,
        ),
        Parameter("who", "The person or the group", Kind.PERSON, positional=True),
        needs=Role.ADMIN,
        private=True,
        examples=("moderators", "moderators add @minji"),
    ),
)
