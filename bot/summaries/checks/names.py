"""The names of a draft that its source does not have. Pure.

A name that the tables know is met in whichever language it is written; another one by its letters,
its initials, or how it sounds. Names in Hangul that no table knows are not judged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from bot.sources.stories.sounds import sound_of
from bot.sources.stories.vocabulary import TitleWord, Vocabulary, table
from bot.summaries.checks.quantities import MONTHS
from bot.summaries.checks.wording import ENGLISH
from store.patterns import compiled_later
from store.search.text.folding import fold, fold_with_places
from store.search.text.tokens import Script

_ORDINARY = frozenset(("달리", "비오", "소라", "지니", "커서", "달리는", "커서는"))
"""What names are written like that are words of every day."""

_UNITS = frozenset((
    "ai", "it", "pc", "ceo", "cto", "cfo", "gb", "mb", "tb", "kb", "pb", "gw", "mw", "kw", "km",
    "kg", "cm", "mm", "ms", "hz", "ghz", "mhz", "fps", "am", "pm", "kst", "utc", "gmt", "pst",
    "est", "usd", "krw", "eur", "api", "url", "app", "web", "vs", "and", "or", "the", "of", "in",
    "on", "for", "to", "a", "an", "st", "nd", "rd", "th", "mn", "bn", "tn",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", *MONTHS,
))  # fmt: skip
"""What may be said of anything, or is read as a number."""

_LETTERS = 2
_ALIKE = 4
"""Letters that two words have in common at their beginning that are one: Korea, Korean."""
_ENDING = 4
"""Letters by which they may differ."""
_SENTENCE = compiled_later(r"(?:\A|[.!?:;…]\s|[\"“‘'(\[]|\n|[-—–]\s)\Z")
_TITLE_CASE = 0.6
_CASED = compiled_later(r"[A-Za-z]{4,}")


class NameCheck:
    """Tells which names a draft has and its source has not. Not to be shared between threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the tables that come with the product."""
        self._vocabulary = vocabulary
        lines = (line.replace("\t", "|").split("|") for line in table("makers.tsv", _STORIES))
        self._proper = {
            word.term for line in lines for name in line for word in vocabulary.words(fold(name))
        }

    def foreign(self, draft: str, source: str, into: str) -> Iterator[str]:
        """Yield the names of a text that a source does not have, as they are written there."""
        folded, places = fold_with_places(draft)
        known = _Source(self._vocabulary.words(fold(source)), source)
        titled = _title_cased(draft.partition("\n")[0])
        words = self._vocabulary.words(folded)
        seen = set[str]()
        yield from self._versions(draft, places, words, known)
        initials = set(_initials(words))
        for word in words:
            start = places[word.start]
            plain = draft[start : places[word.end]]
            if word.text in _UNITS or word.term in seen or known.has(word):
                continue
            if word.text in initials & known.texts:
                continue
            seen.add(word.term)
            proper = word.term in self._proper
            if word.script is Script.HANGUL:
                if proper and word.text not in _ORDINARY:
                    yield plain
            elif word.script is Script.LATIN and len(word.text) >= _LETTERS:
                quiet = titled if start < draft.find("\n") else _SENTENCE.search(draft[:start])
                if _is_name(plain, into, proper=proper, quiet=bool(quiet)):
                    yield _whole(draft, start)

    def _versions(
        self, draft: str, places: Sequence[int], words: Sequence[TitleWord], known: _Source
    ) -> Iterator[str]:
        """Yield names whose number is another one than those that the source gives them."""
        for name, number in _numbered(words):
            start = places[name.start]
            named = name.term in self._proper or number.gap in _GLUED or draft[start].isupper()
            if named and known.numbers.get(name.term, {number.text}).isdisjoint((number.text,)):
                yield draft[start : places[number.end]]


_STORIES = "bot.sources.stories"


_GLUED = ("", "-")
_COUNTED = compiled_later(
    r"[억만천조개년월일명배시분초회위점종대]|billion|million|thousand|trillion|percent"
)


def _numbered(words: Sequence[TitleWord]) -> Iterator[tuple[TitleWord, TitleWord]]:
    """Yield the names that a number belongs to, and each number: Llama 3.1 405B has two."""
    name: TitleWord | None = None
    for word, following in zip_longest(words, words[1:]):
        if word.script is not Script.NUMBER or word.gap not in (*_GLUED, " "):
            plain = word.text in ENGLISH or word.text in _UNITS
            name = None if plain or word.script is Script.NUMBER else word
        elif name and not (following and _COUNTED.match(following.text)):
            yield name, word


class _Source:
    """The words of a source, in all that they may be met by."""

    def __init__(self, words: Sequence[TitleWord], text: str) -> None:
        self._terms = {word.term for word in words}
        self._beginnings = {word.text[:_ALIKE] for word in words}
        self._sounds = {sound for word in words if (sound := sound_of(word))}
        self.numbers: dict[str, set[str]] = defaultdict(set)
        """What numbers a name has, by its term."""
        for name, number in _numbered(words):
            self.numbers[name.term].add(number.text)
        self._squashed = re.sub(r"[\W_]", "", text).casefold()
        self.texts = {*(word.text for word in words), *_initials(words)}

    def has(self, word: TitleWord) -> bool:
        """Whether the source has a word, or what it may be said by."""
        if word.term in self._terms or word.text in self.texts:
            return True
        if len(word.text) >= _ALIKE and word.script is Script.LATIN:
            alike = word.text[:_ALIKE] in self._beginnings and any(
                one.startswith(word.text[: max(_ALIKE, len(word.text) - _ENDING)])
                for one in self.texts
            )
            if alike or word.text in self._squashed:
                return True
        sound = sound_of(word)
        return bool(sound) and sound in self._sounds


def _initials(words: Sequence[TitleWord]) -> Iterator[str]:
    """Yield the initials of two to five words in Latin letters that follow each other."""
    for start in range(len(words)):
        initials = ""
        for word in words[start : start + 5]:
            if word.script is not Script.LATIN or word.text in ENGLISH:
                break
            initials += word.text[0]
            if len(initials) > 1:
                yield initials


def _is_name(plain: str, into: str, *, proper: bool, quiet: bool) -> bool:
    """Whether a word in Latin letters is a name, by how it is written and where it stands."""
    if into != "en":
        return True
    inner = any(letter.isupper() for letter in plain[1:])
    return inner or (plain[0].isupper() and (proper or not quiet))


def _title_cased(title: str) -> bool:
    words = _CASED.findall(title)
    return bool(sum(word[0].isupper() for word in words) > _TITLE_CASE * len(words))


def _whole(text: str, start: int) -> str:
    """Return the name that a word is a part of: GPT-4o, Llama-3.1."""
    while start and (
        text[start - 1].isascii() and (text[start - 1].isalnum() or text[start - 1] in "-.")
    ):
        start -= 1
    match = re.compile(r"[A-Za-z0-9]+(?:[-.+&'’][A-Za-z0-9]+)*").match(text, start)
    return match[0] if match else text[start : start + 1]
