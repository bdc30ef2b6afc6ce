"""A world for each test of the delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.world import DeliveryWorld, a_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DeliveryWorld]:
    """A store, a clock that stands still, and one platform."""
    async with a_world(tmp_path) as made:
        yield made
