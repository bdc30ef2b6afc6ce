"""What moderators get for what they type about sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.dispatch import Commands
from bot.commands.sources import COMMANDS
from bot.port.card import Tone
from bot.port.invocation import Outcome, Reply, Role
from bot.port.source import Feed, NotAFeed, NotAFeedReason, TryLater
from store.model import EntryDraft, Gathered, Polling, SourceRules, SourceState, Status
from tests.bot.commands.conftest import OPERATOR, TypedConversation, words_of
from tests.fakes.feeds import BLOG, PAGE, SHOP, FakeFeeds, some_feeds

CURATOR = Role.MEMBER | Role.MODERATOR


@pytest.fixture
def feeds(talk: TypedConversation) -> FakeFeeds:
    """What is outside of the conversation, which has a reader of it."""
    feeds = some_feeds()
    talk.read_sources(feeds)
    return feeds


@pytest.fixture
def moderated(talk: TypedConversation, feeds: FakeFeeds) -> TypedConversation:
    """A conversation of a moderator."""
    del feeds
    talk.become(name="Jun", roles=CURATOR)
    return talk


async def added(talk: TypedConversation, line: str = f"source add {BLOG}") -> Reply:
    reply = await talk.type(line)
    assert reply.outcome is Outcome.DONE, words_of(reply.card)
    return reply


async def test_a_feed_is_read_and_becomes_a_source(moderated: TypedConversation) -> None:
    reply = await added(moderated)

    said = words_of(reply.card)
    assert reply.private
    assert reply.card.tone is Tone.DONE
    assert "The Example Blog is source 1." in said
    assert "It has 4 items." in said
    assert said.index("작은 언어모델을") < said.index("A language model") < said.index("Our office")
    assert "An old course" not in said  # three are enough to know it by
    assert "at most 3 of the last three days come to review" in said
    assert "source remove 1" in said
    source = await moderated.store.sources.get(1)
    assert (source.address, source.name, source.added_by.name) == (BLOG, "The Example Blog", "Jun")
    assert moderated.woken == 1


async def test_rules_are_shown_as_they_were_understood(moderated: TypedConversation) -> None:
    reply = await added(
        moderated,
        f'source add {BLOG} name:"예제 블로그" tags:llm,law review:no '
        "only:“language model” 모델, gpt without:office language:en timezone:서울",
    )

    said = words_of(reply.card)
    assert '"language model" · 모델 · gpt' in said
    assert "Not those with: office" in said
    assert "#llm #law" in said
    assert "published without a review" in said
    assert "Items that pass the rules: 2 of 4." in said
    assert "Its language: English" in said
    assert "Dates without a time zone are in Asia/Seoul." in said
    rules = (await moderated.store.sources.get(1)).rules
    assert rules.only == ('"language model"', "모델", "gpt")
    assert not rules.reviewed


async def test_moments_are_those_of_who_asks(talk: TypedConversation, feeds: FakeFeeds) -> None:
    del feeds
    talk.become(roles=CURATOR, timezone="America/New_York")
    await added(talk)

    assert "(America/New_York, UTC" in await talk.said("source show 1")
    assert "(America/New_York, UTC" in await talk.said("log")
    talk.become(roles=CURATOR, timezone="Mars/Olympus")  # no platform's zone
    assert "(Asia/Seoul, UTC+9)" in await talk.said("log")


async def test_an_empty_feed_promises_nothing(
    moderated: TypedConversation, feeds: FakeFeeds
) -> None:
    feeds.feeds[BLOG] = Feed((), title="Quiet")

    said = words_of((await added(moderated)).card)

    assert "It has no items just now." in said
    assert "Of these" not in said


async def test_a_page_with_several_feeds_offers_them(moderated: TypedConversation) -> None:
    reply = await moderated.type(f"source add {PAGE} tags:blog")

    assert reply.outcome is Outcome.REFUSED
    assert "This page names 2 feeds. Which one?" in words_of(reply.card)
    assert await moderated.store.sources.list() == ()
    pressed = await moderated.press(reply.card.sections[0].actions[0])
    assert "The Example Blog is source 1." in words_of(pressed.card)
    assert (await moderated.store.sources.get(1)).rules.tags == ("blog",)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"source add {SHOP}", "No feed was found at https://shop.example/"),
        ("source add https://empty.example/", "No feed was found at https://empty.example/"),
        ("source add https://gone.example/", "gone.example/ does not answer."),
        ("source add", "Say which feed or page."),
        ("source", "“action” is missing."),
        ("source show", "Say which source."),
        ("source show 7", "There is no source 7. /ainews sources lists all."),
        ("source show Nature", "There is no source “Nature”."),
        (f"source add {BLOG} only:…", "“only” has no visible letters."),
        ("source add https://a.example/ review:maybe", "cannot be “maybe”"),
        ("source starter 99", "“99” is not in the list."),
        ("source starter all", "“all” is not in the list."),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_added(
    moderated: TypedConversation, line: str, says: str
) -> None:
    reply = await moderated.type(line)

    assert reply.outcome is not Outcome.DONE
    assert says in words_of(reply.card)
    assert await moderated.store.sources.list() == ()


async def test_a_server_that_asks_for_patience_is_said(
    moderated: TypedConversation, feeds: FakeFeeds
) -> None:
    feeds.feeds[BLOG] = TryLater(429, whole_host=True)

    assert "asks to be asked less often (429)" in await moderated.said(f"source add {BLOG}")


async def test_a_feed_becomes_a_source_once(moderated: TypedConversation) -> None:
    await added(moderated)

    reply = await moderated.type(f"source add {BLOG}")

    assert reply.outcome is Outcome.REFUSED
    assert "This feed is source 1 already: The Example Blog." in words_of(reply.card)


async def test_only_moderators_have_them(talk: TypedConversation, feeds: FakeFeeds) -> None:
    del feeds
    talk.become()

    assert "Only moderators may use /ainews source." in await talk.said(f"source add {BLOG}")
    assert "Only moderators may use /ainews sources." in await talk.said("sources")


async def test_without_a_reader_that_is_said(talk: TypedConversation) -> None:
    reply = await talk.type(f"source add {BLOG}")

    assert reply.outcome is Outcome.FAILED
    assert "Sources cannot be read here." in words_of(reply.card)


@pytest.mark.parametrize("named", ["1", "#1", '"The Example Blog"', "example", BLOG])
async def test_a_source_is_known_by_number_name_and_address(
    moderated: TypedConversation, named: str
) -> None:
    await added(moderated)

    assert "1 · The Example Blog" in await moderated.said(f"source show {named}")


async def test_a_name_that_two_have_is_asked_about(moderated: TypedConversation) -> None:
    await added(moderated)
    await added(moderated, f"source add {PAGE}comments.xml name:Comments-Blog")

    assert "“blog” may be 2 (Comments-Blog), 1 (The Example Blog)" in await moderated.said(
        "source show blog"
    )


async def test_what_is_given_is_changed_and_the_rest_stays(moderated: TypedConversation) -> None:
    await added(moderated, f"source add {BLOG} tags:llm only:model")

    said = await moderated.said('source edit 1 name:"Law news" only:"" without:course,office')

    assert "Source 1 was changed." in said
    assert "Law news" in said
    source = await moderated.store.sources.get(1)
    assert source.rules.tags == ("llm",)
    assert source.rules.only == ()
    assert source.rules.without == ("course", "office")
    assert "Say what to change." in await moderated.said("source edit 1")
    await moderated.said("source edit 1 tags:law")
    assert "changed the source · Law news" in await moderated.said("log")


async def test_the_form_has_what_there_is_and_keeps_what_is_sent(
    moderated: TypedConversation,
) -> None:
    await added(moderated, f'source add {BLOG} tags:llm only:"language model" review:no')

    form = (await moderated.type("source edit 1", interactive=True)).form

    assert form is not None
    values = {each.name: each.value for each in form.fields}
    assert values["only"] == '"language model"'
    assert values["review"] == "no"
    sent = values | dict(form.hidden) | {"tags": "law"}
    reply = await moderated.submit("source", **sent)
    assert reply.outcome is Outcome.DONE
    rules = (await moderated.store.sources.get(1)).rules
    assert (rules.tags, rules.only, rules.reviewed) == (("law",), ('"language model"',), False)
    wrong = await moderated.submit("source", **sent | {"timezone": "Nowhere/Town"})
    assert wrong.form is not None
    assert any(each.error for each in wrong.form.fields)


async def test_what_would_come_is_tried_and_nothing_changes(
    moderated: TypedConversation, feeds: FakeFeeds
) -> None:
    await added(moderated, f"source add {BLOG} only:모델,model")

    said = await moderated.said("source try 1")

    assert "Items that pass the rules: 2 of 4." in said
    left_out = said.index("Left out:")
    assert said.index("작은 언어모델을") < left_out < said.index("Our office moves")
    other = await moderated.said("source try 1 only:office")
    assert "Items that pass the rules: 1 of 4." in other
    assert (await moderated.store.sources.get(1)).rules.only == ("모델", "model")
    feeds.feeds[BLOG] = NotAFeed(NotAFeedReason.CHALLENGE)
    assert "cannot be read just now: The site wanted" in await moderated.said("source try 1")


async def test_a_source_is_paused_resumed_removed_and_added_again(
    moderated: TypedConversation,
) -> None:
    await added(moderated, f"source add {BLOG} only:model")

    said = await moderated.said("source pause 1")
    assert "The Example Blog is paused." in said
    assert "What it brought stays" in said
    assert "Paused" in await moderated.said("source show 1")
    assert "is active again" in await moderated.said("source resume 1")
    assert (await moderated.store.sources.get(1)).state is SourceState.ACTIVE
    reply = await moderated.type("source remove 1")
    assert "What it brought stays" in words_of(reply.card)
    assert await moderated.store.sources.list() == ()
    assert "paused the source · #1" in await moderated.said("log")  # its name is gone
    await moderated.press(reply.card.actions[0])
    (again,) = await moderated.store.sources.list()
    assert again.rules.only == ("model",)
    log = await moderated.said("log")
    assert "added the source" in log
    assert "paused the source" in log
    assert "removed the source" in log


async def test_the_list_says_how_each_does(moderated: TypedConversation) -> None:
    said = await moderated.said("sources")
    assert "There is no source yet." in said
    assert "source starter" in said
    await added(moderated, f"source add {BLOG} tags:blog without:office review:no")
    await added(moderated, f"source add {PAGE}comments.xml name:Comments")
    await moderated.type("source pause 2")

    said = await moderated.said("sources")

    assert "2 sources" in said
    assert "Next check: " in said
    assert "blog.example · #blog · -office · without a review" in said
    assert "Paused" in said
    assert "There is no page 2." in await moderated.said("sources page:2")


async def test_trouble_and_news_are_said_and_trouble_comes_first(
    moderated: TypedConversation,
) -> None:
    await added(moderated, f"source add {PAGE}comments.xml name:Another")
    await added(moderated)
    now = moderated.clock[0]
    first, second = await moderated.store.polls.lease("one", 2)
    link = "https://blog.example/22"
    news = Gathered(((b"k" * 16, False),), "작은 언어모델", link, draft=EntryDraft("작은", link))
    well = Polling(next_at=now + timedelta(hours=1), polled_at=now, good_at=now, news_at=now)
    await moderated.store.polls.gather(first, "one", replace(well, missed=True), [news])
    failing = Polling(
        next_at=now + timedelta(hours=2),
        polled_at=now,
        failures=3,
        failing_since=now - timedelta(days=2),
        trouble="The answer is empty.",
    )
    await moderated.store.polls.finish(second, "one", failing)

    said = await moderated.said("sources")

    assert "2 sources · 1 fails" in said
    assert said.index(f"{second.id} · ") < said.index(f"{first.id} · ")
    assert "Failing since Sat, Nov 21, 2026 09:00 (Asia/Seoul, UTC+9): The answer is empty." in said
    assert "Items may have been missed" in said
    assert "Last news: Mon, Nov 23, 2026 09:00 (Asia/Seoul, UTC+9) · 1 item a week" in said


async def test_well_known_sources_are_offered_and_added_by_number(
    moderated: TypedConversation, feeds: FakeFeeds
) -> None:
    listed = await moderated.type("source starter")

    names = [words_of(listed.card)]
    assert "1 · OpenAI News" in names[0]
    assert "AI타임스" in names[0]
    assert await moderated.store.sources.list() == ()
    pressed = await moderated.press(listed.card.sections[0].actions[0])
    assert "OpenAI News is source 1." in words_of(pressed.card)
    assert (await moderated.store.sources.get(1)).rules.tags == ("lab",)
    some = await moderated.type("source starter 1,5,2")
    said = words_of(some.card)
    assert "OpenAI News is source 1." in said
    assert "Hugging Face Blog is source 2." in said
    assert "deepmind.google/blog/rss.xml was not added" in said
    after = words_of((await moderated.type("source starter")).card)
    assert "OpenAI News" not in after
    assert "2 · Google DeepMind" in after
    assert feeds.zones[0] is None


async def test_sources_are_completed_by_name(moderated: TypedConversation) -> None:
    await added(moderated)
    commands: Commands = moderated.commands

    async def offered(typed: str) -> list[str]:
        asked = moderated.invocation("source", action="show")
        return [one.value for one in await commands.complete(asked, "source", typed, 5)]

    assert await offered("exam") == ["1"]
    assert await offered("1") == ["1"]
    assert await offered("") == ["1"]
    assert await offered("zzz") == []


async def test_every_example_of_the_help_can_be_typed(moderated: TypedConversation) -> None:
    await added(moderated, f"source add {BLOG}")
    for example in (example for command in COMMANDS for example in command.examples):
        reply = await moderated.type(example)
        assert reply.outcome is not Outcome.MISTYPED, (example, words_of(reply.card))


async def test_what_a_source_says_now_of_a_published_entry_is_offered(
    talk: TypedConversation,
) -> None:
    polls, link = talk.store.polls, "https://blog.example/a"
    source = await talk.store.sources.add(BLOG, "Blog", SourceRules(), OPERATOR.actor)
    draft = EntryDraft("A model", link, status=Status.PENDING)
    item = Gathered(((b"k" * 16, False),), "A model", link, draft=draft)
    await polls.lease("here", 1)
    await polls.gather(source, "here", Polling(next_at=talk.clock[0]), [item])
    await talk.store.entries.restore(1, OPERATOR.actor)
    [number] = (await polls.known(source.id, [b"k" * 16], talk.clock[0])).values()
    [source] = await polls.lease("here", 1)
    again = replace(item, title="A model, corrected", draft=None, number=number)
    await polls.gather(source, "here", Polling(), [again])

    shown = await talk.type("show 1")
    assert "Blog says now: A model, corrected" in words_of(shown.card)
    talk.become(roles=Role.MEMBER)
    assert "corrected" not in await talk.said("show 1")
    talk.asker = OPERATOR
    await talk.press(shown.card.actions[0])
    assert (await talk.store.entries.get(1)).title == "A model, corrected"
    assert await talk.store.entry_sources.changed(1) == ()
    assert "says now" not in await talk.said("show 1")
