"""Cards: what is said, never how it is marked up.

A card's words are spans, so that nothing that a feed or a person wrote can become a mention, a
heading or a script. Escaping, limits and looks belong to the adapter that draws the card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum, auto

DRAWN_WHOLE = 3_400
"""Graphemes of a card's sections that every platform draws to the end, whatever it marks up."""


class Style(StrEnum):
    """How much a text span matters."""

    PLAIN = "plain"
    STRONG = "strong"
    MARKED = "marked"
    QUIET = "quiet"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Text:
    """Words. `MARKED` is a found word, `QUIET` is an aside, `CODE` is something to type."""

    text: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class LinkText:
    """Words that lead to an http or https address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class CommandText:
    """A command to type, which each platform writes as its people type it.

    `line` is in declared names, without `/ainews`: `latest 10 tag:llm`. `typed` is the same line
    in the names of the reader's language.
    """

    line: str
    typed: str = ""

    @property
    def text(self) -> str:
        """How it is typed where nothing else is known: `/ainews 최신 10 태그:llm`."""
        return f"/ainews {self.typed or self.line}"

    def __str__(self) -> str:
        return self.text


class Named(Enum):
    """What a platform has a name for."""

    PERSON = auto()
    GROUP = auto()
    CHANNEL = auto()
    COMMAND = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something by the platform's own id, shown by its name as it is now.

    It calls nobody. `text` stands where a platform has no name for it.
    """

    text: str
    kind: Named
    id: str


Span = Text | LinkText | Mention | CommandText
Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: words, and the command that it stands for.

    `arguments` are texts as a person would type them, so that an action survives a restart as a
    short line of text.
    """

    label: str
    command: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """One subject of a card: an entry, a channel, a command.

    `group` is a heading over this section and those that follow, up to the next that has one. A
    `brief` section is drawn as two lines, its heading and its `meta`, close to its neighbours; its
    actions are behind a menu.
    `heading` is one line, `body` is paragraphs (an adapter may shorten them by grapheme, never
    inside a link, and then offers `full`), `meta` is a quiet last line (date, source, tags).
    `image` is an http or https address.
    `full` leads to the whole entry; `curator_actions` are drawn where only moderators see them.
    """

    heading: Spans = ()
    body: tuple[Spans, ...] = ()
    meta: Spans = ()
    image: str | None = None
    image_title: str = ""
    entry_id: int | None = None
    full: Action | None = None
    actions: tuple[Action, ...] = ()
    curator_actions: tuple[Action, ...] = ()
    group: str = ""
    brief: bool = False


def offered(section: Section, *, curator: bool) -> tuple[Action, ...]:
    """Return a section's actions, the way to the whole entry first; a `curator`'s, too, or not."""
    actions = [*section.actions, *(section.curator_actions if curator else ())]
    if section.full is not None and section.full not in actions:
        actions.insert(0, section.full)
    return tuple(actions)


def plain_text(spans: Spans) -> str:
    """Return only the words of spans."""
    return "".join(span.text for span in spans)


def small_line(section: Section) -> Spans:
    """Return a section's quiet last line, its entry's number first: `#12 · site.example`."""
    if section.entry_id is None:
        return section.meta
    number = Text(f"#{section.entry_id}")
    return (number, Text(" · "), *section.meta) if section.meta else (number,)


class Tone(StrEnum):
    """What kind of answer a card is."""

    NEWS = "news"
    INFO = "info"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that is said: an answer, a digest, an error.

    `summary` is the whole card in one plain line, for notifications and screen readers.
    `language` is the language of the card's own words: `ko` or `en`. `menu` says what the one menu
    is for that offers the actions of all sections, on platforms that have such. `byline` says in
    one line who asked for it, and what, where others see it.
    """

    summary: str
    language: str
    title: Spans = ()
    lead: tuple[Spans, ...] = ()
    sections: tuple[Section, ...] = ()
    footer: Spans = ()
    actions: tuple[Action, ...] = ()
    menu: str = ""
    tone: Tone = Tone.INFO
    byline: Spans = ()


def rewritten(card: Card, write: Callable[[Span], Spans]) -> Card:
    """Return a card with each of its spans written anew."""

    def spans(some: Spans) -> Spans:
        return tuple(new for span in some for new in write(span))

    def lines(some: tuple[Spans, ...]) -> tuple[Spans, ...]:
        return tuple(map(spans, some))

    return replace(
        card,
        title=spans(card.title),
        lead=lines(card.lead),
        sections=tuple(
            replace(each, heading=spans(each.heading), body=lines(each.body), meta=spans(each.meta))
            for each in card.sections
        ),
        footer=spans(card.footer),
        byline=spans(card.byline),
    )
