"""Items in the public JSON shape: JSON Lines, a list, or a document with a list in it.

`ainews export --json` writes a list; feeds and interfaces have a document with `items`, `entries`
or the like.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping
from datetime import date

from bot.i18n.translator import N_
from bot.importers.fields import BadField, draft_from, is_field, known_name, taken
from bot.importers.lines import (
    BEGINNING,
    MAXIMUM_LINE,
    NOT_UTF8,
    TOO_LONG,
    SourceLine,
    TextSource,
    readable,
)
from bot.importers.result import NotTaken, Problem, Reading, excerpt, item
from bot.port.text import language_of_text
from store.model import EntryDraft

NOT_JSON = N_("This is not JSON: {reason}.")
TOO_NESTED = N_("Not an entry: its lists or objects are nested too deeply.")
NOT_AN_OBJECT = N_("This is not a JSON object with the fields of an entry.")
NO_LIST_END = N_("The list has no end: the file is not whole.")
NO_ITEMS = N_("This JSON document has neither a list of entries nor the title or link of one.")
REST_LOST = N_("Nothing after this place could be read.")

_BROKEN = frozenset({NOT_JSON, TOO_LONG, TOO_NESTED})
"""What leaves open where the next item begins."""

_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\n\r,]*")
_CHUNK = 1 << 16
_NEAR = 16
"""Characters before the end in which broken JSON may be JSON that is not read to its end yet:
longer than any word or escape."""

_LIST = re.compile(r"\s*\[\s*(?:\{|\]|$)")
_OBJECT = re.compile(r"\s*\{\s*(?:[\"'}]|\w|$)")
_ITEMS = frozenset(
    "items item entries entry data articles posts results news stories feed records docs "
    "hits list channel rss response result messages".split()
)
"""What documents call the list of their items, and the objects in which it lies."""
_TITLES = frozenset({"title", "url"})
"""Fields without which nothing is an entry."""
_ITEMS_BEGIN = re.compile(rf'"(?:{"|".join(sorted(_ITEMS))})"\s*:\s*\[\s*\{{')
_GOES_ON = re.compile(r"\s*[\"\]},]|(?<=[\[,:{]\n)\s*[\[{]")


def is_json(beginning: str) -> bool:
    """Whether a file is JSON by its first characters."""
    return _OBJECT.match(beginning) is not None or _LIST.match(beginning) is not None


def read_json(
    source: TextSource, lines: Iterator[SourceLine], today: date, *, whole: bool
) -> Iterator[Reading]:
    """Yield what a file of JSON holds, however it is laid out. Holds one item at a time.

    `lines` are those of the source. `whole`: a first line too long to look ahead in is no item.
    """
    beginning = source.beginning()
    if _LIST.match(beginning) or _is_document(beginning.lstrip(), whole=whole):
        return _Document(source, today).read()
    return _read_lines(lines, today)


def _is_document(beginning: str, *, whole: bool) -> bool:
    """Whether an object at the beginning is more than a line of JSON Lines."""
    line, end, rest = beginning.partition("\n")
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        if not end:
            return (whole and len(line) >= BEGINNING) or _ITEMS_BEGIN.search(line) is not None
        line = line.rstrip()
        return error.pos >= len(line) and _GOES_ON.match(f"{line[-1:]}\n{rest}", 2) is not None
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict):
        return False
    listed = whole and not _TITLES.intersection(map(known_name, value))
    return any(
        (name.casefold() in _ITEMS and isinstance(inner, list | dict))
        or (listed and isinstance(inner, list) and any(isinstance(one, dict) for one in inner))
        for name, inner in value.items()
    )


def _read_lines(lines: Iterator[SourceLine], today: date) -> Iterator[Reading]:
    for line in lines:
        text = line.text.strip()
        if line.fault:
            yield Problem(line.number, line.fault, excerpt(text))
        elif text:
            try:
                value = json.loads(text)
            except json.JSONDecodeError as error:
                yield Problem(line.number, NOT_JSON, excerpt(text), {"reason": error.msg})
            except (ValueError, RecursionError):
                yield Problem(line.number, TOO_NESTED, excerpt(text))
            else:
                yield from readings(value, line.number, text, today)


def readings(value: object, number: int, text: str, today: date) -> Iterator[Reading]:
    """Yield the entry that an item is, and what of it was not taken.

    `number` is the line on which it begins, `text` what is shown of it.
    """
    if not isinstance(value, Mapping):
        yield Problem(number, NOT_AN_OBJECT, excerpt(text))
        return
    values, untaken = taken(value)
    if "language" not in values:
        values["language"] = language_of_text(f"{values.get('title')} {values.get('note')}")
    try:
        yield item(draft_from(values, EntryDraft(title=""), today), number, text)
    except BadField as error:
        yield Problem(number, error.reason, excerpt(text), error.values)
    for reason, filled in untaken:
        yield NotTaken(number, reason, excerpt(text), filled)


class _Broken(Exception):
    """A value could not be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class _Document:
    """A list or an object that is being read: the text at hand, the place in it, and its line.

    Behind a broken item of a list it goes on where the next line begins an object as the broken one
    began; where there is no such line, the rest cannot be read.
    """

    def __init__(self, source: TextSource, today: date) -> None:
        self._source = source
        self._today = today
        self._text = ""
        self._place = 0
        self._line = 1
        self._indent: str | None = ""

    def read(self) -> Iterator[Reading]:
        """Yield the items, or those that the document itself is."""
        self._skip()
        while not self._at_end():
            listed = self._text[self._place] == "["
            try:
                yield from self._list() if listed else self._one()
            except _Broken as broken:
                yield broken.problem
                if broken.problem.reason in {NO_LIST_END, REST_LOST} or not self._resumed(
                    broken.problem
                ):
                    return
            self._skip()
            if not self._at_end() and (listed or self._text[self._place] != "{"):
                yield Problem(self._line, REST_LOST, excerpt(self._text[self._place :]))
                return

    def _one(self) -> Iterator[Reading]:
        """Yield the items that an object has, or the item that it is."""
        number = self._line
        values = yield from self._object()
        if values is None:
            return
        text = json.dumps(values, ensure_ascii=False)
        if _TITLES.intersection(map(known_name, values)):
            yield from readings(values, number, text, self._today)
        else:
            yield Problem(number, NO_ITEMS, excerpt(text))

    def _list(self) -> Iterator[Reading]:
        self._place += 1
        while self._reaches("]"):
            try:
                value, number, text = self._value()
            except _Broken as broken:
                yield broken.problem
                if not self._resumed(broken.problem):
                    raise _Broken(Problem(self._line, REST_LOST)) from None
            else:
                yield from readings(value, number, text, self._today)
        self._place += 1

    def _object(self) -> Generator[Reading, None, dict[str, object] | None]:
        """Yield the items of the lists in an object; return what it holds where it has none."""
        self._place += 1
        values: dict[str, object] = {}
        found = False
        while self._reaches("}"):
            name = str(self._value()[0])
            self._skip()
            if not self._text.startswith(":", self._place):
                raise _Broken(self._problem(self._line, self._place, "Expecting ':' delimiter"))
            self._place += 1
            self._skip()
            holds_items = name.casefold() in _ITEMS
            other = not (is_field(name) or _TITLES.intersection(map(known_name, values)))
            if (holds_items or other) and _LIST.match(self._text, self._place):
                yield from self._list()
                found = True
            elif holds_items and self._text.startswith("{", self._place):
                inner = yield from self._object()
                found = found or inner is None
                values[name] = inner
            else:
                values[name] = self._value()[0]
        self._place += 1
        return None if found else values

    def _reaches(self, end: str) -> bool:
        """Go on to the next thing. Returns False where the list or object ends instead."""
        self._skip()
        if self._at_end():
            raise _Broken(Problem(self._line, NO_LIST_END))
        return self._text[self._place] != end

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

    def _value(self) -> tuple[object, int, str]:
        """Return the next value, its line and its text. Raises _Broken."""
        number = self._line
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                length = len(self._text) - self._place
                if length > MAXIMUM_LINE:
                    raise self._broken(number, TOO_LONG) from None
                problem = self._problem(number, error.pos, error.msg)
                if self._incomplete(error) and self._more(max(_CHUNK, length)):
                    continue
                raise _Broken(problem) from None
            except (ValueError, RecursionError):
                raise self._broken(number, TOO_NESTED) from None
            break
        text = self._text[self._place : end]
        self._place = end
        self._line += text.count("\n")
        if readable(text) != text:
            raise _Broken(Problem(number, NOT_UTF8, excerpt(readable(text))))
        return value, number, text

    def _broken(self, number: int, reason: str) -> _Broken:
        return _Broken(Problem(number, reason, excerpt(self._text[self._place :])))

    def _incomplete(self, error: json.JSONDecodeError) -> bool:
        return error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _NEAR

    def _problem(self, number: int, place: int, reason: str) -> Problem:
        seen = self._text[self._place : place]
        shown = excerpt(readable(self._text[self._place : self._place + 1000]))
        return Problem(number + seen.count("\n"), NOT_JSON, shown, {"reason": reason})

    def _resumed(self, problem: Problem) -> bool:
        """Whether reading can go on behind a problem; if so, go there."""
        if problem.reason not in _BROKEN:
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
