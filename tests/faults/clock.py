"""A clock that several processes share, and that goes ahead when it is told to."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

_OFFSET = struct.Struct("d")


class SharedClock:
    """The machine's time, and an offset that lies in a file. Call it for the present moment.

    Whoever advances it does so for every process at once.
    """

    def __init__(self, path: Path) -> None:
        """Begins at the machine's own time where the file is new."""
        if not path.exists():
            path.write_bytes(_OFFSET.pack(0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _OFFSET.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shared.close()

    def __call__(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset())

    def seconds(self) -> float:
        """Return the present moment in seconds since 1970."""
        return self().timestamp()

    def advance(self, by: timedelta) -> None:
        """Go ahead."""
        _OFFSET.pack_into(self._shared, 0, self._offset() + by.total_seconds())

    def _offset(self) -> float:
        offset: float = _OFFSET.unpack_from(self._shared)[0]
        return offset
