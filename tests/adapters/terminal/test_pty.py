"""The chat on a real terminal, and the signals that end it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE

pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
termios = pytest.importorskip("termios")

PROJECT = Path(__file__).parents[3]


class Session:
    """A program that runs on a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self.terminal, self._line = pty.openpty()
        self.before = termios.tcgetattr(self._line)
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "PROMPT_TOOLKIT_NO_CPR": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.terminal.chat_program", str(folder)],
            stdin=self._line,
            stdout=self._line,
            stderr=self._line,
            env=environment,
            cwd=PROJECT,
            start_new_session=True,
        )
        self.screen = ""

    def shows(self, words: str) -> None:
        """Wait until these words come, after those that were waited for before."""
        end = time.monotonic() + PATIENCE
        while words not in self.screen:
            ready, _, _ = select.select([self.terminal], [], [], end - time.monotonic())
            assert ready, f"{words!r} never came, but {self.screen!r}"
            self.screen += os.read(self.terminal, 65_536).decode(errors="replace")
        self.screen = self.screen[self.screen.index(words) + len(words) :]

    def type(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def ends(self) -> int:
        """Wait for the end. Returns the exit code; the terminal is as it was before."""
        code = self.process.wait(PATIENCE)
        assert termios.tcgetattr(self._line) == self.before
        return code

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)
        os.close(self._line)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path)
    yield session
    session.close()


def test_a_person_chats_while_posts_come(session: Session) -> None:
    session.shows("ainews› ")
    session.type("la")
    session.shows("The newest AI news")
    session.type("test tag:v")
    session.shows("tag vision")
    session.type("\t\r")
    session.shows("Done: latest tag=vision")
    session.type("save 12\r")
    session.shows("Saved")
    session.shows("새 게시물")
    session.shows("국내 연구진")
    session.shows("ainews› ")
    session.type("show 12\r")
    session.shows("\x1b]8;id=")
    session.shows("CLIP")
    session.shows("ainews› ")
    session.type("\x04")
    assert session.ends() == 0


def test_ctrl_c_twice_ends_it(session: Session) -> None:
    session.shows("ainews› ")
    session.type("half a line\x03\x03")
    session.shows("Ctrl-C again")
    session.shows("ainews› ")
    session.type("\x03")
    assert session.ends() == 0


def test_a_signal_ends_it_and_leaves_the_terminal_as_it_was(session: Session) -> None:
    session.shows("ainews› ")
    session.process.send_signal(signal.SIGINT)
    session.ends()


def test_a_pipe_is_answered_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.adapters.terminal.chat_program", str(tmp_path)],
        cwd=PROJECT,
        input="/ainews latest\nsearch 모델 압축\n".encode(),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == "✓ Done: latest\n\n✓ Done: search words=모델 압축\n"
    assert done.stderr == b""


def test_input_that_never_comes_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.adapters.terminal.chat_program", str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=PROJECT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"latest\n")
        process.stdin.flush()
        assert "Done" in process.stdout.readline().decode()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        assert process.stderr is not None
        assert b"Fatal" not in process.stderr.read()
