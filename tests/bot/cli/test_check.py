"""`ainews check` and settings: what stands in the way of the bot is named, one line each."""

from __future__ import annotations

import errno
import os
import re
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bot.cli.conftest import Shell


def test_check_changes_nothing_and_says_what_is_there(empty_shell: Shell) -> None:
    before = empty_shell("check")
    assert before.code == 0
    assert "the first start makes it" in before.out
    assert not (empty_shell.folder / "data" / "ainews.db").exists()

    empty_shell("import", str(empty_shell.page))
    after = empty_shell("check")
    assert after.code == 0
    assert "Published entries: 2" in after.out
    assert "Asia/Seoul" in after.out
    assert after.out.splitlines()[-1] == "All is well."


def test_settings_are_found_with_the_data_too(empty_shell: Shell) -> None:
    data = empty_shell.folder / "data"
    data.mkdir()
    (data / ".env").write_text("AINEWS_DATABASE_URL=sqlite:///own.db\nAINEWS_LOCALE=ko\n")
    (data / ".env").chmod(0o600)

    typed = empty_shell("check")
    assert typed.code == 0
    assert str(data / ".env") in typed.out
    assert empty_shell("import", "--sample").code == 0
    assert (data / "own.db").exists()


def test_a_file_of_tokens_that_everybody_can_read_is_named(shell: Shell) -> None:
    file = shell.folder / ".env"
    file.write_text("AINEWS_LOCALE=en\n")
    file.chmod(0o644)
    typed = shell("check")
    file.chmod(0o640)

    assert typed.code == 1
    assert f"✗ Everybody on this machine can read {file}. Type: chmod 600 {file}" in typed.out
    assert shell("check").code == 0


def test_check_tries_to_write_and_names_what_is_free(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = shell("check")
    assert re.search(r"✓ \S+/data can be written; [\d,]+ MB are free\.", well.out)

    def full(**_: object) -> object:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    typed = shell("check")

    assert typed.code == 1
    assert "data has no room left. Free some room, or name another folder." in typed.out


def test_a_folder_that_cannot_be_made_is_no_well(empty_shell: Shell) -> None:
    (empty_shell.folder / "file").write_text("in the way")

    typed = empty_shell("check", AINEWS_DATA_FOLDER=str(empty_shell.folder / "file" / "data"))

    assert typed.code == 1
    assert "file cannot be written (Not a directory)." in typed.out


def test_another_program_at_our_place_is_no_well(shell: Shell) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def answer() -> None:
            connection, _ = other.accept()
            connection.recv(1000)
            connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            connection.close()

        with ThreadPoolExecutor() as pool:
            pool.submit(answer)
            port = other.getsockname()[1]
            typed = shell("check", AINEWS_HTTP=f"127.0.0.1:{port}")

    assert typed.code == 1
    assert f"✗ Another program than the bot answers at 127.0.0.1:{port}." in typed.out


def test_a_korean_machine_that_lives_by_utc_is_told(shell: Shell) -> None:
    told = shell("check", AINEWS_LOCALE="ko", AINEWS_TIMEZONE="UTC").out
    assert "AINEWS_TIMEZONE=Asia/Seoul" in told
    assert "AINEWS_TIMEZONE" not in shell("check", AINEWS_LOCALE="en", AINEWS_TIMEZONE="UTC").out


def test_check_names_a_misspelt_variable_and_fails(shell: Shell) -> None:
    typed = shell("check", AINEWS_TIMEZNE="UTC")

    assert typed.code == 1
    assert "Did you mean AINEWS_TIMEZONE?" in typed.out


def test_check_names_a_wrong_setting_of_what_fetches_and_the_bot_does_not_start(
    shell: Shell,
) -> None:
    wrong = {"AINEWS_FETCH_ALLOW": "wiki.example/team"}

    checked, started = shell("check", **wrong), shell("run", **wrong)

    assert (checked.code, started.code) == (1, 3)
    for said in (checked.out, started.err):
        assert "AINEWS_FETCH_ALLOW: “wiki.example/team” is neither a host nor a network." in said


def test_every_command_names_a_misspelt_variable_and_goes_on(shell: Shell) -> None:
    typed = shell("latest", AINEWS_TIMEZNE="UTC")

    assert typed.code == 0
    assert "Did you mean AINEWS_TIMEZONE?" in typed.err


def test_a_wrong_setting_is_one_sentence(shell: Shell) -> None:
    typed = shell("run", AINEWS_TIMEZONE="Asia/Soeul")

    assert (typed.code, typed.out) == (3, "")
    assert typed.err == (
        "AINEWS_TIMEZONE: “Asia/Soeul” is not a time zone. Write an IANA name such as Asia/Seoul.\n"
    )


def test_every_wrong_setting_is_said_at_once(shell: Shell) -> None:
    wrong = {
        "AINEWS_LOCALE": "de",
        "AINEWS_TIMZONE": "UTC",
        "DISCORD_TOKEN": "hunter22",
        "DISCORD_REQUESTS_PER_SECOND": "many",
    }
    check = shell("check", **wrong)
    run, latest = shell("run"), shell("latest")

    assert (check.code, run.code, latest.code) == (1, 3, 3)
    for variable in wrong:
        assert f"✗ {variable}" in check.out
        assert (f"{variable}: " in run.err) is (variable != "AINEWS_TIMZONE")
    assert len(run.err.splitlines()) == 3
    assert latest.err.startswith("AINEWS_LOCALE: “de”")
    assert len(latest.err.splitlines()) == 1
    assert "hunter22" not in check.out + run.err


def test_a_platform_s_wrong_setting_hides_nothing_else(shell: Shell) -> None:
    typed = shell("check", DISCORD_TOKEN="hunter22")  # noqa: S106 - no secret

    assert typed.code == 1
    assert "✗ DISCORD_TOKEN: It is not a bot token" in typed.out
    assert "Published entries: 2" in typed.out


def test_a_line_of_env_that_cannot_be_read_is_named(shell: Shell) -> None:
    (shell.folder / ".env").write_text("AINEWS_LOCALE=ko\nnonsense hunter22\n", "utf-8")

    typed = shell("latest")

    assert typed.code == 3
    assert typed.err.startswith(f"{shell.folder / '.env'}: Line 2")
    check = shell("check")
    assert check.code == 1
    assert check.out.startswith(f"✗ {shell.folder / '.env'}: Line 2")
    assert "hunter22" not in typed.err
