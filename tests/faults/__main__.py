"""`python -m tests.faults --kills 1000 --database sqlite`: the long proof.

With `--processes 3` so many run at once on one PostgreSQL, and each is killed, frozen, cut off from
the database or asked to end, while the others go on; with `--blow frozen` that alone. The exit code
is 1 where anything was lost or repeated.
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
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.fakes.postgres import PostgresServer
from tests.faults.harness import Harness, Report, open_harness
from tests.faults.points import POINTS, RANDOM
from tests.faults.several import Blow, Pace, SeveralLives, SeveralReport, open_several

_EVERY = 25
_SAID = 5
_SHOWN = 40


def main() -> int:
    """Kill the bot as often as asked, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    parser.add_argument("--processes", type=int, default=1)
    usual = Pace()
    parser.add_argument("--life", type=float, default=usual.life, metavar="SECONDS")
    parser.add_argument("--frozen", type=float, default=usual.frozen, metavar="SECONDS")
    parser.add_argument(
        "--blow", type=Blow, choices=[*Blow], help="with --processes: only this one"
    )
    given = parser.parse_args()
    if given.processes > 1:
        pace = Pace(given.life, usual.look, given.frozen)
        return _several(given.processes, given.kills, given.seed, pace, given.blow)
    _say(f"database {given.database}, {given.kills} kills, seed {given.seed}")
    began = time.monotonic()
    with _database(given.database) as (folder, url):
        report = asyncio.run(_prove(folder, url, given.seed, given.kills))
    _summarize(report, time.monotonic() - began)
    return 1 if report.failures else 0


def _several(processes: int, times: int, seed: int, pace: Pace, only: Blow | None) -> int:
    what = f"{times} times {only or Blow.KILL}"
    _say(f"{processes} processes on one PostgreSQL, {what}, seed {seed}, {pace}")
    began = time.monotonic()
    with _database("postgresql") as (folder, url):
        opened = open_several(folder, url, seed, processes, pace)
        report, found = asyncio.run(_prove_several(opened, times, only))
    for blow, count in found.blows.items():
        _say(f"  {count:5}  {blow.value}{_took(found.arrivals[blow])}")
    for stage, seconds in found.stages.items():
        if seconds:
            _say(f"  the last “{stage.value}” of a kill{_took(seconds, 'after')}")
    _say(f"in the channels of other processes meanwhile{_took(found.others)}")
    _say_totals(report, time.monotonic() - began)
    return 1 if report.failures else 0


async def _prove_several(
    opened: AbstractAsyncContextManager[SeveralLives], times: int, only: Blow | None
) -> tuple[Report, SeveralReport]:
    began = time.monotonic()
    async with opened as several:
        harness, found = several.harness, several.report
        turns = 0
        counted = only or Blow.KILL
        while found.blows[counted] < times and not harness.report.failures:
            await several.strike(only)
            turns += 1
            if turns % _SAID == 0:
                _say(
                    f"{found.blows[counted]}/{times} {counted}, {found.blows.total()} in all,"
                    f" {len(harness.report.failures)} failures, {time.monotonic() - began:.0f} s"
                )
        await several.end()
        if not harness.report.failures:
            _say("left alone until every channel has what it is due ...")
            await harness.settle()
        await harness.count()
        if harness.report.failures:
            _say("What the logs say of the posts in question:")
            for line in several.evidence():
                _say(f"    {line}")
        return harness.report, found


def _took(seconds: list[float], what: str = "posts there after") -> str:
    """Say how long something took."""
    if not seconds:
        return ""
    return (
        f": {what} {statistics.median(seconds):.1f} s (worst {max(seconds):.1f} s,"
        f" of {len(seconds)})"
    )


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
    _say(f"{report.killed} kills, seed {report.seed}, {report.days:.0f} days on the bot's clock")
    if report.arrivals:
        _say(
            f"posts under way at a kill had arrived {statistics.median(report.arrivals):.1f} s "
            f"(worst {max(report.arrivals):.1f} s) after the restart, of {len(report.arrivals)}"
        )
    _say_totals(report, seconds)


def _say_totals(report: Report, seconds: float) -> None:
    states = ", ".join(f"{count} {state}" for state, count in report.posts.items())
    _say(f"{report.posts.total()} posts made ({states}); {report.requests} requests")
    _say(
        f"{report.stories} entries published; {report.messages} messages held, showing entries "
        f"{report.shown} times"
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
