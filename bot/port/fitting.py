"""What is too long for a place is cut where a person sees a letter end, and never inside a link.

Places count in UTF-16 code units, as the strictest of them do. How long spans are depends on how
a platform marks them up, so each hands in its own way to draw them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.port.card import Spans, Text
from bot.port.text import ELLIPSIS, graphemes

Draw = Callable[[Spans], str]
"""Returns spans as a platform marks them up."""

_NEAR = 20
"""Letters within which a gap between words is looked for, before a word is cut."""

_CERTAINLY = 4
"""So many times more letters than room need not be drawn to see that they do not fit."""

_ELLIPSIS = Text(ELLIPSIS)


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units: as many as its code points, or more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def beginning(text: str, room: int) -> str:
    """Return as many of the first letters of a text as fit into `room` units."""
    length = 0
    for letter in graphemes(text[: max(room, 0) + 1]):
        room -= units(letter)
        if room < 0:
            break
        length += len(letter)
    return text[:length]


def cut(text: str, room: int) -> str:
    """Return at most `room` units of a text, with an ellipsis for what was cut off."""
    if units(text) <= room:
        return text
    return beginning(text, room - 1).rstrip() + ELLIPSIS


def fits(spans: Spans, room: int, draw: Draw) -> bool:
    """Whether spans take at most `room` units as they are drawn."""
    letters = sum(len(span.text) for span in spans)
    return letters <= _CERTAINLY * (room + _NEAR) and units(draw(spans)) <= room


def cut_spans(spans: Spans, room: int, draw: Draw, near: int = _NEAR) -> tuple[Spans, bool]:
    """Return spans that take at most `room` units as they are drawn, and whether they were cut.

    What was cut off is an ellipsis. For `near`, see `divide`.
    """
    if fits(spans, room, draw):
        return spans, False
    head, _ = divide(spans, room, lambda part: draw((*part, _ELLIPSIS)), near=near)
    return (*head, _ELLIPSIS), True


def wrap(spans: Spans, room: int, draw: Draw, first: int | None = None) -> Iterator[Spans]:
    """Yield spans in parts of at most `room` units as they are drawn, the first at most `first`.

    The first is empty where nothing fits there.
    """
    rest, left = spans, room if first is None else first
    while rest:
        part, rest = divide(rest, left, draw, whole=room)
        if part or left < room:
            yield part
        elif letter := graphemes(rest[0].text)[:1]:
            # One letter that is longer than a part: nobody typed that.
            rest = (Text(rest[0].text[len(letter[0]) :]), *rest[1:])
        else:
            rest = rest[1:]
        left = room


def divide(
    spans: Spans, room: int, draw: Draw, *, near: int = _NEAR, whole: int = 0
) -> tuple[Spans, Spans]:
    """Return what fits into `room` units as it is drawn, and the rest. No letter is lost.

    A text is cut after a gap between words where one is among the last `near` letters that fit.
    A link or a date is never cut. One that takes more than `whole` units by itself and stands
    first becomes the words that it shows.
    """
    for index, span in enumerate(spans):
        kept = spans[:index]
        if fits((*kept, span), room, draw):
            continue
        if not isinstance(span, Text):
            if kept or fits((span,), whole, draw):
                return kept, spans[index:]
            return divide((Text(span.text), *spans[1:]), room, draw, near=near, whole=whole)
        head = _head(kept, span, room, draw, near)
        rest = (replace(span, text=span.text[len(head) :]), *spans[index + 1 :])
        return (*kept, replace(span, text=head)) if head else kept, rest
    return spans, ()


def _head(kept: Spans, text: Text, room: int, draw: Draw, near: int) -> str:
    """Return as much of a text as fits after what is kept before it."""
    letters = graphemes(text.text[: max(room, 0) + 1])

    def size(count: int) -> int:
        return units(draw((*kept, replace(text, text="".join(letters[:count])))))

    count = max(bisect_right(range(len(letters) + 1), room, key=size) - 1, 0)
    for gap in range(count, max(count - near, 0), -1):
        if letters[gap - 1].isspace() and not "".join(letters[:gap]).isspace():
            return "".join(letters[:gap])
    return "".join(letters[:count])
