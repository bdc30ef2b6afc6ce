"""A delivery: what somebody did, as Slack sends it, and what came back for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.patience import PATIENCE


class SlackDelivery:
    """One envelope, its acknowledgement and the answers that follow."""

    def __init__(self, number: int, kind: str, payload: dict[str, Any]) -> None:
        self.number = number
        self.kind = kind
        self.payload = payload
        self.uses = 0
        self.acknowledgements: list[Mapping[str, Any]] = []
        self.answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.opened: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._acknowledged = asyncio.Condition()

    @property
    def envelope_id(self) -> str:
        """The id by which it is acknowledged."""
        return f"envelope-{self.number}"

    def envelope(self) -> dict[str, Any]:
        """Return it as Socket Mode sends it."""
        return {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "accepts_response_payload": self.kind != "events_api",
            "payload": self.payload,
        }

    async def acknowledged(self, payload: Mapping[str, Any]) -> None:
        """Take an acknowledgement."""
        async with self._acknowledged:
            self.acknowledgements.append(payload)
            self._acknowledged.notify_all()

    async def acknowledgement(self, times: int = 1) -> Mapping[str, Any]:
        """Wait until it was acknowledged so often. Returns the last acknowledgement."""
        async with asyncio.timeout(PATIENCE), self._acknowledged:
            await self._acknowledged.wait_for(lambda: len(self.acknowledgements) >= times)
        return self.acknowledgements[times - 1]

    async def answer(self) -> dict[str, Any]:
        """Wait for the next message that answers it."""
        async with asyncio.timeout(PATIENCE):
            return await self.answers.get()

    async def view(self) -> dict[str, Any]:
        """Wait for the next view that it opens."""
        async with asyncio.timeout(PATIENCE):
            return await self.opened.get()
