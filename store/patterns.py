"""Patterns that are compiled when they are first asked, so that a start does not wait for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast


class _Later:
    def __init__(self, compiled: Callable[[], Any]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled(), name)
        self.__dict__[name] = found
        return found


def compiled_later(
    pattern: str, flags: int = 0, how: Callable[[str, int], Any] = re.compile
) -> re.Pattern[str]:
    """Return what has the methods of a compiled pattern. Threads may share it.

    `how` compiles it, and remembers what it compiled.
    """
    return cast("re.Pattern[str]", _Later(lambda: how(pattern, flags)))
