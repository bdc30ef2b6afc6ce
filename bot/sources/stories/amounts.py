"""Sums, shares and sizes in a title, equal where Korean and English write them differently."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LARGE = 1000  # from here on a number is an amount, if it is no year
_YEARS = range(1900, 2100)

_SCALES = {
    "thousand": 1e3, "k": 1e3, "천": 1e3, "만": 1e4, "백만": 1e6, "million": 1e6, "mn": 1e6,
    "m": 1e6, "천만": 1e7, "억": 1e8, "billion": 1e9, "bn": 1e9, "b": 1e9, "십억": 1e9,
    "trillion": 1e12, "tn": 1e12, "t": 1e12, "조": 1e12,
}  # fmt: skip
_UNITS = {
    "$": "usd", "dollar": "usd", "usd": "usd", "달러": "usd", "€": "eur", "euro": "eur",
    "eur": "eur", "유로": "eur", "£": "gbp", "pound": "gbp", "파운드": "gbp", "₩": "krw",
    "won": "krw", "원": "krw", "¥": "jpy", "yen": "jpy", "엔": "jpy", "yuan": "cny",
    "위안": "cny", "%": "%", "percent": "%", "퍼센트": "%", "gw": "gw", "gigawatt": "gw",
    "기가와트": "gw", "mw": "mw", "megawatt": "mw", "메가와트": "mw",
}  # fmt: skip


def any_of(names: Iterable[str]) -> str:
    """Return a pattern of any of some names, the longest first."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_KOREAN_SCALE = any_of(name for name in _SCALES if not name.isascii())
_ENGLISH_SCALE = any_of(name for name in _SCALES if name.isascii())
_KOREAN_UNIT = any_of(name for name in _UNITS if name >= "가")
_OTHER_UNIT = any_of(name for name in _UNITS if name < "가")

_AMOUNT = re.compile(
    rf"""
    (?:(?P<sign>[$€£₩¥])\ ?)?
    (?<![\da-z.])(?P<number>\d+(?:\.\d+)?)
    (?:
        \ ?(?P<korean>{_KOREAN_SCALE})(?:\ ?(?P<rest>\d+)(?P<lower>억|만)|(?P<ones>\d+))?
        |[ -]?(?P<english>{_ENGLISH_SCALE})(?![a-z])
    )?
    (?:[ -]?(?P<unit>{_KOREAN_UNIT}|(?:{_OTHER_UNIT})s?(?![a-z])))?
    """,
    re.VERBOSE,
)


def amounts(folded: str) -> tuple[frozenset[str], str]:
    """Return the amounts in a folded title, and the title with blanks in their place.

    An amount is a unit and a value, `usd 6.6e+09` for $6.6B and for 66억달러. A number without a
    unit is one if it is large: `6.71e+11` for 671B and for 6710억, `1.4e+04` for 14,000.
    """
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        written = match["sign"] or match["unit"] or ""
        unit = _UNITS.get(written) or _UNITS.get(written.removesuffix("s"), "")
        scale = match["korean"] or match["english"]
        value = float(match["number"]) * _SCALES.get(scale, 1)
        if not unit and not scale and (value < _LARGE or value in _YEARS):
            return match[0]
        value += float(match["rest"] or 0) * _SCALES.get(match["lower"], 1)
        value += float(match["ones"] or 0)
        found.add(f"{unit} {value:.3g}".strip())
        return " " * len(match[0])

    rest = _AMOUNT.sub(take, folded)
    return frozenset(found), rest
