"""Why a source brings nothing, as a message that is kept and shown."""

from __future__ import annotations

from bot.i18n.translator import N_, kept
from bot.port.source import SourceError, TryLater, Unanswered

_TOO_MANY = N_("The server asks to be asked less often (429).")
_NOT_NOW = N_("The server cannot answer just now ({status}).")


def reason_of(error: SourceError) -> str:
    """Return why a source brought nothing, as it is kept."""
    match error:
        case TryLater(status=429):
            return _TOO_MANY
        case TryLater():
            return kept(_NOT_NOW, {"status": error.status})
        case Unanswered():
            return kept(error.reason, error.values)
        case _:
            return str(error)
