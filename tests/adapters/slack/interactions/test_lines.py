"""Socket Mode: lines drop and are refreshed, deliveries come again, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest

from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.port.platform import Permanent, Retryable
from store.model import ChannelRef
from tests.adapters.slack.conftest import CHANNEL, MEMBER, at_once
from tests.adapters.slack.handler import LINK, ScriptedHandler, say
from tests.fakes.clock import FakeClock
from tests.fakes.platform import made_from
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.server import FakeSlack, SlackFault


async def test_two_lines_are_kept_up(slack: FakeSlack, bot: SlackPlatform) -> None:
    del bot
    await slack.lines(2)


async def test_one_process_has_the_lines_while_others_post(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock
) -> None:
    platform = SlackPlatform(settings.read(slack.environment()), made_from(clock), sleep=at_once)
    await platform.listen(False)
    await platform.start(handler)
    try:
        here = ChannelRef("slack", "T0HOME", CHANNEL)
        assert await platform.publish(here, say("Hello."), "key1")
        assert platform.connected
        assert slack.sockets == []
        # The other ends, and this one takes commands in; then it is another's to do.
        await platform.listen(True)
        await slack.lines(2)
        assert await (await Deeds(slack, MEMBER, CHANNEL).type("latest")).answer()
        await platform.listen(True)
        await platform.listen(False)
        while slack.sockets:  # noqa: ASYNC110 - the fake says nothing
            await asyncio.sleep(0)
        assert await platform.publish(here, say("Hello again."), "key2")
        assert platform.connected
    finally:
        await platform.close()


async def test_a_dropped_line_loses_nothing_and_comes_back(slack: FakeSlack, member: Deeds) -> None:
    await slack.lines(2)
    await slack.drop(slack.sockets[0])
    answers = [await (await member.type("latest")).answer() for _ in range(4)]
    assert len(answers) == 4
    await slack.lines(2)


async def test_both_lines_may_drop(slack: FakeSlack, member: Deeds) -> None:
    await slack.lines(2)
    for socket in list(slack.sockets):
        await slack.drop(socket)
    assert await (await member.type("latest")).answer()


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_warned_line_is_read_to_its_end_while_another_takes_its_place(
    slack: FakeSlack, member: Deeds, reason: str
) -> None:
    await slack.lines(2)
    old = slack.sockets[0]
    await slack.warn(old, reason)
    await slack.lines(3)
    slack.sockets.remove(old)
    slack.sockets.insert(0, old)
    deliveries = [await member.type("latest") for _ in range(6)]
    await old.close()
    for delivery in deliveries:
        assert await delivery.acknowledgement() == {}
        assert await delivery.answer()
    assert len(slack.sockets) == 2


async def test_where_slack_counts_too_many_lines_no_further_one_is_opened_for_minutes(
    slack: FakeSlack, clock: FakeClock, handler: ScriptedHandler
) -> None:
    pauses: asyncio.Queue[float] = asyncio.Queue()
    over = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if seconds:
            pauses.put_nowait(seconds)
            await over.wait()

    platform = SlackPlatform(settings.read(slack.environment()), made_from(clock), sleep=sleep)
    await platform.start(handler)
    await slack.lines(2)
    first, second = slack.sockets

    await slack.warn(second, "too_many_websockets")
    assert await pauses.get() == 300.0
    assert await (await Deeds(slack, MEMBER, CHANNEL).type("latest")).answer()
    assert len(slack.called("apps.connections.open")) == 2
    assert slack.sockets == [first]

    over.set()
    await slack.lines(2)
    assert len(slack.called("apps.connections.open")) == 3
    await platform.close()


async def test_a_delivery_whose_line_broke_is_acknowledged_on_another(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    view = await (await member.shortcut("search_ainews")).view()
    handler.wait()
    await slack.lines(2)
    sent = await member.send(view, words="x")
    await handler.begun.wait()
    carrier = slack.sockets[0]
    for socket in slack.sockets[:1]:
        await slack.drop(socket)
    handler.slow.set()
    assert (await sent.acknowledgement())["response_action"] == "update"
    assert carrier not in slack.sockets


async def test_what_comes_again_is_acknowledged_and_not_done_again(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    delivery = await member.type("latest")
    await delivery.answer()
    await slack.send(delivery)
    await delivery.acknowledgement(times=2)
    assert len(handler.invocations) == 1
    assert delivery.answers.empty()


async def test_a_form_that_comes_again_is_acknowledged_as_the_first_time(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    view = await (await member.shortcut("search_ainews")).view()
    handler.wait()
    sent = await member.send(view, words="x")
    await slack.send(sent)
    handler.slow.set()
    await sent.acknowledgement(times=2)
    assert sent.acknowledgements[0] == sent.acknowledgements[1]
    assert [each.submitted for each in handler.invocations] == [False, True]


async def test_the_home_tab_is_drawn_once_for_an_event_that_comes_again(
    slack: FakeSlack, member: Deeds
) -> None:
    opened = await member.open_home()
    await slack.home(MEMBER)
    await slack.send(opened)
    await opened.acknowledgement(times=2)
    assert len(slack.called("views.publish")) == 1


async def test_a_refused_token_is_said_at_the_start(
    slack: FakeSlack, clock: FakeClock, handler: ScriptedHandler
) -> None:
    wrong = slack.environment() | {"SLACK_BOT_TOKEN": "xoxb-wrong"}
    platform = SlackPlatform(settings.read(wrong), made_from(clock))
    with pytest.raises(Permanent) as caught:
        await platform.start(handler)
    assert "SLACK_BOT_TOKEN" in caught.value.remedy
    wrong = slack.environment() | {"SLACK_APP_TOKEN": "xapp-wrong"}
    platform = SlackPlatform(settings.read(wrong), made_from(clock))
    with pytest.raises(Permanent) as caught:
        await platform.start(handler)
    assert "SLACK_APP_TOKEN" in caught.value.remedy


async def test_slack_may_be_away_at_the_start(
    slack: FakeSlack, clock: FakeClock, handler: ScriptedHandler
) -> None:
    here = ChannelRef("slack", "T0HOME", CHANNEL)
    platform = SlackPlatform(settings.read(slack.environment()), made_from(clock), sleep=at_once)
    for fault in (
        SlackFault(500, "internal_error"),
        SlackFault(429, "ratelimited", {"Retry-After": "30"}),
    ):
        slack.fail("auth.test", fault)
        with pytest.raises(Retryable):
            await platform.start(handler)
        with pytest.raises(Retryable):
            await platform.publish(here, say("too early"), "key")
    await platform.start(handler)
    assert await platform.publish(here, say("in time"), "key")
    await platform.close()


async def test_socket_mode_that_is_switched_off_ends_the_platform(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    await slack.lines(2)
    await slack.warn(slack.sockets[0], "link_disabled")
    with pytest.raises(Permanent) as caught:
        await bot.wait_closed()
    assert "Socket Mode" in caught.value.remedy


@pytest.mark.parametrize("event", ["tokens_revoked", "app_uninstalled"])
async def test_an_app_that_was_removed_ends_the_platform(
    bot: SlackPlatform, member: Deeds, event: str
) -> None:
    await member.event({"type": event, "tokens": {"oauth": [], "bot": ["U0BOT"]}})
    with pytest.raises(Permanent):
        await bot.wait_closed()


async def test_who_takes_back_what_only_they_granted_ends_nothing(
    bot: SlackPlatform, member: Deeds
) -> None:
    delivery = await member.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0MEMBER"]}})
    await delivery.acknowledgement()
    assert await (await member.type("latest")).answer()
    assert bot.connected


async def test_the_end_waits_for_answers_under_way(
    bot: SlackPlatform, member: Deeds, handler: ScriptedHandler
) -> None:
    handler.wait()
    delivery = await member.type("latest")
    await handler.begun.wait()
    closing = asyncio.create_task(bot.close())
    await asyncio.sleep(0)
    handler.slow.set()
    assert await delivery.answer()
    await closing


async def test_a_handlers_fault_ends_nothing(
    member: Deeds, handler: ScriptedHandler, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("a fault")

    handler.replies["fail"] = broken  # type: ignore[assignment]  # a fault
    failed = await member.type("fail")
    assert await failed.acknowledgement() == {}
    assert await (await member.type("latest")).answer()
    assert "a fault" in caplog.text


async def test_no_log_line_shows_a_token(member: Deeds, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        await (await member.type(f"search {LINK}")).answer()
    assert "xoxb-" not in caplog.text
    assert "xapp-" not in caplog.text


async def test_what_is_not_ours_is_acknowledged_so_that_it_comes_no_more(member: Deeds) -> None:
    happened = await member.event({"type": "reaction_added", "user": member.user})
    assert await happened.acknowledgement() == {}


async def test_no_command_waits_until_slack_says_who_we_are(
    slack: FakeSlack, member: Deeds
) -> None:
    slack.fail("auth.test", SlackFault(error="fatal_error"))
    assert await (await member.type("latest")).answer()
    assert len(slack.called("auth.test")) == 1
