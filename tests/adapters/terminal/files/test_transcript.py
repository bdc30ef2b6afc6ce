"""The channel's history: nothing lost, nothing twice, whenever the process is killed."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.terminal.files.transcript import FILE, Transcript
from bot.port.operator import LOCAL_CHANNEL
from store.model import ChannelRef
from tests.fakes.clock import MORNING

Opened = Callable[..., Transcript]
"""Makes the transcript of a process that ends with the test."""

PROJECT = Path(__file__).parents[4]
OTHER_CHANNEL = ChannelRef("terminal", "local", "other")


@pytest.fixture
def opened() -> Iterator[Opened]:
    with ExitStack() as stack:
        yield lambda *args, **more: stack.enter_context(closing(Transcript(*args, **more)))


def posted(transcript: Transcript, key: str, text: str = "text", at: int = 0) -> None:
    transcript.record(LOCAL_CHANNEL, key, text, MORNING + timedelta(minutes=at))


def keys(transcript: Transcript) -> list[str]:
    return [message.key for message in transcript.all()]


def test_a_post_is_there_for_the_next_process(tmp_path: Path, opened: Opened) -> None:
    posted(opened(tmp_path), "a", "모델 \ud83d\u2028\x1b")
    found = opened(tmp_path).find(LOCAL_CHANNEL, "a")
    assert found is not None
    assert (found.text, found.at, found.revision) == ("모델 \ud83d\u2028\x1b", MORNING, 1)
    assert opened(tmp_path).find(LOCAL_CHANNEL, "b") is None
    assert opened(tmp_path).find(OTHER_CHANNEL, "a") is None


def test_a_key_is_recorded_once(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "first")
    posted(transcript, "a", "second")
    assert [message.text for message in opened(tmp_path).all()] == ["first"]


def test_what_was_not_shown_is_left_for_the_next_start(tmp_path: Path, opened: Opened) -> None:
    before = opened(tmp_path)
    for key in "abc":
        posted(before, key)
    for message in before.all()[:2]:
        before.mark_shown(message)
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


def test_a_removed_post_is_gone_and_may_come_again(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a", "first")
    assert transcript.remove(LOCAL_CHANNEL, "a") is not None
    assert transcript.remove(LOCAL_CHANNEL, "a") is None
    assert opened(tmp_path).find(LOCAL_CHANNEL, "a") is None
    posted(transcript, "a", "second")
    assert [message.text for message in opened(tmp_path).all()] == ["second"]


def test_killed_at_any_byte_each_post_is_there_once_or_not_at_all(
    tmp_path: Path, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    whole = opened(tmp_path)
    for key in "ab":
        posted(whole, key, f"text of {key}")
        whole.mark_shown(whole.all()[-1])
    content = (tmp_path / FILE).read_bytes()
    lines = content.splitlines(keepends=True)
    ends = [len(b"".join(lines[:count])) for count in range(len(lines) + 1)]
    near = {end + offset for end in ends for offset in (-2, -1, 0, 1)}
    for cut in sorted(near & set(range(len(content) + 1)) | set(range(0, len(content), 23))):
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / FILE).write_bytes(content[:cut])
        after = opened(folder)
        left = {message.key for message in after.open()}
        seen = {message.key for message in after.all() if not message.waits}
        # A post counts from its whole line on, and as seen from its whole mark on.
        assert ("a" in left | seen) == (cut >= len(lines[0]))
        assert ("a" in seen) == (cut >= len(lines[0] + lines[1]))
        for key in "ab":
            posted(after, key, f"text of {key}")
        after.close()
        again = opened(folder)
        assert keys(again) == ["a", "b"]
        assert [message.text for message in again.all()] == ["text of a", "text of b"]


def test_a_broken_line_is_skipped(
    tmp_path: Path, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    transcript = opened(tmp_path)
    posted(transcript, "a")
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'\x00\xff\n[]\n{"kind": "post"}\nnull\n' + b'{"kind": "shown", "key": "x"}\n')
    posted(transcript, "b")
    assert keys(opened(tmp_path)) == ["a", "b"]
    assert "cannot be read" in caplog.text


def test_processes_see_what_each_other_posts(tmp_path: Path, opened: Opened) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    one.open()
    other.open()
    posted(one, "a")
    assert other.find(LOCAL_CHANNEL, "a") is not None
    posted(other, "a", "again")
    posted(other, "b")
    assert keys(one) == keys(other) == ["a", "b"]


def test_while_another_process_lives_its_posts_are_its_own_to_show(
    tmp_path: Path, opened: Opened
) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from adapters.terminal.files.transcript import Transcript\n"
        "transcript = Transcript(Path(sys.argv[1]))\n"
        "transcript.open()\n"
        "print('there', flush=True)\n"
        "sys.stdin.read()\n"
    )
    posted(first := opened(tmp_path), "a")
    first.close()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        second = opened(tmp_path)
        assert second.open() == ()
        second.close()
        process.kill()
    assert [message.key for message in opened(tmp_path).open()] == ["a"]


def test_the_file_does_not_grow_without_bound(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path, kept=3)
    sizes = []
    for number in range(40):
        posted(transcript, f"k{number}")
        transcript.mark_shown(transcript.all()[-1])
        sizes.append(len((tmp_path / FILE).read_bytes().splitlines()))
    assert max(sizes) <= 3 * 4 + 2
    transcript.close()
    after = opened(tmp_path, kept=3)
    assert after.open() == ()
    assert keys(after) == [f"k{number}" for number in range(37, 40)]
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 3
    assert all(not message.waits for message in after.all())


def test_what_was_not_shown_outlives_its_turn(tmp_path: Path, opened: Opened) -> None:
    transcript = opened(tmp_path, kept=2)
    for number in range(6):
        posted(transcript, f"k{number}")
        if number:
            transcript.mark_shown(transcript.all()[-1])
    transcript.close()
    assert [message.key for message in opened(tmp_path, kept=2).open()] == ["k0"]
    assert keys(opened(tmp_path)) == ["k0", "k4", "k5"]


def test_another_process_notices_that_the_file_was_made_shorter(
    tmp_path: Path, opened: Opened
) -> None:
    reader = opened(tmp_path)
    writer = opened(tmp_path, kept=1)
    for number in range(4):
        posted(writer, f"k{number}")
        writer.mark_shown(writer.all()[-1])
        reader.find(LOCAL_CHANNEL, "k0")
    writer.close()
    opened(tmp_path, kept=1).open()
    assert keys(reader) == ["k3"]


def test_files_are_for_their_owner_alone(tmp_path: Path, opened: Opened) -> None:
    posted(opened(tmp_path), "a")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_line_is_json(tmp_path: Path, opened: Opened) -> None:
    posted(opened(tmp_path), "a")
    assert json.loads((tmp_path / FILE).read_text("ascii")) == {
        "kind": "post",
        "workspace": "local",
        "channel": "terminal",
        "key": "a",
        "at": MORNING.isoformat(),
        "text": "text",
    }
