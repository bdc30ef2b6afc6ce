"""Which processes run, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n.translator import Translator
from store.model import RunningProcess


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
