"""What strangers may ask for: commands a minute, schedules, and nothing where they are blocked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.limits import Allowance, Limits
from bot.port.invocation import Outcome, Reach, Role
from store.model import Actor, ChannelRef
from tests.bot.commands.conftest import OPERATOR, TypedConversation, words_of

BETA = Actor("test", "beta", "x", "Mallory")
WAITS = "You asked for a lot within a minute. You can go on in"
PLACE_WAITS = "People here asked for a lot within a minute. You can go on in"
BLOCKED = "The operator of AI News blocked this server"


def test_what_was_taken_comes_back_in_time() -> None:
    allowance = Allowance(60)

    assert [allowance.take("a", 5.0) for _ in range(61)] == [0] * 60 + [1]
    assert allowance.take("b", 5.0) == 0
    assert [allowance.take("a", 8.0) for _ in range(4)] == [0, 0, 0, 1]
    assert [allowance.take("a", 500.0) for _ in range(61)] == [0] * 60 + [1]


def test_few_a_minute_are_waited_for_long() -> None:
    allowance = Allowance(2)

    assert [allowance.take("a", 0.0) for _ in range(3)] == [0, 0, 30]
    assert allowance.take("a", 29.0) == 1
    assert allowance.take("a", 30.0) == 0


def test_what_costs_little_can_be_asked_often() -> None:
    allowance = Allowance(2)

    assert [allowance.take("a", 0.0, 0.1) for _ in range(21)] == [0] * 20 + [3]
    assert allowance.take("a", 0.0, 0.0) == 0


def test_no_limit_is_none() -> None:
    allowance = Allowance(0)

    assert not any(allowance.take("a", 0.0) for _ in range(100_000))


def test_whoever_rests_is_forgotten_and_nobody_else() -> None:
    allowance = Allowance(1)
    assert allowance.take("busy", 100.0) == 0
    for number in range(10_100):
        assert allowance.take(number, 0.0 if number < 10_050 else 100.0) == 0

    assert allowance.take("busy", 100.0) == 60


@pytest.fixture
async def beta(talk: TypedConversation) -> TypedConversation:
    """A conversation with a stranger of a workspace that only reads, over a digest of one entry."""
    await talk.type("add https://example.org/1 A story")
    await talk.commands.workspace_seen("test", "home", "Acme")
    await talk.commands.workspace_seen("test", "beta", "Beta")
    talk.become(roles=Role.EVERY, actor=BETA)
    talk.channel = ChannelRef("test", "beta", "general")
    return talk


async def again_and_again(talk: TypedConversation, line: str, times: int) -> list[str]:
    """Type a line many times within a moment, and return what was answered."""
    said = []
    for _ in range(times):
        typed = replace(talk.invocation(""), reach=Reach.CHANNEL)
        reply = await talk.commands.run_line(line, typed)
        if WAITS in words_of(reply.card) or PLACE_WAITS in words_of(reply.card):
            assert (reply.outcome, reply.private) == (Outcome.REFUSED, True)
        said.append(words_of(reply.card))
    return said


@pytest.mark.parametrize("line", ["latest share:yes", "colour:red what", "add", ""])
async def test_a_person_waits_who_asks_for_too_much(beta: TypedConversation, line: str) -> None:
    beta.limit(Limits(person=5))

    said = await again_and_again(beta, line, 7)
    assert [WAITS in one for one in said] == [False] * 5 + [True] * 2
    assert said[-1] == f"{WAITS} 12 seconds."
    beta.asker = replace(beta.asker, actor=replace(BETA, id="y"))
    assert WAITS not in (await again_and_again(beta, line, 1))[0]

    beta.asker = replace(beta.asker, actor=BETA)
    beta.clock[0] += timedelta(seconds=12)
    assert WAITS not in (await again_and_again(beta, line, 1))[0]


async def test_it_is_said_in_the_asker_s_language(beta: TypedConversation) -> None:
    beta.limit(Limits(person=1))
    beta.asker = replace(beta.asker, language="ko")

    said = await again_and_again(beta, "latest", 2)

    assert said[1] == "1분 사이에 너무 많이 요청하셨습니다. 60초 뒤에 다시 시도해 주세요."


async def test_a_workspace_waits_and_others_do_not(beta: TypedConversation) -> None:
    beta.limit(Limits(person=5, workspace=3))

    said = []
    for person in "abcd":
        beta.asker = replace(beta.asker, actor=replace(BETA, id=person))
        said += await again_and_again(beta, "latest", 1)
    assert [PLACE_WAITS in one for one in said] == [False] * 3 + [True]
    beta.asker = replace(beta.asker, actor=replace(BETA, workspace="gamma", id="e"))
    assert PLACE_WAITS not in (await again_and_again(beta, "latest", 1))[0]


async def test_where_the_digest_is_curated_only_each_person_is_counted(
    beta: TypedConversation,
) -> None:
    beta.limit(Limits(person=3, workspace=1))
    beta.become()

    said = await again_and_again(beta, "latest", 4)

    assert [WAITS in one for one in said] == [False] * 3 + [True]
    assert not any(PLACE_WAITS in one for one in said)


async def test_moderators_and_the_operator_do_not_wait(beta: TypedConversation) -> None:
    beta.limit(Limits(person=1, workspace=1))

    beta.become(roles=Role.MEMBER | Role.MODERATOR)
    curator = await again_and_again(beta, "review", 5)
    beta.asker = OPERATOR
    operator = await again_and_again(beta, "latest", 5)

    assert not any(WAITS in one or PLACE_WAITS in one for one in (*curator, *operator))


async def test_a_stranger_is_no_moderator_for_asking_much(beta: TypedConversation) -> None:
    beta.limit(Limits(person=1))

    said = await again_and_again(beta, "review", 2)

    assert WAITS in said[1]


async def test_completion_costs_little_and_ends_too(beta: TypedConversation) -> None:
    beta.limit(Limits(person=1))
    asked = beta.invocation("show")

    offered = [await beta.commands.complete(asked, "id", "A", 5) for _ in range(11)]

    assert [bool(one) for one in offered] == [True] * 10 + [False]


async def test_parts_of_one_answer_count_once(beta: TypedConversation) -> None:
    beta.limit(Limits(person=1))
    part = replace(beta.invocation("latest"), counted=False)

    first = await beta.commands.run(beta.invocation("latest"))
    others = [await beta.commands.run(part) for _ in range(5)]

    assert not any(WAITS in words_of(one.card) for one in (first, *others))
    assert WAITS in words_of((await beta.commands.run(beta.invocation("latest"))).card)


async def test_a_workspace_has_so_many_schedules(beta: TypedConversation) -> None:
    beta.limit(Limits(schedules=2))
    for name in ("one", "two", "one"):
        beta.channel = ChannelRef("test", "beta", name)
        assert "will be posted here" in await beta.said("schedule daily 09:00")

    beta.channel = ChannelRef("test", "beta", "three")
    reply = await beta.type("schedule daily 09:00", reach=Reach.CHANNEL)
    assert "This server has 2 schedules, as many as it may have." in words_of(reply.card)
    assert reply.private
    beta.channel = ChannelRef("test", "beta", "two")
    await beta.type("unschedule")
    beta.channel = ChannelRef("test", "beta", "three")
    assert "will be posted here" in await beta.said("schedule daily 09:00")
    beta.asker = OPERATOR
    beta.channel = ChannelRef("test", "beta", "four")
    assert "will be posted here" in await beta.said("schedule daily 09:00")


async def test_where_a_workspace_is_blocked_nothing_is_answered(beta: TypedConversation) -> None:
    await beta.store.workspaces.block("test", "beta", OPERATOR.actor)

    for line in ("latest share:yes", "schedule daily 09:00", "add", "nonsense:red", "", "vote 1"):
        reply = await beta.type(line, interactive=True, reach=Reach.CHANNEL)
        assert BLOCKED in words_of(reply.card)
        assert (reply.outcome, reply.private, reply.form) == (Outcome.REFUSED, True, None)
    assert await beta.commands.complete(beta.invocation("show"), "id", "A", 5) == ()
    await beta.commands.workspace_seen("test", "beta", "Beta again")
    assert BLOCKED in await beta.said("latest")
    beta.become()
    assert "A story" in await beta.said("latest")


async def test_a_blocked_workspace_curates_no_more_and_is_nobody_s_home(
    beta: TypedConversation,
) -> None:
    await beta.store.workspaces.block("test", "home", OPERATOR.actor)

    assert "its operator can let you curate" in await beta.said("add")
    assert "Acme" not in await beta.said("add")
    beta.become(roles=Role.EVERY)
    assert BLOCKED in await beta.said("add https://example.org/2 Another story")
    beta.asker = OPERATOR
    assert "Another story" in await beta.said("add https://example.org/2 Another story")


async def test_the_operator_reads_why_a_channel_rests(beta: TypedConversation) -> None:
    await beta.type("schedule daily 09:00")
    await beta.store.workspaces.block("test", "beta", OPERATOR.actor)
    beta.asker = OPERATOR

    assert "Paused: The operator blocked this workspace." in await beta.said("status")
    said = await beta.said("resume")
    assert "ainews workspaces unblock test/beta" in said
    assert "blocked a workspace" in await beta.said("log")
