"""Deciding about what waits, and the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.port.card import Action, small_line
from bot.port.form import Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.platform import Permanent, PlatformError, Retryable, Unknown
from store.model import Actor, Entry, EntryDraft, Gathered, Link, Polling, SourceRules, Status
from tests.bot.commands.conftest import GENERAL, TypedConversation, words_of
from tests.fakes.platform import FakePlatform

SOURCE = Actor("", "", "ainews", "AINews")
MODERATOR = Role.MEMBER | Role.MODERATOR


async def wait(talk: TypedConversation, title: str, *links: str, by: str = "B News") -> Entry:
    """Let an entry of a source wait."""
    talk.clock[0] += timedelta(seconds=1)
    draft = EntryDraft(
        title,
        url=f"https://b.example/{title.replace(' ', '-')}",
        links=tuple(Link(link) for link in links),
        note=f"About {title}.",
        added_by=by,
        status=Status.PENDING,
    )
    return await talk.store.entries.add(draft, SOURCE)


def action(reply: Reply, label: str) -> Action:
    """Return the button of a card, or of its first section, that has this label."""
    card = reply.card
    offered = [*card.actions, *(card.sections[0].actions if card.sections else ())]
    return next(one for one in offered if one.label.startswith(label))


async def status(talk: TypedConversation, entry: Entry) -> Status:
    return (await talk.store.entries.get(entry.id)).status


@pytest.fixture
def moderator(talk: TypedConversation) -> TypedConversation:
    """A conversation of a moderator."""
    talk.become(name="Jun", roles=MODERATOR)
    return talk


async def test_what_waits_is_decided_one_after_the_other(moderator: TypedConversation) -> None:
    talk = moderator
    first, second, third = [await wait(talk, title) for title in ("one", "two", "three")]

    reply = await talk.type("review")
    assert reply.private
    assert "3 entries wait." in words_of(reply.card)
    assert [entry.id for entry in reply.entries] == [third.id]
    line = "".join(span.text for span in small_line(reply.card.sections[0]))
    assert line == "#3 · b.example · B News"

    reply = await talk.press(action(reply, "Publish"))
    assert "Published as entry 3: three" in words_of(reply.card)
    assert [entry.id for entry in reply.entries] == [second.id]
    assert talk.woken == 1

    reply = await talk.press(action(reply, "Later"))
    assert [entry.id for entry in reply.entries] == [first.id]
    reply = await talk.press(action(reply, "Skip"))
    assert [entry.id for entry in reply.entries] == [second.id]
    reply = await talk.press(action(reply, "Skip"))
    assert "Nothing waits for a moderator." in words_of(reply.card)
    assert await status(talk, third) is Status.PUBLISHED
    assert await status(talk, first) is await status(talk, second) is Status.SKIPPED


async def test_who_comes_too_late_hears_who_decided(moderator: TypedConversation) -> None:
    talk = moderator
    await wait(talk, "one")
    both = await wait(talk, "two")
    reply = await talk.type("review")
    await talk.type(f"review skip {both.id}")
    talk.become(name="Ann", roles=MODERATOR)

    late = await talk.press(action(reply, "Publish"))
    assert "Jun has skipped entry 2 already." in words_of(late.card)
    assert "one" in words_of(late.card)
    reply = await talk.type(f"review publish {both.id}")
    assert reply.outcome is Outcome.REFUSED
    assert "Jun has skipped entry 2 already." in words_of(reply.card)


async def test_a_decision_is_taken_back(moderator: TypedConversation) -> None:
    talk = moderator
    entry = await wait(talk, "one")
    reply = await talk.type(f"review publish {entry.id}")
    said = words_of((await talk.press(action(reply, "Undo"))).card)
    assert "It waits again: one" in said
    assert "Undo" not in said
    assert await status(talk, entry) is Status.PENDING
    refused = await talk.type(f"review undo {entry.id}")
    assert "nothing to undo" in words_of(refused.card)


async def test_the_form_that_is_sent_publishes(moderator: TypedConversation) -> None:
    talk = moderator
    entry = await wait(talk, "one")
    await wait(talk, "two", by="C News")
    asked = await talk.type(f"edit {entry.id} publish:yes", interactive=True)
    assert asked.form is not None
    assert asked.form.submit == "Publish"
    assert asked.form.hidden == {"id": "1", "publish": "yes"}
    values = {field.name: field.value for field in asked.form.fields} | {"title": "Better"}

    sent = await talk.submit("edit", **asked.form.hidden, **values)
    assert "Published as entry 1." in words_of(sent.card)
    assert (await talk.store.entries.get(entry.id)).title == "Better"
    assert (await talk.store.entries.get(entry.id)).added_by == "B News"
    following = await talk.press(action(sent, "Next in the queue"))
    assert "two" in words_of(following.card)
    again = await talk.submit("edit", **asked.form.hidden, **values)
    assert "Jun has published entry 1 already." in words_of(again.card)


async def test_the_same_as_another_is_chosen_among_the_likest(moderator: TypedConversation) -> None:
    talk = moderator
    await talk.type('add https://a.example/1 "Acme opens a library in Busan"')
    await talk.type('add https://a.example/2 "오픈AI, GPT-6 공개"')
    entry = await wait(talk, "OpenAI releases GPT-6")

    reply = await talk.type(f"review same {entry.id}", interactive=True)
    assert reply.form is not None
    [field] = reply.form.fields
    assert field.kind is Kind.CHOICE
    assert [choice.value for choice in field.choices] == ["2", "1"]

    sent = await talk.submit("review", **reply.form.hidden, same="2")
    assert "Merged with entry 2" in words_of(sent.card)
    assert (await talk.store.entries.get(2)).links[0].url == entry.url
    await talk.press(action(sent, "Undo"))
    assert (await talk.store.entries.get(2)).links == ()
    for wrong in (str(entry.id), "99"):
        refused = await talk.submit("review", **reply.form.hidden, same=wrong)
        assert refused.outcome is not Outcome.DONE


async def test_all_of_a_source_is_decided_at_once(moderator: TypedConversation) -> None:
    talk = moderator
    await talk.store.sources.add("https://b.example/feed", "B News", SourceRules(), SOURCE)
    ours = [await wait(talk, title) for title in ("one", "two")]
    other = await wait(talk, "three", "https://x.example/1", by="minji")

    reply = await talk.type("review")
    assert "Publish all" not in words_of(reply.card)
    reply = await talk.press(action(reply, "Later"))
    reply = await talk.press(action(reply, "Publish all of this source (2)"))
    assert "2 entries of B News are published." in words_of(reply.card)
    assert [await status(talk, entry) for entry in ours] == [Status.PUBLISHED] * 2
    assert await status(talk, other) is Status.PENDING
    assert "Nothing from the source" in await talk.said(f"review rest {other.id}")
    more = [await wait(talk, title) for title in ("four", "five")]
    assert "2 entries of B News are skipped." in await talk.said(f"review rest {more[0].id}")


async def test_a_star_is_set_and_taken_back_at_the_card(moderator: TypedConversation) -> None:
    talk = moderator
    entry = await wait(talk, "one")
    star = action(await talk.type("review"), "⭐ Star")
    done = await talk.press(star)
    assert "A pick now: one" in words_of(done.card)
    assert done.pressed == "⭐ Starred"
    back = await talk.press(action(await talk.type("review"), "⭐ Starred"))
    assert "No pick any more: one" in words_of(back.card)
    talk.become()
    assert (await talk.type(f"star {entry.id}")).outcome is Outcome.REFUSED


async def test_what_nobody_decided_is_found_by_moderators(moderator: TypedConversation) -> None:
    talk = moderator
    await wait(talk, "Old news")
    await talk.type("review skip 1")
    await wait(talk, "Old story")
    talk.clock[0] += timedelta(days=8)
    said = await talk.said("review")
    assert "1 entry left the queue" in said
    found = await talk.said("review find:old")
    assert "Old news" in found
    assert "skipped" in found
    assert "Old story" in found
    assert "Nothing that waits" in await talk.said("review find:nothing")


async def test_a_moderators_search_leads_to_what_waits_or_was_skipped(
    moderator: TypedConversation,
) -> None:
    talk = moderator
    await wait(talk, "First")
    await talk.type("review skip 1")
    await wait(talk, "Second")
    talk.clock[0] += timedelta(days=8)
    for words in ("about", "b.example", "B news"):
        reply = await talk.type(f"search {words}")
        found = await talk.press(action(reply, "Waiting or skipped (2)"))
        assert [entry.title for entry in found.entries] == ["Second", "First"]
    assert "Waiting" not in await talk.said("search elsewhere")
    talk.become()
    assert "Waiting" not in await talk.said("search about")


@pytest.mark.parametrize("line", ["review", "review publish 1", "review here", "review find:one"])
async def test_members_decide_and_see_nothing(talk: TypedConversation, line: str) -> None:
    await wait(talk, "one")
    talk.become()
    reply = await talk.type(line)
    assert reply.outcome is Outcome.REFUSED
    assert "Only moderators may use /ainews review." in words_of(reply.card)
    assert (await talk.type("show 1")).outcome is Outcome.REFUSED


async def test_what_is_missing_is_said(moderator: TypedConversation) -> None:
    assert "Say which entry." in await moderator.said("review publish")
    await wait(moderator, "one")
    assert "Say which other entry" in await moderator.said("review same 1")
    form = await moderator.type("review same 1", interactive=True)
    assert "No recent entry" in words_of(form.card)


async def test_a_pending_entry_is_restored_as_it_is_published(moderator: TypedConversation) -> None:
    entry = await wait(moderator, "one")
    await moderator.type("restore 1")
    item = (await moderator.store.reviews.get([entry.id]))[entry.id]
    assert item.review is not None
    assert item.review.by.name == "Jun"


async def test_a_channel_becomes_a_desk_and_none(moderator: TypedConversation) -> None:
    talk = moderator
    await wait(talk, "one")
    said = await talk.said("review here")
    assert "moderators' desk now" in said
    assert "What is already waiting is not posted here" in said
    [desk] = await talk.store.desks.active(GENERAL.platform)
    assert desk.ref == GENERAL
    assert "the moderators' desk" in await talk.said("status")
    assert "no longer a moderators' desk" in await talk.said("review here off")
    assert await talk.store.desks.active(GENERAL.platform) == ()
    assert "This channel is not a moderators' desk." in await talk.said("review here off")


async def test_a_channel_that_cannot_be_posted_to_becomes_no_desk(
    moderator: TypedConversation,
) -> None:
    platform = FakePlatform("test")
    platform.in_the_way[GENERAL.id] = ["The bot may not write here."]
    moderator.platforms["test"] = platform
    reply = await moderator.type("review here")
    assert reply.outcome is Outcome.REFUSED
    assert "The bot may not write here." in words_of(reply.card)
    assert await moderator.store.desks.active("test") == ()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Retryable("It cannot be reached."), "moderators' desk now"),
        (Unknown("No answer came."), "moderators' desk now"),
        (Permanent("The bot was removed.", "Install it again."), "removed. Install it again."),
    ],
)
async def test_where_a_platform_does_not_say_what_it_would_refuse(
    moderator: TypedConversation, error: PlatformError, said: str
) -> None:
    platform = FakePlatform("test")
    platform.unknown = error
    moderator.platforms["test"] = platform
    assert said in await moderator.said("review here")


async def test_what_a_source_joined_wrongly_is_split(moderator: TypedConversation) -> None:
    talk, store = moderator, moderator.store
    first = await wait(talk, "one")
    await store.sources.add("https://c.example/feed", "C News", SourceRules(), SOURCE)
    [source] = await store.polls.lease("process", 1)
    link = "https://c.example/other"
    draft = EntryDraft("Other", link, added_by="C News", status=Status.PENDING)
    item = Gathered(((b"0" * 16, False),), "Other", link, draft=draft, joins=first.id)
    await store.polls.gather(source, "process", Polling(), [item])
    assert "C News" in await talk.said("review")

    assert "has no such link from a source" in await talk.said(
        "review split 1 link:https://x.example/"
    )
    said = await talk.said("review split 1")
    assert "Now an entry of its own, #2, waiting for a decision: Other" in said
    assert (await store.entries.get(1)).links == ()
    assert await status(talk, await store.entries.get(2)) is Status.PENDING
    assert "has no such link from a source" in await talk.said("review split 1")
