"""Two places, and the bot that is at both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.databases import new_database
from tests.fakes.postgres import PostgresServer
from tests.scenario.places import Places, bot_at, two_places
from tests.scenario.process import Bot


@pytest.fixture
async def places() -> AsyncIterator[Places]:
    """A workspace of Slack and a server of Discord."""
    async with two_places() as both:
        yield both


@pytest.fixture
async def bot(places: Places, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot that has the tokens of both, and does not run yet."""
    bot = bot_at(places, tmp_path)
    yield bot
    await bot.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield new_database(tmp_path / "ainews.db")
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url
