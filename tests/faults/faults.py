"""The faults of a platform, each with what must hold: the table of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.faults import wire
from tests.faults.wire import Answer


@dataclass(frozen=True, slots=True)
class Fault:
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
    Fault("429 for a channel", wire.limited(30), 3, 4, _LIMIT, _WAIT),
    Fault("429 for the whole bot", wire.limited(30, whole=True), 3, 4, _LIMIT, _WAIT, whole=True),
    Fault("429 of an instant", wire.limited(0), 2, 3, "", ""),
    Fault("429 without Retry-After", wire.limited(None), 6, 7, _LIMIT, _WAIT),
    Fault("a storm of 429", wire.limited(120), 40, 41, _LIMIT, _WAIT),
    Fault("502 with a page of HTML", wire.status(502, "<html>"), 9, 10, "502", _TROUBLE),
    Fault("503 as JSON", wire.status(503, "{}", "application/json"), 9, 10, "503", _TROUBLE),
    Fault("500 for minutes", wire.status(500), 30, 31, "500", _TROUBLE),
    Fault("504 after it was accepted", instead("", code=504), 3, 3, "504", _TROUBLE),
    Fault("the answer is lost", wire.lost, 3, 3, _SILENCE, _SILENCE),
    Fault("the connection breaks first", wire.unheard, 9, 10, _SILENCE, _SILENCE),
    Fault("no JSON", instead("<html>", "text/html"), 3, 3, _UNREADABLE, _TROUBLE),
    Fault("no JSON that says so", instead("<html>"), 3, 3, _UNREADABLE, _TROUBLE),
    Fault("half of the JSON", rewritten(_half), 3, 3, _UNREADABLE, _TROUBLE),
    Fault("an empty answer", instead(""), 3, 3, _UNREADABLE, _TROUBLE),
    Fault("an empty object", instead("{}"), 3, 3, _UNREADABLE, _TROUBLE),
    Fault("a list of numbers", instead("[7]"), 3, 3, _UNREADABLE, _UNREADABLE),
    Fault("a number", instead("7"), 3, 3, _UNREADABLE, _UNREADABLE),
    Fault("ok, and nothing else", instead('{"ok": true}'), 3, 3, _UNREADABLE, _UNREADABLE),
    Fault("ok is missing", rewritten(_without_ok), 1, 1, "", _TROUBLE),
    Fault("the wrong content type", rewritten(str, "text/plain"), 1, 1, "", _UNREADABLE),
)
"""What may happen to requests about posts."""
