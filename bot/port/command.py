"""What a command is: its name, its typed parameters, who may use it, and who answers.

Each adapter makes its own commands, options and forms from these declarations. Names and
descriptions are English and stand in the catalogs under the contexts "command", "parameter"
and "choice", so that an adapter can offer both languages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.port.form import Choice, Kind
from bot.port.invocation import Reply, Role

SWITCH = "(?:--|[—–―－−‒﹣⸺‐‑]{1,2})"
"""What stands before a parameter's name: two hyphens, or what devices make of them. A pattern."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command.

    A `greedy` parameter takes all bare words of a typed line that no other parameter took. One
    that is not `positional` is given by name only (`since:2021-01`, `--since 2021-01`). One that
    is `in_form` is a field of the command's form, which cannot be left empty there where it is
    `form_required` and has no hint below it where its name says all (`plain`). `default` is what
    the handler receives when nothing was given.

    A `raw` parameter has a language of its own (a query): it takes the rest of a typed line as it
    stands, with its quotes, signs and names. What is `in_raw` can be said in that language, so
    that its name in a typed line belongs to it. `terms` are words of examples that each language
    has its own for (`daily`), which the values are understood in all the same.
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
    plain: bool = False
    multiline: bool = False
    maximum: int | None = None
    choices: tuple[Choice, ...] = ()
    terms: tuple[str, ...] = ()
    example: str = ""


def choice(name: str, description: str, labels: Mapping[Any, str], **traits: Any) -> Parameter:
    """Return a parameter that is one of some values, with the words that offer each."""
    choices = tuple(Choice(str(value), label) for value, label in labels.items())
    return Parameter(name, description, Kind.CHOICE, choices=choices, **traits)


def yes_or_no(name: str, description: str, *, no: str, yes: str) -> Parameter:
    """Return a parameter that is `no` unless somebody says `yes`, with what each means."""
    return choice(name, description, {"no": no, "yes": yes}, default="no")


def switch(name: str, description: str, default: str | None = None) -> Parameter:
    """Return a parameter that is set by its name alone (`--share`)."""
    choices = (Choice("no", "No"), Choice("yes", "Yes"))
    return Parameter(name, description, Kind.SWITCH, default=default, choices=choices)


SHARE = switch("share", "Show the answer to the whole channel")
"""By which the asker decides who sees an answer. No handler receives it."""


Handler = Callable[..., Awaitable["Reply"]]
"""Called as `handler(context, **values)`, with a value for each parameter but channels."""


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that stand together on a platform that takes few.

    Elsewhere its name may be typed before theirs (`channel pause`).
    """

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Command:
    """One /ainews command.

    `private`: its answer concerns only the asker, who may show it to others all the same where it
    is `shareable`. `form_title` stands over its form, where its description is too long for that;
    `submit` is the word on the button that sends it. `gives_entries`: its answer carries entries,
    which the shell prints as data when it is asked to; `gives_data`: so it does with the answer as
    a whole.
    `by_button`: wherever it is of use a button stands for it, so a platform whose commands are few
    need not offer it to be typed; `group`: what it stands with there. `at_home`: it is for
    workspaces that curate, whoever asks.
    """

    name: str
    description: str
    handler: Handler
    parameters: tuple[Parameter, ...] = ()
    needs: Role = Role.MEMBER
    private: bool = False
    shareable: bool = False
    form_title: str = ""
    submit: str = ""
    gives_entries: bool = False
    gives_data: bool = False
    by_button: bool = False
    group: Group | None = None
    at_home: bool = False
    examples: tuple[str, ...] = ()

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name. Raises KeyError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    @property
    def may_be_shared(self) -> bool:
        """Whether the asker may show its answer to everybody in the channel."""
        return self.shareable or not self.private

    def with_share(self) -> Command:
        """Return the command with the parameter that shares its answer, where one may."""
        if not self.may_be_shared:
            return self
        return replace(self, parameters=(*self.parameters, SHARE))

    @property
    def raw(self) -> Parameter | None:
        """The parameter that takes the rest of a typed line as it stands, if there is one."""
        return next((parameter for parameter in self.parameters if parameter.raw), None)

    @property
    def form_fields(self) -> tuple[Parameter, ...]:
        """The parameters that its form asks for; empty where it has no form."""
        return tuple(parameter for parameter in self.parameters if parameter.in_form)


def declare(
    name: str, description: str, handler: Handler, *parameters: Parameter, **traits: Any
) -> Command:
    """Return a command with its parameters in their order."""
    return Command(name, description, handler, parameters, **traits)
