"""Cards as messages: within every limit, for any entry, and as they are meant to look.

`snapshots/` holds each shape as a readable outline. To write them anew after a change that is
meant: AINEWS_TEST_SNAPSHOTS=write pytest tests/adapters/discord/cards/test_cards.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.cards.cards import (
    ENTRIES_PER_MESSAGE,
    draw_post,
    draw_reply,
    draw_unkeyed,
    with_key,
)
from adapters.discord.cards.cards import without_pictures as plain
from adapters.discord.cards.components import COMPONENTS_V2, ROW, SECTION, SEPARATOR, TEXT, every
from adapters.discord.cards.limits import MESSAGE_COMPONENTS
from adapters.discord.cards.sections import DiscordLook
from adapters.discord.interactions.custom_ids import key_of, unseal
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, LinkText, Section, Style, Text, Tone
from tests.fakes.cards import PAPER, SHAPES, digest, entry, message
from tests.fakes.discord import contract, rules
from tests.fakes.discord.outline import outline
from tests.fakes.discord.people import buttons_of, options_of, text_of
from tests.fakes.discord.reading import read

SNAPSHOTS = Path(__file__).parent / "snapshots"
KEY = "a2b3c4d5e6f7g2h3i4j5k6l01"
ENGLISH = Translator("en")


def reply(card: Card, **look: Any) -> list[dict[str, Any]]:
    """Return an answer's messages."""
    drawn = draw_reply(card, DiscordLook(Translator(card.language), **look))
    return [{"components": parts} for parts in drawn]


def post(card: Card) -> dict[str, Any]:
    """Return a post's message."""
    return {"components": draw_post(card, KEY, Translator(card.language))}


def wrong(body: dict[str, Any]) -> list[str]:
    """Return what Discord would say against a message."""
    whole = {**body, "flags": COMPONENTS_V2, "allowed_mentions": {"parse": []}}
    path = "/channels/1/messages"
    return [*rules.message_violations(whole), *contract.violations("POST", path, {}, whole)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_drawn_as_it_was(shape: str) -> None:
    card = SHAPES[shape]()
    answers = reply(card, pages="latest", curator=True)

    drawn = "".join(f"answer\n{outline(each['components'], '  ')}" for each in answers)
    drawn += f"post\n{outline(post(card)['components'], '  ')}"
    file = SNAPSHOTS / f"{re.sub(r'[^a-z]+', '-', shape)}.txt"
    if os.environ.get("AINEWS_TEST_SNAPSHOTS") == "write":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.skipif(not contract.present(), reason=contract.ABSENT)
@pytest.mark.parametrize("shape", SHAPES)
def test_discord_takes_every_shape(shape: str) -> None:
    card = SHAPES[shape]()

    assert [wrong(each) for each in reply(card, curator=True)] == [[]] * len(reply(card))
    assert wrong(post(card)) == []


TEXTS = st.one_of(st.text(max_size=40), st.integers(0, 500).map(lambda length: "*[x](" * length))
LONG = st.integers(0, 2500).map(lambda length: "글 " * length)
SECTIONS = st.builds(
    Section,
    heading=st.tuples(st.builds(LinkText, TEXTS, st.just("https://a.example/b"))),
    body=st.lists(st.tuples(st.builds(Text, st.one_of(TEXTS, LONG))), max_size=4).map(tuple),
    meta=st.tuples(st.builds(Text, TEXTS)),
    image=st.sampled_from([None, "https://a.example/i.png", "nothing"]),
    image_title=TEXTS,
    entry_id=st.integers(1, 99),
    actions=st.lists(
        st.builds(Action, TEXTS, st.just("show"), st.dictionaries(st.just("id"), TEXTS)), max_size=3
    ).map(tuple),
    group=st.one_of(st.just(""), TEXTS),
    brief=st.booleans(),
)
CARDS = st.builds(
    Card,
    summary=TEXTS,
    language=st.sampled_from(["ko", "en"]),
    title=st.tuples(st.builds(Text, TEXTS)),
    lead=st.lists(st.tuples(st.builds(Text, st.one_of(TEXTS, LONG))), max_size=3).map(tuple),
    sections=st.lists(SECTIONS, max_size=12).map(tuple),
    footer=st.tuples(st.builds(Text, TEXTS)),
    actions=st.lists(
        st.builds(Action, TEXTS, st.just("search"), st.dictionaries(st.just("words"), TEXTS)),
        max_size=5,
    ).map(tuple),
    menu=st.one_of(st.just(""), TEXTS),
    tone=st.sampled_from(Tone),
)


def test_a_brief_post_has_eighteen_components_and_its_lead_has_buttons() -> None:
    (box,) = draw_post(SHAPES["brief"](), KEY, ENGLISH)
    kinds = [part["type"] for part in box["components"]]
    head, lead, *sections = (part for part in box["components"] if part["type"] in {TEXT, SECTION})
    assert kinds == [TEXT, SEPARATOR, SECTION, ROW, SEPARATOR, TEXT, TEXT, TEXT, TEXT, TEXT, ROW]
    assert len(list(every([box]))) == 18
    assert head["content"].endswith("\n-# 10 new entries")
    assert lead["accessory"]["media"]["url"] == "https://a.example/lead.png"
    assert sections[0]["content"].splitlines()[:3] == [
        "**🧠 모델**",
        f"[네이버, 추론 모델 오픈 소스 공개]({PAPER})",
        "-# \\#2 · clova.example — 상업적 이용이…",
    ]
    menu = box["components"][-1]["components"][0]
    assert menu["placeholder"] == "Choose a story for details or saving…"
    assert len(menu["options"]) == 18
    [first, _, vote] = box["components"][3]["components"]
    assert vote["label"] == "👍 3"
    assert key_of(first["custom_id"]) == KEY


def test_a_full_post_of_ten_has_the_votes_in_a_menu_of_their_own() -> None:
    ten = digest(*(entry(number, image="https://a.example/a.png") for number in range(10)))
    (box,) = draw_post(ten, KEY, ENGLISH)
    menus = [part["components"][0] for part in box["components"] if part["type"] == ROW]
    assert [len(menu["options"]) for menu in menus] == [20, 10]
    assert menus[1]["options"][0]["value"] == "n|vote|id=0"
    assert len(list(every([box]))) <= MESSAGE_COMPONENTS
    said = [menu["placeholder"] for menu in menus]
    assert said == ["More about…", "More to do with a story…"]


@settings(max_examples=25, deadline=None)
@given(CARDS)
def test_no_card_breaks_a_limit(card: Card) -> None:
    for body in (*reply(card, pages="search"), post(card)):
        assert list(rules.message_violations({**body, **SENT})) == []


SENT = {"flags": COMPONENTS_V2, "allowed_mentions": {"parse": []}}


def test_a_long_answer_goes_on_in_further_messages_and_loses_nothing() -> None:
    words = [f"word{number}" for number in range(2500)]
    answers = reply(digest(entry(body=((Text(" ".join(words)),),))))

    seen = "\n".join(text_of(each) for each in answers)
    assert len(answers) > 1
    assert [word for word in words if word not in seen.split()] == []
    assert [bool(buttons_of(each)) for each in answers] == [False] * (len(answers) - 1) + [True]


def test_a_post_is_one_message_with_every_title_and_a_way_to_every_entry() -> None:
    body = ((Text("A long note. " * 300),),)
    titles = [f"Entry {number}" for number in range(ENTRIES_PER_MESSAGE)]
    picture = "https://a.example/i.png"
    card = digest(*(entry(n, title, body=body, image=picture) for n, title in enumerate(titles)))

    drawn = post(card)

    seen = read(text_of(drawn)).words
    assert [title for title in titles if title not in seen] == []
    assert list(options_of(drawn))[: len(titles)] == titles
    pictures = [each for each in rules.every(drawn["components"]) if each["type"] == 11]
    assert len(pictures) == len(titles)


def test_room_that_a_short_note_leaves_goes_to_the_long_ones() -> None:
    long = ((Text("word " * 2000),),)
    card = digest(entry(1, "short", body=((Text("brief"),),)), entry(2, "long", body=long))

    assert len(text_of(post(card))) > 3900


def test_a_post_says_how_many_entries_have_no_room() -> None:
    card = digest(*(entry(number, "t" * 400) for number in range(60)))

    drawn = post(card)

    shown = text_of(drawn).count("### ")
    assert f"{60 - shown} more entries do not fit here." in text_of(drawn)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_post_carries_its_key_once(shape: str) -> None:
    drawn = post(SHAPES[shape]())

    ids = [str(each.get("custom_id", "")) for each in rules.every(drawn["components"])]
    assert [key_of(each) for each in ids if key_of(each)] == [KEY]


def test_a_quiet_day_has_a_button_that_carries_the_key() -> None:
    drawn = post(message("Nothing new today."))

    assert list(buttons_of(drawn)) == ["Latest AI news"]


def test_few_entries_have_buttons_many_have_a_menu() -> None:
    few = post(digest(entry(1), entry(2)))
    many = post(digest(*(entry(number, f"Entry {number}") for number in range(9))))

    assert list(buttons_of(few)) == ["Details", "Save", "👍 3"]
    assert not buttons_of(many)
    assert list(options_of(many))[:2] == ["Entry 0", "Entry 1"]
    assert "Save · Entry 0" in options_of(many)


def test_what_a_menu_offers_is_what_the_buttons_would_do() -> None:
    many = post(digest(*(entry(number, f"Entry {number}") for number in range(9))))

    press = unseal(options_of(many)["Save · Entry 3"][1])
    assert (press.command, press.arguments) == ("save", {"id": "3"})


def test_curators_see_more_buttons() -> None:
    assert "Retract" in buttons_of(reply(digest(entry()), curator=True)[0])
    assert "Retract" not in buttons_of(reply(digest(entry()))[0])
    assert "Retract" not in buttons_of(post(digest(entry())))


def test_page_buttons_change_their_message_only_where_it_is_all_of_the_answer() -> None:
    more = Action("Next page", "latest", {"page": "2"})
    short = Card("s", "en", lead=((Text("a"),),), actions=(more,))
    long = Card("s", "en", lead=((Text("a " * 3000),),), actions=(more,))

    assert buttons_of(reply(short, pages="latest")[-1])["Next page"].startswith("p|")
    assert buttons_of(reply(long, pages="latest")[-1])["Next page"].startswith("n|")
    assert buttons_of(reply(short, pages="search")[-1])["Next page"].startswith("n|")


def test_a_message_can_do_without_its_pictures() -> None:
    drawn = post(digest(entry(image="https://a.example/i.png")))

    bare = plain(drawn["components"])

    assert wrong({"components": bare}) == []
    assert "media" not in str(bare)
    assert text_of({"components": bare}) == text_of(drawn)


@pytest.mark.parametrize(
    "image", ["ftp://a.example/i.png", "https://" + "a" * 3000 + ".example", "x"]
)
def test_a_picture_that_discord_would_refuse_is_left_out(image: str) -> None:
    assert "media" not in str(post(digest(entry(image=image))))


def test_a_heading_is_one_line_without_weight_of_its_own() -> None:
    section = Section(heading=(Text("two\nlines", Style.STRONG),))

    assert text_of(post(digest(section))).split("\n")[1:] == ["### two lines"]


def test_the_tone_is_a_colour() -> None:
    colours = {draw_post(message("a", tone=tone), KEY, ENGLISH)[0]["accent_color"] for tone in Tone}

    assert len(colours) == len(Tone)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_post_that_was_drawn_takes_any_key(shape: str) -> None:
    card = SHAPES[shape]()
    words = Translator(card.language)
    for key in (KEY, KEY[:-2] + "02", ""):
        drawn = with_key(draw_unkeyed(card, len(key), words), key)
        assert drawn == draw_post(card, key, words)
