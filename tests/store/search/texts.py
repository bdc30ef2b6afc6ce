"""Drawn entries and queries, always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

from store.model import EntryDraft
from tests.store.search.conftest import draft

_KOREAN = (
    "모델", "언어", "언어모델", "압축", "학습", "강화학습", "데이터", "회의", "정도", "결과",
    "확산", "트랜스포머", "추론", "인공지능", "반도체", "연구", "공개", "논문", "기업", "정책",
)  # fmt: skip
_PARTICLES = ("", "", "", "은", "이", "을", "의", "에서", "으로", "들", "하는", "도")
_LATIN = (
    "model", "models", "language", "learning", "transformer", "diffusion", "GPT-4", "gpt4", "C++",
    "node.js", "open", "source", "data", "chips", "Llama", "3.1", "72B", "2021년", "日本語",
)  # fmt: skip
_TAGS = ("논문", "LLM", "news", "정책")


class Texts:
    """Draws texts."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def drafts(self, count: int) -> Iterator[EntryDraft]:
        """Return entries."""
        for number in range(count):
            yield self.draft(number)

    def draft(self, number: int) -> EntryDraft:
        """Return an entry."""
        chance = self._chance
        return draft(
            self._words(1, 6),
            "\n".join(self._words(0, 12) for _ in range(chance.randint(0, 4))),
            chance.choice(("", "2020", "2021-05", f"2022-0{1 + number % 9}-1{number % 10}")),
            tags=tuple(chance.sample(_TAGS, chance.randint(0, 2))),
            url=chance.choice((None, f"https://{chance.choice('abc')}.example.com/{number}")),
            language=chance.choice((None, "ko", "en-US")),
            added_by=chance.choice(("", "Ann", "김 민지")),
        )

    def queries(self, count: int) -> Iterator[str]:
        """Return queries of every kind."""
        chance = self._chance
        for _ in range(count):
            words = self._words(1, chance.choice((1, 2, 3, 8)))
            yield chance.choice(
                (
                    words, words, words, f'"{words}"', f"{words} -{self._words(1, 1)}",
                    f"{words} tag:{chance.choice(_TAGS)}", f"tag:{chance.choice(_TAGS)}",
                    f"{words} since:2021", f"{words} until:2021-06", f"{words} site:example.com",
                    f"{words} lang:ko", f"{words} by:ann", self._misspelt(words), "",
                )
            )  # fmt: skip

    def _words(self, least: int, most: int) -> str:
        chance = self._chance
        return " ".join(
            chance.choice(_LATIN)
            if chance.random() < 0.4
            else chance.choice(_KOREAN) + chance.choice(_PARTICLES)
            for _ in range(chance.randint(least, most))
        )

    def _misspelt(self, words: str) -> str:
        place = self._chance.randrange(len(words))
        return words[:place] + words[place + 1 :]
