"""Who changed what: each line says what was changed, and from what to what."""

from __future__ import annotations

import pytest

from bot.port.card import Mention, Named
from bot.port.invocation import Role
from bot.port.platform import KnownName
from store.model import Actor, ChannelRef, EntryDraft, ImportItem, Moderator, PublishedDate, Trouble
from tests.bot.commands.conftest import GENERAL, TypedConversation, words_of
from tests.fakes.platform import FakePlatform

CURATOR = Role.MEMBER | Role.MODERATOR


async def lines(talk: TypedConversation, line: str = "log") -> list[str]:
    """Return the lines of the log, without when and who."""
    said = (await talk.type(line)).card.lead
    texts = ["".join(span.text for span in spans) for spans in said]
    return [text.partition("Minji · ")[2] or text.partition("AINews · ")[2] for text in texts]


async def test_an_entrys_changes_say_its_title_and_what_was_what(talk: TypedConversation) -> None:
    await talk.type('add https://a.example/1 "A small model" tags:llm date:2021-04 note:Old')
    await talk.type('edit 1 title:"A smaller model" tags:llm,paper date:2021-05 note:New')
    await talk.type("edit 1 image:https://a.example/i.png link:")
    await talk.type("retract 1")
    await talk.type("restore 1")
    rest = "Note: “Old” → “New” · Date: “2021-04” → “2021-05” · Tags: llm → llm, paper"
    edited = "edited · A smaller model (#1)"
    assert await lines(talk) == [
        "restored · A smaller model (#1)",
        "retracted · A smaller model (#1)",
        f"{edited} · Link: “https://a.example/1” → — · Image: — → “https://a.example/i.png”",
        f"{edited} · Title: “A small model” → “A smaller model” · {rest}",
        "added · A smaller model (#1)",
    ]
    assert await lines(talk, "log 1") == await lines(talk)
    assert "entry:1" not in words_of((await talk.type("log")).card)


async def test_long_values_are_shortened(talk: TypedConversation) -> None:
    await talk.type("add https://a.example/1 Title")
    await talk.type(f"edit 1 note:{'가나다라 ' * 300}")
    [edited, _] = await lines(talk)
    assert "Note: — → “가나다라 가나다라" in edited
    assert "…”" in edited
    assert len(edited) < 120


async def test_channels_are_named_and_schedules_told(talk: TypedConversation) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    platform.called["general"] = "#general"
    await talk.type("schedule daily 09:00")
    await talk.type("schedule daily 10:00 limit:3 tags:llm")
    await talk.type("pause")
    await talk.type("unschedule")
    assert await lines(talk) == [
        "unscheduled · #general",
        "paused · #general",
        "scheduled · #general · Tags: — → llm · when: “0 9 * * *” → “0 10 * * *” · limit: 10 → 3",
        "scheduled · #general · every day at 09:00 (Asia/Seoul)",
    ]


async def test_why_a_channel_broke_is_told(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00")
    channel = await talk.store.channels.get(GENERAL)
    await talk.store.broken.mark(channel.id, Trouble("The channel is gone."))
    [broke, _] = await lines(talk)
    assert broke.endswith("· The channel is gone.")


async def test_nobody_reads_the_name_of_a_channel_that_they_cannot_see(
    talk: TypedConversation,
) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    for channel in (ChannelRef("test", "home", "secret"), ChannelRef("test", "beta", "theirs")):
        talk.channel = channel
        await talk.type("schedule daily 09:00")
        platform.called[channel.id] = f"#{channel.id}"
    platform.hidden = {"secret"}
    assert "#secret" in words_of((await talk.type("log")).card)
    talk.channel = GENERAL
    talk.become(name="Jun", roles=CURATOR)
    said = words_of((await talk.type("log")).card)
    assert said.count("a channel that you cannot see") == 2
    assert "secret" not in said
    assert "theirs" not in said
    platform.hidden = set()
    platform.called.clear()
    shown = (await talk.type("log")).card.lead[1]
    assert Mention("a conversation", Named.CHANNEL, "secret") in shown


async def test_moderators_are_shown_by_name_and_those_of_elsewhere_by_none(
    talk: TypedConversation,
) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    platform.people = {"U1": KnownName("Sora")}
    await talk.type("moderators add U1")
    by = Actor("discord", "9", "77", "Minji")
    await talk.store.people.add_moderator(Moderator("discord", "9", "4242", group=False), by)
    said = (await talk.type("log")).card.lead
    assert Mention("U1", Named.PERSON, "U1") in said[1]
    assert (await lines(talk))[0] == "added a moderator · somebody on discord"


async def test_an_import_is_counted(talk: TypedConversation) -> None:
    def item(title: str) -> ImportItem:
        date = PublishedDate(2021, 4)
        return ImportItem(EntryDraft(title, url="https://a.example/1", published=date), 1)

    by = Actor("terminal", "local", "minji", "Minji")
    await talk.store.entries.import_batch([item("First")], by)
    await talk.store.entries.import_batch([item("Second")], by)
    assert await lines(talk) == [
        "imported · Second (#1) · Title: “First” → “Second”",
        "imported · 1 entry updated",
        "imported · 1 entry added",
    ]


@pytest.mark.parametrize("public", [True, False])
async def test_who_sees_answers_is_in_the_log_with_the_channel(
    talk: TypedConversation, *, public: bool
) -> None:
    talk.platforms["test"] = platform = FakePlatform("test")
    platform.called["general"] = "#general"
    await talk.type("answers public")
    if not public:
        await talk.type("answers private")
    assert (await lines(talk))[0].endswith("· #general")
