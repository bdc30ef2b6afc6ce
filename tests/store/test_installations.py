"""Installations, on both engines."""

from __future__ import annotations

from datetime import timedelta

from store.installations import RENEWING
from store.model import ChannelRef, ChannelState, SealedInstallation
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.store.conftest import ANN, Open, subscription

LATER = MORNING + timedelta(hours=12)


def installed(workspace: str = "T1", sealed: str = "sealed 1") -> SealedInstallation:
    return SealedInstallation(
        "slack", workspace, "U1BOT", "ainews", ("chat:write", "commands"), sealed, LATER, "E1"
    )


async def test_what_is_installed_is_known_until_it_ends(store: DigestStore) -> None:
    one = installed()
    assert await store.installations.get("slack", "T1") is None
    await store.installations.install(one)
    await store.installations.install(installed("T0"))
    assert await store.installations.get("slack", "T1") == one
    assert [each.workspace for each in await store.installations.living("slack")] == ["T0", "T1"]
    assert await store.installations.living("discord") == ()
    assert await store.installations.end(one, "removed")
    ended = await store.installations.get("slack", "T1")
    assert ended is not None
    assert (ended.sealed, ended.expires_at) == ("", None)
    assert (ended.ended_at, ended.ended_why) == (MORNING, "removed")
    assert [each.workspace for each in await store.installations.living("slack")] == ["T0"]


async def test_one_process_says_that_it_ended(store: DigestStore, open_store: Open) -> None:
    one, other = installed(), await open_store()
    await store.installations.install(one)
    assert await store.installations.end(one, "removed")
    assert not await other.installations.end(one, "removed")


async def test_an_end_that_comes_late_leaves_the_new_installation_alone(store: DigestStore) -> None:
    old, new = installed(), installed(sealed="sealed 2")
    await store.installations.install(old)
    await store.installations.end(old, "removed")
    await store.installations.install(new)
    assert not await store.installations.end(old, "removed")
    assert await store.installations.get("slack", "T1") == new


async def test_one_process_renews_at_a_time(
    store: DigestStore, open_store: Open, clock: FakeClock
) -> None:
    one, other = installed(), await open_store()
    await store.installations.install(one)
    assert await store.installations.begin_renewal(one)
    assert not await other.installations.begin_renewal(one)
    clock.forward(seconds=RENEWING.total_seconds())  # It died meanwhile.
    assert await other.installations.begin_renewal(one)
    assert await other.installations.renew(one, "sealed 2", LATER + timedelta(hours=1))
    assert not await store.installations.renew(one, "sealed 3", LATER)
    assert not await store.installations.begin_renewal(one)
    known = await store.installations.get("slack", "T1")
    assert known is not None
    assert (known.sealed, known.expires_at) == ("sealed 2", LATER + timedelta(hours=1))
    assert await store.installations.begin_renewal(known)


async def test_a_seal_changes_only_what_it_was_read_from(store: DigestStore) -> None:
    one = installed()
    await store.installations.install(one)
    assert await store.installations.seal_anew(one, "sealed 2")
    assert not await store.installations.seal_anew(one, "sealed 3")


async def test_a_workspace_rests_and_wakes(store: DigestStore, clock: FakeClock) -> None:
    here = [ChannelRef("slack", "T1", name) for name in ("C1", "C2", "C3")]
    there = ChannelRef("slack", "T2", "C1")
    for ref in (*here, there):
        await store.channels.schedule(ref, subscription(), ANN, LATER)
    await store.channels.pause(here[2], ANN)
    assert await store.broken.rest_workspace("slack", "T1", "It was removed.") == 2
    assert await store.broken.rest_workspace("slack", "T1", "It was removed.") == 0
    states = {ref: (await store.channels.get(ref)).state for ref in (*here, there)}
    broken, active, paused = ChannelState.BROKEN, ChannelState.ACTIVE, ChannelState.PAUSED
    assert list(states.values()) == [broken, broken, paused, active]
    assert (await store.channels.get(here[0])).reason == "It was removed."
    clock.forward(days=30)
    assert await store.broken.take("slack", timedelta(hours=6), 50) == ()
    await store.broken.wake_workspace("slack", "T1")
    tried = await store.broken.take("slack", timedelta(hours=6), 50)
    assert {channel.ref for channel in tried} == set(here[:2])
    assert await store.notices.next_due("slack") is None


async def test_who_comes_uninvited_reads(store: DigestStore) -> None:
    first, new = await store.workspaces.seen("slack", "T1", "One", invited=False)
    assert (first.curates, new) == (False, True)
    assert not (await store.workspaces.seen("slack", "T1"))[0].curates
