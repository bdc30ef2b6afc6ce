"""How soon a command over HTTPS is answered by several processes, while one of them is killed.

    uv run --group dev python -m bench.discord_calls [--processes 4] [--rate 20] [--seconds 20]
        [--gateway]
    uv run --group dev python -m bench.discord_calls once [--processes 4] [--presses 100]

Real processes on one PostgreSQL; this one is Discord and the balancer, which asks them in turn and,
where a connection breaks, the next. Commands come at even distances, whether or not those before
are answered; half-way the process that sends the posts is killed. A command's time is from when it
was given until Discord has the first answer to it, which is the answer itself.

`once`: each press of a vote, which a second press takes back, reaches all processes at the same
time; then the votes are counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from aiohttp.test_utils import unused_port

from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel, Guild
from tests.fakes.discord.exchange import DEFERRED
from tests.fakes.discord.people import buttons_of
from tests.fakes.postgres import PostgresServer
from tests.scenario.process import Bot, start_on_discord

ENTRIES = 1_000
COMMANDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("latest", {"count": 5}),
    ("search", {"words": "model 7"}),
    ("search", {"words": "language books"}),
)


UNLIMITED = {"AINEWS_COMMANDS_PERSON": "0", "AINEWS_COMMANDS_WORKSPACE": "0"}
"""One person asks for all: the limits of strangers are not what is measured."""


@dataclass(frozen=True, slots=True)
class Running:
    """What runs, and where people are."""

    discord: FakeDiscord
    guild: Guild
    channel: FakeDiscordChannel
    bots: list[Bot]


@dataclass(slots=True)
class Timings:
    """Milliseconds of the commands that were answered, and how many were not."""

    took: list[float] = field(default_factory=list)
    lost: int = 0
    deferred: int = 0

    def __str__(self) -> str:
        """Return a sentence."""
        took = sorted(self.took)
        p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
        return (
            f"{len(took):,} answered, {self.lost} not, {self.deferred} promised first: median "
            f"{statistics.median(took):.0f} ms, p99 {p99:.0f} ms, longest {took[-1]:.0f} ms"
        )


async def give(
    member: DiscordUser, channel: FakeDiscordChannel, number: int, answers: Timings
) -> None:
    """Give one command, and note when it was answered."""
    command, options = COMMANDS[number % len(COMMANDS)]
    began = asyncio.get_running_loop().time()
    try:
        answer = await member.slash(channel, command, **options)
    except TimeoutError:
        answers.lost += 1
        return
    answers.took.append((asyncio.get_running_loop().time() - began) * 1000)
    answers.deferred += answer.exchange.answered == DEFERRED


@asynccontextmanager
async def running(count: int, *, gateway: bool = False) -> AsyncIterator[Running]:
    """Run processes on one PostgreSQL with news in it, behind a Discord."""
    with (
        PostgresServer() as server,
        server.database() as url,
        tempfile.TemporaryDirectory() as name,
    ):
        async with FakeDiscord(checked=False) as discord:
            guild = discord.world.guild()
            channel = discord.world.channel(guild, "news")
            addresses = [f"127.0.0.1:{unused_port()}" for _ in range(count)]
            environment = discord.environment if gateway else discord.called_at(*addresses)
            bots = []
            for number, address in enumerate(addresses):
                own = Path(name) / str(number)
                own.mkdir()
                bots.append(Bot(own, environment | UNLIMITED | shared(url, address), "discord"))
            try:
                await fill(bots[0], Path(name) / "0")
                for number, bot in enumerate(bots):
                    if gateway and number:
                        await bot.begin()
                    else:
                        await start_on_discord(bot, discord)
                yield Running(discord, guild, channel, bots)
            finally:
                for bot in bots:
                    await bot.close()


def shared(url: str, address: str) -> dict[str, str]:
    return {"AINEWS_DATABASE_URL": url, "AINEWS_HTTP": address}


async def fill(bot: Bot, folder: Path) -> None:
    items = [
        {"title": f"A language model reads {n} books", "link": f"https://arxiv.example/{n}"}
        for n in range(ENTRIES)
    ]
    (folder / "items.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    code, printed = await bot.run("import", "items.jsonl")
    if code:
        raise SystemExit(printed)


async def phase(run: Running, rate: float, seconds: float) -> Timings:
    """Give commands at a rate for so long, and wait for the answers."""
    member = run.discord.person(run.guild)
    answers = Timings()
    given = []
    for number in range(int(rate * seconds)):
        given.append(asyncio.create_task(give(member, run.channel, number, answers)))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*given)
    return answers


async def soon(processes: int, rate: float, seconds: float, *, gateway: bool) -> None:
    async with running(processes, gateway=gateway) as run:
        await phase(run, rate, 2.0)
        before = cpu(run)
        answers = await phase(run, rate, seconds / 2)
        each = (cpu(run) - before) * 1000 / len(answers.took)
        way = "by the gateway" if gateway else "over HTTPS"
        print(f"{processes} processes, {way}: {answers}; {each:.1f} ms of CPU each")
        if gateway:
            return
        dying = asyncio.create_task(kill(run.bots[0], seconds / 8))
        answers = await phase(run, rate, seconds / 2)
        await dying
        print(f"one is killed: {answers}; wrong calls: {run.discord.calls.refused}")


def cpu(run: Running) -> float:
    """Return the seconds of CPU that the processes have used so far."""
    times = [psutil.Process(bot.pid).cpu_times() for bot in run.bots]
    return sum(float(each.user + each.system) for each in times)


async def kill(bot: Bot, after: float) -> None:
    """Kill the process that has the domain, in the middle of its work."""
    await asyncio.sleep(after)
    await bot.stop(signal.SIGKILL)


async def once(processes: int, presses: int, *, gateway: bool) -> None:
    async with running(processes, gateway=gateway) as run:
        reader = run.discord.person(run.guild, "reader")
        shown = (await reader.slash(run.channel, "latest", count=1)).message
        vote = next(id for label, id in buttons_of(shown).items() if "👍" in label)
        run.discord.calls.times = processes
        for number in range(presses):
            person = run.discord.person(run.guild, f"person {number}")
            call = (await person.press(shown, vote)).exchange.call
            if call is not None:
                await call  # every process has done with it
        run.discord.calls.times = 1
        after = (await reader.slash(run.channel, "latest", count=1)).message
        said = next(label for label in buttons_of(after) if "👍" in label)
        way = "by the gateway" if gateway else "over HTTPS, each press at all of them at once"
        print(f"{processes} processes, {way}: {presses} pressed, counted {said}")


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("soon", "once"), nargs="?", default="soon")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rate", type=float, default=20.0, help="commands a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--gateway", action="store_true", help="beside it: what one process does")
    parser.add_argument("--presses", type=int, default=100)
    given = parser.parse_args(words)
    if given.what == "soon":
        asyncio.run(soon(given.processes, given.rate, given.seconds, gateway=given.gateway))
        return
    for gateway in (True, False):
        asyncio.run(once(given.processes, given.presses, gateway=gateway))


if __name__ == "__main__":
    main()
