"""What drafting costs in memory: without a model, and with one that has drafted.

    uv run --group dev python -m bench.drafts_memory

Each is measured in a process of its own, on top of what the bot has loaded anyway; the median of
five.
"""

from __future__ import annotations

import importlib
import statistics
import subprocess
import sys
from pathlib import Path

import psutil

from bench.search_report import machine

_STARTS = 5
_MEBIBYTE = 1024 * 1024
_ANYWAY = (
    "aiohttp",
    "store.store",
    "bot.commands.catalogue",
    "bot.delivery.delivery",
    "bot.sources.polling",
    "bot.sources.recent",
    "bot.pages",
)
_TEXT = "On 3 March 2026 a lab released a language model with 3 billion parameters."
_DRAFT = "2026년 3월 3일 한 연구소가 매개변수 30억 개의 언어 모델을 공개했다."


def main() -> None:
    """Print both."""
    print(machine())
    for how, wanted in (("off", 1), ("on", 3)):
        grown = [_measured(how) for _ in range(_STARTS)]
        print(f"{how}: {statistics.median(grown):+.1f} MB, wanted at most +{wanted} MB")


def _measured(how: str) -> float:
    command = [sys.executable, "-m", "bench.drafts_memory", how]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _grown(how: str) -> float:
    """Return by how many MB the process has grown when drafting is there."""
    for name in _ANYWAY:
        importlib.import_module(name)
    process = psutil.Process()
    before = process.memory_info().rss
    kept = _off() if how == "off" else _on()
    return (process.memory_info().rss - before) / _MEBIBYTE if kept else 0.0


def _off() -> list[object]:
    """Load what is loaded where no model is set up."""
    drafting = importlib.import_module("bot.summaries.drafting")
    plugin = importlib.import_module("adapters.llm.plugin").LlmPlugin()
    context = importlib.import_module("bot.port.platform").PlatformContext
    clock = importlib.import_module("bot.port.clock").system_clock
    return [drafting, plugin, plugin.create(context({}, clock, Path()))]


def _on() -> list[object]:
    """Load what drafts, and check a draft in each language."""
    port = importlib.import_module("bot.port.writer")
    context = importlib.import_module("bot.port.platform").PlatformContext
    clock = importlib.import_module("bot.port.clock").system_clock
    environment = {"AINEWS_MODEL_URL": "http://127.0.0.1:9/v1", "AINEWS_MODEL": "m"}
    plugin = importlib.import_module("adapters.llm.plugin").LlmPlugin()
    writer = plugin.create(context(environment, clock, Path()))
    importlib.import_module("bot.summaries.drafting")
    checks = importlib.import_module("bot.summaries.checks.checks").DraftChecks()
    for text, draft, into in ((_TEXT, _DRAFT, "ko"), (_DRAFT, _TEXT, "en")):
        task = port.WriterTask(text[:40], text, "en" if into == "ko" else "ko", into, ("llm",))
        checks.check(task, port.Draft(draft[:40], draft, ("llm",), 0, 0, "m"))
    return [writer, checks]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_grown(sys.argv[1]))
    else:
        main()
