"""Which known name was meant by one that nobody knows."""

from __future__ import annotations

import pytest

from bot.nearest import exchanged, nearest

NAMES = ["add", "latest", "restore", "review", "save", "saved", "schedule", "search", "star"]
NAMES += ["status", "tags", "translate", "vote", "검색", "검토", "도움말", "예약취소", "태그"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("latets", "latest"),
        ("lastest", "latest"),
        ("translte", "translate"),
        ("TRANSLATE", "translate"),
        ("ｓｅａｒｃｈ", "search"),
        ("votes", "vote"),
        ("saved", "saved"),
        ("sched", "schedule"),
        ("searching", "search"),
        ("검섹", "검색"),
        ("테그", "태그"),
        ("예약취서", "예약취소"),
        ("도움", "도움말"),
        ("검색해줘", "검색"),
        # The keyboard was set to the other language.
        ("ㅣㅁㅅㄷㄴㅅ", "latest"),
        ("rjator", "검색"),
    ],
)
def test_a_name_that_is_really_near_is_offered(typed: str, name: str) -> None:
    assert nearest(typed, NAMES) == name


@pytest.mark.parametrize(
    "typed",
    ["frobnicate", "list", "remove", "news", "find", "s", "sa", "뉴스", "구독", "검", "", "x" * 99],
)
def test_nothing_is_offered_that_is_not_near(typed: str) -> None:
    assert nearest(typed, NAMES) is None


def test_two_letters_in_each_others_place_are_no_other_word() -> None:
    assert exchanged("tgas", "tags")
    assert not exchanged("data", "date")
