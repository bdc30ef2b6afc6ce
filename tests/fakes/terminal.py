"""A terminal without a terminal: what is typed comes from the test, what is shown is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.terminal.display.device import Device, Ends, Looks


class Pipe:
    """Piped input and output. `text` is what was written so far, `writes` one by one."""

    def __init__(self, lines: Sequence[str] = (), *, error: OSError | None = None) -> None:
        self.writes: list[str] = []
        self.error = error
        """Raised by every write, where there is one."""
        self._lines = lines
        self.device = Device(self._read, self._write, columns=lambda: 80)

    @property
    def text(self) -> str:
        """Everything that was written."""
        return "".join(self.writes)

    async def _read(self) -> AsyncIterator[str]:
        for line in self._lines:
            yield line

    async def _write(self, text: str) -> None:
        if self.error is not None:
            raise self.error
        self.writes.append(text)


class SilentPipe(Pipe):
    """A pipe into which nothing is written, and which is never closed."""

    async def _read(self) -> AsyncIterator[str]:
        await asyncio.Event().wait()
        yield ""


class PromptOutput(DummyOutput):
    """Where a prompt draws. `said` are the texts written above it; `drawn` is the rest."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()
        self.everything: list[str] = []
        self.drawn = ""
        self._more = asyncio.Event()

    def write_raw(self, data: str) -> None:
        """Keep what is written as it is."""
        self.everything.append(data)
        self.said.put_nowait(data)

    def write(self, data: str) -> None:
        """Keep what is drawn."""
        self.drawn += data
        self._more.set()

    async def shows(self, words: str) -> None:
        """Wait until these words were drawn."""
        while words not in self.drawn:
            self._more.clear()
            await self._more.wait()


class Keyboard:
    """A person at a terminal: keys in, screen out."""

    def __init__(self, keys: PipeInput) -> None:
        self._keys = keys
        self.output = PromptOutput()
        self.before: list[str] = []
        """What was written while no prompt was there yet."""
        self.device = Device(
            lines=Pipe().device.lines,
            write=self._write,
            columns=lambda: 80,
            looks=Looks(styled=True, coloured=True, clickable=True),
            interactive=True,
            ends=Ends(keys, self.output),
        )

    async def _write(self, text: str) -> None:
        self.before.append(text)

    def type(self, keys: str) -> None:
        r"""Press keys: `\r` is Enter, `\x03` Ctrl-C, `\x04` Ctrl-D, `\x1b` Escape."""
        self._keys.send_text(keys)

    def unplug(self) -> None:
        """Close the terminal."""
        self._keys.close()

    async def seen(self) -> str:
        """Wait for the next text that is written above the prompt."""
        return await self.output.said.get()


@contextmanager
def keyboard() -> Iterator[Keyboard]:
    """A person at a terminal, for the time of a test."""
    with create_pipe_input() as keys:
        yield Keyboard(keys)
