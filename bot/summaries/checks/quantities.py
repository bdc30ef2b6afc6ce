"""The numbers of a text, by what they mean: 3 billion is 30억, December 12월, 3 p.m. 15시. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.sources.stories.amounts import any_of
from store.patterns import compiled_later

_STRICT = frozenset(("%", "month", "day", "hour", "minute"))
"""Kinds that a bare number does not stand for."""

_SCALES: Mapping[str, float] = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12, "tn": 1e12,
}  # fmt: skip
_KOREAN_SCALES: Mapping[str, float] = {
    "십": 1e1, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12,
}  # fmt: skip
_UNITS: Mapping[str, str] = {
    "%": "%", "percent": "%", "per cent": "%", "percentage": "%", "퍼센트": "%",
    "$": "usd", "us$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "달러": "usd",
    "€": "eur", "eur": "eur", "euro": "eur", "euros": "eur", "유로": "eur",
    "£": "gbp", "gbp": "gbp", "pounds": "gbp", "파운드": "gbp",
    "₩": "krw", "krw": "krw", "won": "krw", "원": "krw",
    "¥": "jpy", "jpy": "jpy", "yen": "jpy", "엔": "jpy", "yuan": "cny", "위안": "cny",
}  # fmt: skip
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS: Mapping[str, float] = {
    **{word: float(value) for value, word in enumerate(_ONES)},
    **{word: float(value) for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
}
_KOREAN_WORDS: Mapping[str, float] = {
    "한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10,
}  # fmt: skip
_MEANT: Mapping[str, tuple[float, ...]] = {
    "half": (0.5, 50), "halves": (0.5, 50), "halved": (0.5, 50), "절반": (0.5, 50, 2),
    "quarter": (0.25, 25, 4), "quarters": (0.25, 25), "dozen": (12,), "single": (1,),
    "once": (1,), "twice": (2,), "double": (2,), "doubled": (2,), "doubles": (2,), "doubling": (2,),
    "triple": (3,), "tripled": (3,), "triples": (3,), "thrice": (3,), "quadruple": (4,),
    "quadrupled": (4,), "both": (2,), "pair": (2,), "decade": (10,), "week": (7, 1),
    "first": (1,), "second": (2,), "third": (3, 1 / 3), "thirds": (1 / 3, 2 / 3),
    "fourth": (4, 0.25),
    "fifth": (5, 0.2), "sixth": (6,), "seventh": (7,), "eighth": (8,), "ninth": (9,),
    "tenth": (10, 0.1),
    "fourths": (0.25, 0.75), "ii": (2,), "iii": (3,), "iv": (4,), "첫": (1,),
    "hundred": (1e2,), "thousand": (1e3,), "million": (1e6,), "billion": (1e9,), "십만": (1e5,),
    "백만": (1e6,), "천만": (1e7,), "십억": (1e9,), "백억": (1e10,), "천억": (1e11,),
}  # fmt: skip
"""What words of a source may be told as; in a draft they are not held against it."""


MONTHS: Mapping[str, int] = {
    name[:length]: number
    for number, name in enumerate(
        (
            "january", "february", "march", "april", "may", "june", "july", "august", "september",
            "october", "november", "december",
        ),
        1,
    )
    for length in (len(name), 4, 3)
}  # fmt: skip
"""Months by their English names, and by the first three or four letters of them."""

_MONTH = any_of(MONTHS)
_NUMBER = r"\d+(?:\.\d+)*"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_NTH = r"(?:st|nd|rd|th)?"
_KOREAN_SCALE = r"(?:[십백천]?(?:조(?![건각합사직치항])|억|만(?![들큼]))|[천백])"
_COUNTER = (
    "개|가지|명|배|곳|번|차례|시간|시|달|살|대|편|종|건|장|마리|가구|팀|단계|주|해|쪽|차원|사람|회사|"
    "나라|모델|방법"
)

_DATES = (
    compiled_later(
        rf"(?<![a-z])(?P<month>{_MONTH})\.?[ -](?P<day>\d\d?){_NTH}(?!\d|[%.]\d|%)(?:,? {_YEAR})?"
    ),
    compiled_later(
        rf"(?<![\w.])(?P<day>\d\d?){_NTH} (?:of )?(?P<month>{_MONTH})(?![a-z])\.?(?:,? {_YEAR})?"
    ),
    compiled_later(rf"(?<![a-z])(?P<month>{_MONTH})\.?,? {_YEAR}"),
    compiled_later(
        rf"(?<![\w.]){_YEAR}[-./](?P<month>0?[1-9]|1[0-2])(?:[-./](?P<day>[0-3]?\d))?(?!\d)"
    ),
    compiled_later(
        rf"(?:{_YEAR}년 ?)?(?<!\d)(?P<month>0?[1-9]|1[0-2])월(?:달)?(?: ?(?P<day>[0-3]?\d)일)?"
    ),
    # May and March are words, Mar and the like pieces of names: what stands before tells.
    compiled_later(
        r"(?<![a-z])(?:in|of|by|since|until|till|from|through|early|late|mid|last|this|next|and|"
        rf"between|to|,)[ -](?P<month>{_MONTH})(?![a-z])"
    ),
    compiled_later(
        r"(?<![a-z])(?P<month>january|february|april|june|july|august|september|october|"
        r"november|december)(?![a-z])"
    ),
)  # fmt: skip
_TIME = compiled_later(
    r"""
    (?<![\w.:])(?:(?P<half>오전|오후|새벽|아침|저녁|밤|낮)\ ?)?
    (?P<hour>[01]?\d|2[0-4])
    (?:
        :(?P<minute>[0-5]\d)(?!\d)(?::\d\d)?(?:\ ?(?P<noon>[ap])\.?m\b\.?)?
        |\ ?(?P<noon_only>[ap])\.?m\b\.?
        |시(?:\ ?(?P<korean_minute>[0-5]?\d)분|(?![가-힣])
          |(?=에|부터|까지|쯤|경|정각|이후|이전|반|로|의|와|[은는가를]|였|이?다\b|이[었고며]))
    )
    """,
    re.VERBOSE,
)
_FRACTION = compiled_later(r"(?<!\d)(?P<below>\d+)분의 ?(?P<above>\d+)")
_RATIO = compiled_later(r"(?<![\d/.])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d/])")
_AMOUNT = compiled_later(
    rf"""
    (?:(?P<sign>us\$|[$€£₩¥]|(?:usd|eur|krw)(?=[\ \d]))\ ?)?
    (?<![\d.])(?P<number>{_NUMBER})
    (?:
        (?P<korean>\ ?(?:억|조(?=\ ?\d|\ ?(?:달러|원|유로|엔|위안|개))|[천백]만)|{_KOREAN_SCALE})
        (?P<rest>(?:\ ?\d+(?:\.\d+)?{_KOREAN_SCALE})*(?:\ ?\d+(?![\d.,]*[a-z%년월일시]))?)
        |[\ -]?(?P<english>hundred|thousand|million|billion|trillion)s?(?![a-z])
        |\ ?(?P<letter>mn|bn|tn|[kmbt])(?![a-z])
    )?
    (?:[\ -]?(?P<unit>{any_of(each for each in _UNITS if each[0] >= "가" or not each.isalpha())}
        |(?:{any_of(each for each in _UNITS if each.isascii() and each[0].isalpha())})(?![a-z])))?
    """,
    re.VERBOSE,
)
_PIECE = compiled_later(rf"(\d+(?:\.\d+)?)\ ?({_KOREAN_SCALE})?")
_SPELT = compiled_later(
    rf"(?<![a-z])(?:(?P<tens>{any_of(_TENS)})(?:[ -](?P<one>{any_of(_ONES[1:10])}))?"
    rf"|(?P<word>{any_of(_ONES)}|half an?|an?))"
    rf"(?:[ -](?P<scale>hundred|thousand|million|billion|trillion))?"
    rf"(?:[ -]fold)?(?![a-z])(?: (?P<unit>percent|per cent|dollars|won|euros))?"
)
_NATIVE = compiled_later(rf"(?<![가-힣])(?P<word>{any_of(_KOREAN_WORDS)}) ?(?:{_COUNTER})")
_MEANING = compiled_later(rf"(?<![a-z가-힣])(?:{any_of(_MEANT)})(?![a-z])")
_JOINT = compiled_later(r" ?(?:-|~|–|,|/|to|and|or|에서|부터|및|또는|,? ?and) ?")
_DAY = compiled_later(r"일|(?:st|nd|rd|th)\b")
_ENUMERATOR = compiled_later(r"\(\d\)")
_LATE = {"오후", "저녁", "밤", "낮", "p"}
_EARLY = {"오전", "새벽", "아침", "a"}
_NOON = 12
_CENTURY = 100
_COUNTED = 3
"""From here on a number in words is held against a draft: one and two are said of anything."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a folded text, and where it stands.

    `values` are its readings, one of which is meant; `kinds` what it may be a number of, "" where
    nothing says so. `held`: a draft that has it must have it from its source.
    """

    values: frozenset[str]
    kinds: frozenset[str]
    start: int
    end: int
    held: bool = True
    scale: float = 0.0
    """By how much it is multiplied, 0 where nothing is said."""

    def tells(self, other: Quantity) -> bool:
        """Whether both may be one number."""
        return not self.values.isdisjoint(other.values) and any(
            one == two or ("" in (one, two) and not _STRICT & {one, two})
            for one in self.kinds
            for two in other.kinds
        )


def quantities(folded: str) -> list[Quantity]:
    """Return the numbers of a folded text, in order."""
    left = _ENUMERATOR.sub(lambda found: " " * len(found[0]), folded)
    found: list[Quantity] = []
    for pattern, read in _READERS:
        left = pattern.sub(partial(_taken, read, found), left)
    found.sort(key=lambda each: each.start)
    return _shared(found, folded)


def _taken(
    read: Callable[[re.Match[str]], Iterator[Quantity]], found: list[Quantity], match: re.Match[str]
) -> str:
    """Add what is read in a place, which nothing else is then read in."""
    here = tuple(read(match))
    found += here
    return "\0" * len(match[0]) if here else match[0]


def _key(value: float) -> str:
    return f"{value:.12g}"


def _one(
    match: re.Match[str], values: Iterable[float], *kinds: str, held: bool = True, scale: float = 0
) -> Quantity:
    keys = frozenset(map(_key, values))
    return Quantity(keys, frozenset(kinds or ("",)), match.start(), match.end(), held, scale)


def _date(match: re.Match[str]) -> Iterator[Quantity]:
    parts = match.groupdict()
    month = parts["month"]
    yield _one(match, [MONTHS.get(month) or float(month)], "month")
    if day := parts.get("day"):
        yield _one(match, [float(day)], "day")
    if year := parts.get("year"):
        yield _one(match, [float(year)])


def _time(match: re.Match[str]) -> Iterator[Quantity]:
    hour = float(match["hour"])
    noon = match["half"] or match["noon"] or match["noon_only"]
    hours = {hour}
    if noon in _LATE and hour < _NOON:
        hours = {hour + _NOON}
    elif noon in _EARLY:
        hours = {hour % _NOON}
    elif hour <= _NOON:
        hours = {hour, (hour + _NOON) % (2 * _NOON)}
    yield _one(match, hours, "hour")
    if minute := float(match["minute"] or match["korean_minute"] or 0):
        yield _one(match, [minute], "minute")


def _fraction(match: re.Match[str]) -> Iterator[Quantity]:
    above, below = float(match["above"]), float(match["below"])
    if below:
        yield _one(match, [above / below])


def _ratio(match: re.Match[str]) -> Iterator[Quantity]:
    """What is written 3/4 is three quarters, the third of April, or two numbers."""
    above, below = float(match["above"]), float(match["below"])
    yield _one(match, [above, *([above / below] if below else [])], "", "month")
    yield _one(match, [below], "", "day")


def _amount(match: re.Match[str]) -> Iterator[Quantity]:
    number = match["number"]
    unit = _UNITS.get((match["sign"] or match["unit"] or "").strip(), "")
    if number.count(".") > 1:
        yield replace(_one(match, [], unit), values=frozenset((number,)))
        return
    value, scale = float(number), 0.0
    if match["korean"]:
        scale = _scale_of(match["korean"].strip())
        values = [value * scale + sum(_pieces(match["rest"]))]
        if match.start() and match.string[match.start() - 1] in "제-":
            values.append(value)
    elif match["english"] or match["letter"]:
        scale = _SCALES[match["english"] or match["letter"]]
        values = [value * scale]
        if match["letter"] in {"m", "t"}:
            values.append(value)
    else:
        values = [value]
        if match.string[match.end() : match.end() + 1] == "년" and value < _CENTURY:
            values.append(2000 + value)
    kinds = {unit, "day"} if _DAY.match(match.string, match.end()) else {unit}
    yield _one(match, values, *kinds, scale=scale)


def _scale_of(name: str) -> float:
    scale = 1.0
    for letter in name:
        scale *= _KOREAN_SCALES[letter]
    return scale


def _pieces(rest: str) -> Iterator[float]:
    """Yield what follows the first part of a Korean number: 12억 3,400만 5천."""
    for number, scale in _PIECE.findall(rest):
        yield float(number) * _scale_of(scale)


def _spelt(match: re.Match[str]) -> Iterator[Quantity]:
    scale = _SCALES.get(match["scale"] or "", 0.0)
    word = match["word"] or ""
    if word.startswith(("a", "half")) and not scale:
        return
    value = 0.5 if word.startswith("half") else _WORDS.get(word, 1.0 if word else 0.0)
    value += _WORDS.get(match["tens"] or "", 0.0) + _WORDS.get(match["one"] or "", 0.0)
    held = value >= _COUNTED or bool(scale)
    unit = _UNITS.get(match["unit"] or "", "")
    yield _one(match, [value * (scale or 1)], unit, held=held, scale=scale)


def _native(match: re.Match[str]) -> Iterator[Quantity]:
    value = _KOREAN_WORDS[match["word"]]
    # 세 is also the world, 네 yours: in a draft only longer words are held against it.
    yield _one(match, [value], held=len(match["word"]) > 1)


def _meaning(match: re.Match[str]) -> Iterator[Quantity]:
    yield _one(match, _MEANT[match[0]], "", "%", held=False)


_READERS = (
    *((pattern, _date) for pattern in _DATES),
    (_TIME, _time),
    (_FRACTION, _fraction),
    (_RATIO, _ratio),
    (_AMOUNT, _amount),
    (_SPELT, _spelt),
    (_NATIVE, _native),
    (_MEANING, _meaning),
)


def _shared(found: Sequence[Quantity], text: str) -> list[Quantity]:
    """Let what is said once of several numbers be said of each: 3-5%, 30~50억, 1 and 2 million."""
    shared = list(found)
    for index, one in reversed(list(enumerate(found[:-1]))):
        two = shared[index + 1]
        if one.scale or not _JOINT.fullmatch(text[one.end : two.start]):
            continue
        values = one.values
        if two.scale:
            values |= {_key(float(each) * two.scale) for each in values if each.count(".") <= 1}
        shared[index] = replace(one, values=values, kinds=one.kinds | two.kinds)
    return shared
