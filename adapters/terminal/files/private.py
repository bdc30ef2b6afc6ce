"""Files of the data folder that nobody but their owner may read."""

from __future__ import annotations

import os


def private(path: str, flags: int) -> int:
    """Open a file, made if need be for its owner alone: an `opener` for `open`."""
    return os.open(path, flags, 0o600)
