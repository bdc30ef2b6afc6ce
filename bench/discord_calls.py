"""How soon a command over HTTPS is answered by several processes, while one of them is killed.

    uv run --group dev python -m bench.discord_calls [--processes 4] [--rate 20] [--seconds 20]

Real processes on one PostgreSQL; this one is Discord and the balancer, which asks them in turn and,
where a connection breaks, the next. Commands come at even distances, whether or not those before
are answered; half-way the process that sends the posts is killed. A command's time is from when it
was given until Discord has the first answer to it, which is the answer itself.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.test_utils import unused_port

from tests.fakes.discord import DiscordUser, FakeDiscord, FakeDiscordChannel
from tests.fakes.discord.exchange import DEFERRED
from tests.fakes.postgres import PostgresServer
from tests.scenario.process import Bot

ENTRIES = 1_000
COMMANDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("latest", {"count": 5}),
    ("search", {"words": "model 7"}),
    ("search", {"words": "language books"}),
)


@dataclass(slots=True)
class Answers:
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
    member: DiscordUser, channel: FakeDiscordChannel, number: int, answers: Answers
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


async def begin(folder: Path, discord: FakeDiscord, url: str, count: int) -> list[Bot]:
    """Start the processes, with news in their database, and let Discord call them."""
    addresses = [f"127.0.0.1:{unused_port()}" for _ in range(count)]
    environment = {**discord.called_at(*addresses), "AINEWS_DATABASE_URL": url}
    bots = []
    for number, address in enumerate(addresses):
        own = folder / str(number)
        own.mkdir()
        bots.append(Bot(own, {**environment, "AINEWS_HTTP": address}, "discord"))
    items = [
        {"title": f"A language model reads {n} books", "link": f"https://arxiv.example/{n}"}
        for n in range(ENTRIES)
    ]
    (folder / "0" / "items.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")
    code, printed = await bots[0].run("import", "items.jsonl")
    if code:
        raise SystemExit(printed)
    for bot in bots:
        await bot.start()
    return bots


async def phase(
    member: DiscordUser, channel: FakeDiscordChannel, rate: float, seconds: float
) -> Answers:
    """Give commands at a rate for so long, and wait for the answers."""
    answers = Answers()
    given = []
    for number in range(int(rate * seconds)):
        given.append(asyncio.create_task(give(member, channel, number, answers)))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*given)
    return answers


async def measure(processes: int, rate: float, seconds: float) -> None:
    with (
        PostgresServer() as server,
        server.database() as url,
        tempfile.TemporaryDirectory() as name,
    ):
        async with FakeDiscord(checked=False) as discord:
            guild = discord.world.guild()
            channel = discord.world.channel(guild, "news")
            member = discord.person(guild)
            bots = await begin(Path(name), discord, url, processes)
            try:
                await phase(member, channel, rate, 2.0)
                print(f"{processes} processes: {await phase(member, channel, rate, seconds / 2)}")
                dying = asyncio.create_task(kill(bots[0], seconds / 8))
                answers = await phase(member, channel, rate, seconds / 2)
                await dying
                print(f"one is killed: {answers}")
                print(f"wrong calls: {discord.calls.refused}")
            finally:
                for bot in bots:
                    await bot.close()


async def kill(bot: Bot, after: float) -> None:
    """Kill the process that has the domain, in the middle of its work."""
    await asyncio.sleep(after)
    await bot.stop(signal.SIGKILL)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args(words)
    asyncio.run(measure(given.processes, given.rate, given.seconds))


if __name__ == "__main__":
    main()
