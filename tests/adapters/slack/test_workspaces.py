"""Many workspaces: each by its own token, and one that takes it back ends nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.port.card import Card
from bot.port.invocation import Asker, Role
from bot.port.platform import Installable, Permanent, Retryable
from store.model import Actor, ChannelRef, Receipt
from tests.adapters.slack.conftest import CHANNEL
from tests.adapters.slack.many import ONE, OTHER, PERSON, Many, installable
from tests.fakes.clock import FakeClock
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.limits import SlackLimits
from tests.fakes.slack.server import SlackFault

CARD = Card(summary="News", language="en")
HERE, THERE = (ChannelRef("slack", team, CHANNEL) for team in (ONE, OTHER))
HALF_A_DAY = timedelta(hours=12)


@pytest.fixture
def clock() -> FakeClock:
    """Slack's library measures a token's life by the real clock."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
async def many(slack: FakeSlack, clock: FakeClock) -> AsyncIterator[Many]:
    """Both workspaces have installed the bot."""
    async with installable(slack, clock) as running:
        yield running


async def install_both(many: Many) -> None:
    for team in (ONE, OTHER):
        assert (await many.browser.install(team))[0] == 200


async def test_each_workspace_is_spoken_to_by_its_own_token(many: Many) -> None:
    await install_both(many)
    receipts = [await many.bot.publish(ref, CARD, f"key {ref.workspace}") for ref in (HERE, THERE)]
    for team, receipt in zip((ONE, OTHER), receipts, strict=True):
        (message,) = await many.slack.said(CHANNEL, team=team)
        assert receipt.data["team"] == team
        assert message["ts"] == receipt.data["ts"]
    await many.bot.update(receipts[1], Card(summary="Other news", language="en"))
    await many.bot.remove(receipts[0])
    assert not many.slack.teams[ONE].channels[CHANNEL].messages
    assert "Other news" in str(many.slack.teams[OTHER].channels[CHANNEL].messages)
    since = datetime.now(UTC) - timedelta(hours=1)
    assert await many.bot.find(THERE, f"key {OTHER}", since) == receipts[1]


async def test_commands_are_answered_where_they_were_typed(many: Many) -> None:
    await install_both(many)
    for team in (ONE, OTHER):
        assert await (await many.person(team).type("latest")).answer()
        assert many.handler.invocations[-1].channel == ChannelRef("slack", team, CHANNEL)
        assert many.handler.invocations[-1].asker.roles & Role.ADMIN
        await many.person(team).open_home()
    await many.slack.home(PERSON, after=1)


async def test_who_is_admin_elsewhere_is_nobody_here(many: Many) -> None:
    await install_both(many)
    many.slack.teams[OTHER].people[PERSON].admin = False
    await (await many.person(OTHER).type("latest")).answer()
    assert not many.handler.invocations[-1].asker.roles & Role.ADMIN
    await (await many.person(ONE).type("latest")).answer()
    assert many.handler.invocations[-1].asker.roles & Role.ADMIN


async def test_where_nobody_installed_it_a_sentence_says_so(many: Many) -> None:
    delivery = await many.person(ONE).type("latest")
    assert "not in this Slack workspace" in (await delivery.answer())["text"]
    with pytest.raises(Permanent) as caught:
        await many.bot.publish(HERE, CARD, "key")
    assert "workspace" in caught.value.reason
    with pytest.raises(Permanent):
        await many.bot.update(Receipt("slack", {"channel": CHANNEL, "ts": "1.0"}), CARD)


async def test_nobody_hears_what_strangers_call_their_channels(many: Many) -> None:
    await install_both(many)
    asker = Asker(Actor("slack", ONE, PERSON, "Minji"), Role.MEMBER)
    assert await many.bot.names([HERE, THERE], asker) == {HERE: "#ai-news"}
    assert set(await many.bot.names([HERE, THERE], None)) == {HERE, THERE}


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_an_end_ends_one_workspace(many: Many, event: str) -> None:
    await install_both(many)
    await many.bot.publish(HERE, CARD, "before")
    many.slack.uninstall(ONE)
    happened = await many.person(ONE).event({"type": event, "tokens": {"bot": ["U0BOT"]}})
    await happened.acknowledgement()
    await many.slack.until(lambda: len(many.slack.called("auth.test")) >= 2)
    assert await ended(many) == [ONE]
    with pytest.raises(Permanent):
        await many.bot.publish(HERE, CARD, "after")
    await many.bot.publish(THERE, CARD, "elsewhere")
    assert many.bot.connected


async def test_a_token_that_opens_nothing_ends_its_workspace(many: Many) -> None:
    await install_both(many)
    many.slack.uninstall(ONE)
    with pytest.raises(Retryable):
        await many.bot.publish(HERE, CARD, "key")
    assert await ended(many) == [ONE]
    await many.bot.publish(THERE, CARD, "key")


async def test_an_end_that_is_told_late_does_not_end_what_was_installed_since(many: Many) -> None:
    await install_both(many)
    many.slack.uninstall(ONE)
    assert (await many.browser.install(ONE))[0] == 200
    happened = await many.person(ONE).event({"type": "app_uninstalled"})
    await happened.acknowledgement()
    many.slack.teams[ONE].channels[CHANNEL].joined = True
    await many.bot.publish(HERE, CARD, "key")
    assert many.installations.ended == []


async def test_what_slack_cannot_say_ends_nothing(many: Many) -> None:
    await install_both(many)
    many.slack.fail("chat.postMessage", SlackFault(error="invalid_auth"))
    many.slack.fail("auth.test", SlackFault(status=500, text="{}"))
    with pytest.raises(Retryable):
        await many.bot.publish(HERE, CARD, "key")
    assert many.installations.ended == []
    await many.bot.publish(HERE, CARD, "key")


async def test_a_new_token_is_used_within_a_minute(many: Many, clock: FakeClock) -> None:
    await install_both(many)
    await many.bot.publish(HERE, CARD, "key")
    await many.browser.install(ONE)  # In another process, which tells nobody.
    clock.forward(minutes=2)
    await many.bot.publish(HERE, CARD, "key 2")
    posted = [call for call in many.slack.calls if call.method == "chat.postMessage"]
    assert [call.team for call in posted] == [ONE, ONE]


async def test_a_token_is_renewed_before_it_ends(many: Many, clock: FakeClock) -> None:
    many.slack.grants.rotating = True
    await install_both(many)
    first = many.installations.grants[ONE]
    assert first.refresh_token
    clock.forward(hours=11)
    await asyncio.gather(*(many.bot.publish(HERE, CARD, f"key {n}") for n in range(3)))
    second = many.installations.grants[ONE]
    assert second.token != first.token
    assert second.refresh_token != first.refresh_token
    assert second.kept.expires_at == clock() + HALF_A_DAY
    assert len(many.slack.called("oauth.v2.access")) == 3


async def test_while_another_process_renews_the_old_token_is_used(
    many: Many, clock: FakeClock
) -> None:
    many.slack.grants.rotating = True
    await install_both(many)
    many.installations.busy = True
    clock.forward(hours=11)
    await many.bot.publish(HERE, CARD, "key")
    clock.forward(hours=2)
    with pytest.raises(Retryable) as caught:
        await many.bot.publish(HERE, CARD, "key 2")
    assert caught.value.after is not None
    many.installations.busy = False
    await many.bot.publish(HERE, CARD, "key 2")


async def test_a_token_that_slack_does_not_renew_is_used_to_its_end(
    many: Many, clock: FakeClock
) -> None:
    many.slack.grants.rotating = True
    await install_both(many)
    clock.forward(hours=11)
    many.slack.fail("oauth.v2.access", SlackFault(error="invalid_refresh_token"))
    await many.bot.publish(HERE, CARD, "key")
    clock.forward(hours=2)
    many.slack.fail("oauth.v2.access", SlackFault(error="invalid_refresh_token"))
    with pytest.raises(Permanent):
        await many.bot.publish(HERE, CARD, "key 2")
    assert await ended(many) == [ONE]


async def test_a_token_that_ended_early_is_renewed(many: Many) -> None:
    many.slack.grants.rotating = True
    await install_both(many)
    many.slack.grants.end(ONE, "token_expired")
    with pytest.raises(Retryable):
        await many.bot.publish(HERE, CARD, "key")
    await many.bot.publish(HERE, CARD, "key")
    assert many.installations.ended == []


async def test_the_limits_of_each_workspace_are_kept(many: Many, clock: FakeClock) -> None:
    await install_both(many)
    for team in (ONE, OTHER):
        many.slack.limits_of[team] = SlackLimits(history_a_minute=1)
    many.slack.page_most = 15
    since = clock() - timedelta(hours=1)
    for ref in (HERE, THERE):
        assert await many.bot.find(ref, "key", since) is None
        with pytest.raises(Retryable) as caught:
            await many.bot.find(ref, "key", since)
        assert caught.value.after is not None
        assert caught.value.after > timedelta(seconds=50)
    assert not any(limits.refused for limits in many.slack.limits_of.values())


async def test_few_posts_are_under_way_in_each_of_many(many: Many) -> None:
    await install_both(many)
    assert isinstance(many.bot, Installable)
    assert many.bot.install_path == "/slack/install"
    assert (many.bot.posts_at_once, many.bot.posts_each) == (64, 2)


async def ended(many: Many) -> list[str]:
    """Return which workspaces ended, as soon as one has."""
    await many.installations.one_ended.wait()
    return [team for team, _ in many.installations.ended]
