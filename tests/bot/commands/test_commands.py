"""What members, moderators and channel owners get for what they type."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.commands.parse import LineParser
from bot.i18n.translator import Translators
from bot.port.card import LinkText, Tone
from bot.port.invocation import Invocation, Outcome, Reach, Role
from bot.port.platform import KnownName
from store.model import ChannelRef, Layout, Leftover, Order, Status
from tests.bot.commands.conftest import TypedConversation, words_of
from tests.fakes.platform import FakePlatform

LEFT_TITLES = (Order.OLDEST, Leftover.LEAVE, Layout.TITLES)
ADD = (
    'add https://arxiv.org/abs/2104.00298 title:"EfficientNetV2" note:"작고 빠른 모델" tags:vision'
)


async def test_an_empty_digest_says_so(talk: TypedConversation) -> None:
    assert "There is nothing here yet." in await talk.said("latest")


async def test_an_added_entry_is_found_everywhere(talk: TypedConversation) -> None:
    reply = await talk.type(ADD)
    assert reply.outcome is Outcome.DONE
    assert reply.card.tone is Tone.DONE
    assert [entry.title for entry in reply.entries] == ["EfficientNetV2"]
    assert reply.entries[0].added_by == "Minji"
    assert reply.entries[0].language == "ko"
    assert talk.woken == 1
    for line in ("latest", "latest vision", "search 빠른", "search efficientnetv2", "show 1"):
        assert "EfficientNetV2" in await talk.said(line)
    assert "arxiv.org" in await talk.said("latest")
    assert "vision 1" in await talk.said("tags")


async def test_an_arxiv_link_fills_in_its_month(talk: TypedConversation) -> None:
    reply = await talk.type(ADD)
    assert str(reply.entries[0].published) == "2021-04"
    assert "April 2021" in await talk.said("show 1")


async def test_the_same_story_is_shown_not_added_twice(talk: TypedConversation) -> None:
    await talk.type(ADD)
    reply = await talk.type("add https://www.arxiv.org/pdf/2104.00298v2.pdf title:Again")
    assert reply.outcome is Outcome.REFUSED
    assert "This story is already here, as entry 1." in words_of(reply.card)
    assert [entry.id for entry in reply.entries] == [1]


async def test_a_retracted_story_offers_to_be_restored(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("retract 1")
    assert "EfficientNetV2" not in await talk.said("latest")
    assert "restore 1 brings it back" in await talk.said(ADD)
    reply = await talk.type("restore 1")
    assert reply.entries[0].status is Status.PUBLISHED
    assert "EfficientNetV2" in await talk.said("latest")
    assert "already published" in await talk.said("restore 1")


async def test_edit_changes_what_is_given_and_keeps_the_rest(talk: TypedConversation) -> None:
    await talk.type(ADD)
    reply = await talk.type('edit 1 title:"EfficientNet V2" date:2021-04-01 tags:')
    entry = reply.entries[0]
    assert (entry.title, str(entry.published), entry.tags) == ("EfficientNet V2", "2021-04-01", ())
    assert entry.note == "작고 빠른 모델"
    assert entry.url == "https://arxiv.org/abs/2104.00298"
    assert "Say what to change" in await talk.said("edit 1")
    assert "needs a title" in await talk.said('edit 1 title:""')


async def test_edit_refuses_the_link_of_another_entry(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("add https://b.example title:B")
    reply = await talk.type("edit 2 link:https://arxiv.org/abs/2104.00298")
    assert reply.outcome is Outcome.REFUSED
    assert "already here, as entry 1" in words_of(reply.card)
    assert (await talk.store.entries.get(2)).url == "https://b.example"


async def test_add_asks_with_a_form_that_is_filled_in(talk: TypedConversation) -> None:
    reply = await talk.type("add https://arxiv.org/abs/2104.00298", interactive=True)
    assert reply.form is not None
    values = {field.name: field.value for field in reply.form.fields}
    assert list(values) == ["link", "title", "note", "date", "tags"]
    assert values["link"] == "https://arxiv.org/abs/2104.00298"
    assert values["date"] == "2021-04"
    assert reply.form.given == {"link": "https://arxiv.org/abs/2104.00298"}
    sent = await talk.submit("add", **{**values, "title": "EfficientNetV2"})
    assert sent.outcome is Outcome.DONE
    assert sent.form is None


async def test_a_form_comes_back_with_every_error_at_its_field(talk: TypedConversation) -> None:
    reply = await talk.submit("add", title="T", link="not a link", date="soon", note="kept")
    assert reply.outcome is Outcome.MISTYPED
    assert reply.form is not None
    errors = {field.name: field.error for field in reply.form.fields if field.error}
    assert set(errors) == {"link", "date"}
    assert "“soon” is not a date" in errors["date"]
    assert next(field.value for field in reply.form.fields if field.name == "note") == "kept"
    assert (await talk.type("latest")).entries == ()


async def test_a_button_that_lacks_something_asks_for_it(talk: TypedConversation) -> None:
    search = Invocation("search", talk.asker, talk.channel, interactive=True, ask=True)
    reply = await talk.commands.run(search)
    assert reply.form is not None
    assert (reply.form.title, reply.form.submit) == ("Search the digest", "Search")
    fields = {field.name: (field.label, field.required) for field in reply.form.fields}
    assert list(fields) == ["words", "tag", "since", "until", "literal"]
    assert fields["words"] == ("What to look for", True)
    sent = await talk.submit("search", words="EfficientNetV2", tag="", since="")
    assert (sent.outcome, sent.form) == (Outcome.DONE, None)
    wrong = await talk.submit("search", words=" ", since="soon")
    assert wrong.form is not None
    errors = {field.name for field in wrong.form.fields if field.error}
    assert errors == {"words", "since"}


async def test_a_form_is_for_those_who_may(talk: TypedConversation) -> None:
    talk.become(name="Guest")
    schedule = Invocation("schedule", talk.asker, talk.channel, interactive=True, ask=True)
    reply = await talk.commands.run(schedule)
    assert (reply.outcome, reply.form) == (Outcome.REFUSED, None)


async def test_a_typed_line_that_lacks_something_is_told_what_to_type(
    talk: TypedConversation,
) -> None:
    reply = await talk.type("search", interactive=True)
    assert reply.form is None
    assert "/ainews search 모델 압축" in words_of(reply.card)


async def test_an_edit_form_holds_the_entry_and_sends_its_number_back(
    talk: TypedConversation,
) -> None:
    await talk.type(ADD)
    reply = await talk.type("edit 1", interactive=True)
    assert reply.form is not None
    assert dict(reply.form.hidden) == {"id": "1"}
    values = {field.name: field.value for field in reply.form.fields}
    assert values["title"] == "EfficientNetV2"
    assert values["tags"] == "vision"
    sent = await talk.submit("edit", **{**values, "id": "1", "note": ""})
    assert sent.entries[0].note == ""
    assert sent.entries[0].tags == ("vision",)


@pytest.mark.parametrize(
    "line", ["add https://a.example title:x", "edit 1 title:x", "retract 1", "restore 1", "log"]
)
async def test_members_may_not_curate(talk: TypedConversation, line: str) -> None:
    await talk.type(ADD)
    talk.become(name="Guest")
    reply = await talk.type(line)
    assert reply.outcome is Outcome.REFUSED
    assert "Only moderators" in words_of(reply.card)
    assert (
        await talk.submit(line.split(maxsplit=1)[0], id="1", title="x")
    ).outcome is Outcome.REFUSED
    assert (await talk.store.entries.get(1)).title == "EfficientNetV2"


async def test_a_schedule_is_in_the_time_zone_of_who_makes_it(talk: TypedConversation) -> None:
    talk.become(roles=Role.EVERY, timezone="America/New_York")
    assert "(America/New_York, UTC-5)" in await talk.said("schedule daily 09:00")
    talk.become(roles=Role.EVERY, timezone="Europe/London")
    assert "(America/New_York, UTC-5)" in await talk.said("schedule daily 10:00")
    said = await talk.said("schedule daily 09:00 timezone:KST")
    assert "every day at 09:00 (Asia/Seoul)" in said
    assert "Where you are: Tue, Nov 24, 2026 00:00 (Europe/London, UTC)" in said


async def test_utc_is_no_time_zone_to_be_silent_about(talk: TypedConversation) -> None:
    talk = TypedConversation(talk.store, timezone="Etc/UTC", clock=talk.clock)
    talk.become(roles=Role.EVERY)
    reply = await talk.type("schedule daily 09:00 limit:3")
    assert reply.card.actions[0].label == "Asia/Seoul, UTC+9"
    assert "every day at 09:00 (Asia/Seoul)" in words_of(
        (await talk.press(reply.card.actions[0])).card
    )
    channel = await talk.store.channels.get(talk.channel)
    assert channel.subscription.limit == 3
    talk.channel = ChannelRef("test", "home", "other")
    talk.become(roles=Role.EVERY, timezone="Nowhere/Else")
    assert "(UTC)" in await talk.said("schedule daily 09:00")


@pytest.mark.parametrize("line", ["schedule daily 09:00", "unschedule", "pause", "resume"])
async def test_only_those_who_manage_a_channel_schedule_it(
    talk: TypedConversation, line: str
) -> None:
    talk.become(roles=Role.MEMBER | Role.MODERATOR)
    assert "Only those who manage this channel" in await talk.said(line)


async def test_named_people_and_groups_are_moderators(talk: TypedConversation) -> None:
    platform = FakePlatform("test")
    talk.platforms["test"] = platform
    platform.people = {"guest": KnownName("Guest"), "group:editors": KnownName("Editors")}
    await talk.type("moderators add guest")
    await talk.type("moderators add group:editors")
    assert "group:editors" in await talk.said("moderators")
    talk.become(name="Guest")
    assert (await talk.type(ADD)).outcome is Outcome.DONE
    talk.become(name="Other")
    assert (await talk.type("retract 1")).outcome is Outcome.REFUSED
    talk.become(name="Other", groups=frozenset({"editors"}))
    assert (await talk.type("retract 1")).outcome is Outcome.DONE
    talk.become(name="Boss", roles=Role.OPERATOR)
    await talk.type("moderators remove guest")
    assert "not on the list" in await talk.said("moderators remove guest")
    talk.become(name="Guest")
    assert (await talk.type("restore 1")).outcome is Outcome.REFUSED


async def test_each_person_has_a_list_of_their_own(talk: TypedConversation) -> None:
    await talk.type(ADD)
    assert "Saved: EfficientNetV2" in await talk.said("save 1")
    assert "Already on your list" in await talk.said("save 1")
    assert "EfficientNetV2" in await talk.said("saved")
    assert "There is no page 2." in await talk.said("saved page:2")
    talk.become(name="Other")
    assert "Your list is empty" in await talk.said("saved")
    assert "Not on your list" in await talk.said("unsave 1")


async def test_a_list_is_emptied_at_once_and_only_ones_own(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("save 1")
    shown = await talk.type("saved")
    asked = await talk.press(shown.card.actions[-1])
    assert "cannot be undone" in words_of(asked.card)
    assert "EfficientNetV2" in await talk.said("saved")
    shared = await talk.type("saved share:yes", reach=Reach.CHANNEL)
    offered = [each.command for each in shared.card.sections[0].actions]
    assert "save" in offered, "others save it for themselves"
    assert "unsave" not in {*offered, *(each.command for each in shared.card.actions)}
    talk.become(name="Other")
    await talk.type("save 1")
    talk.become()
    (sure,) = asked.card.actions
    await talk.press(sure)
    assert "Your list is empty" in await talk.said("saved")
    talk.become(name="Other")
    assert "EfficientNetV2" in await talk.said("saved")
    assert "Say which entry" in await talk.said("unsave")


async def test_answers_follow_the_chosen_language(talk: TypedConversation) -> None:
    await talk.type(ADD)
    chosen = await talk.type("language ko")
    assert "한국어" in words_of(chosen.card)
    assert chosen.card.language == "ko", "the card's own words follow at once"
    answer = await talk.said("최신")
    assert "최신 AI 소식" in answer
    assert "2021년 4월" in answer
    assert "English" in await talk.said("language en")


async def test_the_platforms_language_counts_until_one_is_chosen(talk: TypedConversation) -> None:
    talk.become(language="ko-KR")
    assert "아직 소식이 없습니다" in await talk.said("latest")


async def test_long_answers_come_in_pages(talk: TypedConversation) -> None:
    for number in range(1, 8):
        await talk.type(f"add https://a.example/{number} title:T{number} date:2026-01-0{number}")
    first = await talk.type("latest 3")
    assert [entry.title for entry in first.entries] == ["T7", "T6", "T5"]
    (onward,) = first.card.actions
    assert (onward.command, dict(onward.arguments)) == ("latest", {"count": "3", "page": "2"})
    last = await talk.type("latest 3 page:3")
    assert [entry.title for entry in last.entries] == ["T1"]
    assert [action.arguments["page"] for action in last.card.actions] == ["2"]
    assert "There is no page 9" in await talk.said("latest 3 page:9")


async def test_search_narrows_by_tag_and_date(talk: TypedConversation) -> None:
    await talk.type("add https://a.example/1 title:모델 하나 date:2021-04 tags:llm")
    await talk.type("add https://a.example/2 title:모델 둘 date:2026-04-02 tags:vision")
    found = await talk.type("search 모델 since:2026")
    assert [entry.title for entry in found.entries] == ["모델 둘"]
    assert len((await talk.type("search 모델 until:2021-04")).entries) == 1
    assert len((await talk.type("search 모델 tag:LLM")).entries) == 1
    assert "Nothing found for “없는 말”" in await talk.said("search 없는 말")


async def test_what_was_misspelt_is_searched_as_it_was_meant_and_offered_as_it_was_typed(
    talk: TypedConversation,
) -> None:
    await talk.type("add https://a.example/1 title:Transformer 모델을 줄이다 date:2021-04 tags:llm")
    misspelt = await talk.type("search transfomer tag:llm")
    said = words_of(misspelt.card)
    (literally,) = misspelt.card.actions

    assert [entry.title for entry in misspelt.entries] == ["Transformer 모델을 줄이다"]
    assert "Showing results for transformer." in said
    assert literally.label == "Search for “transfomer tag:llm” instead"
    again = await talk.press(literally)
    assert again.entries == ()
    assert [one.title for one in (await talk.type("search ahepf")).entries] == [
        "Transformer 모델을 줄이다"
    ]
    initials = await talk.type("search ㅁㄷ ㅈㅇㄷ")
    assert "Showing results for 모델 줄이다." in words_of(initials.card)
    assert len(initials.entries) == 1


async def test_words_that_no_entry_holds_together_find_those_that_hold_some(
    talk: TypedConversation,
) -> None:
    await talk.type("add https://a.example/1 title:작은 모델 date:2021-04")
    await talk.type("add https://a.example/2 title:큰 데이터 date:2021-05")

    reply = await talk.type("search 모델 데이터")

    assert {entry.title for entry in reply.entries} == {"작은 모델", "큰 데이터"}
    assert "No entry has all of these words" in words_of(reply.card)


async def test_a_long_answer_has_pages_that_keep_the_query(talk: TypedConversation) -> None:
    for number in range(12):
        await talk.type(f"add https://a.example/{number} title:모델 {number} date:2021-04")

    first = await talk.type('search "모델" -없는 tag:x page:1')
    page = await talk.type("search 모델 since:2021")
    (onward,) = page.card.actions
    second = await talk.press(onward)

    assert first.entries == ()
    assert "12 entries found" in words_of(page.card)
    assert dict(onward.arguments) == {"words": "모델 since:2021", "page": "2"}
    titles = [entry.title for entry in (*page.entries, *second.entries)]
    assert sorted(titles) == sorted(f"모델 {number}" for number in range(12))


@pytest.mark.parametrize("query", ["%", "_", '"', "'", "AND OR NOT", "*", "a\\b", "\u202e", "🙂"])
async def test_no_query_is_an_error(talk: TypedConversation, query: str) -> None:
    await talk.type(ADD)
    reply = await talk.type(f"search {query}")
    assert reply.card.tone is not Tone.FAILED
    assert reply.entries == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("show", "“id” is missing. Type, for example: /ainews show 12"),
        ("show twelve", "“twelve” is not a whole number"),
        ("show 999", "There is no entry 999"),
        ("show 99999999999999999999", "not a whole number"),
        ("latest 0", "between 1 and 25"),
        ("latest 26", "between 1 and 25"),
        ("search x --since soon", "“soon” is not a date"),
        ("add https://a.example", "The title is missing"),
        ("add htps://a.example/x", "looks like an address"),
        ("add hxxps://a.example/x A title", "“hxxps://a.example/x” looks like an address"),
        ("add www.example.org/x A title", "“www.example.org/x” looks like an address"),
        ("add news.example/x title:A", "“news.example/x” looks like an address"),
        ("add news.example/2026/x", "looks like an address"),
        ("add A title www.example.org/x", "“www.example.org/x” looks like an address"),
        ("add A title https//a.example/x", "“https//a.example/x” looks like an address"),
        ("add https://a.example title:x date:2021-13", "is not in the calendar"),
        ("add https://a.example title:x date:2104-03", "more than a year ahead"),
        ("add https://a.example title:x date:03/04/2021", "2021-03-04 / 2021-04-03"),
        ("language fr", "Choose one of: ko, en"),
        ("schedule daily 25:00", "25:00"),
        ("schedule daily 09:00 timezone:Asia/Soul", "Did you mean Asia/Seoul?"),
        ("schedule", "“when” is missing"),
        ("nonsense", "There is no command"),
        ("show \u202e\u0007", "not a whole number"),
        (f"add https://a.example title:{'x' * 501}", "at most 500 characters"),
    ],
)
async def test_what_is_wrong_is_said(talk: TypedConversation, line: str, says: str) -> None:
    reply = await talk.type(line)
    assert reply.outcome is not Outcome.DONE
    assert says in words_of(reply.card)


async def test_a_channel_is_scheduled_paused_resumed_and_ended(talk: TypedConversation) -> None:
    answer = await talk.said("schedule daily 09:00 tags:llm limit:3 quiet:say")
    assert "every day at 09:00 (Asia/Seoul)" in answer
    assert "Only #llm" in answer
    assert "Next post: Tue, Nov 24, 2026 09:00 (Asia/Seoul, UTC+9)" in answer
    assert "every day at 09:00" in await talk.said("status")
    assert "paused" in await talk.said("pause")
    assert "Paused" in await talk.said("status")
    assert "continue" in await talk.said("resume")
    assert "No more AI news" in await talk.said("unschedule")
    assert "has no schedule" in await talk.said("pause")
    assert "No channel has a schedule" in await talk.said("status")


@pytest.mark.parametrize(
    ("forum", "line", "threaded"),
    [
        (False, "schedule daily 09:00", False),
        (False, "schedule daily 09:00 parts:thread", True),
        (True, "schedule daily 09:00", True),
    ],
)
async def test_a_long_digest_stays_in_one_thread_where_that_is_wanted_or_in_a_forum(
    talk: TypedConversation, forum: bool, line: str, threaded: bool
) -> None:
    parsed = LineParser(talk.commands.commands, Translators("en")).parse(line)
    await talk.commands.run(
        Invocation(parsed.command, talk.asker, talk.channel, parsed.arguments, threads_only=forum)
    )
    assert (await talk.store.channels.get(talk.channel)).subscription.threaded is threaded


async def test_a_preview_says_what_the_next_post_would_say(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00 limit:1")
    await talk.type(ADD)
    await talk.type("add https://b.example title:B")
    reply = await talk.type("preview")
    assert [entry.title for entry in reply.entries] == ["B"]
    assert "1 more: /ainews latest" in words_of(reply.card)
    await talk.type("schedule daily 09:00 limit:1 order:oldest since:2021")
    reply = await talk.type("preview")
    assert [entry.title for entry in reply.entries] == ["EfficientNetV2"]
    assert "1 more entry comes with the next post." in words_of(reply.card)


@pytest.mark.parametrize(
    ("line", "order", "leftover", "layout"),
    [
        ("schedule daily 09:00", Order.BEST, Leftover.LEAVE, Layout.BRIEF),
        ("schedule instant", Order.OLDEST, Leftover.WAIT, Layout.BRIEF),
        ("schedule daily 09:00 order:oldest", Order.OLDEST, Leftover.WAIT, Layout.BRIEF),
        ("schedule daily 09:00 rest:wait layout:full", Order.BEST, Leftover.WAIT, Layout.FULL),
        ("예약 매일 09:00 모양:titles 순서:oldest 나머지:leave", *LEFT_TITLES),
    ],
)
async def test_a_schedule_says_what_comes_first_and_how_it_looks(
    talk: TypedConversation, line: str, order: Order, leftover: Leftover, layout: Layout
) -> None:
    reply = await talk.type(line)
    subscription = (await talk.store.channels.get(talk.channel)).subscription
    assert (subscription.order, subscription.leftover, subscription.layout) == (
        order,
        leftover,
        layout,
    )
    first = "The best first" if order is Order.BEST else "The oldest first"
    assert first in words_of(reply.card)


@pytest.mark.parametrize(("quiet", "silent"), [("quiet:skip", True), ("quiet:say", False)])
async def test_a_preview_of_nothing_says_whether_a_post_goes_out(
    talk: TypedConversation, quiet: str, silent: bool
) -> None:
    await talk.type(f"schedule daily 09:00 {quiet}")
    assert ("No post goes out" in await talk.said("preview")) is silent


async def test_a_preview_looks_as_the_post_will(talk: TypedConversation) -> None:
    await talk.type("schedule daily 09:00")
    for title in "ABCD":
        await talk.type(f"add https://{title}.example title:{title} tags:paper")
    card = (await talk.type("preview")).card
    assert [(one.brief, one.group) for one in card.sections] == [
        (False, ""),
        (True, "📄 Papers"),
        (True, ""),
        (True, ""),
    ]


async def test_only_the_operator_sees_other_workspaces_and_the_machine(
    talk: TypedConversation,
) -> None:
    await talk.type("schedule daily 09:00")
    talk.channel = ChannelRef("test", "elsewhere", "other")
    assert "every day at 09:00" in await talk.said("status")
    talk.become(roles=Role.EVERY)
    assert "No channel has a schedule" in await talk.said("status")
    await talk.store.close()
    reply = await talk.type("add https://a.example title:x")
    assert "ainews.db" not in words_of(reply.card)


async def test_help_lists_what_this_person_may_use(talk: TypedConversation) -> None:
    assert "/ainews retract" in await talk.said("help all:yes")
    talk.become(name="Guest")
    answer = await talk.said("help all:yes")
    assert "/ainews latest" in answer
    assert "/ainews retract" not in answer
    assert "since" in await talk.said("help search")


async def test_help_begins_with_what_people_come_for(talk: TypedConversation) -> None:
    buttons = [each.label for each in (await talk.type("")).card.actions]
    assert buttons[-1] == "All commands"
    assert "Post the news here" in buttons
    talk.become(name="Guest")
    card = (await talk.type("help")).card
    assert len(card.lead) == 4
    assert "Post the news here" not in [each.label for each in card.actions]


@pytest.mark.parametrize(
    "tags",
    [
        '"#llm #paper"', "#llm,#paper", '"llm; paper"', "llm、paper", '"llm | paper"',
        "[llm,paper]",
        '"- llm\n- paper"', "＃llm＃paper", '"llm #paper"', "(llm，paper)", '"1. llm\n2. paper"',
        "'[\"llm\", \"paper\"]'", '"llm · paper"',
    ],
)  # fmt: skip
async def test_tags_are_a_list_as_people_write_it(talk: TypedConversation, tags: str) -> None:
    reply = await talk.type(f"add https://a.example title:T tags:{tags}")
    assert reply.entries[0].tags == ("llm", "paper")


async def test_a_tag_of_several_words_or_with_signs_is_one(talk: TypedConversation) -> None:
    reply = await talk.type('add https://a.example title:T tags:"machine learning, C#, CI/CD, a·b"')
    assert reply.entries[0].tags == ("machine learning", "C#", "CI/CD", "a·b")


@pytest.mark.parametrize(
    "typed",
    [
        "<https://a.example/x_(y)>", "(https://a.example/x_(y)),", "||https://a.example/x_(y)||",
        "**https://a.example/x_(y)**", "`https://a.example/x_(y)`",
        "<https://a.example/x_(y)|here>",
        "link:“https://a.example/x_(y)”", "link:<https://a.example/x_(y)>.",
        "_https://a.example/x_(y)_",
        "[](https://a.example/x_(y))", "\u200bhttps://a.example/x_(y)\u200b",
    ],
)  # fmt: skip
async def test_a_link_is_taken_out_of_what_stands_around_it(
    talk: TypedConversation, typed: str
) -> None:
    reply = await talk.type(f'add {typed} title:"**Bold** or ||not||"')
    (entry,) = reply.entries
    assert (entry.url, entry.title) == ("https://a.example/x_(y)", "**Bold** or ||not||")


async def test_marks_around_a_whole_value_are_not_part_of_it(talk: TypedConversation) -> None:
    reply = await talk.type("add https://a.example title:**Two words** note:**kept** as it is")
    assert (reply.entries[0].title, reply.entries[0].note) == ("Two words", "**kept** as it is")


@pytest.mark.parametrize(
    "line",
    [
        "add https://b.example Foo colour:red",
        "add https://b.example —titel Foo",
        "edit 1 title:New tgas:llm",
        "edit 1 --bogus New",
        "schedule daily 09:00 colour:red",
        "schedule daily 09:00 —tagz llm",
    ],
)
async def test_what_was_not_understood_changes_nothing(talk: TypedConversation, line: str) -> None:
    await talk.type(ADD)
    reply = await talk.type(line)
    assert reply.outcome is Outcome.MISTYPED
    (entry,) = (await talk.type("latest")).entries
    assert (entry.id, entry.title) == (1, "EfficientNetV2")
    assert "every day" not in await talk.said("status")


async def test_values_are_completed(talk: TypedConversation) -> None:
    await talk.type(ADD)
    await talk.type("add https://b.example title:트랜스포머 tags:llm,paper")
    offers = await talk.commands.complete(_invocation(talk, "latest"), "tag", "LL", 25)
    assert [offer.value for offer in offers] == ["llm"]
    for typed in ("트랜스", "ㅌㄹㅅㅍㅁ"):
        offers = await talk.commands.complete(_invocation(talk, "show"), "id", typed, 25)
        assert [offer.value for offer in offers] == ["2"]
    tags = await talk.commands.complete(_invocation(talk, "add"), "tags", "llm,pa", 25)
    assert [offer.value for offer in tags] == ["llm,paper"]
    tags = await talk.commands.complete(_invocation(talk, "add"), "tags", "#llm #pa", 25)
    assert [offer.value for offer in tags] == ["#llm paper"]
    zone = await talk.commands.complete(_invocation(talk, "schedule"), "timezone", "seo", 5)
    assert [offer.value for offer in zone] == ["Asia/Seoul"]


async def test_a_cards_link_is_a_link_and_its_text_is_only_text(talk: TypedConversation) -> None:
    await talk.type('add https://a.example title:"<@123> [x](http://evil.example) @everyone"')
    reply = await talk.type("latest")
    (heading,) = reply.card.sections[0].heading
    assert heading == LinkText("<@123> [x](http://evil.example) @everyone", "https://a.example")


def _invocation(talk: TypedConversation, command: str) -> Invocation:
    return Invocation(command, talk.asker, talk.channel)


async def test_what_is_delivered_twice_is_done_once(talk: TypedConversation) -> None:
    add = replace(
        talk.invocation("add", link="https://a.example/1", title="A"), delivery="trigger-1"
    )
    replies = await asyncio.gather(*(talk.commands.run(add) for _ in range(3)))
    assert all(reply.private for reply in replies)
    (done,) = [reply for reply in replies if not reply.repeated]
    assert done.card.summary == "A"
    for repeated in (reply for reply in replies if reply is not done):
        assert "came in twice" in repeated.card.summary
        assert repeated.outcome is Outcome.REFUSED
    again = await talk.commands.run(replace(talk.invocation("retract", id="1"), delivery="2"))
    assert "Retracted" in again.card.summary
    # Who looks something up has the answer each time.
    look = replace(talk.invocation("latest"), delivery="3")
    assert {(await talk.commands.run(look)).outcome for _ in range(2)} == {Outcome.DONE}
