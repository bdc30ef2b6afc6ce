"""What people put into the digest: suggested, added, edited, and taken back by moderators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from bot.commands.context import Context
from bot.commands.forms import change_form, form_of
from bot.commands.lookup import about_entry
from bot.i18n.translator import N_, Translator
from bot.pages import completed
from bot.port.card import Action, CommandText, Tone
from bot.port.command import Parameter, choice, declare, yes_or_no
from bot.port.form import Form, Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.page import PageUnread
from bot.port.problems import CommandProblem, Mistyped
from bot.port.text import language_of_text
from bot.views import cards
from bot.views.reviews import undo_action
from store.entries.links import arxiv_month
from store.model import Entry, EntryDraft, PublishedDate, Status

UNCHANGED: Final = object()
"""What `edit` receives for a parameter that was not given: the entry keeps what it has."""

_COLUMNS = {"link": "url", "date": "published"}
"""The fields of an entry whose parameters have another name."""

_KNOWN = {
    Status.PUBLISHED: N_("This story is already here, as entry {number}."),
    Status.PENDING: N_("This story waits for a moderator, as entry {number}."),
    Status.RETRACTED: N_(
        "This story is entry {number}, which was retracted. {command} brings it back."
    ),
    Status.SKIPPED: N_("This story is entry {number}, which was skipped. {command} publishes it."),
}
_NO_TITLE = N_("An entry needs a title.")
_BARE_ADDRESS = re.compile(
    r"(?<!\S)(\w+:/{1,2}\S*|https?/{1,2}\S+|www\.[\w-]+\.\S+"
    r"|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*)",
    re.IGNORECASE,
)
"""What a person meant as the link, in a title."""


async def add(
    context: Context,
    *,
    link: str | None,
    title: str | None,
    note: str | None,
    date: PublishedDate | None,
    **fields: Any,
) -> Reply:
    """Add an entry and publish it; without a title, ask for the rest with a form.

    What is missing comes from the page behind the link, where that can be read.
    """
    draft = EntryDraft(
        title=title or "",
        url=link,
        note=note or "",
        published=date,
        **fields,
        added_by=str(context.actor),
    )
    unread = None
    if link is not None:
        known = await context.store.entries.find_by_link(link)
        if known is None and title is None and not context.invocation.submitted:
            draft, unread = await _with_page(context, draft)
            known = await context.store.entries.find_by_link(draft.url or link)
        if known is not None:
            return duplicate_reply(context, known)
        draft = replace(draft, published=draft.published or arxiv_month(link))
    if context.form_possible and (title is None or link is None):
        form = _form(context.words, draft, unread)
        return context.say("Check the form, then publish.", form=form)
    pages = context.services.pages
    if pages is not None and context.invocation.submitted:
        draft = pages.with_late(draft)
    if not draft.title:
        raise _no_title(context, unread)
    if link is None and (address := _BARE_ADDRESS.search(draft.title)):
        raise Mistyped(
            "“{value}” looks like an address. Write it in full, beginning with https://.",
            parameter="link",
            value=address[1],
        )
    draft = replace(draft, language=_language(draft))
    entry = await context.store.entries.add(draft, context.actor)
    context.services.wake()
    if pages is not None:
        pages.fill_later(entry, context.actor)
    return _now(context, N_("Published as entry {number}."), entry)


async def _with_page(context: Context, draft: EntryDraft) -> tuple[EntryDraft, PageUnread | None]:
    """Return a draft with what its page says, and why the page said nothing."""
    pages = context.services.pages
    if pages is None or draft.url is None:
        return draft, None
    try:
        patience = pages.form_patience if context.form_possible else None
        facts = await pages.facts(draft.url, patience)
    except PageUnread as unread:
        return draft, unread
    return (draft if facts is None else replace(completed(draft, facts), url=facts.url)), None


def _form(words: Translator, draft: EntryDraft, unread: PageUnread | None) -> Form:
    """Return the form of `add`, which says at the link why its page was not read."""
    values = _form_values(draft)
    if draft.language:
        values["language"] = draft.language
    form = form_of(_ADD, words, values)
    if unread is None:
        return form
    said = words.gettext(unread.reason, **unread.values)
    fields = (replace(one, hint=said) if one.name == "link" else one for one in form.fields)
    return replace(form, fields=tuple(fields))


def _no_title(context: Context, unread: PageUnread | None) -> Mistyped:
    if context.invocation.submitted:
        return Mistyped(_NO_TITLE, parameter="title")
    example = CommandText('add https://arxiv.org/abs/1706.03762 title:"Attention Is All You Need"')
    if unread is None:
        return Mistyped(
            "The title is missing. Type, for example: {example}", parameter="title", example=example
        )
    return Mistyped(
        "The title is missing, and its page does not say it. {reason} Type, for example: {example}",
        parameter="title",
        reason=context.words.gettext(unread.reason, **unread.values),
        example=example,
    )


async def edit(context: Context, *, id: int, publish: str, **fields: object) -> Reply:
    """Change what is given of an entry; where nothing is, ask with a form that is filled in."""
    entry = await context.store.entries.get(id)
    given = {
        _COLUMNS.get(name, name): value for name, value in fields.items() if value is not UNCHANGED
    }
    if not given:
        return change_form(
            context,
            _EDIT,
            _form_values(entry.draft),
            title=context.words.gettext("Edit #{number}", number=id),
            hidden={"id": str(id)} | ({"publish": publish} if publish == "yes" else {}),
            example=f'edit {id} title:"…" tags:llm,paper',
        )
    if publish == "yes":
        changed = await context.store.reviews.publish(id, context.actor, _draft(entry, given))
        context.services.wake()
        actions = (undo_action(changed, context.words), *await context.next_in_queue())
        return _now(context, N_("Published as entry {number}."), changed, actions)
    changed = await context.store.entries.edit(id, _draft(entry, given), context.actor)
    for said in await context.store.entry_sources.changed(id):
        # Whatever a source says now of it was before the moderator's eyes.
        await context.store.entry_sources.settle_change(said.item_id)
    context.services.wake()
    return _now(context, N_("Entry {number} was changed."), changed)


async def retract(context: Context, *, id: int) -> Reply:
    """Take an entry back: out of every list, and out of the posts that carry it."""
    entry = await context.store.entries.retract(id, context.actor)
    context.services.wake()
    words = context.words
    return context.done(
        "Retracted: {title}",
        title=cards.strong(entry.title),
        more=(words.spans("{command} undoes it.", command=CommandText(f"restore {id}")),),
        actions=(Action(words.gettext("Restore"), "restore", {"id": str(id)}),),
        entries=(entry,),
    )


async def restore(context: Context, *, id: int) -> Reply:
    """Undo a retraction."""
    before = await context.store.entries.get(id)
    if before.status is Status.PENDING:
        entry = await context.store.reviews.publish(id, context.actor)
    else:
        entry = await context.store.entries.restore(id, context.actor)
    context.services.wake()
    return _now(context, N_("Entry {number} is back."), entry)


def duplicate_reply(context: Context, entry: Entry) -> Reply:
    """Return the entry that has the link already, instead of adding it twice."""
    lead = context.words.spans(
        _KNOWN[entry.status],
        number=cards.strong(str(entry.id)),
        command=CommandText(f"restore {entry.id}"),
    )
    card = replace(cards.entry_card(entry, context.words, (lead,)), tone=Tone.REFUSED)
    return Reply(card, Outcome.REFUSED, entries=(entry,), private=True)


def _now(context: Context, text: str, entry: Entry, actions: tuple[Action, ...] = ()) -> Reply:
    """Say what was done, over the entry as it is now."""
    lead = context.words.spans(text, number=cards.strong(str(entry.id)))
    card = cards.entry_card(entry, context.words, (lead,))
    return Reply(replace(card, tone=Tone.DONE, actions=actions), entries=(entry,))


def _draft(entry: Entry, given: Mapping[str, object]) -> EntryDraft:
    """Return the entry's content with what was given in its place; None empties a field."""
    if given.get("title", "") is None:
        raise Mistyped(_NO_TITLE, parameter="title")
    emptied = {"note": "", "tags": ()}
    values = {name: emptied.get(name) if value is None else value for name, value in given.items()}
    changed = replace(entry.draft, **values)  # type: ignore[arg-type]  # by kind, from typed_values
    return replace(changed, language=_language(changed))


def _language(draft: EntryDraft) -> str:
    """Return the language of what people read: Korean where any of it is, else the page's own."""
    shown = language_of_text(f"{draft.title} {draft.note}")
    own = draft.language
    return own if own and "ko" not in {own, shown} else shown


def _form_values(draft: EntryDraft) -> dict[str, str]:
    return {
        "link": draft.url or "",
        "title": draft.title,
        "note": draft.note,
        "date": draft.published.iso if draft.published else "",
        "tags": ", ".join(draft.tags),
    }


async def suggest(
    context: Context, *, link: str, why: str | None, title: str | None, hear: str
) -> Reply:
    """Let a link wait for the moderators."""
    words = context.words
    known = await context.store.suggestions.story_of(link)
    if known is not None:
        return _known(context, known)
    draft = EntryDraft(
        title=title or "",
        url=link,
        language=language_of_text(title) if title else None,
        added_by=str(context.actor),
    )
    if context.services.pages is not None:
        # A page that says nothing is no reason to refuse what somebody found.
        with suppress(PageUnread):
            facts = await context.services.pages.facts(link)
            draft = draft if facts is None else completed(draft, facts)
    if not draft.title:
        # Until a moderator gives one: the address without its form.
        parts = urlsplit(link)
        site = parts.netloc.removeprefix("www.")
        draft = replace(draft, title=f"{site}{parts.path.rstrip('/')}")
    await context.store.suggestions.suggest(
        draft, why or "", context.actor, words.language, hears=hear == "yes"
    )
    context.services.wake()
    thanks = N_("Thank you. A moderator will look at it.")
    if hear == "yes":
        thanks = N_("Thank you. A moderator will look at it, and you will hear the result.")
    return context.done(thanks)


def _known(context: Context, entry: Entry) -> Reply:
    """Say what became of a link that is known; members hear nothing of what was left out."""
    if entry.status is Status.PUBLISHED or Role.MODERATOR in context.roles:
        return duplicate_reply(context, entry)
    if entry.status is Status.PENDING:
        raise CommandProblem("This link waits for a moderator already.", parameter="link")
    raise CommandProblem("The moderators decided against this link.", parameter="link")


_TITLE = Parameter("title", "The headline", in_form=True, form_required=True, plain=True)
_LINK = Parameter("link", "The address of the news", Kind.LINK, in_form=True, plain=True)
_NOTE = Parameter("note", "Why it matters, in your words", in_form=True, multiline=True)
_DATE = Parameter("date", "When it came out: 2021-04-18, 2021-04 or 2021", Kind.DATE, in_form=True)
_TAGS = Parameter("tags", "Tags, separated by commas", Kind.TAGS, default=(), in_form=True)
_IMAGE = Parameter("image", "The address of a picture", Kind.LINK)

_LANGUAGE = Parameter("language", "The language of the news: ko, en, ja")

_ADD = declare(
    "add",
    "Add an entry",
    add,
    replace(_LINK, positional=True),
    replace(_TITLE, positional=True, greedy=True),
    _NOTE,
    _DATE,
    _TAGS,
    _IMAGE,
    _LANGUAGE,
    needs=Role.MODERATOR,
    submit=N_("Publish"),
    gives_entries=True,
    examples=(
        "add https://arxiv.org/abs/1706.03762",
        'add https://arxiv.org/abs/1706.03762 title:"Attention Is All You Need" tags:paper',
    ),
)

_EDIT = about_entry(
    "edit",
    "Change an entry, also in the posts that carry it",
    edit,
    *(
        replace(parameter, default=UNCHANGED)
        for parameter in (_TITLE, _LINK, _NOTE, _DATE, _TAGS, _IMAGE)
    ),
    yes_or_no(
        "publish",
        "Whether to publish it too, if it waits",
        no="It stays as it is",
        yes="It is published",
    ),
    needs=Role.MODERATOR,
    submit=N_("Save changes"),
    examples=("edit 12 tags:llm,paper date:2021-04",),
)


COMMANDS = (
    _ADD,
    _EDIT,
    about_entry(
        "retract",
        "Take an entry back, also out of the posts that carry it",
        retract,
        needs=Role.MODERATOR,
    ),
    about_entry("restore", "Undo a retraction", restore, needs=Role.MODERATOR),
    declare(
        "suggest",
        "Suggest a link to the moderators",
        suggest,
        Parameter(
            "link",
            "The address of the news",
            Kind.LINK,
            required=True,
            positional=True,
            example="suggest https://example.com/news",
        ),
        Parameter("why", "Why it matters, in your words", positional=True, greedy=True),
        Parameter("title", "The headline"),
        choice(
            "hear",
            "Whether you are told the result in private",
            {"yes": "Tell me", "no": "Do not tell me"},
            default="yes",
        ),
        private=True,
        at_home=True,
        form_title=N_("Suggest a link"),
        submit=N_("Suggest"),
        examples=(
            "suggest https://example.com/news",
            'suggest https://example.com/news why:"The first open one of its size"',
        ),
    ),
)
