"""Entries become the sections of cards, and JSON. Pure: in the words given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.i18n.translator import N_, Translator
from bot.port.card import Action, LinkText, Section, Span, Spans, Style, Text, plain_text
from bot.port.text import ELLIPSIS, one_line, paragraphs, shorten, shorten_spans
from store.entries.links import host
from store.model import Entry, ModelDraft, SourceRules, Status

LIST_NOTE = 280
"""Graphemes of a note in a list: about three lines at 80 columns."""

LINE_NOTE = 80
"""Graphemes of a note on the one line that the other entries of a brief post have."""

_STANDS = {
    Status.RETRACTED: N_("retracted"),
    Status.PENDING: N_("waits for a moderator"),
    Status.SKIPPED: N_("skipped"),
}
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


def entry_section(entry: Entry, words: Translator, note_limit: int | None = LIST_NOTE) -> Section:
    """Return an entry as a section. `note_limit` is in graphemes; None shows the whole note."""
    title = one_line(entry.title)
    heading: Span = LinkText(title, entry.url) if entry.url else Text(title, Style.STRONG)
    number, image = str(entry.id), entry.image or ""
    details = Action(words.gettext("Details"), "show", {"id": number})
    body, full = paragraphs(entry.note), None
    actions: tuple[Action, ...] = ()
    if note_limit is None:
        body = (*body, *_further_links(entry, body, words))
    else:
        body, cut = _cut(body, note_limit)
        full, actions = details if cut else None, (details,)
    if entry.status is Status.PUBLISHED:
        save = Action(words.gettext("Save"), "save", {"id": number})
        actions = (*actions, save, vote_action(entry, words))
    return Section(
        heading=(heading,),
        body=body,
        meta=_meta(entry, words),
        image=image if image.casefold().startswith(("http://", "https://")) else None,
        image_title=title,
        entry_id=entry.id,
        full=full,
        actions=actions,
        curator_actions=_curator_actions(entry, words),
    )


def line_section(entry: Entry, words: Translator) -> Section:
    """Return an entry as a heading and one line: `site — first sentence`."""
    said = " — ".join(filter(None, (site_of(entry), first_sentence(entry.note))))
    said = dotted(said, votes_of(entry, words))
    meta = (Text(said),) if said else ()
    return replace(entry_section(entry, words), body=(), full=None, meta=meta, brief=True)


def site_of(entry: Entry) -> str:
    """Return the site of an entry's main link, empty where it has none."""
    return host(entry.url).removeprefix("www.") if entry.url else ""


def tags_of(tagged: Entry | ModelDraft | SourceRules) -> str:
    """Return the tags of something as they are typed."""
    return " ".join(f"#{one_line(tag)}" for tag in tagged.tags)


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


def dated_section(entry: Entry, words: Translator) -> Section:
    """Return an entry as a heading and one line, which begins with its date."""
    section = line_section(entry, words)
    date = (Text(words.date(entry.published)),) if entry.published else ()
    return replace(section, meta=joined(filter(None, (date, section.meta))))


def _further_links(entry: Entry, body: tuple[Spans, ...], words: Translator) -> tuple[Spans, ...]:
    """Return the links that the note does not show already, a line each under their title."""
    shown = {span.url for spans in body for span in spans if isinstance(span, LinkText)}
    links = [link for link in entry.links if link.url not in shown]
    if not links:
        return ()
    listed = (
        (Text("• "), LinkText(one_line(link.title or "") or link.url, link.url)) for link in links
    )
    return ((Text(words.gettext("Further links"), Style.STRONG),), *listed)


def _meta(entry: Entry, words: Translator) -> Spans:
    pieces = (
        words.date(entry.published) if entry.published else "",
        site_of(entry),
        tags_of(entry),
        words.gettext("by {name}", name=one_line(entry.added_by)) if entry.added_by else "",
        votes_of(entry, words) if entry.status is Status.PUBLISHED else "",
    )
    said = [(Text(piece),) for piece in pieces if piece]
    if entry.status in _STANDS:
        said.append((Text(words.gettext(_STANDS[entry.status]), Style.STRONG),))
    return joined(said)


def dotted(*pieces: str) -> str:
    """Return pieces on one line with a dot between them, but those that say nothing."""
    return " · ".join(filter(None, pieces))


def joined(pieces: Iterable[Spans]) -> Spans:
    """Return pieces on one line, with a dot between them."""
    return tuple(
        span
        for place, piece in enumerate(pieces)
        for span in ((Text(" · "), *piece) if place else piece)
    )


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


def entry_json(entry: Entry) -> dict[str, object]:
    """Return an entry in the public shape.

    `published` is ISO 8601, cut to its `precision`; both are None without a date. `links` are
    the further links, each with `url` and `title` (None where it has none). `renditions` are what
    is shown in other words, by language; `at` is when `reviewed_by` decided so.
    """
    published = entry.published
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "links": [{"url": link.url, "title": link.title} for link in entry.links],
        "note": entry.note,
        "published": published.iso if published else None,
        "precision": published.precision.value if published else None,
        "language": entry.language,
        "tags": list(entry.tags),
        "added_by": entry.added_by,
        "image": entry.image,
        "status": entry.status.value,
        "votes": entry.votes,
        "renditions": {
            one.language: {
                "title": one.title,
                "note": one.note,
                "drafted_by": one.drafted_by or None,
                "reviewed_by": one.reviewed_by,
                "at": one.at.isoformat(),
            }
            for one in entry.renditions
        },
    }


def export_json(entry: Entry) -> dict[str, object]:
    """Return an entry in the public shape, with its `key` where it has one.

    By its key an entry is known again when the export is imported.
    """
    return entry_json(entry) | ({"key": entry.key} if entry.key else {})
