"""The port: what an adapter implements, what it is handed, and the errors it may raise.

Nothing native goes in: no markup, no length limit, no library object. An adapter is found by the
entry-point group `ainews.platforms`; each entry point names a `PlatformPlugin`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bot.port.card import Card
from bot.port.clock import Clock
from bot.port.command import Command
from bot.port.form import Choice
from bot.port.invocation import Asker, Invocation, Reply
from bot.port.notes import Notes, OwnNotes
from store.model import Actor, ChannelRef, Receipt

if TYPE_CHECKING:
    from bot.i18n.translator import Translator
    from bot.port.installations import Installations

DRAINING = 2.5
"""Seconds that answers under way get when the bot stops: platforms wait for 3 at most."""

ENTRY_POINT_GROUP = "ainews.platforms"


class CommandHandler(Protocol):
    """What an adapter is handed: the commands, and the one door through which they are run."""

    @property
    def commands(self) -> Sequence[Command]:
        """Every command, in the order in which help lists them."""

    async def run(self, invocation: Invocation) -> Reply:
        """Answer. Never raises but for cancellation: a failure is a card with its reference."""

    async def run_line(self, line: str, invocation: Invocation) -> Reply:
        """Answer a typed line such as `search 모델 tag:llm`, with or without `/ainews` before it.

        An empty line is answered with help. `invocation` says who typed it where; its command and
        its arguments are those of the line. Never raises but for cancellation.
        """

    async def complete(
        self, invocation: Invocation, parameter: str, typed: str, limit: int
    ) -> Sequence[Choice]:
        """Offer at most `limit` values of a parameter for what is typed so far."""

    async def workspace_seen(self, platform: str, workspace: str, name: str) -> None:
        """Take note of a server that the bot is in, when it connects and when it is invited."""

    async def language(self, asker: Asker) -> str:
        """Return `ko` or `en`: what the person chose, else what their platform says, else ours."""


class PlatformError(Exception):
    """A platform did not do what was asked.

    PlatformError
    ├── Retryable   it may work later, not before `after`
    ├── Permanent   it never will: the channel is gone, the bot was removed
    └── Unknown     sent, but no answer: look before sending again
    """

    def __init__(self, reason: str) -> None:
        """`reason` is one plain sentence for the log and for `/ainews status`."""
        super().__init__(reason)
        self.reason = reason


class Retryable(PlatformError):
    """It may work later. `after` is the platform's own delay, None where it named none."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Permanent(PlatformError):
    """It will not work until somebody changes something on the platform.

    `remedy` says, in one sentence, what that somebody can do.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.remedy = remedy


class Unknown(PlatformError):
    """It was sent and no answer came: it may have arrived."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """Somebody, or a group, whom a platform knows. `reads_only`: a guest, who cannot curate."""

    name: str
    reads_only: bool = False


class Platform(Protocol):
    """One place that takes commands in and puts cards out."""

    name: str
    """Its word in the store, in settings and in logs: `discord`, `slack`, `terminal`."""

    entries_per_message: int
    """The most entries that one message can carry in full form; a digest is cut into such parts."""

    @property
    def connected(self) -> bool:
        """Whether commands can come in just now. False before it has started."""

    async def start(self, handler: CommandHandler) -> None:
        """Connect, and answer commands from now on. Raises Permanent with the remedy."""

    async def wait_closed(self) -> None:
        """Wait until nothing more can come in: the terminal's input ended, a token was revoked.

        Raises Permanent when it ended for a reason that the operator must mend.
        """

    async def close(self) -> None:
        """Stop taking commands in, let go of connections. May be called twice, or unstarted."""

    async def publish(
        self, channel: ChannelRef, card: Card, key: str, under: Receipt | None = None
    ) -> Receipt:
        """Post a card. `key` (at most 25 characters) goes with it, so that `find` can find it.

        `under` is the post in whose thread it belongs; a platform without threads ignores it.
        """

    async def find(
        self, channel: ChannelRef, key: str, since: datetime, under: Receipt | None = None
    ) -> Receipt | None:
        """Return the receipt of an earlier publish of `key` not older than `since`, if it came."""

    async def update(self, receipt: Receipt, card: Card) -> None:
        """Replace what an earlier publish says."""

    async def remove(self, receipt: Receipt) -> None:
        """Take an earlier publish away. One that is gone already is no error."""

    async def tell(self, person: Actor, card: Card) -> ChannelRef:
        """Say something to one person in private, and return where: their own conversation.

        It takes posts as channels do. Where the platform has one for all workspaces, it is of none.
        """

    async def names(
        self, channels: Sequence[ChannelRef], asker: Asker | None
    ) -> Mapping[ChannelRef, str]:
        """Return what those channels are called now that a person may know of, "" where unknown.

        The others are hidden from them, or gone. None stands for whoever runs the bot; a person
        without an id is any member of the workspace.
        """

    async def who_is(self, workspace: str, identifier: str, *, group: bool) -> KnownName | None:
        """Return who is meant by an id, None where nobody is. Raises PlatformError."""

    async def obstacles(self, channel: ChannelRef, language: str) -> Sequence[str]:
        """Say, a sentence each, what would keep posts from this channel; empty where nothing."""


@runtime_checkable
class SharedPlatform(Platform, Protocol):
    """A platform that counts each workspace by itself, so that several processes bring posts.

    Each has workspaces of its own; what comes in on a connection that the bot opened, one takes.
    """

    async def listen(self, wanted: bool) -> None:  # noqa: FBT001 - it is called as a callback
        """Open the connection on which commands come in, now or at the start; or do without.

        It is wanted until somebody says otherwise. Where commands come in over HTTP it says
        nothing: whoever has started answers.
        """


@runtime_checkable
class Installable(Protocol):
    """A platform that may be one of many workspaces, which add it by themselves."""

    @property
    def install_path(self) -> str | None:
        """The path of the page on the bot's site that begins it; None: it is of one workspace."""

    @property
    def posts_at_once(self) -> int:
        """How many posts may be under way."""

    @property
    def posts_each(self) -> int | None:
        """How many of them in one workspace; None: any number."""


@dataclass(frozen=True, slots=True)
class PlatformSetting:
    """An environment variable that a platform reads, for `.env.example` and `ainews check`.

    `secret`: no log may show it. `needed`: the platform cannot be started without it. `read` takes
    its text and raises SettingsError where that cannot be right. `where` says where to get it.
    """

    variable: str
    description: str
    secret: bool = False
    needed: bool = False
    read: Callable[[str], object] = str
    where: str = ""


@dataclass(frozen=True, slots=True)
class PlatformContext:
    """What an adapter is made from. `environment` is `.env` and the process's, read once.

    `language` is the operator's, for what the platform says without being asked, and for `check`.
    `answered` is told what each HTTP request to a platform met with: the platform's name, and the
    status of its answer, 0 where the network brought none.
    `notes` are what the adapter writes down for its other processes.
    `installations` are the platform's own, None where nothing seals them or nothing is started.
    """

    environment: Mapping[str, str]
    clock: Clock
    data_folder: Path
    language: str = "en"
    answered: Callable[[str, int], None] = lambda *_: None
    notes: Notes = field(default_factory=OwnNotes)
    installations: Installations | None = None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One finding of `ainews check`: a sentence and, where it is not well, what to do.

    `setting` is the variable whose value is wrong, where one is.
    """

    sentence: str
    remedy: str | None = None
    setting: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return self.remedy is None


def finding(
    words: Translator,
    sentence: str,
    remedy: str | None = None,
    *,
    setting: str = "",
    **values: object,
) -> CheckLine:
    """Return a finding in the words' language, of message ids with places for `values`."""
    said = None if remedy is None else words.gettext(remedy, **values)
    return CheckLine(words.gettext(sentence, **values), said, setting)


class Declaring(Protocol):
    """What every kind of plugin says of itself."""

    settings: tuple[PlatformSetting, ...]

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Look at what is configured, without changing anything, for `ainews check`."""


class PlatformPlugin(Declaring, Protocol):
    """How an adapter is found and made.

    `secret_shapes` are regular expressions of what looks like one of its secrets, for the log.
    `shared`: what it makes is a `SharedPlatform`.
    `local`: it needs no token and is started where no other is set up; whoever is there is the
    operator.
    """

    name: str
    secret_shapes: tuple[str, ...]
    local: bool
    shared: bool

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether the operator set what this platform needs, so that it should be started."""

    def create(self, context: PlatformContext) -> Platform:
        """Make the platform, without I/O. Raises SettingsError for a wrong value."""
