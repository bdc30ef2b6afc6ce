"""What a program writes down for itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from store.store import DigestStore
from tests.fakes.clock import FakeClock

HOUR = timedelta(hours=1)


async def test_the_newest_text_of_a_key_is_read_until_it_is_over(
    store: DigestStore, clock: FakeClock
) -> None:
    assert await store.notes.read("a") is None
    await store.notes.write("a", "one", HOUR)
    await store.notes.write("b", "", 2 * HOUR)
    await store.notes.write("a", "양식 ✓ \U0001f4f0", HOUR)
    assert await store.notes.read("a") == "양식 ✓ \U0001f4f0"
    clock.forward(hours=1)
    assert await store.notes.read("a") is None
    assert await store.notes.read("b") == ""
    await store.notes.write("b", "gone", timedelta())
    assert await store.notes.read("b") is None


async def test_of_two_that_write_at_once_one_is_kept(store: DigestStore) -> None:
    texts = [str(number) for number in range(8)]
    await asyncio.gather(*(store.notes.write("a", text, HOUR) for text in texts))
    assert await store.notes.read("a") in texts
