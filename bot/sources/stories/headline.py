"""A title as it is compared: its terms, its amounts, its products, and what happens."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise

from bot.sources.stories.amounts import amounts
from bot.sources.stories.announcements import LONGEST_NAME, announces, novelty
from bot.sources.stories.identity import cited, is_paper, mark
from bot.sources.stories.products import Product, products
from bot.sources.stories.sounds import sound_of
from bot.sources.stories.vocabulary import TitleWord, Vocabulary, table
from store.search.query.terms import KOREAN_FUNCTION_WORDS
from store.search.text.analyzer import Analyzer
from store.search.text.english import FUNCTION_WORDS
from store.search.text.folding import fold
from store.search.text.tokens import Script


@dataclass(frozen=True, slots=True)
class Article:
    """A title, and what is known beside it.

    `published` is an instant with its zone, or a day; where a source gives none, when it was
    first seen. It never lies ahead of now. `language` is an ISO 639 code, empty where it is not
    known. `text` is a description or a note: of it, only the addresses are used.
    """

    title: str
    published: datetime | date
    link: str | None = None
    source: str | None = None
    language: str = ""
    text: str = ""


_OUTLET = re.compile(r"\s+([|｜\-–—:])\s+([^|｜]{2,40})$")
_LONGEST_OUTLET = 4  # words
_SHORTEST_TITLE = 3  # words before a bar
_SHORTEST_BEFORE_DASH = 5  # a dash or a colon may belong to a title
_YEAR = re.compile("(?:19|20)[0-9][0-9]")
_ROUND = re.compile("(?:series|시리즈) ([a-z])")
_PARTS = re.compile(r":\s|\s[-–—|]\s")
_PAPER = re.compile(r"\btechnical report\b|\bsystem card\b|논문|기술 보고서")


@dataclass(frozen=True, slots=True)
class Headline:
    """What the title of an article says.

    `mark` and `cites` are what is certain (`identity.py`). `terms` are its words by meaning or
    stem, and its amounts, but for versions, `told` its words in order; `common` those that Korean
    and English have in common; `sounds` tells of other words how they sound, from sound to term.
    `names` are the terms of what may be a name before and behind a colon; `makers` who makes what
    it speaks of;
    `places`, `events` and `numbers` what it says of where, what and how many (and which
    round: Series B), `years` which years, `sizes` its large numbers of no unit (70B, 5만).
    `roundup`: it is about products of several makers. `announces` and `novelty`: see
    `announcements.py`. It was published between `start` and `end`, in hours since 1970.
    """

    mark: str | None
    cites: frozenset[str]
    terms: frozenset[str]
    told: tuple[str, ...]
    common: frozenset[str]
    sounds: Mapping[str, str]
    names: frozenset[frozenset[str]]
    products: tuple[Product, ...]
    makers: frozenset[str]
    places: frozenset[str]
    events: frozenset[str]
    numbers: frozenset[str]
    years: frozenset[str]
    sizes: frozenset[str]
    roundup: bool
    announces: bool
    novelty: frozenset[str]
    paper: bool
    source: str
    language: str
    start: float
    end: float


class HeadlineReader:
    """Reads titles. Not to be shared between threads."""

    def __init__(self, analyzer: Analyzer) -> None:
        """Load the tables that come with the product."""
        self._grammar = analyzer.grammar
        self._vocabulary = Vocabulary.shipped(analyzer)
        self._makers: dict[str, str] = {}
        for line in table("makers.tsv"):
            maker, tab, names = line.partition("\t")
            for name in f"{maker}|{names}".split("|"):
                self._makers.update({term: maker if tab else term for term in self.terms(name)})

    def terms(self, text: str) -> frozenset[str]:
        """Return the terms of a text."""
        found, rest = amounts(fold(text))
        words = self._vocabulary.words(rest)
        return frozenset(word.term for word in words if _tells(word)) | found

    def read(self, article: Article) -> Headline:
        """Read the title of an article. Any text will do."""
        found, rest = amounts(fold(without_outlet(article.title, article.source)))
        words = self._vocabulary.words(rest)
        named = products(words, self._grammar)
        versions = {at for product in named for at in range(product.start, product.end)}
        telling = [
            word for at, word in enumerate(words)
            if _tells(word) and not (at in versions and word.script is Script.NUMBER)
        ]  # fmt: skip
        numbers = frozenset(
            word.term
            for at, word in enumerate(words)
            if word.script is Script.NUMBER and at not in versions
        )
        years = frozenset(number for number in numbers if _YEAR.fullmatch(number))
        own = mark(article.link)
        start, end = _hours(article.published)
        return Headline(
            mark=own,
            cites=cited(article.text),
            terms=frozenset(word.term for word in telling) | found,
            told=tuple(word.term for word in telling),
            common=frozenset(
                word.term for word in telling if word.known or word.script is Script.NUMBER
            ) | found,
            sounds={
                sound: word.term for word in telling
                if not word.known and (sound := sound_of(word))
            },
            names=_names(words, rest),
            products=named,
            makers=frozenset(self._makers[w.term] for w in words if w.term in self._makers),
            places=frozenset(w.term for w in words if w.kind == "place"),
            events=frozenset(word.event for word in words if word.event),
            numbers=_rounds(words) | numbers - years,
            years=years,
            sizes=frozenset(amount for amount in found if " " not in amount),
            roundup=self._roundup(named),
            announces=announces(words, named, rest),
            novelty=novelty(words, rest),
            paper=is_paper(own) or bool(_PAPER.search(rest)),
            source=fold(article.source or ""),
            language=_language(article.language, words),
            start=start,
            end=end,
        )  # fmt: skip

    def _roundup(self, named: Sequence[Product]) -> bool:
        """Whether products of several makers are what a title is about."""
        families = {product.family for product in named if product.family and not product.aside}
        return len({self._makers.get(family, family) for family in families}) > 1


def without_outlet(title: str, source: str | None) -> str:
    """Return a title without the names of outlets at its end."""
    while found := _OUTLET.search(title):
        head, sign, name = title[: found.start()], found[1], found[2]
        enough = _SHORTEST_TITLE if sign in "|｜" else _SHORTEST_BEFORE_DASH
        fits = len(name.split()) <= _LONGEST_OUTLET and len(head.split()) >= enough
        if not fits and fold(name) != fold(source or ""):
            break
        title = head
    return title


def _tells(word: TitleWord) -> bool:
    """Whether a word says something of what a title is about."""
    if word.kind == "rival":
        return False
    if word.text in FUNCTION_WORDS or word.term in KOREAN_FUNCTION_WORDS:
        return word.known
    return len(word.text) > 1 or word.script in {Script.HAN, Script.NUMBER}


def _rounds(words: Sequence[TitleWord]) -> frozenset[str]:
    """Return the letters of rounds of investment: Series B, 시리즈 B."""
    return frozenset(found[1] for word in words if (found := _ROUND.fullmatch(word.text)))


def _names(words: Sequence[TitleWord], rest: str) -> frozenset[frozenset[str]]:
    """Return the terms of the parts of a title around its first colon that may be names."""
    cuts = [0, *(found.start() for found in _PARTS.finditer(rest)), len(rest)]
    parts = (
        [word for word in words if start <= word.start < end] for start, end in pairwise(cuts[:3])
    )
    return frozenset(
        frozenset(word.term for word in part if _tells(word))
        for part in parts
        if len(part) <= LONGEST_NAME
    )


def _language(declared: str, words: Sequence[TitleWord]) -> str:
    """Return ko for a title with Korean words, whatever its source says, and ko for no other."""
    if any(word.script is Script.HANGUL for word in words):
        return "ko"
    language = declared.partition("-")[0].lower()
    return "" if language == "ko" else language


def _hours(published: datetime | date) -> tuple[float, float]:
    if isinstance(published, datetime):
        instant = published if published.tzinfo else published.replace(tzinfo=UTC)
        return (hour := instant.timestamp() / 3600), hour
    start = datetime.combine(published, time(), UTC).timestamp() / 3600
    return start, start + 24
