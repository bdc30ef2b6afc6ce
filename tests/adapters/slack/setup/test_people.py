"""Who may what: admins, creators, guests and strangers."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.slack.api.ttl_cache import TtlCache
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup.people import person_of
from bot.port.invocation import Asker, Role
from bot.port.platform import Retryable
from store.model import Actor, ChannelRef
from tests.adapters.slack.conftest import ADMIN, CHANNEL, CREATOR, MEMBER
from tests.adapters.slack.handler import ScriptedHandler
from tests.fakes.clock import FakeClock
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.server import SlackFault
from tests.fakes.slack.workspace import TEAM

pytestmark = pytest.mark.usefixtures("bot")

EVERYTHING = Role.MEMBER | Role.MODERATOR | Role.CHANNEL_OWNER | Role.ADMIN


async def asker_of(
    slack: FakeSlack, handler: ScriptedHandler, user: str, channel: str = CHANNEL
) -> Asker:
    await (await Deeds(slack, user, channel).type("latest")).answer()
    return handler.asked.asker


async def test_owners_and_admins_may_everything(slack: FakeSlack, handler: ScriptedHandler) -> None:
    slack.workspace.person(FakePerson("U0OWNER", owner=True))
    assert (await asker_of(slack, handler, ADMIN)).roles == EVERYTHING
    assert (await asker_of(slack, handler, "U0OWNER")).roles == EVERYTHING


async def test_the_creator_manages_their_channel_only(
    slack: FakeSlack, handler: ScriptedHandler
) -> None:
    slack.workspace.channel(FakeChannel("C0OTHER", creator=ADMIN))
    here = await asker_of(slack, handler, CREATOR)
    assert here.roles == Role.MEMBER | Role.CHANNEL_OWNER
    assert (here.language, here.timezone) == ("ko-KR", "Asia/Seoul")
    assert (await asker_of(slack, handler, CREATOR, "C0OTHER")).roles == Role.MEMBER


async def test_everybody_manages_their_own_conversation_with_the_bot(
    slack: FakeSlack, handler: ScriptedHandler
) -> None:
    own = await asker_of(slack, handler, MEMBER, f"D{MEMBER}")
    assert own.roles == Role.MEMBER | Role.CHANNEL_OWNER
    other = await asker_of(slack, handler, MEMBER, f"D{ADMIN}")
    assert other.roles == Role.MEMBER


async def test_guests_and_strangers_read_only(slack: FakeSlack, handler: ScriptedHandler) -> None:
    workspace = slack.workspace
    workspace.person(FakePerson("U0GUEST", guest=True, admin=True))
    workspace.person(FakePerson("U0STRANGER", team="T0AWAY", admin=True, owner=True))
    workspace.channel(FakeChannel("C0THEIRS", creator="U0GUEST"))
    workspace.groups["S0ALL"] = ["U0GUEST", "U0STRANGER", MEMBER]
    for person in ("U0GUEST", "U0STRANGER"):
        asker = await asker_of(slack, handler, person, "C0THEIRS")
        assert (asker.roles, asker.groups, asker.named) == (Role.MEMBER, frozenset(), Role(0))
    assert (await asker_of(slack, handler, MEMBER)).groups == {"S0ALL"}


async def test_who_is_named_moderates_and_manages_every_channel(
    slack: FakeSlack, handler: ScriptedHandler
) -> None:
    assert (await asker_of(slack, handler, MEMBER)).named == Role.MODERATOR | Role.CHANNEL_OWNER


async def test_a_channel_that_the_bot_cannot_see_has_no_owner(
    slack: FakeSlack, handler: ScriptedHandler
) -> None:
    slack.workspace.channel(FakeChannel("G0", creator=MEMBER, private=True, joined=False))
    assert (await asker_of(slack, handler, MEMBER, "G0")).roles == Role.MEMBER


async def test_what_slack_does_not_say_is_not_granted(
    slack: FakeSlack, handler: ScriptedHandler
) -> None:
    slack.fail("users.info", SlackFault(error="user_not_visible"))
    slack.fail("usergroups.list", SlackFault(error="missing_scope"))
    slack.fail("conversations.info", SlackFault(500, "internal_error"))
    asker = await asker_of(slack, handler, ADMIN)
    assert (asker.roles, asker.groups, asker.language) == (Role.MEMBER, frozenset(), None)
    assert asker.named == Role(0)
    assert asker.actor.name == ADMIN.casefold()


async def test_what_was_taken_away_is_gone_within_a_minute(
    slack: FakeSlack, handler: ScriptedHandler, clock: FakeClock
) -> None:
    assert Role.ADMIN in (await asker_of(slack, handler, ADMIN)).roles
    slack.workspace.people[ADMIN].admin = False
    clock.forward(seconds=61)
    assert (await asker_of(slack, handler, ADMIN)).roles == Role.MEMBER
    assert len(slack.called("users.info")) == 2


@pytest.mark.parametrize(
    ("user", "reads_only"),
    [
        ({"team_id": "T1"}, False),
        ({"team_id": "T2"}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1"]}}, False),
        ({"team_id": "T1", "is_stranger": True}, True),
        ({"team_id": "T1", "deleted": True, "is_admin": True}, True),
        ({"team_id": "T1", "is_bot": True}, True),
        ({}, True),
    ],
)
def test_who_is_at_home(user: dict[str, object], reads_only: bool) -> None:
    person = person_of(user, "T1")
    assert person.reads_only is reads_only
    assert not person.admin


async def test_many_who_ask_at_once_ask_once(clock: FakeClock) -> None:
    asked: list[str] = []

    async def ask(key: str) -> str:
        asked.append(key)
        await asyncio.sleep(0)
        if key == "trouble":
            raise Retryable("not now")
        return key.upper()

    remembered = TtlCache(ask, timedelta(minutes=1), clock, limit=2)
    assert await asyncio.gather(*(remembered.get("a") for _ in range(5))) == ["A"] * 5
    assert asked == ["a"]
    results = await asyncio.gather(
        remembered.get("trouble"), remembered.get("trouble"), return_exceptions=True
    )
    assert [type(result) for result in results] == [Retryable, Retryable]
    for key in ("b", "c", "a"):
        await remembered.get(key)
    assert asked == ["a", "trouble", "b", "c", "a"]
    await remembered.close()


async def test_names_are_those_of_now_for_whoever_may_know_them(
    slack: FakeSlack, bot: SlackPlatform
) -> None:
    workspace = slack.workspace
    workspace.person(FakePerson("U0GUEST", guest=True))
    workspace.channel(FakeChannel("C0OLD", "old-name", members=["U0GUEST"]))
    workspace.channel(FakeChannel("C0QUIET", "quiet", private=True, members=["A", "B", MEMBER]))
    channels = [
        ChannelRef("slack", TEAM, one) for one in (CHANNEL, "C0OLD", "C0QUIET", f"D{ADMIN}", "C0X")
    ]

    async def names(person: str | None, roles: Role = Role.MEMBER) -> dict[str, str]:
        asker = None if person is None else Asker(Actor("slack", TEAM, person, ""), roles)
        return {one.id: name for one, name in (await bot.names(channels, asker)).items()}

    workspace.channels["C0OLD"].name = "new-name"
    everybody = {CHANNEL: "#ai-news", "C0OLD": "#new-name"}
    assert await names(CREATOR) == everybody
    assert await names("") == everybody
    assert await names(MEMBER) == everybody | {"C0QUIET": "#quiet"}
    assert await names("U0GUEST") == {"C0OLD": "#new-name"}
    assert await names(ADMIN, Role.EVERY) == everybody | {f"D{ADMIN}": "", "C0X": "C0X"}
    assert await names(None) == everybody | {"C0QUIET": "#quiet", f"D{ADMIN}": "", "C0X": ""}
