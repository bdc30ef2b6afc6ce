"""The listener: what hangs on it is answered, all else is refused, and it lets go in time."""

from __future__ import annotations

import asyncio
import io
import socket
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.test_utils import unused_port
from yarl import URL

from bot.config.readers import HttpAddress
from bot.http import Listener
from bot.i18n.translator import Translator
from bot.port.service import HttpRequest, HttpResponse, Route
from bot.port.settings_error import SettingsError


async def echo(request: HttpRequest) -> HttpResponse:
    """Say what came in."""
    said = f"{request.method} {request.path} {request.query} {request.headers['x-word']}: "
    return HttpResponse(201, said.encode() + request.body, {"X-Word": "back"})


async def broken(request: HttpRequest) -> HttpResponse:
    """Fail, with a secret in the error."""
    raise RuntimeError(f"hunter22 {request.path}")


async def quick(request: HttpRequest) -> HttpResponse:
    """Answer a GET."""
    return HttpResponse(body=request.method.encode())


ROUTES = (Route("POST", "/echo", echo), Route("POST", "/broken", broken), Route("GET", "/q", quick))
BELOW = Route("GET", "/*", echo)


@pytest.fixture
async def address() -> AsyncIterator[HttpAddress]:
    """Where a listener is."""
    address = HttpAddress("127.0.0.1", unused_port())
    listener = Listener(address, ROUTES)
    await listener.start()
    yield address
    await listener.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_request_reaches_its_route_whole(
    address: HttpAddress, session: aiohttp.ClientSession
) -> None:
    async with session.post(
        f"http://{address}/echo?a=b", data="모델", headers={"X-Word": "hello"}
    ) as answer:
        assert answer.status == 201
        assert await answer.text() == "POST /echo a=b hello: 모델"
        assert answer.headers["X-Word"] == "back"
        assert answer.content_type == "text/plain"
        assert answer.headers["Server"] == "AINews"


async def test_what_has_no_route_of_its_own_goes_to_the_one_above(
    session: aiohttp.ClientSession,
) -> None:
    address = HttpAddress("127.0.0.1", unused_port())
    listener = Listener(address, (*ROUTES, BELOW))
    await listener.start()
    for path, said in (
        ("q", "GET"),
        ("a/b%2F?q=R%26D", "GET /a/b/ q=R%26D x: "),
        ("", "GET /  x: "),
    ):
        url = URL(f"http://{address}/{path}", encoded=True)
        async with session.get(url, headers={"X-Word": "x"}) as answer:
            assert await answer.text() == said
    await listener.close()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/echo/", 404),
        ("GET", "/echo", 405),
        ("POST", "/broken", 500),
        ("GET", "/q", 200),
        ("HEAD", "/q", 200),
    ],
)
async def test_strangers_learn_nothing(
    address: HttpAddress, session: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with session.request(method, f"http://{address}{path}") as answer:
        assert answer.status == status
        text = await answer.text()
        assert "hunter22" not in text
        assert "aiohttp" not in text + str(answer.headers)


async def test_who_speaks_no_http_learns_nothing_either(address: HttpAddress) -> None:
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET / HTTP/9.9\r\nHost : x\r\n\r\n")
    said = await reader.read()

    assert said.startswith(b"HTTP/1.0 400 ")
    assert b"Server: AINews" in said
    assert b"aiohttp" not in said
    writer.close()


async def test_who_asks_before_it_sends_a_body_may_go_on(
    address: HttpAddress, session: aiohttp.ClientSession
) -> None:
    url = f"http://{address}/echo"
    async with session.post(url, data="x", headers={"X-Word": "hi"}, expect100=True) as answer:
        assert await answer.text() == "POST /echo  hi: x"


async def test_a_body_that_is_too_large_is_refused(
    address: HttpAddress, session: aiohttp.ClientSession
) -> None:
    body = io.BytesIO(bytes(6 * 1024 * 1024))
    async with session.post(f"http://{address}/echo", data=body) as answer:
        assert answer.status == 413


async def test_who_leaves_amid_a_request_is_no_error(
    address: HttpAddress, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal")
    await writer.drain()
    writer.transport.abort()
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}/q") as answer:
        assert await answer.read() == b"GET"

    assert caplog.records == []


async def test_it_lets_go_within_a_second_of_connections_that_are_open() -> None:
    begun = asyncio.Event()

    async def slow(request: HttpRequest) -> HttpResponse:
        begun.set()
        await asyncio.sleep(60)
        return HttpResponse(body=request.body)

    address = HttpAddress("127.0.0.1", unused_port())
    listener = Listener(address, (Route("POST", "/slow", slow),))
    await listener.start()
    idle = socket.create_connection((address.host, address.port))
    half = socket.create_connection((address.host, address.port))
    half.sendall(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal")
    async with aiohttp.ClientSession() as session:
        waiting = asyncio.create_task(session.post(f"http://{address}/slow"))
        await begun.wait()
        began = time.monotonic()

        await listener.close()

        assert time.monotonic() - began < 20  # a machine may stall; what is asked takes 60
        with pytest.raises(aiohttp.ClientError):
            await waiting
    idle.close()
    half.close()
    with pytest.raises(ConnectionError):
        socket.create_connection((address.host, address.port))


async def test_what_is_under_way_is_answered_and_nothing_more_is_taken() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def asked(request: HttpRequest) -> HttpResponse:
        begun.set()
        await may_end.wait()
        return HttpResponse(body=request.body)

    address = HttpAddress("127.0.0.1", unused_port())
    listener = Listener(address, (Route("POST", "/ask", asked),))
    await listener.start()
    half = socket.create_connection((address.host, address.port))
    half.sendall(b"POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhal")
    async with aiohttp.ClientSession() as session:
        waiting = asyncio.create_task(session.post(f"http://{address}/ask", data=b"news"))
        await begun.wait()

        draining = asyncio.create_task(listener.drain())
        await asyncio.sleep(0)
        with pytest.raises(ConnectionError):
            await asyncio.open_connection(address.host, address.port)
        may_end.set()
        await draining
        await listener.close()

        assert await (await waiting).read() == b"news"
    half.close()


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_place_that_is_taken_or_is_none_of_ours_is_one_sentence(
    address: HttpAddress, language: str
) -> None:
    for place, word in (
        (address, str(address)),
        (HttpAddress("203.0.113.1", 3000), "203.0.113.1"),
        (HttpAddress("no-such-host.invalid", 3000), "no-such-host.invalid"),
    ):
        with pytest.raises(SettingsError) as caught:
            await Listener(place, ()).start()

        said = caught.value.said(Translator(language))
        assert said.startswith("AINEWS_HTTP: ")
        assert word in said
        assert "\n" not in said
