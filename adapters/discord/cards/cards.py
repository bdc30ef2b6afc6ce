"""Cards become messages of Components V2, within every limit, for any entry.

An answer is drawn whole, over several messages where one cannot hold it. A post is one message:
its notes are shortened to equal shares of the room, and each entry's details are a press away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from adapters.discord.cards import components as draw
from adapters.discord.cards.assembly import LINE_END, MessageDraft, message
from adapters.discord.cards.components import Component
from adapters.discord.cards.limits import MESSAGE_TEXT
from adapters.discord.cards.markdown import draw as marked
from adapters.discord.cards.markdown import draw_line, shortened, wrapped
from adapters.discord.cards.sections import DiscordLook, blocks_of, plain, squeezed
from adapters.discord.interactions.custom_ids import Mode, Press
from bot.i18n.translator import Translator
from bot.port.card import Card, Style, Text, Tone
from bot.port.command import SHARE
from bot.port.fitting import units

ENTRIES_PER_MESSAGE = 10
"""Entries with a thumbnail each that fit 40 components, with a heading, two menus and a footer."""

COLOURS = {
    Tone.NEWS: 0x3B82F6,
    Tone.INFO: 0x64748B,
    Tone.DONE: 0x22C55E,
    Tone.REFUSED: 0xF59E0B,
    Tone.FAILED: 0xEF4444,
}

_HEADER_SHARE = 3
"""A post's own words get at most one part in so many of its room."""
_NO_KEY = "0"
"""Stands, as often as a key is long, where a drawn post will have its key."""


def draw_reply(card: Card, look: DiscordLook) -> list[list[Component]]:
    """Return an answer as the components of one message or, where it is long, of several."""
    card = _worded(card)
    if len(card.sections) > 1:
        # In a list, only what everybody may do: its details have the rest.
        look = replace(look, curator=False)
    drafts = [MessageDraft()]
    for line in _header(card):
        if units(line) + LINE_END > drafts[-1].room:
            drafts.append(MessageDraft())
        drafts[-1].header.append(line)
    for section in card.sections:
        for block in blocks_of(section, look, drafts[-1].room):
            full = len(drafts[-1].blocks) == ENTRIES_PER_MESSAGE
            if full or units(block.text) + LINE_END > drafts[-1].room:
                drafts.append(MessageDraft())
            drafts[-1].blocks.append(block)
    footer = "\n".join(wrapped(card.footer, MESSAGE_TEXT))
    if units(footer) > drafts[-1].room:
        drafts.append(MessageDraft())
    drafts[-1].footer = footer
    for draft in drafts:
        draft.menu = card.menu
    presses = _controls(card, look, alone=len(drafts) == 1)
    colour = COLOURS[card.tone]
    last = drafts[-1]
    return [
        message(draft, presses if draft is last else (), look.words, colour)
        for draft in drafts
        if not draft.empty or draft is last
    ]


def draw_post(card: Card, key: str, words: Translator) -> list[Component]:
    """Return a post as the components of one message that carries its key.

    An empty key is for what nobody will have to find again.
    """
    card = _worded(card)
    header = _short_header(card)
    footer, _ = shortened(card.footer, MESSAGE_TEXT // _HEADER_SHARE)
    draft = MessageDraft(header=header, footer=footer, menu=card.menu)
    missing = 0
    while True:
        draft.blocks = []
        draft.blocks = squeezed(card.sections, draft.room)
        if len(card.sections) - len(draft.blocks) == missing:
            break
        missing = len(card.sections) - len(draft.blocks)
        more = _not_shown(missing, words)
        draft.footer = f"{footer}\n{more}" if footer else more
    presses = _controls(card, DiscordLook(words), alone=False)
    if key and not presses and not any(block.actions for block in draft.blocks):
        presses = ((words.gettext("Latest AI news"), Press(Mode.ANSWER, "latest")),)
    return message(draft, presses, words, COLOURS[card.tone], key)


def draw_unkeyed(card: Card, key_length: int, words: Translator) -> list[Component]:
    """Return a post that carries a key of that length once `with_key` puts it there."""
    return draw_post(card, _NO_KEY * key_length, words)


def with_key(parts: Sequence[Component], key: str) -> list[Component]:
    """Return a drawn post with its key, which stands in the first id only."""
    return [_with_key(part, key, _NO_KEY * len(key)) for part in parts] if key else list(parts)


def without_pictures(parts: Sequence[Component]) -> list[Component]:
    """Return a message without its pictures: Discord refuses a message for one bad address."""
    return [_without_picture(part) for part in parts]


def _with_key(part: Component, key: str, place: str) -> Component:
    if "components" in part:
        return {**part, "components": [_with_key(each, key, place) for each in part["components"]]}
    custom_id = part.get("custom_id", "")
    end = len(place) + 1
    if custom_id[1:end] != place:
        return part
    return {**part, "custom_id": f"{custom_id[0]}{key}{custom_id[end:]}"}


def _without_picture(part: Component) -> Component:
    if part["type"] == draw.SECTION and part["accessory"]["type"] == draw.THUMBNAIL:
        only: Component = part["components"][0]
        return only
    if "components" not in part:
        return part
    return {**part, "components": [_without_picture(inner) for inner in part["components"]]}


def _worded(card: Card) -> Card:
    """Return a card that says something: its summary, where it has nothing else."""
    if card.title or card.lead or card.sections or card.footer:
        return card
    return replace(card, lead=((Text(card.summary or "…"),),))


def _header(card: Card) -> list[str]:
    room = MESSAGE_TEXT - LINE_END
    lines = wrapped(card.byline, room)
    if card.title:
        title = f"## {marked(plain(card.title), bold=False)}"
        lines += [title] if units(title) < MESSAGE_TEXT else wrapped(card.title, room)
    for paragraph in card.lead:
        lines += wrapped(paragraph, room)
    return lines


def _short_header(card: Card) -> list[str]:
    """Return the title and as much of the lead as a post has room for."""
    room = MESSAGE_TEXT // _HEADER_SHARE
    lines = []
    for mark, spans in [("## ", plain(card.title)), *(("", spans) for spans in card.lead)]:
        if not spans:
            continue
        drawn, _ = shortened(spans, room - len(mark))
        if not drawn:
            break
        lines.append(mark + drawn)
        room -= units(lines[-1]) + LINE_END
        if room <= 0:
            break
    return lines


def _controls(card: Card, look: DiscordLook, *, alone: bool) -> tuple[tuple[str, Press], ...]:
    """Return the buttons below everything: pages, what else the card offers, sharing."""
    controls = []
    for action in card.actions:
        arguments = dict(action.arguments)
        if arguments.pop(SHARE.name, "") == "yes":
            mode = Mode.SHARE
        else:
            mode = Mode.PAGE if alone and action.command == look.pages else Mode.ANSWER
        controls.append((action.label, Press(mode, action.command, arguments)))
    return (*controls, *look.extra)


def _not_shown(count: int, words: Translator) -> str:
    text = words.ngettext(
        "{count} more entry does not fit here.", "{count} more entries do not fit here.", count
    )
    return draw_line((Text(text, Style.QUIET),))
