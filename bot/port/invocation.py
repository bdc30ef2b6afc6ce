"""What comes in from a platform and what goes back: who asks for what, and the reply."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, Flag, IntEnum, auto

from bot.port.card import Card
from bot.port.form import Form
from store.model import Actor, ChannelRef, Entry


class Role(Flag):
    """What a person may do in a channel, as the platform and the store see them.

    `EVERY` is all that a platform can give. `OPERATOR` is the one who runs the program, beside the
    machine: they also see what is the machine's own matter, such as where the database lies.
    """

    MEMBER = auto()
    MODERATOR = auto()
    CHANNEL_OWNER = auto()
    ADMIN = auto()
    EVERY = MEMBER | MODERATOR | CHANNEL_OWNER | ADMIN
    HOST = auto()
    OPERATOR = EVERY | HOST


@dataclass(frozen=True, slots=True)
class Asker:
    """The person who asks, with the roles that the platform gives them in the channel at hand.

    `groups` are the platform's ids of the roles or user groups that they belong to, by which the
    store may know them as moderators; `named` is what being known there adds: nothing for guests,
    more than curating where the platform has it so. `language` is what the platform says of the
    person (`ko`, `en-US`), `timezone` (an IANA name) where it has them live; None where it says
    nothing.
    """

    actor: Actor
    roles: Role = Role.MEMBER
    groups: frozenset[str] = frozenset()
    named: Role = Role.MODERATOR
    language: str | None = None
    timezone: str | None = None


def anybody(asker: Asker) -> Asker:
    """Return any member of the asker's workspace, of whom nothing else is known: they have no id.

    What is told to a whole channel is told to such a one.
    """
    nobody = replace(asker.actor, id="", name="")
    return replace(asker, actor=nobody, roles=Role.MEMBER, groups=frozenset())


LOCAL_CHANNEL = ChannelRef("terminal", "local", "terminal")
"""The one channel at the machine itself, where the operator sits: chat and shell."""


def operator() -> Asker:
    """Return the person at the machine, who may do everything there."""
    try:
        login = getpass.getuser()
    except (OSError, KeyError):
        login = "operator"
    place = LOCAL_CHANNEL
    return Asker(Actor(place.platform, place.workspace, login, login), Role.OPERATOR)


class Reach(Enum):
    """Whom an answer can reach, as the platform sees it; what it shows whom, the commands decide.

    Others are reached only where the asker may write to them.
    """

    ASKER = auto()
    """Nobody else: in a direct message, at the terminal, in a form, where they may only read."""
    ON_REQUEST = auto()
    """Everybody in the channel, where the asker wants it: a button was pressed, a form sent."""
    CHANNEL = auto()
    """Everybody in the channel, in which a command was typed."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One command that somebody gave, in words, by a button or by a submitted form.

    `arguments` are as typed or as the platform types them: texts or whole numbers. `channel` is
    the channel that the command is about: where it was given or, where the person picked another
    (`Kind.CHANNEL`), that one, and then `asker.roles` hold there. `interactive`: a form can be
    shown in answer. `ask`: where something is missing that the command needs, one is shown, to ask
    for it (a button). `submitted`: the arguments come from the command's form. `unlimited`: the
    whole answer is wanted at once, however long (the operator's shell). `channel_name` is what
    people call the channel (`#news`), empty where the adapter does not know. `threads_only`:
    everything in the channel stands in a thread (a forum), so a digest must not be torn over
    several. `within` is the channel that a thread belongs to. `reach`: whom the answer can reach.
    `elsewhere`: the channel that the command is about
    is another than the one where it was given. `delivery` is the platform's id of what came in:
    what changes something is done once for each, whichever process it is delivered to. What is not
    `counted` is a further part of an answer that counts once for whoever asks.
    """

    command: str
    asker: Asker
    channel: ChannelRef
    arguments: Mapping[str, str | int] = field(default_factory=dict)
    interactive: bool = False
    ask: bool = False
    submitted: bool = False
    unlimited: bool = False
    channel_name: str = ""
    threads_only: bool = False
    within: ChannelRef | None = None
    reach: Reach = Reach.ASKER
    elsewhere: bool = False
    delivery: str = ""
    counted: bool = True


class Outcome(IntEnum):
    """How a command ended. The number is the exit code of the command line."""

    DONE = 0
    REFUSED = 1
    """Understood but not done: not found, not allowed, a duplicate, a failure."""
    MISTYPED = 2
    """Not understood: an unknown command or parameter, a value of the wrong type."""
    FAILED = 3
    """The settings or the database are in trouble, which only the operator can mend."""


@dataclass(frozen=True, slots=True)
class DataReply:
    """An answer as data: `facts`, and a list called `name` that may be too long for memory.

    Every call of `items` reads the list anew.
    """

    facts: Mapping[str, object]
    name: str
    items: Callable[[], AsyncIterator[Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an invocation: a card, and a form where more must be asked first.

    `entries` are the entries that the card shows, for callers that want data; `data` is the whole
    answer for them, where it is not entries. `private`: only the asker sees it. A handler says so
    of an answer that nobody else wants to see, one that found nothing; of every other one it is
    decided where the command is dispatched. `pressed` is what the button that was pressed says from
    now on; where only the asker sees that button, and it can be drawn anew in the same answer, that
    is all of the answer. `repeated`: what was asked for came in before, and whoever took it in then
    answers it, if they live.
    """

    card: Card
    outcome: Outcome = Outcome.DONE
    entries: tuple[Entry, ...] = ()
    private: bool = False
    form: Form | None = None
    data: DataReply | None = None
    pressed: str = ""
    repeated: bool = False
