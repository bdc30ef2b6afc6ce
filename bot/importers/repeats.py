"""Which items of a file repeat an earlier one.

A file may say the same story twice, with one note or with two. The first one counts; taking both
would let them overwrite each other at every import.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

from bot.i18n.translator import N_
from bot.importers.result import Skipped, excerpt
from store.entries.links import canonical
from store.model import EntryDraft, ImportItem
from store.text import folded

SAME = N_("This repeats line {line}.")
SAME_KEY = N_("Line {line} has the same key; that one counts.")
SAME_LINK = N_("Line {line} has the same link; that one counts.")
SAME_TITLE = N_("Line {line} has the same title and date; that one counts.")

_FIRST_SIZE = 1 << 10


class Repeats:
    """The items seen so far: of each, what it is known by and the line on which it began.

    At most 75 bytes an item, so that a million items fit beside the program.
    """

    def __init__(self) -> None:
        self._lines = _Lines()
        self._contents = _Lines()

    def check(self, item: ImportItem) -> Skipped | None:
        """Return why the item is left out, or None, and then remember it."""
        content = _digest("content", repr(item.draft))
        line = self._contents.get(content)
        if line:
            return Skipped(item.line, SAME, excerpt(item.draft.title), {"line": line})
        sought, kept = _names(item.draft)
        for name, reason in sought.items():
            line = self._lines.get(_digest(*name))
            if line:
                return Skipped(item.line, reason, excerpt(item.draft.title), {"line": line})
        self._contents.put(content, item.line)
        for name in kept:
            self._lines.put(_digest(*name), item.line)
        return None


_Name = tuple[str, str]


def _names(draft: EntryDraft) -> tuple[dict[_Name, str], list[_Name]]:
    """Return by what the store knows a draft: its key, else its link, else title and date.

    First what it is looked up by, with what to say when it is found; then what it is kept by. Of
    two without a link and with the same title, the store takes one for the other unless both have
    a key.
    """
    sought: dict[_Name, str] = {}
    if draft.key:
        sought["key", draft.key] = SAME_KEY
    if draft.url:
        sought["link", canonical(draft.url)] = SAME_LINK
    kept = list(sought)
    if not draft.url:
        title = f"{folded(draft.title)}\n{draft.published or ''}"
        sought["title", title] = SAME_TITLE
        if not draft.key:
            sought["keyed title", title] = SAME_TITLE
        kept.append(("keyed title" if draft.key else "title", title))
    return sought, kept


def _digest(kind: str, text: str) -> int:
    """Return 64 bits, never 0. Among a million items, two meet by chance once in 10^7 files."""
    data = f"{kind}\n{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big") or 1


class _Lines:
    """A map from digests to lines in two flat arrays: a tenth of what a dict takes."""

    def __init__(self) -> None:
        self._keys = array("Q", bytes(8 * _FIRST_SIZE))
        self._values = array("I", [0]) * _FIRST_SIZE
        self._count = 0

    def get(self, key: int) -> int:
        """Return the line, 0 for none."""
        return self._values[self._place(key)]

    def put(self, key: int, line: int) -> None:
        """Remember the line."""
        place = self._place(key)
        if not self._keys[place]:
            self._count += 1
        self._keys[place], self._values[place] = key, line
        if self._count * 3 > len(self._keys) * 2:
            self._grow()

    def _place(self, key: int) -> int:
        """Return where the key is, or where it would be."""
        last = len(self._keys) - 1
        place = key & last
        while self._keys[place] not in {0, key}:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._keys = array("Q", bytes(16 * len(keys)))
        self._values = array("I", [0]) * (2 * len(values))
        for key, line in zip(keys, values, strict=True):
            if key:
                place = self._place(key)
                self._keys[place], self._values[place] = key, line
