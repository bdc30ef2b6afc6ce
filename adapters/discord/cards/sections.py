"""One section of a card as text and buttons, as much of it as there is room for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from adapters.discord.cards.assembly import LINE_END, DrawnSection
from adapters.discord.cards.limits import MEDIA_ADDRESS, MESSAGE_TEXT, SELECT_OPTIONS
from adapters.discord.cards.markdown import draw as marked
from adapters.discord.cards.markdown import draw_line, link_target, shortened, wrapped
from adapters.discord.interactions.custom_ids import Press
from bot.i18n.translator import Translator
from bot.port.card import LinkText, Section, Spans, Style, Text, offered, plain_text, small_line
from bot.port.fitting import units
from bot.port.text import one_line

_LONG_LINK = 300
"""Code units of a heading's link beyond which it gives way where room is short."""

_SHORT_HEADING = 120
_SHORT_LINE = 60
"""The last line of a brief section, where room is short."""

_SPLIT = 400
"""With less room left, a paragraph that does not fit begins the next message instead."""

_LINE_ENDS = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True, slots=True)
class DiscordLook:
    """For whom a card is drawn, and what its buttons do.

    `pages` is the command whose page buttons change the message instead of sending another.
    `curator`: the buttons of moderators are drawn too. `extra` are buttons below everything.
    """

    words: Translator
    pages: str | None = None
    curator: bool = False
    extra: tuple[tuple[str, Press], ...] = ()


def plain(spans: Spans) -> Spans:
    """Return a heading's spans on one line, without weight of their own."""
    return tuple(
        replace(span, style=Style.PLAIN)
        if isinstance(span, Text) and span.style is not Style.CODE
        else span
        for span in _one_line(spans)
    )


def _one_line(spans: Spans) -> Spans:
    return tuple(
        replace(span, text=_LINE_ENDS.sub(" ", span.text)) if isinstance(span, Text) else span
        for span in spans
    )


def blocks_of(section: Section, look: DiscordLook, room: int) -> list[DrawnSection]:
    """Return a section as blocks that each fit a message; nearly always one.

    One that fits no message by itself begins in the `room` that the last message has left.
    """
    if section.brief:
        fixed = _fixed(section, long=True)
        if _size(fixed) >= MESSAGE_TEXT:
            fixed = _fixed(section, long=False)
        return [_brief(section, *fixed, curator=look.curator)]
    texts = _texts(section, MESSAGE_TEXT)
    if len(texts) > 1 and room - units(texts[0].split("\n")[0]) >= _SPLIT:
        texts = _texts(section, room)
    blocks = [DrawnSection(text) for text in texts] or [DrawnSection("\u200b")]
    blocks[0] = replace(blocks[0], image=_picture(section), image_title=section.image_title)
    actions = offered(section, curator=look.curator)
    blocks[-1] = replace(blocks[-1], actions=actions, name=_name(section))
    return blocks


def _texts(section: Section, first: int) -> list[str]:
    """Return what a section says as texts for a message each, the first at most `first` long."""
    texts: list[str] = [_heading(section.heading)] if section.heading else []
    for paragraph in section.body:
        _append(texts, paragraph, first)
    if meta := small_line(section):
        _append(texts, _one_line(meta), first, small=True)
    return texts


def _brief(section: Section, heading: str, meta: str, *, curator: bool = False) -> DrawnSection:
    return DrawnSection(
        "\n".join(filter(None, (heading, meta))) or "\u200b",
        actions=offered(section, curator=curator),
        name=_name(section),
        brief=True,
        follows=not section.group,
    )


def _heading(spans: Spans) -> str:
    whole = f"### {marked(plain(spans), bold=False)}"
    if units(whole) < MESSAGE_TEXT:
        return whole
    return f"### {shortened(plain(spans), MESSAGE_TEXT // 2)[0]}"


def _append(texts: list[str], spans: Spans, most: int, *, small: bool = False) -> None:
    """Add a paragraph to the last of some texts, and what does not fit to further ones."""
    mark = "-# " if small else ""
    begun = bool(texts)
    room = (most if len(texts) <= 1 else MESSAGE_TEXT) - len(mark)
    if begun:
        room -= units(texts[-1]) + LINE_END
    joined = not begun or units(draw_line(spans)) <= room or room >= _SPLIT
    for line in wrapped(spans, MESSAGE_TEXT - len(mark), room if joined else None):
        if begun and joined:
            texts[-1] = f"{texts[-1]}\n{mark}{line}"
            joined = False
        else:
            texts.append(mark + line)


def _picture(section: Section) -> str | None:
    target = link_target(section.image) if section.image else None
    return target if target is not None and units(target) <= MEDIA_ADDRESS else None


def _name(section: Section) -> str:
    return " ".join(plain_text(section.heading).split())


def squeezed(sections: Sequence[Section], room: int) -> list[DrawnSection]:
    """Return sections as blocks that together fit `room`; the last ones are left out if need be.

    Headings and last lines come first; what they leave is shared by the notes, and what a short
    note leaves goes to the longer ones.
    """
    fixed = [_fixed(section, long=True) for section in sections]
    if sum(map(_size, fixed)) > room:
        fixed = [_fixed(section, long=False) for section in sections]
    while fixed and (sum(map(_size, fixed)) > room or len(fixed) > SELECT_OPTIONS):
        fixed.pop()
    rest = room - sum(map(_size, fixed))
    notes = [[] if one.brief else list(map(draw_line, one.body)) for one in sections[: len(fixed)]]
    shares = _shares([_size(note) for note in notes], rest)
    blocks = []
    for section, (heading, meta), note, share in zip(sections, fixed, notes, shares, strict=False):
        if section.brief:
            blocks.append(_brief(section, heading, meta))
            continue
        body = note if _size(note) <= share else _cut(section, share)
        text = "\n".join(part for part in (heading, *body, meta) if part)
        blocks.append(
            DrawnSection(
                text or "\u200b",
                _picture(section),
                section.image_title,
                offered(section, curator=False),
                _name(section),
            )
        )
    return blocks


def _fixed(section: Section, *, long: bool) -> tuple[str, str]:
    """Return the heading and the last line; in short form without links that take the room."""
    heading = plain(section.heading)
    if not long:
        heading = tuple(
            Text(span.text) if isinstance(span, LinkText) and units(span.url) > _LONG_LINK else span
            for span in heading
        )
    limit = MESSAGE_TEXT if long else _SHORT_HEADING + _LONG_LINK
    drawn = marked(heading, bold=False)
    if units(drawn) > limit:
        drawn, _ = shortened(heading, limit)
    small = _one_line(small_line(section))
    if section.brief:
        limit = limit if long else _SHORT_LINE
        if not section.meta:
            drawn, small = f"{drawn} {marked(small)}", ()
    meta = marked(small)
    if units(meta) > limit:
        meta, _ = shortened(small, limit)
    if drawn and not section.brief:
        drawn = f"### {drawn}"
    if section.group:
        group, _ = shortened((Text(one_line(section.group), Style.STRONG),), _SHORT_HEADING)
        drawn = f"{group}\n{drawn}"
    return (drawn, f"-# {meta}" if meta else "")


def _size(lines: Iterable[str]) -> int:
    return sum(units(line) + LINE_END for line in lines)


def _cut(section: Section, limit: int) -> list[str]:
    """Return a note's paragraphs, cut to `limit` code units."""
    lines: list[str] = []
    room = limit
    for paragraph in section.body:
        drawn, cut = shortened(paragraph, max(room - LINE_END, 0))
        if drawn:
            lines.append(drawn)
        room -= units(drawn) + LINE_END
        if cut:
            break
    return lines


def _shares(wishes: Sequence[int], room: int) -> list[int]:
    """Divide room fairly: nobody gets more than it wishes, what is left goes to the others."""
    shares = [0] * len(wishes)
    order = sorted(range(len(wishes)), key=wishes.__getitem__)
    for place, index in enumerate(order):
        shares[index] = min(wishes[index], room // (len(order) - place))
        room -= shares[index]
    return shares
