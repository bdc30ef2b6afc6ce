"""Entries and answers become cards. Pure: values in, cards out, in the words given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.delivery.digest import DigestContent
from bot.i18n.translator import Translator
from bot.port.card import (
    Action,
    Card,
    DateText,
    LinkText,
    Section,
    Span,
    Spans,
    Style,
    Text,
    Tone,
)
from bot.port.text import ELLIPSIS, one_line, paragraphs, shorten, shorten_spans
from store.entries.links import host
from store.model import Entry, Notice, NoticeKind, Status, TagCount

LIST_NOTE = 280
"""Graphemes of a note in a list: about three lines at 80 columns."""

_PARAGRAPH = 40
"""Graphemes of which a paragraph that is cut off must show at least as many to be worth a line."""

SUMMARY = 300
"""Graphemes of a card's plain summary, which phones cut off sooner."""


def entry_section(entry: Entry, words: Translator, note_limit: int | None = LIST_NOTE) -> Section:
    """Return an entry as a section. `note_limit` is in graphemes; None shows the whole note."""
    title = one_line(entry.title)
    heading: Span = LinkText(title, entry.url) if entry.url else Text(title, Style.STRONG)
    number = str(entry.id)
    details = Action(words.gettext("Details"), "show", {"id": number})
    body = paragraphs(entry.note)
    full = None
    if note_limit is not None:
        body, cut = _cut(body, note_limit)
        full = details if cut else None
    return Section(
        heading=(heading,),
        body=body if note_limit is not None else (*body, *_further_links(entry, body, words)),
        meta=_meta(entry, words),
        image=entry.image if _web(entry.image) else None,
        image_title=title,
        entry_id=entry.id,
        full=full,
        actions=(
            *((details,) if note_limit is not None else ()),
            Action(words.gettext("Save"), "save", {"id": number}),
        ),
        curator_actions=_curator_actions(entry, words),
    )


def list_card(
    title: str,
    entries: Sequence[Entry],
    words: Translator,
    *,
    empty: str,
    pages: tuple[Action, ...] = (),
    lead: tuple[Spans, ...] = (),
    note_limit: int | None = LIST_NOTE,
) -> Card:
    """Return a list of entries, or the sentence `empty` where there are none."""
    if not entries:
        return Card(
            summary=empty,
            language=words.language,
            title=(Text(title, Style.STRONG),),
            lead=(*lead, (Text(empty),)),
            actions=pages,
        )
    titles = " · ".join(one_line(entry.title) for entry in entries)
    return Card(
        summary=shorten(f"{title}: {titles}", SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),),
        lead=lead,
        sections=tuple(entry_section(entry, words, note_limit) for entry in entries),
        actions=pages,
        tone=Tone.NEWS,
    )


def entry_card(entry: Entry, words: Translator, lead: tuple[Spans, ...] = ()) -> Card:
    """Return one whole entry, with what is to be said of it first."""
    return Card(
        summary=shorten(one_line(entry.title), SUMMARY),
        language=words.language,
        lead=lead,
        sections=(entry_section(entry, words, None),),
        tone=Tone.NEWS,
    )


def message_card(
    text: Spans | str,
    words: Translator,
    *,
    tone: Tone = Tone.INFO,
    title: str = "",
    more: tuple[Spans, ...] = (),
    actions: tuple[Action, ...] = (),
) -> Card:
    """Return a sentence or a few as a card."""
    spans = (Text(text),) if isinstance(text, str) else text
    return Card(
        summary=shorten(plain_text(spans), SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),) if title else (),
        lead=(spans, *more),
        actions=actions,
        tone=tone,
    )


def tags_card(tags: Sequence[TagCount], words: Translator) -> Card:
    """Return the tags with the number of entries that carry each."""
    title = words.gettext("Tags")
    if not tags:
        return message_card(words.gettext("No entry has a tag yet."), words, title=title)
    spans: list[Span] = []
    for tag in tags:
        if spans:
            spans.append(Text(" · "))
        spans += [Text(one_line(tag.tag), Style.STRONG), Text(f" {words.number(tag.count)}")]
    return message_card(
        tuple(spans),
        words,
        title=title,
        more=(words.spans("See one with {command}.", command=code("latest tag:NAME")),),
    )


def digest_card(content: DigestContent, words: Translator, timezone: str) -> Card:
    """Return one part of a digest as its channel reads it."""
    day = words.day(content.slot, timezone)
    title = words.gettext("AI news · {day}", day=day)
    if content.parts > 1:
        title = f"{title} ({content.part}/{content.parts})"
    lead: list[Spans] = []
    if content.late and content.part == 1:
        due = words.moment(content.slot, timezone)
        lead.append(
            (Text(words.gettext("Late: this post was due {moment}.", moment=due), Style.QUIET),)
        )
    if content.emptied:
        lead.append((Text(words.gettext("What was here has been retracted.")),))
    elif not content.entries:
        lead.append((Text(words.gettext("Nothing new today.")),))
    titles = " · ".join(one_line(entry.title) for entry in content.entries)
    said = titles or plain_text(lead[-1])
    footer: Spans = ()
    if content.rest:
        footer = (
            Text(
                words.ngettext(
                    "{count} more entry comes with the next post.",
                    "{count} more entries come with the next posts.",
                    content.rest,
                ),
                Style.QUIET,
            ),
        )
    return Card(
        summary=shorten(f"{title}: {said}", SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),),
        lead=tuple(lead),
        sections=tuple(entry_section(entry, words) for entry in content.entries),
        footer=footer,
        tone=Tone.NEWS,
    )


def notice_card(notice: Notice, words: Translator) -> Card:
    """Return what the owner of a channel is told, once, of trouble with its posts."""
    channel, trouble = notice.channel, notice.trouble
    foreign = channel.owner.platform != channel.ref.platform
    place = f"{channel.ref.platform} · {channel.ref.id}" if foreign else channel.ref.id
    name = strong(one_line(channel.subscription.name) or place)
    broken = notice.kind is NoticeKind.BROKEN
    more: list[Spans] = [
        words.spans("Reason: {reason}", reason=one_line(words.stored(trouble.reason)))
    ]
    if trouble.remedy:
        more.append((Text(one_line(words.stored(trouble.remedy))),))
    more.append(
        (
            Text(
                words.gettext("Nothing is lost: once it works, the news is posted.")
                if broken
                else words.gettext("Nothing is lost: its news comes with the next post.")
            ),
        )
    )
    return message_card(
        words.spans("AI news can no longer be posted to {channel}.", channel=name)
        if broken
        else words.spans("A post of AI news did not reach {channel}.", channel=name),
        words,
        tone=Tone.FAILED,
        more=tuple(more),
    )


def status_card(
    lead: str,
    channels: Sequence[Section],
    words: Translator,
    *,
    more: tuple[Spans, ...] = (),
    pages: tuple[Action, ...] = (),
) -> Card:
    """Return how the channels do: a sentence and further lines over all, then a section each."""
    title = words.gettext("Status")
    return Card(
        summary=shorten(f"{title}: {lead}", SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),),
        lead=((Text(lead),), *more),
        sections=tuple(channels),
        actions=pages,
    )


def for_members(card: Card) -> Card:
    """Return a card without the buttons that only moderators may press."""
    sections = tuple(replace(section, curator_actions=()) for section in card.sections)
    return replace(card, sections=sections)


def page_actions(
    command: str, arguments: Mapping[str, str], page: int, words: Translator, *, more: bool
) -> tuple[Action, ...]:
    """Return the buttons to the pages before and after this one, where there are any."""
    actions = []
    if page > 1:
        back = {**arguments, "page": str(page - 1)}
        actions.append(Action(words.gettext("Previous page"), command, back))
    if more:
        onward = {**arguments, "page": str(page + 1)}
        actions.append(Action(words.gettext("Next page"), command, onward))
    return tuple(actions)


def strong(text: str) -> Text:
    """Return words that matter."""
    return Text(one_line(text), Style.STRONG)


def code(text: str) -> Text:
    """Return words to type."""
    return Text(text, Style.CODE)


def plain_text(spans: Spans) -> str:
    """Return only the words of spans."""
    return "".join(span.text for span in spans)


def _cut(body: tuple[Spans, ...], limit: int) -> tuple[tuple[Spans, ...], bool]:
    kept: list[Spans] = []
    room = limit
    for paragraph in body:
        if kept and room < _PARAGRAPH:
            kept[-1] = (*kept[-1], Text(f" {ELLIPSIS}"))
            return tuple(kept), True
        spans, cut = shorten_spans(paragraph, room)
        kept.append(spans)
        if cut:
            return tuple(kept), True
        room -= len(plain_text(spans))
    return tuple(kept), False


def _further_links(entry: Entry, body: tuple[Spans, ...], words: Translator) -> tuple[Spans, ...]:
    """Return the links that the note does not show already, a line each under their title."""
    shown = {span.url for spans in body for span in spans if isinstance(span, LinkText)}
    links = [link for link in entry.links if link.url not in shown]
    if not links:
        return ()
    title: Spans = (Text(words.gettext("Further links"), Style.STRONG),)
    return (
        title,
        *(
            (Text("• "), LinkText(one_line(link.title or "") or link.url, link.url))
            for link in links
        ),
    )


def _meta(entry: Entry, words: Translator) -> Spans:
    pieces: list[Spans] = []
    if entry.published is not None:
        pieces.append((DateText(words.date(entry.published), entry.published),))
    if entry.url:
        pieces.append((Text(host(entry.url).removeprefix("www.")),))
    if entry.tags:
        pieces.append((Text(" ".join(f"#{one_line(tag)}" for tag in entry.tags)),))
    if entry.added_by:
        pieces.append((Text(words.gettext("by {name}", name=one_line(entry.added_by))),))
    if entry.status is Status.RETRACTED:
        pieces.append((Text(words.gettext("retracted"), Style.STRONG),))
    if entry.status is Status.PENDING:
        pieces.append((Text(words.gettext("waits for a moderator"), Style.STRONG),))
    if entry.status is Status.SKIPPED:
        pieces.append((Text(words.gettext("skipped"), Style.STRONG),))
    joined: list[Span] = []
    for piece in pieces:
        if joined:
            joined.append(Text(" · "))
        joined.extend(piece)
    return tuple(joined)


def _curator_actions(entry: Entry, words: Translator) -> tuple[Action, ...]:
    number = {"id": str(entry.id)}
    if entry.status is Status.PENDING:
        return (
            Action(words.gettext("Publish"), "review", {"action": "publish", **number}),
            Action(words.gettext("Edit"), "edit", {**number, "publish": "yes"}),
            Action(words.gettext("Skip"), "review", {"action": "skip", **number}),
        )
    if entry.status in {Status.RETRACTED, Status.SKIPPED}:
        return (Action(words.gettext("Restore"), "restore", number),)
    return (
        Action(words.gettext("Edit"), "edit", number),
        Action(words.gettext("Retract"), "retract", number),
    )


def _web(address: str | None) -> bool:
    return address is not None and address.casefold().startswith(("http://", "https://"))
