"""Korean and English names of one thing, so that either language finds the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from importlib import resources
from itertools import chain, pairwise

from store.search.query.terms import QueryTerm, query_terms
from store.search.text.analyzer import Analyzer
from store.search.text.folding import fold
from store.search.text.hangul import is_syllable
from store.search.text.letter_names import apart, in_letters, spellings
from store.search.text.tokens import Script

_FILE = "terms.tsv"
_KEPT = 1_000  # names whose words are remembered: half a megabyte
_MOST_WORDS = 5  # of a name
_PIECES = frozenset((Script.LATIN, Script.MIXED))  # whose forms are pieces, not readings


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
                    # Also as it is written: of 블록체인 alone, 인 may be an ending.
                    for key in {_key(query_terms(name, analyzer)), _key_of(name)}:
                        others.setdefault(key, {}).update(alike)
        self._others: Mapping[str, Sequence[str]] = {
            key: tuple(names) for key, names in others.items()
        }
        self.analyzer = analyzer
        self._named = lru_cache(_KEPT)(partial(_named, analyzer))

    @classmethod
    def shipped(cls, analyzer: Analyzer) -> Glossary:
        """Read the table that comes with the product."""
        with (resources.files("store.search.query") / _FILE).open(encoding="utf-8") as lines:
            return cls(lines, analyzer)

    def translate(self, units: Sequence[QueryTerm]) -> tuple[QueryTerm, ...]:
        """Give each word the other names of it, and of what it names with its neighbours.

        A known name of two scripts that is written as one word (오픈AI) becomes one.
        """
        named: list[QueryTerm] = []
        start = 0
        while start < len(units):
            some, found = self._longest(units[start : start + _MOST_WORDS])
            start += len(some)
            if len(some) > 1 and all(one.end == two.start for one, two in pairwise(some)):
                some = (_mixed(some),)
            for unit in some:
                names = found if len(some) == 1 else self._found([unit]) | found
                also = tuple(other for forms, other in names.items() if forms != unit.forms)
                # What the table names is one word: 소라 is no 소 with a particle.
                single = "" if _key([unit]) in self._others else unit.single
                named.append(replace(unit, also=also, single=single))
        return tuple(named)

    def _longest(
        self, units: Sequence[QueryTerm]
    ) -> tuple[Sequence[QueryTerm], dict[tuple[str, ...], QueryTerm]]:
        """Return the words at the beginning that name something together, and its other names."""
        for size in range(len(units), 1, -1):
            if found := self._found(units[:size]):
                return units[:size], found
        return units[:1], self._found(units[:1])

    def _found(self, units: Sequence[QueryTerm]) -> dict[tuple[str, ...], QueryTerm]:
        """Return the other names of some words, by their forms, in every way to write them."""
        written = _written(units)
        names = self._others.get(_key(units), ())
        if any(unit.light for unit in units) or (len(units) > 1 and not names):
            return {}
        others = (
            self._named(spelling, guessed=spelling != name)
            for name in (written, *names)
            for spelling in spellings(name)
        )
        return {other.forms: other for other in others if _written([other]) != written}


def _named(analyzer: Analyzer, name: str, *, guessed: bool) -> QueryTerm:
    """Return one word that stands for a whole name; `guessed`: others may write it so."""
    units = query_terms(name, analyzer)
    if len(units) > 1 and all(unit.script is Script.HANGUL for unit in units):
        units = query_terms(name.replace(" ", ""), analyzer)
    whole = units[0]
    if len(units) > 1:
        hangul = any(unit.script is Script.HANGUL for unit in units)
        whole = _mixed(units) if hangul else _of_pieces(name, units)
    first = whole.forms[0]
    return replace(whole, word=first) if guessed and is_syllable(first[0]) else whole


def _of_pieces(name: str, units: Sequence[QueryTerm]) -> QueryTerm:
    """Return a name of several words in Latin letters as one."""
    forms = tuple(chain.from_iterable(unit.forms for unit in units))
    terms = tuple(dict.fromkeys(forms))
    return QueryTerm(name, Script.LATIN, units[0].start, units[-1].end, forms, (terms,))


def _mixed(units: Sequence[QueryTerm]) -> QueryTerm:
    """Return a name of Hangul and Latin letters as one."""
    pieces = tuple(unit.forms[0] if unit.script is Script.HANGUL else unit.text for unit in units)
    terms = dict.fromkeys(chain.from_iterable(unit.ways[0] for unit in units))
    start, end = units[0].start, units[-1].end
    return QueryTerm("".join(pieces), Script.MIXED, start, end, pieces, (tuple(terms),))


def _key(units: Sequence[QueryTerm]) -> str:
    """Return what names have in common that are written apart or together, or by letters."""
    return _key_of(_written(units))


def _key_of(written: str) -> str:
    return written if written.isascii() else apart(in_letters(written))


def _written(units: Sequence[QueryTerm]) -> str:
    if all(unit.script is Script.HANGUL for unit in units):
        return "".join(unit.forms[0] for unit in units)
    return " ".join(
        form
        for unit in units
        for form in (unit.forms if unit.script in _PIECES else unit.forms[:1])
    )
