"""The terminal as a platform: what is posted is kept, shown once, and never in the way."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.terminal.display.device import Device
from adapters.terminal.platform import TerminalPlatform
from adapters.terminal.transcript import FILE, Transcript, TranscriptMessage
from bot.i18n.translator import Translator
from bot.port.card import Tone
from bot.port.invocation import LOCAL_CHANNEL, Outcome, Reply, operator
from bot.port.platform import Permanent, PlatformContext, Retryable
from tests.fakes.cards import SHAPES, message
from tests.fakes.clock import FakeClock
from tests.fakes.handler import FakeHandler
from tests.fakes.terminal import Pipe, SilentPipe

Made = Callable[[Pipe], TerminalPlatform]

POSTED = """\
── New post ────────────────────────────────────────────────────────────────────
First post
"""

LEFT = """\
── From before; you may not have seen it ───────────────────────────────────────
First post
"""

EDITED = """\
── Edited post ─────────────────────────────────────────────────────────────────
Second thoughts
"""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def make(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Made]:
    """Makes the platform of a process at the folder of the test."""
    made: list[TerminalPlatform] = []

    def one(pipe: Pipe) -> TerminalPlatform:
        made.append(TerminalPlatform(PlatformContext({}, clock, tmp_path), pipe.device))
        return made[-1]

    yield one
    for platform in made:
        await platform.close()


async def test_a_post_is_on_the_disk_before_it_is_shown_and_marked_after(
    make: Made, tmp_path: Path
) -> None:
    kept: list[TranscriptMessage | None] = []
    pipe = SilentPipe()
    device = pipe.device

    async def write(text: str) -> None:
        kept.append(Transcript(tmp_path).find(LOCAL_CHANNEL, "k"))
        await device.write(text)

    pipe.device = Device(device.lines, write, device.columns)
    platform = make(pipe)
    await platform.start(FakeHandler())
    await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert pipe.text == POSTED
    kept.append(Transcript(tmp_path).find(LOCAL_CHANNEL, "k"))
    assert [each and (each.text.strip(), each.waits) for each in kept] == [
        ("First post", True),
        ("First post", False),
    ]


async def test_a_post_that_could_not_be_shown_is_shown_at_the_next_start(
    make: Made, caplog: pytest.LogCaptureFixture
) -> None:
    broken = SilentPipe(error=OSError(errno.EIO, "input/output error"))
    before = make(broken)
    await before.start(FakeHandler())
    await before.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert "kept, but not shown" in caplog.text
    await before.close()
    pipes = [SilentPipe(), SilentPipe()]
    for pipe in pipes:
        after = make(pipe)
        await after.start(FakeHandler())
        await after.close()
    assert [pipe.text for pipe in pipes] == [LEFT, ""]


async def test_killed_while_showing_the_post_is_found_by_the_next_process(
    make: Made, clock: FakeClock
) -> None:
    reached, never = asyncio.Event(), asyncio.Event()
    stuck = SilentPipe()

    async def write(_: str) -> None:
        reached.set()
        await never.wait()

    stuck.device = Device(stuck.device.lines, write, stuck.device.columns)
    before = make(stuck)
    await before.start(FakeHandler())
    publishing = asyncio.create_task(before.publish(LOCAL_CHANNEL, message("First post"), "k"))
    await reached.wait()
    publishing.cancel()
    await before.close()
    pipe = SilentPipe()
    after = make(pipe)
    await after.start(FakeHandler())
    assert await after.find(LOCAL_CHANNEL, "k", clock()) is not None
    assert pipe.text == LEFT


async def test_a_key_is_shown_once_however_often_it_is_published(make: Made) -> None:
    pipe = SilentPipe()
    platform = make(pipe)
    await platform.start(FakeHandler())
    first = await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    second = await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert first == second
    assert pipe.text == POSTED


async def test_what_another_process_left_is_shown_when_it_is_found(
    make: Made, clock: FakeClock
) -> None:
    broken, pipe = SilentPipe(error=OSError(errno.EIO, "gone")), SilentPipe()
    before, alive = make(broken), make(pipe)
    await alive.start(FakeHandler())
    await before.start(FakeHandler())
    await before.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert await alive.find(LOCAL_CHANNEL, "k", clock()) is not None
    assert await alive.find(LOCAL_CHANNEL, "k", clock()) is not None
    assert pipe.text == LEFT


async def test_an_edit_is_shown_once(make: Made) -> None:
    pipe = SilentPipe()
    platform = make(pipe)
    await platform.start(FakeHandler())
    receipt = await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    for text in ("First post", "Second thoughts", "Second thoughts"):
        await platform.update(receipt, message(text))
    assert pipe.text == f"{POSTED}\n{EDITED}"


async def test_a_removal_is_said_once(make: Made) -> None:
    pipe = SilentPipe()
    platform = make(pipe)
    await platform.start(FakeHandler())
    receipt = await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    await platform.remove(receipt)
    await platform.remove(receipt)
    await platform.update(receipt, message("Second thoughts"))
    assert pipe.text == f"{POSTED}\nRemoved: First post\n"


async def test_a_full_disk_means_to_try_again(make: Made, clock: FakeClock) -> None:
    resource = pytest.importorskip("resource", reason="this system limits no file's size")
    pipe = SilentPipe()
    platform = make(pipe)
    await platform.start(FakeHandler())
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (40, before[1]))
        with pytest.raises(Retryable, match="cannot be used"):
            await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert await platform.find(LOCAL_CHANNEL, "k", clock()) is None
    assert pipe.text == ""
    await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert pipe.text == POSTED


async def test_a_folder_that_cannot_be_written_to_is_said_with_its_remedy(
    make: Made, tmp_path: Path
) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(Permanent, match="cannot write to") as caught:
        await make(SilentPipe()).start(FakeHandler())
    assert "AINEWS_DATA_FOLDER" in caught.value.remedy


async def test_piped_lines_are_answered_until_they_end(make: Made) -> None:
    handler = FakeHandler()
    pipe = Pipe(["/ainews latest 3", "", "  ", "ainews show 12", "search 모델 압축"])
    platform = make(pipe)
    await platform.start(handler)
    await platform.wait_closed()
    assert pipe.text == (
        "✓ Done: latest count=3\n\n✓ Done: show id=12\n\n✓ Done: search words=모델 압축\n"
    )
    assert not any(invocation.interactive for invocation in handler.invocations)
    assert {invocation.asker for invocation in handler.invocations} == {operator()}
    assert platform.outcome is Outcome.DONE


@pytest.mark.parametrize("farewell", ["/quit", "quit", "/ainews quit", "EXIT", "/종료"])
async def test_a_farewell_ends_piped_input(make: Made, farewell: str) -> None:
    handler = FakeHandler()
    platform = make(Pipe(["latest", farewell, "show 12"]))
    await platform.start(handler)
    await platform.wait_closed()
    assert handler.typed == ["latest"]


async def test_the_worst_outcome_is_kept(make: Made) -> None:
    handler = FakeHandler()
    handler.answers["show"] = lambda _: Reply(
        message("There is no entry 99.", tone=Tone.REFUSED), Outcome.REFUSED
    )
    outcomes = []
    for lines in (["latest"], ["latest", "show 99", "latest"], ["nonsense", "show 99"]):
        platform = make(Pipe(lines))
        await platform.start(handler)
        await platform.wait_closed()
        outcomes.append(platform.outcome)
    assert outcomes == [Outcome.DONE, Outcome.REFUSED, Outcome.MISTYPED]


async def test_no_escape_sequence_goes_into_a_pipe(make: Made) -> None:
    pipe = SilentPipe()
    platform = make(pipe)
    await platform.start(FakeHandler())
    for number, shape in enumerate(SHAPES.values()):
        await platform.publish(LOCAL_CHANNEL, shape(), f"k{number}")
        await platform.tell(operator().actor, shape())
    assert "\x1b" not in pipe.text


async def test_a_reader_that_left_ends_it_well(make: Made) -> None:
    platform = make(Pipe(["latest", "latest"], error=BrokenPipeError(errno.EPIPE, "broken pipe")))
    await platform.start(FakeHandler())
    await platform.wait_closed()


async def test_output_that_cannot_be_written_ends_it_with_the_reason(make: Made) -> None:
    platform = make(Pipe(["latest"], error=OSError(errno.ENOSPC, "No space left on device")))
    await platform.start(FakeHandler())
    with pytest.raises(Permanent, match="No space left"):
        await platform.wait_closed()
    with pytest.raises(Permanent, match="No space left"):
        await platform.tell(operator().actor, message("a"))


async def test_a_card_is_told_before_the_start(make: Made) -> None:
    pipe = SilentPipe()
    await make(pipe).tell(operator().actor, message("Welcome"))
    assert pipe.text == "Welcome\n"


async def test_waiting_for_what_was_never_started_ends_at_once(make: Made) -> None:
    await make(SilentPipe()).wait_closed()


async def test_its_own_words_are_the_operators(tmp_path: Path, clock: FakeClock) -> None:
    pipe = SilentPipe(error=OSError(errno.EIO, "gone"))
    before = TerminalPlatform(PlatformContext({}, clock, tmp_path), pipe.device)
    await before.start(FakeHandler())
    await before.publish(LOCAL_CHANNEL, SHAPES["korean"](), "k")
    await before.close()
    pipe = SilentPipe()
    after = TerminalPlatform(PlatformContext({}, clock, tmp_path, language="ko"), pipe.device)
    await after.start(FakeHandler())
    await after.close()
    assert Translator("ko").gettext("From before; you may not have seen it") in pipe.text
    assert "최근 AI 소식" in pipe.text
