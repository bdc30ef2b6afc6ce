"""What may be typed next: tags, entries, time zones, choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.store import DigestStore

from bot.i18n.translator import Translator, zone_shown
from bot.port.command import Parameter
from bot.port.form import Choice, Kind
from bot.port.text import one_line, shorten
from bot.schedule.zones import as_typed, zones_like

_LAST_TAG = re.compile(r"[,，、;；|]|\s(?=[#＃])")
_LABEL = 100
"""Characters of an offer: nobody reads more of one in a list."""


async def completions(
    store: DigestStore,
    parameter: Parameter,
    typed: str,
    limit: int,
    words: Translator,
    *,
    now: datetime,
) -> Sequence[Choice]:
    """Return at most `limit` values of a parameter that begin or contain what is typed."""
    sought = one_line(typed)
    match parameter.kind:
        case Kind.TAG:
            return await _tags(store, "", sought.removeprefix("#"), limit)
        case Kind.TAGS:
            last = _LAST_TAG.split(sought)[-1].lstrip()
            return await _tags(store, sought.removesuffix(last), last.lstrip("#＃"), limit)
        case Kind.ENTRY:
            entries = await store.completion.entries(sought.removeprefix("#"), limit)
            return [_numbered(entry.id, entry.title) for entry in entries]
        case Kind.SOURCE:
            return await _sources(store, sought.removeprefix("#").casefold(), limit)
        case Kind.TIMEZONE:
            return [
                Choice(as_typed(zone), shorten(zone_shown(zone, now), _LABEL))
                for zone in zones_like(sought, limit)
            ]
        case _:
            offered = (
                Choice(choice.value, words.pgettext("choice", choice.label))
                for choice in parameter.choices
            )
            return [
                choice
                for choice in offered
                if choice.value.startswith(sought.casefold()) or choice.label.startswith(sought)
            ][:limit]


async def _sources(store: DigestStore, sought: str, limit: int) -> list[Choice]:
    """Return the sources whose number or name begins so, then those whose name holds it."""
    sources = [
        source
        for source in await store.sources.list()
        if str(source.id).startswith(sought) or sought in source.name.casefold()
    ]
    sources.sort(key=lambda source: not source.name.casefold().startswith(sought))
    return [_numbered(source.id, source.name) for source in sources[:limit]]


def _numbered(number: int, name: str) -> Choice:
    return Choice(str(number), shorten(f"{number} · {one_line(name)}", _LABEL))


async def _tags(store: DigestStore, before: str, sought: str, limit: int) -> list[Choice]:
    tags = await store.completion.tags(sought, limit)
    values = (f"{before}{one_line(tag.tag)}" for tag in tags)
    return [Choice(value, value) for value in values]
