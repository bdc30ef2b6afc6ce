"""Sources: added once, changed, paused, removed; each change stands in the log."""

from __future__ import annotations

import pytest

from store.errors import DuplicateSource, SourceNotFound
from store.model import SourceRules, SourceState
from store.store import DigestStore
from tests.fakes.clock import MORNING
from tests.store.conftest import ANN, BEN

FEED = "https://example.org/feed.xml"


async def test_an_added_source_is_asked_at_once(store: DigestStore) -> None:
    rules = SourceRules(tags=("llm",), only=("모델", "open weights"), language="ko")
    added = await store.sources.add(FEED, "  Example \n News ", rules, ANN)
    assert added.name == "Example News"
    assert added.rules == rules
    assert added.added_by == ANN
    assert added.polling.next_at == MORNING
    assert await store.sources.get(added.id) == added
    assert await store.sources.list() == (added,)


async def test_one_feed_is_one_source(store: DigestStore) -> None:
    added = await store.sources.add(FEED, "Example", SourceRules(), ANN)
    with pytest.raises(DuplicateSource) as caught:
        await store.sources.add("http://EXAMPLE.org/feed.xml/", "Again", SourceRules(), BEN)
    assert caught.value.source == added


async def test_no_address_is_no_source(store: DigestStore) -> None:
    with pytest.raises(ValueError, match="address"):
        await store.sources.add("javascript:alert(1)", "", SourceRules(), ANN)
    assert await store.sources.list() == ()


async def test_a_paused_source_is_not_asked(store: DigestStore) -> None:
    added = await store.sources.add(FEED, "", SourceRules(), ANN)
    paused = await store.sources.pause(added.id, BEN)
    assert (paused.state, paused.polling.next_at) == (SourceState.PAUSED, None)
    assert await store.sources.pause(added.id, BEN) == paused
    assert await store.sources.resume(added.id, ANN) == added


async def test_the_log_says_what_was_changed(store: DigestStore) -> None:
    added = await store.sources.add(FEED, "Old", SourceRules(), ANN)
    edited = await store.sources.edit(added.id, "New", SourceRules(reviewed=False), BEN)
    assert (edited.name, edited.rules.reviewed) == ("New", False)
    assert await store.sources.remove(added.id, BEN) == edited
    with pytest.raises(SourceNotFound):
        await store.sources.get(added.id)
    log = (await store.audit.list(10)).items
    assert [record.action for record in log] == ["remove source", "edit source", "add source"]
    assert log[1].details == {"name": ["Old", "New"], "reviewed": [True, False]}
