"""`python -m tests.faults --kills 1000 --database sqlite`: the long proof.

The exit code is 1 where anything was lost or repeated.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fakes.postgres import PostgresServer
from tests.faults.harness import Harness, Report, open_harness
from tests.faults.points import POINTS, RANDOM

_EVERY = 25
_SHOWN = 40


def main() -> int:
    """Kill the bot as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    given = parser.parse_args()
    _say(f"database {given.database}, {given.kills} kills, seed {given.seed}")
    began = time.monotonic()
    with _database(given.database) as (folder, url):
        report = asyncio.run(_prove(folder, url, given.seed, given.kills))
    _summarize(report, time.monotonic() - began)
    return 1 if report.failures else 0


async def _prove(folder: Path, url: str, seed: int, kills: int) -> Report:
    began = time.monotonic()
    async with open_harness(folder, url, seed) as harness:
        for point in harness.plan():
            await harness.life(point)
            report = harness.report
            if report.killed % _EVERY == 0:
                _progress(report, kills, time.monotonic() - began)
            if report.killed >= kills or report.failures:
                break
        if not harness.report.failures:
            _say("left alone until every channel has what it is due ...")
            await harness.settle()
        await harness.count()
        _say_evidence(harness)
        return harness.report


@contextlib.contextmanager
def _database(kind: str) -> Iterator[tuple[Path, str]]:
    """Yield a folder, and the address of an empty database."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ainews-faults-")))
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder / 'ainews.db'}"
        else:
            yield folder, stack.enter_context(PostgresServer()).url()


def _progress(report: Report, kills: int, seconds: float) -> None:
    _say(
        f"{report.killed}/{kills} kills, {report.passed_by.total()} of them where the point was "
        f"not come by, {len(report.failures)} failures, {seconds:.0f} s"
    )


def _say_evidence(harness: Harness) -> None:
    if harness.report.failures:
        _say("What the log says of the posts in question:")
        for line in harness.evidence():
            _say(f"    {line}")


def _summarize(report: Report, seconds: float) -> None:
    _say("Kills at each point:")
    for point in (*POINTS, RANDOM):
        passed = report.passed_by[point.name]
        more = f" (and {passed} lives that did not come by it in time)" if passed else ""
        _say(f"  {report.kills[point.name]:5}  {point.name}{more}")
    states = ", ".join(f"{count} {state}" for state, count in report.posts.items())
    _say(f"{report.killed} kills, seed {report.seed}, {report.days:.0f} days on the bot's clock")
    _say(f"{report.posts.total()} posts made ({states}); {report.requests} requests")
    _say(
        f"{report.stories} entries published; {report.messages} messages held, showing entries "
        f"{report.shown} times"
    )
    if report.arrivals:
        _say(
            f"posts under way at a kill had arrived {statistics.median(report.arrivals):.1f} s "
            f"(worst {max(report.arrivals):.1f} s) after the restart, of {len(report.arrivals)}"
        )
    lost = sum("LOST" in each for each in report.failures)
    repeated = sum("REPEATED" in each for each in report.failures)
    other = len(report.failures) - lost - repeated
    _say(f"lost {lost}, repeated {repeated}, otherwise wrong {other}, {seconds:.0f} s")
    for failure in report.failures[:_SHOWN]:
        _say(f"FAILED (seed {report.seed}): {failure}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
