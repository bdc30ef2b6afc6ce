"""What is sealed: opened with each of the keys, in time, and by nobody else."""

from __future__ import annotations

import base64
import os
from datetime import timedelta

import pytest

from bot.installations import Seal, WrongSeal
from tests.fakes.clock import FakeClock

OLD, NEW = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
TEN = timedelta(minutes=10)


def test_each_key_opens_and_the_first_seals() -> None:
    clock = FakeClock()
    old, both = Seal([OLD], clock), Seal([NEW, OLD], clock)
    sealed = old.seal("xoxb-가나다")
    assert "xoxb" not in sealed
    assert both.open(sealed) == "xoxb-가나다"
    assert (old.is_current(sealed), both.is_current(sealed)) == (True, False)
    assert both.is_current(both.seal("xoxb-1"))
    with pytest.raises(WrongSeal):
        old.open(both.seal("xoxb-1"))


def test_keys_may_be_of_either_kind_of_base64() -> None:
    key = base64.b64encode(bytes(range(224, 256))).decode()
    assert "/" in key or "+" in key
    clock = FakeClock()
    safe = key.replace("+", "-").replace("/", "_")
    assert Seal([safe], clock).open(Seal([key], clock).seal("x")) == "x"


@pytest.mark.parametrize("broken", ["", "x", "gAAAA", "가"])
def test_what_was_never_sealed_is_not_opened(broken: str) -> None:
    with pytest.raises(WrongSeal):
        Seal([NEW], FakeClock()).open(broken)
    with pytest.raises(WrongSeal):
        Seal([NEW], FakeClock()).open(broken, TEN)


def test_what_was_changed_or_is_too_old_is_not_opened() -> None:
    clock = FakeClock()
    seal = Seal([NEW], clock)
    sealed = seal.seal("state")
    assert seal.open(sealed, TEN) == "state"
    with pytest.raises(WrongSeal):
        seal.open(sealed[:-6] + "AAAAA=")
    clock.forward(minutes=11)
    with pytest.raises(WrongSeal):
        seal.open(sealed, TEN)
    assert seal.open(sealed) == "state"
