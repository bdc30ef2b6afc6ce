"""Discord's message components, as JSON (Components V2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.discord.cards import limits
from bot.port.fitting import cut
from bot.port.text import ELLIPSIS, one_line

Component = dict[str, Any]

ROW = 1
BUTTON = 2
SELECT = 3
TEXT_INPUT = 4
SECTION = 9
TEXT = 10
THUMBNAIL = 11
SEPARATOR = 14
CONTAINER = 17
LABEL = 18

GREY = 2

COMPONENTS_V2 = 1 << 15


def text(content: str) -> Component:
    """Return a text display."""
    return {"type": TEXT, "content": content}


def thumbnail(url: str, description: str) -> Component:
    """Return a small picture with the words that a screen reader says."""
    picture: Component = {"type": THUMBNAIL, "media": {"url": url}}
    if description.strip():
        picture["description"] = _words(description, limits.MEDIA_DESCRIPTION)
    return picture


def section(content: str, accessory: Component) -> Component:
    """Return text with something at its right."""
    return {"type": SECTION, "components": [text(content)], "accessory": accessory}


def separator() -> Component:
    """Return a thin line."""
    return {"type": SEPARATOR, "divider": True, "spacing": 1}


def button(label: str, press: object) -> Component:
    """Return a button. What it stands for has the place of its `custom_id`, until that is known."""
    words = _words(label, limits.BUTTON_LABEL)
    return {"type": BUTTON, "style": GREY, "label": words, "custom_id": press}


def rows(buttons: Sequence[Component]) -> list[Component]:
    """Return buttons in rows."""
    return [
        {"type": ROW, "components": list(buttons[start : start + limits.ROW_BUTTONS])}
        for start in range(0, len(buttons), limits.ROW_BUTTONS)
    ]


def option(label: str, value: str) -> Component:
    """Return one option of a menu."""
    return {"label": _words(label, limits.OPTION_TEXT), "value": value}


def menu(placeholder: str, options: Sequence[Component], press: object) -> Component:
    """Return a menu of which one option can be chosen, its id as that of a button."""
    said = _words(placeholder, limits.PLACEHOLDER)
    return {"type": SELECT, "placeholder": said, "options": list(options), "custom_id": press}


def container(parts: Sequence[Component], colour: int) -> Component:
    """Return a framed box with a coloured edge."""
    return {"type": CONTAINER, "accent_color": colour, "components": list(parts)}


def _words(text: str, limit: int) -> str:
    """Return a short text on one line; Discord takes none that is empty."""
    line = " ".join(text.split()) if text.isprintable() else one_line(text)
    return cut(line, limit) or ELLIPSIS


def every(parts: Sequence[Component]) -> Iterator[Component]:
    """Yield components and all that is nested in them, in the order in which they stand."""
    for part in parts:
        yield part
        yield from every(part.get("components", ()))
        if "accessory" in part:
            yield from every([part["accessory"]])
