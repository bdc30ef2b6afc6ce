"""Where a feed's dates without a zone are taken to be from."""

from __future__ import annotations

import pytest

from bot.port.source import Feed, Item
from bot.sources.zones import usual_timezone

KOREAN = (Item("작은 모델"), Item("큰 모델"), Item("GPT-5"), Item(None))


@pytest.mark.parametrize(
    ("address", "feed", "zone"),
    [
        ("https://www.aitimes.kr/rss", Feed((), language="en"), "Asia/Seoul"),
        ("https://www.aitimes.com/rss", Feed((), language="ko-KR"), "Asia/Seoul"),
        ("https://www.aitimes.com/rss", Feed(KOREAN), "Asia/Seoul"),
        ("https://a.example/rss", Feed(KOREAN, language="en"), ""),
        ("https://a.example/rss", Feed(KOREAN[2:]), ""),
        ("https://a.example/rss", Feed((), language="ja"), "Asia/Tokyo"),
        ("https://a.example/rss", Feed(()), ""),
    ],
)
def test_the_country_tells_it_where_it_is_plain(address: str, feed: Feed, zone: str) -> None:
    assert usual_timezone(address, feed) == zone
