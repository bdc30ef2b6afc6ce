"""The one door through which every command is run, whatever platform it came from."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from bot.commands.audience import addressed, for_everybody, is_lookup
from bot.commands.catalogue import all_commands
from bot.commands.completion import completions
from bot.commands.context import Context, Services
from bot.commands.curation import duplicate_reply
from bot.commands.database_trouble import problem_of
from bot.commands.forms import form_of, lacks_something
from bot.commands.limits import Allowance
from bot.commands.parse import LineParser
from bot.commands.values import typed_values
from bot.i18n.translator import N_, Translator
from bot.port.card import Tone
from bot.port.clock import steady_clock
from bot.port.command import SHARE, Command
from bot.port.form import Choice
from bot.port.invocation import Asker, Invocation, Outcome, Reach, Reply, Role
from bot.port.problems import CommandProblem, NotAllowed
from bot.port.text import one_line, shorten
from bot.views import cards
from store.errors import DuplicateEntry, StoreError
from store.model import Workspace

_log = logging.getLogger(__name__)

_CURATING = Role.MODERATOR | Role.ADMIN
"""What nobody is in a workspace that only reads the digest."""

_COMPLETING = 0.1
"""What it costs to be offered values, where a command costs 1: it is asked at every letter."""

_BLOCKED = N_("The operator of AI News blocked this server: nothing is answered or posted here.")
_PERSON_WAITS = N_("You asked for a lot within a minute. You can go on in {wait}.")
_PLACE_WAITS = N_("People here asked for a lot within a minute. You can go on in {wait}.")
_REPEATED = N_(
    "This came in twice, and was begun the first time. Look whether it was done before you ask for "
    "it again."
)
"""Nobody knows more: who began it answers by themselves, if they have not ended meanwhile."""
_NOT_HERE = N_("`/{command}` works in a server where the digest is curated.")
_IN_A_SERVER = N_("`/{command}` works in a server. Here, `/follow` gives you the news.")
_MAY_NOT = {
    Role.MODERATOR: N_("Only moderators may use `/{command}`."),
    Role.CHANNEL_OWNER: N_("Only those who manage this channel may use `/{command}`."),
    Role.ADMIN: N_("Only administrators may use `/{command}`."),
}


class Commands:
    """Runs commands: who asks, may they, what did they type, the answer in their language."""

    def __init__(self, services: Services, *, steady: Callable[[], float] = steady_clock) -> None:
        """`steady` is a clock in seconds that never goes back."""
        self._services = services
        self._steady = steady
        self._of_person = Allowance(services.limits.person)
        self._of_workspace = Allowance(services.limits.workspace)
        self._commands = all_commands()
        self._by_name = {command.name: command for command in self._commands}
        self._parser = LineParser(self._commands, services.translators)

    @property
    def commands(self) -> Sequence[Command]:
        """Every command, in the order in which help lists them."""
        return self._commands

    async def language(self, asker: Asker) -> str:
        """Return what the person chose, else what their platform says, else the operator's."""
        try:
            chosen = await self._services.store.people.language(asker.actor)
        except StoreError as error:
            # Whatever is asked for next meets the same trouble, and says so.
            _log.warning("language of %s unknown: %s", asker.actor.id, error)
            chosen = None
        return self._services.translators.of(chosen or asker.language).language

    async def run_line(self, line: str, invocation: Invocation) -> Reply:
        """Answer a typed line. Never raises but for cancellation."""
        try:
            parsed = self._parser.parse(line)
        except CommandProblem as problem:
            return await self._safely(partial(self._mistyped, problem), invocation)
        return await self.run(
            replace(invocation, command=parsed.command, arguments=parsed.arguments)
        )

    async def _mistyped(
        self, problem: CommandProblem, invocation: Invocation, words: Translator
    ) -> Reply:
        await self._admit(invocation, words)
        raise problem

    async def run(self, invocation: Invocation) -> Reply:
        """Answer an invocation. Never raises but for cancellation."""
        return await self._safely(self._checked, invocation)

    async def _safely(
        self, answer: Callable[[Invocation, Translator], Awaitable[Reply]], invocation: Invocation
    ) -> Reply:
        """Answer, whatever goes wrong."""
        words = await self._words(invocation.asker)
        try:
            return await answer(invocation, words)
        except CommandProblem as problem:
            return self._refusal(problem, words)
        except StoreError as error:
            return self._refusal(_logged(error, invocation), words)
        except Exception:  # noqa: BLE001 - the last door: whatever it was becomes a sentence
            reference = secrets.token_hex(4)
            name = shorten(one_line(invocation.command), 40)
            _log.exception("command=%s failed, reference %s", name, reference)
            said = N_("Something went wrong here. Tell the operator the reference {reference}.")
            text = words.gettext(said, reference=reference)
            card = cards.message_card(text, words, tone=Tone.FAILED)
            return Reply(card, Outcome.REFUSED, private=True)

    async def workspace_seen(self, platform: str, workspace: str, name: str) -> None:
        """Remember a workspace that the bot is in. A new one is told to the operator, once."""
        try:
            await self._seen(platform, workspace, name)
        except StoreError as error:
            # Whoever wants to curate there is looked at again.
            _log.warning("workspace %s of %s not kept: %s", workspace, platform, error)

    async def workspace_uninvited(self, platform: str, workspace: str, name: str) -> None:
        """Remember a workspace that installed the bot by itself: it reads until it is allowed more.

        Raises StoreError.
        """
        await self._seen(platform, workspace, name, invited=False)

    async def complete(
        self, invocation: Invocation, parameter: str, typed: str, limit: int
    ) -> Sequence[Choice]:
        """Offer at most `limit` values of a parameter for what is typed so far."""
        command = self._by_name.get(invocation.command)
        names = {one.name for one in command.parameters} if command else set()
        if command is None or parameter not in names:
            return ()
        try:
            words = await self._words(invocation.asker)
            await self._admit(invocation, words, _COMPLETING)
            if command.needs not in await self._roles(invocation):
                return ()
            store = self._services.store
            return await completions(
                store, command.parameter(parameter), typed, limit, words, now=self._services.clock()
            )
        except NotAllowed:
            return ()
        except StoreError as error:
            _log.warning("completion of %s failed: %s", parameter, error)
            return ()

    async def _checked(self, invocation: Invocation, words: Translator) -> Reply:
        """Answer those who may ask. Raises CommandProblem and StoreError."""
        await self._admit(invocation, words, 1.0 if invocation.counted else 0.0)
        command = self._parser.command(invocation.command)
        roles = await self._roles(invocation)
        if command.needs not in roles or (
            command.at_home and not await self._curates(invocation.asker)
        ):
            raise await self._may_not(command, invocation)
        if not is_lookup(command) and not await self._first(invocation):
            card = cards.message_card(words.gettext(_REPEATED), words, tone=Tone.REFUSED)
            return Reply(card, Outcome.REFUSED, private=True, repeated=True)
        everybody = await self._for_everybody(command, invocation)
        if everybody and is_lookup(command):
            # What all see is what a member sees: nothing that was retracted, no hidden channel.
            roles = Role.MEMBER
        context = Context(self._services, invocation, self._commands, roles, words, everybody)
        reply = await self._answer(command, context)
        if reply.form is not None:
            reply = replace(reply, form=replace(reply.form, given=context.given))
        if Role.MODERATOR not in roles:
            reply = replace(reply, card=cards.for_members(reply.card))
        return addressed(reply, command, invocation, words, everybody=everybody)

    async def _admit(self, invocation: Invocation, words: Translator, cost: float = 1.0) -> None:
        """Raise NotAllowed in a workspace that is blocked, and where too much was asked for.

        Moderators ask for as much as they need; where the digest is curated, only each person is
        counted.
        """
        asker, now = invocation.asker, self._steady()
        platform, workspace = asker.actor.platform, asker.actor.workspace
        if Role.HOST in asker.roles:
            return
        if workspace and await self._services.store.workspaces.is_blocked(platform, workspace):
            raise NotAllowed(_BLOCKED)
        wait = self._of_person.take((platform, asker.actor.id), now, cost)
        if wait and Role.MODERATOR not in await self._roles(invocation):
            raise _too_much(_PERSON_WAITS, wait, words)
        wait = self._of_workspace.take((platform, workspace), now, cost) if workspace else 0
        if wait and not await self._curates(asker):
            raise _too_much(_PLACE_WAITS, wait, words)

    async def _first(self, invocation: Invocation) -> bool:
        """Whether what came in was not delivered before, to this process or to another."""
        key = f"{invocation.asker.actor.platform}:{invocation.delivery}"
        return not invocation.delivery or await self._services.store.deliveries.first(key)

    async def _for_everybody(self, command: Command, invocation: Invocation) -> bool:
        typed = invocation.reach is Reach.CHANNEL and is_lookup(command) and not command.private
        public = typed and await self._services.store.answers.are_public(
            invocation.channel, invocation.within
        )
        return for_everybody(command, invocation, answers_public=public)

    async def _answer(self, command: Command, context: Context) -> Reply:
        invocation = context.invocation
        if invocation.ask and lacks_something(command, invocation.arguments):
            return self._asking(command, context)
        values, problems = typed_values(
            command,
            invocation.arguments,
            self._services.clock().date(),
            unlimited=invocation.unlimited,
        )
        values.pop(SHARE.name, None)
        if not problems:
            try:
                return await command.handler(context, **values)
            except DuplicateEntry as error:
                return duplicate_reply(context, error.entry)
            except CommandProblem as problem:
                problems = (problem,)
        if invocation.submitted and any(one.parameter for one in problems):
            return self._asking(command, context, problems)
        raise problems[0]

    def _asking(
        self, command: Command, context: Context, problems: Sequence[CommandProblem] = ()
    ) -> Reply:
        """Return the form as it is filled in so far, with each problem at its field."""
        words = context.words
        form = form_of(command, words, context.given, problems)
        if problems:
            return replace(self._refusal(problems[0], words), form=form)
        return Reply(cards.message_card(form.title, words), private=True, form=form)

    async def _roles(self, invocation: Invocation) -> Role:
        """Return what the asker may do. Each command, button, form and completion passes here."""
        asker = invocation.asker
        roles = asker.roles
        if asker.named not in roles and await self._services.store.people.is_moderator(
            asker.actor, asker.groups
        ):
            roles |= asker.named
        if roles & _CURATING and not await self._curates(asker):
            roles &= ~_CURATING
        return roles

    async def _curates(self, asker: Asker) -> bool:
        """Whether the digest is curated where somebody asks; the operator may from everywhere."""
        if Role.HOST in asker.roles or self._services.all_curate:
            return True
        if not asker.actor.workspace:
            return False  # A direct message is of no server.
        return (await self._seen(asker.actor.platform, asker.actor.workspace)).curates

    async def _seen(
        self, platform: str, workspace: str, name: str = "", *, invited: bool = True
    ) -> Workspace:
        one, new = await self._services.store.workspaces.seen(
            platform, workspace, name, invited=invited
        )
        if new:
            place = one_line(
                f"{platform}/{workspace} “{name}”" if name else f"{platform}/{workspace}"
            )
            said = N_(
                "The bot is in {workspace}, which only reads the digest. {command} lets it curate."
            )
            if one.curates or self._services.all_curate:
                said = N_("The bot is in {workspace}, which curates.")
            sentence = self._services.translators.of(None).gettext(
                said, workspace=place, command=f"ainews workspaces allow {platform}/{workspace}"
            )
            _log.info("%s", sentence)
            if self._services.tell is not None:
                await self._services.tell(sentence)
        return one

    async def _may_not(self, command: Command, invocation: Invocation) -> NotAllowed:
        """Return why somebody may not use a command."""
        asker = invocation.asker
        curating = command.at_home or bool(command.needs & _CURATING)
        if curating and asker.actor.workspace and not await self._curates(asker):
            homes = await self._services.store.workspaces.homes(asker.actor.platform)
            names = ", ".join(one_line(home.name) for home in homes if home.name)
            if names:
                return NotAllowed(
                    "This server reads the digest of {home}; its operator can let you curate.",
                    home=names,
                )
            return NotAllowed("This server reads the digest; its operator can let you curate.")
        sentence = _MAY_NOT.get(command.needs, _NOT_HERE)
        if not asker.actor.workspace:
            sentence = _NOT_HERE if curating else _IN_A_SERVER
        if invocation.elsewhere and command.needs is Role.CHANNEL_OWNER:
            sentence = N_("Only those who manage that channel may use `/{command}` on it.")
        return NotAllowed(sentence, command=command.name)

    async def _words(self, asker: Asker) -> Translator:
        return self._services.translators.of(await self.language(asker))

    def _refusal(self, problem: CommandProblem, words: Translator) -> Reply:
        text = words.spans(problem.reason, **problem.values)
        failed = problem.outcome is Outcome.FAILED
        card = cards.message_card(text, words, tone=Tone.FAILED if failed else Tone.REFUSED)
        return Reply(card, problem.outcome, private=True)


def _too_much(sentence: str, seconds: int, words: Translator) -> NotAllowed:
    return NotAllowed(sentence, wait=words.ngettext("{count} second", "{count} seconds", seconds))


def _logged(error: StoreError, invocation: Invocation) -> CommandProblem:
    problem = problem_of(error, operator=Role.OPERATOR in invocation.asker.roles)
    if problem.outcome is Outcome.FAILED:
        _log.error("command=%s store trouble: %s", shorten(one_line(invocation.command), 40), error)
    return problem
