"""A digest in one's own direct messages: followed, shown, ended; and of nobody else's concern."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.port.card import Action, Card
from bot.port.invocation import Outcome, Role
from bot.port.platform import Permanent, Retryable
from store.model import Actor, Channel, ChannelRef, ChannelState, EntryDraft, Layout, Trouble
from tests.bot.commands.conftest import OPERATOR, TypedConversation, words_of
from tests.fakes.platform import FakePlatform, lost_answer, refused

MINJI = Actor("test", "home", "minji", "Minji")
HERS = ChannelRef("test", "home", "direct-minji")


@pytest.fixture
def platform(talk: TypedConversation) -> FakePlatform:
    """Where Minji asks, as any member."""
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    talk.become()
    return platform


async def mine(talk: TypedConversation) -> Channel:
    """Return what Minji follows."""
    found = await talk.store.channels.followed(MINJI)
    assert found is not None
    return found


def button(card: Card, label: str) -> Action:
    """Return the button of a card that says so."""
    return next(action for action in card.actions if action.label == label)


async def test_who_follows_gets_a_daily_digest_where_they_live(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    talk.become(timezone="America/New_York", language="ko")
    said = await talk.said("follow")
    assert "다이렉트 메시지로 AI 소식을 보냅니다" in said
    assert "America/New_York" in said
    followed = await mine(talk)
    assert (followed.ref, followed.owner) == (HERS, MINJI)
    assert (followed.subscription.schedule.rule, followed.subscription.language) == (
        "0 9 * * *",
        "ko",
    )
    ((person, card),) = platform.told
    assert person == MINJI
    assert "그만 받기" in words_of(card)
    assert talk.woken == 1


@pytest.mark.parametrize(
    ("line", "tags", "rule"),
    [
        ("follow daily 08:00", (), "0 8 * * *"),
        ("follow llm", ("llm",), "0 9 * * *"),
        ("follow llm daily 08:00", ("llm",), "0 8 * * *"),
        ("follow llm,논문 매일 오전 8시", ("llm", "논문"), "0 8 * * *"),
        ("follow llm 논문 weekly mon 08:00", ("llm", "논문"), "0 8 * * 1"),
        ("follow llm instant", ("llm",), "instant"),
        ("follow llm 0 8 * * 1-5", ("llm",), "0 8 * * 1-5"),
        ("follow tags:anything", ("anything",), "0 9 * * *"),
        ("follow tags:anything weekly mon 08:00", ("anything",), "0 8 * * 1"),
    ],
)
async def test_tags_stand_before_the_schedule(
    talk: TypedConversation, platform: FakePlatform, line: str, tags: tuple[str, ...], rule: str
) -> None:
    await talk.store.entries.add(EntryDraft(title="One", tags=("llm", "논문")), MINJI)
    assert (await talk.type(line)).outcome is Outcome.DONE
    subscription = (await mine(talk)).subscription
    assert (subscription.tags, subscription.schedule.rule) == (tags, rule)
    assert len(platform.told) == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "follow nonsense",
            "nor a schedule. Type, for example: /ainews follow tags:llm daily 09:00",
        ),
        ("follow nonsense daily 08:00", "“nonsense” is neither a tag"),
        ("follow daily 25:00", "“25:00” is not a time of day"),
        ("follow timezone:Nowhere", "is not a time zone"),
    ],
)
async def test_what_is_neither_is_said(
    talk: TypedConversation, platform: FakePlatform, line: str, sentence: str
) -> None:
    assert sentence in await talk.said(line)
    assert await talk.store.channels.followed(MINJI) is None
    assert platform.told == []


async def test_who_follows_sees_what_and_can_change_or_end_it(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    await talk.type("follow tags:llm weekly mon 08:00 layout:titles")
    shown = await talk.type("follow")
    for words in ("08:00", "Only #llm", "Next post", "Titles only"):
        assert words in words_of(shown.card)
    assert words_of(shown.card) == await talk.said("following")

    await talk.type("follow daily 07:00")
    assert (await mine(talk)).subscription.tags == ()
    assert len(platform.told) == 1  # who follows already is not greeted again

    ended = await talk.press(button(shown.card, "Unfollow"))
    assert await talk.store.channels.followed(MINJI) is None
    await talk.press(button(ended.card, "Follow again"))
    again = (await mine(talk)).subscription
    assert (again.schedule.rule, again.tags) == ("0 7 * * *", ())
    assert "no AI news" in words_of((await talk.type("unfollow")).card) + await talk.said(
        "unfollow"
    )
    assert "Get it yourself" in await talk.said("following")


async def test_who_takes_no_direct_messages_is_told_why(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    closed = Permanent("They are closed.", "Open them.")
    platform.telling.then(refused(closed), refused(Retryable("Busy.")), lost_answer())
    for reason in ("They are closed.\nOpen them.", "Busy.\nTry again", "lost.\nTry again"):
        reply = await talk.type("follow")
        assert reply.outcome is Outcome.REFUSED
        assert reason in words_of(reply.card)
        assert await talk.store.channels.followed(MINJI) is None
    assert (await talk.type("follow")).outcome is Outcome.DONE


async def test_what_was_broken_is_greeted_anew_and_goes_on(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    await talk.type("follow")
    await talk.store.broken.mark((await mine(talk)).id, Trouble("They are closed."))
    shown = await talk.type("follow")
    assert "They are closed." in words_of(shown.card)
    platform.telling.then(refused(Permanent("They are closed.")))
    assert (await talk.press(button(shown.card, "Follow again"))).outcome is Outcome.REFUSED
    await talk.press(button(shown.card, "Follow again"))
    assert (await mine(talk)).state is ChannelState.ACTIVE


async def test_nobody_else_is_told(talk: TypedConversation, platform: FakePlatform) -> None:
    await talk.type("follow")
    await talk.type("unfollow")
    await talk.type("follow")
    talk.become(name="Jun", roles=Role.EVERY)
    assert "No channel has a schedule." in await talk.said("status")
    assert "Nothing was changed yet." in await talk.said("log")
    assert "no AI news" in await talk.said("following")
    talk.asker = OPERATOR
    assert "the direct messages of Minji" in await talk.said("status")
    assert len(platform.told) == 2


async def test_a_conversation_of_no_workspace_is_one_persons_everywhere(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    """Discord has one conversation with a person for all servers."""
    del platform
    entry = await talk.store.entries.add(EntryDraft(title="One"), MINJI)
    await talk.type("follow")
    wished = (await mine(talk)).subscription
    await talk.store.channels.end(HERS, MINJI)
    await talk.store.channels.schedule(ChannelRef("test", "", "1"), wished, MINJI, None)
    await talk.type("language ko")
    there = replace(MINJI, workspace="")
    talk.asker = replace(talk.asker, actor=there)
    await talk.type(f"save {entry.id}")
    assert "이미" in await talk.said(f"save {entry.id}")
    assert "그만 받기" in await talk.said("following")
    assert "/ainews 받아보기" in await talk.said("schedule daily 09:00")
    assert "No channel" not in await talk.said("status")
    talk.become()
    assert "One" in await talk.said("saved")
    await talk.type("unfollow")
    assert await talk.store.channels.followed(there) is None


async def test_without_a_way_to_write_nothing_is_promised(talk: TypedConversation) -> None:
    talk.become()
    assert "works where the bot can write to you" in await talk.said("follow")


async def test_where_the_digest_is_only_read_one_follows_alike(
    talk: TypedConversation, platform: FakePlatform
) -> None:
    await talk.commands.workspace_seen("test", "home", "Home")
    await talk.commands.workspace_seen("test", "away", "Away")
    there = replace(MINJI, workspace="away")
    talk.become(actor=there)
    assert (await talk.type("follow")).outcome is Outcome.DONE
    assert [person for person, _ in platform.told] == [there]
    assert await talk.store.channels.followed(MINJI) is None  # each workspace for itself


@pytest.mark.usefixtures("platform")
async def test_it_is_changed_in_a_form_that_holds_what_is(talk: TypedConversation) -> None:
    talk.become(language="ko", timezone="America/New_York")
    await talk.type("follow tags:llm weekly mon 08:00 limit:3 layout:titles")
    shown = await talk.type("받는소식")
    change = button(shown.card, "바꾸기")
    asked = await talk.commands.run(
        replace(talk.invocation(change.command, **change.arguments), interactive=True)
    )
    form = asked.form
    assert form is not None
    held = {field.name: field.value for field in form.fields}
    assert held == {
        "when": "매주 월 08:00",
        "tags": "llm",
        "language": "ko",
        "limit": "3",
        "layout": "titles",
    }
    wrong = await talk.submit(form.command, **form.hidden, **{**held, "when": "언젠가"})
    assert wrong.form is not None
    assert next(field.error for field in wrong.form.fields if field.name == "when")
    emptied = {**held, "layout": "", "limit": ""}
    await talk.submit(form.command, **form.hidden, **emptied)
    usual = (await mine(talk)).subscription
    assert (usual.layout, usual.limit) == (Layout.BRIEF, 10), "no choice is the usual one"
    await talk.submit(form.command, **form.hidden, **{**held, "when": "매일 07:00", "tags": ""})
    changed = (await mine(talk)).subscription
    assert (changed.schedule.rule, changed.schedule.timezone, changed.tags, changed.limit) == (
        "0 7 * * *",
        "America/New_York",
        (),
        3,
    )
