"""HTTP instead of Socket Mode: signed requests at /slack/events, and only those."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from hypothesis import assume, given
from hypothesis import strategies as st
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from adapters.slack.interactions.app import answer
from adapters.slack.interactions.listeners import PATIENCE
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup import settings
from bot.config.readers import HttpAddress
from bot.http import Listener
from bot.port.service import HttpRequest
from tests.adapters.slack.conftest import ADMIN, CHANNEL, MEMBER
from tests.adapters.slack.handler import LINK, ScriptedHandler
from tests.fakes.clock import FakeClock
from tests.fakes.platform import made_from
from tests.fakes.slack.deeds import Deeds, filled_in
from tests.fakes.slack.delivery import SlackDelivery
from tests.fakes.slack.server import SECRET, FakeSlack


@dataclass(frozen=True)
class Caller:
    """Slack, calling the bot."""

    slack: FakeSlack
    session: aiohttp.ClientSession
    url: str

    async def call(
        self,
        payload: dict[str, Any],
        *,
        secret: str = SECRET,
        age: float = 0,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send a delivery and return the status and what came back."""
        if "command" in payload:
            body = urlencode(payload)
        elif payload["type"] in {"event_callback", "url_verification"}:
            body = json.dumps(payload)
        else:
            body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time() - age))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
        sent = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
            **(headers or {}),
        }
        data = BytesIO(body.encode())
        async with self.session.post(self.url, data=data, headers=sent) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith("{") else text

    def answered(self, payload: dict[str, Any]) -> SlackDelivery:
        """Give a delivery a response_url, and return what will be answered there."""
        delivery = SlackDelivery(self.slack.number(), "http", payload)
        self.slack.deliveries[delivery.envelope_id] = delivery
        self.slack.by_trigger[payload["trigger_id"]] = delivery
        base = self.slack.url.removesuffix("api/")
        payload["response_url"] = f"{base}respond/{delivery.number}"
        return delivery


def over_http(slack: FakeSlack) -> dict[str, str]:
    """Return the settings with which Slack calls the bot."""
    environment = slack.environment()
    del environment["SLACK_APP_TOKEN"]
    return {**environment, "SLACK_SIGNING_SECRET": SECRET}


@asynccontextmanager
async def calling(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock, patience: float = PATIENCE
) -> AsyncIterator[Caller]:
    """The bot listens; Slack calls."""
    address = HttpAddress("127.0.0.1", unused_port())
    platform = SlackPlatform(settings.read(over_http(slack)), made_from(clock), patience=patience)
    listener = Listener(address, platform.routes)
    await listener.start()
    try:
        assert not platform.connected
        await platform.start(handler)
        assert platform.connected
        async with aiohttp.ClientSession() as session:
            yield Caller(slack, session, f"http://{address}/slack/events")
    finally:
        await platform.close()
        await listener.close()


@pytest.fixture
async def caller(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock
) -> AsyncIterator[Caller]:
    """Slack, calling the bot that listens."""
    async with calling(slack, handler, clock) as made:
        yield made


@pytest.fixture
def person(slack: FakeSlack) -> Deeds:
    return Deeds(slack, MEMBER, CHANNEL)


async def test_a_command_is_acknowledged_and_answered(caller: Caller, person: Deeds) -> None:
    payload = person.typed("latest")
    delivery = caller.answered(payload)
    assert await caller.call(payload) == (200, "")
    assert "Story 10" in str((await delivery.answer())["blocks"])


async def test_a_form_is_acknowledged_with_what_is_wrong(caller: Caller, slack: FakeSlack) -> None:
    status, answer = await caller.call(await a_form(caller, Deeds(slack, ADMIN, CHANNEL), " "))
    assert status == 200
    assert answer["errors"] == {"title": "An entry needs a title."}


async def test_a_form_is_acknowledged_with_its_answer_however_late_the_process_is(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    async with calling(slack, handler, clock, patience=0.1) as caller:
        sent = await a_form(caller, Deeds(slack, ADMIN, CHANNEL), "Attention")
        delivery = caller.answered(sent)
        handler.wait()
        called = asyncio.create_task(caller.call(sent))
        await handler.begun.wait()
        # The machine is so busy that Slack's three seconds are over when this process goes on.
        monkeypatch.setattr(time, "time", lambda: now() + 10)
        status, answer = await called
        assert (status, answer["response_action"]) == (200, "update")
        assert "One moment…" in str(answer["view"])
        # Slack, which had heard nothing, may ask again.
        again = asyncio.create_task(caller.call(sent))
        handler.slow.set()
        assert "Added: Attention" in str((await delivery.view())["blocks"])
        assert await again == (200, answer)
        assert sum(each.submitted for each in handler.invocations) == 1


async def a_form(caller: Caller, moderator: Deeds, title: str) -> dict[str, Any]:
    """Open the form of an entry, fill it in, and return it as it is sent."""
    payload = moderator.typed(f"add {LINK}")
    delivery = caller.answered(payload)
    await caller.call(payload)
    view = await delivery.view()
    return moderator.interaction("view_submission") | {
        "view": {**view, "state": {"values": filled_in(view, {"title": title})}}
    }


@pytest.mark.parametrize(("secret", "age"), [("another secret", 0), (SECRET, 600), (SECRET, -600)])
async def test_what_is_not_signed_rightly_and_lately_is_refused(
    caller: Caller, person: Deeds, handler: ScriptedHandler, secret: str, age: float
) -> None:
    status, _ = await caller.call(person.typed("latest"), secret=secret, age=age)
    assert status == 401
    assert handler.invocations == []


async def test_an_unsigned_call_is_refused_and_spends_no_id(
    caller: Caller, person: Deeds, handler: ScriptedHandler
) -> None:
    payload = person.typed("latest")
    delivery = caller.answered(payload)
    status, _ = await caller.call(payload, headers={"X-Slack-Signature": ""})
    assert status == 401
    await caller.call(payload)
    await delivery.answer()
    assert len(handler.invocations) == 1


@pytest.mark.parametrize("more", [{"ssl_check": "1"}, {"type": "url_verification"}, {"token": "x"}])
async def test_nothing_in_a_body_stands_for_a_signature(
    caller: Caller, person: Deeds, handler: ScriptedHandler, more: dict[str, str]
) -> None:
    status, said = await caller.call(
        person.typed("latest") | more, headers={"X-Slack-Signature": "v0=00"}
    )
    assert (status, said) == (200 if "ssl_check" in more else 401, "")
    assert handler.invocations == []


@cache
def unused_app() -> AsyncApp:
    return AsyncApp(name="unused", signing_secret=SECRET, token="xoxb-unused")  # noqa: S106 - opens nothing


@given(
    body=st.binary(max_size=80)
    | st.sampled_from([b"{", b"payload=%7B", b"payload=[]", b"\xff", b"a=b&ssl_check=1"]),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", ""]),
    stamp=st.sampled_from(["", "now", "-1", "1e9", "9" * 5000]) | st.text(max_size=8),
    signature=st.text(max_size=12) | st.none(),
)
async def test_whatever_is_not_signed_is_refused_unread(
    body: bytes, kind: str, stamp: str, signature: str | None
) -> None:
    assume(b"ssl_check=1" not in body.split(b"&"))  # Slack looks at the certificate
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp}
    headers |= {} if signature is None else {"X-Slack-Signature": signature}
    request = HttpRequest("POST", "/slack/events", "", headers, body)
    # By this Slack asks whether anybody listens. It is never signed.
    asks = b"ssl_check=1" in body.split(b"&")

    assert (await answer(unused_app(), SECRET, request)).status == (200 if asks else 401)


async def test_a_body_that_is_too_long_is_refused(
    caller: Caller, person: Deeds, handler: ScriptedHandler
) -> None:
    status, _ = await caller.call(person.typed("latest" + " " * 6 * 1024 * 1024))
    assert status == 413
    assert handler.invocations == []


async def test_what_nobody_listens_to_is_let_go_each_time(caller: Caller, person: Deeds) -> None:
    pressed = person.interaction("block_actions") | {
        "actions": [{"action_id": "of another app", "block_id": "b", "type": "button"}],
        "container": {"type": "message"},
    }
    async with asyncio.timeout(20):
        for _ in range(2):
            assert await caller.call(pressed) == (200, "")


async def test_a_repeated_call_is_acknowledged_and_not_done_again(
    caller: Caller, person: Deeds, handler: ScriptedHandler
) -> None:
    payload = person.typed("latest")
    delivery = caller.answered(payload)
    await caller.call(payload)
    await delivery.answer()
    assert await caller.call(payload, headers={"X-Slack-Retry-Num": "1"}) == (200, "")
    assert len(handler.invocations) == 1


async def test_slack_may_verify_the_address(caller: Caller) -> None:
    payload = {"type": "url_verification", "challenge": "c4", "token": "none"}
    status, answer = await caller.call(payload)
    assert (status, answer) == (200, {"challenge": "c4"})


async def test_only_the_one_address_is_served(caller: Caller) -> None:
    base = caller.url.removesuffix("/slack/events")
    for path in ("/", "/slack/install", "/slack/events/"):
        async with caller.session.post(base + path) as response:
            assert response.status == 404
    async with caller.session.get(caller.url) as response:
        assert response.status == 405


async def test_before_it_is_signed_in_slack_is_to_try_again(
    slack: FakeSlack, clock: FakeClock
) -> None:
    platform = SlackPlatform(settings.read(over_http(slack)), made_from(clock))
    (route,) = platform.routes

    response = await route.handle(HttpRequest("POST", route.path, "", {}, b""))

    assert response.status == 503


def test_socket_mode_needs_no_route(slack: FakeSlack, clock: FakeClock) -> None:
    environment = slack.environment() | {"SLACK_SIGNING_SECRET": SECRET}

    assert SlackPlatform(settings.read(environment), made_from(clock)).routes == ()
