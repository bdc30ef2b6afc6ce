"""Commands for moderators: where entries come from on their own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from bot.commands.context import Context
from bot.commands.curation import UNCHANGED
from bot.commands.feeds import EXAMPLE, Given, add, rules_given, starter, tried
from bot.commands.forms import change_form
from bot.commands.lookup import PAGE_PARAMETER
from bot.i18n.translator import LANGUAGE_NAMES, N_, Translator
from bot.port.card import Action, Card, CommandText, Spans, Tone
from bot.port.command import Parameter, choice, declare
from bot.port.form import Kind
from bot.port.invocation import DataReply, Reply, Role
from bot.port.problems import Mistyped, NotFound
from bot.port.text import one_line, shorten
from bot.views import cards
from bot.views import sources as views
from store.model import Source, SourceState

PAGE = 10

_ALIKE = 5
_NAME = 80
_NUMBER = re.compile(r"[#＃]?(\d{1,9})")


async def sources(context: Context, *, page: int) -> Reply:
    """Say how the sources do, those in trouble first, a page at a time."""
    words = context.words
    found = sorted(
        await context.store.sources.list(),
        key=lambda one: one.polling.failing_since is None and one.state is not SourceState.GONE,
    )
    size = context.page_size(PAGE)
    shown = found[(page - 1) * size : page * size]
    if not found:
        return _none(words)
    paces = await _paces(context, found)
    lead = words.ngettext("{count} source", "{count} sources", len(found))
    failing = sum(one.polling.failing_since is not None for one in found)
    if failing:
        failing_text = words.ngettext("{count} fails", "{count} fail", failing)
        lead = f"{lead} · {failing_text}"
    more = len(found) > page * size
    card = cards.message_card(
        lead,
        words,
        title=words.gettext("Sources"),
        more=() if shown else (words.spans("There is no page {page}.", page=page),),
        actions=cards.page_actions("sources", {}, page, words, more=more),
        sections=tuple(
            views.source_section(one, words, context.timezone, paces[one.id]) for one in shown
        ),
    )
    return Reply(card, data=DataReply({}, "sources", lambda: _all(found, paces)))


async def source(context: Context, *, action: str, source: str | None, **given: object) -> Reply:
    """Add a source, show it, change it, or try what it would bring."""
    said = {name: value for name, value in given.items() if value is not UNCHANGED}
    if action in _ADDING:
        return await _ADDING[action](context, source, said)
    found = await _named(context, source, action)
    match action:
        case "edit":
            return await _edit(context, found, said)
        case "try":
            return await tried(context, found, said)
        case _:
            return await _ACTIONS[action](context, found)


async def _edit(context: Context, found: Source, given: Given) -> Reply:
    """Change what is given of a source; where nothing is, ask with a form that is filled in."""
    words = context.words
    if not given:
        return change_form(
            context,
            _SOURCE,
            _form_values(found),
            title=words.gettext("Edit source {number}", number=found.id),
            hidden={"action": "edit", "source": str(found.id)},
            example=f"source edit {found.id} tags:llm,paper review:no",
        )
    name = str(given.get("name") or found.name)
    rules = rules_given(found.rules, given)
    changed = await context.store.sources.edit(found.id, name, rules, context.actor)
    lead = (words.spans("Source {number} was changed.", number=cards.strong(str(found.id))),)
    return await _show(context, changed, lead)


async def _pause(context: Context, found: Source) -> Reply:
    await context.store.sources.pause(found.id, context.actor)
    more = context.words.spans(
        "What it brought stays, and what waits for a moderator still waits. {command} continues "
        "it.",
        command=CommandText(f"source resume {found.id}"),
    )
    return context.done("{name} is paused.", name=cards.strong(found.name), more=(more,))


async def _resume(context: Context, found: Source) -> Reply:
    changed = await context.store.sources.resume(found.id, context.actor)
    context.services.wake()
    lead = context.words.spans("{name} is active again.", name=cards.strong(found.name))
    return await _show(context, changed, (lead,))


async def _remove(context: Context, found: Source) -> Reply:
    await context.store.sources.remove(found.id, context.actor)
    words = context.words
    more = words.spans("What it brought stays, and what waits for a moderator still waits.")
    again = {"action": "add", "source": found.address, **_form_values(found)}
    given = {name: value for name, value in again.items() if value}
    action = Action(words.gettext("Add it again"), "source", given)
    return context.done(
        "{name} is no longer a source.",
        name=cards.strong(found.name),
        more=(more,),
        actions=(action,),
    )


async def _show(context: Context, found: Source, lead: tuple[Spans, ...] = ()) -> Reply:
    """Return one source, whole, with what is to be said of it first."""
    words = context.words
    pace = (await _paces(context, [found]))[found.id]
    section = views.source_section(found, words, context.timezone, pace, whole=True)
    return Reply(
        Card(
            summary=one_line(found.name),
            language=words.language,
            lead=lead,
            sections=(section,),
            tone=Tone.DONE if lead else Tone.INFO,
        )
    )


_ADDING = {"add": add, "starter": starter}
_ACTIONS: Mapping[str, Callable[[Context, Source], Awaitable[Reply]]] = {
    "show": _show,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
}


def _none(words: Translator) -> Reply:
    text = words.spans("There is no source yet. {command} adds one.", command=CommandText(EXAMPLE))
    more = words.spans(
        "{command} lists well-known ones in Korean and English.",
        command=CommandText("source starter"),
    )
    actions = (Action(words.gettext("Well-known sources"), "source", {"action": "starter"}),)
    card = cards.message_card(
        text, words, title=words.gettext("Sources"), more=(more,), actions=actions
    )
    return Reply(card, data=DataReply({}, "sources", lambda: _all((), {})))


async def _all(
    found: Sequence[Source], paces: Mapping[int, float]
) -> AsyncIterator[dict[str, object]]:
    for one in found:
        yield views.source_json(one, paces[one.id])


async def _paces(context: Context, found: Sequence[Source]) -> Mapping[int, float]:
    """Return how many items a week each source brings."""
    now = context.now()
    brought = await context.store.sources.brought(now - views.COUNTED)
    return {one.id: views.weekly_pace(one, brought.get(one.id, 0), now) for one in found}


async def _named(context: Context, typed: str | None, action: str) -> Source:
    """Return the source of a number, a name or an address. Raises CommandProblem."""
    if typed is None:
        raise Mistyped(
            "Say which source. Type, for example: {example}",
            parameter="source",
            example=CommandText(f"source {action} 3"),
        )
    if number := _NUMBER.fullmatch(typed):
        return await context.store.sources.get(int(number[1]))
    every, sought = await context.store.sources.list(), typed.casefold()
    like = [one for one in every if sought in {one.name.casefold(), one.address.casefold()}]
    like = like or [one for one in every if sought in one.name.casefold()]
    if len(like) == 1:
        return like[0]
    if like:
        raise Mistyped(
            "“{name}” may be {sources}. Type the number.",
            parameter="source",
            name=shorten(typed, _NAME),
            sources=", ".join(f"{one.id} ({one.name})" for one in like[:_ALIKE]),
        )
    raise NotFound(
        "There is no source “{name}”. `/sources` lists all.",
        parameter="source",
        name=shorten(typed, _NAME),
    )


def _form_values(found: Source) -> dict[str, str]:
    rules = found.rules
    return {
        "name": found.name,
        "tags": ", ".join(rules.tags),
        "review": "yes" if rules.reviewed else "no",
        "only": " ".join(rules.only),
        "without": " ".join(rules.without),
        "language": rules.language or "",
        "timezone": rules.timezone,
    }


_CHANGEABLE = (
    Parameter("name", "What people call it", plain=True),
    Parameter("tags", "Tags for what it brings", Kind.TAGS),
    choice(
        "review",
        "Whether a moderator decides on each item",
        {"yes": "A moderator decides", "no": "Published at once"},
    ),
    Parameter("only", "Only items with one of these words or “phrases”", Kind.WORDS),
    Parameter("without", "No items with one of these words or “phrases”", Kind.WORDS),
    choice("language", "The language of its items", LANGUAGE_NAMES),
    Parameter("timezone", "The time zone of its dates without one", Kind.TIMEZONE),
)

_SOURCE = declare(
    "source",
    "Add, change, try or remove a source of news",
    source,
    choice(
        "action",
        "What to do",
        {
            "add": "Add",
            "show": "Show",
            "edit": "Edit",
            "pause": "Pause",
            "resume": "Resume",
            "remove": "Remove",
            "try": "See what would come",
            "starter": "Well-known sources",
        },
        required=True,
        positional=True,
        example=EXAMPLE,
    ),
    Parameter(
        "source",
        "Its number or name; to add one, the address of a feed or a page",
        Kind.SOURCE,
        positional=True,
    ),
    *(replace(one, default=UNCHANGED, in_form=True) for one in _CHANGEABLE),
    needs=Role.MODERATOR,
    private=True,
    submit=N_("Save changes"),
    examples=(
        EXAMPLE,
        'source add arxiv:cs.CL tags:paper only:"language model"',
        "source edit 3 review:no",
        "source try 3",
        "source starter",
    ),
)

COMMANDS = (
    _SOURCE,
    declare(
        "sources",
        "Where news comes from by itself, and how each source is doing",
        sources,
        PAGE_PARAMETER,
        needs=Role.MODERATOR,
        private=True,
        gives_data=True,
    ),
)
