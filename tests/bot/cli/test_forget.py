"""`ainews forget`: what the operator reads of a person, and removes."""

from __future__ import annotations

import json

import pytest

from store.model import Actor, Moderator
from store.store import DigestStore
from tests.bot.cli.conftest import Shell
from tests.bot.cli.test_workspaces import with_store

SORA = Actor("discord", "1", "4242", "Sora")
JUN = Actor("discord", "1", "7", "Jun")


@pytest.fixture
def kept(shell: Shell) -> Shell:
    """A shell on a machine that keeps something of Sora, also where there is no name."""

    async def fill(store: DigestStore) -> None:
        await store.people.save(SORA, 1)
        await store.votes.toggle(1, SORA)
        await store.votes.toggle(1, JUN)
        await store.entries.retract(2, SORA)
        await store.people.add_moderator(Moderator("discord", "1", SORA.id, group=False), JUN)

    with_store(shell, fill)
    return shell


def test_what_is_kept_is_listed_and_stays(kept: Shell) -> None:
    for _ in range(2):
        typed = kept("forget", "discord/4242", "--list")
        assert typed.code == 0
        assert typed.out.splitlines() == [
            "This is kept of discord/4242 (Sora):",
            "• 1 saved entry",
            "• 1 vote",
            "• 1 server with the right to curate",
            "• 2 lines of the log",
        ]


def test_all_of_it_is_data(kept: Shell) -> None:
    told = json.loads(kept("forget", "discord/4242", "--list", "--json").out)

    assert (told["platform"], told["id"], told["names"]) == ("discord", "4242", ["Sora"])
    [saved] = told["kept"]["saved"]
    assert (saved["workspace"], saved["entry_id"]) == ("1", 1)
    assert saved["at"].endswith("Z")
    assert [one["action"] for one in told["kept"]["log"]] == ["retract", "add moderator"]


def test_a_person_is_forgotten_and_to_say_it_again_is_no_error(kept: Shell) -> None:
    typed = kept("forget", "discord/4242")
    assert typed.code == 0
    assert typed.out.startswith("discord/4242 (Sora) is forgotten.")
    assert typed.out.endswith("Backups that were made before still hold it.\n")

    again = kept("forget", "discord/4242")
    assert (again.code, again.out) == (0, "Nothing is kept of discord/4242.\n")
    assert json.loads(kept("forget", "discord/4242", "--json").out)["kept"] == {}
    assert "Sora" not in kept("log").out
    assert "somebody · retracted" in kept("log").out
    assert "👍 1" in kept("show", "1").out


@pytest.mark.parametrize("who", [(), ("discord",), ("discord/",), ("/4242",), ("dicsord/4242",)])
def test_what_names_nobody_is_not_understood(kept: Shell, who: tuple[str, ...]) -> None:
    assert kept("forget", *who).code == 2
    assert "1 saved entry" in kept("forget", "discord/4242", "--list").out


def test_without_a_database_none_is_made(empty_shell: Shell) -> None:
    assert empty_shell("forget", "discord/4242").code == 3
