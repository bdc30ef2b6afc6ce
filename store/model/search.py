"""What is searched for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from store.model.dates import PublishedDate
from store.model.entries import Entry


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person looks for. Words are as typed, never an engine's syntax.

    `literal`: nothing is corrected, what is typed is what is looked for. `anonymous`: who added
    an entry is not told, so whoever asks for somebody's finds nothing. `language` stands above one
    that the words name.
    """

    words: str
    tag: str | None = None
    since: PublishedDate | None = None
    until: PublishedDate | None = None
    literal: bool = False
    anonymous: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, and where the words that were looked for begin and end in it.

    `before` and `after`: the text goes on there.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    before: bool = False
    after: bool = False


class GainKind(StrEnum):
    """Why an entry was given points."""

    WORD = "word"
    """It holds a word of the query, whole, in part, or by another name."""
    TOGETHER = "together"
    """It holds many of the words."""
    NEW = "new"
    """It is newer than others."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The points that an entry was given. `words` are the query's, for a word of it."""

    kind: GainKind
    points: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry that was found, and what it says of the words that were looked for.

    `passage` is None where no word is in the note. `gains` say why it stands where it does; they
    add up to `score`, as near as numbers do.
    """

    entry: Entry
    passage: Snippet | None
    score: float
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Some of what was found, best first.

    `count` is how many there are, None where only the best were looked for. `corrected` is what
    was searched instead of the words that were typed. `any_word`: no entry holds every word, so
    these hold some.
    """

    items: tuple[Found, ...]
    more: bool
    count: int | None
    corrected: str | None = None
    any_word: bool = False
