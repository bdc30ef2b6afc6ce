"""What a checkout weighs: its lines, its start, its memory, and what it costs when nothing happens.

Any revision that starts with `ainews run` and imports a page can be measured, so that one stands
beside another: `python -m bench.house`, `python -m bench.house ../before`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.whole import MEBIBYTE

_STARTS = 5
_TITLE = "A model that is read first"
_PAGE = f"### 1. [{_TITLE}](https://model.example/) (2022.4 OpenAI)\n"
_SETTLED = 1.0
"""Seconds after the first answer, when what a start left to do is done."""


def main() -> None:
    """Say what a checkout weighs."""
    parser = argparse.ArgumentParser(prog="python -m bench.house", description=__doc__)
    parser.add_argument("checkout", type=Path, nargs="?", default=Path())
    parser.add_argument("--idle", type=float, default=5, metavar="MINUTES")
    given = parser.parse_args()
    checkout: Path = given.checkout.resolve()
    print(f"{lines(checkout):,} product lines", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        installed = Installed(checkout, Path(folder))
        installed.fill()
        starts = [installed.start() for _ in range(_STARTS)]
        print(f"first answer {statistics.median(s for s, _ in starts):.2f} s", flush=True)
        print(f"at rest {statistics.median(m for _, m in starts):.1f} MB", flush=True)
        spent = installed.idle(given.idle * 60)
    print(f"idle {spent:.2%} of a core over {given.idle:g} minutes")


def lines(checkout: Path) -> int:
    """Return how many lines of Python the product has."""
    files = (
        each for room in ("store", "bot", "adapters") for each in (checkout / room).rglob("*.py")
    )
    return sum(len(each.read_text("utf-8").splitlines()) for each in files)


class Installed:
    """The bot of a checkout's own environment, with a digest of one entry in a folder."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self._python = checkout / ".venv/bin/python"
        self._folder = folder
        self._environment = {
            "AINEWS_DATA_FOLDER": str(folder),
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(checkout),
            "PYTHONUNBUFFERED": "1",
        }

    def fill(self) -> None:
        """Import the one entry."""
        page = self._folder / "page.md"
        page.write_text(_PAGE, "utf-8")
        subprocess.run(
            [self._python, "-m", "bot.cli", "import", str(page)],
            env=self._environment, cwd=self._folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self) -> tuple[float, float]:
        """Return the seconds from a start to the first answer, and the megabytes resident then."""
        began = time.perf_counter()
        with self._answered() as process:
            seconds = time.perf_counter() - began
            time.sleep(_SETTLED)
            return seconds, process.memory_info().rss / MEBIBYTE

    def idle(self, seconds: float) -> float:
        """Return the part of a core that is used while nobody asks anything."""
        with self._answered() as process:
            time.sleep(_SETTLED)
            before, began = _spent(process), time.perf_counter()
            time.sleep(seconds)
            return (_spent(process) - before) / (time.perf_counter() - began)

    @contextmanager
    def _answered(self) -> Iterator[psutil.Process]:
        with subprocess.Popen(
            [self._python, "-m", "bot.cli", "run"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self._environment, cwd=self._folder,
        ) as process:  # fmt: skip
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the process has no pipes")
            process.stdin.write(b"/ainews latest 1\n")
            process.stdin.flush()
            said = ""
            while _TITLE not in said:
                line = process.stdout.readline().decode()
                if not line:
                    raise RuntimeError(f"no answer but {said!r}")
                said += line
            try:
                yield psutil.Process(process.pid)
            finally:
                process.stdin.close()
                process.wait(timeout=30)


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
