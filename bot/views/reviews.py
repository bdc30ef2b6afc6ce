"""What waits for moderators, as cards, and what members hear of what they suggested. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.i18n.translator import N_, Translator
from bot.port.card import (
    DRAWN_WHOLE,
    Action,
    Card,
    CommandText,
    LinkText,
    Section,
    Span,
    Spans,
    Style,
    Text,
)
from bot.port.text import one_line, shorten
from bot.views.cards import called, message_card, strong, titled_card
from bot.views.drafts import SOURCE, draft_action, draft_lines, draft_section, edit_action
from bot.views.entries import dotted, entry_section, site_of, star_action, tags_of
from store.entries.links import host
from store.model import Decision, DraftState, Entry, ModelDraft, ReviewItem, ReviewQueue, Status

_NOTE = 600
"""Graphemes of a note that is read to decide about it."""
_DESK_NOTE = 200
_SHOWN = (DraftState.READY, DraftState.FAILED)
_BESIDE_DRAFT = 120
"""The same, where drafts stand below it."""
_META = 100
"""Graphemes of an entry's last line."""

_WHY = 300
_SOURCES = 4

_DECIDED = {
    Decision.PUBLISHED: N_("Published by {name}."),
    Decision.SKIPPED: N_("Skipped by {name}."),
    Decision.JOINED: N_("Merged with entry {into} by {name}."),
}
_STANDS = {
    Status.PUBLISHED: N_("Published."),
    Status.RETRACTED: N_("Retracted."),
    Status.SKIPPED: N_("Skipped."),
}
"""What is said of an entry of which nobody knows who decided."""


def queue_card(
    queue: ReviewQueue, words: Translator, lead: tuple[Spans, ...] = (), of_source: int = 0
) -> Card:
    """Return the first of what waits, with the buttons by which a moderator decides.

    `of_source` is how many entries wait that came from the same source.
    """
    if queue.expired:
        gone = words.ngettext(
            "{count} entry left the queue: nobody decided in time.",
            "{count} entries left the queue: nobody decided in time.",
            queue.expired,
        )
        lead = (*lead, (Text(gone, Style.QUIET),))
    title = words.gettext("For review")
    if queue.first is None:
        first, *more = (*lead, words.spans("Nothing waits for a moderator."))
        return message_card(first, words, title=title, more=more)
    item = queue.first
    waits = words.ngettext("{count} entry waits.", "{count} entries wait.", queue.count)
    drafts = [draft for draft in item.drafts if draft.state in _SHOWN]
    return titled_card(
        title,
        words,
        (
            _section(item, words, SOURCE if item.ready else _NOTE),
            *(draft_section(item.entry, draft, words) for draft in drafts),
        ),
        said=one_line(item.entry.title),
        lead=(*lead, (Text(waits),)),
        actions=(
            *_decisions(item, item.ready, words, queued=True),
            *_source_actions(item.entry, of_source, words),
        ),
    )


def desk_card(items: Sequence[ReviewItem], words: Translator) -> Card:
    """Return what arrived at a desk, each entry with its buttons or with what was decided."""
    waiting = [item for item in items if item.entry.status is Status.PENDING]
    title = words.gettext("For review")
    return titled_card(
        title,
        words,
        (_desk_section(item, words, DRAWN_WHOLE // len(items)) for item in items),
        said=" · ".join(one_line(item.entry.title) for item in waiting or items),
        footer=words.spans("{command} shows everything that waits.", command=CommandText("review"))
        if waiting
        else (),
    )


def decision_line(item: ReviewItem, words: Translator) -> Spans:
    """Say what was decided about an entry, and by whom, where that is known."""
    review, status = item.review, item.entry.status
    decision = review.decision if review else None
    decided = Status.PUBLISHED if decision is Decision.PUBLISHED else Status.SKIPPED
    if review is None or decision is None or status is not decided:
        return (Text(words.gettext(_STANDS[status])),)
    name = strong(called(review.by, words))
    return words.spans(_DECIDED[decision], name=name, into=f"#{review.into}")


def undo_action(entry: Entry, words: Translator) -> Action:
    """Return the button that takes a decision back."""
    return Action(words.gettext("Undo"), "review", {"action": "undo", "id": str(entry.id)})


def outcome_card(item: ReviewItem, into: Entry | None, words: Translator) -> Card:
    """Return what a member is told of what they suggested; `into` is the entry that has it."""
    shown = into or item.entry
    title: Span = LinkText(one_line(shown.title), shown.url) if shown.url else strong(shown.title)
    text = N_("The moderators decided against your suggestion: {title}")
    if into is not None:
        text = N_("Your suggestion was merged into this entry: {title}")
    elif item.entry.status is Status.PUBLISHED:
        text = N_("Your suggestion was published: {title}")
    return message_card(words.spans(text, title=title), words)


def _desk_section(item: ReviewItem, words: Translator, room: int) -> Section:
    """Return what a desk shows of an entry; `room` is in graphemes."""
    entry = item.entry
    if entry.status is Status.PENDING:
        section = _section(item, words, _BESIDE_DRAFT if item.ready else _DESK_NOTE)
        taken = len(entry.title) + len(entry.url or "") + _BESIDE_DRAFT + _META
        lines = draft_lines(entry, item.ready, words, room - taken)
        actions = _decisions(item, item.ready if lines else (), words, queued=False)
        if item.ready and not lines:
            look = draft_action(words.gettext("Look at the draft"), item.ready[0])
            actions = (look, *actions)
        body = (*section.body, *lines)
        return replace(section, image=None, body=body, actions=actions)
    section = replace(_section(item, words, _DESK_NOTE), image=None)
    undo = (undo_action(entry, words),) if item.undoable else ()
    return replace(section, body=(decision_line(item, words),), actions=undo)


def _section(item: ReviewItem, words: Translator, limit: int) -> Section:
    """Return an entry as moderators see it, without buttons."""
    entry, suggestion = item.entry, item.suggestion
    section = entry_section(entry, words, limit)
    body = section.body
    if suggestion is not None:
        said = words.spans("Suggested by {name}.", name=strong(called(suggestion.by, words)))
        why = shorten(one_line(suggestion.why), _WHY)
        body = ((*said, Text(f" “{why}”")) if why else said, *body)
    if item.offered is not None and entry.status is Status.PENDING:
        number = strong(f"#{item.offered}")
        body = (*body, words.spans("It may be the same as {number}.", number=number))
    return replace(
        section, body=body, meta=_meta(item, words), full=None, actions=(), curator_actions=()
    )


def _meta(item: ReviewItem, words: Translator) -> Spans:
    """Return an entry's date, site, sources and tags: its number stands before them."""
    entry = item.entry
    names = [source.name for source in item.sources] or [entry.added_by]
    names += [link.title or host(link.url).removeprefix("www.") for link in entry.links]
    if item.suggestion is not None:
        names = [name for name in names if name != entry.added_by]
    sources = [one_line(name) for name in dict.fromkeys(names) if name]
    more = f" +{len(sources) - _SOURCES}" if len(sources) > _SOURCES else ""
    named = ", ".join(sources[:_SOURCES]) + more
    date = words.date(entry.published) if entry.published else ""
    return (Text(dotted(date, site_of(entry), named, tags_of(entry))),)


def _decisions(
    item: ReviewItem, drafts: Sequence[ModelDraft], words: Translator, *, queued: bool
) -> tuple[Action, ...]:
    """Return the buttons by which a moderator decides; in the queue, the next one is shown then.

    `drafts` are those that the card shows.
    """
    entry = item.entry
    number = {"id": str(entry.id)}

    def action(label: str, what: str, **more: str) -> Action:
        further = {"next": "yes"} if queued else {}
        return Action(label, "review", {"action": what, **number, **further, **more})

    later = (action(words.gettext("Later"), "later"),) if queued else ()
    edit = Action(words.gettext("Edit"), "edit", {**number, "publish": "yes"})
    publish: tuple[Action, ...] = (action(words.gettext("Publish"), "publish"),)
    if drafts:
        shown = ",".join(str(draft.id) for draft in drafts)
        publish = (
            action(words.gettext("Publish with the draft"), "publish", drafts=shown),
            action(words.gettext("Publish without it"), "publish", drafts="none"),
        )
        edit = edit if queued else edit_action(drafts[0], words, publish=True)
    return (
        *publish,
        edit,
        action(words.gettext("Skip"), "skip"),
        action(words.gettext("Same as…"), "same"),
        *later,
        *((star_action(entry, words),) if queued or not drafts else ()),
    )


def _source_actions(entry: Entry, count: int, words: Translator) -> tuple[Action, ...]:
    """Return the buttons that decide about all that waits from the entry's source."""
    if count <= 1:
        return ()
    number = {"id": str(entry.id), "next": "yes"}
    publish = words.gettext("Publish all of this source ({count})", count=words.number(count))
    skip = words.gettext("Skip the rest of it ({count})", count=words.number(count))
    return (
        Action(publish, "review", {"action": "all", **number}),
        Action(skip, "review", {"action": "rest", **number}),
    )


DONE = {
    Decision.PUBLISHED: N_("Published as entry {number}: {title}"),
    Decision.SKIPPED: N_("Skipped: {title}"),
    Decision.JOINED: N_("Merged with entry {number}: {title}"),
}
"""What is said to the moderator who decided."""


def done_line(decision: Decision, entry: Entry, words: Translator) -> Spans:
    """Say what a moderator decided about an entry."""
    return words.spans(DONE[decision], number=strong(str(entry.id)), title=strong(entry.title))
