"""`ainews init` at a terminal of its own: what it asks, what it refuses, and what it writes."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st

from bot.config.environment import with_values
from tests.bot.cli.conftest import Shell
from tests.bot.cli.test_processes import AINEWS, ainews, environment_of, read_until
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind"
)
if sys.platform != "win32":
    import pty

CHATTER = """
from bot.port.platform import CheckLine, PlatformSetting
from bot.port.settings_error import SettingsError
from tests.fakes.live import FakePlugin
from tests.fakes.platform import FakePlatform

def read(text):
    if not text.startswith("ch-"):
        raise SettingsError("CHATTER_TOKEN", "It begins with ch-.", "Copy it again.")

class Chatter(FakePlugin):
    async def check(self, context):
        if context.environment["CHATTER_TOKEN"] == "ch-old":
            return (CheckLine("Chatter refuses it.", "Make a new one.", "CHATTER_TOKEN"),)
        return (CheckLine("Chatter knows us."), CheckLine("Nobody is there.", "Invite somebody."))

TOKEN = PlatformSetting("CHATTER_TOKEN", "What Chatter knows us by.", secret=True, needed=True,
                        read=read, where="Chatter's own page has it.")
plugin = Chatter(FakePlatform("chatter"), set_up=False,
                 settings=(TOKEN, PlatformSetting("CHATTER_COLOUR", "Not needed.")))
"""


@pytest.fixture
def shell_with_chatter(empty_shell: Shell) -> Shell:
    """A shell on a machine that has a further platform."""
    info = empty_shell.folder / "lib" / "chatter-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: chatter\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ainews.platforms]\nchatter = chatter:plugin\n")
    (info.parent / "chatter.py").write_text(CHATTER)
    return empty_shell


TOKEN = f"{'a' * 24}.{'b' * 6}.{'c' * 27}"
"""What looks like a token of Discord."""


class AskedPlatform:
    """A process that asks, and the terminal that it asks at."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.terminal = terminal
        self.shown = ""

    def answer(self, question: str, typed: str) -> None:
        """Wait for a question, and answer it."""
        self.shown += read_until(self.terminal, question)
        os.write(self.terminal, f"{typed}\r".encode())

    def interrupt(self) -> None:
        """Press Ctrl-C, again where it came just before the question was waited on."""
        for _ in range(round(PATIENCE)):
            self.process.send_signal(signal.SIGINT)
            if select.select([self.terminal], [], [], 1)[0]:
                return

    def end(self, last: str) -> int:
        """Read to the end, which says this, and return the exit code."""
        self.shown += read_until(self.terminal, last)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def asking(shell: Shell, **more: str) -> Iterator[AskedPlatform]:
    """Type `ainews init` at a terminal."""
    environment = environment_of(shell, **{"TERM": "xterm", "TZ": "Asia/Seoul", **more})
    environment["PYTHONPATH"] += os.pathsep + str(shell.folder / "lib")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*AINEWS, "init"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=shell.folder,
        env=environment,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield AskedPlatform(process, ours)
        finally:
            process.kill()
            os.close(ours)


def test_it_asks_for_what_is_needed_and_checks_it(shell_with_chatter: Shell) -> None:
    with asking(shell_with_chatter, DISCORD_API_BASE="http://127.0.0.1:1/api/v10") as asked:
        asked.answer("[en]: ", "fr")
        asked.answer("[en]: ", "ko")
        asked.answer("시간대 [Asia/Seoul]: ", "Asia/Soeul")
        asked.answer("[Asia/Seoul]: ", "")
        asked.answer("CHATTER_TOKEN", "nonsense")
        asked.answer("CHATTER_TOKEN (", "ch-old")
        asked.answer("CHATTER_TOKEN (", "ch-new")
        asked.answer("DISCORD_TOKEN (", TOKEN)
        asked.answer("SLACK_BOT_TOKEN (", "xoxb-1-2-letters")
        asked.answer("SLACK_APP_TOKEN (", "")
        code = asked.end("ainews run")

    assert code == 0
    for said in (
        "Slack 설정은 남기지 않습니다.",
        "Write one of: ko, en.",
        "“Asia/Soeul”",
        "Chatter's own page has it.",
        "✗ Chatter refuses it. Make a new one.",
        "✓ Chatter knows us.",
        "✗ Nobody is there. Invite somebody.",
        "✗ Discord에서 확인하지 못했습니다",
    ):
        assert said in asked.shown
    assert "CHATTER_COLOUR" not in asked.shown
    assert "ch-new" not in asked.shown
    file = shell_with_chatter.folder / ".env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert dotenv_values(file) == {
        "AINEWS_LOCALE": "ko",
        "AINEWS_TIMEZONE": "Asia/Seoul",
        "CHATTER_TOKEN": "ch-new",
        "DISCORD_TOKEN": TOKEN,
    }
    assert not list(shell_with_chatter.folder.rglob("*.db"))


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
@pytest.mark.parametrize(("language", "usual"), [("ko", "Asia/Seoul"), ("en", "")])
def test_a_korean_on_a_server_in_utc_is_offered_seoul(
    shell_with_chatter: Shell, zone: str, language: str, usual: str
) -> None:
    with asking(shell_with_chatter, TZ=zone) as asked:
        asked.answer("[en]: ", language)
        asked.answer(f"[{usual or zone}]: ", "")
        asked.answer("CHATTER_TOKEN (", "")


BEFORE = """# Ours.
AINEWS_LOCALE=ko

export CHATTER_TOKEN='ch-1'   # the first
UNKNOWN="a b"
"""


def test_a_file_that_is_there_keeps_what_is_not_answered(shell_with_chatter: Shell) -> None:
    file = shell_with_chatter.folder / ".env"
    file.write_text(BEFORE)
    file.chmod(0o640)
    with asking(shell_with_chatter) as asked:
        asked.answer("[y/N]", "y")
        asked.answer("[ko]: ", "en")
        asked.answer("[Asia/Seoul]: ", "UTC")
        asked.answer("CHATTER_TOKEN (Enter: as it is): ", "")
        asked.answer("DISCORD_TOKEN (", "")
        asked.answer("SLACK_BOT_TOKEN (", "")
        assert asked.end("ainews run") == 0

    assert file.read_text() == BEFORE.replace("LOCALE=ko", "LOCALE=en") + "AINEWS_TIMEZONE=UTC\n"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("way", ["no", "interrupt", "end"])
def test_whoever_leaves_changes_nothing(shell_with_chatter: Shell, way: str) -> None:
    file = shell_with_chatter.folder / ".env"
    file.write_text(BEFORE)
    with asking(shell_with_chatter) as asked:
        if way == "no":
            asked.answer("[y/N]", "")
        else:
            asked.answer("[y/N]", "ㅛ")
            asked.answer("[ko]: ", "")
            asked.shown += read_until(asked.terminal, "[Asia/Seoul]: ")
            if way == "interrupt":
                asked.interrupt()
            else:
                os.write(asked.terminal, b"\x04")
        code = asked.end("바뀐 내용이 없습니다.")

    assert code == (0 if way == "no" else 130)
    assert file.read_text() == BEFORE
    assert [each.name for each in shell_with_chatter.folder.iterdir()].count(".env.new") == 0


def test_nobody_types_tokens_for_a_file_that_cannot_be_written(empty_shell: Shell) -> None:
    (empty_shell.folder / ".env.new").mkdir()  # what it would write first
    with asking(empty_shell) as asked:
        code = asked.end("cannot be written")

    assert code == 1
    assert "[en]: " not in asked.shown


@pytest.mark.parametrize("language", ["en", "ko"])
def test_without_a_terminal_it_is_one_sentence(empty_shell: Shell, language: str) -> None:
    done = ainews(empty_shell, "init", AINEWS_LOCALE=language)

    assert (done.returncode, done.stdout) == (2, "")
    assert "ainews init" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (empty_shell.folder / ".env").exists()


LINES = ("# A=1", "", "A=1", "export A_TOKEN='x'", 'OTHER="two words"', "B_TOKEN")
NAMES = st.sampled_from(["A_TOKEN", "A", "B_TOKEN"])


@given(
    before=st.lists(st.sampled_from(LINES)),
    values=st.dictionaries(
        NAMES, st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])).map(str.strip)
    ),
)
def test_what_is_written_is_read_back_and_the_rest_stays(
    before: list[str], values: dict[str, str]
) -> None:
    text = "\n".join(before)

    after = with_values(text, values)

    read = dotenv_values(stream=io.StringIO(after), interpolate=False)
    assert read == {**dotenv_values(stream=io.StringIO(text), interpolate=False), **values}
    assert [line for line in before if line.startswith(("#", "OTHER"))] == [
        line for line in after.splitlines() if line.startswith(("#", "OTHER"))
    ]
    assert with_values(after, values) == after
