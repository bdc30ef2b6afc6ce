"""Korean and English names of one thing, so that either language finds the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from itertools import chain

from store.search.query.terms import QueryTerm, query_terms
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold
from store.search.text.tokens import Script

_FILE = "terms.tsv"
_MOST_WORDS = 5  # of a name


class Glossary:
    """Knows other names of what a query asks for."""

    def __init__(self, lines: Iterable[str], analyzer: Analyzer) -> None:
        """Read lines in the form of `terms.tsv`. Raises ValueError, which quotes a wrong line."""
        others: dict[str, dict[str, str]] = {}
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            columns = line.rstrip("\n").split("\t")
            if len(columns) != len(("ko", "en")):
                raise ValueError(f"{line!r} is not Korean names, a tab and English names")
            korean, english = ([fold(name) for name in column.split("|")] for column in columns)
            for names, translations in ((korean, english), (english, korean)):
                for name in names:
                    alike = dict.fromkeys((*translations, *names), "")
                    alike.pop(name)
                    others.setdefault(_key(query_terms(name, analyzer)), {}).update(alike)
        self._others: Mapping[str, Sequence[str]] = {
            key: tuple(names) for key, names in others.items()
        }
        self.analyzer = analyzer

    @classmethod
    def shipped(cls, analyzer: Analyzer) -> Glossary:
        """Read the table that comes with the product."""
        with (resources.files("store.search.query") / _FILE).open(encoding="utf-8") as lines:
            return cls(lines, analyzer)

    def translate(self, units: Sequence[QueryTerm]) -> tuple[QueryTerm, ...]:
        """Give each word the other names of it, and of what it names with its neighbours."""
        also: list[dict[tuple[str, ...], QueryTerm]] = [{} for _ in units]
        start = 0
        while start < len(units):
            for end in range(min(len(units), start + _MOST_WORDS), start, -1):
                if found := self._found(units[start:end]):
                    for index in range(start, end):
                        also[index] |= found
                    start = end - 1
                    break
            start += 1
        for unit, names in zip(units, also, strict=True):
            names |= {
                forms: other for forms, other in self._found([unit]).items() if forms not in names
            }
            names.pop(unit.forms, None)
        return tuple(
            replace(unit, also=tuple(names.values())) if names else unit
            for unit, names in zip(units, also, strict=True)
        )

    def _found(self, units: Sequence[QueryTerm]) -> dict[tuple[str, ...], QueryTerm]:
        """Return the other names of some words, by their forms."""
        if any(unit.light for unit in units):
            return {}
        key = _key(units)
        return {
            other.forms: other
            for name in self._others.get(key, ())
            for other in self._named(name)
            if _key([other]) != key
        }

    def _named(self, name: str) -> Iterator[QueryTerm]:
        """Return one unit that stands for a whole name, however many words it has."""
        units = query_terms(name, self.analyzer)
        first, last = units[0], units[-1]
        if len(units) == 1:
            yield first
        elif all(unit.script is Script.HANGUL for unit in units):
            yield from query_terms(name.replace(" ", ""), self.analyzer)
        elif not any(unit.script is Script.HANGUL for unit in units):
            forms = tuple(chain.from_iterable(unit.forms for unit in units))
            terms = tuple(dict.fromkeys(forms))
            yield QueryTerm(name, Script.LATIN, first.start, last.end, forms, (terms,))


def _key(units: Sequence[QueryTerm]) -> str:
    """Return what names have in common that are written apart or together."""
    if all(unit.script is Script.HANGUL for unit in units):
        return "".join(unit.forms[0] for unit in units)
    return " ".join(
        form
        for unit in units
        for form in (unit.forms if unit.script is Script.LATIN else unit.forms[:1])
    )
