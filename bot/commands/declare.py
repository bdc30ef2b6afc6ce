"""What a command is: its name, its typed parameters, who may use it, and who answers.

Each adapter makes its own commands, options and forms from these declarations. Names and
descriptions are English and stand in the catalogs under the contexts "command", "parameter"
and "choice", so that an adapter can offer both languages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.invocation import Reply


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


class Kind(StrEnum):
    """The type of a parameter, and what its handler receives."""

    TEXT = "text"
    """One line or, where `multiline`, many: str."""
    INTEGER = "integer"
    """A whole number between `minimum` and `maximum`: int."""
    DATE = "date"
    """A day, a month or a year: PublishedDate."""
    LINK = "link"
    """An http or https address: str."""
    TAG = "tag"
    """One tag: str, in the store's form."""
    TAGS = "tags"
    """Tags divided by commas: tuple[str, ...]."""
    ENTRY = "entry"
    """The id of an entry: int."""
    TIMEZONE = "timezone"
    """An IANA time zone: str."""
    CHOICE = "choice"
    """One of `choices`: str."""
    PERSON = "person"
    """A person or a group (role, user group): str, the platform's id, a group's after `group:`."""
    CHANNEL = "channel"
    """A channel. The adapter takes it as `Invocation.channel`; no handler receives it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a parameter may take, and the words that offer it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command.

    A `greedy` parameter takes all bare words of a typed line that no other parameter took. One
    that is not `positional` is given by name only (`since:2021-01`, `--since 2021-01`). One that
    is `in_form` is a field of the command's form, which cannot be left empty there where it is
    `form_required`. `default` is what the handler receives when nothing was given.

    A `raw` parameter has a language of its own (a query): it takes the rest of a typed line as it
    stands, with its quotes, signs and names. What is `in_raw` can be said in that language, so
    that its name in a typed line belongs to it.
    """

    name: str
    description: str
    kind: Kind = Kind.TEXT
    required: bool = False
    default: object = None
    positional: bool = False
    greedy: bool = False
    raw: bool = False
    in_raw: bool = False
    in_form: bool = False
    form_required: bool = False
    multiline: bool = False
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()
    example: str = ""


Handler = Callable[..., Awaitable["Reply"]]
"""Called as `handler(context, **values)`, with a value for each parameter but channels."""


@dataclass(frozen=True, slots=True)
class Command:
    """One /ainews command.

    `private`: its answer concerns only the asker. `submit` is the word on the button that sends
    its form, where it has one. `gives_entries`: its answer carries entries, which the shell
    prints as data when it is asked to; `gives_data`: so it does with the answer as a whole.
    """

    name: str
    description: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    needs: Role = Role.MEMBER
    private: bool = False
    submit: str = ""
    gives_entries: bool = False
    gives_data: bool = False
    examples: tuple[str, ...] = ()

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name. Raises KeyError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    @property
    def raw(self) -> Parameter | None:
        """The parameter that takes the rest of a typed line as it stands, if there is one."""
        return next((parameter for parameter in self.parameters if parameter.raw), None)

    @property
    def form_fields(self) -> tuple[Parameter, ...]:
        """The parameters that its form asks for; empty where it has no form."""
        return tuple(parameter for parameter in self.parameters if parameter.in_form)
