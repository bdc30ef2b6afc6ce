"""`ainews workspaces`: what the operator lists, and what they let servers do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from store.model import Actor, Channel, ChannelRef, Schedule, Subscription
from store.store import DigestStore
from tests.bot.cli.conftest import Shell

ANN = Actor("discord", "2", "7", "Ann")
NEWS = ChannelRef("discord", "2", "news")
NOW = datetime.now(UTC)


def with_store(shell: Shell, do: Callable[[DigestStore], Awaitable[object]]) -> object:
    """Do something with the store, as the bot would that runs meanwhile."""

    async def done() -> object:
        url = f"sqlite:///{shell.folder / 'data' / 'ainews.db'}"
        store = await DigestStore.open(url, lambda: NOW)
        try:
            return await do(store)
        finally:
            await store.close()

    return asyncio.run(done())


@pytest.fixture
def servers(shell: Shell) -> Shell:
    """A shell on a machine whose bot is in two servers, with a channel in the second."""

    async def fill(store: DigestStore) -> None:
        await store.workspaces.seen("discord", "1", "Home")
        await store.workspaces.seen("discord", "2", "Strangers")
        daily = Schedule("0 9 * * *", "Asia/Seoul")
        await store.channels.schedule(NEWS, Subscription(daily, NOW), ANN, NOW)

    with_store(shell, fill)
    return shell


def test_a_server_is_blocked_and_let_in_again(servers: Shell) -> None:
    blocked = servers("workspaces", "block", "discord/2")
    assert blocked.code == 0
    assert blocked.out == (
        "discord/2 “Strangers” is blocked: nobody there is answered, and nothing is posted. "
        "1 channel rests.\n"
    )
    assert "discord/2 “Strangers” · blocked · 0 moderators" in servers("workspaces").out
    assert "0 channels rest." in servers("workspaces", "block", "discord/2").out

    back = servers("workspaces", "unblock", "discord/2")
    assert (back.code, back.out) == (
        0,
        "discord/2 “Strangers” is let in again. 1 channel goes on.\n",
    )
    channel = with_store(servers, lambda store: store.channels.get(NEWS))
    assert isinstance(channel, Channel)
    assert channel.next_at is not None
    assert channel.next_at > NOW
    assert "· reads ·" in servers("workspaces").out


def test_a_channel_whose_schedule_cannot_be_read_goes_on_too(servers: Shell) -> None:
    async def spoil(store: DigestStore) -> None:
        odd = Schedule("0 9 * * *", "Mars/Olympus")
        await store.channels.schedule(NEWS, Subscription(odd, NOW), ANN, NOW)

    with_store(servers, spoil)
    servers("workspaces", "block", "discord/2")

    assert "1 channel goes on." in servers("workspaces", "unblock", "discord/2").out


@pytest.mark.parametrize("action", ["allow", "refuse", "block", "unblock"])
def test_a_server_that_nobody_saw_is_not_found(servers: Shell, action: str) -> None:
    typed = servers("workspaces", action, "discord/99")

    assert typed.code == 1
    assert "The bot was never seen in discord/99." in typed.err


@pytest.mark.parametrize("words", [("forbid", "discord/2"), ("block",), ("block", "discord")])
def test_what_is_not_understood_changes_nothing(servers: Shell, words: tuple[str, ...]) -> None:
    assert servers("workspaces", *words).code == 2
    assert "blocked" not in servers("workspaces").out


def test_a_server_is_forgotten_once_it_is_blocked(servers: Shell) -> None:
    refused = servers("workspaces", "forget", "discord/2")
    assert (refused.code, refused.err) == (
        1,
        "Block discord/2 first: ainews workspaces block discord/2\n",
    )
    servers("workspaces", "block", "discord/2")

    typed = servers("workspaces", "forget", "discord/2")

    assert typed.code == 0
    assert typed.out.splitlines() == [
        "discord/2 and its people are forgotten. It stays blocked.",
        "• 1 channel that was scheduled",
        "• 1 line of the log",
        "Backups that were made before still hold it.",
    ]
    assert "discord/2 · blocked · 0 moderators added · 0 channels" in servers("workspaces").out
    assert servers("workspaces", "forget", "discord/2").out.count("•") == 0
    assert "Ann" not in servers("log").out
