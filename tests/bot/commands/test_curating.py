"""What moderators get who add, edit and retract what they type, in whatever form they type it."""

from __future__ import annotations

import pytest

from bot.port.card import Tone
from bot.port.invocation import Invocation, Outcome
from store.model import Status
from tests.bot.commands.conftest import ADD, TypedConversation, words_of


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
