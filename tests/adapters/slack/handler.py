"""A CommandHandler with a few commands of each kind, and what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.commands.audience import addressed, for_everybody
from bot.commands.forms import form_of, lacks_something
from bot.commands.parse import LineParser
from bot.i18n.translator import Translator, Translators
from bot.port.card import Action, Card, LinkText, Section, Style, Text, Tone
from bot.port.command import Command, Parameter
from bot.port.form import Choice, Field, Form, Kind
from bot.port.invocation import Asker, Invocation, Outcome, Reply, Role
from bot.port.problems import CommandProblem
from bot.views.cards import for_members

LINK = "https://arxiv.example/abs/1706.03762"


async def _unused(**_: object) -> Reply:
    raise AssertionError("the fake answers by itself")


def _command(name: str, *parameters: Parameter, needs: Role = Role.MEMBER) -> Command:
    return Command(name, f"What {name} does", _unused, parameters, needs=needs).with_share()


_ID = Parameter("id", "The entry's number", Kind.ENTRY, required=True, positional=True)

COMMANDS = (
    _command(
        "latest",
        Parameter("count", "How many", Kind.INTEGER, positional=True),
        Parameter("page", "Which page", Kind.INTEGER),
    ),
    _command(
        "search",
        Parameter(
            "words", "What to look for", required=True, positional=True, greedy=True, raw=True
        ),
        Parameter("tag", "Only entries with this tag", Kind.TAG),
        Parameter("since", "Only news from then on", Kind.DATE),
        Parameter("page", "Which page", Kind.INTEGER),
    ),
    _command("show", _ID),
    _command("save", _ID),
    _command("saved"),
    replace(_command("vote", _ID), private=True),
    _command("following"),
    _command("tags"),
    _command("status"),
    _command("help"),
    _command("fail"),
    _command(
        "language",
        Parameter(
            "language",
            "Korean or English",
            Kind.CHOICE,
            positional=True,
            choices=(Choice("ko", "한국어"), Choice("en", "English")),
        ),
    ),
    _command(
        "add",
        Parameter("link", "The address", Kind.LINK, positional=True, in_form=True),
        Parameter("title", "The headline", in_form=True, form_required=True),
        needs=Role.MODERATOR,
    ),
    _command("edit", _ID, Parameter("title", "The headline", in_form=True), needs=Role.MODERATOR),
    _command("retract", _ID, needs=Role.MODERATOR),
    _command("log", needs=Role.MODERATOR),
    _command(
        "schedule",
        Parameter("when", "When", required=True, positional=True, greedy=True),
        Parameter("channel", "Which channel", Kind.CHANNEL),
        needs=Role.CHANNEL_OWNER,
    ),
)


def entry(number: int, title: str = "", note: str = "What it says.") -> Section:
    """Return an entry as a section."""
    words = {"id": str(number)}
    return Section(
        heading=(LinkText(title or f"Story {number}", f"https://news.example/{number}"),),
        body=((Text(note),),),
        meta=(Text("April 2021 · news.example · #llm"),),
        entry_id=number,
        actions=(Action("Details", "show", words), Action("Save", "save", words)),
        curator_actions=(Action("Edit", "edit", words), Action("Retract", "retract", words)),
    )


def say(text: str, *, language: str = "en", tone: Tone = Tone.INFO) -> Card:
    """Return a sentence as a card."""
    return Card(summary=text, language=language, lead=((Text(text),),), tone=tone)


def form(title: str = "", note: str = "", error: str = "") -> Form:
    """Return the form of `edit`."""
    return Form(
        command="edit",
        title="Change an entry, also in its posts",
        submit="Save changes",
        fields=(
            Field("title", "Title", Kind.TEXT, value=title, required=True, error=error),
            Field("link", "Link", Kind.LINK, value=LINK),
            Field("note", "Note", Kind.TEXT, value=note, multiline=True, maximum_length=20_000),
            Field("date", "Date", Kind.DATE, value="2021-04", hint="A day, a month or a year"),
            Field(
                "kind",
                "Kind",
                Kind.CHOICE,
                value="paper",
                choices=(Choice("paper", "Paper"), Choice("blog", "Blog")),
            ),
            Field("count", "Count", Kind.INTEGER, value="5"),
            Field("tag", "Tag", Kind.TAG),
        ),
        hidden={"id": "12"},
        given={"id": "12"},
    )


class ScriptedHandler:
    """Answers every command, and keeps what it was asked."""

    def __init__(self) -> None:
        self.invocations: list[Invocation] = []
        self.moderators: set[str] = set()
        self.languages: dict[str, str] = {}
        self.workspaces: dict[tuple[str, str], str] = {}
        self.replies: dict[str, Callable[[Invocation], Reply]] = {}
        self.answers_public = False
        self.begun = asyncio.Event()
        self.slow = asyncio.Event()
        self.slow.set()
        self._parser = LineParser(COMMANDS, Translators("en"))

    @property
    def commands(self) -> Sequence[Command]:
        """Every command."""
        return COMMANDS

    @property
    def asked(self) -> Invocation:
        """The last invocation."""
        return self.invocations[-1]

    def wait(self) -> None:
        """Answer nothing more until `slow` is set; `begun` tells that something was asked."""
        self.slow.clear()
        self.begun.clear()

    async def run_line(self, line: str, invocation: Invocation) -> Reply:
        """Answer a typed line."""
        try:
            parsed = self._parser.parse(line)
        except CommandProblem as problem:
            return Reply(say(str(problem), tone=Tone.REFUSED), problem.outcome, private=True)
        arguments = dict(parsed.arguments)
        return await self.run(replace(invocation, command=parsed.command, arguments=arguments))

    async def run(self, invocation: Invocation) -> Reply:
        """Answer an invocation, to whom the product would."""
        reply = await self._answer(invocation)
        command = next(one for one in COMMANDS if one.name == invocation.command)
        everybody = for_everybody(command, invocation, answers_public=self.answers_public)
        words = Translator(reply.card.language)
        if not self._curates(invocation.asker):
            reply = replace(reply, card=for_members(reply.card))
        return addressed(reply, command, invocation, words, everybody=everybody)

    def _curates(self, asker: Asker) -> bool:
        return Role.MODERATOR in asker.roles or asker.actor.id in self.moderators

    async def _answer(self, invocation: Invocation) -> Reply:
        self.invocations.append(invocation)
        self.begun.set()
        await self.slow.wait()
        asker = invocation.asker
        roles = asker.roles
        if asker.actor.id in self.moderators:
            roles |= Role.MODERATOR
        needs = next(one.needs for one in COMMANDS if one.name == invocation.command)
        if needs not in roles:
            return Reply(say("You may not.", tone=Tone.REFUSED), Outcome.REFUSED, private=True)
        command = next(one for one in COMMANDS if one.name == invocation.command)
        if invocation.ask and lacks_something(command, invocation.arguments):
            return Reply(say("What?"), form=form_of(command, Translator("en"), {}))
        if invocation.command in self.replies:
            return self.replies[invocation.command](invocation)
        answer = getattr(self, f"_{invocation.command}", None)
        reply: Reply = answer(invocation) if answer else Reply(say(f"This is {invocation.command}"))
        return reply

    async def complete(
        self, invocation: Invocation, parameter: str, typed: str, limit: int
    ) -> Sequence[Choice]:
        """Offer tags that begin with what was typed."""
        self.invocations.append(invocation)
        tags = ("llm", "llama", "paper")
        return [Choice(tag, f"#{tag} ({parameter})") for tag in tags if tag.startswith(typed)][
            :limit
        ]

    async def workspace_seen(self, platform: str, workspace: str, name: str) -> None:
        """Remember it."""
        self.workspaces[platform, workspace] = name

    async def language(self, asker: Asker) -> str:
        """Return the language chosen here, else that of the locale."""
        chosen = self.languages.get(asker.actor.id)
        return chosen or ("ko" if (asker.language or "").startswith("ko") else "en")

    def _latest(self, invocation: Invocation) -> Reply:
        page = int(invocation.arguments.get("page", 1))
        first = page * 10
        pages = (Action("Next page", "latest", {"page": str(page + 1)}),)
        return Reply(
            Card(
                summary=f"Latest AI news, page {page}",
                language="en",
                title=(Text("Latest AI news", Style.STRONG),),
                sections=(entry(first), entry(first + 1)),
                actions=pages,
                tone=Tone.NEWS,
            )
        )

    def _search(self, invocation: Invocation) -> Reply:
        words = str(invocation.arguments["words"])
        card = replace(self._latest(invocation).card, title=(Text(f"Search: {words}"),))
        return Reply(replace(card, summary=f"Search: {words}"))

    def _show(self, invocation: Invocation) -> Reply:
        number = int(invocation.arguments["id"])
        return Reply(Card(f"Story {number}", "en", sections=(entry(number, note="All of it."),)))

    def _saved(self, invocation: Invocation) -> Reply:
        del invocation
        return Reply(say("Your list is empty."), private=True)

    def _add(self, invocation: Invocation) -> Reply:
        if invocation.submitted:
            if not str(invocation.arguments.get("title", "")).strip():
                card = say("An entry needs a title.", tone=Tone.REFUSED)
                return Reply(card, Outcome.MISTYPED, form=self._form("", "An entry needs a title."))
            return Reply(say(f"Added: {invocation.arguments['title']}", tone=Tone.DONE))
        link = str(invocation.arguments.get("link", ""))
        return Reply(say("Fill this in."), form=self._form(link, ""))

    def _edit(self, invocation: Invocation) -> Reply:
        if invocation.submitted:
            return Reply(say("Changed.", tone=Tone.DONE))
        return Reply(say("Change what you want."), form=form("Attention"))

    def _form(self, link: str, error: str) -> Form:
        return Form(
            command="add",
            title="Add an entry",
            submit="Publish",
            fields=(
                Field("link", "Link", Kind.LINK, value=link),
                Field("title", "Title", Kind.TEXT, required=True, error=error),
            ),
        )
