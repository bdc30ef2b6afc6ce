"""Under which heading an entry stands in a brief post: a table from tags to sections. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources

from bot.i18n.translator import LANGUAGES, N_, Translator
from bot.port.text import one_line
from store.model import Entry
from store.text import tag_key

FILE = "tags.tsv"
OTHERS = "*"
"""Stands for every tag that the table does not name."""

_NO_NAME = N_("More")


class BadSection(ValueError):
    """A line of the table cannot be read. `line` is its number, from 1 on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class TagSections:
    """The sections in their order, and the tags of each."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Read lines in the form of `tags.tsv`. Raises BadSection."""
        self._labels: list[dict[str, str]] = []
        self._places: dict[str, int] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            columns = [one_line(column) for column in line.split("\t")]
            if len(columns) != len(("sign", "English", "Korean", "tags")) or not all(columns[1:]):
                raise BadSection(number)
            sign, english, korean, tags = columns
            names = {"en": english, "ko": korean}
            self._labels.append({each: f"{sign} {names[each]}".strip() for each in LANGUAGES})
            for tag in filter(None, map(tag_key, tags.split(","))):
                self._places.setdefault(tag, len(self._labels) - 1)
        self._others = self._places.pop(OTHERS, len(self._labels))

    @classmethod
    def shipped(cls) -> TagSections:
        """Read the table that comes with the program."""
        table = resources.files(__package__) / FILE
        return cls(table.read_text("utf-8").splitlines())

    def divided(
        self, entries: Sequence[Entry], words: Translator
    ) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """Return entries by section, each with its heading; within one they stand as given.

        Where none has a section of its own, there is no heading: it would say nothing.
        """
        places: dict[int, list[Entry]] = {}
        for entry in entries:
            places.setdefault(self._place(entry), []).append(entry)
        bare = places.keys() == {self._others}
        return tuple(
            ("" if bare else self._label(place, words), tuple(places[place]))
            for place in sorted(places)
        )

    def _place(self, entry: Entry) -> int:
        known = (self._places.get(tag_key(tag)) for tag in entry.tags)
        return next((place for place in known if place is not None), self._others)

    def _label(self, place: int, words: Translator) -> str:
        if place == len(self._labels):
            return words.gettext(_NO_NAME)
        return self._labels[place][words.language]
