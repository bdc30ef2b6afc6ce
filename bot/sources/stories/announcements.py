"""Whether a title says that something is out, and what: Introducing X, X 출시, X: a tagline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.sources.stories.products import Product
from bot.sources.stories.vocabulary import TitleWord
from store.search.text.english import FUNCTION_WORDS
from store.search.text.tokens import Script

_NEAR = 6
"""Words behind a product, of which one may say that it is out."""

LONGEST_NAME = 4
"""The most words of a name."""

_END_OF_NAME = re.compile(r"['\"”’]?\s*(?:[:(,;…]|\.\.\.|$)|\s[-–—|+&]\s|\sand\s")
_END_OF_KOREAN_NAME = re.compile(r"['\"”’]?\s*(?:[:(…]|\.\.\.|$)|\s[-–—|+&]\s")
"""The same without the comma, which Korean headlines put behind who acts."""

_QUOTED = re.compile(r"['\"“‘]([^'\"“”‘’]{2,40})['\"”’]")
_CLAUSE = re.compile(r"[:,;(—–-]\s|\s[-–—]")
_ARTICLES = frozenset(("a", "an", "the", "its", "our"))


def announces(words: Sequence[TitleWord], named: Sequence[Product], folded: str) -> bool:
    """Whether a title says that the first product it is about is out."""
    first = next((product for product in named if not product.aside), None)
    if first is None:
        return False
    before, behind = words[: first.start], words[first.end : first.end + _NEAR]
    korean = any(word.script is Script.HANGUL for word in words)
    end_of_name = _END_OF_KOREAN_NAME if korean else _END_OF_NAME
    if any(word.event == "guide" for word in words):
        return False
    heads = all(word.known and not word.event for word in before)  # who makes it, at most
    if heads and end_of_name.match(folded, words[first.end - 1].end):
        return True
    return _is_out(before[::-1]) or _is_out(behind)


def novelty(words: Sequence[TitleWord], folded: str) -> frozenset[str]:
    """Return the terms of the name of what a title says is out, none where it is not clear.

    English: what follows the word that says so. Korean: what stands in quotes before it.
    """
    at = next((at for at, word in enumerate(words) if word.kind == "release"), None)
    if at is None:
        return frozenset()
    if words[at].script is Script.HANGUL:
        quoted = [one for one in _QUOTED.finditer(folded) if one.end() <= words[at].start + 1]
        start, end = quoted[-1].span() if quoted else (0, 0)
        return _name([word for word in words if start <= word.start < end])
    name: list[TitleWord] = []
    for word in words[at + 1 :]:
        if name and _CLAUSE.search(folded[name[-1].end : word.start + 1]):
            break
        if word.text in _ARTICLES:
            continue
        if word.text in FUNCTION_WORDS or word.kind == "rival":
            break
        name.append(word)
    return _name(name)


def _name(words: Sequence[TitleWord]) -> frozenset[str]:
    """Return the terms of a name. One with a number is a product's version, or none."""
    if len(words) > LONGEST_NAME or any(word.script is Script.NUMBER for word in words):
        return frozenset()
    return frozenset(word.term for word in words)


def _is_out(words: Sequence[TitleWord]) -> bool:
    """Whether the first of some words that tells of an event tells of a release."""
    telling = next((word for word in words if word.event), None)
    return telling is not None and telling.event == "release"
