"""Cards as blocks: within every limit, and nothing written by others is obeyed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.cards import cards, mrkdwn, views
from adapters.slack.cards.cards import SlackLook
from adapters.slack.cards.limits import size
from adapters.slack.cards.views import HomePart
from bot.i18n.translator import Translator
from bot.port.card import Action, Card, LinkText, Section, Span, Style, Text
from bot.port.fitting import units
from tests.adapters.slack.handler import entry
from tests.fakes.cards import EXPECTED, SHAPES, line
from tests.fakes.slack.contracts import ABSENT, block_violations, present
from tests.fakes.slack.deeds import labels
from tests.fakes.slack.rules import message_violations, modal_violations

WORDS = Translator("en")
LOOKS = (
    cards.MESSAGE,
    replace(cards.MESSAGE, curator=True),
    replace(cards.MESSAGE, images=False, size=6_000),
)
WILD = st.text(
    st.one_of(
        st.characters(), st.sampled_from("*_~`<>&|:@#!\n\r\t \u200b\u202e\ud83d가힣👩‍👩‍👧‍👦한")
    ),
    max_size=200,
)


def violations(card: Card, look: SlackLook) -> list[str]:
    message = cards.message(card, WORDS, look)
    payload = {
        "text": message.text,
        "blocks": message.blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    part = HomePart(card, card.actions)
    return [
        *message_violations(payload),
        *modal_violations(views.answer(card, "C1", WORDS)),
        *modal_violations(views.home([part], "D1", WORDS)),
    ]


@pytest.mark.skipif(not present(), reason=ABSENT)
@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "text": {"type": "mrkdwn", "txt": "x"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "color": "red"},
        {"type": "actions"},
        {"type": "unheard of"},
    ],
)
def test_the_contracts_see_what_is_wrong(block: dict[str, object]) -> None:
    assert list(block_violations([block]))


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_fits_and_says_what_it_should(name: str) -> None:
    card = SHAPES[name]()
    for look in LOOKS:
        assert violations(card, look) == []
    said = str(views.answer(card, "C1", WORDS)).replace("\u200b", "").replace("&amp;", "&")
    for words in EXPECTED.get(name, ()):
        assert words in said


@pytest.mark.parametrize("count", [0, 1, 10, 25, 50, 51, 120])
@pytest.mark.parametrize("note", ["", "가나다 " * 40, "x" * 5_000])
def test_any_number_of_entries_fits(count: int, note: str) -> None:
    card = Card("s", "en", sections=tuple(entry(n, note=note) for n in range(count)))
    assert violations(card, LOOKS[1]) == []


@pytest.mark.parametrize("count", [4, 10, 25, 50, 120])
@pytest.mark.parametrize(
    "address", ["https://a.example/", f"https://a.example/{'%EA%B0%80' * 200}"]
)
def test_any_number_of_brief_entries_fits(count: int, address: str) -> None:
    sections = (line(n, "가나다 " * 40, "site — " * 20, "🧠", address) for n in range(count))
    assert violations(Card("s", "en", sections=tuple(sections), menu="Choose"), LOOKS[1]) == []


def test_a_brief_post_has_a_picture_then_a_menu_an_entry() -> None:
    drawn = cards.message(SHAPES["brief"](), WORDS).blocks
    kinds = [block["type"] for block in drawn]
    lead, *lines = (block for block in drawn if block["type"] == "section")
    assert kinds == [
        *("header", "context", "section", "actions"),
        *("context", "section", "section", "section"),
        *("context", "section", "section"),
        *("context", "section", "section"),
        *("context", "section", "section"),
        "context",
    ]
    assert lead["accessory"]["type"] == "image"
    assert lead["text"]["text"].splitlines()[-1].startswith("#1 · ")
    assert [one["accessory"]["type"] for one in lines] == ["overflow"] * 9
    assert lines[0]["text"]["text"].splitlines()[-1].startswith("#2 · clova.example — ")
    offered = [option["text"]["text"] for option in lines[0]["accessory"]["options"]]
    assert offered == ["Details", "Save", "👍 3"]


def test_ten_entries_of_usual_length_stand_whole_in_one_message() -> None:
    note = "가속 프레임워크로 영상 생성을 백 배 빠르게. " * 12
    card = Card("s", "ko", sections=tuple(entry(n, "제목 " * 20, note) for n in range(10)))
    (message,) = cards.messages(card, WORDS, cards.MESSAGE, most=4)
    assert str(message.blocks).count(note.strip()) == 10
    assert labels(message.blocks).count("Save") == 10


def test_long_bodies_are_cut_alike_and_lead_to_the_whole() -> None:
    sections = (entry(1, note="x" * 9000), entry(2, note="short"), entry(3, note="y" * 9000))
    bare = tuple(replace(section, actions=()) for section in sections)
    made = cards.draw(Card("s", "en", sections=bare), WORDS, cards.MESSAGE)
    texts = "".join(block["text"]["text"] for block in made if block["type"] == "section")
    assert abs(texts.count("x") - texts.count("y")) < 10
    assert texts.count("…") == 2
    assert size(made) > 12_500
    full = [one for block in made for one in block.get("elements", ()) if "value" in one]
    assert [one["value"] for one in full] == ['["show",{"id":"1"}]', '["show",{"id":"3"}]']
    assert all(one["action_id"].startswith("ainews.full.") for one in full)


def test_a_note_of_twenty_thousand_letters_stands_whole_in_a_modal() -> None:
    note = "".join(f"{number} " for number in range(4000))
    view = views.answer(Card("s", "en", sections=(entry(1, note=note),)), "C1", WORDS)
    assert list(modal_violations(view)) == []
    texts = "".join(one["text"]["text"] for one in view["blocks"] if one["type"] == "section")
    assert texts.partition("\n")[2].split() == note.split()


def test_an_action_that_does_not_fit_is_left_out() -> None:
    long = Action("Next page", "search", {"words": "x" * 3000})
    made = cards.draw(Card("s", "en", actions=(long, Action("A", "a"))), WORDS, cards.MESSAGE)
    assert labels(made) == ["A"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("*bold*", "*\u200bbold*"),
        ("snake_case_name", "snake_case_name"),
        ("2*3*4", "2*3*4"),
        ("> quote", "\u200b&gt; quote"),
        ("a > b & c < d", "a &gt; b &amp; c &lt; d"),
        ("`x`", "ˋxˋ"),
        (":tada: at 10:30:45", ":\u200btada: at 10:30:45"),
        ("<!channel> <@U1> <#C1> <!date^1^{date}|x>", None),
        ("https://bare.example", "https://bare.example"),
    ],
)
def test_words_stay_words(text: str, drawn: str | None) -> None:
    result = mrkdwn.literal(text)
    assert "<" not in result
    if drawn is not None:
        assert result == drawn


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://a b",
        "https://a.example/|x>",
        "ftp://a",
        "https://" + "x" * 4000,
    ],
)
def test_a_link_is_a_link_or_only_words(url: str) -> None:
    drawn = mrkdwn.link("words", url)
    assert drawn == "words" or (drawn.startswith("<https://") and drawn.endswith("|words>"))
    assert drawn.count("|") <= 1


def spans() -> st.SearchStrategy[tuple[Span, ...]]:
    text = st.builds(Text, WILD, st.sampled_from(Style))
    link = st.builds(LinkText, WILD, st.one_of(WILD, st.just("https://a.example/?x=1&y=2")))
    return st.lists(st.one_of(text, link), max_size=4).map(tuple)


def actions() -> st.SearchStrategy[tuple[Action, ...]]:
    made = st.builds(Action, WILD, WILD, st.dictionaries(WILD, WILD, max_size=2))
    return st.lists(made, max_size=7).map(tuple)


SECTIONS = st.builds(
    Section,
    heading=spans(),
    body=st.lists(spans(), max_size=3).map(tuple),
    meta=spans(),
    image=st.one_of(st.none(), WILD, st.just("https://img.example/a.png")),
    image_title=WILD,
    entry_id=st.one_of(st.none(), st.just(7)),
    full=st.one_of(st.none(), st.builds(Action, WILD, WILD)),
    actions=actions(),
    curator_actions=actions(),
    group=st.one_of(st.just(""), WILD),
    brief=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Card,
        summary=WILD,
        language=st.just("ko"),
        title=spans(),
        lead=st.lists(spans(), max_size=3).map(tuple),
        sections=st.lists(SECTIONS, max_size=4).map(tuple),
        footer=spans(),
        actions=actions(),
        menu=st.sampled_from(["", "Choose"]),
    )
)
def test_no_card_breaks_a_rule(card: Card) -> None:
    for look in LOOKS:
        assert violations(card, look) == []


@settings(max_examples=200, deadline=None)
@given(spans(), st.integers(1, 400))
def test_what_is_cut_fits_however_it_is_marked_up(wild: tuple[Span, ...], room: int) -> None:
    assert units(mrkdwn.fitted(wild, room)) <= max(room, 3)
