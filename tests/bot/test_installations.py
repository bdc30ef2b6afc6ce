"""Who installed a platform: sealed, ended once, told once, and nothing of it in the database."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.i18n.translator import Translator
from bot.installations import Seal, StoredInstallations
from bot.port.installations import Grant, SealTrouble
from bot.port.platform import Retryable
from store.errors import DatabaseLocked
from store.model import Actor, ChannelRef, ChannelState, Schedule, SealedInstallation, Subscription
from store.store import DigestStore
from tests.fakes.clock import MORNING, FakeClock
from tests.fakes.databases import new_store

KEYS = [base64.b64encode(os.urandom(32)).decode() for _ in range(3)]
TOKEN, REFRESH = "xoxe.xoxb-1-secret", "xoxe-1-secret"
REMOVED = "AI News is not in this Slack workspace any more."
NEWS = ChannelRef("slack", "T1", "C1")
OWNER = Actor("slack", "T1", "U1", "Minji")
LATER = MORNING + timedelta(hours=12)


@dataclass
class World:
    """A store, and who installed Slack by it."""

    store: DigestStore
    clock: FakeClock
    told: list[str] = field(default_factory=list)
    woken: int = 0

    def installations(self, keys: Sequence[str] = KEYS[:1]) -> StoredInstallations:
        """Return them as a process with these keys has them."""
        return StoredInstallations(
            self.store,
            Seal(keys, self.clock),
            "slack",
            Translator("en"),
            seen=self._seen,
            tell=self._tell,
            wake=self._wake,
        )

    async def _seen(self, platform: str, workspace: str, name: str) -> None:
        await self.store.workspaces.seen(platform, workspace, name, invited=False)

    async def _tell(self, sentence: str) -> None:
        self.told.append(sentence)

    def _wake(self) -> None:
        self.woken += 1


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    clock = FakeClock(MORNING)
    store = await new_store(tmp_path / "ainews.db", clock)
    yield World(store, clock)
    await store.close()


def grant(workspace: str = "T1", token: str = TOKEN) -> Grant:
    kept = SealedInstallation(
        "slack", workspace, "U1BOT", "ainews", ("commands",), expires_at=LATER, enterprise="E1"
    )
    return Grant(kept, token, REFRESH, "One")


def contents(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


async def opened(installations: StoredInstallations, workspace: str = "T1") -> Grant:
    found = await installations.get(workspace)
    assert found is not None
    return found


async def test_what_was_granted_comes_back_whole(world: World) -> None:
    installations = world.installations()
    assert await installations.get("T1") is None
    await installations.install(grant())
    found = await opened(installations)
    assert (found.token, found.refresh_token, found.kept.expires_at) == (TOKEN, REFRESH, LATER)
    assert found.kept == replace(grant().kept, sealed=found.kept.sealed)
    assert TOKEN not in repr(found)
    assert await installations.survey() == 1
    assert world.told == []


async def test_no_file_of_the_database_and_no_backup_has_a_token(
    world: World, tmp_path: Path
) -> None:
    await world.installations().install(grant())
    await world.store.backup(tmp_path / "backup.db")
    found = contents(tmp_path)
    assert found.keys() >= {"ainews.db", "backup.db"}
    for content in found.values():
        assert TOKEN.encode() not in content
        assert REFRESH.encode() not in content


async def test_who_invites_the_bot_to_their_own_workspace_reads(world: World) -> None:
    await world.installations().install(grant())
    (use,) = await world.store.workspaces.list()
    assert (use.workspace.name, use.workspace.curates) == ("One", False)


async def test_an_end_is_told_once_and_rests_the_channels_of_one_workspace(world: World) -> None:
    installations = world.installations()
    other = ChannelRef("slack", "T2", "C1")
    for workspace in ("T1", "T2"):
        await installations.install(grant(workspace))
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), since=MORNING)
    for ref in (NEWS, other):
        await world.store.channels.schedule(ref, subscription, OWNER, LATER)
    found = await opened(installations)
    await installations.end(found, REMOVED)
    await world.installations().end(found, REMOVED)
    assert await installations.get("T1") is None
    (told,) = world.told
    assert told == (
        "AI News was removed from slack/T1. 1 channel rests until it is installed there again."
    )
    assert (await world.store.channels.get(NEWS)).state is ChannelState.BROKEN
    assert (await world.store.channels.get(other)).state is ChannelState.ACTIVE
    assert await world.store.broken.take("slack", timedelta(hours=6), 9) == ()
    await installations.install(grant())
    (tried,) = await world.store.broken.take("slack", timedelta(hours=6), 9)
    assert tried.ref == NEWS
    assert world.woken == 3


async def test_an_end_of_what_was_renewed_since_is_none(world: World) -> None:
    installations = world.installations()
    await installations.install(grant())
    first = await opened(installations)
    assert await installations.begin_renewal(first)
    assert not await world.installations().begin_renewal(first)
    await installations.renew(first, "xoxb-2", "xoxe-2", LATER + timedelta(hours=12))
    await installations.end(first, REMOVED)
    second = await opened(installations)
    assert (second.token, second.refresh_token) == ("xoxb-2", "xoxe-2")
    assert second.kept.expires_at == LATER + timedelta(hours=12)
    assert world.told == []


async def test_a_new_key_seals_anew_what_an_old_one_sealed(world: World) -> None:
    await world.installations(KEYS[:1]).install(grant())
    assert await world.installations([KEYS[1], KEYS[0]]).survey() == 1
    assert (await opened(world.installations([KEYS[1]]))).token == TOKEN
    assert world.told == []


async def test_another_key_names_what_it_does_not_open_and_goes_on(world: World) -> None:
    await world.installations(KEYS[:1]).install(grant("T1"))
    await world.installations(KEYS[1:2]).install(grant("T2"))
    installations = world.installations(KEYS[1:2])
    assert await installations.survey() == 2
    (told,) = world.told
    assert "slack/T1" in told
    assert "slack/T2" not in told
    with pytest.raises(SealTrouble):
        await installations.get("T1")
    assert (await opened(installations, "T2")).token == TOKEN
    await installations.install(grant("T1"))
    assert (await opened(installations, "T1")).token == TOKEN


async def test_the_tokens_of_one_workspace_open_no_other(world: World) -> None:
    installations = world.installations()
    await installations.install(grant("T1"))
    await installations.install(grant("T2"))
    one, other = [
        await world.store.installations.get("slack", workspace) for workspace in ("T1", "T2")
    ]
    assert one is not None
    assert other is not None
    await world.store.installations.seal_anew(other, one.sealed)
    with pytest.raises(SealTrouble):
        await installations.get("T2")


async def test_a_state_comes_back_once_and_in_time_to_any_process(world: World) -> None:
    state = world.installations().new_state()
    assert "=" not in state
    assert await world.installations().take_state(state)
    assert not await world.installations().take_state(state)
    late = world.installations().new_state()
    world.clock.forward(minutes=11)
    assert not await world.installations().take_state(late)
    assert not await world.installations().take_state("made-up")
    foreign = world.installations(KEYS[2:]).new_state()
    assert not await world.installations().take_state(foreign)


async def test_a_token_is_no_state(world: World) -> None:
    await world.installations().install(grant())
    kept = await world.store.installations.get("slack", "T1")
    assert kept is not None
    assert not await world.installations().take_state(kept.sealed)


async def test_a_store_that_is_away_may_be_back_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(platform: str, workspace: str) -> None:
        del platform, workspace
        raise DatabaseLocked("ainews.db")

    monkeypatch.setattr(world.store.installations, "get", locked)
    with pytest.raises(Retryable):
        await world.installations().get("T1")
