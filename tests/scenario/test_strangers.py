"""A stranger's server: no command, button, form, menu or completion there changes the digest.

What is walked is made from the declarations, so that a new command is walked by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import plugin
from adapters.discord.interactions.custom_ids import Mode, Press, seal_one
from adapters.slack.cards.blocks import ActionPlace, action_id, encode
from adapters.slack.interactions.forms import CALLBACK, INPUT, Origin
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.commands.catalogue import all_commands
from bot.commands.context import Services
from bot.commands.dispatch import Commands
from bot.commands.limits import Limits
from bot.delivery.renderer import PostRenderer
from bot.i18n.translator import Translators
from bot.port.card import Action
from bot.port.command import Command, Parameter
from bot.port.form import Kind
from bot.port.invocation import Role
from bot.port.platform import PlatformContext
from bot.views.sections import TagSections
from store.model import Actor, EntryDraft
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.exchange import COMPONENT, MODAL
from tests.fakes.discord.people import buttons_of, options_of
from tests.fakes.discord.world import ADMINISTRATOR
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.delivery import SlackDelivery
from tests.fakes.slack.workspace import TEAM

OURS = Actor("discord", "1", "curator", "Jun")
LINK = "https://stranger.example/story"
BLOCKED = "The operator of AI News blocked this server"
TABLES = ("entries", "tags", "entry_tags", "folded_titles", "moderators")
COMMANDS = all_commands()
CURATING = [command for command in COMMANDS if command.name in {"add", "edit", "retract"}]


class Digest:
    """A store with two entries, one of them retracted, and the commands over it."""

    def __init__(self, store: DigestStore, file: Path) -> None:
        self.store = store
        self.file = file
        self.told: list[str] = []
        translators = Translators("en")
        self.commands = Commands(
            Services(
                store,
                translators,
                lambda: datetime.now(UTC),
                "Asia/Seoul",
                {},
                lambda: None,
                PostRenderer(translators, TagSections.shipped()),
                self._tell,
                limits=Limits(person=0, workspace=0),
            )
        )

    async def _tell(self, sentence: str) -> None:
        self.told.append(sentence)

    def letters(self) -> list[Any]:
        """Return all that the digest says and who curates it."""
        with sqlite3.connect(self.file) as database:
            return [database.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES]  # noqa: S608 - names of ours


@pytest.fixture
async def digest(tmp_path: Path) -> AsyncIterator[Digest]:
    file = tmp_path / "digest.db"
    store = await new_store(file, lambda: datetime.now(UTC))
    for title in ("First story", "Second story"):
        await store.entries.add(EntryDraft(title=title, tags=("llm",)), OURS)
    await store.entries.retract(2, OURS)
    yield Digest(store, file)
    await store.close()


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with FakeDiscord() as fake:
        yield fake
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


def value(parameter: Parameter) -> str:
    """Return something that a parameter takes."""
    if parameter.name == "language":
        return "en"
    if parameter.choices:
        return parameter.choices[0].value
    usual = {
        Kind.ENTRY: "1",
        Kind.LINK: LINK,
        Kind.INTEGER: "1",
        Kind.DATE: "2021-04",
        Kind.TAG: "llm",
        Kind.TAGS: "hacked",
        Kind.TIMEZONE: "Asia/Seoul",
        Kind.PERSON: "424242",
    }
    return "daily 09:00" if parameter.name == "when" else usual.get(parameter.kind, "HACKED")


def arguments(command: Command, entry: str = "1") -> dict[str, str]:
    """Return arguments that the command takes."""
    given = {each.name: value(each) for each in command.parameters if each.kind is not Kind.CHANNEL}
    return given | ({"id": entry} if "id" in given else {})


def entries_for(command: Command) -> tuple[str, ...]:
    """Return the entries to try: the published one and, where it is about curating, both."""
    return ("1", "2") if command.needs is Role.MODERATOR else ("1",)


async def test_no_path_of_a_strangers_discord_server_changes_the_digest(
    discord: FakeDiscord, digest: Digest, tmp_path: Path
) -> None:
    home = discord.world.guild("Acme")
    discord.world.channel(home, "news")
    beta = discord.world.guild("Beta")
    channel = discord.world.channel(beta, "beta-news")
    stranger = discord.person(beta, "Stranger", ADMINISTRATOR)
    platform = plugin.create(PlatformContext(discord.environment, FakeClock(), tmp_path))
    await digest.store.workspaces.seen("discord", home.id, home.name)
    await platform.start(digest.commands)
    await discord.gateway.connected()
    message = discord.world.add_message(channel, stranger.user, {"content": f"see {LINK}"})

    offered: set[str] = set()

    async def walk(commands: Sequence[Command] = COMMANDS) -> str:
        said = []
        for command in commands:
            for entry in entries_for(command):
                given = arguments(command, entry)
                for mode in (Mode.ANSWER, Mode.PAGE, Mode.SHARE, Mode.CORRECT):
                    pressed = seal_one(Press(mode, command.name, given))
                    if pressed is not None:
                        data = {"custom_id": pressed, "component_type": 2}
                        said.append(await stranger.send(COMPONENT, channel, data, message))
                hidden = {"id": entry} if "id" in given else {}
                form = {
                    "custom_id": seal_one(Press(Mode.FORM, command.name, hidden)),
                    "components": [
                        {
                            "type": 18,
                            "id": 2,
                            "component": {"type": 4, "id": 1, "custom_id": name, "value": text},
                        }
                        for name, text in given.items()
                        if name not in hidden
                    ],
                }
                said.append(await stranger.send(MODAL, channel, form))
                typed: dict[str, Any] = {
                    each.name: int(given[each.name])
                    if each.kind is Kind.INTEGER
                    else stranger
                    if each.kind is Kind.PERSON
                    else given[each.name]
                    for each in command.parameters
                    if each.kind is not Kind.CHANNEL
                }
                if not command.by_button:
                    said.append(await stranger.slash(channel, command.name, **typed))
        said.append(await stranger.menu("Add to AI news", message))
        texts = []
        for answer in said:
            if answer.exchange.modal is None:
                texts.append((await answer.final()).text)
                for each in answer.messages:
                    offered.update(buttons_of(each), options_of(each))
        return "\n".join(texts)

    try:
        before = digest.letters()
        said = await walk()
        assert digest.letters() == before
        assert "This server reads the digest of Acme; its operator can let you curate." in said
        assert not {"Edit", "Retract", "Restore"} & offered
        assert "Save" in offered
        assert ["Beta" in sentence for sentence in digest.told] == [True]

        await digest.store.workspaces.block("discord", beta.id, OURS)
        offered.clear()
        assert [one for one in (await walk()).splitlines() if BLOCKED not in one] == []
        assert (offered, digest.letters()) == (set(), before)
        assert await stranger.complete(channel, "show", "id", "F") == []
        await digest.store.workspaces.unblock("discord", beta.id, OURS, lambda _: None)

        await digest.store.workspaces.let_curate("discord", beta.id, OURS, curates=True)
        await walk(CURATING)
        assert digest.letters() != before
    finally:
        await platform.close()


async def test_no_path_of_a_second_slack_workspace_changes_the_digest(digest: Digest) -> None:
    await digest.store.workspaces.seen("slack", "T0ACME", "Acme")
    clock = FakeClock()
    async with FakeSlack.running(lambda: clock().timestamp()) as slack:
        slack.workspace.channel(FakeChannel("C0NEWS", creator="U0ADMIN"))
        slack.workspace.person(FakePerson("U0ADMIN", "Jun", admin=True))
        platform = SlackPlatform(settings.read(slack.environment()), made_from(clock))
        await platform.start(digest.commands)
        await slack.lines(1)
        stranger = Deeds(slack, "U0ADMIN", "C0NEWS")

        async def done(deed: SlackDelivery) -> None:
            """Wait until the bot took it; `walk` waits for what that began."""
            await deed.acknowledgement()

        async def walk(commands: Sequence[Command] = COMMANDS) -> None:
            for command in commands:
                for entry in entries_for(command):
                    given = arguments(command, entry)
                    line = " ".join(f'{name}:"{text}"' for name, text in given.items())
                    await done(await stranger.type(f"{command.name} {line}"))
                    pressed = encode(Action("x", command.name, given))
                    assert pressed is not None
                    for place in ActionPlace:
                        button = {
                            "type": "button",
                            "text": {"type": "plain_text", "text": "x"},
                            "action_id": action_id(place, 1),
                            "value": pressed,
                        }
                        blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
                        await done(await stranger.press({"ts": "1.0", "blocks": blocks}, "x"))
                    hidden = {"id": entry} if "id" in given else {}
                    view = {
                        "id": "V1",
                        "type": "modal",
                        "callback_id": CALLBACK,
                        "private_metadata": Origin(command.name, "C0NEWS", hidden).encode(),
                        "blocks": [
                            {
                                "type": "input",
                                "block_id": name,
                                "element": {
                                    "type": "plain_text_input",
                                    "action_id": INPUT,
                                    "initial_value": text,
                                },
                            }
                            for name, text in given.items()
                            if name not in hidden
                        ],
                    }
                    await done(await stranger.send(view))
            await done(await stranger.message_shortcut("add_to_ainews", {"text": f"<{LINK}>"}))
            await done(await stranger.shortcut("search_ainews"))
            await done(await stranger.open_home())

        try:
            before = digest.letters()
            await walk()
            await slack.home("U0ADMIN")
            assert digest.letters() == before
            assert [f"slack/{TEAM}" in sentence for sentence in digest.told] == [True]

            await digest.store.workspaces.block("slack", TEAM, OURS)
            await walk()
            for line in ("latest", "vote 1", "schedule daily 09:00", "nonsense:1", "add"):
                answer = await (await stranger.type(line)).answer()
                assert BLOCKED in str(answer["blocks"])
                assert answer["response_type"] == "ephemeral"
            await done(await stranger.open_home())
            await slack.until(lambda: BLOCKED in str(slack.called("views.publish")[-1]))
            assert str(slack.called("views.publish")[-1]["view"]["blocks"]).count(BLOCKED) == 1
            assert digest.letters() == before
            await digest.store.workspaces.unblock("slack", TEAM, OURS, lambda _: None)

            await digest.store.workspaces.let_curate("slack", TEAM, OURS, curates=True)
            await walk(CURATING)
            assert digest.letters() != before
        finally:
            await platform.close()
