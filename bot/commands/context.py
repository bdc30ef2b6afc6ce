"""What every handler receives: the services, and who asks, where, in which words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.delivery.worker import Render
    from bot.pages import Pages
    from bot.port.platform import Platform
    from bot.port.source import SourceReader
    from store.store import DigestStore

from bot.commands.limits import Limits
from bot.commands.values import MAXIMUM_NUMBER
from bot.i18n.translator import Translator, Translators
from bot.port.card import Action, CommandText, Mention, Named, Spans, Style, Text, Tone
from bot.port.clock import Clock
from bot.port.command import Command
from bot.port.form import Form
from bot.port.invocation import Invocation, Outcome, Reply, Role, anybody
from bot.schedule.phrases import known_zone
from bot.views.cards import message_card
from store.model import Actor, ChannelRef, Entry


@dataclass(frozen=True, slots=True)
class Services:
    """What commands work with, made once in the composition root.

    `timezone` is the operator's, for channels that name none. `wake` asks the delivery to look
    for work at once, `render` draws posts, `tell` takes a sentence for the operator, where it runs.
    `all_curate`: every workspace does. `sources` returns what brings feeds, made when it is first
    asked for; None where nothing of the kind is installed. `pages` fills in what is behind a link.
    `maker` returns the model that drafts and the version of what it is asked, None without one.
    `review_for` is how long an entry stands in the queue that nobody decides about. `limits` is
    what strangers may ask for.
    """

    store: DigestStore
    translators: Translators
    clock: Clock
    timezone: str
    platforms: Mapping[str, Platform]
    wake: Callable[[], None]
    render: Render
    tell: Callable[[str], Awaitable[None]] | None = None
    all_curate: bool = False
    sources: Callable[[], SourceReader | None] = lambda: None
    pages: Pages | None = None
    maker: Callable[[], tuple[str, int] | None] = lambda: None
    review_for: timedelta = timedelta(days=7)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Context:
    """One invocation at work. `roles` are the platform's and the store's together.

    `everybody`: others see the answer, should it be one for them.
    """

    services: Services
    invocation: Invocation
    commands: tuple[Command, ...]
    roles: Role
    words: Translator
    everybody: bool = False

    @property
    def store(self) -> DigestStore:
        """The digest store."""
        return self.services.store

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.invocation.asker.actor

    @property
    def channel(self) -> ChannelRef:
        """The channel that the command is about."""
        return self.invocation.channel

    @property
    def timezone(self) -> str:
        """The zone in which moments are told to who asks: theirs, else the operator's."""
        own = self.invocation.asker.timezone
        return own if own is not None and known_zone(own) else self.services.timezone

    @property
    def place(self) -> Spans:
        """The channel that the command is about, as an answer names it."""
        if not self.invocation.elsewhere:
            return (Text(self.words.gettext("this channel")),)
        if self.place_name:
            return (Text(self.place_name, Style.STRONG),)
        return (Mention(self.words.gettext("that channel"), Named.CHANNEL, self.channel.id),)

    @property
    def place_name(self) -> str:
        """What people call the channel, in a shell where it is; empty where that is not known."""
        ref = self.channel
        where = f"{ref.platform}/{ref.workspace}/{ref.id}" if Role.HOST in self.roles else ""
        return self.invocation.channel_name or where

    def typed(self, line: str) -> CommandText:
        """Return a command to type so that it is about the channel at hand."""
        if not self.invocation.elsewhere:
            return CommandText(line)
        name = self.place_name
        if not name or '"' in name:
            name = self.channel.id
        return CommandText(f'{line} channel:"{name}"' if " " in name else f"{line} channel:{name}")

    @property
    def given(self) -> dict[str, str]:
        """What was given, as it is typed."""
        return {name: str(value) for name, value in self.invocation.arguments.items()}

    @property
    def form_possible(self) -> bool:
        """Whether a form may be shown in answer."""
        return self.invocation.interactive and not self.invocation.submitted

    def say(
        self,
        text: Spans | str,
        *,
        tone: Tone = Tone.INFO,
        heading: str = "",
        more: Sequence[Spans] = (),
        actions: tuple[Action, ...] = (),
        outcome: Outcome = Outcome.DONE,
        entries: tuple[Entry, ...] = (),
        form: Form | None = None,
        pressed: str = "",
        **values: object,
    ) -> Reply:
        """Return a sentence or a few as the answer. A text is a message id, to fill with `values`.

        `heading` is in the asker's words.
        """
        said = self.words.spans(text, **values) if isinstance(text, str) else text
        card = message_card(said, self.words, tone=tone, title=heading, more=more, actions=actions)
        return Reply(card, outcome, entries, form=form, pressed=pressed)

    def done(self, text: Spans | str, **more: Any) -> Reply:
        """Return as the answer that something was done, as `say` does."""
        return self.say(text, tone=Tone.DONE, **more)

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return self.services.clock()

    async def channel_names(self, kept: Mapping[ChannelRef, str]) -> dict[ChannelRef, str]:
        """Return what the channels are called of which the asker may know, "" where nobody says.

        They know of the one where they ask, of those of their workspace that they see, and the
        operator of all. Where others see the answer too, it is what every member may know. A name
        that the platform does not tell now is the one that was `kept`.
        """
        here, asker = self.channel, self.invocation.asker
        everything = Role.OPERATOR in self.roles
        reader = None if everything else anybody(asker) if self.everybody else asker
        known = {ref: "" for ref in kept if everything or ref == here}
        for name, platform in self.services.platforms.items():
            asked = [
                ref
                for ref in kept
                if ref.platform == name and (everything or ref.workspace == here.workspace)
            ]
            if asked:
                known |= await platform.names(asked, reader)
        if here in known:
            known[here] = known[here] or self.invocation.channel_name
        return {ref: name or kept[ref] for ref, name in known.items()}

    @property
    def review_since(self) -> datetime:
        """When what still stands in the queue came at the earliest."""
        return self.now() - self.services.review_for

    async def next_in_queue(self) -> tuple[Action, ...]:
        """Return the button to what waits for a moderator, where something does."""
        waits = (await self.store.reviews.queue(self.review_since)).count
        return (Action(self.words.gettext("Next in the queue"), "review"),) if waits else ()

    def page_size(self, usual: int) -> int:
        """Return how many entries one answer holds: in the operator's shell, all of them."""
        return MAXIMUM_NUMBER if self.invocation.unlimited else usual
