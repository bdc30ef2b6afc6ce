"""Threads that work beside the event loop."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Two of them."""
    with ThreadPoolExecutor(2) as pool:
        yield pool
