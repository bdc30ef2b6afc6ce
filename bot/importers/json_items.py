"""Items in the public JSON shape: JSON Lines, or one JSON list as `ainews export --json` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date

from bot.i18n.translator import N_
from bot.importers.drafts import item
from bot.importers.fields import BadField, draft_from, not_taken, usual
from bot.importers.lines import MAXIMUM_LINE, NOT_UTF8, TOO_LONG, SourceLine, TextSource, readable
from bot.importers.result import NotTaken, Problem, Reading, excerpt
from bot.port.text import language_of_text
from store.model import EntryDraft

NOT_JSON = N_("This is not JSON: {reason}.")
TOO_NESTED = N_("This is not an entry: its lists or objects lie too deep in one another.")
NOT_AN_OBJECT = N_("This is not a JSON object with the fields of an entry.")
NO_LIST_END = N_("The list has no end: the file is not whole.")
REST_LOST = N_("Nothing after this place could be read.")

NO_ITEMS = N_("This JSON document holds no list of entries, and no title or link of one.")

LISTS = ("items", "entries", "articles", "news", "posts", "data", "results", "stories")
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_CHUNK = 1 << 16
_NEAR = 16
"""Characters before the end in which broken JSON may be JSON that is not read to its end yet:
longer than any word or escape."""


def read_json_lines(lines: Iterator[SourceLine], today: date) -> Iterator[Reading]:
    """Yield what each line holds. Blank lines are nothing."""
    for line in lines:
        text = line.text.strip()
        if line.fault:
            yield Problem(line.number, line.fault, excerpt(text))
        elif text:
            yield from _line(line.number, text, today)


def _line(number: int, text: str, today: date) -> Iterator[Reading]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        yield Problem(number, NOT_JSON, excerpt(text), {"reason": error.msg})
    except (ValueError, RecursionError):
        yield Problem(number, TOO_NESTED, excerpt(text))
    else:
        yield from _value(value, number, text, today)


def _value(value: object, number: int, text: str, today: date) -> Iterator[Reading]:
    """Yield the item that a value is, and a remark for each field of it that was not taken."""
    if not isinstance(value, dict):
        yield Problem(number, NOT_AN_OBJECT, excerpt(text))
        return
    fields, left = usual(value)
    if "language" not in fields:
        fields["language"] = language_of_text(f"{fields.get('title')} {fields.get('note')}")
    try:
        yield item(draft_from(fields, EntryDraft(title=""), today), number, text)
    except BadField as error:
        yield Problem(number, error.reason, excerpt(text), error.values)
        return
    for name in left:
        reason, values = not_taken(name)
        yield NotTaken(number, reason, excerpt(text), values)


def read_json_document(text: str, today: date) -> Iterator[Reading]:
    """Yield the items of one JSON object that holds a list of them, as feeds do, or that is one."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        yield Problem(error.lineno, NOT_JSON, excerpt(text), {"reason": error.msg})
        return
    except (ValueError, RecursionError):
        yield Problem(1, TOO_NESTED, excerpt(text))
        return
    lists = {name: part for name, part in value.items() if isinstance(part, list)}
    name = next((name for name in LISTS if name in lists), None)
    if name is None and len(lists) == 1 and not usual(value)[0].keys() & {"title", "url"}:
        (name,) = lists
    if name is None:
        if not usual(value)[0].keys() & {"title", "url"}:
            yield Problem(1, NO_ITEMS, excerpt(text))
            return
        yield from _value(value, 1, text, today)
        return
    place = max(text.find(f'"{name}"'), 0)
    for part in lists[name]:
        # Where an item stands is known by the first text in it that stands nowhere before.
        said = (
            next((one for one in part.values() if isinstance(one, str)), "")
            if isinstance(part, dict)
            else ""
        )
        found = text.find(json.dumps(said, ensure_ascii=False), place)
        place = found if found >= 0 else place
        yield from _value(
            part, text.count("\n", 0, place) + 1, json.dumps(part, ensure_ascii=False), today
        )


def read_json_list(source: TextSource, today: date) -> Iterator[Reading]:
    """Yield what the list holds, however it is laid out. Holds one element at a time.

    Behind a broken element it goes on where the next line begins an object as the broken one
    began; where there is no such line, the rest cannot be read.
    """
    return _List(source, today).read()


class _List:
    """A list that is being read: the text at hand, the place in it, and its line."""

    def __init__(self, source: TextSource, today: date) -> None:
        self._source = source
        self._today = today
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
            readings = list(self._element())
            yield from readings
            if isinstance(readings[0], Problem) and not self._resumed(readings[0]):
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

    def _element(self) -> Iterator[Reading]:
        number = self._line
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                length = len(self._text) - self._place
                if length > MAXIMUM_LINE:
                    yield Problem(number, TOO_LONG, excerpt(self._text[self._place :]))
                    return
                problem = self._problem(number, error)
                if self._incomplete(error) and self._more(max(_CHUNK, length)):
                    continue
                yield problem
                return
            except (ValueError, RecursionError):
                yield Problem(number, TOO_NESTED, excerpt(self._text[self._place :]))
                return
            break
        text = self._text[self._place : end]
        self._place = end
        self._line += text.count("\n")
        if readable(text) != text:
            yield Problem(number, NOT_UTF8, excerpt(readable(text)))
            return
        yield from _value(value, number, text, self._today)

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
