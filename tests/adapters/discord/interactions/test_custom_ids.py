"""Buttons whose whole state is in their message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.cards.limits import CUSTOM_ID
from adapters.discord.interactions.custom_ids import (
    Mode,
    Press,
    StalePress,
    key_of,
    seal,
    seal_one,
    unseal,
)
from bot.port.fitting import units

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
PRESSES = st.builds(
    Press,
    st.sampled_from([Mode.ANSWER, Mode.PAGE, Mode.SHARE]),
    st.sampled_from(["latest", "search", "show"]),
    st.dictionaries(st.text("abc=|\\~␞", min_size=1, max_size=5), TEXTS, max_size=3),
)


@given(st.lists(PRESSES, min_size=1, max_size=8))
def test_what_was_sealed_is_understood_or_stale(presses: list[Press]) -> None:
    ids = seal(presses)

    assert len(set(ids)) == len(ids)
    for press, custom_id in zip(presses, ids, strict=True):
        assert 1 <= units(custom_id) <= CUSTOM_ID
        assert custom_id == custom_id.strip()
        try:
            assert unseal(custom_id, ids) == press
        except StalePress:
            assert units("".join(press.arguments.values())) > 20


def test_a_long_search_stands_on_the_tape_of_its_message() -> None:
    words = "인공지능 모델 압축 기법에 관한 최신 논문과 " * 6
    back = Press(Mode.PAGE, "search", {"words": words, "page": "1"})
    onward = Press(Mode.PAGE, "search", {"words": words, "page": "3"})
    details = [Press(Mode.ANSWER, "show", {"id": str(number)}) for number in range(5)]

    ids = seal([*details, back, onward])

    assert [unseal(each, ids) for each in ids] == [*details, back, onward]


def test_what_is_as_long_as_an_id_may_be_has_one_button_in_a_message() -> None:
    longest = Press(Mode.ANSWER, "search", {"words": "x" * (CUSTOM_ID - len("n|search|words="))})

    ids = seal([longest, longest])

    assert unseal(ids[0], ids) == longest
    with pytest.raises(StalePress):
        unseal(ids[1], ids)


def test_what_has_no_room_anywhere_is_stale() -> None:
    ids = seal([Press(Mode.PAGE, "search", {"words": "x" * 500})])

    with pytest.raises(StalePress):
        unseal(ids[0], ids)


def test_a_key_is_found_in_the_button_that_carries_it() -> None:
    key = "a2b3c4d5e6f7g2h3i4j5k6l70"
    ids = seal([Press(Mode.ANSWER, "show", {"id": "1"}, key), Press(Mode.ANSWER, "show")])

    assert [key_of(each) for each in ids] == [key, ""]
    assert unseal(ids[0], ids).key == key


def test_a_menu_takes_only_what_needs_no_tape() -> None:
    assert seal_one(Press(Mode.ANSWER, "show", {"id": "1"})) == "n|show|id=1"
    assert seal_one(Press(Mode.ANSWER, "search", {"words": "x" * 100})) is None


@pytest.mark.parametrize(
    "custom_id", ["", "x", "n", "n|", "z|show", "N|show", "n|show|id", "␞", "n|~"]
)
def test_what_is_not_ours_is_stale(custom_id: str) -> None:
    with pytest.raises(StalePress):
        unseal(custom_id)
