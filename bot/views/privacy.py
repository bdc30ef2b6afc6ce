"""What is kept of a person, as people read it and as data. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.i18n.translator import Translator
from bot.views.status_json import moment_json
from store.model import Kept, KeptKind

_LINES: Mapping[KeptKind, Callable[[Translator, int], str]] = {
    KeptKind.LANGUAGE: lambda words, count: words.ngettext(
        "{count} chosen language", "{count} chosen languages", count
    ),
    KeptKind.SAVED: lambda words, count: words.ngettext(
        "{count} saved entry", "{count} saved entries", count
    ),
    KeptKind.VOTES: lambda words, count: words.ngettext("{count} vote", "{count} votes", count),
    KeptKind.FOLLOWED: lambda words, count: words.ngettext(
        "{count} digest in direct messages", "{count} digests in direct messages", count
    ),
    KeptKind.SUGGESTIONS: lambda words, count: words.ngettext(
        "{count} suggested link", "{count} suggested links", count
    ),
    KeptKind.ENTRIES: lambda words, count: words.ngettext(
        "{count} entry with the name of who added it",
        "{count} entries with the name of who added them",
        count,
    ),
    KeptKind.CHANNELS: lambda words, count: words.ngettext(
        "{count} channel that was scheduled", "{count} channels that were scheduled", count
    ),
    KeptKind.SOURCES: lambda words, count: words.ngettext(
        "{count} source that was added", "{count} sources that were added", count
    ),
    KeptKind.DECISIONS: lambda words, count: words.ngettext(
        "{count} decision about an entry", "{count} decisions about entries", count
    ),
    KeptKind.DRAFTS: lambda words, count: words.ngettext(
        "{count} decision about a draft", "{count} decisions about drafts", count
    ),
    KeptKind.MODERATOR: lambda words, count: words.ngettext(
        "{count} server with the right to curate", "{count} servers with the right to curate", count
    ),
    KeptKind.LOG: lambda words, count: words.ngettext(
        "{count} line of the log", "{count} lines of the log", count
    ),
}


def kept_lines(kept: Kept, words: Translator) -> tuple[str, ...]:
    """Say what is kept, a line a kind, in the order of the kinds; nothing where nothing is."""
    return tuple(_LINES[kind](words, len(kept.rows[kind])) for kind in KeptKind if kept.rows[kind])


def kept_json(kept: Kept) -> dict[str, object]:
    """Return all that is kept, as `ainews forget --json` prints it."""
    return {
        "platform": kept.platform,
        "id": kept.id,
        "names": list(kept.names),
        "kept": {
            kind.value: [{name: _plain(value) for name, value in row.items()} for row in rows]
            for kind in KeptKind
            if (rows := kept.rows[kind])
        },
    }


def _plain(value: object) -> object:
    return moment_json(value) if isinstance(value, datetime) else value
