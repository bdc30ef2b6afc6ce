"""What the operator reads when the chat begins. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n.translator import Translator
from bot.port.card import Card, CommandText, Spans, Style, Text
from bot.port.platform import PlatformPlugin
from bot.views.cards import message_card


def welcome_card(others: Sequence[PlatformPlugin], words: Translator, *, empty: bool) -> Card:
    """Return what to try first, and how the platforms of `others` are set up.

    `empty`: there is no entry yet.
    """
    more: list[Spans] = []
    if empty:
        more.append(
            words.spans(
                "The digest is empty. {add} adds an entry; {import_} in your shell reads a whole "
                "file, and {sample} a few entries to look around with.",
                add=CommandText("add https://…"),
                import_=Text("ainews import FILE", Style.CODE),
                sample=Text("ainews import --sample", Style.CODE),
            )
        )
    if others:
        more.append(
            words.spans(
                "To bring it to {platforms}, type {init} in your shell: it asks for all it needs.",
                platforms=Text(", ".join(plugin.name.title() for plugin in others), Style.STRONG),
                init=Text("ainews init", Style.CODE),
            )
        )
    return message_card(
        words.spans(
            "Type {latest}, {search} or {help}. {schedule} posts the news here every morning.",
            latest=CommandText("latest"),
            search=CommandText("search 모델"),
            help=CommandText("help"),
            schedule=CommandText("schedule daily 09:00"),
        ),
        words,
        title="AINews",
        more=tuple(more),
    )
