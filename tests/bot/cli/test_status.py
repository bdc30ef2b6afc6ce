"""`ainews status --json`: the documented shape, whatever the channels are in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bot.views.status import standing_json
from tests.bot.cli.conftest import Shell

DOCUMENT = Path(__file__).parents[3] / "docs" / "operating.md"
TOP = ["at", "entries", "totals", "channels"]
CHANNEL = [
    "platform",
    "workspace",
    "channel",
    "name",
    "direct",
    "state",
    "reason",
    "trouble_since",
    "late",
    "schedule",
    "language",
    "owner",
    "last_post",
    "next_post",
    "next_attempt",
    "posts",
    "current",
    "failure",
    "notices",
]


def status(shell: Shell) -> dict[str, Any]:
    typed = shell("status", "--json")
    assert (typed.code, typed.err) == (0, "")
    found: dict[str, Any] = json.loads(typed.out)
    return found


def test_without_channels_it_is_a_document_too(shell: Shell) -> None:
    found = status(shell)

    assert list(found) == TOP
    assert found["channels"] == []
    assert found["entries"] == {"pending": 0, "published": 2, "retracted": 0, "skipped": 0}
    drafts = found["totals"].pop("drafts")
    assert (drafts["ready"], drafts["tokens_day"], drafts["share_accepted"]) == (0, 0, None)
    assert found["totals"] == {
        "channels": {"active": 0, "paused": 0, "broken": 0, "late": 0},
        "posts": {"queued": 0, "sending": 0, "unknown": 0, "failed": 0, "held": 0, "updates": 0},
        "notices": {"waiting": 0, "sending": 0, "told": 0, "unsure": 0, "undelivered": 0},
        "next_attempt": None,
    }


def test_each_channel_is_told_of_and_only_the_page_is_cut(shell: Shell) -> None:
    for number in range(3):
        shell("schedule", "daily 09:00", "--channel", f"discord/guild/{number}")
    found = status(shell)

    assert [each["channel"] for each in found["channels"]] == ["0", "1", "2"]
    first = found["channels"][0]
    assert list(first) == CHANNEL
    assert first["schedule"] == {"rule": "0 9 * * *", "timezone": "Asia/Seoul", "show": "new"}
    assert first["owner"]["platform"] == "terminal"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", first["next_post"])
    assert (first["last_post"], first["current"], first["notices"]) == (None, None, [])
    assert found["totals"]["channels"]["active"] == 3


def test_every_field_is_documented() -> None:
    documented = DOCUMENT.read_text("utf-8")
    fields = {*TOP, *CHANNEL, *_names(standing_json.__module__)}

    assert [name for name in sorted(fields) if f"`{name}`" not in documented] == []


def _names(module: str) -> set[str]:
    """Return every name of a field that the module writes."""
    source = (DOCUMENT.parents[1] / Path(*module.split("."))).with_suffix(".py").read_text("utf-8")
    return set(re.findall(r'(?<=[{,\s])"(\w+)":', source))
