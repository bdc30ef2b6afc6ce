"""What the chat begins with."""

from __future__ import annotations

from bot.i18n.translator import Translator
from bot.port.card import Card
from bot.port.platform import PlatformSetting
from bot.views.cards import welcome_card
from tests.fakes.live import FakePlugin
from tests.fakes.platform import FakePlatform

CHAT = FakePlugin(
    FakePlatform("chat"), settings=(PlatformSetting("CHAT_TOKEN", "The token.", needed=True),)
)


def _words_of(card: Card) -> str:
    return "\n".join("".join(span.text for span in spans) for spans in card.lead)


def test_it_says_what_to_try_and_how_to_add_platforms() -> None:
    said = _words_of(welcome_card([CHAT], Translator("en"), empty=False))

    assert "schedule daily 09:00" in said
    assert "To bring it to Chat, type ainews init in your shell" in said
    assert "empty" not in said


def test_an_empty_digest_is_said_with_what_fills_it() -> None:
    for language in ("en", "ko"):
        card = welcome_card([], Translator(language), empty=True)

        assert "ainews import --sample" in _words_of(card)
        assert card.language == language
