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
    typed = TypedCommands(all_commands(), TRANSLATORS)
    typed.root = root
    card = Card("", language, footer=(TRANSLATORS.of(language).command(line),))
    return draw_line(typed.in_card(card).footer)


@pytest.mark.parametrize(
    ("line", "markdown"),
    [
        ("saved", "</ainews saved:77>"),
        ("pause", "</ainews channel pause:77>"),
        ("restore 2", "</ainews restore:77> `id:2`"),
        ("review here off", "</ainews review:77> `action:here desk:off`"),
        ("search 모델 압축", "</ainews search:77> `words:모델 압축`"),
        (
            'add https://a.example title:"A b"',
            "</ainews add:77> `link:https://a.example title:A b`",
        ),
        ("unsave 3", "`/ainews unsave 3`"),
    ],
)
def test_a_command_is_clicked_and_its_options_are_named(line: str, markdown: str) -> None:
    assert drawn(line) == markdown


def test_before_it_is_registered_it_is_typed() -> None:
    assert drawn("pause", "ko", root="") == "`/ainews 채널 멈춤`"
    assert drawn("restore 2", "ko", root="") == "`/ainews 되살리기 번호:2`"


def test_small_print_stays_small() -> None:
    typed = TypedCommands(all_commands(), TRANSLATORS)
    typed.root = "77"
    words = TRANSLATORS.of("en")
    card = Card("", "en", footer=(Text("2 more: ", Style.QUIET), words.command("latest")))
    assert draw_line(typed.in_card(card).footer) == "-# 2 more: </ainews latest:77>"
