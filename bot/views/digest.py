"""A digest becomes the card of a post, in the layout in which the post was made. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.delivery.digest import DigestContent
from bot.i18n.translator import N_, Translator
from bot.port.card import Card, CommandText, LinkText, Section, Spans, Style, Text, Tone, plain_text
from bot.port.text import one_line
from bot.views.cards import MENU, titled_card
from bot.views.entries import (
    dotted,
    drafted_by,
    entry_section,
    joined,
    line_section,
    site_of,
    tags_of,
    votes_of,
)
from bot.views.sections import TagSections
from store.model import Entry, Layout, Show

_FURTHER = 3
"""Further links on the small line of an entry: seldom do more than these tell a story well."""

_NAME = 30
"""Letters of a link's words that are a name rather than a sentence."""

LEAD_NOTE = 90
"""Graphemes of the note of the entry that leads a brief post: two lines or three."""


def digest_card(
    content: DigestContent,
    words: Translator,
    timezone: str,
    sections: TagSections,
    *,
    credit: bool = False,
) -> Card:
    """Return one part of a digest as its channel reads it.

    `credit`: of what a model drafted, it says which, and who reviewed it.
    """
    told = tuple(entry.told_in(words.language) for entry in content.entries)
    content = replace(content, entries=told)
    heading = N_("The best AI news · {day}") if _best(content) else N_("AI news · {day}")
    title = words.gettext(heading, day=words.weekday(content.slot, timezone))
    if content.parts > 1:
        title = f"{title} ({content.part}/{content.parts})"
    lead = tuple(_lead(content, words, timezone))
    drawn = _sections(content, words, sections)
    titles = " · ".join(one_line(entry.title) for entry in content.entries)
    return titled_card(
        title,
        words,
        _credited(drawn, told, words) if credit else drawn,
        said=titles or plain_text(lead[-1]),
        lead=lead,
        footer=_footer(content, words),
        menu=words.gettext(MENU) if content.layout is not Layout.FULL and content.entries else "",
        tone=Tone.NEWS,
    )


def _lead(content: DigestContent, words: Translator, timezone: str) -> Iterator[Spans]:
    if content.late and content.part == 1:
        due = words.moment(content.slot, timezone)
        yield (Text(words.gettext("Late: this post was due {moment}.", moment=due), Style.QUIET),)
    if content.emptied:
        yield (Text(words.gettext("What was here has been retracted.")),)
    elif not content.entries:
        nothing = N_("Nothing new since the last such post.")
        yield (Text(words.gettext(nothing if _best(content) else N_("Nothing new today."))),)
    elif content.layout is not Layout.FULL and content.parts == 1:
        number = len(content.entries)
        count = words.ngettext("{count} new entry", "{count} new entries", number)
        if _best(content):
            total = words.number(number + content.rest)
            count = words.gettext("{count} of {total}", count=words.number(number), total=total)
        yield (Text(count, Style.QUIET),)


def _sections(
    content: DigestContent, words: Translator, sections: TagSections
) -> Iterator[Section]:
    """Yield an entry each. The first of a brief digest leads, the others stand by their tags."""
    entries = content.entries
    match content.layout:
        case Layout.FULL:
            yield from (_told(entry_section(entry, words), entry) for entry in entries)
        case Layout.TITLES:
            yield from (replace(line_section(entry, words), meta=()) for entry in entries)
        case Layout.BRIEF:
            leads = entries[:1] if content.part == 1 else ()
            for entry in leads:
                said = dotted(site_of(entry), tags_of(entry), votes_of(entry, words))
                section = entry_section(entry, words, LEAD_NOTE)
                yield _told(replace(section, meta=(Text(said),) if said else ()), entry)
            for heading, some in sections.divided(entries[len(leads) :], words):
                for entry in some:
                    group = heading if entry is some[0] else ""
                    yield _told(replace(line_section(entry, words), group=group), entry)


def _credited(
    sections: Iterable[Section], entries: Sequence[Entry], words: Translator
) -> Iterator[Section]:
    """Yield sections that say who drafted and reviewed them, where a model did."""
    credited = {
        entry.id: (Text(drafted_by(one.drafted_by, one.reviewed_by, words)),)
        for entry in entries
        for one in entry.renditions
        if one.language == words.language and one.drafted_by
    }
    for section in sections:
        credit = credited.get(section.entry_id or 0, ())
        yield replace(section, meta=joined(filter(None, (section.meta, credit))))


def _told(section: Section, entry: Entry) -> Section:
    """Add to the small line who else tells the story: a source's link has its name."""
    further = tuple(
        span
        for link in entry.links[:_FURTHER]
        if link.title and len(link.title) <= _NAME
        for span in (Text(" · "), LinkText(one_line(link.title), link.url))
    )
    return replace(section, meta=(*section.meta, *further))


def _footer(content: DigestContent, words: Translator) -> Spans:
    """Say what had no room, and where it is."""
    if not content.rest:
        return ()
    if content.leaves:
        said = words.spans(
            "{count} more: {command}",
            count=words.number(content.rest),
            command=CommandText("best" if _best(content) else "latest"),
        )
        return tuple(
            replace(span, style=Style.QUIET)
            if isinstance(span, Text) and span.style is Style.PLAIN
            else span
            for span in said
        )
    waiting = words.ngettext(
        "{count} more entry comes with the next post.",
        "{count} more entries come with the next posts.",
        content.rest,
    )
    return (Text(waiting, Style.QUIET),)


def _best(content: DigestContent) -> bool:
    return content.show is Show.BEST
