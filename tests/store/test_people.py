"""People: who curates, what is saved, which language; and the log of changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from store.errors import EntryNotFound
from store.model import Actor, EntryDraft, Moderator
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, BEN

PERSON = Moderator("discord", "guild", ANN.id, group=False)
GROUP = Moderator("discord", "guild", "role-7", group=True)


async def test_moderators_come_and_go(store: DigestStore) -> None:
    assert not await store.people.is_moderator(ANN, ())
    assert await store.people.add_moderator(GROUP, BEN)
    assert await store.people.add_moderator(PERSON, BEN)
    assert not await store.people.add_moderator(PERSON, BEN)
    assert await store.people.moderators("discord", "guild") == (PERSON, GROUP)
    assert await store.people.moderators("discord", "other") == ()
    assert await store.people.remove_moderator(PERSON, BEN)
    assert not await store.people.remove_moderator(PERSON, BEN)
    assert await store.people.moderators("discord", "guild") == (GROUP,)
    actions = [one.action for one in (await store.audit.list(9)).items]
    assert actions == ["remove moderator", "add moderator", "add moderator"]


async def test_a_moderator_is_known_by_name_or_by_group(store: DigestStore) -> None:
    await store.people.add_moderator(PERSON, BEN)
    await store.people.add_moderator(GROUP, BEN)
    assert await store.people.is_moderator(ANN, ())
    assert not await store.people.is_moderator(replace(ANN, workspace="other"), ())
    assert not await store.people.is_moderator(BEN, [ANN.id])
    assert await store.people.is_moderator(BEN, ["x", "role-7"])
    assert not await store.people.is_moderator(replace(BEN, id="role-7"), ())


async def test_everybody_has_a_list_of_their_own(store: DigestStore, clock: FakeClock) -> None:
    for title in ("one", "two", "three"):
        await store.entries.add(EntryDraft(title), ANN)
    for number in (2, 3, 1):
        clock.forward(minutes=1)
        assert await store.people.save(ANN, number)
    assert not await store.people.save(ANN, 2)
    page = await store.people.saved(ANN, 2)
    assert ([one.title for one in page.items], page.more) == (["one", "three"], True)
    assert [one.title for one in (await store.people.saved(ANN, 2, 2)).items] == ["two"]
    assert (await store.people.saved(BEN, 5)).items == ()
    await store.entries.retract(3, ANN)
    assert [one.title for one in (await store.people.saved(ANN, 5)).items] == ["one", "two"]
    assert await store.people.unsave(ANN, 2)
    assert not await store.people.unsave(ANN, 2)
    assert not await store.people.unsave(ANN, 10**30)
    await store.people.save(BEN, 1)
    assert await store.people.unsave_all(ANN) == 2, "the one that is retracted, too"
    assert (await store.people.saved(ANN, 5)).items == ()
    assert len((await store.people.saved(BEN, 5)).items) == 1
    with pytest.raises(EntryNotFound):
        await store.people.save(ANN, 99)


async def test_a_language_is_remembered(store: DigestStore) -> None:
    odd = Actor("terminal", "", "\x00\ud800", "")
    for actor in (ANN, odd):
        assert await store.people.language(actor) is None
        await store.people.set_language(actor, "ko")
        await store.people.set_language(actor, "en")
        assert await store.people.language(actor) == "en"
    assert await store.people.language(BEN) is None


async def test_the_log_tells_who_changed_what_and_when(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await store.entries.add(EntryDraft("one", note="n" * 900), ANN)
    edited = clock.forward(hours=1)
    await store.entries.edit(entry.id, EntryDraft("two", tags=("a",)), BEN)
    await store.entries.retract(entry.id, ANN)
    await store.entries.add(EntryDraft("other"), ANN)
    page = await store.audit.list(2, subject=f"entry:{entry.id}")
    assert ([one.action for one in page.items], page.more) == (["retract", "edit"], True)
    edit = page.items[1]
    assert (edit.actor, edit.at) == (BEN, edited)
    assert edit.details == {
        "title": ["one", "two"], "note": ["n" * 200 + "…", ""], "tags": [[], ["a"]]
    }  # fmt: skip
    (first,) = (await store.audit.list(2, 2, f"entry:{entry.id}")).items
    assert first.details["title"] == [None, "one"]
    assert [one.subject for one in (await store.audit.list(1)).items] == ["entry:2"]
