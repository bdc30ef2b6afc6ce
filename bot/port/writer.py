"""The port of writers: a model that drafts what an entry says in a language.

An adapter that implements it is found by the entry-point group `ainews.writers`. What comes of it
is text from outside: it is checked, and a person decides about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from bot.port.platform import Declaring, PlatformContext
from bot.port.problems import ReasonedError

WRITERS = "ainews.writers"
"""The entry-point group."""

PROMPT_VERSION = 1
"""Goes up with what a writer is asked: what was drafted before stays."""

MOST_TOKENS = 2_250
"""What one draft takes at most: 1,900 in, 350 out."""


@dataclass(frozen=True, slots=True)
class WriterTask:
    """What is to be drafted. All of it is plain text from outside.

    `text` is what the source says, in `language` (None: not known); empty: only the title is told.
    `into` is the language of the draft, `tags` are those that exist.
    """

    title: str
    text: str
    language: str | None
    into: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model made of a task, as it came, and the tokens that it took.

    `asked` are the instructions around the source, so that an echo of them is seen.
    """

    title: str
    note: str
    tags: tuple[str, ...]
    tokens_in: int
    tokens_out: int
    model: str
    asked: str = field(default="", repr=False, compare=False)


class WriterError(ReasonedError):
    """There is no draft. `tokens` are those that it took all the same."""

    def __init__(self, reason: str, *, tokens: int = 0, **values: object) -> None:
        super().__init__(reason, **values)
        self.tokens = tokens


class WriterLater(WriterError):
    """The model cannot be asked just now; `after` is how long it wants to be left alone.

    `tokens` are those that it may have taken, where it was asked and no answer came.
    """

    def __init__(
        self, reason: str, after: timedelta | None = None, *, tokens: int = 0, **values: object
    ) -> None:
        super().__init__(reason, tokens=tokens, **values)
        self.after = after


class WriterStopped(WriterError):
    """Nothing comes before the operator did something: the quota is used up, the key refused."""


class WriterRefused(WriterError):
    """This answer is of no use: empty, cut, in no shape."""


class Writer(Protocol):
    """Drafts. `name` is the model's."""

    name: str

    async def draft(self, task: WriterTask) -> Draft:
        """Return a draft. Raises WriterError."""

    async def close(self) -> None:
        """Let go of connections."""


class WriterPlugin(Declaring, Protocol):
    """How a writer is found and made."""

    def create(self, context: PlatformContext) -> Writer | None:
        """Make it, without I/O; None: it is not set up. Raises SettingsError for a wrong value."""
