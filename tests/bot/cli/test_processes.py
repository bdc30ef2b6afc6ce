"""The program as a process of its own: pipes, signals, encodings, a full disk."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import unused_port

from tests.bot.cli.conftest import Shell
from tests.patience import PATIENCE

if sys.platform != "win32":
    import pty

NEEDLESS = """
    aiohttp alembic apscheduler asyncpg bot.app bot.importers discord prompt_toolkit slack_sdk
    sqlalchemy.dialects.postgresql sqlalchemy.orm
"""
AINEWS = [sys.executable, "-X", "utf8=0", "-m", "bot.cli"]


def environment_of(shell: Shell, **more: str) -> dict[str, str]:
    """Return the least that a process needs."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(shell.folder),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "AINEWS_DATA_FOLDER": str(shell.folder / "data"),
        "LANG": "C.UTF-8",
        **more,
    }


def ainews(
    shell: Shell, *arguments: str, given: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return ended([*AINEWS, *arguments], environment_of(shell, **more), input=given)


def ended(
    command: list[str], environment: dict[str, str], **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, in the folder of the shell whose environment it has."""
    return subprocess.run(
        command,
        stdout=options.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=environment["HOME"],
        env=environment,
        timeout=PATIENCE,
        check=False,
        **options,
    )


def in_one_process(shell: Shell, *commands: str, **more: str) -> list[str]:
    """Run commands to their end, each of which ends well; return what each wrote."""
    code = (
        "import sys\n"
        "from bot.cli import main\n"
        f"for typed in {commands!r}:\n"
        "    sys.argv[1:] = typed.split()\n"
        "    assert main() == 0\n"
        "    print(end='\\0', flush=True)"
    )
    done = ended([sys.executable, "-c", code], environment_of(shell, **more))
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\0")[:-1]


def test_piped_commands_are_answered_and_end_well(shell: Shell) -> None:
    done = ainews(shell, "run", given="/ainews latest 1\n/ainews search 압축\n")

    assert done.returncode == 0
    assert done.stderr == ""
    assert "CLIP: connecting text and images" in done.stdout
    assert "DistilBERT" in done.stdout
    assert "\x1b" not in done.stdout


def test_as_a_service_with_no_platform_it_says_so(shell: Shell) -> None:
    korean = environment_of(shell, LANG="ko_KR.UTF-8")
    done = ended([*AINEWS, "run"], korean, stdin=subprocess.DEVNULL)

    assert done.returncode == 0
    assert "설정된 플랫폼도, 입력할 터미널도 없어" in done.stderr
    assert "`ainews init`" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(shell: Shell, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [*AINEWS, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=shell.folder,
        env=environment_of(shell),
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"/ainews latest 1\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(number)
        try:
            code = process.wait(timeout=PATIENCE)
        finally:
            process.kill()
        assert process.stderr is not None
        assert (code, process.stderr.read()) == (0, b"")


def test_health_is_asked_of_the_bot_that_runs(shell: Shell) -> None:
    stopped = shell("health")
    place = {"AINEWS_HTTP": f"127.0.0.1:{unused_port()}"}
    before = shell("health", **place)
    with subprocess.Popen(
        [*AINEWS, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=shell.folder,
        env=environment_of(shell, **place),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"latest 1\n")
        process.stdin.flush()
        process.stdout.readline()
        deadline = time.monotonic() + PATIENCE
        while ": Terminal." not in " ".join((check := shell("check")).out.split()):
            assert time.monotonic() < deadline, check.out
        during, second = shell("health"), shell("run")
        shell.patch.delenv("AINEWS_HTTP")
        running, status = shell("health"), shell("status")
        process.stdin.close()
        assert process.wait(timeout=PATIENCE) == 0

    nothing = f"The bot is not running: nothing answers at {place['AINEWS_HTTP']}.\n"
    assert (before.code, before.out) == (1, nothing)
    assert (during.code, during.out) == (0, "The bot is running and ready.\n")
    assert "✓ The bot is running and ready." in check.out
    assert (stopped.code, stopped.out) == (1, "The bot is not running.\n")
    assert (running.code, running.out.split(".")[0]) == (0, "The bot is running")
    runs = f"The bot runs on {socket.gethostname()} since "
    for said in (" ".join(each.out.split()) for each in (status, check)):
        assert runs in said
        assert ": Terminal." in said
    assert (second.code, second.out) == (3, "")
    [_, trouble] = second.err.splitlines()  # the first: nobody types here
    assert trouble.startswith("AINEWS_HTTP: Another program listens at")


@pytest.mark.parametrize(
    ("typed", "needless"),
    [("health", "sqlalchemy aiohttp asyncio store.store"), ("latest 1", NEEDLESS)],
)
def test_a_command_loads_only_what_it_needs(shell: Shell, typed: str, needless: str) -> None:
    code = (
        f"import sys, bot.cli; sys.argv[1:] = {typed.split()!r}; bot.cli.main();"
        f"print({set(needless.split())!r} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        cwd=shell.folder,
        env=environment_of(shell),
        timeout=PATIENCE,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == "set()"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_what_is_made_is_for_this_user_alone(empty_shell: Shell) -> None:
    in_one_process(empty_shell, f"import {empty_shell.page}", "backup copy.db")

    data = empty_shell.folder / "data"
    made = {file.name: file.stat().st_mode & 0o777 for file in data.iterdir()}
    assert data.stat().st_mode & 0o777 == 0o700
    assert {"ainews.db", "ainews.log"} <= made.keys()
    assert set(made.values()) == {0o600}
    assert (empty_shell.folder / "copy.db").stat().st_mode & 0o777 == 0o600


def test_json_is_for_pipes(shell: Shell) -> None:
    done = shell("latest", "--json")

    assert [entry["id"] for entry in json.loads(done.out)] == [1, 2]
    assert "그림과 글" in done.out


def test_what_the_terminal_cannot_show_is_no_error(shell: Shell) -> None:
    shown, data = in_one_process(shell, "latest", "latest --json", PYTHONIOENCODING="ascii")

    assert "CLIP" in shown
    assert "그림과 글" in json.loads(data)[0]["note"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["latest", "export"])
def test_a_full_disk_is_one_sentence(shell: Shell, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = ended(
            [*AINEWS, command], environment_of(shell), stdin=subprocess.DEVNULL, stdout=full
        )

    assert done.returncode == 1
    assert done.stderr.startswith("Standard output could not be written")
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_has_enough_ends_it_quietly(shell: Shell) -> None:
    items = shell.folder / "many.jsonl"
    items.write_text(
        "".join(
            json.dumps({"title": f"Entry {number}", "note": "x" * 2000}) + "\n"
            for number in range(300)
        )
    )
    assert shell("import", str(items)).code == 0

    process = subprocess.Popen(
        [*AINEWS, "export"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=shell.folder,
        env=environment_of(shell),
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert (process.wait(timeout=PATIENCE), process.stderr.read()) == (0, b"")


def test_no_secret_reaches_the_log_or_the_screen(shell: Shell) -> None:
    done = shell(
        "latest",
        AINEWS_DATABASE_URL="postgresql://u:hunter22@127.0.0.1:1/x",
        AINEWS_LOG_LEVEL="debug",
    )

    assert done.code == 3
    log = shell.folder / "data" / "ainews.log"
    assert "hunter22" not in done.out + done.err + log.read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind")
def test_the_chat_offers_the_sample_where_there_is_no_entry(empty_shell: Shell) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*AINEWS, "run"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=empty_shell.folder,
        env=environment_of(empty_shell, TERM="xterm"),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            read_until(ours, "[Y/n]")
            os.write(ours, b"y\r")
            read_until(ours, "ainews›")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()
            os.close(ours)

    connection = sqlite3.connect(empty_shell.folder / "data" / "ainews.db")
    assert connection.execute("SELECT count(*) FROM entries").fetchone() == (9,)
    connection.close()


def read_until(terminal: int, words: str) -> str:
    """Return what a terminal shows until these words stand there."""
    shown = b""
    while words.encode() not in shown:
        ready, _, _ = select.select([terminal], [], [], PATIENCE)
        assert ready, shown.decode(errors="replace")
        shown += os.read(terminal, 65_536)
    return shown.decode(errors="replace")
