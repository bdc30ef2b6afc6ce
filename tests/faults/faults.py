"""The faults of a platform, each with what must hold: the table of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.faults import transport
from tests.faults.transport import Answer


@dataclass(frozen=True, slots=True)
class PlatformFault:
    """What goes wrong with requests about posts, and what must hold.

    In every row: nothing is lost, nothing is repeated, the other platform and the other channels
    are not delayed, and no more than `requests` requests are made for the one post.

    Args:
        name: what happens.
        answer: who answers in the server's place.
        times: so many requests it happens to.
        requests: the most requests that are made to publish the post, the good one included.
        reason: part of what the store says while it lasts, lower case, for each platform; ""
            where the adapter overcomes it by itself.
        whole: it is about the whole platform: its other channels wait, too.
    """

    name: str
    answer: Answer
    times: int
    requests: int
    discord: str
    slack: str
    whole: bool = False

    def reason(self, platform: str) -> str:
        """Return what the store says on a platform."""
        return {"discord": self.discord, "slack": self.slack}[platform]


def instead(text: str, kind: str = "application/json", code: int = 200) -> Answer:
    """Do what is asked, and answer with a text of one's own."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        await handler(request)
        return web.Response(status=code, text=text, content_type=kind)

    return answer


def rewritten(change: Callable[[str], str], kind: str = "application/json") -> Answer:
    """Do what is asked, and answer with what becomes of the true answer."""

    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        assert isinstance(response, web.Response)
        said = response.body
        assert isinstance(said, bytes)
        return web.Response(text=change(said.decode()), content_type=kind)

    return answer


def _half(said: str) -> str:
    return said[: len(said) // 2]


def _without_ok(said: str) -> str:
    return said.replace('"ok": true, ', "", 1)


_LIMIT = "429|used up"
_WAIT = "asks to wait"
_TROUBLE = "trouble of its own"
_SILENCE = "no answer|did not answer"
_UNREADABLE = "cannot be read|not what was asked for"

FAULTS = (
    PlatformFault("429 for a channel", transport.limited(30), 3, 4, _LIMIT, _WAIT),
    PlatformFault(
        "429 for the whole bot", transport.limited(30, whole=True), 3, 4, _LIMIT, _WAIT, whole=True
    ),
    PlatformFault("429 of an instant", transport.limited(0), 2, 3, "", ""),
    PlatformFault("429 without Retry-After", transport.limited(None), 6, 7, _LIMIT, _WAIT),
    PlatformFault("a storm of 429", transport.limited(120), 40, 41, _LIMIT, _WAIT),
    PlatformFault(
        "502 with a page of HTML", transport.status(502, "<html>"), 9, 10, "502", _TROUBLE
    ),
    PlatformFault(
        "503 as JSON", transport.status(503, "{}", "application/json"), 9, 10, "503", _TROUBLE
    ),
    PlatformFault("500 for minutes", transport.status(500), 30, 31, "500", _TROUBLE),
    PlatformFault("504 after it was accepted", instead("", code=504), 3, 3, "504", _TROUBLE),
    PlatformFault("the answer is lost", transport.lost, 3, 3, _SILENCE, _SILENCE),
    PlatformFault("the connection breaks first", transport.unheard, 9, 10, _SILENCE, _SILENCE),
    PlatformFault("no JSON", instead("<html>", "text/html"), 3, 3, _UNREADABLE, _TROUBLE),
    PlatformFault("no JSON that says so", instead("<html>"), 3, 3, _UNREADABLE, _TROUBLE),
    PlatformFault("half of the JSON", rewritten(_half), 3, 3, _UNREADABLE, _TROUBLE),
    PlatformFault("an empty answer", instead(""), 3, 3, _UNREADABLE, _TROUBLE),
    PlatformFault("an empty object", instead("{}"), 3, 3, _UNREADABLE, _TROUBLE),
    PlatformFault("a list of numbers", instead("[7]"), 3, 3, _UNREADABLE, _UNREADABLE),
    PlatformFault("a number", instead("7"), 3, 3, _UNREADABLE, _UNREADABLE),
    PlatformFault("ok, and nothing else", instead('{"ok": true}'), 3, 3, _UNREADABLE, _UNREADABLE),
    PlatformFault("ok is missing", rewritten(_without_ok), 1, 1, "", _TROUBLE),
    PlatformFault("the wrong content type", rewritten(str, "text/plain"), 1, 1, "", _UNREADABLE),
)
"""What may happen to requests about posts."""
