"""Entries and queries to measure search with: any number of them, always the same ones.

Half of the entries are Korean, half English. Words are as often as in real text: the one of rank r
is 1/r as often as the first (Zipf's law), of some ten thousands in each language. The commonest are
real ones (`bench.search_words`), rarer ones are put together of the pieces that words of the
language are made of. Korean nouns carry the particles that fit their last sound; compounds are
written together or apart.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from random import Random

from bench import search_words as known
from store.model import EntryDraft, ImportItem, PublishedDate
from store.search.text import hangul

RARE = 40_000
"""Words of each language that are put together."""

_KINDS = ("paper", "dev", "뉴스", "llm", "비전", "음성", "robotics", "데이터")
_HOSTS = ("arxiv.example", "github.example", "news.example", "blog.example", "언론.example")
_TOPICS = 400
_SENTENCES = (3, 4, 5, 6, 7, 8)
_TOGETHER = 0.06  # of nouns of Korean are compounds that are written as one word
_APART = 0.06  # as two
_NAMES = 0.02  # of nouns are names of models, with their version
_NUMBERS = 0.04
_PLURALS = 0.2
_LINKS = 0.4  # of Korean nouns come after an adverb or an adjective
_PARTICLES = (
    ("은", "는"), ("이", "가"), ("을", "를"), ("과", "와"), ("으로", "로"), ("의", "의"),
    ("에서", "에서"), ("에", "에"), ("도", "도"), ("", ""), ("", ""),
)  # fmt: skip
"""What sticks to a noun that ends in a consonant, and to one that ends in a vowel."""


class Language(ABC):
    """Writes texts in one language."""

    def __init__(self, code: str, common: Sequence[str], piece: Callable[[Random], str]) -> None:
        """`piece` puts a word together."""
        self.code = code
        random = Random(code)
        words = dict.fromkeys(common)
        while len(words) < len(common) + RARE:
            words[piece(random)] = None
        self._words = list(words)

    def word(self, random: Random) -> str:
        """Return a word, common ones more often."""
        return self._words[int(len(self._words) ** random.random()) - 1]

    @abstractmethod
    def noun(self, random: Random) -> str:
        """Return what a sentence may be about: a word, a compound or a name."""

    @abstractmethod
    def sentence(self, random: Random) -> str:
        """Return something said."""

    @abstractmethod
    def question(self, random: Random) -> str:
        """Return something asked."""


class Korean(Language):
    """Writes Korean."""

    def __init__(self) -> None:
        """Make the words."""
        super().__init__("ko", known.KOREAN_NOUNS, _korean_word)

    def noun(self, random: Random) -> str:
        """Return a word, a compound that is written together or apart, or a name."""
        chance = random.random()
        if chance < _TOGETHER:
            return self.word(random) + self.word(random)
        if chance < _TOGETHER + _APART:
            return f"{self.word(random)} {self.word(random)}"
        return _name(random) if chance > 1 - _NAMES else self.word(random)

    def sentence(self, random: Random) -> str:
        """Return nouns with their particles, and a verb."""
        words = [word for _ in range(random.choice((3, 4, 5))) for word in self._about(random)]
        return " ".join((*words, random.choice(known.KOREAN_VERBS))) + "."

    def question(self, random: Random) -> str:
        """Return a question about two to four nouns."""
        about = [self._with_particle(random) for _ in range(random.choice((2, 3, 4)))]
        return " ".join((*about, random.choice(known.KOREAN_QUESTIONS)))

    def _about(self, random: Random) -> Iterator[str]:
        if random.random() < _LINKS:
            yield random.choice(known.KOREAN_LINKS)
        if random.random() < _NUMBERS:
            yield f"{random.randrange(1, 3000)}{random.choice('개년월일명배')}"
        yield self._with_particle(random)

    def _with_particle(self, random: Random) -> str:
        noun = self.noun(random)
        last = noun[-1]
        closed = hangul.split(last)[2] if hangul.is_syllable(last) else ""
        after_consonant, after_vowel = random.choice(_PARTICLES)
        if closed == "ㄹ" and after_vowel == "로":
            closed = ""
        return noun + (after_consonant if closed else after_vowel)


class EnglishWords(Language):
    """Writes English."""

    def __init__(self) -> None:
        """Make the words."""
        super().__init__("en", known.ENGLISH_NOUNS, _english_word)

    def noun(self, random: Random) -> str:
        """Return a word, in the plural now and then, or a name."""
        if random.random() < _NAMES:
            return _name(random)
        return self.word(random) + ("s" if random.random() < _PLURALS else "")

    def sentence(self, random: Random) -> str:
        """Return nouns with what stands between them, and a verb."""
        words = [word for _ in range(random.choice((4, 5, 6, 7))) for word in self._about(random)]
        words.insert(len(words) // 2, random.choice(known.ENGLISH_VERBS))
        return " ".join(words).capitalize() + "."

    def question(self, random: Random) -> str:
        """Return a question about two to four nouns."""
        words = [random.choice(known.ENGLISH_QUESTIONS), self.noun(random)]
        for _ in range(random.choice((1, 2, 3))):
            words += (random.choice(known.ENGLISH_LINKS), self.noun(random))
        return " ".join(words)

    def _about(self, random: Random) -> Iterator[str]:
        yield random.choice(known.ENGLISH_LINKS)
        if random.random() < _NUMBERS:
            yield str(random.randrange(1, 3000))
        yield self.noun(random)


class Corpus:
    """Makes entries by their number, and queries that they answer."""

    def __init__(self) -> None:
        """Make the words."""
        self.korean = Korean()
        self.english = EnglishWords()

    def entry(self, number: int) -> EntryDraft:
        """Return an entry: a Korean one for an even number, else an English one."""
        random = Random(number)
        language = self.english if number % 2 else self.korean
        title = [language.noun(random) for _ in range(random.choice((3, 4, 5, 6)))]
        sentences = [language.sentence(random) for _ in range(random.choice(_SENTENCES))]
        return EntryDraft(
            " ".join(title),
            url=f"https://{random.choice(_HOSTS)}/{number}",
            note=" ".join(sentences),
            published=PublishedDate(2016 + number % 10, 1 + number % 12, 1 + number % 28),
            language=language.code,
            tags=(random.choice(_KINDS), f"topic-{int(_TOPICS ** random.random())}"),
            added_by="bench",
        )

    def items(self, size: int) -> Iterator[ImportItem]:
        """Yield the first entries, as an import has them."""
        for number in range(size):
            yield ImportItem(self.entry(number), line=number + 1)

    def words(self, count: int, size: int) -> list[str]:
        """Return one to three neighbouring words of entries, of either language in turn."""
        random = Random(count)
        return [self._words_of(random, random.randrange(size)) for _ in range(count)]

    def questions(self, language: Language, count: int) -> list[str]:
        """Return whole questions in a language."""
        random = Random(count)
        return [language.question(random) for _ in range(count)]

    def _words_of(self, random: Random, number: int) -> str:
        words = self.entry(number).note.replace(".", "").split()
        many = random.choice((1, 1, 2, 2, 3))
        start = random.randrange(len(words) - many)
        return " ".join(words[start : start + many])


def _korean_word(random: Random) -> str:
    """Put two or three of the syllables together that most words of Korean are made of."""
    return "".join(
        known.KOREAN_SYLLABLES[int(len(known.KOREAN_SYLLABLES) * random.random() ** 1.5)]
        for _ in range(random.choice((2, 2, 2, 3)))
    )


def _english_word(random: Random) -> str:
    before, after = random.choice(known.ENGLISH_BEFORE), random.choice(known.ENGLISH_AFTER)
    root = random.choice(known.ENGLISH_ROOTS)
    return random.choice((before + root, root + after, before + root + after))


def _name(random: Random) -> str:
    """Return what a model may be called."""
    syllables = "".join(random.choice(known.NAME_SYLLABLES) for _ in range(2))
    version = random.choice((f"-{random.randrange(2, 9)}", f" {random.randrange(1, 5)}.5", "-7b"))
    return syllables.capitalize() + version
