"""A thread in which documents are read, so that the loop has its turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class ReadingThread:
    """Reads one document after the other."""

    def __init__(self, name: str) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, read: Callable[[], T]) -> T:
        """Return what reading brings. Raises what that raises."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, read)

    async def close(self) -> None:
        """Wait for what is being read, and end the thread."""
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
