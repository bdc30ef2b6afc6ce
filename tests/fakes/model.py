"""A model's endpoint on loopback, as OpenAI, Ollama, llama.cpp and vLLM have it, and its moods."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answering = Callable[[web.Request, Mapping[str, Any]], Awaitable[web.StreamResponse]]

DRAFT = {"title": "작은 모델이 나왔다", "note": "3월에 나왔다.", "tags": ["llm"]}


def said(content: object, finish: str = "stop", **message: object) -> Answering:
    """Answer so: `content` is what the message holds, as text unless it is one."""
    text = json.dumps(content, ensure_ascii=False) if isinstance(content, dict) else content
    body = {
        "choices": [
            {"message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        ],
        "usage": {"prompt_tokens": 700, "completion_tokens": 60},
    }

    async def answer(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
        del request, asked
        return web.json_response(body)

    return answer


def failed(status: int, message: str = "no", code: str = "", **headers: str) -> Answering:
    """Refuse."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
        del request, asked
        error = {"message": message, "code": code}
        return web.json_response({"error": error}, status=status, headers=named)

    return answer


def raw(body: bytes, kind: str = "application/json") -> Answering:
    """Answer with these bytes."""

    async def answer(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
        del request, asked
        return web.Response(body=body, content_type=kind)

    return answer


def picky(*refused: str) -> Answering:
    """Refuse requests that have one of these fields or shapes, by its name."""

    async def answer(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
        shape = str((asked.get("response_format") or {}).get("type"))
        for name in refused:
            if name in asked or name == shape:
                return await failed(400, f"Unsupported parameter: '{name}'.")(request, asked)
        return await said(DRAFT)(request, asked)

    return answer


async def hang(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
    """Never answer."""
    del request, asked
    await asyncio.Event().wait()
    raise AssertionError


async def drip(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
    """Begin an answer, and never come to its end."""
    del asked
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b'{"choices": [')
    await asyncio.Event().wait()
    return response


async def cut(request: web.Request, asked: Mapping[str, Any]) -> web.StreamResponse:
    """Hang up in the middle of an answer."""
    del asked
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"choices": [')
    assert request.transport is not None
    request.transport.abort()
    return response


def asked_about(asked: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title that a draft is asked for of, and the language (`ko`, `en`) of the draft."""
    _, _, source = asked["messages"][-1]["content"].partition("SOURCE: ")
    title: str = json.loads(source.partition("\n")[0])["title"]
    return title, "ko" if "Write in Korean" in asked["messages"][0]["content"] else "en"


class FakeModel:
    """The endpoint. Each of `moods` is the next answer, the last one for all that follow."""

    def __init__(self) -> None:
        self.moods: list[Answering] = [said(DRAFT)]
        self.asked: list[Mapping[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        self._changed = asyncio.Event()
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self.answer)
        self._server = TestServer(application)

    async def start(self) -> None:
        """Listen on loopback."""
        await self._server.start_server(shutdown_timeout=0.05)
        self.url = str(self._server.make_url("/v1"))

    async def die(self) -> None:
        """Listen no more. May be called twice."""
        await self._server.close()

    async def until_asked(self, count: int) -> None:
        """Wait until it was asked so often."""
        while len(self.asked) < count:
            await self._changed.wait()
            self._changed.clear()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append(await request.json())
        self.keys.append(request.headers.get("Authorization", ""))
        self._changed.set()
        mood = self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]
        return await mood(request, self.asked[-1])


@asynccontextmanager
async def a_model() -> AsyncIterator[FakeModel]:
    """An endpoint that answers well, at `url`."""
    model = FakeModel()
    await model.start()
    try:
        yield model
    finally:
        await model.die()
