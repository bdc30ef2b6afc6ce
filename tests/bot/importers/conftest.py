"""What tests of imports share: a store to import into."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from store.store import DigestStore
from tests.bot.importers.pages import TODAY
from tests.fakes.databases import new_store

NOW = datetime.combine(TODAY, time(), UTC)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[DigestStore]:
    """An empty store, on the day of the imports."""
    opened = await new_store(tmp_path / "digest.db", lambda: NOW)
    yield opened
    await opened.close()
