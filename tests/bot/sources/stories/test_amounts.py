"""Amounts are equal however Korean and English write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.stories.amounts import amounts
from store.search.text.folding import fold

ALIKE = [
    ("$6.6B", "66억달러", "6.6 billion dollars", "$6.6 billion", "66억 달러", "usd 6.6e+09"),
    ("$157bn", "1570억달러", "usd 1.57e+11"),
    ("$500 billion", "5000억달러", "usd 5e+11"),
    ("€1.7B", "1.7B€", "17억유로", "eur 1.7e+09"),
    ("1조5000억원", "1.5 trillion won", "krw 1.5e+12"),
    ("$3,000", "3000달러", "usd 3e+03"),
    ("80%", "80 percent", "80퍼센트", "% 80"),
    ("10GW", "10 gigawatts", "10기가와트", "gw 10"),
    ("671B", "6710억", "671 billion", "6.71e+11"),
    ("1M", "100만", "1e+06"),
    ("14,000", "1만4000", "1.4e+04"),
]


@pytest.mark.parametrize("written", ALIKE, ids=lambda written: written[-1])
def test_one_amount_is_written_in_many_ways(written: tuple[str, ...]) -> None:
    *ways, amount = written
    for way in ways:
        found, rest = amounts(fold(f"of {way} in"))
        assert found == {amount}
        assert rest == f"of {' ' * len(fold(way))} in"


@pytest.mark.parametrize("title", ["gpt-4o", "llama 3.1", "in 2026", "5개팀", "day 4", "o3-mini"])
def test_versions_years_and_small_numbers_are_no_amounts(title: str) -> None:
    assert amounts(title) == (frozenset(), title)


@given(st.text())
def test_a_title_keeps_its_places(text: str) -> None:
    found, rest = amounts(fold(text))
    assert len(rest) == len(fold(text))
    assert bool(found) is (rest != fold(text))
