"""Entries and answers become cards. Pure: values in, cards out, in the words given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.delivery.digest import FEW
from bot.i18n.translator import Translator
from bot.port.card import (
    Action,
    Card,
    CommandText,
    LinkText,
    Section,
    Span,
    Spans,
    Style,
    Text,
    Tone,
)
from bot.port.text import ELLIPSIS, clean, one_line, paragraphs, shorten, shorten_spans
from store.entries.links import host
from store.model import Actor, Entry, Notice, NoticeKind, Status, TagCount

LIST_NOTE = 280
"""Graphemes of a note in a list: about three lines at 80 columns."""

LINE_NOTE = 80
"""Graphemes of a note on the one line that the other entries of a brief post have."""

_VOTE = "👍"
_STAR = "⭐"

_SAYS_LITTLE = 16
"""Letters of a first sentence with fewer than which the second one is said too."""

_BULLETS = "•◦▪ "
"""What a list begins with says nothing where its first line stands alone."""

_SENTENCE = re.compile(r"(?:[가-힣]|\w{3}|[)\]\"'”’%])[.!?。]+(?=\s)")
"""The end of a sentence: neither that of an abbreviation nor the point of a number."""

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
            *((vote_action(entry, words),) if entry.status is Status.PUBLISHED else ()),
        ),
        curator_actions=_curator_actions(entry, words),
    )


def line_section(entry: Entry, words: Translator) -> Section:
    """Return an entry as a heading and one line: `site — first sentence`."""
    site, note = site_of(entry), first_sentence(entry.note)
    said = f"{site} — {note}" if site and note else site or note
    said = " · ".join(filter(None, (said, votes_of(entry, words))))
    meta = (Text(said),) if said else ()
    return replace(entry_section(entry, words), body=(), full=None, meta=meta, brief=True)


def menu_of(words: Translator) -> str:
    """Return what the one menu is for that goes with entries of a line each."""
    return words.gettext("Choose a story for details or saving…")


def list_card(
    title: str,
    entries: Sequence[Entry],
    words: Translator,
    *,
    empty: Spans | str,
    pages: tuple[Action, ...] = (),
    lead: tuple[Spans, ...] = (),
    full: bool = False,
) -> Card:
    """Return a list of entries, or the sentence `empty` where there are none.

    More than a few have a line each, unless they are to be `full`.
    """
    entries = [entry.told_in(words.language) for entry in entries]
    if not entries:
        said = (Text(empty),) if isinstance(empty, str) else empty
        return Card(
            summary=shorten(plain_text(said), SUMMARY),
            language=words.language,
            title=(Text(title, Style.STRONG),),
            lead=(*lead, said),
            actions=pages,
        )
    titles = " · ".join(one_line(entry.title) for entry in entries)
    full = full or len(entries) <= FEW
    return Card(
        summary=shorten(f"{title}: {titles}", SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),),
        lead=lead,
        sections=tuple(
            entry_section(entry, words) if full else _dated(entry, words) for entry in entries
        ),
        menu="" if full else menu_of(words),
        actions=pages,
        tone=Tone.NEWS,
    )


def entry_card(entry: Entry, words: Translator, lead: tuple[Spans, ...] = ()) -> Card:
    """Return one whole entry, as it is told in the reader's language, and what to say first."""
    entry = entry.told_in(words.language)
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
    first = one_line(tags[0].tag)
    line = f'latest tag:"{first}"' if " " in first else f"latest tag:{first}"
    return message_card(
        tuple(spans),
        words,
        title=title,
        more=(words.spans("See one with {command}.", command=CommandText(line)),),
    )


def notice_card(notice: Notice, words: Translator) -> Card:
    """Return what the owner of a channel is told, once, of trouble with its posts."""
    channel, trouble = notice.channel, notice.trouble
    foreign = channel.owner.platform != channel.ref.platform
    place = f"{channel.ref.platform} · {channel.ref.id}" if foreign else channel.ref.id
    name = strong(one_line(channel.subscription.name) or place)
    broken = notice.kind is NoticeKind.BROKEN
    more: list[Spans] = [words.spans("Reason: {reason}", reason=stored(trouble.reason, words))]
    if trouble.remedy:
        more.append(stored(trouble.remedy, words))
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


def unfollow_action(words: Translator) -> Action:
    """Return the button by which somebody ends the posts to their own conversation."""
    return Action(words.gettext("Unfollow"), "unfollow")


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


def site_of(entry: Entry) -> str:
    """Return the site of an entry's main link, empty where it has none."""
    return host(entry.url).removeprefix("www.") if entry.url else ""


def tags_of(entry: Entry) -> str:
    """Return an entry's tags as they are typed."""
    return " ".join(f"#{one_line(tag)}" for tag in entry.tags)


def votes_of(entry: Entry, words: Translator) -> str:
    """Return how many voted for an entry, empty where nobody did."""
    return f"{_VOTE} {words.number(entry.votes)}" if entry.votes else ""


def vote_action(entry: Entry, words: Translator) -> Action:
    """Return the button that votes for an entry, or takes the vote back."""
    return Action(votes_of(entry, words) or _VOTE, "vote", {"id": str(entry.id)})


def star_action(entry: Entry, words: Translator) -> Action:
    """Return the button by which moderators mark an entry as a pick, or take the mark back."""
    label = words.gettext("Starred") if entry.starred else words.gettext("Star")
    return Action(f"{_STAR} {label}", "star", {"id": str(entry.id)})


def drafted_by(model: str, person: str, words: Translator) -> str:
    """Say which model drafted something, and who reviewed it."""
    name = one_line(person) or words.pgettext("person", "somebody")
    return words.gettext("drafted by {model}, reviewed by {name}", model=one_line(model), name=name)


def called(person: Actor, words: Translator) -> str:
    """Return what somebody is called; who was forgotten is somebody."""
    return one_line(str(person)) or words.pgettext("person", "somebody")


def strong(text: str) -> Text:
    """Return words that matter."""
    return Text(one_line(text), Style.STRONG)


def code(text: str) -> Text:
    """Return words to type."""
    return Text(text, Style.CODE)


def stored(sentence: str, words: Translator, style: Style = Style.PLAIN) -> Spans:
    """Return a sentence that was kept, such as a reason, on one line."""
    return tuple(
        Text(" ".join(clean(span.text).split("\n")), style) if isinstance(span, Text) else span
        for span in words.stored_spans(sentence)
    )


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


def first_sentence(note: str) -> str:
    """Return what a note begins with, on one line: a sentence, or two where one says little."""
    first = next((plain_text(spans) for spans in paragraphs(note)), "")
    line = one_line(first).lstrip(_BULLETS)
    ends = (sentence.end() for sentence in _SENTENCE.finditer(line))
    end = next((end for end in ends if end >= _SAYS_LITTLE), len(line))
    return shorten(line[:end], LINE_NOTE)


def _dated(entry: Entry, words: Translator) -> Section:
    """Return an entry as a heading and one line, which begins with its date."""
    section = line_section(entry, words)
    if entry.published is None:
        return section
    date = Text(words.date(entry.published))
    return replace(section, meta=(date, *((Text(" · "),) if section.meta else ()), *section.meta))


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
        pieces.append((Text(words.date(entry.published)),))
    pieces += [(Text(said),) for said in (site_of(entry), tags_of(entry)) if said]
    if entry.added_by:
        pieces.append((Text(words.gettext("by {name}", name=one_line(entry.added_by))),))
    if entry.status is Status.PUBLISHED and entry.votes:
        pieces.append((Text(votes_of(entry, words)),))
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
        star_action(entry, words),
    )


def _web(address: str | None) -> bool:
    return address is not None and address.casefold().startswith(("http://", "https://"))
