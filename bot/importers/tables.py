"""Tables that spreadsheets and databases export: values divided by commas, semicolons or tabs."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date

from bot.i18n.translator import N_
from bot.importers.fields import is_field, known_name
from bot.importers.json_items import readings
from bot.importers.lines import SourceLine
from bot.importers.result import Problem, Reading, excerpt

NO_COLUMNS = N_("The first line does not name columns such as title, url and date.")
NO_TABLE = N_("Nothing after this place could be read as a table: {reason}.")

_DIVIDERS = ("\t", ",", ";")
_SUFFIXES = frozenset({".csv", ".tsv"})
_TITLES = frozenset({"title", "url"})


def is_table(beginning: str, suffix: str) -> bool:
    """Whether a file is a table, by its suffix or because its first line names columns of it."""
    return suffix in _SUFFIXES or _divider(beginning.partition("\n")[0]) is not None


def read_table(lines: Iterator[SourceLine], today: date) -> Iterator[Reading]:
    """Yield what the rows of a table are. Holds a row at a time. The first names the columns."""
    first = next(lines, None)
    divider = _divider(first.text) if first is not None else None
    if first is None or divider is None:
        yield Problem(1, NO_COLUMNS, excerpt(first.text if first else ""))
        return
    columns = _cells(first.text, divider)
    table = _TableLines(lines)
    rows = csv.reader(table, delimiter=divider)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Problem(table.begin, NO_TABLE, "", {"reason": error})
            return
        yield from table.faults()
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield from readings(_item(columns, row), table.begin, divider.join(row), today)
        table.begin = table.number + 1


def _item(columns: list[str], row: list[str]) -> Mapping[str, object]:
    """Return a row by its columns; cells beyond them by their place."""
    names = [*columns, *(f"#{place}" for place in range(len(columns) + 1, len(row) + 1))]
    return {name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()}


def _divider(first: str) -> str | None:
    """Return what divides the names of columns in a line, None where it does not name any."""
    for divider in _DIVIDERS:
        names = _cells(first, divider)
        if sum(map(is_field, names)) > 1 and _TITLES.intersection(map(known_name, names)):
            return divider
    return None


def _cells(line: str, divider: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=divider), [])]
    except csv.Error:
        return []


class _TableLines:
    """The lines of a table as the parser takes them. `begin` is where the row at hand begins."""

    def __init__(self, lines: Iterator[SourceLine]) -> None:
        self._lines = lines
        self._faults: list[Problem] = []
        self.begin = 2
        self.number = 1

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number = line.number
            if line.fault:
                self._faults.append(Problem(line.number, line.fault, excerpt(line.text)))
            else:
                yield f"{line.text}\n"

    def faults(self) -> Iterator[Problem]:
        """Yield the lines that could not be read, once."""
        yield from self._faults
        self._faults.clear()
