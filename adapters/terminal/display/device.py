"""The program's input and output: what they are able to do, reading lines, writing text."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import io
import select
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

T = TypeVar("T")

Writer = Callable[[str], Awaitable[None]]
"""Writes a text whole. Raises OSError where it cannot arrive any more."""

LONGEST_LINE = 100_000
"""Characters of an input line that are kept: more than any command may have, so that it is
refused with a reason instead of filling the memory."""

USUAL_COLUMNS = 80

_CHUNK = 65_536
_DRAW_LINKS = {
    "TERM_PROGRAM": {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio"},
    "TERM": {"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra", "wezterm"},
}
_DRAWN_WHERE_SET = ("VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID")


@dataclass(frozen=True, slots=True)
class Looks:
    """What an output makes of a text.

    `styled`: it obeys escape sequences; `coloured`: colours are welcome; `clickable`: links can
    be clicked.
    """

    styled: bool = False
    coloured: bool = False
    clickable: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """The terminal at both ends of a prompt: the program's own where there is None."""

    source: Input | None = None
    target: Output | None = None


OWN_TERMINAL = Ends()


@dataclass(frozen=True, slots=True)
class Device:
    """Both ends of the conversation.

    `interactive`: a person sits at both ends, so that there can be a prompt, at `ends`.
    """

    lines: Callable[[], AsyncIterator[str]]
    write: Writer
    columns: Callable[[], int]
    looks: Looks = Looks()
    interactive: bool = False
    ends: Ends = OWN_TERMINAL


def standard_device(environment: Mapping[str, str]) -> Device:
    """Return the device of the program's standard streams."""
    # Python has none of them where the caller closed it.
    source, target = sys.stdin or io.StringIO(), sys.stdout or io.StringIO()
    looks = looks_of(target, environment)
    return Device(
        lines=partial(lines_of, source),
        write=partial(write_to, target),
        columns=columns,
        looks=looks,
        interactive=looks.styled and source.isatty(),
    )


def looks_of(target: TextIO, environment: Mapping[str, str]) -> Looks:
    """Return what a stream makes of a text.

    As is the custom, `NO_COLOR` turns colours off, and `TERM=dumb` everything but letters.
    """
    terminal = environment.get("TERM", "")
    if not target.isatty() or terminal == "dumb":
        return Looks()
    return Looks(
        styled=True, coloured=not environment.get("NO_COLOR"), clickable=_draws_links(environment)
    )


def _draws_links(environment: Mapping[str, str]) -> bool:
    """Return whether links can be clicked, which only a terminal that is known to draw them says.

    What stands between it and us (tmux, screen) may drop them without a word.
    """
    if environment.get("TMUX") or environment.get("TERM", "").startswith(("screen", "tmux")):
        return False
    return any(environment.get(name) for name in _DRAWN_WHERE_SET) or any(
        environment.get(name) in known for name, known in _DRAW_LINKS.items()
    )


def columns() -> int:
    """Return the width of the terminal in cells, 80 where there is none."""
    return shutil.get_terminal_size((USUAL_COLUMNS, 0)).columns


async def lines_of(source: TextIO) -> AsyncIterator[str]:
    """Yield the lines of a pipe, a file or a terminal as they come, without their ends."""
    encoding = source.encoding or "utf-8"
    if codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    pending = ""
    while chunk := await in_daemon_thread(partial(_read, source)):
        *whole, pending = (pending + decoder.decode(chunk)).split("\n")
        pending = pending[: LONGEST_LINE + 1]
        for line in whole:
            yield line.removesuffix("\r")[:LONGEST_LINE]
    pending += decoder.decode(b"", final=True)
    if pending:
        yield pending.removesuffix("\r")[:LONGEST_LINE]


async def write_to(target: TextIO, text: str) -> None:
    """Write a text whole, without holding up anything else where the reader is slow."""
    await in_daemon_thread(partial(write_now, target, text))


async def in_daemon_thread(work: Callable[[], T]) -> T:
    """Run blocking work in a thread that does not keep the program from ending.

    The event loop's own threads do: it waits for a read from a terminal at which nobody types.
    Raises the work's OSError or ValueError; it must raise nothing else.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Callable[[], None]) -> None:
        if not future.done():
            outcome()

    def run() -> None:
        try:
            outcome = partial(future.set_result, work())
        except (OSError, ValueError) as error:
            outcome = partial(future.set_exception, error)
        # The loop is closed where the program ended meanwhile: then nobody waits.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, outcome)

    threading.Thread(target=run, name="terminal", daemon=True).start()
    return await future


def _read(source: TextIO) -> bytes:
    """Read what is there, waiting for at least a byte; nothing at the end."""
    raw = getattr(getattr(source, "buffer", None), "raw", None)
    if raw is None:
        return source.readline().encode(source.encoding or "utf-8", "replace")
    # Past Python's buffer: its lock, held by a thread that waits, aborts the program at its end.
    while (chunk := raw.read(_CHUNK)) is None:
        select.select([raw], [], [])
    return bytes(chunk)


def write_now(target: TextIO, text: str) -> None:
    """Write a text whole, and wait until it is. What the encoding lacks becomes `?`."""
    raw = getattr(getattr(target, "buffer", None), "raw", None)
    encoding = target.encoding or "utf-8"
    encoded = text.encode(encoding, "replace")
    target.flush()
    if raw is None:
        target.write(encoded.decode(encoding))
        target.flush()
        return
    rest = memoryview(encoded)
    while rest:
        written = raw.write(rest)
        if written is None:
            select.select([], [raw], [])
            continue
        rest = rest[written:]
