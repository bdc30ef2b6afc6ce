"""What the operator must know reaches the first contact that can be reached, once."""

from __future__ import annotations

import json

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.config.readers import Contact, read_contacts
from bot.i18n.translator import Translators
from bot.operator_notices import OperatorNotices
from bot.port.card import Tone
from bot.port.platform import Permanent, Platform
from tests.fakes.platform import FakePlatform, refused

WORDS = Translators("en").of(None)


def notices(contacts: str, *platforms: FakePlatform) -> OperatorNotices:
    running: dict[str, Platform] = {one.name: one for one in platforms}
    return OperatorNotices(read_contacts(contacts), running, WORDS, local=(), say=lambda _: None)


def said(platform: FakePlatform) -> list[tuple[str, str]]:
    return [(person.id, card.summary) for person, card in platform.told]


async def test_the_first_who_can_be_reached_is_told() -> None:
    discord, slack = FakePlatform("discord"), FakePlatform("slack")
    ours = notices("discord/1, slack/U2", discord, slack)
    await ours.tell("One.", tone=Tone.FAILED)
    discord.telling.always = refused(Permanent("No messages."))
    await ours.tell("Two.", tone=Tone.FAILED)
    assert (said(discord), said(slack)) == ([("1", "One.")], [("U2", "Two.")])


async def test_the_same_is_said_once() -> None:
    slack = FakePlatform("slack")
    ours = notices("slack/U2", slack)
    for sentence in ("Away.", "Away.", "Back.", "Away."):
        await ours.tell(sentence, tone=Tone.FAILED)
    assert [text for _, text in said(slack)] == ["Away.", "Back.", "Away."]


async def test_what_reaches_nobody_waits() -> None:
    slack = FakePlatform("slack")
    running: dict[str, Platform] = {}
    ours = OperatorNotices((Contact("slack", "U2"),), running, WORDS, local=(), say=lambda _: None)
    await ours.tell("One.", tone=Tone.FAILED)
    await ours.tell("Two.", tone=Tone.FAILED)
    running["slack"] = slack
    await ours.flush()
    assert [text for _, text in said(slack)] == ["One.", "Two."]
    await ours.flush()
    assert len(slack.told) == 2


async def test_a_webhook_is_told() -> None:
    taken = []

    async def take(request: web.Request) -> web.Response:
        taken.append(json.loads(await request.text()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook/secret", take)
    async with TestServer(app) as server:
        url = str(server.make_url("/hook/secret"))
        await notices(f"http://127.0.0.1:1/x {url}").tell(
            "<!channel> & @everyone", tone=Tone.FAILED
        )
        assert str(Contact("", url)) == "127.0.0.1"
    [body] = taken
    assert body["text"] == "&lt;!channel&gt; &amp; @everyone"
    assert body["content"] == "<!channel> & @everyone"
    assert body["allowed_mentions"] == {"parse": []}


async def test_a_terminal_shows_what_is_told_and_without_one_it_is_said() -> None:
    terminal, spoken = FakePlatform("terminal"), list[str]()
    running: dict[str, Platform] = {}
    ours = OperatorNotices((), running, WORDS, local={"terminal"}, say=spoken.append)
    await ours.tell("One.")
    running["terminal"] = terminal
    await ours.report("Two.")
    assert spoken == ["One."]
    assert [card.summary for _, card in terminal.told] == ["Two."]
