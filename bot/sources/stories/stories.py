"""The stories of these weeks, and which of them a new article belongs to."""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

from bot.sources.stories.background import Background
from bot.sources.stories.headline import Article, Headline, HeadlineReader
from bot.sources.stories.likeness import CERTAIN, JUST_MAYBE, Verdict, certain, likeness, verdict
from bot.sources.stories.products import Match, compare

_KEPT = 28 * 24  # hours; after that not even a paper is compared
_RARE = 0.45  # the least weight of a term by which stories are looked up
_CANDIDATES = 24
_COMPARED = 20  # articles of one story, the latest
_LIKEST = 2


@dataclass(frozen=True, slots=True)
class Placement:
    """The story that an article is likest to, and whether it belongs there.

    `story` is None exactly where the verdict is `DIFFERENT`.
    """

    story: int | None
    verdict: Verdict


class Stories:
    """Stories by the caller's numbers, each with its articles. Not to be shared between threads.

    Articles are expected about in the order of their dates; those that are four weeks older than
    the newest are forgotten.
    """

    def __init__(self, reader: HeadlineReader) -> None:
        """Begin without a story."""
        self._reader = reader
        self._background = Background.shipped(reader.terms)
        self._members: dict[int, list[Headline]] = {}
        self._stories: dict[str, Counter[int]] = {}  # by key: how many members have it
        self._order: deque[tuple[int, Headline]] = deque()
        self._newest = -math.inf

    def place(self, article: Article) -> Placement:
        """Return where an article belongs. Nothing is changed."""
        headline = self._reader.read(article)
        best: int | None = None
        like = 0.0
        for story in self._candidates(headline):
            if (found := self._likeness(headline, story)) > like:
                best, like = story, found
        what = verdict(like)
        return Placement(None if what is Verdict.DIFFERENT else best, what)

    def add(self, story: int, article: Article) -> None:
        """Add an article to a story; the first one makes it."""
        headline = self._reader.read(article)
        self._members.setdefault(story, []).append(headline)
        for key in _keys(headline):
            self._stories.setdefault(key, Counter())[story] += 1
        self._background.add(headline.terms)
        self._newest = max(self._newest, headline.end)
        self._order.append((story, headline))
        while self._order[0][1].end < self._newest - _KEPT:
            self._remove(*self._order.popleft())

    def forget(self, story: int) -> None:
        """Forget a story with its articles; one that is not known is none."""
        for headline in self._members.get(story, ())[:]:
            self._remove(story, headline)
        self._order = deque(one for one in self._order if one[0] != story)

    def _remove(self, story: int, headline: Headline) -> None:
        members = self._members[story]
        members.remove(headline)
        if not members:
            del self._members[story]
        for key in _keys(headline):
            self._stories[key][story] -= 1
            if not self._stories[key][story]:
                del self._stories[key][story]
            if not self._stories[key]:
                del self._stories[key]
        self._background.remove(headline.terms)

    def _candidates(self, headline: Headline) -> list[int]:
        """Return the stories that share most of what is rare in a headline."""
        shared: defaultdict[int, float] = defaultdict(float)
        for key in _keys(headline, stored=False):
            weight = self._background.weight(key)
            if weight >= _RARE:
                for story in self._stories.get(key, ()):
                    shared[story] += weight**2
        return nlargest(_CANDIDATES, shared, key=lambda story: shared[story])

    def _likeness(self, headline: Headline, story: int) -> float:
        """Return how like a headline is to the two likest of a story's articles, by their mean.

        One that is like a single article of many is often about something else.
        """
        members = self._members[story]
        if any(certain(headline, member) for member in members):
            return CERTAIN
        latest = members[-_COMPARED:]
        likest = nlargest(
            _LIKEST, (likeness(headline, member, self._background) for member in latest)
        )
        mean = sum(likest) / len(likest)
        clash = any(compare(headline.products, m.products) is Match.CLASH for m in latest)
        return min(mean, JUST_MAYBE) if clash else mean


def _keys(headline: Headline, *, stored: bool = True) -> Iterator[str]:
    """Return by what a headline is looked up, or looks up others.

    All but its terms have a sign before them that no term has, and are never common. By sound, a
    Korean title is met by others only.
    """
    yield from headline.terms
    side = "ko" if (headline.language == "ko") is stored else ""
    yield from (f"~{side} {sound}" for sound in headline.sounds)
    yield from {f"#{product.family} {product.number}" for product in headline.products}
    yield from {f"={mark}" for mark in (headline.mark, *headline.cites) if mark}
