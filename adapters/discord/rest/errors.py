"""What went wrong on Discord, in the words of the port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from adapters.discord.rest.rest import Answered, NoAnswer, NotSent, RestError
from bot.i18n.translator import N_
from bot.port.platform import Permanent, PlatformError, Retryable, Unknown

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
INVALID_FORM = 50035
THREAD_ARCHIVED = 50083
THREAD_EXISTS = 160004

_TOKEN_PAUSE = timedelta(minutes=5)
"""How long a post waits while the token is refused: an operator has to mend that."""
_LONG_PAUSE = timedelta(hours=1)

# Discord's JSON error codes that mean that somebody must change something: (reason, remedy).
_PERMANENT = {
    10003: (
        N_("The channel was deleted, or the bot cannot see it."),
        N_("Let the bot see the channel, or schedule another one."),
    ),
    10004: (
        N_("The bot is no longer a member of this server."),
        N_("Invite the bot again; ainews check prints the link."),
    ),
    50001: (
        N_("The bot cannot see the channel."),
        N_("Give the bot the permission “View Channel” there."),
    ),
    50013: (
        N_("The bot lacks a permission in the channel."),
        N_(
            "Give the bot “View Channel”, “Send Messages”, “Embed Links” and "
            "“Read Message History” there, and in threads “Send Messages in Threads”."
        ),
    ),
    50007: (
        N_("This person does not take direct messages from the bot."),
        N_("They can allow direct messages in the server's privacy settings."),
    ),
    50278: (
        N_("This person is in no server with the bot any more."),
        N_("Invite the bot again; ainews check prints the link."),
    ),
    50083: (
        N_("The thread is archived."),
        N_("Open the thread again, or schedule another channel."),
    ),
    40067: (
        N_("The forum requires a tag that the bot may not use."),
        N_("Add a tag to the forum that everybody may use."),
    ),
    160005: (N_("The thread is locked."), N_("Unlock the thread, or schedule another channel.")),
    200000: (
        N_("AutoMod blocked the message."),
        N_("Let the bot's role pass in the server's AutoMod rules."),
    ),
}
HISTORY_HIDDEN = (
    N_("The bot may not read the channel's history, so it cannot see whether a post arrived."),
    N_("Give the bot the permission “Read Message History” there."),
)
_FULL = frozenset({30013, 40003, 30033, 30046, 160006})
"""Too many of something for now: guilds, new direct messages, thread members, edits of an
old message, threads."""

_BY_STATUS = {403: _PERMANENT[50013], 404: _PERMANENT[10003]}
_REFUSED = (N_("Discord refused the message."), N_("The log says why; please report it."))
_UNAUTHORIZED = 401
_TOO_MANY = 429


@contextmanager
def as_port(*, creates: bool) -> Iterator[None]:
    """Raise what a request raises as an error of the port. For `creates`, see `platform_error`."""
    try:
        yield
    except RestError as error:
        raise platform_error(error, creates=creates) from error


def platform_error(error: RestError, *, creates: bool) -> PlatformError:
    """Return the error of the port that a failed request means.

    `creates`: the request makes something, so that it must not be sent twice unseen.
    """
    match error:
        case NotSent():
            return Retryable(str(error), _delay(error.after))
        case NoAnswer():
            return Unknown(str(error)) if creates else Retryable(str(error))
        case Answered():
            return _answered(error, creates=creates)
    return Retryable(str(error))


def _answered(error: Answered, *, creates: bool) -> PlatformError:
    if error.code in _PERMANENT:
        return Permanent(*_PERMANENT[error.code])
    if error.status == _UNAUTHORIZED:
        return Retryable(N_("Discord refuses the token."), _TOKEN_PAUSE)
    full = error.code in _FULL
    if full or error.status == _TOO_MANY:
        return Retryable(str(error), _delay(error.after) or (_LONG_PAUSE if full else None))
    if error.by_server and creates:
        return Unknown(str(error))
    if error.by_server or not error.json_body:
        # Without JSON it was something between us and Discord: the channel is not to blame.
        return Retryable(str(error))
    return Permanent(*_BY_STATUS.get(error.status, _REFUSED))


def _delay(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
