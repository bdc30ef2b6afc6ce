"""What a person is asked for: the kinds of values, choices among them, fields and forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """The type of a parameter, and what its handler receives."""

    TEXT = "text"
    """One line or, where `multiline`, many: str."""
    INTEGER = "integer"
    """A whole number between 1 and `maximum`: int."""
    DATE = "date"
    """A day, a month or a year: PublishedDate."""
    LINK = "link"
    """An http or https address: str."""
    TAG = "tag"
    """One tag: str, in the store's form."""
    TAGS = "tags"
    """Tags separated by commas: tuple[str, ...]."""
    ENTRY = "entry"
    """The id of an entry: int."""
    SOURCE = "source"
    """A source, by its number or its name, or what may become one: str."""
    WORDS = "words"
    """Words and "phrases", of which any counts: tuple[str, ...], phrases in straight quotes."""
    TIMEZONE = "timezone"
    """An IANA time zone: str."""
    CHOICE = "choice"
    """One of `choices`: str."""
    SWITCH = "switch"
    """Yes or no, the values of its `choices`: str."""
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
class Field:
    """One field of a form. `error` says what was wrong with the value that it holds."""

    name: str
    label: str
    kind: Kind
    value: str = ""
    required: bool = False
    multiline: bool = False
    hint: str = ""
    maximum_length: int = 500
    choices: tuple[Choice, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a person is asked to fill in. Sent back as `command` with `submitted` set.

    `hidden` are arguments that go back as they are (the id of the entry that is edited). `given`
    are those by which the command asks with this form again: for a button, where it came too late.
    """

    command: str
    title: str
    submit: str
    fields: tuple[Field, ...]
    hidden: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)

    def filled(self, values: Mapping[str, str]) -> Form:
        """Return the form with what is known for its empty fields."""
        fields = tuple(
            each
            if each.value
            else replace(each, value=values.get(each.name, "")[: each.maximum_length])
            for each in self.fields
        )
        return replace(self, fields=fields)
