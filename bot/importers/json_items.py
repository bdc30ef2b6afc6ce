"""Items in the public JSON shape: JSON Lines, or one JSON list as `ainews export --json` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.i18n.translator import N_
from bot.importers.drafts import item
from bot.importers.fields import BadField, draft_from
from bot.importers.lines import MAXIMUM_LINE, NOT_UTF8, TOO_LONG, SourceLine, TextSource, readable
from bot.importers.result import Problem, Reading, excerpt
from bot.port.text import language_of_text
from store.model import EntryDraft

NOT_JSON = N_("This is not JSON: {reason}.")
TOO_NESTED = N_("This is not an entry: its lists or objects lie too deep in one another.")
NOT_AN_OBJECT = N_("This is not a JSON object with the fields of an entry.")
NO_LIST_END = N_("The list has no end: the file is not whole.")
REST_LOST = N_("Nothing after this place could be read.")

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_CHUNK = 1 << 16
_NEAR = 16
"""Characters before the end in which broken JSON may be JSON that is not read to its end yet:
longer than any word or escape."""


def read_json_lines(lines: Iterator[SourceLine]) -> Iterator[Reading]:
    """Yield what each line holds. Blank lines are nothing."""
    for line in lines:
        text = line.text.strip()
        if line.fault:
            yield Problem(line.number, line.fault, excerpt(text))
        elif text:
            yield _line(line.number, text)


def _line(number: int, text: str) -> Reading:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return Problem(number, NOT_JSON, excerpt(text), {"reason": error.msg})
    except (ValueError, RecursionError):
        return Problem(number, TOO_NESTED, excerpt(text))
    return _value(value, number, text)


def _value(value: object, number: int, text: str) -> Reading:
    if not isinstance(value, dict):
        return Problem(number, NOT_AN_OBJECT, excerpt(text))
    if "language" not in value:
        words = f"{value.get('title')} {value.get('note')}"
        value = {**value, "language": language_of_text(words)}
    try:
        draft = draft_from(value, EntryDraft(title=""))
    except BadField as error:
        return Problem(number, error.reason, excerpt(text), error.values)
    return item(draft, number, text)


def read_json_list(source: TextSource) -> Iterator[Reading]:
    """Yield what the list holds, however it is laid out. Holds one element at a time.

    Behind a broken element it goes on where the next line begins an object as the broken one
    began; where there is no such line, the rest cannot be read.
    """
    return _List(source).read()


class _List:
    """A list that is being read: the text at hand, the place in it, and its line."""

    def __init__(self, source: TextSource) -> None:
        self._source = source
        self._text = ""
        self._place = 0
        self._line = 1
        self._indent: str | None = ""

    def read(self) -> Iterator[Reading]:
        self._skip()
        self._place += 1  # the bracket that opens the list
        while True:
            self._skip()
            if self._at_end():
                yield Problem(self._line, NO_LIST_END)
                return
            if self._text[self._place] == "]":
                break
            reading = self._element()
            yield reading
            if isinstance(reading, Problem) and not self._resumed(reading):
                yield Problem(self._line, REST_LOST)
                return
        self._place += 1
        self._skip()
        if not self._at_end():
            yield Problem(self._line, REST_LOST, excerpt(self._text[self._place :]))

    def _at_end(self) -> bool:
        return self._place >= len(self._text)

    def _more(self, size: int = _CHUNK) -> bool:
        """Read on, and forget what was used. Returns whether there was more."""
        more = self._source.read(size)
        self._text, self._place = self._text[self._place :] + more, 0
        return bool(more)

    def _skip(self) -> None:
        """Go to what is neither white space nor a comma, and see how far it is indented."""
        while True:
            match = _BETWEEN.match(self._text, self._place)
            end = match.end() if match else self._place
            passed = self._text[self._place : end]
            if passed:
                self._line += passed.count("\n")
                self._indent = passed.rpartition("\n")[2] if "\n" in passed else None
            self._place = end
            if not self._at_end() or not self._more():
                return

    def _element(self) -> Reading:
        number = self._line
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                length = len(self._text) - self._place
                if length > MAXIMUM_LINE:
                    return Problem(number, TOO_LONG, excerpt(self._text[self._place :]))
                problem = self._problem(number, error)
                if self._incomplete(error) and self._more(max(_CHUNK, length)):
                    continue
                return problem
            except (ValueError, RecursionError):
                return Problem(number, TOO_NESTED, excerpt(self._text[self._place :]))
            break
        text = self._text[self._place : end]
        self._place = end
        self._line += text.count("\n")
        if readable(text) != text:
            return Problem(number, NOT_UTF8, excerpt(readable(text)))
        return _value(value, number, text)

    def _incomplete(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _NEAR

    def _problem(self, number: int, error: json.JSONDecodeError) -> Problem:
        seen = self._text[self._place : error.pos]
        shown = excerpt(readable(self._text[self._place : self._place + 1000]))
        return Problem(number + seen.count("\n"), NOT_JSON, shown, {"reason": error.msg})

    def _resumed(self, problem: Problem) -> bool:
        """Whether reading can go on behind a problem; if so, go there."""
        if problem.reason not in {NOT_JSON, TOO_LONG, TOO_NESTED}:
            return True
        if self._indent is None:
            return False
        sought = f"\n{self._indent}{{"
        while True:
            place = self._text.find(sought, self._place)
            if place >= 0:
                self._line += self._text.count("\n", self._place, place)
                self._place = place
                return True
            keep = max(self._place, len(self._text) - len(sought))
            self._line += self._text.count("\n", self._place, keep)
            self._place = keep
            if not self._more():
                return False
