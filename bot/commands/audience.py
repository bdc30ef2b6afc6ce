"""Who sees an answer: the asker alone, or everybody in the channel. Pure.

It is decided here for every platform. What found nothing, what was refused and what failed is for
the asker alone, whatever was wished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.i18n.translator import Translator
from bot.port.card import Action, Style, Text
from bot.port.command import SHARE, Command
from bot.port.invocation import Invocation, Outcome, Reach, Reply, Role
from bot.port.text import one_line, shorten
from store.model import Status

_LONGEST = 150
"""Graphemes of what was asked, as others see it."""

_UNSAID = frozenset({SHARE.name, "page"})


def for_everybody(command: Command, invocation: Invocation, *, answers_public: bool) -> bool:
    """Whether everybody in the channel is to see the answer, should it be one for them.

    `answers_public`: the channel is one in which lookups are answered to everybody. What is about
    another channel concerns nobody in this one.
    """
    if invocation.elsewhere or invocation.reach is Reach.ASKER or not command.may_be_shared:
        return False
    wished = invocation.arguments.get(SHARE.name)
    if wished is not None:
        return str(wished).casefold() == "yes"
    if invocation.reach is Reach.ON_REQUEST or command.private:
        return False
    return command.needs is Role.CHANNEL_OWNER or (is_lookup(command) and answers_public)


def is_lookup(command: Command) -> bool:
    """Whether a command shows what everybody may see, and changes nothing."""
    return command.needs is Role.MEMBER and command.may_be_shared


def addressed(
    reply: Reply, command: Command, invocation: Invocation, words: Translator, *, everybody: bool
) -> Reply:
    """Return a reply to whom it is for: with who asked for it, or with a button that shares it."""
    if reply.private or reply.form is not None or reply.outcome is not Outcome.DONE:
        return replace(reply, private=True)
    card = reply.card
    if everybody:
        name = one_line(str(invocation.asker.actor))
        line = shorten(words.command(written(command, invocation.arguments)).text, _LONGEST)
        byline = (Text(f"{name}: {line}", Style.QUIET),)
        return replace(reply, card=replace(card, byline=byline))
    shareable = all(one.status is Status.PUBLISHED for one in reply.entries)
    others = invocation.reach is not Reach.ASKER and not invocation.elsewhere
    if is_lookup(command) and others and shareable:
        share = Action(
            words.gettext("Share here"),
            command.name,
            {**_texts(invocation.arguments), SHARE.name: "yes"},
        )
        card = replace(card, actions=(*card.actions, share))
    return replace(reply, card=card, private=True)


def written(command: Command, arguments: Mapping[str, str | int]) -> str:
    """Return a command as somebody might type it: bare words first, the others by their names."""
    given = {
        name: value
        for name, text in _texts(arguments).items()
        if name not in _UNSAID and (value := one_line(text))
    }
    bare = [one for one in command.parameters if one.positional and one.name in given]
    pieces = [command.name]
    pieces += [_quoted(given.pop(one.name), bare=one.greedy) for one in bare]
    pieces += [f"{name}:{_quoted(value)}" for name, value in given.items()]
    return " ".join(pieces)


def _texts(arguments: Mapping[str, str | int]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items()}


def _quoted(value: str, *, bare: bool = False) -> str:
    return value if bare or " " not in value else f'"{value}"'
