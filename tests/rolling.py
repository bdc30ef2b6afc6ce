"""`python -m tests.rolling COMMIT`: an upgrade from the program of that commit to this one's.

Processes of the older program stand behind the balancer of `deploy/Caddyfile`, on one PostgreSQL.
While people ask and moderators publish, each is stopped and started again as this program, and
where there were fewer than three, others of this program join. Each question must be answered once
and each entry be posted once, without a gap. Needs git, Caddy and the programs of PostgreSQL. The
exit code is 1 where anything was lost or repeated.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import IO

import aiohttp
from aiohttp.test_utils import unused_port
from yarl import URL

from tests.fakes.postgres import PostgresServer
from tests.fakes.slack import FakeChannel, FakePerson, FakeSlack
from tests.fakes.slack.deeds import Deeds
from tests.fakes.slack.server import SECRET

ROOT = Path(__file__).parents[1]
NEWS = "C0NEWS"
PROCESSES = 3
_PATIENCE = 60.0
_BETWEEN_QUESTIONS = 0.1
_BETWEEN_ENTRIES = 0.5
_STEADY = 3.0
"""Seconds between two steps of the upgrade."""


@dataclass(slots=True)
class RollReport:
    """What came of it. `waited` is the seconds for each answer, `late` those for the last post."""

    waited: list[float] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    late: float = 0.0


async def roll(older: Path, count: int, report: RollReport, database: str, folder: Path) -> None:
    """Upgrade one process after the other, while people ask and moderators publish.

    `count` is how many run the older program. Those that are not there yet come first.
    """
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FakeSlack.running())
        slack.workspace.channel(FakeChannel(NEWS))
        slack.workspace.person(FakePerson("U0JUN", "Jun", admin=True))
        slack.workspace.person(FakePerson("U0MINJI", "Minji"))
        ports = [unused_port() for _ in range(PROCESSES)]
        log = stack.enter_context((folder / "caddy.log").open("wb"))
        address = await stack.enter_async_context(_balancer(ports, log))
        slack.calls_at = f"{address}/slack/events"
        settings = slack.environment(
            SLACK_SIGNING_SECRET=SECRET, AINEWS_DATABASE_URL=database, AINEWS_COMMANDS_PERSON="0"
        )
        del settings["SLACK_APP_TOKEN"]
        programs = {port: Program(folder, settings, port, older) for port in ports[-count:]}
        for each in programs.values():
            stack.push_async_callback(each.stop)
            await each.start()
        jun, minji = Deeds(slack, "U0JUN", NEWS), Deeds(slack, "U0MINJI", NEWS)
        await _ready(slack.calls_at)
        await (await jun.type("schedule instant")).answer()
        over = asyncio.Event()
        async with asyncio.TaskGroup() as people:
            people.create_task(_ask(minji, report, over))
            people.create_task(_publish(jun, report, over))
            for number, port in enumerate(ports, 1):
                await asyncio.sleep(_STEADY)
                if port in programs:
                    await programs[port].stop()
                newer = Program(folder, settings, port, ROOT)
                stack.push_async_callback(newer.stop)
                await newer.start()
                _say(f"{number} of {PROCESSES} processes are the new program")
            await asyncio.sleep(_STEADY)
            over.set()
        await _arrived(slack, report)


async def _ask(member: Deeds, report: RollReport, over: asyncio.Event) -> None:
    asked = []
    while not over.is_set():
        began = time.monotonic()
        asked.append(await member.type("latest"))
        try:
            await asked[-1].answer()
        except TimeoutError:
            report.failures.append(f"question {len(asked)} was LOST")
        report.waited.append(time.monotonic() - began)
        await asyncio.sleep(_BETWEEN_QUESTIONS)
    for number, delivery in enumerate(asked, 1):
        if not delivery.answers.empty():
            report.failures.append(f"question {number} was answered again: REPEATED")


async def _publish(moderator: Deeds, report: RollReport, over: asyncio.Event) -> None:
    while not over.is_set():
        title = f"Entry number {len(report.titles) + 1:03}"
        try:
            form = await (await moderator.type("add")).view()
            await (await moderator.send(form, title=title)).acknowledgement()
        except TimeoutError:
            report.failures.append(f"the form of {title} was LOST")
        else:
            report.titles.append(title)
        await asyncio.sleep(_BETWEEN_ENTRIES)


async def _arrived(slack: FakeSlack, report: RollReport) -> None:
    """Wait until every entry stands in the channel, and count."""
    messages = slack.workspace.channels[NEWS].messages

    def shown() -> Counter[str]:
        text = str([message["blocks"] for message in messages])
        return Counter({title: text.count(f"*{title}*") for title in report.titles})

    began = time.monotonic()
    while not all(shown().values()) and time.monotonic() - began < _PATIENCE:  # noqa: ASYNC110 - no event
        await asyncio.sleep(_BETWEEN_QUESTIONS)
    report.late = time.monotonic() - began
    report.failures += [f"{title} was LOST" for title, times in shown().items() if times == 0]
    report.failures += [f"{title} was REPEATED" for title, times in shown().items() if times > 1]
    report.failures += slack.violations


class Program:
    """`ainews run` of one program, which finds its code in front of everything else."""

    def __init__(self, folder: Path, settings: Mapping[str, str], port: int, program: Path) -> None:
        self._folder = folder
        self._port = port
        self._environment = {
            **os.environ,
            **settings,
            "AINEWS_DATA_FOLDER": str(folder),
            "AINEWS_HTTP": f"127.0.0.1:{port}",
            "PYTHONPATH": os.pathsep.join([str(program), *sys.path]),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it until it can answer."""
        with (self._folder / f"{self._port}.log").open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot.cli",
                "run",
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        await _ready(f"http://127.0.0.1:{self._port}/")

    async def stop(self) -> None:
        """Ask it to end, if it still runs, and wait for that."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await asyncio.wait_for(self._process.wait(), _PATIENCE)


@asynccontextmanager
async def _balancer(ports: list[int], log: IO[bytes]) -> AsyncIterator[str]:
    """Run Caddy with the file that the product has. Yields its address."""
    address = f"http://127.0.0.1:{unused_port()}"
    process = await asyncio.create_subprocess_exec(
        "caddy",
        "run",
        "--adapter=caddyfile",
        f"--config={ROOT / 'deploy' / 'Caddyfile'}",
        env={
            **os.environ,
            "AINEWS_WEB_URL": address,
            "AINEWS_BOTS": " ".join(f"127.0.0.1:{port}" for port in ports),
        },
        stdout=log,
        stderr=log,
    )
    try:
        yield address
    finally:
        process.terminate()
        await process.wait()


async def _ready(address: str) -> None:
    """Wait until what is there can answer."""
    url = URL(address).with_path("/health/ready")
    async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as session:
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(url) as answer:
                    if answer.status == HTTPStatus.OK:
                        return
            await asyncio.sleep(_BETWEEN_QUESTIONS)


@contextmanager
def _program_of(commit: str) -> Iterator[Path]:
    """Lay the program of a commit into a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="ainews-older-") as folder:
        packed = subprocess.run(
            ["git", "archive", commit], cwd=ROOT, check=True, capture_output=True
        )
        subprocess.run(
            ["tar", "--extract", f"--directory={folder}"], input=packed.stdout, check=True
        )
        yield Path(folder)


def main() -> int:
    """Upgrade, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.rolling", description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--older", type=int, default=PROCESSES, help="processes that run it")
    given = parser.parse_args()
    report = RollReport()
    folder = Path(tempfile.mkdtemp(prefix="ainews-rolling-"))
    with (
        _program_of(given.commit) as older,
        PostgresServer() as server,
        server.database() as database,
    ):
        asyncio.run(roll(older, given.older, report, database, folder))
    _say(
        f"{len(report.waited)} questions, answered in {statistics.median(report.waited):.2f} s "
        f"(worst {max(report.waited):.2f} s); {len(report.titles)} entries, "
        f"the last posted {report.late:.1f} s after the end"
    )
    if report.failures:
        _say("\n".join([*report.failures, f"The logs are in {folder}"]))
        return 1
    shutil.rmtree(folder)
    _say("Nothing was lost, nothing was repeated.")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
