"""What hangs on the app's one HTTP listener: routes, with the requests and responses they deal in.

No library shows: a service is a platform, or whatever else the app makes, that has routes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

USUAL_ADDRESS = "127.0.0.1:3000"
"""Where the listener is when `AINEWS_HTTP` names no place and a service needs one."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request, read whole. `headers` are found however their names are cased.

    `path` is decoded, `query` stands as it was sent.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    peer: str = ""
    """The address that is connected, which may be a proxy's."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer. Its kind stands in `headers`, as plain text where it does not."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """What answers one method at one path. An error that `handle` raises is answered with 500.

    A path that ends with `/*` stands for all that begin so and have no route before this one.
    """

    method: str
    path: str
    handle: Callable[[HttpRequest], Awaitable[HttpResponse]]


@runtime_checkable
class Service(Protocol):
    """What has routes."""

    @property
    def routes(self) -> Sequence[Route]:
        """What to hang on the listener before the service is started. Empty: it needs none."""


def is_called(whatever: object) -> bool:
    """Whether something waits to be called over HTTP.

    Who calls does not choose a process, so each one answers, whoever owns the domain.
    """
    return isinstance(whatever, Service) and bool(whatever.routes)
