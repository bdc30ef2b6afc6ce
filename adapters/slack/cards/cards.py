"""Cards become blocks, within every limit of the place where they are shown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from adapters.slack.cards import blocks, limits, mrkdwn
from adapters.slack.cards.blocks import ActionPlace, action_id
from adapters.slack.cards.limits import Json, size
from bot.i18n.translator import Translator
from bot.port.card import (
    Action,
    Card,
    CommandText,
    Section,
    Span,
    Spans,
    Style,
    Text,
    Tone,
    offered,
    plain_text,
    small_line,
)
from bot.port.fitting import cut, cut_spans, units, wrap
from bot.port.text import ELLIPSIS, one_line

_MARKS = {Tone.DONE: "✅ ", Tone.REFUSED: "🚫 ", Tone.FAILED: "⚠️ "}
_WHOLE = 1_000_000
_ATTEMPTS = 6
_SLACK = 40
"""Units to spare for what ellipses and escapes add."""
_LEAST = 10
"""Units of which less is not worth beginning a paragraph."""
_LINE = limits.SECTION_TEXT - 1
"""The most units of a line, whose end counts too."""
_HEADING = 500
"""The most units of a heading's words, and of a section's last line."""
_ONE_BLOCK = limits.SECTION_TEXT - _HEADING - 100
"""The most units of a body that stands in one block with a heading of usual length."""


@dataclass(frozen=True, slots=True)
class SlackLook:
    """How a card is drawn.

    `blocks` and `size` are what the place takes. `curator`: the buttons of moderators are drawn
    too, where only the asker sees them. `images` is False where Slack could not fetch one.
    `number` tells the cards of one view apart.
    `place` is where all of the card's actions are, where they do not have their own.
    """

    blocks: int = limits.MESSAGE_BLOCKS
    size: int = limits.MESSAGE_SIZE
    curator: bool = False
    images: bool = True
    number: int = 0
    place: ActionPlace | None = None


MESSAGE = SlackLook()
"""How a card is drawn in a message that everybody may see."""

VIEW = SlackLook(blocks=limits.VIEW_BLOCKS - 2, size=limits.VIEW_SIZE, curator=True)
"""How a card is drawn in a modal."""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """A card as Slack takes it: blocks, and a text for notifications and screen readers."""

    text: str
    blocks: list[Json]

    @property
    def payload(self) -> Json:
        """What is sent. Links are shown as they are drawn, and no other way."""
        blocks = {"blocks": self.blocks} if self.blocks else {}
        return {"text": self.text, **blocks, "unfurl_links": False, "unfurl_media": False}


def message(card: Card, words: Translator, look: SlackLook = MESSAGE) -> SlackMessage:
    """Return a card as one message. `words` are of the card's language."""
    return SlackMessage(fallback(card), draw(card, words, look))


def messages(
    card: Card, words: Translator, look: SlackLook = MESSAGE, *, most: int
) -> tuple[SlackMessage, ...]:
    """Return a card as a message, or as up to `most` where it is too long for one."""
    for parts in range(min(most, 1 + len(card.sections) // look.blocks), most + 1):
        pieces = [_drawn(piece, words, look) for piece in _parts(card, parts)]
        if parts == most or all(complete for _, complete in pieces):
            break
    return tuple(SlackMessage(fallback(card), made) for made, _ in pieces)


def fallback(card: Card) -> str:
    """Return a card as one plain line, escaped."""
    return cut(mrkdwn.escaped(one_line(card.summary)), limits.FALLBACK) or "AI News"


def draw(card: Card, words: Translator, look: SlackLook) -> list[Json]:
    """Return a card as blocks: as much of it as its place takes.

    Where a card is too long, its bodies are cut to an equal length first, then the sections are
    drawn smaller, then the last ones are only counted.
    """
    return _drawn(card, words, look)[0]


def _drawn(card: Card, words: Translator, look: SlackLook) -> tuple[list[Json], bool]:
    """Return a card as blocks, and whether nothing of it was left out."""
    count = len(card.sections)
    lengths: list[int] = []
    widest = _WHOLE
    if _letters(card) > look.size:
        lengths = _lengths(card)
        widest = _level(lengths, lengths[-1], sum(lengths) - look.size)
    for compact in (False, True):
        if count > look.blocks // (1 if compact else 2):
            continue
        body = widest
        for _ in range(_ATTEMPTS):
            drawing = _Drawing(card, words, look, count, body, compact)
            made = drawing.blocks()
            if _fits(made, look):
                return made, not drawing.cut
            lengths = lengths or _lengths(card)
            if len(made) <= look.blocks and body:
                body = _level(lengths, body, size(made) - look.size + _SLACK)
            elif len(made) > look.blocks and body > _ONE_BLOCK:
                body = _ONE_BLOCK
            else:
                break
    low, high, best = 0, count - 1, _fallback_blocks(card)
    while low < high:
        middle = (low + high + 1) // 2
        made = _Drawing(card, words, look, middle, 0, compact=True).blocks()
        if _fits(made, look):
            low, best = middle, made
        else:
            high = middle - 1
    return best, False


def _lengths(card: Card) -> list[int]:
    """Return the lengths of the lead and of each body, in ascending order."""
    bodies = (card.lead, *(section.body for section in card.sections))
    return sorted(sum(units(mrkdwn.draw(spans)) + 1 for spans in body) for body in bodies)


def _letters(card: Card) -> int:
    bodies = (card.lead, *(section.body for section in card.sections))
    return sum(len(span.text) for body in bodies for spans in body for span in spans)


def _fits(made: list[Json], look: SlackLook) -> bool:
    return len(made) <= look.blocks and size(made) <= look.size


def _level(lengths: list[int], level: int, excess: int) -> int:
    """Return the lower level to which lengths must be cut so that `excess` less is left of them.

    `lengths` are in ascending order, and cut to `level` already.
    """
    cut = [min(length, level) for length in lengths]
    above = 0
    for longer, length in enumerate(reversed(cut), start=1):
        above += length
        share = (above - excess) // longer
        if share >= (cut[-longer - 1] if longer < len(cut) else 0):
            return share
    return 0


def _parts(card: Card, parts: int) -> list[Card]:
    """Return a card as several with equally many sections: its head on the first, its foot last."""
    count = len(card.sections)
    bounds = [count * number // parts for number in range(parts + 1)]
    return [
        replace(
            card,
            byline=card.byline if not start else (),
            title=card.title if not start else (),
            lead=card.lead if not start else (),
            sections=card.sections[start:end],
            footer=card.footer if end == count else (),
            actions=card.actions if end == count else (),
        )
        for start, end in pairwise(bounds)
        if end > start or parts == 1
    ]


@dataclass(slots=True)
class _Drawing:
    """One attempt to draw a card, of which only the first `sections` are drawn.

    `body` is the most units of a section's body. `compact`: one block a section, its actions in a
    menu. `cut` tells afterwards whether something was left out.
    """

    card: Card
    words: Translator
    look: SlackLook
    sections: int
    body: int
    compact: bool
    cut: bool = False

    def blocks(self) -> list[Json]:
        card, made = self.card, list[Json]()
        title = plain_text(card.title).strip()
        if title:
            made.append(blocks.header(title))
        made += self._lead()
        for number, section in enumerate(card.sections[: self.sections]):
            made += self._section(section, number)
        left = len(card.sections) - self.sections
        if left > 0:
            made.append(blocks.context(self.words.ngettext("{count} more", "{count} more", left)))
        footer = mrkdwn.fitted(card.footer, limits.CONTEXT_TEXT)
        if footer.strip():
            made.append(blocks.context(footer))
        made = made or _fallback_blocks(card)
        byline = mrkdwn.fitted(card.byline, limits.CONTEXT_TEXT)
        if byline.strip():
            made.insert(0, blocks.context(byline))
        elements = blocks.buttons(
            [(action, self._place(ActionPlace.CARD)) for action in card.actions], self.look.number
        )
        if elements:
            made.append(blocks.row(elements))
        return made

    def _place(self, place: ActionPlace) -> ActionPlace:
        return self.look.place or place

    def _lead(self) -> list[Json]:
        """Return the lead, an aside at its end in small print."""
        lead, aside = self.card.lead, ""
        if lead and all(isinstance(span, Text) and span.style is Style.QUIET for span in lead[-1]):
            lead, aside = lead[:-1], mrkdwn.fitted(lead[-1], limits.CONTEXT_TEXT)
        mark = _MARKS.get(self.card.tone, "") if lead else ""
        texts, shortened = _texts(mark, lead, max(self.body, _HEADING))
        self.cut |= shortened
        made = [blocks.section(text) for text in texts]
        return [*made, blocks.context(aside)] if aside.strip() else made

    def _section(self, section: Section, number: int) -> list[Json]:
        head = mrkdwn.heading(_within(section.heading, _HEADING))
        meta = mrkdwn.fitted(small_line(section), _HEADING)
        room = self.body
        if section.brief:
            if units(head) + units(meta) > _LINE:
                head = mrkdwn.fitted(tuple(Text(span.text) for span in section.heading), _HEADING)
            text = (f"{head}\n{meta}" if section.meta else f"{head} {meta}").strip()
            actions = self._actions(section, shortened=False)
            line = [self._line(section, text, number, actions)] if text else []
            return [*self._group(section), *line]
        if self.compact:
            room = min(room, limits.SECTION_TEXT - units(head) - units(meta) - _SLACK)
        body, shortened = _texts(f"{head}\n" if head else "", section.body, room)
        self.cut |= shortened
        actions = self._actions(section, shortened=shortened)
        if self.compact:
            text = "\n".join(filter(str.strip, ("".join(body[:1]).rstrip(), meta)))
            if not text:
                return []
            return [*self._group(section), self._line(section, text, number, actions)]
        if self.card.menu and body and meta.strip() and units(body[-1]) + units(meta) < _LINE:
            # The lead of a brief card: what is quiet there stays in its block.
            body[-1], meta = f"{body[-1]}\n{meta}", ""
        made = [blocks.section(text) for text in body]
        picture = self._image(section)
        if made and picture is not None:
            made[0]["accessory"] = picture
        if meta.strip():
            made.append(blocks.context(meta))
        return [*made, *self._row(section, actions, number)]

    def _row(
        self, section: Section, actions: Sequence[tuple[Action, ActionPlace]], number: int
    ) -> list[Json]:
        """Return a section's buttons, and a menu of what is the moderators'."""
        elements = blocks.buttons(actions, self.look.number, number)
        if self.look.curator:
            place = self._place(ActionPlace.SECTION)
            identifier = action_id(place, self.look.number, number, len(actions))
            more = blocks.menu(section.curator_actions, identifier)
            elements += [more] if more is not None else []
        return [blocks.row(elements)] if elements else []

    @staticmethod
    def _group(section: Section) -> list[Json]:
        strong = mrkdwn.fitted((Text(section.group, Style.STRONG),), _HEADING)
        return [blocks.context(strong)] if strong.strip() else []

    def _line(
        self,
        section: Section,
        text: str,
        number: int,
        actions: Sequence[tuple[Action, ActionPlace]],
    ) -> Json:
        """Return a text with what may be done behind a menu."""
        offered = [action for action, _ in actions]
        if self.look.curator:
            offered += section.curator_actions
        place = self._place(ActionPlace.SECTION)
        # With a third number: where the whole card has one place, its buttons have two.
        identifier = action_id(place, self.look.number, number, 0)
        return blocks.section(text, blocks.menu(offered, identifier))

    def _actions(self, section: Section, *, shortened: bool) -> list[tuple[Action, ActionPlace]]:
        if section.full is None and shortened and section.entry_id is not None:
            details = Action(self.words.gettext("Details"), "show", {"id": str(section.entry_id)})
            section = replace(section, full=details)
        return [
            (
                action,
                self._place(ActionPlace.FULL if action == section.full else ActionPlace.SECTION),
            )
            for action in offered(section, curator=False)
        ]

    def _image(self, section: Section) -> Json | None:
        if section.image is None or not self.look.images:
            return None
        title = section.image_title or plain_text(section.heading)
        return blocks.image(section.image, title)


def _within(spans: Spans, room: int) -> Spans:
    """Return a heading on one line whose words take at most `room` units."""
    kept: list[Span] = []
    left = room
    for span in spans:
        text = cut(" ".join(span.text.split("\n")), left) if left > 0 else ""
        left -= units(text)
        if isinstance(span, CommandText):
            kept.append(Text(text, Style.CODE))
        elif text:
            kept.append(replace(span, text=text))
    return tuple(kept)


def _texts(first: str, body: tuple[Spans, ...], room: int) -> tuple[list[str], bool]:
    """Return paragraphs as texts of at most a section's length, and whether some were cut off.

    `first` begins the first text; `room` is the most units of the paragraphs together.
    """
    texts, left = [first], room
    for spans in filter(None, body):
        kept, is_cut = cut_spans(spans, left, mrkdwn.draw)
        drawn = mrkdwn.draw(kept) if left > _LEAST or not is_cut else ELLIPSIS
        space = _LINE - units(texts[-1])
        if units(drawn) <= space:
            lines = [drawn]
        elif texts[-1] and units(drawn) <= _LINE:
            lines = ["", drawn]
        else:
            lines = [mrkdwn.draw(part) for part in wrap(kept, _LINE, mrkdwn.draw, space)]
        texts[-1] += lines[0]
        texts += lines[1:]
        texts[-1] += "\n"
        left -= units(drawn) + 1
        if is_cut:
            return _shown(texts), True
    return _shown(texts), False


def _shown(texts: list[str]) -> list[str]:
    return [stripped for text in texts if (stripped := text.rstrip("\n")).strip()]


def _fallback_blocks(card: Card) -> list[Json]:
    return [blocks.section(cut(fallback(card), limits.SECTION_TEXT))]
