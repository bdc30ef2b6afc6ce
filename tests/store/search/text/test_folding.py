"""One form for texts that mean the same, and where each of its characters stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.search.text.folding import fold, fold_with_places


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Deep\n\tLearning ", "deep learning"),
        ("ＧＰＴ－４", "gpt-4"),
        ("GPT\u20114", "gpt-4"),
        ("DALL•E DALL・E", "dall·e dall·e"),
        ("it’s it`s", "it's it's"),
        ("Café naïve Straße", "cafe naive strasse"),
        ("\u1106\u1169\u1103\u1166\u11af", "모델"),
        ("ㅁㅗㄷㅔㄹ", "ㅁㅗㄷㅔㄹ"),
        ("모\u200b델\ufeff", "모델"),
        ("1,750,000 and 1,75 and a,b", "1750000 and 1,75 and a,b"),
        ("arXiv:2403.01234v3", "arxiv:2403.01234"),
        ("arXiv:1706.3762v10", "arxiv:1706.3762"),
        ("v2 of 3.1v", "v2 of 3.1v"),
        ("한·미", "한·미"),
        ("", ""),
    ],
)
def test_what_means_the_same_becomes_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold_with_places(text)[0] == folded


@given(st.text(st.characters(), max_size=60))
def test_the_places_are_those_of_the_folded_text(text: str) -> None:
    folded, places = fold_with_places(text)

    assert len(places) == len(folded) + 1
    assert list(places) == sorted(places)
    assert places[-1] == len(text)
    assert folded == folded.strip(" ")


@given(st.text(st.sampled_from("aB é가각ㄱㅏ1,.-v‐·’Ａ\u200b\n "), max_size=40))
def test_folding_with_places_is_folding(text: str) -> None:
    assert fold_with_places(text)[0] == fold(text)


@given(st.text(st.sampled_from("aB é가각ㄱㅏ1,.-v‐·’Ａ\u200b "), max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
