"""In which channels answers are for everybody."""

from __future__ import annotations

from store.model import Actor, ChannelRef
from store.store import DigestStore

NEWS = ChannelRef("slack", "T0HOME", "C0NEWS")
ADMIN = Actor("slack", "T0HOME", "U0ADMIN", "Jun")


async def test_answers_are_private_until_a_channel_shows_them(store: DigestStore) -> None:
    other = ChannelRef("slack", "T0HOME", "C0OTHER")
    assert not await store.answers.are_public(NEWS)
    for _ in range(2):
        await store.answers.show(NEWS, ADMIN, public=True)
    assert await store.answers.are_public(NEWS)
    assert not await store.answers.are_public(other)
    for _ in range(2):
        await store.answers.show(NEWS, ADMIN, public=False)
    assert not await store.answers.are_public(NEWS)
    told = (await store.audit.list(10)).items
    assert [record.action for record in told] == ["private answers", "public answers"]
    assert {record.subject for record in told} == {"place:slack/T0HOME/C0NEWS"}
