"""What is kept of a person, as people read it and as data. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.i18n.translator import Translator, ngettext
from bot.views.status import moment_json
from store.model import Kept, KeptKind

_LINES = {
    KeptKind.LANGUAGE: ngettext("{count} chosen language", "{count} chosen languages"),
    KeptKind.SAVED: ngettext("{count} saved entry", "{count} saved entries"),
    KeptKind.VOTES: ngettext("{count} vote", "{count} votes"),
    KeptKind.FOLLOWED: ngettext(
        "{count} digest in direct messages", "{count} digests in direct messages"
    ),
    KeptKind.SUGGESTIONS: ngettext("{count} suggested link", "{count} suggested links"),
    KeptKind.ENTRIES: ngettext(
        "{count} entry with the name of who added it",
        "{count} entries with the name of who added them",
    ),
    KeptKind.CHANNELS: ngettext(
        "{count} channel that was scheduled", "{count} channels that were scheduled"
    ),
    KeptKind.SOURCES: ngettext("{count} source that was added", "{count} sources that were added"),
    KeptKind.DECISIONS: ngettext(
        "{count} decision about an entry", "{count} decisions about entries"
    ),
    KeptKind.DRAFTS: ngettext("{count} decision about a draft", "{count} decisions about drafts"),
    KeptKind.MODERATOR: ngettext(
        "{count} server with the right to curate", "{count} servers with the right to curate"
    ),
    KeptKind.LOG: ngettext("{count} line of the log", "{count} lines of the log"),
}


def kept_lines(kept: Kept, words: Translator) -> tuple[str, ...]:
    """Say what is kept, a line a kind, in the order of the kinds; nothing where nothing is."""
    return tuple(
        words.ngettext(*_LINES[kind], len(kept.rows[kind])) for kind in KeptKind if kept.rows[kind]
    )


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
