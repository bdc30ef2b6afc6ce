"""What members suggest is kept, bounded, and its fate told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import (
    DuplicateEntry,
    TooManySuggestions,
)
from store.model import (
    Actor,
    Entry,
    EntryDraft,
    Status,
)
from store.reviews.suggestions import SUGGESTIONS_OF_PERSON, SUGGESTIONS_OF_WORKSPACE
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.store.conftest import ANN, BEN

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


async def suggest(store: DigestStore, name: str, by: Actor = ANN, *, hears: bool = True) -> Entry:
    draft = EntryDraft(name, url=f"https://example.com/{name}", added_by=by.name)
    return await store.suggestions.suggest(draft, "Because.", by, "ko", hears=hears)


async def test_who_suggests_is_kept_and_told_once_what_became_of_it(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await suggest(store, "link")
    item = (await store.reviews.queue(clock.now - WEEK)).first
    assert item is not None
    assert item.suggestion is not None
    assert (item.suggestion.by, item.suggestion.why, item.suggestion.language) == (
        ANN, "Because.", "ko",
    )  # fmt: skip
    assert await store.suggestions.next_to_tell("discord", MINUTE) is None
    await store.reviews.publish(entry.id, BEN)
    assert await store.suggestions.to_tell("discord", clock.now - MINUTE) is None
    assert await store.suggestions.next_to_tell("discord", MINUTE) == clock.now + MINUTE
    clock.forward(minutes=1)
    assert await store.suggestions.to_tell("slack", clock.now - MINUTE) is None
    told = await store.suggestions.to_tell("discord", clock.now - MINUTE)
    assert told is not None
    assert told.suggestion is not None
    assert (told.entry.status, told.suggestion.tries) == (Status.PUBLISHED, 1)
    assert await store.suggestions.to_tell("discord", clock.now) is None
    await store.suggestions.tell_later(told.suggestion, clock.now + MINUTE)
    assert await store.suggestions.next_to_tell("discord", MINUTE) == clock.now + MINUTE
    assert await store.suggestions.to_tell("discord", clock.now) is None


async def test_what_is_taken_back_in_time_is_told_to_nobody(
    store: DigestStore, clock: FakeClock
) -> None:
    entry = await suggest(store, "link")
    silent = await suggest(store, "silent", hears=False)
    await store.reviews.skip(silent.id, BEN)
    await store.reviews.publish(entry.id, BEN)
    await store.reviews.undo(entry.id, BEN)
    clock.forward(minutes=1)
    assert await store.suggestions.to_tell("discord", clock.now) is None


async def test_nobody_suggests_more_than_a_moderator_has_time_for(
    store: DigestStore, clock: FakeClock
) -> None:
    for number in range(SUGGESTIONS_OF_PERSON):
        await suggest(store, f"ann{number}")
    with pytest.raises(DuplicateEntry):
        await suggest(store, "ann0")
    with pytest.raises(TooManySuggestions) as caught:
        await suggest(store, "more")
    assert caught.value.person
    assert await store.entries.find_by_link("https://example.com/more") is None
    for number in range(SUGGESTIONS_OF_PERSON, SUGGESTIONS_OF_WORKSPACE):
        await suggest(store, f"{number}", Actor("discord", "guild", f"{number}", "Somebody"))
    with pytest.raises(TooManySuggestions) as caught:
        await suggest(store, "more", BEN)
    assert not caught.value.person
    await suggest(store, "elsewhere", Actor("slack", "team", "1", "Somebody"))
    clock.forward(days=1)
    await suggest(store, "more")
