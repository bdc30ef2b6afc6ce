"""The composition root: what runs, what goes on when something fails, and how all of it ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy import update

from bot.app import App
from bot.cli.health import BotState, state_of
from bot.config.installation import Installation
from bot.config.plugins import Plugins
from bot.config.readers import HttpAddress
from bot.config.settings import read_settings
from bot.i18n.translator import Translators
from bot.port.archive import Archive
from bot.port.card import Card, Text
from bot.port.invocation import Asker, Invocation, Outcome, Role
from bot.port.platform import (
    CheckLine,
    Permanent,
    PlatformContext,
    PlatformPlugin,
    PlatformSetting,
    Retryable,
)
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.port.settings_error import SettingsError, SettingsErrors
from store.db.schema import search_states
from store.model import (
    Actor,
    ChannelRef,
    EntryDraft,
    Listing,
    Schedule,
    SearchPage,
    SearchQuery,
    Subscription,
    Trouble,
)
from store.store import DigestStore
from tests.fakes.clock import FakeClock
from tests.fakes.databases import new_store
from tests.fakes.live import FakePlugin, LivePlatform, LiveSharedPlatform
from tests.fakes.platform import held, refused

WELCOME = Card(summary="welcome", language="en", lead=((Text("welcome"),),))
SOMEBODY = Actor("chat", "here", "minji", "Minji")
GENERAL = ChannelRef("chat", "here", "general")


class Bench:
    """An app under test: its platforms, and what it said to the operator."""

    def __init__(self, folder: Path, store: DigestStore, clock: FakeClock) -> None:
        self.settings = read_settings({"AINEWS_DATA_FOLDER": str(folder)})
        self.store = store
        self.clock = clock
        self.said: asyncio.Queue[str] = asyncio.Queue()

    def app(self, *plugins: PlatformPlugin, welcome: Card | None = None) -> App:
        """Make an app that finds these plugins."""
        found = Plugins(plugins)
        installation = Installation({}, self.settings, Translators("en"), found, self.clock)
        return App(installation, self.store, self.said.put_nowait, welcome)


class EchoService:
    """The plugin of a service that says what the archive holds."""

    name = "echo"
    settings: tuple[PlatformSetting, ...] = ()

    def configured(self, environment: Mapping[str, str]) -> bool:
        return "AINEWS_WEB_URL" in environment

    def create(self, context: PlatformContext, archive: Archive) -> EchoService:
        del context
        self.archive = archive
        return self

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        del context
        return ()

    @property
    def routes(self) -> Sequence[Route]:
        return (Route("GET", "/*", self._answer),)

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        page = await self.archive.latest(Listing(), 1)
        said = f"{self.archive.url}{request.path} {page.entries[0].entry.title}"
        return HttpResponse(body=said.encode())


class RoutedPlatform(LivePlatform):
    """A platform that is called over HTTP."""

    @property
    def routes(self) -> Sequence[Route]:
        """Where it is called."""
        return (Route("POST", "/events", self._called),)

    async def _called(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(body=f"{self.name}: ".encode() + request.body)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    clock = FakeClock()
    store = await new_store(tmp_path / "ainews.db", clock)
    try:
        yield Bench(tmp_path, store, clock)
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def running(app: App) -> AsyncIterator[asyncio.Task[int]]:
    """Run an app; it is stopped at the end, as Ctrl-C and SIGTERM stop it."""
    task = asyncio.create_task(app.run())
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_the_end_of_the_terminal_ends_everything(bench: Bench) -> None:
    terminal, chat = LivePlatform("terminal"), LivePlatform("chat")
    app = bench.app(FakePlugin(terminal), FakePlugin(chat), welcome=WELCOME)

    async with running(app) as run:
        await terminal.started.wait()
        await chat.started.wait()
        terminal.end()

        assert await run == 0
    assert terminal.closed
    assert chat.closed
    assert [card.summary for _, card in terminal.told] == ["welcome"]
    assert chat.told == []
    assert bench.said.empty()


async def test_without_a_platform_that_is_set_up_the_terminal_is_started(bench: Bench) -> None:
    terminal, chat = LivePlatform("terminal"), LivePlatform("chat")
    app = bench.app(FakePlugin(terminal, set_up=False), FakePlugin(chat, set_up=False))

    async with running(app):
        await terminal.started.wait()

    assert not chat.started.is_set()
    assert terminal.handler is app.commands


async def test_one_platform_that_does_not_start_holds_up_no_other(bench: Bench) -> None:
    refused = LivePlatform("discord", Permanent("The token was refused.", "Make a new one."))
    chat = LivePlatform("chat")

    async with running(bench.app(FakePlugin(refused), FakePlugin(chat))) as run:
        await chat.started.wait()
        said = await bench.said.get()

        assert said == "Discord is not running: The token was refused. Make a new one."
        assert not run.done()


async def test_a_second_process_stands_by_and_takes_over(bench: Bench) -> None:
    first, second = LivePlatform("chat"), LivePlatform("chat")
    second_app = bench.app(FakePlugin(second))
    async with running(bench.app(FakePlugin(first))) as ends_first:
        await first.started.wait()
        async with running(second_app):
            while len(await bench.store.processes.running()) < len((first, second)):  # noqa: ASYNC110 - only the store knows
                await asyncio.sleep(0)
            assert not second.started.is_set()
            ends_first.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ends_first
            bench.clock.forward(seconds=2)
            await second.started.wait()
            assert first.closed == 1


async def test_two_processes_share_the_workspaces_of_a_platform_and_one_listens(
    bench: Bench,
) -> None:
    first, second = LiveSharedPlatform("chat"), LiveSharedPlatform("chat")
    homes = [f"T{number}" for number in range(20)]
    async with running(bench.app(FakePlugin(first))) as ends_first:
        await first.started.wait()
        async with running(bench.app(FakePlugin(second))) as ends_second:
            bench.clock.forward(seconds=10)
            await second.started.wait()
            assert (first.listens, second.listens) == ([True], [False])
            for home in homes:
                ref = ChannelRef("chat", home, f"general-{home}")
                wanted = Subscription(Schedule("instant", "UTC"), bench.clock())
                await bench.store.channels.schedule(ref, wanted, SOMEBODY, None)
            await bench.store.entries.add(EntryDraft("News"), SOMEBODY)
            for home in homes:
                await anybody_has(f"general-{home}", first, second)
            assert first.begun.qsize() + second.begun.qsize() == len(homes)
            assert first.begun.qsize() > 0 < second.begun.qsize()
            # The first ends: the other has it all, and listens.
            ends_first.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ends_first
            bench.clock.forward(seconds=10)
            await second.listened(2)
            assert second.listens == [False, True]
            assert not ends_second.done()


async def anybody_has(channel: str, *platforms: LivePlatform) -> None:
    """Wait until a post stands in a channel, whoever brought it."""
    while not any(each.in_channel(channel) for each in platforms):  # noqa: ASYNC110 - two
        await asyncio.sleep(0)


async def test_what_is_called_answers_in_each_process_and_one_brings_the_posts(
    bench: Bench,
) -> None:
    first, second = RoutedPlatform("chat"), RoutedPlatform("chat")
    subscription = Subscription(Schedule("instant", "Asia/Seoul"), bench.clock())
    await bench.store.channels.schedule(GENERAL, subscription, SOMEBODY, bench.clock())
    apps = []
    for platform in (first, second):
        address = HttpAddress("127.0.0.1", unused_port())
        bench.settings = replace(bench.settings, http=address)
        apps.append((address, bench.app(FakePlugin(platform))))
    (_, first_app), (address, second_app) = apps

    async with running(first_app) as ends_first, aiohttp.ClientSession() as session:
        await first.started.wait()
        async with running(second_app):
            await second.started.wait()
            async with session.post(f"http://{address}/events", data="hello") as answer:
                assert await answer.text() == "chat: hello"
            assert await asyncio.to_thread(state_of, address) is BotState.READY
            await bench.store.entries.add(EntryDraft("One"), SOMEBODY)
            assert await first.begun.get() == "general"
            assert second.begun.empty()

            ends_first.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ends_first
            await bench.store.entries.add(EntryDraft("Two"), SOMEBODY)
            bench.clock.forward(seconds=2)
            assert await second.begun.get() == "general"
    assert (first.shown("general"), second.shown("general")) == ([1], [2])
    assert second.closed == 1


async def test_the_operator_at_the_terminal_reads_there_what_failed(bench: Bench) -> None:
    terminal, chat = LivePlatform("terminal"), LivePlatform("chat")

    async with running(bench.app(FakePlugin(terminal), FakePlugin(chat))):
        await terminal.started.wait()
        await chat.started.wait()
        chat.end(Permanent("The token was taken back."))
        told = await terminal.tellings.get()

    assert "The token was taken back." in told.summary
    assert bench.said.empty()


async def test_when_no_platform_is_left_the_run_has_failed(bench: Bench) -> None:
    first = LivePlatform("first", Permanent("No."))
    second = LivePlatform("second")
    app = bench.app(FakePlugin(first), FakePlugin(second))

    async with running(app) as run:
        await second.started.wait()
        second.end(Permanent("No more."))

        assert await run == 1
    assert bench.said.qsize() == 2


async def test_what_cannot_be_reached_is_started_again(bench: Bench) -> None:
    away = Retryable("The network is down.", timedelta())
    chat = LivePlatform("chat", away, away, None)

    async with running(bench.app(FakePlugin(chat))):
        said = [await bench.said.get() for _ in range(3)]

    again = "Chat cannot be reached and is tried again: The network is down."
    assert said == [again, again, "Chat is connected now."]


async def test_an_unforeseen_failure_is_a_sentence_with_a_reference(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    broken = LivePlatform("broken", ZeroDivisionError("oh"))

    async with running(bench.app(FakePlugin(broken))) as run:
        assert await run == 1

    said = bench.said.get_nowait()
    assert "oh" not in said
    reference = said.rsplit(" ", 1)[1].rstrip(".")
    assert reference in caplog.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_wrong_setting_of_a_platform_is_found_before_anything_starts(bench: Bench) -> None:
    chat = LivePlatform("chat")
    wrong = SettingsError("AINEWS_X", "It is wrong.", "Mend it.")
    app = bench.app(FakePlugin(chat), FakePlugin(LivePlatform("other"), wrong=wrong))

    with pytest.raises(SettingsErrors):
        await app.run()

    assert not chat.started.is_set()


async def test_a_due_post_reaches_its_platform_and_a_stop_lets_go_of_everything(
    bench: Bench,
) -> None:
    chat = LivePlatform("chat")
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), bench.clock(), language="ko")
    await bench.store.channels.schedule(GENERAL, subscription, SOMEBODY, bench.clock())
    await bench.store.entries.add(EntryDraft("CLIP", url="https://example.com/clip"), SOMEBODY)

    async with running(bench.app(FakePlugin(chat))):
        assert await chat.begun.get() == "general"

    assert chat.closed == 1
    assert [message.card.language for message in chat.in_channel("general")] == ["ko"]
    assert chat.keys_taken_twice() == []


async def test_a_schedule_made_by_command_is_kept_at_once(bench: Bench) -> None:
    chat = LivePlatform("chat")
    owner = Asker(SOMEBODY, Role.OPERATOR)
    await bench.store.entries.add(EntryDraft("CLIP", url="https://example.com/clip"), SOMEBODY)

    app = bench.app(FakePlugin(chat))
    async with running(app):
        await chat.started.wait()
        typed = Invocation("", owner, GENERAL)
        reply = await app.commands.run_line("schedule instant since:2021", typed)
        assert await chat.begun.get() == "general"

    assert reply.outcome is Outcome.DONE
    assert chat.shown("general") == [1]


async def test_the_operator_hears_at_the_next_chat_what_happened_meanwhile(bench: Bench) -> None:
    owner = Actor("terminal", "local", "root", "root")
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), bench.clock(), language="ko")
    channel = await bench.store.channels.schedule(GENERAL, subscription, owner, bench.clock())
    await bench.store.broken.mark(channel.id, Trouble("The channel is archived."))
    terminal = LivePlatform("terminal")

    async with running(bench.app(FakePlugin(terminal))):
        told = await terminal.tellings.get()

    assert told.language == "ko"
    assert "general" in told.summary
    assert len(terminal.told) == 1


async def test_an_owner_on_slack_hears_of_their_channel_on_discord(bench: Bench) -> None:
    discord, slack = LivePlatform("discord"), LivePlatform("slack")
    subscription = Subscription(Schedule("0 9 * * *", "Asia/Seoul"), bench.clock())
    jun = Actor("slack", "team", "jun", "Jun")
    ref = ChannelRef("discord", "guild", "news")
    await bench.store.channels.schedule(ref, subscription, jun, bench.clock())
    await bench.store.entries.add(EntryDraft("CLIP", url="https://example.com/clip"), SOMEBODY)
    discord.publishing.always = refused(Permanent("The bot was removed.", "Ask it back."))
    discord.in_the_way["news"] = ["removed"]

    async with running(bench.app(FakePlugin(discord), FakePlugin(slack))):
        told = await slack.tellings.get()

    assert "news" in told.summary
    assert [who for who, _ in slack.told] == [jun]
    assert discord.told == []


async def test_the_listener_says_when_the_bot_is_ready(bench: Bench) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    bench.settings = replace(bench.settings, http=address)
    chat, late = LivePlatform("chat"), LivePlatform("late", Retryable("Away."))

    async with running(bench.app(FakePlugin(chat), FakePlugin(late))):
        await chat.started.wait()
        await bench.said.get()
        assert await asyncio.to_thread(state_of, address) is BotState.NOT_READY
    assert await asyncio.to_thread(state_of, address) is BotState.SILENT

    chat, late = LivePlatform("chat"), LivePlatform("late")
    async with running(bench.app(FakePlugin(chat), FakePlugin(late))):
        await late.started.wait()
        assert await asyncio.to_thread(state_of, address) is BotState.READY
        chat.connected = False
        assert await asyncio.to_thread(state_of, address) is BotState.NOT_READY


async def test_who_is_stopping_is_not_ready_while_it_ends_what_is_in_hand(bench: Bench) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    bench.settings = replace(bench.settings, http=address)
    chat, gate = LivePlatform("chat"), asyncio.Event()
    chat.publishing.always = held(gate)
    wanted = Subscription(Schedule("instant", "UTC"), bench.clock())
    async with running(bench.app(FakePlugin(chat))) as run:
        await chat.started.wait()
        await bench.store.channels.schedule(GENERAL, wanted, SOMEBODY, None)
        await bench.store.entries.add(EntryDraft("News"), SOMEBODY)
        bench.clock.forward(seconds=2)
        await chat.begun.get()
        assert await asyncio.to_thread(state_of, address) is BotState.READY
        run.cancel()
        while await asyncio.to_thread(state_of, address) is BotState.READY:
            assert not run.done()
        assert chat.closed == 0
        gate.set()
        with contextlib.suppress(asyncio.CancelledError):
            await run
    assert len(chat.in_channel("general")) == 1
    assert (await bench.store.domains.look()).owned == {}


async def test_a_platform_s_routes_hang_on_the_listener(bench: Bench) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    bench.settings = replace(bench.settings, http=address)
    chat = RoutedPlatform("chat")

    async with running(bench.app(FakePlugin(chat))), aiohttp.ClientSession() as session:
        await chat.started.wait()
        async with session.post(f"http://{address}/events", data="hello") as answer:
            assert await answer.text() == "chat: hello"


async def test_who_is_to_end_answers_until_the_balancer_has_heard(bench: Bench) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    bench.settings = replace(bench.settings, http=address)
    chat = RoutedPlatform("chat")

    async with running(bench.app(FakePlugin(chat))) as run, aiohttp.ClientSession() as session:
        await chat.started.wait()
        for _ in range(2):
            assert await asyncio.to_thread(state_of, address) is BotState.READY
        run.cancel()
        async with session.post(f"http://{address}/events", data="hello") as answer:
            assert await answer.text() == "chat: hello"
        while await asyncio.to_thread(state_of, address) is BotState.READY:
            assert not run.done()
        # What it sent before it heard is on its way.
        async with session.post(f"http://{address}/events", data="again") as answer:
            assert await answer.text() == "chat: again"
        with contextlib.suppress(asyncio.CancelledError):
            await run
    assert await asyncio.to_thread(state_of, address) is BotState.SILENT


async def test_a_service_shows_the_archive_below_the_routes_of_others(bench: Bench) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    environment = {"AINEWS_WEB_URL": "https://news.example"}
    settings = replace(bench.settings, http=address, web_url=environment["AINEWS_WEB_URL"])
    terminal = LivePlatform("terminal")
    installation = Installation(
        environment,
        settings,
        Translators("en"),
        Plugins((FakePlugin(terminal),), services=(EchoService(),)),
        bench.clock,
    )
    await bench.store.entries.add(EntryDraft("News"), SOMEBODY)

    app = App(installation, bench.store, bench.said.put_nowait)
    async with running(app), aiohttp.ClientSession() as session:
        await terminal.started.wait()
        async with session.get(f"http://{address}/ko") as answer:
            assert await answer.text() == "https://news.example/ko News"
        async with session.get(f"http://{address}/health/live") as answer:
            assert await answer.text() == "ok\n"


async def test_a_place_that_is_taken_is_a_wrong_setting(bench: Bench) -> None:
    chat = LivePlatform("chat")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = HttpAddress(*taken.getsockname())
        bench.settings = replace(bench.settings, http=address)
        app = bench.app(FakePlugin(chat))

        with pytest.raises(SettingsError, match="AINEWS_HTTP: Another program listens"):
            await app.run()

    assert not chat.started.is_set()


async def outdated(store: DigestStore) -> None:
    """Let the search index be that of an older program."""
    await store.entries.add(EntryDraft("모델 압축"), SOMEBODY)
    async with store._database.write() as connection:
        await connection.execute(update(search_states).values(version="older"))


async def test_an_outdated_search_index_is_rebuilt_and_the_operator_is_told(bench: Bench) -> None:
    await outdated(bench.store)
    chat = LivePlatform("chat")

    async with running(bench.app(FakePlugin(chat))):
        begun, done = await bench.said.get(), await bench.said.get()

    assert begun.startswith("The search index is being rebuilt.")
    assert done == "The search index is rebuilt."
    assert not await bench.store.index.outdated()
    assert [one.entry.title for one in (await found(bench.store, "모델")).items] == ["모델 압축"]


async def test_a_search_index_that_is_right_is_nothing_to_tell(bench: Bench) -> None:
    await bench.store.entries.add(EntryDraft("모델 압축"), SOMEBODY)
    chat = LivePlatform("chat")

    async with running(bench.app(FakePlugin(chat))):
        await chat.started.wait()

    assert bench.said.empty()


async def test_a_rebuild_ends_with_the_bot_and_goes_on_at_the_next_start(bench: Bench) -> None:
    await outdated(bench.store)
    chat = LivePlatform("chat")

    async with running(bench.app(FakePlugin(chat))) as run:
        await bench.said.get()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    async with running(bench.app(FakePlugin(LivePlatform("chat")))):
        while await bench.store.index.outdated():
            await bench.said.get()


async def found(store: DigestStore, words: str) -> SearchPage:
    return await store.search.find(SearchQuery(words), 5)
