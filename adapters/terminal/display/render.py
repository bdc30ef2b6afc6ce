"""Cards as lines of a terminal. Pure: a card in, styled lines out.

Nothing in a card is markup here: spans become styled text by their type, never by their letters,
and every letter passes through `safe` first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style as Look
from rich.text import Text as Line

from adapters.terminal.display.safe import readable_address, safe_address, visible, visible_line
from adapters.terminal.display.wrap import line_spans
from bot.i18n.translator import Translator
from bot.port.card import Card, CommandText, LinkText, Section, Span, Spans, Style, Text, Tone

WIDEST = 100
"""Cells of the longest line: from the end of longer ones, eyes do not find the next line."""

NARROWEST = 20
"""Cells below which a terminal is taken to be this wide; it then breaks the lines itself."""

_LOOKS = {
    Style.PLAIN: Look.null(),
    Style.STRONG: Look(bold=True),
    Style.MARKED: Look(bold=True, reverse=True),
    Style.QUIET: Look(dim=True),
    Style.CODE: Look(color="cyan"),
}
_QUIET = Look(dim=True)
_HEADING = Look(bold=True)
_LINK = Look(underline=True)
_NUMBER = Look(color="cyan")
_TONES = {
    Tone.NEWS: ("", Look(bold=True, color="magenta")),
    Tone.INFO: ("", Look(bold=True)),
    Tone.DONE: ("✓ ", Look(bold=True, color="green")),
    Tone.REFUSED: ("! ", Look(bold=True, color="yellow")),
    Tone.FAILED: ("✗ ", Look(bold=True, color="red")),
}
_EDGE = re.compile(r" *(?:(?:[•◦▪*-]|\d{1,3}[.)]) +)?")
_INDENT = "  "
_GLUE = "\u00a0"


def in_chat(command: CommandText) -> str:
    """Return a command as it is typed in the chat."""
    return command.typed or command.line


def chat_text(span: Span) -> str:
    """Return the words of a span where nothing has a look."""
    return in_chat(span) if isinstance(span, CommandText) else span.text


@dataclass(frozen=True, slots=True)
class Canvas:
    """What the lines are for: its width in cells, and whether it has clickable links and colours.

    Where links cannot be clicked their addresses are written out. So is the main one of an entry
    that stands alone, to be copied, and for terminals that drop links without a word. Where there
    are no colours, what is to be typed stands in backticks. `typed` is how a command is typed.
    """

    width: int
    clickable: bool
    coloured: bool
    typed: Callable[[CommandText], str] = in_chat

    @property
    def room(self) -> int:
        """The cells that a line may take."""
        return max(NARROWEST, min(self.width, WIDEST))


def card_lines(
    card: Card, canvas: Canvas, words: Translator, hints: Sequence[str] = ()
) -> list[Line]:
    """Return a card's lines. `hints` are lines that may be typed next."""
    glyph, tone = _TONES[card.tone]
    room = canvas.room - cell_len(glyph)
    blocks = [
        [
            *_paragraph(card.byline, canvas, room, _QUIET),
            *_paragraph(card.title, canvas, room, tone),
            *(line for spans in card.lead for line in _paragraph(spans, canvas, room)),
        ]
    ]
    numbers = ["" if each.entry_id is None else str(each.entry_id) for each in card.sections]
    gutter = max(map(len, numbers), default=0)
    written = not canvas.clickable or len(card.sections) == 1
    follows = False
    for section, number in zip(card.sections, numbers, strict=True):
        mark = _words(number.rjust(gutter) + _INDENT if gutter else "", _NUMBER)
        lines = _beside(
            mark, _section(section, canvas, room - mark.cell_len, words, written=written)
        )
        if section.brief and follows and not section.group:
            blocks[-1] += lines
        else:
            heading = (Text(section.group),) if section.group else ()
            blocks.append([*_paragraph(heading, canvas, room, _HEADING), *lines])
        follows = section.brief
    blocks.append(_paragraph(card.footer, canvas, room, _QUIET))
    if hints:
        blocks.append(_paragraph(_hint_spans(hints, words), canvas, room, _QUIET))
    if not any(blocks):
        blocks = [_paragraph((Text(card.summary),), canvas, room)]
    filled = [block for block in blocks if block]
    if filled and glyph:
        filled[0] = _beside(_words(glyph, tone), filled[0])
    return _stacked(filled)


def sentence_lines(text: str, canvas: Canvas) -> list[Line]:
    """Return a sentence of the terminal's own."""
    return _paragraph((Text(text),), canvas, canvas.room)


def rule_line(text: str, canvas: Canvas) -> Line:
    """Return a line across the page that opens a post: `── text ─────`."""
    start = f"── {visible_line(text)} "
    return _words(start + "─" * max(canvas.room - cell_len(start), 2), _QUIET)


def _section(
    section: Section, canvas: Canvas, room: int, words: Translator, *, written: bool
) -> list[Line]:
    """Return a section's lines, the heading's addresses `written` out below it or not."""
    numbered = section.entry_id is not None
    inset = "" if numbered or not section.heading else _INDENT
    inner = room - len(inset)
    rest: list[Line] = []
    heading = section.heading
    if not canvas.clickable:
        heading = tuple(Text(span.text) for span in heading)
    if written:
        for address in _addresses(section.heading):
            rest += _paragraph((LinkText("", address),), canvas, inner, _QUIET)
    for spans in section.body:
        rest += _paragraph(spans, canvas, inner)
    image = safe_address(section.image or "")
    meta = section.meta
    if image is not None and canvas.clickable:
        meta = (*meta, *((Text(" · "),) if meta else ()), LinkText(words.gettext("image"), image))
    rest += _paragraph(meta, canvas, inner, _QUIET)
    if image is not None and not canvas.clickable:
        rest += _paragraph(
            (Text(f"{words.gettext('image')}: {readable_address(image)}"),), canvas, inner, _QUIET
        )
    return [*_paragraph(heading, canvas, room, _HEADING), *_beside(Line(inset), rest)]


def _paragraph(spans: Spans, canvas: Canvas, room: int, look: Look | None = None) -> list[Line]:
    """Return spans as lines of at most `room` cells; a list item's lines hang from its bullet."""
    lines: list[Line] = []
    for line in _styled(spans, canvas, room, look or Look.null()).split("\n", allow_blank=True):
        match = _EDGE.match(line.plain)
        edge = match.end() if match and cell_len(match[0]) <= room // 2 else 0
        mark = line[:edge]
        rest = line[edge:]
        pieces = line_spans(rest.plain, room - mark.cell_len)
        lines += _beside(mark, [_unglued(rest[start:end]) for start, end in pieces] or [Line()])
    return lines if any(line.plain.strip() for line in lines) else []


def _styled(spans: Spans, canvas: Canvas, room: int, look: Look) -> Line:
    """Return spans as one long line, in which short commands to type hold together."""
    line = Line()
    for span in spans:
        if isinstance(span, CommandText):
            span = Text(canvas.typed(span), Style.CODE)  # noqa: PLW2901 - the same, written
        text = visible(span.text)
        match span:
            case LinkText():
                _append_link(line, text, safe_address(span.url), canvas, look)
            case Text(style=Style.CODE):
                code = text.replace(" ", _GLUE) if cell_len(text) <= room // 2 else text
                line.append(code if canvas.coloured else f"`{code}`", _LOOKS[span.style])
            case Text():
                line.append(text, look + _LOOKS[span.style])
            case _:
                line.append(text, look)
    return line


def _words(text: str, look: Look) -> Line:
    """Return a line in one look, which stays with these words when others are added."""
    return Line().append(text, look)


def _unglued(line: Line) -> Line:
    line.plain = line.plain.replace(_GLUE, " ")
    return line


def _append_link(line: Line, text: str, address: str | None, canvas: Canvas, look: Look) -> None:
    if address is None:
        line.append(text, look)
        return
    shown = readable_address(address)
    if canvas.clickable:
        # A heading is known to be a link by where it stands; other words must look like one.
        underline = Look.null() if look.bold else _LINK
        line.append(text or shown, look + underline + Look(link=address))
    elif text in {"", address, shown}:
        line.append(shown, look)
    else:
        line.append(f"{text} <{shown}>", look)


def _addresses(spans: Spans) -> list[str]:
    found = (safe_address(span.url) for span in spans if isinstance(span, LinkText) and span.text)
    return [address for address in found if address is not None]


def _hint_spans(hints: Sequence[str], words: Translator) -> Spans:
    spans: list[Text] = [Text(words.gettext("Type:"))]
    for hint in hints:
        spans += [Text(" " if len(spans) == 1 else " · "), Text(visible_line(hint), Style.CODE)]
    return tuple(spans)


def _beside(mark: Line, lines: Sequence[Line]) -> list[Line]:
    """Return lines with a mark before the first and as much room before the others."""
    if not mark.plain:
        return list(lines)
    blank = Line(" " * mark.cell_len)
    return [
        (mark if index == 0 else blank if line.plain else Line()) + line
        for index, line in enumerate(lines)
    ]


def _stacked(blocks: Sequence[Sequence[Line]]) -> list[Line]:
    """Return blocks of lines with an empty line between them."""
    lines: list[Line] = []
    for block in blocks:
        lines += [Line(), *block] if lines else block
    return lines
