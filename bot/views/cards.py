"""Answers become cards. Pure: values in, cards out, in the words given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.delivery.digest import FEW
from bot.i18n.translator import N_, Translator
from bot.port.card import Action, Card, CommandText, Section, Spans, Style, Text, Tone, plain_text
from bot.port.platform import PlatformPlugin
from bot.port.text import clean, one_line, shorten
from bot.views.entries import dated_section, entry_section, joined
from store.model import Actor, Entry, Notice, NoticeKind, TagCount

SUMMARY = 300
"""Graphemes of a card's plain summary, which phones cut off sooner."""

MENU = N_("Choose a story for details or saving…")
"""What the one menu is for that goes with entries of a line each."""


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
        card = message_card(empty, words, title=title, actions=pages)
        return replace(card, lead=(*lead, *card.lead))
    titles = " · ".join(one_line(entry.title) for entry in entries)
    full = full or len(entries) <= FEW
    section = entry_section if full else dated_section
    return titled_card(
        title,
        words,
        (section(entry, words) for entry in entries),
        said=titles,
        lead=lead,
        menu="" if full else words.gettext(MENU),
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
    title: str = "",
    more: Sequence[Spans] = (),
    **parts: Any,
) -> Card:
    """Return a sentence or a few as a card. `parts` are further fields of it."""
    spans = (Text(text),) if isinstance(text, str) else text
    return Card(
        summary=shorten(plain_text(spans), SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),) if title else (),
        lead=(spans, *more),
        **parts,
    )


def tags_card(tags: Sequence[TagCount], words: Translator) -> Card:
    """Return the tags with the number of entries that carry each."""
    title = words.gettext("Tags")
    if not tags:
        return message_card(words.gettext("No entry has a tag yet."), words, title=title)
    spans = joined((strong(tag.tag), Text(f" {words.number(tag.count)}")) for tag in tags)
    first = one_line(tags[0].tag)
    line = f'latest tag:"{first}"' if " " in first else f"latest tag:{first}"
    more = words.spans("See one with {command}.", command=CommandText(line))
    return message_card(spans, words, title=title, more=(more,))


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
    if broken:
        text = words.spans("AI news can no longer be posted to {channel}.", channel=name)
        more.append(words.spans("Nothing is lost: once it works, the news is posted."))
    else:
        text = words.spans("A post of AI news did not reach {channel}.", channel=name)
        more.append(words.spans("Nothing is lost: its news comes with the next post."))
    return message_card(text, words, tone=Tone.FAILED, more=more)


def titled_card(
    title: str, words: Translator, sections: Iterable[Section], *, said: str = "", **parts: Any
) -> Card:
    """Return sections under a title, with what is `said` of them in the plain summary.

    `parts` are further fields of the card.
    """
    return Card(
        summary=shorten(f"{title}: {said}" if said else title, SUMMARY),
        language=words.language,
        title=(Text(title, Style.STRONG),),
        sections=tuple(sections),
        **parts,
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


def called(person: Actor, words: Translator) -> str:
    """Return what somebody is called; who was forgotten is somebody."""
    return one_line(str(person)) or words.pgettext("person", "somebody")


def strong(text: str) -> Text:
    """Return words that matter."""
    return Text(one_line(text), Style.STRONG)


def stored(sentence: str, words: Translator, style: Style = Style.PLAIN) -> Spans:
    """Return a sentence that was kept, such as a reason, on one line."""
    return tuple(
        Text(" ".join(clean(span.text).split("\n")), style) if isinstance(span, Text) else span
        for span in words.stored_spans(sentence)
    )


def welcome_card(others: Sequence[PlatformPlugin], words: Translator, *, empty: bool) -> Card:
    """Return what to try first, and how the platforms of `others` are set up.

    `empty`: there is no entry yet.
    """
    more: list[Spans] = []
    if empty:
        more.append(
            words.spans(
                "The digest is empty. {add} adds an entry; {import_} in your shell reads a whole "
                "file, and {sample} a few entries to look around with.",
                add=CommandText("add https://…"),
                import_=Text("ainews import FILE", Style.CODE),
                sample=Text("ainews import --sample", Style.CODE),
            )
        )
    if others:
        more.append(
            words.spans(
                "To bring it to {platforms}, type {init} in your shell: it asks for all it needs.",
                platforms=Text(", ".join(plugin.name.title() for plugin in others), Style.STRONG),
                init=Text("ainews init", Style.CODE),
            )
        )
    return message_card(
        words.spans(
            "Type {latest}, {search} or {help}. {schedule} posts the news here every morning.",
            latest=CommandText("latest"),
            search=CommandText("search 모델"),
            help=CommandText("help"),
            schedule=CommandText("schedule daily 09:00"),
        ),
        words,
        title="AINews",
        more=tuple(more),
    )
