"""Commands about what a model drafts: asking for it, and deciding about it."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.context import Context
from bot.commands.forms import change_form
from bot.commands.lookup import about_entry
from bot.i18n.translator import LANGUAGE_NAMES, LANGUAGES, N_
from bot.port.card import Action, CommandText, Spans
from bot.port.command import Parameter, choice, yes_or_no
from bot.port.form import Kind
from bot.port.invocation import Reply, Role
from bot.port.problems import CommandProblem, Mistyped, NotFound
from bot.summaries.wishes import ENOUGH, own_language, summarisable
from bot.views import cards
from bot.views.drafts import drafts_card, edit_action
from bot.views.reviews import done_line
from store.model import Decision, DraftState, Entry, ModelDraft, Status


async def translate(
    context: Context,
    *,
    id: int,
    language: str | None,
    action: str | None,
    draft: int | None,
    title: str | None,
    note: str | None,
    publish: str,
) -> Reply:
    """Show what is drafted of an entry in a language, or let it be drafted; or decide about it."""
    if action == "next":
        return await next_draft(context, id)
    if action == "again" or (action is None and title is None):
        return await _shown(context, id, language, again=action == "again")
    entry, drafts = await context.store.draft_reviews.of_entry(id)
    chosen = _chosen(entry, drafts, language, draft)
    if action == "reject":
        await context.store.draft_reviews.reject(id, chosen.id, context.actor)
        text = context.words.spans("Rejected: {title}", title=cards.strong(chosen.title))
        return await _done(context, id, text)
    if action == "edit" and title is None:
        return _form(context, chosen, publish)
    if note is None:
        # A form that is sent without a note says that there is none.
        note = "" if context.invocation.submitted else chosen.note
    words = None if title is None else (title, note)
    if publish == "yes":
        told = await context.store.reviews.publish(
            id, context.actor, drafts=[chosen.id], words=words
        )
        text = done_line(Decision.PUBLISHED, told, context.words)
    else:
        told = await context.store.draft_reviews.accept(id, chosen.id, context.actor, words)
        shown = cards.strong(told.told_in(chosen.language).title)
        text = context.words.spans("Accepted: {title}", title=shown)
    return await _done(context, id, text, told)


async def summarize(context: Context, *, id: int) -> Reply:
    """Show the summary that is drafted of an entry in its own language, or let it be drafted."""
    entry = await context.store.entries.get(id)
    if not summarisable(entry):
        raise CommandProblem(
            "The note of entry {number} is too short to be summarised: it has fewer than {count} "
            "characters.",
            parameter="id",
            number=id,
            count=ENOUGH,
        )
    return await _shown(context, id, own_language(entry))


async def next_draft(context: Context, after: int, lead: tuple[Spans, ...] = ()) -> Reply:
    """Show the drafts of the next published entry that wait for a moderator."""
    found = await context.store.draft_reviews.next_ready(after)
    if found is None and after:
        found = await context.store.draft_reviews.next_ready()
    if found is None:
        return context.say("No draft waits for a moderator.", more=lead)
    entry, drafts = await context.store.draft_reviews.of_entry(found)
    waiting = [one for one in drafts if one.state is DraftState.READY]
    onward = await _onward(context, found)
    return Reply(drafts_card(entry, waiting, context.words, lead, onward), entries=(entry,))


async def _shown(
    context: Context, entry_id: int, language: str | None, *, again: bool = False
) -> Reply:
    """Show the draft of an entry in a language; where there is none, let it be made.

    `again`: also where it failed or was rejected.
    """
    entry, drafts = await context.store.draft_reviews.of_entry(entry_id)
    if language is None:
        # The asker's language, unless the entry is in it: then the other one.
        asker, own = context.words.language, own_language(entry)
        language = asker if asker != own else next(one for one in LANGUAGES if one != own)
    if language not in LANGUAGES:
        raise Mistyped("Nothing is drafted in this language.", parameter="language")
    known = {one.language: one for one in drafts}.get(language)
    gone = {DraftState.STALE, *((DraftState.FAILED, DraftState.REJECTED) if again else ())}
    if known is None or known.state in gone:
        maker = context.services.maker()
        if maker is None:
            raise CommandProblem(
                "No model is set up that drafts. The operator sets AINEWS_MODEL_URL and "
                "AINEWS_MODEL; docs/models.md says how."
            )
        if entry.status not in {Status.PENDING, Status.PUBLISHED}:
            raise CommandProblem(
                "Entry {number} is shown nowhere, so nothing is drafted of it.", number=entry_id
            )
        entry, known = await context.store.drafts.ask(entry_id, language, maker)
        context.services.wake()
    card = drafts_card(entry, [known], context.words)
    if entry.status is Status.PENDING and known.state is DraftState.READY:
        action = Action(
            context.words.gettext("Publish with the draft"),
            "review",
            {"action": "publish", "id": str(entry_id), "drafts": str(known.id)},
        )
        card = replace(card, actions=(action,))
    return Reply(card, entries=(entry,))


def _chosen(
    entry: Entry, drafts: tuple[ModelDraft, ...], language: str | None, number: int | None
) -> ModelDraft:
    """Return the draft that is meant: the one that was shown, else the only one that waits."""
    waiting = [one for one in drafts if language in {None, one.language}]
    ready = [one for one in waiting if one.state is DraftState.READY]
    if number is not None:
        ready = [one for one in waiting if one.id == number]
    if len(ready) > 1:
        raise Mistyped(
            "Several drafts wait for entry {number}. Say which: {example}",
            parameter="language",
            number=entry.id,
            example=CommandText(f"translate {entry.id} language:{ready[0].language}"),
        )
    if not ready:
        raise NotFound(
            "No such draft waits for entry {number}. {command} shows what there is.",
            number=entry.id,
            command=CommandText(f"translate {entry.id}"),
        )
    return ready[0]


def _form(context: Context, draft: ModelDraft, publish: str) -> Reply:
    return change_form(
        context,
        _TRANSLATE,
        {"title": draft.title, "note": draft.note},
        title=context.words.gettext("Edit the draft"),
        hidden={**edit_action(draft, context.words).arguments, "publish": publish},
        example=f'translate {draft.entry_id} title:"…" note:"…"',
        otherwise=N_("Say how it is to be told. Type, for example: {example}"),
    )


async def _done(context: Context, entry_id: int, text: Spans, *entries: Entry) -> Reply:
    """Say what a moderator did with a draft, with the way on."""
    context.services.wake()
    return context.done(text, actions=await _onward(context, entry_id), entries=entries)


async def _onward(context: Context, entry_id: int) -> tuple[Action, ...]:
    """Return the button to what waits next, where something does."""
    if queued := await context.next_in_queue():
        return queued
    reviews = context.store.draft_reviews
    following = await reviews.next_ready(entry_id) or await reviews.next_ready()
    if following in {None, entry_id}:
        return ()
    given = {"action": "next", "id": str(entry_id)}
    return (Action(context.words.gettext("Next"), "translate", given),)


_TRANSLATE = about_entry(
    "translate",
    "Let a model draft an entry in another language, and decide about it",
    translate,
    choice("language", "The language of the draft", LANGUAGE_NAMES, positional=True),
    choice(
        "action",
        "What to do with the draft; nothing: show it",
        {
            "accept": "Accept it",
            "edit": "Accept it in other words",
            "reject": "Reject it",
            "again": "Let it be written again",
            "next": "Show the next one",
        },
        positional=True,
    ),
    Parameter("title", "The headline", in_form=True, form_required=True),
    Parameter("note", "Why it matters, in your words", in_form=True, multiline=True),
    Parameter("draft", "The number of the draft that was shown", Kind.INTEGER),
    yes_or_no(
        "publish",
        "Whether it is published too, where it waits",
        no="It stays as it is",
        yes="It is published",
    ),
    needs=Role.MODERATOR,
    private=True,
    at_home=True,
    submit=N_("Save changes"),
    examples=("translate 12 ko accept",),
)

COMMANDS = (
    _TRANSLATE,
    about_entry(
        "summarize",
        "Let a model draft a short note for an entry",
        summarize,
        needs=Role.MODERATOR,
        private=True,
        at_home=True,
    ),
)
