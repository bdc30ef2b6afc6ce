"""Posts: published, found again, changed and removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.slack import plugin
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.port.card import Card
from bot.port.platform import Permanent, PlatformContext, PlatformError, Retryable, Unknown
from store.model import Actor, ChannelRef, Receipt
from tests.adapters.slack.conftest import CHANNEL, MEMBER, at_once
from tests.adapters.slack.handler import ScriptedHandler, entry, say
from tests.fakes.clock import FakeClock
from tests.fakes.platform import made_from
from tests.fakes.slack import FakeChannel, FakeSlack
from tests.fakes.slack.server import SlackFault

HERE = ChannelRef("slack", "T0HOME", CHANNEL)
KEY = "k1a2b3c4d5e6f7g8h9i0jklmn"
DIGEST = Card("AI news: Story 1", "en", sections=(entry(1), entry(2)))


async def test_a_post_carries_its_key_and_unfurls_nothing(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    receipt = await bot.publish(HERE, DIGEST, KEY)
    (sent,) = slack.called("chat.postMessage")
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert sent["metadata"] == {"event_type": "ainews_post", "event_payload": {"key": KEY}}
    assert (sent["unfurl_links"], sent["unfurl_media"]) == (False, False)
    assert sent["text"] == "AI news: Story 1"
    assert receipt == Receipt(
        "slack", {"team": "T0HOME", "channel": CHANNEL, "ts": message["ts"], "key": KEY}
    )


async def test_a_post_is_found_by_its_key(
    slack: FakeSlack, bot: SlackPlatform, clock: FakeClock
) -> None:
    begun = clock()
    await bot.publish(HERE, DIGEST, "another")
    receipt = await bot.publish(HERE, DIGEST, KEY)
    for number in range(500):
        slack.workspace.channels[CHANNEL].messages.append(
            {"ts": slack.workspace.ts(), "text": f"chatter {number}"}
        )
    assert await bot.find(HERE, KEY, begun) == receipt
    assert await bot.find(HERE, "never", begun) is None
    assert await bot.find(HERE, KEY, begun + timedelta(hours=1)) is None


async def test_the_key_of_another_app_is_not_ours(
    slack: FakeSlack, bot: SlackPlatform, clock: FakeClock
) -> None:
    metadata = {"event_type": "something_else", "event_payload": {"key": KEY}}
    slack.workspace.channels[CHANNEL].messages.append(
        {"ts": slack.workspace.ts(), "text": "x", "metadata": metadata}
    )
    assert await bot.find(HERE, KEY, clock()) is None


async def test_parts_of_a_digest_stand_in_the_thread_of_the_first(
    slack: FakeSlack, bot: SlackPlatform, clock: FakeClock
) -> None:
    first = await bot.publish(HERE, DIGEST, "part1")
    second = await bot.publish(HERE, DIGEST, "part2", first)
    messages = slack.workspace.channels[CHANNEL].messages
    assert messages[1]["thread_ts"] == messages[0]["ts"]
    assert await bot.find(HERE, "part2", clock(), first) == second
    assert await bot.find(HERE, "part2", clock()) is None


@pytest.mark.parametrize("word", ["thread_not_found", "cannot_reply_to_message"])
async def test_a_part_whose_thread_is_gone_stands_in_the_channel(
    slack: FakeSlack, bot: SlackPlatform, clock: FakeClock, word: str
) -> None:
    first = await bot.publish(HERE, DIGEST, "part1")
    slack.workspace.channels[CHANNEL].messages.clear()
    slack.fail("chat.postMessage", SlackFault(error=word))
    second = await bot.publish(HERE, DIGEST, "part2", first)
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert "thread_ts" not in message
    assert await bot.find(HERE, "part2", clock(), first) == second
    assert await bot.find(HERE, "part3", clock(), first) is None
    slack.fail("conversations.replies", SlackFault(error="not_in_channel"))
    with pytest.raises(Permanent):
        await bot.find(HERE, "part2", clock(), first)


async def test_a_post_is_changed_and_removed(slack: FakeSlack, bot: SlackPlatform) -> None:
    receipt = await bot.publish(HERE, DIGEST, KEY)
    await bot.update(receipt, Card("Now one", "en", sections=(entry(1, "Corrected"),)))
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert "Corrected" in str(message["blocks"])
    assert message["metadata"]["event_payload"] == {"key": KEY}
    await bot.remove(receipt)
    assert slack.workspace.channels[CHANNEL].messages == []


async def test_what_somebody_deleted_stays_deleted(slack: FakeSlack, bot: SlackPlatform) -> None:
    receipt = await bot.publish(HERE, DIGEST, KEY)
    slack.workspace.channels[CHANNEL].messages.clear()
    await bot.update(receipt, DIGEST)
    await bot.remove(receipt)
    assert slack.workspace.channels[CHANNEL].messages == []


async def test_a_person_is_told_in_private(slack: FakeSlack, bot: SlackPlatform) -> None:
    await bot.tell(Actor("slack", "T0HOME", MEMBER, "Minji"), say("It broke."))
    (message,) = slack.workspace.channels[f"D{MEMBER}"].messages
    assert message["text"] == "It broke."


@pytest.mark.parametrize(
    ("word", "remedy"),
    [
        ("channel_not_found", "/invite"),
        ("not_in_channel", "/invite"),
        ("is_archived", "Unarchive"),
        ("restricted_action", "settings"),
    ],
)
async def test_a_channel_that_is_closed_to_us_is_said_with_the_remedy(
    slack: FakeSlack, bot: SlackPlatform, word: str, remedy: str
) -> None:
    slack.fail("chat.postMessage", SlackFault(error=word))
    with pytest.raises(Permanent) as caught:
        await bot.publish(HERE, DIGEST, KEY)
    assert remedy in caught.value.remedy


async def test_the_delay_is_slacks_own(slack: FakeSlack, bot: SlackPlatform) -> None:
    slack.fail("chat.postMessage", SlackFault(429, "ratelimited", {"Retry-After": "17"}))
    with pytest.raises(Retryable) as caught:
        await bot.publish(HERE, DIGEST, KEY)
    assert caught.value.after == timedelta(seconds=17)
    assert slack.called("chat.postMessage") == []


@pytest.mark.parametrize(
    "fault",
    [
        SlackFault(500, "internal_error", done=True),
        SlackFault(503, text="<html>no</html>", done=True),
        SlackFault(200, text="{ not JSON", done=True),
        SlackFault(200, error="fatal_error", done=True),
        SlackFault(lost=True, done=True),
        SlackFault(lost=True),
    ],
)
async def test_a_post_without_an_answer_is_not_sent_again(
    slack: FakeSlack, bot: SlackPlatform, fault: SlackFault
) -> None:
    slack.fail("chat.postMessage", fault)
    with pytest.raises(Unknown):
        await bot.publish(HERE, DIGEST, KEY)
    assert len(slack.called("chat.postMessage")) == int(fault.done)


async def test_every_answer_over_http_is_counted(
    slack: FakeSlack, clock: FakeClock, handler: ScriptedHandler, tmp_path: Path
) -> None:
    met: list[tuple[str, int]] = []
    context = PlatformContext(
        slack.environment(), clock, tmp_path, answered=lambda *answer: met.append(answer)
    )
    platform = plugin.create(context)
    await platform.start(handler)
    before = set(met)
    for fault in (SlackFault(503), SlackFault(lost=True)):
        slack.fail("chat.postMessage", fault)
        with pytest.raises(PlatformError):
            await platform.publish(HERE, DIGEST, KEY)

    assert ("slack", 200) in before
    assert {answer for answer in met if answer not in before} == {("slack", 503), ("slack", 0)}
    await platform.close()


async def test_a_slow_answer_is_no_answer(
    slack: FakeSlack, clock: FakeClock, handler: ScriptedHandler
) -> None:
    platform = SlackPlatform(
        settings.read(slack.environment()), made_from(clock), timeout=0.3, sleep=at_once
    )
    await platform.start(handler)
    fault = SlackFault(slow=True, done=True)
    slack.fail("chat.postMessage", fault)
    with pytest.raises(Unknown):
        await platform.publish(HERE, DIGEST, KEY)
    fault.released.set()
    await platform.close()


async def test_what_may_be_asked_twice_is(
    slack: FakeSlack, bot: SlackPlatform, clock: FakeClock
) -> None:
    receipt = await bot.publish(HERE, DIGEST, KEY)
    slack.fail("conversations.history", SlackFault(429, "ratelimited", {"Retry-After": "0"}))
    assert await bot.find(HERE, KEY, clock()) == receipt
    slack.fail("conversations.history", SlackFault(429, "ratelimited", {"Retry-After": "60"}))
    with pytest.raises(Retryable) as caught:
        await bot.find(HERE, KEY, clock())
    assert caught.value.after == timedelta(minutes=1)
    slack.fail("chat.update", SlackFault(lost=True))
    with pytest.raises(Retryable):
        await bot.update(receipt, DIGEST)


async def test_a_post_whose_image_slack_cannot_fetch_goes_without(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    pictured = replace(DIGEST, sections=(replace(entry(1), image="https://img.example/a.png"),))
    slack.fail("chat.postMessage", SlackFault(error="invalid_blocks"))
    await bot.publish(HERE, pictured, KEY)
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert "Story 1" in str(message["blocks"])
    assert "img.example" not in str(message["blocks"])
    slack.fail("chat.update", SlackFault(error="invalid_blocks"))
    await bot.update(Receipt("slack", {"channel": CHANNEL, "ts": message["ts"]}), pictured)


async def test_a_post_that_slack_refuses_in_every_form_goes_as_text(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    slack.fail("chat.postMessage", *(SlackFault(error="msg_blocks_too_long") for _ in range(3)))
    await bot.publish(HERE, DIGEST, KEY)
    (message,) = slack.workspace.channels[CHANNEL].messages
    assert (message["text"], message["blocks"]) == ("AI news: Story 1", [])
    assert message["metadata"]["event_payload"] == {"key": KEY}


async def test_a_revoked_token_ends_the_platform_and_breaks_no_channel(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    slack.fail("chat.postMessage", SlackFault(error="token_revoked"))
    with pytest.raises(Retryable):
        await bot.publish(HERE, DIGEST, KEY)
    with pytest.raises(Permanent) as caught:
        await bot.wait_closed()
    assert "SLACK_BOT_TOKEN" in caught.value.remedy


async def test_obstacles_name_what_to_do(slack: FakeSlack, bot: SlackPlatform) -> None:
    workspace = slack.workspace
    workspace.channel(FakeChannel("C0OUT", joined=False))
    workspace.channel(FakeChannel("G0SECRET", joined=False, private=True))
    workspace.channel(FakeChannel("C0OLD", archived=True))

    async def obstacles(channel: str) -> str:
        return " ".join(await bot.obstacles(ChannelRef("slack", "T0HOME", channel), "en"))

    assert await obstacles(CHANNEL) == ""
    assert await obstacles(f"D{MEMBER}") == ""
    assert "/invite @ainews" in await obstacles("C0OUT")
    assert "/invite @ainews" in await obstacles("G0SECRET")
    assert "archived" in await obstacles("C0OLD")


async def test_nothing_is_sent_before_the_start_or_after_the_end(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    await bot.close()
    await bot.close()
    for work in (bot.publish(HERE, DIGEST, KEY), bot.obstacles(HERE, "en")):
        with pytest.raises(Retryable):
            await work
    assert slack.called("chat.postMessage") == []
    await bot.wait_closed()
