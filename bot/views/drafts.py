"""What a model drafted, as moderators see it: below its source, with what to look at. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.i18n.translator import N_, Translator
from bot.port.card import Action, Card, Section, Span, Spans, Style, Text, plain_text
from bot.port.text import graphemes, one_line, paragraphs
from bot.views.cards import called, strong, titled_card
from bot.views.entries import dotted, entry_section, tags_of
from store.model import DraftCounts, DraftState, Entry, ModelDraft, Status

SOURCE = 1_200
"""Graphemes of the source above a draft: as much as a feed says."""

_TITLES = {"ko": N_("Draft in Korean"), "en": N_("Draft in English")}
_STATES = {
    DraftState.FAILED: N_("There is no draft: {reason}"),
    DraftState.ACCEPTED: N_("Accepted by {name}."),
    DraftState.EDITED: N_("Accepted by {name}, in their own words."),
    DraftState.REJECTED: N_("Rejected by {name}."),
}
_WRITTEN = N_("It is being written; look again in a moment.")


def drafts_card(
    entry: Entry,
    drafts: Sequence[ModelDraft],
    words: Translator,
    lead: tuple[Spans, ...] = (),
    actions: tuple[Action, ...] = (),
) -> Card:
    """Return an entry as it was written, and below it what was drafted of it."""
    title = words.gettext("Draft to review")
    source = replace(
        entry_section(entry, words, SOURCE), image=None, full=None, actions=(), curator_actions=()
    )
    sections = (source, *(draft_section(entry, one, words) for one in drafts))
    return titled_card(
        title, words, sections, said=one_line(entry.title), lead=lead, actions=actions
    )


def draft_section(entry: Entry, draft: ModelDraft, words: Translator) -> Section:
    """Return a draft with the buttons that decide about it alone, or how it stands."""
    label = f"{words.gettext(_TITLES.get(draft.language, draft.language))} · {draft.model}"
    if draft.state is not DraftState.READY:
        by = draft.by
        said = words.gettext(
            _STATES.get(draft.state, _WRITTEN),
            reason=one_line(words.stored(draft.reason)),
            name=called(by, words) if by else "",
        )
        actions: tuple[Action, ...] = ()
        if draft.state not in _STATES:
            actions = (draft_action(words.gettext("Look again"), draft),)
        elif draft.state in {DraftState.FAILED, DraftState.REJECTED}:
            actions = (draft_action(words.gettext("Write it again"), draft, "again"),)
        return Section(heading=(Text(one_line(label)),), body=((Text(said),),), actions=actions)
    pending = entry.status is Status.PENDING
    accept = () if pending else (draft_action(words.gettext("Accept"), draft, "accept"),)
    return Section(
        heading=(Text(one_line(draft.title), Style.STRONG),),
        body=tuple(_body(entry, draft, words)),
        meta=(Text(one_line(label)),),
        actions=(
            *accept,
            edit_action(draft, words, publish=pending),
            draft_action(words.gettext("Reject"), draft, "reject"),
        ),
    )


def draft_lines(
    entry: Entry, drafts: Sequence[ModelDraft], words: Translator, room: int
) -> tuple[Spans, ...]:
    """Return drafts as lines of their entry, for a desk; empty where they have no room there.

    `room` is in graphemes: nobody accepts what is not all shown.
    """
    lines: list[Spans] = []
    for draft in drafts:
        name = words.gettext(_TITLES.get(draft.language, draft.language))
        lines.append(
            (Text(f"{name} · {one_line(draft.model)}: ", Style.QUIET), strong(draft.title))
        )
        lines += _body(entry, draft, words)
    needed = sum(len(graphemes(plain_text(line))) for line in lines)
    return tuple(lines) if needed <= room else ()


def counts_lines(counts: DraftCounts, words: Translator, timezone: str) -> tuple[Spans, ...]:
    """Say how drafts stand, a line each; nothing where none was ever wanted."""
    states = counts.states
    if not states:
        return ()
    written = states.get(DraftState.WANTED, 0) + states.get(DraftState.MAKING, 0)
    ready = states.get(DraftState.READY, 0)
    accepted = counts.share(DraftState.ACCEPTED)
    edited = counts.share(DraftState.EDITED)
    shares = ""
    if accepted is not None and edited is not None:
        shares = words.gettext(
            "{accepted} % accepted, {edited} % edited",
            accepted=round(100 * accepted),
            edited=round(100 * edited),
        )
    said = dotted(
        words.ngettext(
            "{count} draft is to be written", "{count} drafts are to be written", written
        ),
        words.ngettext("{count} is to be reviewed", "{count} are to be reviewed", ready),
        words.gettext(
            "{day} tokens today, {month} this month",
            day=words.number(counts.tokens_day),
            month=words.number(counts.tokens_month),
        ),
        shares,
    )
    lines: list[Spans] = [(Text(said),)]
    if counts.failure is not None:
        lines.append(
            words.spans(
                "The last draft that failed: {moment}, entry {number}. {reason}",
                moment=words.moment(counts.failure.at, timezone),
                number=f"#{counts.failure.entry_id}",
                reason=one_line(words.stored(counts.failure.reason)),
            )
        )
    return tuple(lines)


def edit_action(draft: ModelDraft, words: Translator, *, publish: bool = False) -> Action:
    """Return the button that opens a draft in a form."""
    action = draft_action(words.gettext("Edit the draft"), draft, "edit")
    if not publish:
        return action
    return replace(action, arguments={**action.arguments, "publish": "yes"})


def draft_action(label: str, draft: ModelDraft, what: str = "") -> Action:
    """Return a button that does something with a draft, or shows it whole, with its source."""
    given = {"id": str(draft.entry_id), "language": draft.language}
    if what:
        given |= {"action": what, "draft": str(draft.id)}
    return Action(label, "translate", given)


def _body(entry: Entry, draft: ModelDraft, words: Translator) -> Iterator[Spans]:
    """Yield the note, what a moderator is to look at drawn strong in it, and why.

    Its tags are shown where the entry would get them.
    """
    for paragraph in paragraphs(draft.note):
        yield tuple(_strong_within(paragraph, [flag.words for flag in draft.flags if flag.words]))
    if draft.tags and not entry.tags:
        yield (Text(tags_of(draft), Style.QUIET),)
    for flag in draft.flags:
        yield (strong(f"⚠ {words.stored(flag.said)}"),)


def _strong_within(spans: Spans, marked: Sequence[str]) -> Iterator[Span]:
    for span in spans:
        place = 0
        if isinstance(span, Text) and span.style is Style.PLAIN:
            found = [(span.text.find(one), one) for one in marked]
            for start, one in sorted(each for each in found if each[0] >= 0):
                if start < place:
                    continue
                if start > place:
                    yield Text(span.text[place:start])
                yield Text(one, Style.STRONG)
                place = start + len(one)
            if place < len(span.text):
                yield Text(span.text[place:])
        else:
            yield span
