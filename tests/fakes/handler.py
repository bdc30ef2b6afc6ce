"""A command handler that is told what to answer, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.commands.audience import addressed, for_everybody
from bot.commands.parse import LineParser
from bot.i18n.translator import Translators, language_of
from bot.port.card import Tone
from bot.port.command import SHARE, Command, Parameter
from bot.port.form import Choice, Field, Form, Kind
from bot.port.invocation import Asker, Invocation, Outcome, Reply, Role
from bot.port.problems import CommandProblem
from tests.fakes.cards import SHAPES, message

Answer = Callable[[Invocation], Reply]


async def _unused(*_: object, **__: object) -> Reply:
    """Stand where a declaration needs a handler: here the fake answers, not the declaration."""
    raise AssertionError("the declared handler was called")


_ID = Parameter("id", "The entry's number", Kind.ENTRY, required=True, positional=True)
_PAGE = Parameter("page", "Which page of a long answer", Kind.INTEGER, default=1)
_TAG = Parameter("tag", "Only entries with this tag", Kind.TAG, positional=True)

COMMANDS = (
    Command(
        "latest",
        "The newest AI news",
        _unused,
        (
            Parameter("count", "How many entries", Kind.INTEGER, default=5, positional=True),
            _TAG,
            _PAGE,
        ),
    ),
    Command(
        "search",
        "Search the digest",
        _unused,
        (
            Parameter("words", "What to look for", required=True, positional=True, greedy=True),
            Parameter("tag", "Only entries with this tag", Kind.TAG),
            Parameter("since", "Only news from this day, month or year on", Kind.DATE),
            _PAGE,
        ),
    ),
    Command("show", "One entry with its whole note and all links", _unused, (_ID,)),
    Command("save", "Put an entry on your own list", _unused, (_ID,), private=True),
    Command(
        "vote",
        "Vote for an entry; again takes the vote back",
        _unused,
        (_ID,),
        private=True,
        by_button=True,
    ),
    Command(
        "language",
        "The language of the answers to you",
        _unused,
        (
            Parameter(
                "language",
                "Korean or English",
                Kind.CHOICE,
                positional=True,
                choices=(Choice("ko", "한국어"), Choice("en", "English")),
            ),
        ),
        private=True,
    ),
    Command(
        "add",
        "Add an entry and publish it",
        _unused,
        (
            Parameter("link", "The main link", Kind.LINK, positional=True, in_form=True),
            Parameter("title", "The headline", in_form=True, form_required=True),
            Parameter("note", "What there is to say", in_form=True, multiline=True),
            Parameter("tags", "Divided by commas", Kind.TAGS, in_form=True),
        ),
        needs=Role.MODERATOR,
        submit="Publish",
    ),
    Command("edit", "Change an entry", _unused, (_ID,), needs=Role.MODERATOR),
    Command("retract", "Take an entry back", _unused, (_ID,), needs=Role.MODERATOR),
    Command(
        "pause",
        "Pause the posts to this channel",
        _unused,
        (Parameter("channel", "A channel other than this one", Kind.CHANNEL),),
        needs=Role.CHANNEL_OWNER,
    ),
)
"""Declarations of every kind of command, after those of the product."""

VALUES = {
    "tag": ("llm", "machine learning", "vision"),
    "tags": ("llm", "vision"),
    "id": ("12", "7"),
    "language": ("ko", "en"),
}
"""What is offered for parameters, by their names."""


@functools.cache
def _translators(language: str) -> Translators:
    """Return the words, each catalog read once for all tests: it takes 50 ms."""
    return Translators(language)


class FakeHandler:
    """Answers each command as `answers` says, else with the sentence that it was done.

    `invocations` are those that were run, in their order; `typed` are the lines that were given, by
    `callers`: the tasks that take the answers from here to where they were given.
    """

    def __init__(self, commands: Sequence[Command] = COMMANDS, language: str = "en") -> None:
        self.commands = [one.with_share() for one in commands]
        self.answers_public = False
        self.answers: dict[str, Answer] = {"add": add_answer}
        self.invocations: list[Invocation] = []
        self.typed: list[str] = []
        self.callers: list[asyncio.Task[Any] | None] = []
        self.workspaces: dict[tuple[str, str], str] = {}
        self.completed: list[tuple[str, str, str]] = []
        self._translators = _translators(language)
        self._parser = LineParser(self.commands, self._translators)

    async def run(self, invocation: Invocation) -> Reply:
        """Remember it and answer, to whom the product would."""
        self.invocations.append(invocation)
        given = {key: value for key, value in invocation.arguments.items() if key != SHARE.name}
        reply = self._answer(replace(invocation, arguments=given))
        command = next((one for one in self.commands if one.name == invocation.command), None)
        if command is None:
            return reply
        everybody = for_everybody(command, invocation, answers_public=self.answers_public)
        words = self._translators.of(reply.card.language)
        return addressed(reply, command, invocation, words, everybody=everybody)

    def _answer(self, invocation: Invocation) -> Reply:
        if invocation.command in self.answers:
            return self.answers[invocation.command](invocation)
        given = " ".join(f"{name}={value}" for name, value in invocation.arguments.items())
        return Reply(message(f"Done: {invocation.command} {given}".rstrip(), tone=Tone.DONE))

    async def run_line(self, line: str, invocation: Invocation) -> Reply:
        """Parse it as the product does, remember it and answer."""
        self.typed.append(line)
        self.callers.append(asyncio.current_task())
        try:
            parsed = self._parser.parse(line)
        except CommandProblem as problem:
            return Reply(message(str(problem), tone=Tone.REFUSED), problem.outcome, private=True)
        return await self.run(
            replace(invocation, command=parsed.command, arguments=parsed.arguments)
        )

    async def complete(
        self, invocation: Invocation, parameter: str, typed: str, limit: int
    ) -> Sequence[Choice]:
        """Offer those of `VALUES` that begin so; a label says whose value it is."""
        self.completed.append((invocation.command, parameter, typed))
        values = VALUES.get(parameter, ())
        return [
            Choice(value, f"{parameter} {value}") for value in values if value.startswith(typed)
        ][:limit]

    async def workspace_seen(self, platform: str, workspace: str, name: str) -> None:
        """Remember it."""
        self.workspaces[platform, workspace] = name

    async def language(self, asker: Asker) -> str:
        """Return what the platform says of the person, else the default."""
        return language_of(asker.language) or self._translators.default


def card_answer(shape: str) -> Answer:
    """Return an answer with the card of that shape."""
    return lambda _: Reply(SHAPES[shape]())


def add_answer(invocation: Invocation) -> Reply:
    """Answer `add` as the product does: with a form, with its errors, or with what was added.

    The title must not be `wrong`, the tags not `wrong` either; everything else is taken.
    """
    if not invocation.submitted and invocation.interactive:
        return Reply(message("Check the form, then publish."), form=add_form(invocation))
    values = {name: str(value) for name, value in invocation.arguments.items()}
    wrong = {name for name in ("title", "tags") if values.get(name) == "wrong"}
    if not values.get("title"):
        wrong.add("title")
    if wrong and invocation.submitted:
        card = message("Some fields are wrong.", tone=Tone.REFUSED)
        return Reply(card, Outcome.MISTYPED, form=add_form(invocation, wrong))
    if wrong:
        return Reply(message("The title is missing.", tone=Tone.REFUSED), Outcome.MISTYPED)
    return Reply(message(f"Published: {values['title']}", tone=Tone.DONE))


def add_form(invocation: Invocation, wrong: frozenset[str] | set[str] = frozenset()) -> Form:
    """Return the form of `add`, filled in with the invocation's arguments."""
    command = next(command for command in COMMANDS if command.name == "add")
    fields = tuple(
        Field(
            name=parameter.name,
            label=parameter.name.title(),
            kind=parameter.kind,
            value=str(invocation.arguments.get(parameter.name, "")),
            required=parameter.form_required,
            multiline=parameter.multiline,
            hint=parameter.description,
            error=f"“{parameter.name}” cannot be that." if parameter.name in wrong else "",
        )
        for parameter in command.form_fields
    )
    return Form("add", "Add an entry", "Publish", fields, {"key": "of the caller"})
