"""One digest goes alike to many channels, and is drawn once."""

from __future__ import annotations

from bot.port.card import Card
from bot.port.render_cache import RenderCache
from tests.fakes.cards import message


def test_what_says_the_same_is_drawn_once() -> None:
    drawn: list[str] = []

    def draw(card: Card, variant: int) -> str:
        drawn.append(f"{card.summary} {variant}")
        return drawn[-1]

    cache = RenderCache(draw)
    for _ in range(3):
        assert cache.drawn(message("a"), 1) == "a 1"
        assert cache.drawn(message("a"), 2) == "a 2"
        assert cache.drawn(message("b"), 1) == "b 1"
    assert drawn == ["a 1", "a 2", "b 1"]


def test_only_the_last_few_are_remembered() -> None:
    cache = RenderCache[int, object](lambda *_: object())
    first = cache.drawn(message("0"), 0)
    for number in range(1, 17):
        cache.drawn(message(str(number)), 0)
    assert cache.drawn(message("16"), 0) is cache.drawn(message("16"), 0)
    assert cache.drawn(message("0"), 0) is not first
