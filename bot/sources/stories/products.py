"""Products with a version in a title: GPT-4o mini, Llama 3.1, 클로드 오퍼스 5."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.sources.stories.vocabulary import TitleWord
from store.search.text.english import FUNCTION_WORDS
from store.search.text.korean import Grammar
from store.search.text.tokens import Script

_VERSION = re.compile(r"\d{1,3}(?:\.\d{1,2})*[aceno-rv]?")
_ZEROS = re.compile(r"(?:\.0+)+$")
_JOINTS = frozenset(("", " ", "-", "·", "/", "'"))
"""What may stand between the words of one product."""

_CONJUNCTIONS = frozenset(("and", "or"))
_NO_FAMILIES = frozenset(("artificial intelligence",))  # AI2, AI21

_MONTH_NAMES = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MONTHS = frozenset(_MONTH_NAMES.split())


class Match(IntEnum):
    """How the products of two titles go together."""

    CLASH = -1
    """They are versions or variants of one name."""

    NONE = 0
    """They do not meet."""

    NEAR = 1
    """They are of one version, and one title names a variant."""

    EQUAL = 2


@dataclass(frozen=True, slots=True)
class Product:
    """A product with its version.

    `version` has the letter that is written to it (o3, V3). `lines` are models that bear one
    version beside others, `variants` what makes another product of it. `start` and `end` are its
    places among the title's words. `aside`: the title is about something else (better than it,
    for it, with it).
    """

    family: str
    version: str
    lines: frozenset[str]
    variants: frozenset[str]
    start: int
    end: int
    aside: bool

    @property
    def number(self) -> str:
        """The version as it is compared: v0.12.0 is 0.12, and 5.0 is 5."""
        return _ZEROS.sub("", self.version.removeprefix("v"))


def compare(one: Sequence[Product], two: Sequence[Product]) -> Match:
    """Compare what two titles are about by the products in them."""
    families: dict[str, Match] = {}
    for a in one:
        for b in two:
            match = _match(a, b)
            met = not (a.aside and b.aside) if match > Match.CLASH else not (a.aside or b.aside)
            if match and met:
                families[a.family] = max(match, families.get(a.family, Match.CLASH))
    if Match.CLASH in families.values():
        return Match.CLASH
    return max(families.values(), default=Match.NONE)


def products(words: Sequence[TitleWord], grammar: Grammar) -> tuple[Product, ...]:
    """Return the products with a version in a title, in order."""
    return tuple(_products(words, grammar))


def _products(words: Sequence[TitleWord], grammar: Grammar) -> Iterator[Product]:
    aside, last = False, 0
    for place, word in enumerate(words):
        if word.script is not Script.NUMBER or not _VERSION.fullmatch(word.text):
            continue
        if place + 1 < len(words) and _is_counter(words[place + 1], grammar):
            continue
        letter = place - 1 if place and _is_letter(words[place - 1], word) else place
        names, behind = _before(words, letter), _behind(words, place)
        parts = [*names, *behind]
        base = next((name for name in names if not name.varies), None)
        family = base.term if base else next((part.family for part in parts if part.family), "")
        if not family and letter == place:
            continue
        start, end = letter - len(names), place + 1 + len(behind)
        joined = all(between.text in _CONJUNCTIONS for between in words[last:start])
        aside, last = _aside(words, start, end) or (aside and joined), end
        yield Product(
            family,
            "".join(part.text for part in words[letter : place + 1]),
            frozenset(part.term for part in parts if part.family),
            frozenset(part.term for part in parts if not part.family and part is not base),
            start,
            end,
            aside,
        )


def _is_counter(word: TitleWord, grammar: Grammar) -> bool:
    """Whether a word behind a number is what it counts: 5개팀, 3종, 10월."""
    return (
        word.script is Script.HANGUL
        and not word.gap
        and not word.varies
        and not grammar.is_particle_after_foreign(word.text)
    )


def _is_letter(word: TitleWord, number: TitleWord) -> bool:
    return len(word.text) == 1 and word.script is Script.LATIN and number.gap in {"", "-"}


def _before(words: Sequence[TitleWord], place: int) -> list[TitleWord]:
    """Return the words before a version that name the product."""
    names: list[TitleWord] = []
    while place and words[place].gap in _JOINTS and _may_name(words, place - 1):
        place -= 1
        names.insert(0, words[place])
        if not words[place].varies:
            break
    return names


def _may_name(words: Sequence[TitleWord], place: int) -> bool:
    word = words[place]
    if word.script is Script.NUMBER or word.text in FUNCTION_WORDS or word.text in _MONTHS:
        return False
    if word.term in _NO_FAMILIES:
        return False
    counter = word.script is Script.HANGUL and place and not word.gap
    if counter and words[place - 1].script is Script.NUMBER:  # the 분의 of 3분의 1
        return False
    return not word.kind or word.varies


def _behind(words: Sequence[TitleWord], place: int) -> list[TitleWord]:
    """Return the words behind a version that make another product of it."""
    found: list[TitleWord] = []
    for word in words[place + 1 :]:
        sticks = word.gap == "-" and word.script in {Script.LATIN, Script.NUMBER}
        if word.gap not in _JOINTS or not (word.varies or sticks):
            break
        found.append(word)
    return found


def _aside(words: Sequence[TitleWord], start: int, end: int) -> bool:
    """Whether the word before (English) or behind (Korean) says what else a title is about."""
    before = start - 1
    if before > 0 and words[before].known and not words[before].kind:  # with Meta Llama 3
        before -= 1
    return (
        before >= 0 and words[before].kind == "rival" and words[before].script is Script.LATIN
    ) or (end < len(words) and words[end].kind == "rival" and words[end].script is Script.HANGUL)


def _match(a: Product, b: Product) -> Match:
    lettered = a.version == b.version and not a.version[0].isdigit()
    if a.family != b.family and not lettered:
        return Match.NONE
    if a.number != b.number or (a.lines and b.lines and not a.lines & b.lines):
        return Match.CLASH
    if a.variants == b.variants:
        return Match.EQUAL
    return Match.CLASH if a.variants and b.variants else Match.NEAR
