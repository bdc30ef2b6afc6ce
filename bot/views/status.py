"""How the bot does, in words and as JSON: the public shape of `ainews status --json`. Pure.

docs/operating.md describes each field; their names and their order stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from bot.delivery.digest import LATE_AFTER
from bot.i18n.translator import Translator
from store.model import (
    ChannelState,
    DraftCounts,
    DraftState,
    Notice,
    NoticeKind,
    NoticeState,
    PostBrief,
    PostState,
    RunningProcess,
    Standing,
    Status,
    Totals,
)

UNTOLD = (NoticeState.WAITING, NoticeState.SENDING, NoticeState.UNSURE, NoticeState.UNDELIVERED)
"""How a notice may stand that its owner has perhaps not read."""

_LIVING = (ChannelState.ACTIVE, ChannelState.PAUSED, ChannelState.BROKEN)


def is_late(standing: Standing, now: datetime) -> bool:
    """Whether an active channel has waited too long for a post that was due."""
    channel, current = standing.channel, standing.current
    if channel.state is not ChannelState.ACTIVE:
        return False
    slots = (channel.next_at, None if current is None else current.slot)
    return any(slot is not None and now - slot > LATE_AFTER for slot in slots)


def untold(standing: Standing) -> tuple[Notice, ...]:
    """Return what the owner of a channel has perhaps not been told, as far as it is still so."""
    broken = standing.channel.state is ChannelState.BROKEN
    return tuple(
        notice
        for notice in standing.notices
        if notice.state in UNTOLD and (broken or notice.kind is not NoticeKind.BROKEN)
    )


def totals_json(
    totals: Totals, entries: Mapping[Status, int], drafts: DraftCounts, now: datetime
) -> dict[str, object]:
    """Return what stands over all channels, and how a model's drafts stand."""
    return {
        "at": moment_json(now),
        "entries": {status.value: entries.get(status, 0) for status in Status},
        "totals": {
            "channels": {
                **{state.value: totals.channels.get(state, 0) for state in _LIVING},
                "late": totals.late,
            },
            "posts": {**_counts_json(totals.posts), "held": totals.held, "updates": totals.updates},
            "notices": {state.value: totals.notices.get(state, 0) for state in NoticeState},
            "next_attempt": moment_json(totals.next_attempt),
            "drafts": drafts_json(drafts),
        },
    }


def drafts_json(counts: DraftCounts) -> dict[str, object]:
    """Return how a model's drafts stand. Shares are of those that were decided about, 0 to 1."""
    failure = counts.failure
    return {
        **{state.value: counts.states.get(state, 0) for state in DraftState},
        "tokens_day": counts.tokens_day,
        "tokens_month": counts.tokens_month,
        "share_accepted": counts.share(DraftState.ACCEPTED),
        "share_edited": counts.share(DraftState.EDITED),
        "last_failure": None
        if failure is None
        else {"at": moment_json(failure.at), "entry": failure.entry_id, "reason": failure.reason},
    }


def standing_json(standing: Standing, now: datetime) -> dict[str, object]:
    """Return how one channel does."""
    channel = standing.channel
    broken = channel.state is ChannelState.BROKEN
    current = standing.current
    return {
        "platform": channel.ref.platform,
        "workspace": channel.ref.workspace,
        "channel": channel.ref.id,
        "name": channel.subscription.name,
        "direct": channel.subscription.direct,
        "state": channel.state.value,
        "reason": channel.reason or None,
        "trouble_since": moment_json(channel.trouble_since),
        "late": is_late(standing, now),
        "schedule": {
            "rule": channel.subscription.schedule.rule,
            "timezone": channel.subscription.schedule.timezone,
            "show": channel.subscription.show.value,
        },
        "language": channel.subscription.language,
        "owner": asdict(channel.owner),
        "last_post": _post_json(standing.last),
        "next_post": None if broken else moment_json(channel.next_at),
        "next_attempt": moment_json(
            channel.try_at if broken else None if current is None else current.next_at
        ),
        "posts": {**_counts_json(standing.counts), "updates": standing.updates},
        "current": _post_json(current),
        "failure": _post_json(standing.failure),
        "notices": [_notice_json(notice) for notice in standing.notices],
    }


def moment_json(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC, to the second."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _counts_json(counts: Mapping[PostState, int]) -> dict[str, int]:
    return {state.value: counts.get(state, 0) for state in PostState if state != PostState.SENT}


def _post_json(post: PostBrief | None) -> dict[str, object] | None:
    if post is None:
        return None
    return {
        "key": post.key,
        "slot": moment_json(post.slot),
        "part": post.part,
        "parts": post.parts,
        "state": post.state.value,
        "late": post.late,
        "attempts": post.attempts,
        "reason": post.reason or None,
        "sent_at": moment_json(post.sent_at),
        "next_attempt": moment_json(post.next_at),
    }


def _notice_json(notice: Notice) -> dict[str, object]:
    return {
        "kind": notice.kind.value,
        "state": notice.state.value,
        "made_at": moment_json(notice.made_at),
        "reason": notice.trouble.reason,
        "remedy": notice.trouble.remedy or None,
        "tries": notice.tries,
        "obstacle": notice.obstacle or None,
        "next_attempt": moment_json(notice.due_at if notice.state is NoticeState.WAITING else None),
    }


def running_lines(
    processes: Sequence[RunningProcess], words: Translator, timezone: str
) -> list[str]:
    """Say of each process where it runs, since when, and on which platforms."""
    if not processes:
        return [words.gettext("The bot is not running.")]
    return [
        words.gettext(
            "The bot runs on {host} since {moment}: {platforms}.",
            host=one.host,
            moment=words.moment(one.started_at, timezone),
            platforms=", ".join(name.title() for name in one.platforms) or "-",
        )
        for one in processes
    ]
