"""The channel's history: nothing lost, nothing twice, whenever the process is killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.terminal.transcript import FILE, Transcript
from bot.port.invocation import LOCAL_CHANNEL
from store.model import ChannelRef
from tests.fakes.clock import MORNING

Opened = Callable[..., Transcript]
"""Makes the transcript of a process that ends with the test."""

PROJECT = Path(__file__).parents[3]
OTHER_CHANNEL = ChannelRef("terminal", "local", "other")


@pytest.fixture
def opened() -> Iterator[Opened]:
    with ExitStack() as stack:
        yield lambda *args, **more: stack.enter_context(closing(Transcript(*args, **more)))


def posted(transcript: Transcript, key: str, text: str = "text", at: int = 0) -> None:
    transcript.record(LOCAL_CHANNEL, key, text, MORNING + timedelta(minutes=at))


def kept(folder: Path) -> list[tuple[str, str]]:
    """Return the key and the text of every post that is on the disk, the oldest first."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return list(database.execute("SELECT key, text FROM posts ORDER BY number"))


def keys(folder: Path) -> list[str]:
    return [key for key, _ in kept(folder)]


def show(transcript: Transcript, key: str) -> None:
    message = transcript.find(LOCAL_CHANNEL, key)
    assert message is not None
    transcript.mark_shown(message)


def test_a_post_is_there_for_the_next_process(tmp_path: Path, opened: Opened) -> None:
    posted(opened(tmp_path), "a", "모델 👍\u2028\x1b")
    found = opened(tmp_path).find(LOCAL_CHANNEL, "a")
    assert found is not None
    assert (found.text, found.at, found.revision) == ("모델 👍\u2028\x1b", MORNING, 1)
    assert opened(tmp_path).find(LOCAL_CHANNEL, "b") is None
    assert opened(tmp_path).find(OTHER_CHANNEL, "a") is None


def test_a_key_is_recorded_once(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "first")
    posted(transcript, "a", "second")
    assert kept(tmp_path) == [("a", "first")]


def test_what_was_not_shown_is_left_for_the_next_start(tmp_path: Path, opened: Opened) -> None:
    before = opened(tmp_path)
    for key in "abc":
        posted(before, key)
    for key in "ab":
        show(before, key)
    before.edit(LOCAL_CHANNEL, "b", "edited")
    before.close()
    after = opened(tmp_path)
    left = after.open()
    assert [(message.key, message.text, message.shown) for message in left] == [
        ("b", "edited", 1),
        ("c", "text", 0),
    ]
    for message in left:
        after.mark_shown(message)
    after.close()
    assert opened(tmp_path).open() == ()


def test_an_edit_that_changes_nothing_is_none(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "same")
    edited = transcript.edit(LOCAL_CHANNEL, "a", "same")
    assert edited is not None
    assert edited.revision == 1
    assert transcript.edit(LOCAL_CHANNEL, "unknown", "text") is None


def test_a_mark_of_an_older_revision_hides_no_edit(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "first")
    before = transcript.find(LOCAL_CHANNEL, "a")
    assert before is not None
    show(transcript, "a")
    transcript.edit(LOCAL_CHANNEL, "a", "second")
    transcript.mark_shown(before)
    after = transcript.find(LOCAL_CHANNEL, "a")
    assert after is not None
    assert after.waits


def test_a_removed_post_is_gone_and_may_come_again(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "first")
    assert transcript.remove(LOCAL_CHANNEL, "a") is not None
    assert transcript.remove(LOCAL_CHANNEL, "a") is None
    assert opened(tmp_path).find(LOCAL_CHANNEL, "a") is None
    posted(transcript, "a", "second")
    assert kept(tmp_path) == [("a", "second")]


def in_another_process(folder: Path, *lines: str) -> subprocess.Popen[bytes]:
    """Run lines of Python with an open `transcript`."""
    code = "\n".join(
        (
            "import itertools, sys",
            "from pathlib import Path",
            "from adapters.terminal.transcript import Transcript",
            "from tests.adapters.terminal.test_transcript import LOCAL_CHANNEL, posted, show",
            "transcript = Transcript(Path(sys.argv[1]))",
            "transcript.open()",
            *lines,
        )
    )
    command = [sys.executable, "-c", code, str(folder)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT, pipesize=-1
    )


@pytest.mark.parametrize("shown", [True, False])
def test_killed_at_any_moment_each_post_is_there_once_or_not_at_all(
    tmp_path: Path, opened: Opened, *, shown: bool
) -> None:
    with in_another_process(
        tmp_path,
        "for number in itertools.count():",
        "    posted(transcript, str(number))",
        "    show(transcript, str(number))" if shown else "",
        "    print(number, flush=True)",
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(20)]
        process.kill()
        said += process.stdout.readlines()
    done = [line.decode().strip() for line in said if line.endswith(b"\n")]
    there = keys(tmp_path)
    assert there[: len(done)] == done
    assert there[len(done) :] in ([], [str(len(done))])
    after = opened(tmp_path)
    left = [message.key for message in after.open()]
    assert left in (([], there[len(done) :]) if shown else (there,))
    for key in there:
        posted(after, key, "again")
    assert kept(tmp_path) == [(key, "text") for key in there]


def test_processes_see_what_each_other_posts(tmp_path: Path, opened: Opened) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    one.open()
    other.open()
    posted(one, "a")
    assert other.find(LOCAL_CHANNEL, "a") is not None
    posted(other, "a", "again")
    posted(other, "b")
    assert kept(tmp_path) == [("a", "text"), ("b", "text")]


def test_while_another_process_lives_its_posts_are_its_own_to_show(
    tmp_path: Path, opened: Opened
) -> None:
    posted(first := opened(tmp_path), "a")
    first.close()
    with in_another_process(tmp_path, "print('there', flush=True)", "sys.stdin.read()") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        for _ in range(2):
            second = opened(tmp_path)
            assert second.open() == ()
            second.close()
        process.kill()
    assert [message.key for message in opened(tmp_path).open()] == ["a"]


def test_the_history_does_not_grow_without_bound(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path, kept=3)
    for number in range(12):
        posted(transcript, f"k{number}")
        show(transcript, f"k{number}")
        assert len(keys(tmp_path)) <= 3
    assert keys(tmp_path) == ["k9", "k10", "k11"]
    assert opened(tmp_path, kept=3).open() == ()


def test_what_was_not_shown_outlives_its_turn(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path, kept=2)
    for number in range(6):
        posted(transcript, f"k{number}")
        if number:
            show(transcript, f"k{number}")
    assert [message.key for message in opened(tmp_path, kept=2).open()] == ["k0"]
    assert keys(tmp_path) == ["k0", "k4", "k5"]


def test_files_are_for_their_owner_alone(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    transcript.open()
    posted(transcript, "a")
    assert [file.name for file in tmp_path.iterdir() if file.stat().st_mode & 0o077] == []
