"""Drawn sections become one message of Components V2, in the fullest form that Discord takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from adapters.discord.cards import components as draw
from adapters.discord.cards.components import Component
from adapters.discord.cards.limits import MESSAGE_COMPONENTS, MESSAGE_TEXT, SELECT_OPTIONS
from adapters.discord.interactions.custom_ids import Mode, Press, seal, seal_one
from bot.i18n.translator import Translator
from bot.port.card import Action
from bot.port.fitting import units

LINE_END = 1
_ROWS = 5
"""So many entries have their buttons below them; of more, a menu offers the same."""
_MENUS = 2


@dataclass(frozen=True, slots=True)
class DrawnSection:
    """A drawn section: its text, its picture, its buttons, and its name in a menu.

    `follows`: it is brief, and stands right below a brief one.
    """

    text: str
    image: str | None = None
    image_title: str = ""
    actions: tuple[Action, ...] = ()
    name: str = ""
    brief: bool = False
    follows: bool = False


@dataclass(slots=True)
class MessageDraft:
    """A message as it is filled."""

    header: list[str] = field(default_factory=list)
    blocks: list[DrawnSection] = field(default_factory=list)
    footer: str = ""
    menu: str = ""

    @property
    def room(self) -> int:
        """The code units that are left."""
        used = sum(units(line) + LINE_END for line in self.header)
        used += sum(units(block.text) + LINE_END for block in self.blocks) + units(self.footer)
        return MESSAGE_TEXT - used

    @property
    def empty(self) -> bool:
        """Whether nothing is in it yet."""
        return not (self.header or self.blocks or self.footer)


@dataclass(frozen=True, slots=True)
class _DrawnForm:
    """How much a message shows besides its text; each further form is smaller.

    `leads`: what leads a brief post has its buttons below it, also where others have none.
    """

    rows: bool
    separators: bool
    thumbnails: bool
    leads: bool = True


_FORMS = (
    _DrawnForm(rows=True, separators=True, thumbnails=True),
    _DrawnForm(rows=True, separators=False, thumbnails=True),
    _DrawnForm(rows=False, separators=True, thumbnails=True),
    _DrawnForm(rows=False, separators=False, thumbnails=True),
    _DrawnForm(rows=False, separators=False, thumbnails=False),
    _DrawnForm(rows=False, separators=False, thumbnails=False, leads=False),
)


def message(
    draft: MessageDraft,
    controls: Sequence[tuple[str, Press]],
    words: Translator,
    colour: int,
    key: str = "",
) -> list[Component]:
    """Return a draft as components, in the fullest form that fits. The first id carries the key."""
    menu = len(draft.blocks) > _ROWS or any(block.brief for block in draft.blocks)
    for form in [form for form in _FORMS if not (menu and form.rows)]:
        box = draw.container(_parts(draft, controls, words, form), colour)
        if sum(1 for _ in draw.every([box])) <= MESSAGE_COMPONENTS:
            break
    pressed = [part for part in draw.every([box]) if "custom_id" in part]
    presses: list[Press] = [part["custom_id"] for part in pressed]
    if key and presses:
        presses[0] = replace(presses[0], key=key)
    for part, custom_id in zip(pressed, seal(presses), strict=True):
        part["custom_id"] = custom_id
    return [box]


def _parts(
    draft: MessageDraft, controls: Sequence[tuple[str, Press]], words: Translator, form: _DrawnForm
) -> list[Component]:
    """Return what a message in this form has; what is pressed there has its press for an id."""
    parts: list[Component] = []
    if draft.header:
        parts.append(draw.text("\n".join(draft.header)))
    for index, block in enumerate(draft.blocks):
        after = draft.blocks[index - 1] if index else None
        if after is not None and after.brief and block.follows:
            parts[-1] = draw.text(f"{parts[-1]['content']}\n{block.text}")
        else:
            if form.separators and _apart(draft, after, block):
                parts.append(draw.separator())
            parts.append(_drawn(block, form))
        if _has_row(draft, block, form):
            parts += draw.rows([draw.button(a.label, _press(a)) for a in block.actions])
    if draft.footer.strip():
        parts.append(draw.text(draft.footer))
    placeholder = draft.menu or words.gettext("More about…")
    for number, options in enumerate(_menus(draft, form)):
        said = words.gettext("More to do with a story…") if number else placeholder
        parts += draw.rows([draw.menu(said, options, Press(Mode.MENU, "menu"))])
    parts += draw.rows([draw.button(label, press) for label, press in controls])
    return parts or [draw.text("\u200b")]


def _has_row(draft: MessageDraft, block: DrawnSection, form: _DrawnForm) -> bool:
    """Whether a block has its buttons below it; so has the one that leads a brief post."""
    leads = form.leads and not block.brief and any(each.brief for each in draft.blocks)
    return bool(block.actions) and (form.rows or leads)


def _apart(draft: MessageDraft, after: DrawnSection | None, block: DrawnSection) -> bool:
    """Whether a line stands between a block and what is before it."""
    if after is None:
        return bool(draft.header)
    return not (after.brief and block.brief)


def _drawn(block: DrawnSection, form: _DrawnForm) -> Component:
    if block.image and form.thumbnails:
        return draw.section(block.text, draw.thumbnail(block.image, block.image_title))
    return draw.text(block.text)


def _press(action: Action) -> Press:
    return Press(Mode.ANSWER, action.command, action.arguments)


def _menus(draft: MessageDraft, form: _DrawnForm) -> list[list[Component]]:
    """Return the options of the menus for the blocks that have no buttons below them.

    The first action of every block, then the second ones, and so on. What the one menu has no room
    for is in a second one, but for brief blocks, which keep close.
    """
    blocks = [block for block in draft.blocks if not _has_row(draft, block, form)]
    most = 1 if any(block.brief for block in blocks) else _MENUS
    menus: list[list[Component]] = [[]]
    seen: set[str] = set()
    deepest = max((len(block.actions) for block in blocks), default=0)
    for depth in range(deepest):
        offered = [block for block in blocks if len(block.actions) > depth]
        if len(menus[-1]) + len(offered) > SELECT_OPTIONS and menus[-1]:
            if len(menus) == most:
                break
            menus.append([])
        for block in offered[:SELECT_OPTIONS]:
            action = block.actions[depth]
            value = seal_one(_press(action))
            if value is None or value in seen:
                continue
            seen.add(value)
            label = block.name if depth == 0 and block.name else f"{action.label} · {block.name}"
            menus[-1].append(draw.option(label, value))
    return [options for options in menus if options]
