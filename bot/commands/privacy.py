"""The command by which people see what is kept of them, and have it removed."""

from __future__ import annotations

from bot.commands.context import Context
from bot.i18n.translator import N_
from bot.port.card import Action, Spans, Text, Tone
from bot.port.command import Command, switch
from bot.port.invocation import Reply
from bot.port.text import one_line
from bot.views import cards
from bot.views.privacy import kept_lines
from store.model import Kept

_NOTHING = N_("Nothing is kept of you.")
_STAYS = N_(
    "This stays with your name, so that others know who did it. The operator can remove it:"
)


async def privacy(context: Context, *, forget: str) -> Reply:
    """Say what is kept of the asker in all places of their platform, or forget it."""
    words, asker, store = context.words, context.actor, context.store.privacy
    if forget == "yes":
        gone = await store.forget(asker.platform, asker.id, asker, own=True)
        if gone:
            context.services.wake()
            return context.say(
                words.gettext("It was removed, or does not tell your name any more:"),
                tone=Tone.DONE,
                more=(*_listed(context, gone), *_staying(context, await _kept(context))),
            )
    kept = await _kept(context)
    if not kept:
        return context.say(words.gettext(_NOTHING))
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
    title = words.gettext("What is kept of you")
    forget_me = Action(words.gettext("Forget me"), "privacy", {"forget": "yes"})
    return context.say(lines[0], title=title, more=lines[1:], actions=(forget_me,) if own else ())


async def _kept(context: Context) -> Kept:
    return await context.store.privacy.kept(context.actor.platform, context.actor.id)


def _staying(context: Context, kept: Kept) -> list[Spans]:
    """Say what the asker did for others, which only the operator removes."""
    lines = _listed(context, kept.deeds)
    return [(Text(context.words.gettext(_STAYS)),), *lines] if lines else []


def _listed(context: Context, kept: Kept) -> list[Spans]:
    return [(Text(f"• {line}"),) for line in kept_lines(kept, context.words)]


COMMANDS = (
    Command(
        "privacy",
        "What is kept of you, and how to remove it",
        privacy,
        (switch("forget", "Remove it", "no"),),
        private=True,
        by_button=True,
        examples=("privacy", "privacy forget:yes"),
    ),
)
