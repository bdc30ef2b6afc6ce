"""Commands for moderators: adding, editing, retracting and restoring entries, and the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.commands.context import Context
from bot.commands.forms import form_of
from bot.commands.lookup import ENTRY_PARAMETER, PAGE_PARAMETER
from bot.i18n.translator import N_
from bot.port.card import Action, Card, Spans, Style, Text, Tone
from bot.port.command import Command, Parameter
from bot.port.form import Choice, Kind
from bot.port.invocation import Outcome, Reply, Role
from bot.port.problems import Mistyped
from bot.port.text import language_of_text, one_line
from bot.views import cards
from bot.views.reviews import undo_action
from store.entries.links import arxiv_month
from store.model import AuditRecord, Entry, EntryDraft, PublishedDate, Status

UNCHANGED: Final = object()
"""What `edit` receives for a parameter that was not given: the entry keeps what it has."""

_LOG = 10

_BARE_ADDRESS = re.compile(r"\S+://\S*|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/\S*")


async def add(
    context: Context,
    *,
    link: str | None,
    title: str | None,
    note: str | None,
    date: PublishedDate | None,
    tags: tuple[str, ...],
    image: str | None,
) -> Reply:
    """Add an entry and publish it; without a title, ask for the rest with a form."""
    words = context.words
    if link is not None:
        known = await context.store.entries.find_by_link(link)
        if known is not None:
            return duplicate_reply(context, known)
        date = date or arxiv_month(link)
    if title is None or (link is None and context.form_possible):
        if context.form_possible:
            values = _form_values(
                link=link, title=title, note=note, date=date, tags=tags, image=image
            )
            return Reply(
                cards.message_card(words.gettext("Check the form, then publish."), words),
                form=form_of(_ADD, words, values),
            )
        raise Mistyped(
            "The title is missing. Type, for example: {example}",
            parameter="title",
            example='/ainews add https://example.com title:"A headline"',
        )
    if link is None and _BARE_ADDRESS.fullmatch(title):
        raise Mistyped(
            "“{value}” looks like an address. Write it whole, with https:// before it.",
            parameter="link",
            value=title,
        )
    draft = EntryDraft(
        title=title,
        url=link,
        note=note or "",
        image=image,
        published=date,
        language=language_of_text(f"{title} {note or ''}"),
        tags=tags,
        added_by=context.actor.name or context.actor.id,
    )
    entry = await context.store.entries.add(draft, context.actor)
    context.services.wake()
    lead = (words.spans("Published as entry {number}.", number=cards.strong(str(entry.id))),)
    return Reply(_done(cards.entry_card(entry, words, lead)), entries=(entry,))


async def edit(
    context: Context,
    *,
    id: int,
    title: object,
    link: object,
    note: object,
    date: object,
    tags: object,
    image: object,
    publish: str,
) -> Reply:
    """Change what is given of an entry; where nothing is, ask with a form that is filled in."""
    words = context.words
    entry = await context.store.entries.get(id)
    given = {
        name: value
        for name, value in (
            ("title", title),
            ("url", link),
            ("note", note),
            ("published", date),
            ("tags", tags),
            ("image", image),
        )
        if value is not UNCHANGED
    }
    if not given:
        if context.form_possible:
            values = _form_values(
                link=entry.url,
                title=entry.title,
                note=entry.note,
                date=entry.published,
                tags=entry.tags,
                image=entry.image,
            )
            form = form_of(_EDIT, words, values)
            hidden = {"id": str(id)}
            if publish == "yes":
                form = replace(form, submit=words.gettext("Publish"))
                hidden["publish"] = publish
            return Reply(
                cards.message_card(words.gettext("Change what you want, then save."), words),
                form=replace(form, hidden=hidden),
            )
        raise Mistyped(
            "Say what to change. Type, for example: {example}",
            example=f'/ainews edit {id} title:"…" tags:llm,paper',
        )
    if publish == "yes":
        changed = await context.store.reviews.publish(id, context.actor, _draft(entry, given))
        context.services.wake()
        return Reply(await _published(context, changed), entries=(changed,))
    changed = await context.store.entries.edit(id, _draft(entry, given), context.actor)
    context.services.wake()
    lead = (words.spans("Entry {number} is changed.", number=cards.strong(str(id))),)
    return Reply(_done(cards.entry_card(changed, words, lead)), entries=(changed,))


async def _published(context: Context, entry: Entry) -> Card:
    """Return an entry that waited until now, with the way back and on."""
    words = context.words
    lead = (words.spans("Published as entry {number}.", number=cards.strong(str(entry.id))),)
    since = context.now() - context.services.review_for
    waits = (await context.store.reviews.queue(since)).count > 0
    onward = (Action(words.gettext("Next in the queue"), "review"),) if waits else ()
    return replace(
        _done(cards.entry_card(entry, words, lead)),
        actions=(undo_action(entry, words), *onward),
    )


async def retract(context: Context, *, id: int) -> Reply:
    """Take an entry back: out of every list, and out of the posts that carry it."""
    entry = await context.store.entries.retract(id, context.actor)
    context.services.wake()
    words = context.words
    return Reply(
        cards.message_card(
            words.spans("Retracted: {title}", title=cards.strong(entry.title)),
            words,
            tone=Tone.DONE,
            more=(words.spans("{command} undoes it.", command=cards.code(f"restore {id}")),),
            actions=(Action(words.gettext("Restore"), "restore", {"id": str(id)}),),
        ),
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
    lead = (context.words.spans("Entry {number} is back.", number=cards.strong(str(id))),)
    return Reply(_done(cards.entry_card(entry, context.words, lead)), entries=(entry,))


async def log(context: Context, *, id: int | None, page: int) -> Reply:
    """Answer with who changed what, newest first; of one entry where its number is given."""
    words = context.words
    subject = None if id is None else f"entry:{id}"
    size = context.page_size(_LOG)
    found = await context.store.audit.list(size, (page - 1) * size, subject)
    if not found.items:
        return Reply(cards.message_card(words.gettext("Nothing was changed yet."), words))
    arguments: Mapping[str, str] = {} if id is None else {"id": str(id)}
    return Reply(
        cards.message_card(
            _log_line(found.items[0], context),
            words,
            title=words.gettext("What was changed"),
            more=tuple(_log_line(record, context) for record in found.items[1:]),
            actions=cards.page_actions("log", arguments, page, words, more=found.more),
        )
    )


def duplicate_reply(context: Context, entry: Entry) -> Reply:
    """Return the entry that has the link already, instead of adding it twice."""
    words = context.words
    number = cards.strong(str(entry.id))
    if entry.status is Status.RETRACTED:
        lead = words.spans(
            "This story is entry {number}, which was retracted. {command} brings it back.",
            number=number,
            command=cards.code(f"restore {entry.id}"),
        )
    elif entry.status is Status.PENDING:
        lead = words.spans("This story waits for a moderator, as entry {number}.", number=number)
    elif entry.status is Status.SKIPPED:
        lead = words.spans(
            "This story is entry {number}, which was skipped. {command} publishes it.",
            number=number,
            command=cards.code(f"restore {entry.id}"),
        )
    else:
        lead = words.spans("This story is already here, as entry {number}.", number=number)
    card = replace(cards.entry_card(entry, words, (lead,)), tone=Tone.REFUSED)
    return Reply(card, Outcome.REFUSED, entries=(entry,), private=True)


def _done(card: Card) -> Card:
    return replace(card, tone=Tone.DONE)


def _draft(entry: Entry, given: Mapping[str, object]) -> EntryDraft:
    """Return the entry's content with what was given in its place; None empties a field."""
    if given.get("title", "") is None:
        raise Mistyped("An entry needs a title.", parameter="title")
    emptied = {"note": "", "tags": ()}
    values = {name: emptied.get(name) if value is None else value for name, value in given.items()}
    changed = replace(entry.draft, **values)  # type: ignore[arg-type]  # by kind, from typed_values
    return replace(changed, language=language_of_text(f"{changed.title} {changed.note}"))


def _form_values(
    *,
    link: str | None,
    title: str | None,
    note: str | None,
    date: PublishedDate | None,
    tags: tuple[str, ...],
    image: str | None,
) -> dict[str, str]:
    return {
        "link": link or "",
        "title": title or "",
        "note": note or "",
        "date": "" if date is None else date.iso,
        "tags": ", ".join(tags),
        "image": image or "",
    }


def _log_line(record: AuditRecord, context: Context) -> Spans:
    words = context.words
    moment = words.moment(record.at, context.services.timezone)
    return (
        Text(f"{moment} · ", Style.QUIET),
        cards.strong(str(record.actor)),
        Text(f" · {words.pgettext('change', record.action)} · {one_line(record.subject)}"),
    )


_TITLE = Parameter("title", "The headline", in_form=True, form_required=True)
_LINK = Parameter("link", "The address of the news", Kind.LINK, in_form=True)
_NOTE = Parameter("note", "Why it matters, in your words", in_form=True, multiline=True)
_DATE = Parameter("date", "When it came out: 2021-04-18, 2021-04 or 2021", Kind.DATE, in_form=True)
_TAGS = Parameter("tags", "Tags, divided by commas", Kind.TAGS, default=(), in_form=True)
_IMAGE = Parameter("image", "The address of a picture", Kind.LINK, in_form=True)

_ADD = Command(
    "add",
    "Add an entry",
    add,
    (
        replace(_LINK, positional=True),
        replace(_TITLE, positional=True, greedy=True),
        _NOTE,
        _DATE,
        _TAGS,
        _IMAGE,
    ),
    needs=Role.MODERATOR,
    submit=N_("Publish"),
    gives_entries=True,
    examples=(
        "/ainews add https://arxiv.org/abs/1706.03762",
        '/ainews add https://arxiv.org/abs/1706.03762 title:"Attention Is All You Need" tags:paper',
    ),
)

_EDIT = Command(
    "edit",
    "Change an entry, also in the posts that carry it",
    edit,
    (
        replace(ENTRY_PARAMETER, example="/ainews edit 12"),
        *(
            replace(parameter, default=UNCHANGED)
            for parameter in (_TITLE, _LINK, _NOTE, _DATE, _TAGS, _IMAGE)
        ),
        Parameter(
            "publish",
            "Whether it is published too, where it waits",
            Kind.CHOICE,
            default="no",
            choices=(Choice("no", "It stays as it is"), Choice("yes", "It is published")),
        ),
    ),
    needs=Role.MODERATOR,
    submit=N_("Save changes"),
    gives_entries=True,
    examples=("/ainews edit 12", "/ainews edit 12 tags:llm,paper date:2021-04"),
)

COMMANDS = (
    _ADD,
    _EDIT,
    Command(
        "retract",
        "Take an entry back, also out of the posts that carry it",
        retract,
        (replace(ENTRY_PARAMETER, example="/ainews retract 12"),),
        needs=Role.MODERATOR,
        gives_entries=True,
        examples=("/ainews retract 12",),
    ),
    Command(
        "restore",
        "Undo a retraction",
        restore,
        (replace(ENTRY_PARAMETER, example="/ainews restore 12"),),
        needs=Role.MODERATOR,
        gives_entries=True,
        examples=("/ainews restore 12",),
    ),
    Command(
        "log",
        "Who changed what, and when",
        log,
        (
            Parameter("id", "Only the changes of this entry", Kind.ENTRY, positional=True),
            PAGE_PARAMETER,
        ),
        needs=Role.MODERATOR,
        private=True,
        examples=("/ainews log", "/ainews log 12"),
    ),
)
