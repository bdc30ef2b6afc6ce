"""Commands in cards, as they are picked on Discord."""

from __future__ import annotations

import pytest

from adapters.discord.cards.markdown import draw_line
from adapters.discord.cards.typed import TypedCommands
from bot.commands.catalogue import all_commands
from bot.i18n.translator import Translators
from bot.port.card import Card, Style, Text

TRANSLATORS = Translators("en")


def drawn(line: str, language: str = "en", root: str = "77") -> str:
    """Return a command as the Markdown of a message."""
    typed = TypedCommands(TRANSLATORS, all_commands())
    typed.root = root
    card = Card("", language, footer=(TRANSLATORS.of(language).command(line),))
    return draw_line(typed.in_card(card).footer)


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("saved", "</ainews saved:77>"),
        ("pause", "</ainews channel pause:77>"),
        ("restore 2", "</ainews restore:77> `id:2`"),
        ("review publish 12", "</ainews review:77> `action:Publish id:12`"),
        ("search 모델 압축", "</ainews search:77> `words:모델 압축`"),
        (
            'add https://a.example title:"A b"',
            "</ainews add:77> `link:https://a.example title:A b`",
        ),
        ("unsave 3", "`unsave 3` (a button)"),
    ],
)
def test_a_command_is_clicked_and_its_options_are_named(line: str, markdown: str) -> None:
    assert drawn(line) == markdown


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("help all:yes", "</ainews help:77> `전체:예`"),
        ("help search", "</ainews help:77> `명령:검색`"),
        ("review here", "</ainews review:77> `동작:이 채널을 검토 데스크로 만들기`"),
        (
            "schedule weekly mon,thu 09:00 layout:titles",
            "</ainews schedule:77> `언제:매주 월,목 09:00 모양:제목만`",
        ),
        ("best month", "</ainews best:77> `기간:한 달`"),
        ("vote 3", "`추천 3` (버튼)"),
    ],
)
def test_a_korean_picks_korean_words(line: str, markdown: str) -> None:
    assert drawn(line, "ko") == markdown


def test_before_it_is_registered_it_is_typed() -> None:
    assert drawn("pause", "ko", root="") == "`/ainews 채널 멈춤`"
    assert drawn("restore 2", "ko", root="") == "`/ainews 되살리기 번호:2`"


def test_small_print_stays_small() -> None:
    typed = TypedCommands(TRANSLATORS, all_commands())
    typed.root = "77"
    words = TRANSLATORS.of("en")
    card = Card("", "en", footer=(Text("2 more: ", Style.QUIET), words.command("latest")))
    assert draw_line(typed.in_card(card).footer) == "-# 2 more: </ainews latest:77>"
