"""Chromium, spoken to over its DevTools protocol: what a page does in a real browser.

https://chromedevtools.github.io/devtools-protocol/ - no driver is needed beside the browser.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from tests.patience import PATIENCE

NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = (
    "--headless",
    "--no-sandbox",  # what it opens is ours
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--remote-debugging-port=0",
)


class NoBrowser(Exception):
    """There is none on this machine."""


class Browser:
    """One tab. `requests` are the addresses that it asked, `complaints` what its console said."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._events: dict[str, asyncio.Event] = {}
        self._session = ""
        self.requests: list[str] = []
        self.complaints: list[str] = []

    async def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command, and return what comes of it."""
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        message: dict[str, object] = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        await self._socket.send_json(message)
        async with asyncio.timeout(PATIENCE):
            return await self._answers[number]

    async def begin(self) -> None:
        """Open the tab."""
        target = await self.ask("Target.createTarget", url="about:blank")
        attached = await self.ask(
            "Target.attachToTarget", targetId=target["targetId"], flatten=True
        )
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.ask(f"{domain}.enable")

    async def open(self, url: str) -> None:
        """Open a page, and wait until all of it is there."""
        async with self._loading():
            await self.ask("Page.navigate", url=url)

    async def go(self, script: str) -> str:
        """Do what leads to another page, and return its address once all of it is there."""
        async with self._loading():
            await self.run(script)
        return str(await self.run("location.href"))

    @contextlib.asynccontextmanager
    async def _loading(self) -> AsyncIterator[None]:
        loaded = self._events["Page.loadEventFired"] = asyncio.Event()
        yield
        async with asyncio.timeout(PATIENCE):
            await loaded.wait()

    async def look(self, *, width: int = 1280, scheme: str = "light") -> None:
        """Be as wide, and prefer such colours."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=False,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.ask("Emulation.setEmulatedMedia", features=features)

    async def run(self, script: str) -> Any:
        """Run a script beside the page, and return what it, or its promise, comes to."""
        answer = await self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def listen(self) -> None:
        """Take what the browser says, until it says no more."""
        async for message in self._socket:
            said = message.json()
            if (answer := self._answers.get(said.get("id", 0))) is not None:
                answer.set_result(said.get("result", said))
            else:
                self._happened(said.get("method", ""), said.get("params", {}))

    def _happened(self, event: str, facts: Mapping[str, Any]) -> None:
        if event in self._events:
            self._events[event].set()
        if event == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])
        if event == "Log.entryAdded":
            self.complaints.append(facts["entry"]["text"])


@contextlib.asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    """Start a browser that keeps its things in a folder. Raises NoBrowser."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise NoBrowser(f"none of {', '.join(NAMES)} is installed")
    process = await asyncio.create_subprocess_exec(
        program,
        *_SWITCHES,
        f"--user-data-dir={folder}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        address = await _address(process)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(address, max_msg_size=0) as socket,
        ):
            tab = Browser(socket)
            listening = asyncio.create_task(tab.listen())
            await tab.begin()
            yield tab
            listening.cancel()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(PATIENCE):
        async for line in process.stderr:
            _, found, address = line.decode().partition("DevTools listening on ")
            if found:
                return address.strip()
    raise NoBrowser("it ended before it listened")
