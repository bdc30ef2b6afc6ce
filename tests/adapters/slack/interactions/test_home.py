"""The Home tab."""

from __future__ import annotations

from bot.port.card import Action, Card
from bot.port.invocation import Reply
from tests.adapters.slack.conftest import ADMIN, MEMBER
from tests.adapters.slack.handler import ScriptedHandler, entry
from tests.fakes.cards import line
from tests.fakes.slack.deeds import Deeds, labels
from tests.fakes.slack.server import FakeSlack


async def test_it_shows_the_latest_the_persons_own_and_their_language(
    slack: FakeSlack, member: Deeds
) -> None:
    opened = await member.open_home()
    home = await slack.home(MEMBER)
    assert await opened.acknowledgement() == {}
    shown = str(home["blocks"])
    assert "Story 10" in shown
    assert "Your list is empty." in shown
    assert "This is following" in shown
    assert "This is language" in shown
    assert {"한국어", "English", "Search"} <= set(labels(home["blocks"]))
    assert "This is log" not in shown
    assert "Add an entry" not in shown


async def test_moderators_find_what_they_manage(slack: FakeSlack, admin: Deeds) -> None:
    await admin.open_home()
    shown = str((await slack.home(ADMIN))["blocks"])
    assert "Add an entry" in shown
    assert "This is log" in shown
    assert "This is status" in shown


async def test_somebody_named_as_moderator_does_too(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    handler.moderators.add(MEMBER)
    await member.open_home()
    assert "Add an entry" in str((await slack.home(MEMBER))["blocks"])


async def test_a_button_answers_in_a_modal_and_draws_the_tab_again(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    await member.open_home()
    home = await slack.home(MEMBER)
    handler.languages[MEMBER] = "ko"
    view = await (await member.press_in(home, "한국어")).view()
    assert "This is language" in str(view["blocks"])
    again = await slack.home(MEMBER, after=1)
    assert labels(again["blocks"]) != labels(home["blocks"])
    language = next(one for one in handler.invocations if one.arguments.get("language"))
    assert language.channel.id == f"D{MEMBER}"


async def test_search_opens_its_form(slack: FakeSlack, member: Deeds) -> None:
    await member.open_home()
    view = await (await member.press_in(await slack.home(MEMBER), "Search")).view()
    assert view["blocks"][0]["block_id"] == "words"


async def test_long_parts_still_fit(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    many = tuple(entry(number, "제목 " * 200, "본문 " * 3000) for number in range(80))
    for name in ("latest", "saved", "status", "log", "language"):
        handler.replies[name] = lambda _: Reply(Card("Much", "ko", sections=many))
    await admin.open_home()
    home = await slack.home(ADMIN)
    assert len(home["blocks"]) <= 100


async def test_the_messages_tab_is_left_alone(slack: FakeSlack, member: Deeds) -> None:
    event = {"type": "app_home_opened", "user": MEMBER, "channel": "D1", "tab": "messages"}
    opened = await member.event(event)
    assert await opened.acknowledgement() == {}
    assert slack.called("views.publish") == []


async def test_each_part_is_whole_whatever_else_there_is(
    slack: FakeSlack, admin: Deeds, handler: ScriptedHandler
) -> None:
    shown = tuple(entry(number, f"Story {number}", "A note. " * 20) for number in range(5))
    for name in ("latest", "saved"):
        handler.replies[name] = lambda _: Reply(Card("News", "en", sections=shown))
    await admin.open_home()
    blocks = (await slack.home(ADMIN))["blocks"]
    assert sum("A note. A note." in str(block) for block in blocks) == 2 * len(shown)
    places = [str(block) for block in blocks]
    sentence = next(place for place, text in enumerate(places) if "This is language" in text)
    assert "한국어" in places[sentence + 1], "its buttons stand below what they are about"


async def test_lines_and_the_buttons_below_them_stand_side_by_side(
    slack: FakeSlack, member: Deeds, handler: ScriptedHandler
) -> None:
    lines = tuple(line(number, "A note.", "site") for number in range(5))
    further = (Action("Next page", "latest", {"page": "2"}),)
    handler.replies["latest"] = lambda _: Reply(Card("News", "en", sections=lines, actions=further))
    await member.open_home()
    offered = labels((await slack.home(MEMBER))["blocks"])
    assert "Next page" in offered
    assert offered.count("Save") >= len(lines)
