"""Which items of a file repeat an earlier one.

A file may say the same story twice, with one note or with two. The first one counts; taking both
would let them overwrite each other at every import.
"""

from __future__ import annotations

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


class Repeats:
    """The items seen so far: of each, what it is known by and the line on which it began.

    Some 200 bytes an item.
    """

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}

    def check(self, item: ImportItem) -> Skipped | None:
        """Return why the item is left out, or None, and then remember it."""
        content = ("content", repr(item.draft))
        sought, kept = _names(item.draft)
        for name, reason in {content: SAME, **sought}.items():
            line = self._lines.get(_digest(*name))
            if line:
                return Skipped(item.line, reason, excerpt(item.draft.title), {"line": line})
        self._lines.update(dict.fromkeys((_digest(*name) for name in (content, *kept)), item.line))
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
    """Return 64 bits. Among a million items, two meet by chance once in 10^7 files."""
    data = f"{kind}\n{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")
