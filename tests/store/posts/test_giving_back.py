"""What a failed post carried is new again, whatever was being decided meanwhile."""

from __future__ import annotations

from datetime import timedelta

from store.model import EntryDraft, PostPlan
from store.store import DigestStore
from tests.fakes.clock import MORNING
from tests.fakes.stored import make_posts
from tests.store.conftest import ANN, scheduled

LATER = MORNING + timedelta(hours=1)


async def test_what_was_decided_before_a_post_failed_is_decided_anew(store: DigestStore) -> None:
    first, second = [
        (await store.entries.add(EntryDraft(title), ANN)).id for title in ("first", "second")
    ]
    channel = await scheduled(store)
    await make_posts(store, channel, [PostPlan(1, 1, (second,))], next_at=LATER, seen=0)
    # Somebody looks what is new: the first entry is, the second is on a post.
    before = await store.channels.get(channel.ref)
    assert await store.posts.carried([channel.id], 0) == {(channel.id, second)}
    [work] = await store.posts.lease("discord", MORNING, LATER, "worker", 9)
    assert await store.posts.fail(work, "too late")

    made = await make_posts(store, before, [PostPlan(1, 1, (first,))], next_at=None, seen=2)

    assert made == ()
    assert (await store.channels.get(channel.ref)).seen < before.seen
    assert await store.posts.carried([channel.id], -1) == frozenset()
