"""A pasted link: its page fills the form, or what was published without it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.pages import Pages
from bot.port.form import Form
from bot.port.invocation import Outcome, Reply
from bot.port.page import PageFacts
from store.model import Entry, PublishedDate
from tests.bot.commands.conftest import START, TypedConversation, words_of
from tests.fakes.databases import new_store
from tests.fakes.pages import FakePageReader

URL = "https://news.example/story"
FACTS = PageFacts(
    url="https://news.example/story/42",
    title="A model that sings",
    published=PublishedDate(2026, 11, 20),
    description="It is the first.",
    image="https://news.example/a.png",
    language="fr-CA",
    site="News",
)
AT_ONCE = timedelta(0)


class PageTalk(TypedConversation):
    """A conversation with a bot that reads pages."""

    reader: FakePageReader


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[PageTalk]:
    """A conversation over an empty store, beside one page."""
    clock = [START]
    store = await new_store(tmp_path / "ainews.db", lambda: clock[0])
    reader = FakePageReader({URL: FACTS})
    pages = Pages(lambda: reader, store.entries, lambda: None)
    talk = PageTalk(store, clock=clock, pages=pages)
    talk.reader = reader
    try:
        yield talk
    finally:
        await pages.close()
        await store.close()


def form_of(reply: Reply) -> Form:
    """Return the form that an answer is."""
    assert reply.form is not None
    return reply.form


def values_of(form: Form) -> dict[str, str]:
    """Return what a form is filled with."""
    return {one.name: one.value for one in form.fields} | dict(form.hidden)


def hint_of(form: Form, name: str) -> str:
    """Return what stands beside a field."""
    return next(one.hint for one in form.fields if one.name == name)


async def only_entry(talk: TypedConversation) -> Entry:
    """Return the one entry that there is."""
    (entry,) = (await talk.store.entries.latest(10)).items
    return entry


async def settled(talk: PageTalk) -> None:
    """Let what is done in the background be done."""
    assert talk.pages is not None
    await asyncio.gather(*talk.pages._filling)


async def test_a_pasted_link_fills_its_form(talk: PageTalk) -> None:
    form = form_of(await talk.type(f"add {URL}", interactive=True))
    assert values_of(form) == {
        "link": FACTS.url,
        "title": "A model that sings",
        "note": "It is the first.",
        "date": "2026-11-20",
        "tags": "",
        "language": "fr",
    }
    reply = await talk.submit("add", **values_of(form))
    assert reply.outcome is Outcome.DONE
    entry = await only_entry(talk)
    assert (entry.url, entry.language) == (FACTS.url, "fr")
    assert entry.image == FACTS.image, "a picture has no field, and comes along"
    assert talk.reader.asked == [URL]


async def test_what_somebody_gave_comes_before_what_the_page_says(talk: PageTalk) -> None:
    form = form_of(await talk.type(f'add {URL} note:"Try it" date:2026-11', interactive=True))
    assert values_of(form)["note"] == "Try it"
    assert values_of(form)["date"] == "2026-11"


async def test_with_a_title_nothing_is_asked(talk: PageTalk) -> None:
    assert (await talk.type(f"add {URL} Mine", interactive=True)).form is None
    assert talk.reader.asked == []
    assert (await only_entry(talk)).note == ""


async def test_a_page_that_cannot_be_read_opens_the_form_and_says_why(talk: PageTalk) -> None:
    form = form_of(await talk.type("add https://arxiv.org/abs/1706.03762", interactive=True))
    assert values_of(form)["link"] == "https://arxiv.org/abs/1706.03762"
    assert values_of(form)["date"] == "2017-06"
    assert hint_of(form, "link") == "There is no page at this address (404)."
    assert hint_of(form, "title") == ""


async def test_a_reader_that_breaks_is_a_page_that_cannot_be_read(talk: PageTalk) -> None:
    talk.reader.known[URL] = ZeroDivisionError()
    form = form_of(await talk.type(f"add {URL}", interactive=True))
    assert hint_of(form, "link") == "The page could not be read."
    talk.reader.known[URL] = FACTS
    assert values_of(form_of(await talk.type(f"add {URL}", interactive=True)))["title"]


async def test_the_story_that_a_page_calls_itself_is_not_added_twice(talk: PageTalk) -> None:
    await talk.type(f"add {FACTS.url} Known")
    reply = await talk.type(f"add {URL}", interactive=True)
    assert reply.form is None
    assert "already here, as entry 1" in words_of(reply.card)


async def test_without_a_form_it_is_published_with_what_is_found(talk: PageTalk) -> None:
    assert "Published as entry 1." in await talk.said(f"add {URL} tags:llm")
    entry = await only_entry(talk)
    assert (entry.title, entry.note, entry.tags) == (
        "A model that sings",
        "It is the first.",
        ("llm",),
    )
    assert entry.published == PublishedDate(2026, 11, 20)


async def test_without_a_form_it_is_said_why_not(talk: PageTalk) -> None:
    reply = await talk.type("add https://news.example/gone")
    assert reply.outcome is Outcome.MISTYPED
    assert words_of(reply.card).startswith(
        "The title is missing, and its page does not say it. "
        "There is no page at this address (404). Type, for example: /ainews add"
    )
    assert (await talk.store.entries.latest(1)).items == ()


async def test_a_page_that_never_comes_promises_nothing(talk: PageTalk) -> None:
    assert talk.pages is not None
    talk.pages.form_patience, talk.pages.patience = AT_ONCE, timedelta(microseconds=1)
    talk.reader.open.clear()
    said = words_of((await talk.type(f"add {URL}")).card)
    assert "The page did not come in time. Type, for example:" in said
    assert (await talk.store.entries.latest(1)).items == ()


async def late(talk: PageTalk) -> Form:
    """Paste a link whose page is slow, and return the form."""
    assert talk.pages is not None
    talk.pages.form_patience = AT_ONCE
    talk.reader.open.clear()
    form = form_of(await talk.type(f"add {URL}", interactive=True))
    assert hint_of(form, "link") == (
        "The page is slow. What it says is filled in once this is published."
    )
    assert values_of(form) == dict.fromkeys(("title", "note", "date", "tags"), "") | {"link": URL}
    return form


async def test_what_comes_late_fills_what_is_empty_after_publishing(talk: PageTalk) -> None:
    await late(talk)
    await talk.submit("add", link=URL, title="Mine", note="", date="2026", tags="")
    talk.reader.open.set()
    await settled(talk)
    entry = await only_entry(talk)
    assert (entry.title, entry.note, entry.image) == ("Mine", FACTS.description, FACTS.image)
    assert entry.published == PublishedDate(2026)
    assert talk.reader.asked == [URL]
    record = (await talk.store.audit.list(1, 0, "entry:1")).items[0]
    assert record.actor == talk.asker.actor
    assert set(record.details) == {"note", "image"}


async def test_what_comes_while_the_form_is_open_is_published_with_it(talk: PageTalk) -> None:
    await late(talk)
    talk.reader.open.set()
    assert talk.pages is not None
    await talk.pages._readings[URL].task
    await talk.submit("add", link=URL, title="Mine")
    record = (await talk.store.audit.list(1, 0)).items[0]
    assert record.action == "add"
    assert (await only_entry(talk)).note == FACTS.description


async def test_what_somebody_wrote_meanwhile_stays(talk: PageTalk) -> None:
    await late(talk)
    await talk.submit("add", link=URL, title="Mine")
    await talk.type('edit 1 note:"My own words"')
    talk.reader.open.set()
    await settled(talk)
    entry = await only_entry(talk)
    assert (entry.note, entry.image) == ("My own words", FACTS.image)


@pytest.mark.parametrize("line", ["retract 1", "edit 1 link:https://elsewhere.example/x"])
async def test_what_is_not_that_story_any_more_stays_as_it_is(talk: PageTalk, line: str) -> None:
    await late(talk)
    await talk.submit("add", link=URL, title="Mine")
    await talk.type(line)
    talk.reader.open.set()
    await settled(talk)
    assert (await talk.store.entries.get(1)).note == ""


async def test_a_field_that_was_emptied_in_the_form_stays_empty(talk: PageTalk) -> None:
    form = form_of(await talk.type(f"add {URL}", interactive=True))
    await talk.submit("add", **(values_of(form) | {"note": ""}))
    await settled(talk)
    entry = await only_entry(talk)
    assert (entry.note, entry.image) == ("", FACTS.image)


async def test_a_form_that_is_asked_for_again_has_what_came_meanwhile(talk: PageTalk) -> None:
    await late(talk)
    talk.reader.open.set()
    assert talk.pages is not None
    talk.pages.form_patience = timedelta(seconds=30)
    form = form_of(await talk.type(f"add {URL}", interactive=True))
    assert values_of(form)["title"] == FACTS.title
    assert talk.reader.asked == [URL]


async def test_a_reader_may_be_missing(talk: PageTalk) -> None:
    assert talk.pages is not None
    none = PageTalk(
        talk.store, clock=talk.clock, pages=Pages(lambda: None, talk.store.entries, lambda: None)
    )
    form = form_of(await none.type(f"add {URL}", interactive=True))
    assert values_of(form)["title"] == ""
    assert "The title is missing. Type" in await none.said(f"add {URL}")


@pytest.mark.parametrize("image", ["https://a..b/a.png", "https://a.example/" + "x" * 2000])
async def test_what_no_entry_can_hold_is_left_out(talk: PageTalk, image: str) -> None:
    talk.reader.known[URL] = replace(FACTS, image=image, url="https://user:word@news.example/")
    assert "Published as entry 1." in await talk.said(f"add {URL}")
    entry = await only_entry(talk)
    assert (entry.url, entry.image) == (URL, None)


async def test_closing_lets_go_of_what_is_still_read(talk: PageTalk) -> None:
    await late(talk)
    await talk.submit("add", link=URL, title="Mine")
    assert talk.pages is not None
    await talk.pages.close()
    assert (await only_entry(talk)).note == ""
