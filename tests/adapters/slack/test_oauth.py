"""“Add to Slack”: once, in time, in the same browser; and what is said where that is not so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.many import ONE, OTHER, Many, installable
from tests.fakes.clock import FakeClock
from tests.fakes.secrets import found_in
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.server import SCOPES, SlackFault


@pytest.fixture
async def many(slack: FakeSlack, clock: FakeClock) -> AsyncIterator[Many]:
    async with installable(slack, clock) as running:
        yield running


async def test_a_workspace_is_installed(many: Many) -> None:
    status, page = await many.browser.install(ONE)
    assert status == 200
    assert f"AI News is in Team {ONE}." in page
    assert 'lang="ko"' in page
    assert f"team={ONE}" in page
    grant = many.installations.grants[ONE]
    assert many.slack.grants.tokens[grant.token] == ONE
    assert (grant.kept.bot, grant.kept.bot_name) == ("U0BOT", "ainews")
    assert "U0INSTALLER" not in repr(grant)
    assert set(grant.kept.scopes) == set(SCOPES.split(","))
    assert grant.token not in page
    assert grant.token not in repr(grant)


async def test_it_begins_before_the_bot_is_connected(many: Many) -> None:
    await many.bot.close()
    assert (await many.browser.install(ONE))[0] == 200


async def test_who_declines_is_told_that_nothing_happened(many: Many) -> None:
    status, page = await many.browser.install(None)
    assert status == 200
    assert "Slack was told not to" in page
    assert not many.installations.grants


async def test_the_way_back_can_be_taken_once(many: Many) -> None:
    back = await many.browser.decide(await many.browser.begin(), ONE)
    assert (await many.browser.come_back(back))[0] == 200
    status, page = await many.browser.come_back(back)
    assert status == 401
    assert "used already" in page
    assert 'href="/slack/install"' in page


async def test_nobody_comes_back_with_what_another_browser_began(many: Many) -> None:
    back = await many.browser.decide(await many.browser.begin(), ONE)
    await many.browser.begin()
    assert (await many.browser.come_back(back))[0] == 400
    many.browser.cookie = ""
    assert (await many.browser.come_back(back))[0] == 400
    assert not many.installations.grants


async def test_what_somebody_made_up_is_refused_and_never_shown(many: Many) -> None:
    site = many.browser.site
    many.browser.cookie = "ainews-slack-install=made-up"
    made_up = f"{site}/slack/oauth_redirect?state=made-up&code=<b>x</b>"
    assert (await many.browser.come_back(made_up))[0] == 401
    status, page = await many.browser.come_back(f"{site}/slack/oauth_redirect?error=<b>x</b>")
    assert status == 200
    assert "<b>" not in page
    await many.browser.begin()
    state = many.browser.cookie.partition("=")[2]
    for code in ("", "&code=never-given"):
        status, page = await many.browser.come_back(
            f"{site}/slack/oauth_redirect?state={state}{code}"
        )
        assert status == 401


LOST = SlackFault(lost=True)


@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
@pytest.mark.parametrize(
    ("faults", "logged"),
    [
        ([SlackFault(status=503, text="away")], "trouble of its own"),
        ([SlackFault(status=429, error="ratelimited")], "asks to wait"),
        ([SlackFault(status=200, text="<html>Sorry</html>")], "trouble of its own"),
        ([SlackFault(status=200, text="[]")], "trouble of its own"),
        ([LOST, LOST], "cannot be reached"),  # the library tries twice
    ],
)
async def test_slack_that_is_away_is_no_fault_of_theirs(
    many: Many, caplog: pytest.LogCaptureFixture, method: str, faults: list[SlackFault], logged: str
) -> None:
    many.slack.fail(method, *faults)
    status, page = await many.browser.install(ONE)
    assert (status, "in a few minutes" in page, "Begin again" in page) == (503, True, True)
    assert "nothing was installed in Slack: Slack" in caplog.text
    assert logged in caplog.text
    assert not many.installations.grants
    assert found_in(page + caplog.text, many.slack.grants.seen) == []
    assert (await many.browser.install(ONE))[0] == 200


async def test_why_slack_refuses_is_told_to_the_operator_alone(
    many: Many, caplog: pytest.LogCaptureFixture
) -> None:
    many.slack.fail("oauth.v2.access", SlackFault(status=200, error="bad_client_secret"))
    status, page = await many.browser.install(ONE)
    assert (status, "did not confirm" in page, "bad_client" in page) == (401, True, False)
    assert "bad_client_secret" in caplog.text
    assert found_in(page + caplog.text, many.slack.grants.seen) == []


async def test_a_store_that_is_away_is_no_fault_of_theirs(many: Many) -> None:
    many.installations.away = True
    status, page = await many.browser.install(ONE)
    assert status == 503
    assert "a few minutes" in page


async def test_to_look_at_a_link_follows_it_not(many: Many) -> None:
    back = await many.browser.decide(await many.browser.begin(), ONE)
    async with many.browser.session.head(back, headers={"Cookie": many.browser.cookie}) as answer:
        assert answer.status == 405
    assert (await many.browser.come_back(back))[0] == 200


async def test_no_log_has_a_token_or_a_code(many: Many, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        await many.browser.install(ONE)
        await many.browser.begin()
        state = many.browser.cookie.partition("=")[2]
        site = many.browser.site
        await many.browser.come_back(f"{site}/slack/oauth_redirect?state={state}&code=my-code")
        many.slack.grants.rotating = True
        await many.browser.install(OTHER)
    said = "".join(each.getMessage() for each in caplog.records if each.name != "aiohttp.access")
    assert found_in(said, many.slack.grants.seen) == []
    assert "my-code" not in said


async def test_bolt_makes_nothing_of_credentials_in_the_environment(
    slack: FakeSlack,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "a secret")
    with caplog.at_level("DEBUG"):
        async with installable(slack, clock) as many:
            await many.browser.install(ONE)
            assert await (await many.person(ONE).type("latest")).answer()
    assert "file-based" not in caplog.text
