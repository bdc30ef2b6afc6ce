"""A file's bytes become text, whole or line by line, however broken the file is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bot.i18n.translator import N_

MAXIMUM_LINE = 1_000_000
"""Characters. An entry at every limit of the store, written in JSON escapes, takes fewer."""

NOT_UTF8 = N_("This is not UTF-8 text. Save the file as UTF-8.")
UTF_16 = N_("The file is UTF-16 text. Save it as UTF-8.")
TOO_LONG = N_("This is longer than a million characters.")

_ESCAPED = range(0xDC80, 0xDD00)  # what "surrogateescape" makes of a byte that is not UTF-8
UTF_16_MARKS = ("\udcff\udcfe", "\udcfe\udcff")
"""How UTF-16 begins, as it comes here."""
BEGINNING = 4096
"""Characters that are looked at to see what a file is."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line without its end. `number` begins with 1; `fault` says why it cannot be read."""

    number: int
    text: str
    fault: str = ""


class TextSource:
    r"""UTF-8 text, with or without a mark, each of the usual line ends as `\n`.

    Bytes that are not UTF-8 come as halves of surrogate pairs, which `readable` finds.
    """

    def __init__(self, source: BinaryIO) -> None:
        """Reads `source` from where it stands."""
        self._reader = io.TextIOWrapper(source, "utf-8-sig", "surrogateescape", newline=None)
        self._ahead = ""

    def beginning(self) -> str:
        """Return the first few thousand characters, which are still to be read."""
        if not self._ahead:
            self._ahead = self._reader.read(BEGINNING)
        return self._ahead

    def read(self, size: int) -> str:
        """Return about `size` characters, empty at the end."""
        ahead, self._ahead = self._ahead, ""
        return ahead or self._reader.read(size)

    def readline(self, limit: int) -> str:
        """Return a line with its end, but not more than `limit` characters of it."""
        end = self._ahead.find("\n", 0, limit) + 1
        if end or len(self._ahead) >= limit:
            end = end or limit
            text, self._ahead = self._ahead[:end], self._ahead[end:]
            return text
        ahead, self._ahead = self._ahead, ""
        return ahead + self._reader.readline(limit - len(ahead))

    def release(self) -> None:
        """Let go of the bytes' source, which stays open."""
        self._reader.detach()


def read_lines(source: TextSource) -> Iterator[SourceLine]:
    """Yield the lines. Holds one at a time, and of one that is too long only its beginning.

    A file in UTF-16 gives one faulty line.
    """
    number = 0
    while text := source.readline(MAXIMUM_LINE + 1):
        number += 1
        if number == 1 and text.startswith(UTF_16_MARKS):
            yield SourceLine(1, "", UTF_16)
            return
        cut = len(text) > MAXIMUM_LINE and not text.endswith("\n")
        read = text[:MAXIMUM_LINE] if cut else text.removesuffix("\n")
        shown = readable(read)
        yield SourceLine(number, shown, TOO_LONG if cut else "" if shown == read else NOT_UTF8)
        while cut:
            text = source.readline(MAXIMUM_LINE)
            cut = bool(text) and not text.endswith("\n")


def readable(text: str) -> str:
    """Return the same text where all of it was UTF-8, else one with a mark for each bad byte."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if ord(letter) in _ESCAPED else letter for letter in text)
    return text
