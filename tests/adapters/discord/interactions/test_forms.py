"""Forms: what is shown, what comes back, and that nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.interactions.answers import Patience
from adapters.discord.interactions.forms import FormTooLarge, modal, sent_arguments
from bot.i18n.translator import Translators
from bot.port.command import Parameter
from bot.port.form import Choice, Field, Form, Kind
from bot.port.invocation import Invocation, Reply, Role
from bot.port.notes import OwnNotes
from bot.port.platform import PlatformContext
from tests.adapters.discord.starting import started
from tests.adapters.discord.test_commands_in import SlowHandler
from tests.fakes.cards import message
from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild, contract, rules
from tests.fakes.discord.people import buttons_of
from tests.fakes.handler import COMMANDS, FakeHandler

VOCABULARY = Translators("en")
ENGLISH = VOCABULARY.of("en")
LINK = "https://a.example/1"

SIX = (
    Field("title", "Title", Kind.TEXT, "CLIP", required=True, hint="The headline"),
    Field("link", "Link", Kind.LINK, LINK),
    Field("note", "Note", Kind.TEXT, "One\n\ntwo", multiline=True, maximum_length=20_000),
    Field("date", "Date", Kind.DATE, "2021-04"),
    Field("tags", "Tags", Kind.TAGS, "llm, vision"),
    Field("image", "Image", Kind.LINK, "https://a.example/i.png?x=1:2"),
)
EDIT = Form("edit", "Change an entry", "Save", SIX, {"id": "12"})

bot_runs = pytest.mark.usefixtures("bot")


def shown(form: Form) -> dict[str, str]:
    """Return a form's inputs as they are shown: each one's id and value."""
    drawn = modal(form, ENGLISH)
    assert list(rules.modal_violations(drawn)) == []
    body = {"type": 9, "data": drawn}
    assert list(contract.violations("POST", "/interactions/1/t/callback", {}, body)) == []
    inputs = [row["component"] for row in drawn["components"]]
    return {each["custom_id"]: each.get("value", "") for each in inputs}


def sent(values: dict[str, str]) -> dict[str, str]:
    """Return the arguments of a form that was sent with these values."""
    rows = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
        for name, value in values.items()
    ]
    return sent_arguments(rows, VOCABULARY)


def test_what_has_no_room_of_its_own_shares_the_last_input() -> None:
    assert shown(EDIT) == {
        "title": "CLIP",
        "link": LINK,
        "note": "One\n\ntwo",
        "date": "2021-04",
        "tags+image": "Tags: llm, vision\nImage: https://a.example/i.png?x=1:2",
    }


def test_a_form_that_is_sent_unchanged_changes_nothing() -> None:
    assert sent(shown(EDIT)) == {field.name: field.value for field in SIX}


@given(st.lists(st.text("abc,: -\n", max_size=12), min_size=6, max_size=6))
def test_any_values_come_back(values: list[str]) -> None:
    fields = [replace(each, value=value) for each, value in zip(SIX, values, strict=True)]
    form = replace(EDIT, fields=tuple(fields))

    back = sent(shown(form))

    for field in fields:
        one_line = field.name in {"tags", "image"}
        assert back[field.name] == (" ".join(field.value.split()) if one_line else field.value)


@pytest.mark.parametrize(
    ("typed", "tags", "image"),
    [
        ("tags: a, b\nimage: https://b.example", "a, b", "https://b.example"),
        ("IMAGE：https://b.example\n\nTags :a", "a", "https://b.example"),
        ("태그: 가\n그림: https://b.example", "가", "https://b.example"),
        ("tags: a", "a", ""),
        ("", "", ""),
        ("a, b", "a, b", ""),
        ("https://b.example\ntags: a", "a", "https://b.example"),
        ("a\nhttps://b.example\nmore", "a", "https://b.example more"),
    ],
)
def test_a_shared_input_is_read_as_people_type(typed: str, tags: str, image: str) -> None:
    names = {word for words in VOCABULARY.every() for word in [words.pgettext("field", "image")]}
    if "그림" in typed and "그림" not in names:
        typed = typed.replace("그림", next(iter(names - {"image"}), "image"))
        typed = typed.replace("태그", VOCABULARY.of("ko").pgettext("field", "tags"))
    assert sent({"tags+image": typed}) == {"tags": tags, "image": image}


def test_what_is_too_long_for_an_input_is_left_out_and_so_keeps_its_value() -> None:
    fields = tuple(replace(each, value="x" * 5000) if each.name == "note" else each for each in SIX)

    inputs = shown(replace(EDIT, fields=fields))

    assert "note" not in inputs
    assert "note" not in sent(inputs)
    assert {"title", "link", "date", "tags", "image"} == set(sent(inputs))


def test_what_an_entry_has_may_be_longer_than_what_is_asked_for() -> None:
    long = replace(SIX[0], value="x" * 600, maximum_length=500)

    assert shown(replace(EDIT, fields=(long,))) == {"title": "x" * 600}


def test_a_choice_is_a_menu_in_the_language_of_the_form() -> None:
    field = Field(
        "language",
        "Language",
        Kind.CHOICE,
        "ko",
        choices=(Choice("ko", "한국어"), Choice("en", "English")),
    )
    drawn = modal(replace(EDIT, fields=(field,)), ENGLISH)["components"][0]["component"]

    assert [each["default"] for each in drawn["options"]] == [True, False]
    rows = [{"type": 18, "component": {"type": 3, "custom_id": "language", "values": ["en"]}}]
    assert sent_arguments(rows, VOCABULARY) == {"language": "en"}


def test_an_error_stands_at_its_field() -> None:
    fields = (
        replace(SIX[0], error="Too short."),
        *SIX[1:4],
        replace(SIX[4], error="No tag."),
        SIX[5],
    )

    rows = modal(replace(EDIT, fields=fields), ENGLISH)["components"]

    assert rows[0]["description"] == "Too short."
    assert rows[-1]["description"] == "No tag."
    assert rows[-1]["label"] == "Tags, Image"


def test_words_of_a_form_are_cut_to_their_room() -> None:
    field = Field("title", "L" * 99, Kind.TEXT, hint="h" * 300)

    drawn = modal(Form("add", "T" * 99, "", (field,)), ENGLISH)

    assert len(drawn["title"]) == 45
    assert len(drawn["components"][0]["label"]) == 45
    assert len(drawn["components"][0]["description"]) == 100


def test_a_form_that_no_modal_holds_is_refused() -> None:
    with pytest.raises(FormTooLarge):
        modal(replace(EDIT, hidden={"id": "x" * 200}), ENGLISH)
    many = tuple(replace(SIX[0], name=f"f{number}") for number in range(7))
    with pytest.raises(FormTooLarge):
        modal(replace(EDIT, fields=many), ENGLISH)


@bot_runs
async def test_add_opens_a_form_prefilled_and_publishes_it(
    moderator: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    form = await moderator.slash(channel, "add", link=LINK)
    values = {row["component"]["custom_id"]: row for row in form.modal["components"]}
    assert values["link"]["component"]["value"] == LINK

    answer = await moderator.submit(form, {"title": "CLIP", "tags": "vision"})

    asked = handler.invocations[-1]
    assert asked.submitted
    assert asked.asker.roles == Role.MEMBER | Role.MODERATOR
    assert asked.arguments == {
        "key": "of the caller",
        "link": LINK,
        "title": "CLIP",
        "note": "",
        "tags": "vision",
    }
    assert "Published: CLIP" in answer.text


@bot_runs
async def test_a_form_with_errors_can_be_corrected_and_loses_nothing(
    moderator: DiscordUser, channel: FakeDiscordChannel, handler: FakeHandler
) -> None:
    form = await moderator.slash(channel, "add", link=LINK)
    refused = await moderator.submit(form, {"title": "wrong", "note": "kept\n\nas it is"})
    assert refused.ephemeral
    assert "Some fields are wrong." in refused.text

    again = await moderator.click(refused.message, "Correct the form")
    title = again.modal["components"][1]
    assert title["component"]["value"] == "wrong"
    assert title["description"] == "“title” cannot be that."

    done = await moderator.submit(again, {"title": "right"})
    assert "Published: right" in done.text
    assert handler.invocations[-1].arguments["note"] == "kept\n\nas it is"


@pytest.mark.parametrize(("known", "held"), [(True, [LINK, "wrong", "", ""]), (False, [""] * 4)])
async def test_in_another_process_a_form_is_as_it_was_filled_in_as_long_as_it_is_kept(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, *, known: bool, held: list[str]
) -> None:
    handler = FakeHandler()
    channel = discord.world.channel(guild, "talk")
    person = discord.person(guild, "Jisoo", 1 << 13)
    async with started(context, discord, handler):
        form = await person.slash(channel, "add", link=LINK)
        refused = await person.submit(form, {"title": "wrong"})
    other = context if known else replace(context, notes=OwnNotes())
    async with started(other, discord, handler):
        again = await person.click(refused.message, "Correct the form")

    assert [row["component"].get("value", "") for row in again.modal["components"]] == held


async def test_where_a_form_comes_too_late_a_button_opens_it(
    context: PlatformContext, discord: FakeDiscord, guild: Guild, channel: FakeDiscordChannel
) -> None:
    handler = SlowHandler()
    person = discord.person(guild, "Jisoo", 1 << 13)
    async with started(context, discord, handler, Patience(form=0.01)):
        promised = await person.slash(channel, "add", link=LINK)
        assert promised.exchange.loading
        handler.gate.set()
        late = await promised.final()
        assert list(buttons_of(late.message)) == ["Open the form"]

        form = await person.click(late.message, "Open the form")
    assert form.modal["components"][0]["component"]["value"] == LINK


async def test_a_late_form_has_what_a_message_told_for_it(
    context: PlatformContext, discord: FakeDiscord, moderator: DiscordUser, said: dict[str, object]
) -> None:
    handler = SlowHandler()
    async with started(context, discord, handler, Patience(form=0.01)):
        promised = await moderator.menu("Add to AI news", said)
        handler.gate.set()
        late = await promised.final()
        form = await moderator.click(late.message, "Open the form")
    held = [row["component"].get("value", "") for row in form.modal["components"]]
    assert held[:2] == [LINK, "CLIP connects"]


class Curating(FakeHandler):
    """Refuses `add` to whoever is no moderator, as the product does."""

    async def run(self, invocation: Invocation) -> Reply:
        """Refuse or go on."""
        if invocation.command == "add" and Role.MODERATOR not in invocation.asker.roles:
            self.invocations.append(invocation)
            return Reply(message("Only moderators may use /ainews add."), private=True)
        return await super().run(invocation)


WITH_IMAGE = tuple(
    replace(
        each,
        parameters=(*each.parameters, Parameter("image", "A picture", Kind.LINK, in_form=True)),
    )
    if each.name == "add"
    else each
    for each in COMMANDS
)
"""The commands, `add` with a picture."""


@pytest.fixture
def said(
    discord: FakeDiscord, channel: FakeDiscordChannel, member: DiscordUser
) -> dict[str, object]:
    """Return a message in which somebody shared a link."""
    message = discord.world.add_message(channel, member.user, {"content": f"look: {LINK}, nice"})
    message["embeds"] = [
        {"url": LINK, "title": "CLIP\n connects", "thumbnail": {"url": "https://a.example/i.png"}}
    ]
    return message


async def test_the_menu_of_a_message_opens_the_form_with_what_it_tells(
    context: PlatformContext, discord: FakeDiscord, moderator: DiscordUser, said: dict[str, object]
) -> None:
    handler = FakeHandler(WITH_IMAGE)
    async with started(context, discord, handler):
        form = await moderator.menu("Add to AI news", said)

    values = [row["component"].get("value", "") for row in form.modal["components"]]
    assert values[:2] == [LINK, "CLIP connects"]
    assert handler.invocations[0].arguments == {"link": LINK}


@pytest.mark.parametrize(
    "message",
    [
        (f"https://tenor.com/view/cat-gif-1 {LINK}'", LINK),
        (f"https://discord.com/channels/1/2/3 {LINK}", LINK),
        (f"<https://ptb.discord.com/channels/1/2/3> [words](<{LINK}>)", LINK),
        (f"https://discord.gg/abc https://cdn.discordapp.com/a/b.png\n{LINK}", LINK),
        ("https://discord.gg/abc", "https://discord.gg/abc"),
        (f"https://notdiscord.com/ {LINK}", "https://notdiscord.com/"),
    ],
)
async def test_a_link_to_discord_itself_is_news_only_where_it_stands_alone(
    context: PlatformContext,
    discord: FakeDiscord,
    channel: FakeDiscordChannel,
    moderator: DiscordUser,
    message: tuple[str, str],
) -> None:
    content, found = message
    handler = FakeHandler(WITH_IMAGE)
    async with started(context, discord, handler):
        said = discord.world.add_message(channel, moderator.user, {"content": content})
        await moderator.menu("Add to AI news", said)

    assert handler.invocations[0].arguments == {"link": found}


async def test_the_menu_is_for_moderators_only(
    context: PlatformContext, discord: FakeDiscord, member: DiscordUser, said: dict[str, object]
) -> None:
    async with started(context, discord, Curating()):
        answer = await member.menu("Add to AI news", said)

    assert "Only moderators" in answer.text
    assert answer.ephemeral


@bot_runs
async def test_a_message_without_a_link_is_no_news(
    discord: FakeDiscord, channel: FakeDiscordChannel, moderator: DiscordUser, handler: FakeHandler
) -> None:
    said = discord.world.add_message(channel, moderator.user, {"content": "hello"})

    answer = await moderator.menu("Add to AI news", said)

    assert "has no link" in answer.text
    assert not handler.invocations


@bot_runs
async def test_who_lost_a_role_meanwhile_sends_the_form_without_it(
    guild: Guild, channel: FakeDiscordChannel, moderator: DiscordUser, handler: FakeHandler
) -> None:
    form = await moderator.slash(channel, "add", link=LINK)
    guild.members[moderator.user.id] = []

    await moderator.submit(form, {"title": "CLIP"})

    assert handler.invocations[-1].asker.roles == Role.MEMBER
