"""Piped input: each line is a command, each answer is written below the one before."""

from __future__ import annotations

from adapters.terminal.display.device import Device
from adapters.terminal.display.screen import Screen
from bot.port.invocation import LOCAL_CHANNEL, Asker, Invocation, Outcome
from bot.port.platform import CommandHandler

_FAREWELLS = frozenset({"quit", "exit", "종료"})


class PipedSession:
    """Lines in, answers out, one after the other; no prompt. `outcome` is the worst so far."""

    def __init__(
        self, handler: CommandHandler, asker: Asker, screen: Screen, device: Device
    ) -> None:
        self._handler = handler
        self._asker = asker
        self._screen = screen
        self._device = device
        self.outcome = Outcome.DONE

    async def run(self) -> None:
        """Answer each line until the input ends. Raises OSError where output fails."""
        async for line in self._device.lines():
            if not line.strip():
                continue
            if is_farewell(line):
                return
            typed = Invocation("", self._asker, LOCAL_CHANNEL)
            reply = await self._handler.run_line(line, typed)
            self.outcome = max(self.outcome, reply.outcome)
            await self._screen.card(reply.card)


def is_farewell(line: str) -> bool:
    """Whether a line says that the conversation is over: `/quit`, with or without `/ainews`."""
    words = line.casefold().split()
    if words[:1] in (["/ainews"], ["ainews"]):
        words = words[1:]
    return len(words) == 1 and words[0].removeprefix("/") in _FAREWELLS
