"""What a card looks like."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from adapters.terminal.display.device import Looks
from adapters.terminal.display.hints import hints
from adapters.terminal.display.render import Canvas, card_lines, rule_line
from adapters.terminal.display.screen import canvas_of, plain_text, styled_text, text_of
from bot.i18n.translator import Translator
from bot.port.card import Card, LinkText, Section, Style, Text, Tone
from tests.fakes.cards import PAPER, RICH_MARKUP, SHAPES, digest, entry, message
from tests.fakes.handler import COMMANDS

PLAIN = Canvas(80, clickable=False, coloured=False)
RICH = Canvas(80, clickable=True, coloured=True)
LINK = re.compile(r"\x1b\]8;id=[0-9a-f]+;(?P<url>[^\x1b]+)\x1b\\(?P<words>.*?)\x1b\]8;;\x1b\\")

EVERYTHING = """\
Latest AI news
Late: this post was due at 09:00.

112  CLIP: connecting text and images
     https://arxiv.example/abs/2103.00020
     Plain, strong, found, quiet, `typed` and a link
     <https://openai.example/blog/clip>.
     • an item that is long enough to go on in a second line, below its own
       words and not below its bullet
       ◦ an item inside the item
         ▪ and one more inside
     January 5, 2021 · arxiv.example · #vision
     image: https://img.example/clip.png

  9  DALL·E: creating images from text
     https://openai.example/dall-e
     A picture and its words, learned together.
     January 5, 2021 · arxiv.example · #vision

3 more entries come with the next post.

Type: `show 112` · `save 112` · `vote 112` · `latest page:2`
"""

IN_THE_CHAT = """\
Latest AI news
Late: this post was due at 09:00.

112  CLIP: connecting text and images
     Plain, strong, found, quiet, typed and a link.
     • an item that is long enough to go on in a second line, below its own
       words and not below its bullet
       ◦ an item inside the item
         ▪ and one more inside
     January 5, 2021 · arxiv.example · #vision · image

  9  DALL·E: creating images from text
     A picture and its words, learned together.
     January 5, 2021 · arxiv.example · #vision

3 more entries come with the next post.

Type: show 112 · save 112 · vote 112 · latest page:2
"""

KOREAN = """\
최근 AI 소식

7  국내 연구진, 한국어 초거대 언어 모델 공개…누구나 내려받아 쓸 수 있다
   https://arxiv.example/abs/2103.00020
   모델과 학습 자료를 함께 공개했고, 상업적으로도 쓸 수 있습니다. 매개변수는
   130억 개이며 한 장의 그래픽 카드에서 돌아갑니다.
   • 한국어 자료는 5,600억 토큰입니다
   January 5, 2021 · arxiv.example · #vision
"""

NARROW = """\
What you can type

For everyone
  `/ainews latest [count] [tag]` The
  newest AI news
  `/ainews search WORDS` Search the
  digest

For moderators
  `/ainews latest [count] [tag]` The
  newest AI news

`help search` says more about one of
them.

Type: `latest` · `tags`
"""

ESCAPES = """\
␛[31mnot red␛[0m ␛]8;;https://evil.example␇words␛]8;;␇ ␛[2J�1A

12  ␛[31mnot red␛[0m ␛]8;;https://evil.example␇words␛]8;;␇ ␛[2J�1A
    https://arxiv.example/abs/2103.00020
    A picture and its words, learned together.
    January 5, 2021 · arxiv.example · #vision
"""


def drawn(card: Card, canvas: Canvas = PLAIN, *, hinted: bool = True) -> str:
    """Return a card's lines without styles."""
    words = Translator(card.language)
    offered = hints(card, COMMANDS, words) if hinted else ()
    return plain_text(card_lines(card, canvas, words, offered))


def styled(card: Card, canvas: Canvas = RICH) -> str:
    """Return a card as it is written to a terminal."""
    return styled_text(card_lines(card, canvas, Translator(card.language)), coloured=True)


def test_a_card_in_a_pipe() -> None:
    assert drawn(SHAPES["everything"]()) == EVERYTHING


def test_a_card_in_the_chat() -> None:
    assert drawn(SHAPES["everything"](), RICH) == IN_THE_CHAT


def test_a_korean_card() -> None:
    assert drawn(SHAPES["korean"](), hinted=False) == KOREAN


def test_a_narrow_card() -> None:
    assert drawn(SHAPES["help"](), Canvas(40, clickable=False, coloured=False)) == NARROW


def test_escape_sequences_are_shown() -> None:
    assert drawn(SHAPES["escape sequences"](), hinted=False) == ESCAPES


def test_markup_is_shown() -> None:
    assert drawn(SHAPES["rich markup"]()).count(RICH_MARKUP) == 2
    assert RICH_MARKUP in LINK.sub(lambda link: link["words"], styled(SHAPES["rich markup"]()))


@pytest.mark.parametrize(
    ("tone", "first"),
    [
        (Tone.DONE, "✓ A sentence\n"),
        (Tone.REFUSED, "! A sentence\n"),
        (Tone.FAILED, "✗ A sentence\n"),
        (Tone.INFO, "A sentence\n"),
        (Tone.NEWS, "A sentence\n"),
    ],
)
def test_a_tone_is_seen_without_colours(tone: Tone, first: str) -> None:
    assert drawn(message("A sentence", tone=tone)) == first


def test_a_tone_has_its_colour() -> None:
    assert styled(message("A", tone=Tone.FAILED)).startswith("\x1b[1;31m✗ \x1b[0m")


def test_a_heading_and_its_address_can_be_clicked() -> None:
    written = re.sub(r"\x1b\[[0-9;]*m", "", styled(digest(entry())))
    found = [(link["url"], link["words"]) for link in LINK.finditer(written)]
    assert found == [(PAPER, "CLIP: connecting text and images"), (PAPER, PAPER)]


def test_a_link_that_goes_over_the_line_is_one_link() -> None:
    title = "A title of many words that does not fit into a line of eighty cells, so it goes on"
    written = styled(digest(entry(title=title), entry(13, url="https://b.example")))
    ids = re.findall(r"\x1b\]8;id=([0-9a-f]+);https", written)
    assert len(ids) == 3
    assert ids[0] == ids[1] != ids[2]


def test_only_web_addresses_become_links() -> None:
    assert "javascript" not in styled(SHAPES["a link that is no web address"]())
    assert "file:" not in styled(SHAPES["a link that is no web address"]())


def test_an_address_is_never_broken() -> None:
    address = f"https://long.example/{'a' * 1900}?id=1"
    assert address in drawn(SHAPES["a very long address"]())


@pytest.mark.parametrize("width", [1, 40, 200])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_line_is_wider_than_the_terminal_but_for_an_address(shape: str, width: int) -> None:
    for rich in (True, False):
        canvas = Canvas(width, clickable=rich, coloured=rich)
        for line in drawn(SHAPES[shape](), canvas).splitlines():
            assert cell_len(line) <= canvas.room or "https://" in line


def test_lines_stay_short_enough_to_read_on_a_wide_terminal() -> None:
    card = message("word " * 100)
    lines = drawn(card, Canvas(200, clickable=True, coloured=True)).splitlines()
    assert max(map(len, lines)) <= 100


def test_commands_stand_apart_without_colours() -> None:
    card = Card("s", "en", lead=((Text("Type "), Text("show 12", Style.CODE), Text(".")),))
    assert drawn(card) == "Type `show 12`.\n"
    assert drawn(card, RICH) == "Type show 12.\n"


def test_a_link_without_words_shows_its_address() -> None:
    card = digest(Section(body=((LinkText("", PAPER),),)))
    assert PAPER in drawn(card)
    assert PAPER in drawn(card, RICH)


def test_a_rule_goes_across_the_page() -> None:
    line = rule_line("New post", PLAIN).plain
    assert line.startswith("── New post ───")
    assert cell_len(line) == 80


def test_colours_are_left_out_where_they_are_not_wanted() -> None:
    lines = card_lines(message("A", tone=Tone.FAILED), RICH, Translator("en"))
    looks = Looks(styled=True, coloured=False, clickable=True)
    assert text_of(lines, looks) == "\x1b[1m✗ \x1b[0mA\n"
    assert text_of(lines, Looks()) == "✗ A\n"
    assert canvas_of(80, looks) == Canvas(80, clickable=True, coloured=False)
