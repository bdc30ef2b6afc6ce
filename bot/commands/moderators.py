"""The command that names who curates."""

from __future__ import annotations

from bot.commands.context import Context
from bot.i18n.translator import N_
from bot.port.card import Spans, Tone
from bot.port.command import Command, Parameter
from bot.port.form import Choice, Kind
from bot.port.invocation import Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.views import cards
from store.model import Moderator

GROUP = "group:"
"""What stands before the id of a group, that of a person stands alone."""


async def moderators(context: Context, *, action: str | None, who: str | None) -> Reply:
    """Name or unname who curates, besides those whom the platform makes moderators."""
    words = context.words
    platform, workspace = context.channel.platform, context.channel.workspace
    named = await context.store.people.moderators(platform, workspace)
    if action is None:
        text = (
            words.gettext("Named as moderators here:")
            if named
            else words.gettext("Nobody is named here.")
        )
        more: tuple[Spans, ...] = tuple((cards.strong(_written(one)),) for one in named)
        return Reply(cards.message_card(text, words, title=words.gettext("Moderators"), more=more))
    if who is None:
        raise Mistyped(
            "Say who. Type, for example: {example}",
            parameter="who",
            example=f"/ainews moderators {action} @minji",
        )
    group = who.startswith(GROUP)
    moderator = Moderator(platform, workspace, who.removeprefix(GROUP), group)
    if action == "add":
        await context.store.people.add_moderator(moderator, context.actor)
        text = N_("{who} may add, edit and retract entries now.")
    else:
        if moderator not in named:
            raise NotFound("{who} is not on the list of moderators.", parameter="who", who=who)
        await context.store.people.remove_moderator(moderator, context.actor)
        text = N_("{who} is no longer on the list of moderators.")
    spans = words.spans(text, who=cards.strong(_written(moderator)))
    return Reply(cards.message_card(spans, words, tone=Tone.DONE))


def _written(moderator: Moderator) -> str:
    return f"{GROUP}{moderator.id}" if moderator.group else moderator.id


COMMANDS = (
    Command(
        "moderators",
        "Who may add, edit and retract, and naming them",
        moderators,
        (
            Parameter(
                "action",
                "Add somebody or remove somebody",
                Kind.CHOICE,
                positional=True,
                choices=(Choice("add", "Add"), Choice("remove", "Remove")),
            ),
            Parameter("who", "The person or the group", Kind.PERSON, positional=True),
        ),
        needs=Role.ADMIN,
        private=True,
        examples=("/ainews moderators", "/ainews moderators add @minji"),
    ),
)
