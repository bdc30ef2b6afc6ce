"""What befalls a process at a chosen moment: it is killed, one thing fails, or it must wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from store.store import DigestStore
from tests.fakes.platform import Killed

_ROOMS = ("entries", "channels", "broken", "posts", "notices", "polls", "domains")


class Fuse:
    """Blows at the moment numbered `at`: there is one before each thing that has an effect.

    To be killed after a thing is to be killed before the next. With an `error` of its own and
    `once`, that one thing fails and the process lives on.
    """

    def __init__(
        self, at: int | None = None, error: BaseException | None = None, *, once: bool = False
    ) -> None:
        self.at = at
        self.moments = 0
        self._error = error or Killed()
        self._once = once

    @property
    def blown(self) -> bool:
        """Whether its moment has come."""
        return self.at is not None and self.moments > self.at

    async def moment(self) -> None:
        """Let a moment pass. Raises the error where it is time."""
        self.moments += 1
        if self.blown and not (self._once and self.moments - 1 != self.at):
            raise self._error

    def store(self, store: DigestStore) -> DigestStore:
        """Return the store as this process sees it."""
        return cast("DigestStore", _Rooms(store, self))

    def platform(self, platform: Any) -> Any:
        """Return the platform as this process sees it."""
        return _Watched(platform, self)


class Wait(Fuse):
    """Lets the process wait at its moment, while others do something."""

    def __init__(self, at: int, meanwhile: Callable[[], Coroutine[Any, Any, None]]) -> None:
        super().__init__(at)
        self.over: asyncio.Task[None] | None = None
        """What the others do."""
        self._meanwhile = meanwhile

    async def moment(self) -> None:
        """Let a moment pass, or all that the others do."""
        self.moments += 1
        if self.blown and self.over is None:
            self.over = asyncio.create_task(self._meanwhile())
            # Who waits may be cancelled by them.
            await asyncio.shield(self.over)


class _Rooms:
    def __init__(self, store: DigestStore, fuse: Fuse) -> None:
        for room in _ROOMS:
            setattr(self, room, _Watched(getattr(store, room), fuse))


class _Watched:
    """An object whose coroutine methods each have a moment before them."""

    def __init__(self, real: object, fuse: Fuse) -> None:
        self._real = real
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found):
            return found
        method = cast("Callable[..., Awaitable[object]]", found)

        async def watched(*args: object, **values: object) -> object:
            await self._fuse.moment()
            return await method(*args, **values)

        return watched
