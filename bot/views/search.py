"""What a search found, as a card: the best first, each with the passage that answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.i18n.translator import Translator
from bot.port.card import Action, Card, LinkText, Section, Span, Spans, Style, Text
from bot.port.text import ELLIPSIS, clean, link_places, one_line, shorten
from bot.views.cards import list_card, page_actions, strong
from bot.views.entries import dotted, site_of
from store.model import Entry, Found, Gain, GainKind, SearchPage, SearchQuery, Snippet

_LABEL = 60
"""Graphemes of a button's words."""

_BREAKS = re.compile(r"\n+")


def search_card(
    query: SearchQuery, page: SearchPage, number: int, words: Translator, *, explain: bool = False
) -> Card:
    """Return what a query found on the page of this number, from 1 on.

    `explain`: each entry says why it stands where it does.
    """
    typed = one_line(query.words)
    title = words.gettext("Search: {words}", words=typed)
    empty = words.gettext("Nothing found for “{words}”. Try fewer or other words.", words=typed)
    if number > 1:
        empty = words.gettext("There is no page {page}.", page=number)
    actions = page_actions("search", _arguments(query), number, words, more=page.more)
    if page.corrected is not None:
        label = words.gettext("Search for “{words}” instead", words=shorten(typed, _LABEL // 2))
        literally = Action(label, "search", _arguments(replace(query, literal=True)))
        actions = (literally, *actions)
    card = list_card(
        title,
        tuple(found.entry for found in page.items),
        words,
        empty=empty,
        pages=actions,
        lead=tuple(_lead(page, number, words)),
        full=explain,
    )
    sections = (
        _section(found, section, words, explain=explain)
        for found, section in zip(page.items, card.sections, strict=True)
    )
    return replace(card, sections=tuple(sections))


def passage_spans(passage: Snippet) -> tuple[Spans, ...]:
    """Return a passage as paragraphs, its marked words marked and its addresses as links."""
    paragraphs: list[list[Span]] = [[]]
    if passage.before:
        paragraphs[0].append(Text(f"{ELLIPSIS} "))
    for span in _pieces(passage):
        if isinstance(span, LinkText):
            paragraphs[-1].append(span)
            continue
        first, *others = _BREAKS.split(span.text)
        for text in (first, *others):
            if text is not first:
                paragraphs.append([])
            if text:
                paragraphs[-1].append(replace(span, text=text))
    if passage.after:
        paragraphs[-1].append(Text(f" {ELLIPSIS}"))
    return tuple(tuple(spans) for spans in paragraphs if spans)


def _lead(page: SearchPage, number: int, words: Translator) -> Iterator[Spans]:
    if page.corrected is not None:
        yield words.spans("Showing results for {words}.", words=strong(page.corrected))
    if not page.items:
        return
    if page.any_word:
        yield (Text(words.gettext("No entry has all of these words. These have some of them.")),)
    found = ""
    if page.count is not None and not page.any_word:
        found = words.ngettext("{count} entry found", "{count} entries found", page.count)
    if said := dotted(found, words.gettext("Page {page}", page=number) if number > 1 else ""):
        yield (Text(said, Style.QUIET),)


def _section(found: Found, section: Section, words: Translator, *, explain: bool) -> Section:
    passage = () if found.passage is None else passage_spans(found.passage)
    if section.brief:
        return _with_passage(section, found.entry, passage, words)
    body = passage or section.body
    if explain:
        body = (*body, (Text(explained(found, words), Style.QUIET),))
    return replace(section, body=body)


def _with_passage(
    section: Section, entry: Entry, passage: tuple[Spans, ...], words: Translator
) -> Section:
    """Return a section of one line with the passage instead of the note's beginning."""
    if not passage:
        return section
    said: list[Span] = []
    for spans in passage:
        said += [Text(" — " if not said else " "), *spans]
    where = dotted(words.date(entry.published) if entry.published else "", site_of(entry))
    return replace(section, meta=(Text(where), *said) if where else tuple(said[1:]))


def explained(found: Found, words: Translator) -> str:
    """Return why an entry stands where it does: its points, and for what it was given them."""
    gains = " · ".join(
        f"{_named(gain, words)} {gain.points:.2f}"
        for gain in sorted(found.gains, key=lambda gain: -gain.points)
    )
    points = words.gettext("{points} points", points=f"{found.score:.2f}")
    return f"{points}: {gains}" if gains else points


def _named(gain: Gain, words: Translator) -> str:
    match gain.kind:
        case GainKind.WORD:
            return f"“{one_line(gain.words)}”"
        case GainKind.TOGETHER:
            return words.gettext("words together")
        case GainKind.NEW:
            return words.gettext("recency")


def _arguments(query: SearchQuery) -> dict[str, str]:
    arguments = {"words": query.words}
    for name, value in (("tag", query.tag), ("since", query.since), ("until", query.until)):
        if value is not None:
            arguments[name] = str(value)
    return arguments | ({"literal": "yes"} if query.literal else {})


def _pieces(passage: Snippet) -> Iterator[Text | LinkText]:
    """Yield the texts and links of a passage in their order."""
    for start, end, link in link_places(passage.text):
        if link is None:
            yield from _texts(passage, start, end)
        else:
            yield link


def _texts(passage: Snippet, start: int, end: int) -> Iterator[Text]:
    """Yield what stands between two places, marked and not."""
    place = start
    for begins, ends in passage.marks:
        first, last = max(begins, place), min(ends, end)
        if first >= last:
            continue
        yield from _text(passage.text[place:first], Style.PLAIN)
        yield from _text(passage.text[first:last], Style.MARKED)
        place = last
    yield from _text(passage.text[place:end], Style.PLAIN)


def _text(text: str, style: Style) -> Iterator[Text]:
    if plain := clean(text):
        yield Text(plain, style)
