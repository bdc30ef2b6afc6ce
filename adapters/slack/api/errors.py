"""What Slack and the network answer, as the errors of the port."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.i18n.translator import N_
from bot.port.platform import Permanent, PlatformError, Retryable, Unknown

_INVITE = N_("Type /invite @ainews in the channel.")
_ALLOW = N_("Let AI News post there in the channel's settings, or choose another channel.")

CHANNEL_TROUBLE: Mapping[str, tuple[str, str]] = {
    "channel_not_found": (N_("AI News is not in this conversation, or it is gone."), _INVITE),
    "not_in_channel": (N_("AI News is not in this channel."), _INVITE),
    "is_archived": (
        N_("The channel is archived."),
        N_("Unarchive it, or end its posts with `/unschedule`."),
    ),
    **dict.fromkeys(
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "posting_to_general_channel_denied",
            "ekm_access_denied",
            "team_access_not_granted",
            "slack_connect_canvas_sharing_blocked",
            "channel_type_not_supported",
            "as_user_not_supported",
        ),
        (N_("Slack does not let AI News post in this channel."), _ALLOW),
    ),
    **dict.fromkeys(
        ("user_not_found", "user_disabled", "cannot_dm_bot", "messages_tab_disabled"),
        (N_("Slack cannot deliver a message to this person."), ""),
    ),
}
"""What concerns one conversation, by Slack's own word: the reason and the remedy."""

TOKEN_TROUBLE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""What concerns every call: the token no longer opens anything."""

TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long", "too_many_blocks"})
REFUSED_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "invalid_attachments"})
NO_THREAD = frozenset(
    {
        "thread_not_found",
        "message_not_found",
        "invalid_thread_ts",
        "cannot_reply_to_message",
        "thread_locked",
        "restricted_action_non_threadable_channel",
    }
)
"""What concerns a thread alone: somebody deleted its first message, say."""

GONE = frozenset({"message_not_found", "no_text_and_message_not_found", "thread_not_found"})

_BUSY = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_UNSURE = frozenset({"fatal_error", "internal_error"})
_PASSING = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.InvalidURL)
_AGAIN = timedelta(minutes=5)
_SERVER_ERRORS = 500
_TOO_MANY = 429


class SignedOut(Retryable):
    """The token no longer opens anything: nothing works until the operator sets another."""


async def answered(call: Awaitable[Any], *, sending: bool = False) -> Mapping[str, Any]:
    """Return what Slack answered. Raises the errors of the port.

    `sending`: doing it twice would be seen, so that no answer means Unknown.
    """
    try:
        response = await call
    except (TimeoutError, SlackClientError, aiohttp.ClientError, ValueError) as error:
        raise translated(error, sending=sending) from error
    except AttributeError as error:
        # slack_sdk takes any JSON for an object.
        raise unreadable(sending=sending) from error
    data = response.data
    if not isinstance(data, Mapping):
        raise unreadable(sending=sending)
    return data


def unreadable(*, sending: bool) -> PlatformError:
    """Return the error of the port for an answer that is not what was asked for."""
    reason = "Slack's answer cannot be read."
    return Unknown(reason) if sending else Retryable(reason)


def translated(error: Exception, *, sending: bool) -> PlatformError:
    """Return the error of the port that an error of slack_sdk or of the network means."""
    if isinstance(error, SlackApiError):
        return _refusal(error, sending=sending)
    name = type(error).__name__
    if not sending or isinstance(error, _NEVER_SENT):
        return Retryable(f"Slack cannot be reached ({name}).")
    return Unknown(f"Slack did not answer ({name}).")


def word(error: BaseException) -> str:
    """Return Slack's own word for what went wrong, such as `channel_not_found`; "" if none."""
    cause = error if isinstance(error, SlackApiError) else error.__cause__
    if not isinstance(cause, SlackApiError):
        return ""
    data = getattr(cause.response, "data", cause.response)
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _refusal(error: SlackApiError, *, sending: bool) -> PlatformError:
    code = word(error)
    status = _status(error)
    if status == _TOO_MANY or code in _BUSY:
        return Retryable("Slack asks to wait.", _delay(error))
    if status >= _SERVER_ERRORS or code in _UNSURE or not code:
        reason = f"Slack has trouble of its own ({code or status})."
        return Unknown(reason) if sending else Retryable(reason)
    if code in _PASSING:
        return Retryable(f"Slack could not do it just now ({code}).")
    if code == "missing_scope":
        return Retryable(f"The Slack app lacks the permission {_needed(error)}.", _AGAIN)
    return _final(code)


def _final(code: str) -> PlatformError:
    if code in TOKEN_TROUBLE:
        return SignedOut(f"Slack no longer accepts the bot's token ({code}).", _AGAIN)
    if code in CHANNEL_TROUBLE:
        return Permanent(*CHANNEL_TROUBLE[code])
    return Permanent(f"Slack refused it ({code}).")


def _status(error: SlackApiError) -> int:
    for name in ("status_code", "status"):
        status = getattr(error.response, name, None)
        if isinstance(status, int):
            return status
    return 0


def _delay(error: SlackApiError) -> timedelta | None:
    headers = getattr(error.response, "headers", None) or {}
    text = str(headers.get("Retry-After", "") or headers.get("retry-after", ""))
    return timedelta(seconds=int(text)) if text.isascii() and text.isdecimal() else None


def _needed(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("needed") or "that it needs") if isinstance(data, Mapping) else ""
