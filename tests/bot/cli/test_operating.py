"""The operator's own commands: import, export, backup, and a database in trouble."""

from __future__ import annotations

import errno
import io
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli.main import run
from bot.port.invocation import Outcome
from store.db.migrations import VERSION_TABLE
from tests.bot.cli.conftest import PAGE, Shell


def _summary(text: str) -> list[int]:
    line = next(line for line in text.splitlines() if line.startswith("Added"))
    return [int(word.rstrip(",.")) for word in line.split() if word.rstrip(",.").isdecimal()]


def test_a_page_is_imported_once(empty_shell: Shell) -> None:
    page = str(empty_shell.page)
    dry = empty_shell("import", page, "--dry-run")
    first, second = empty_shell("import", page), empty_shell("import", page)

    assert (dry.code, first.code, second.code) == (0, 0, 0)
    assert "new: DistilBERT" in dry.out
    assert "nothing was changed" in dry.out
    assert _summary(first.out) == [2, 0, 0, 0, 0]
    assert _summary(second.out) == [0, 0, 2, 0, 0]


def test_what_is_no_entry_is_said_with_its_line(new_shell: Shell) -> None:
    new_shell.page.write_text(PAGE + "\n* older news is elsewhere\n", "utf-8")

    typed = new_shell("import", str(new_shell.folder / "news.md"))

    assert "Line 21: Skipped:" in typed.out
    assert typed.code == 0


def test_a_mistake_imports_the_rest_or_with_strict_nothing(new_shell: Shell) -> None:
    file = new_shell.folder / "items.jsonl"
    file.write_text('{"title": "Good"}\n{"title": 5}\n', "utf-8")

    strict = new_shell("import", str(file), "--strict")
    lax = new_shell("import", str(file), "--json")

    assert strict.code == 1
    assert "Line 2" in strict.out
    assert "Nothing was imported" in strict.out
    report = json.loads(lax.out)
    assert lax.code == 1
    assert (report["added"], report["problems"]) == (1, 1)


def test_the_sample_is_imported_whole_and_in_both_languages(new_shell: Shell) -> None:
    typed = new_shell("import", "--sample", "--strict")
    entries = json.loads(new_shell("latest", "99", "--json").out)

    assert typed.code == 0
    assert len(entries) == 9
    assert {entry["language"] for entry in entries} == {"ko", "en"}
    assert all(entry["url"] and entry["note"] and entry["tags"] for entry in entries)


@pytest.mark.parametrize("name", ["missing.md", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_said(empty_shell: Shell, name: str) -> None:
    typed = empty_shell("import", name)

    assert typed.code == 1
    assert "cannot be read" in typed.err
    assert len(typed.err.splitlines()) == 1


class _Cut(io.RawIOBase):
    """A file of many entries on a disk that fails at its end, unless it is whole."""

    def __init__(self, *, whole: bool) -> None:
        lines = (json.dumps({"title": f"News {number}"}) for number in range(1500))
        self._data, self._whole = io.BytesIO("\n".join(lines).encode()), whole

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self._data.readinto(buffer)
        if not read and not self._whole:
            raise OSError(errno.EIO, "Input/output error")
        return read


class _Terminal(io.StringIO):
    """Takes what is written for a person, on either stream."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("whole", [True, False])
def test_how_far_it_is_gives_way_to_what_became_of_it(new_shell: Shell, *, whole: bool) -> None:
    written = _Terminal()
    new_shell.patch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(_Cut(whole=whole))))
    new_shell.patch.setattr("sys.stdout", written)
    new_shell.patch.setattr("sys.stderr", written)

    code = run(["import", "-"])

    *shown, last = written.getvalue().split("\r\x1b[K")
    assert any("entries read" in each for each in shown)
    assert (code, last.split()[0]) == ((0, "Added") if whole else (1, "-"))


def test_what_is_exported_can_be_imported_again(shell: Shell) -> None:
    page = shell("export").out
    file = shell.folder / "exported.md"
    file.write_text(page, "utf-8")

    assert _summary(shell("import", str(file)).out) == [0, 0, 2, 0, 0]
    shell.patch.setenv("AINEWS_DATA_FOLDER", str(shell.folder / "other"))
    assert _summary(shell("import", str(file)).out) == [2, 0, 0, 0, 0]
    assert shell("export").out == page


def test_json_and_json_lines_hold_the_same(shell: Shell) -> None:
    whole = json.loads(shell("export", "--format", "json").out)
    lines = [json.loads(line) for line in shell("export", "--format", "jsonl").out.splitlines()]

    assert whole == lines
    assert len(whole) == 2


@pytest.mark.parametrize(
    "typed",
    [
        "latest",
        "search 모델",
        "show 1",
        "tags",
        "saved",
        "status --json",
        "log",
        "export",
        "backup x",
    ],
)
def test_what_only_reads_makes_no_database(empty_shell: Shell, typed: str) -> None:
    for language, word in (("en", "ainews import FILE"), ("ko", "ainews import")):
        done = empty_shell(*typed.split(), AINEWS_LOCALE=language)

        assert (done.code, done.out) == (3, "")
        assert str(empty_shell.folder / "data" / "ainews.db") in done.err
        assert word in done.err
        assert len(done.err.splitlines()) == 1
    assert not list(empty_shell.folder.rglob("*.db"))


@pytest.mark.parametrize("typed", ["add https://a.example T", "schedule daily 09:00"])
def test_what_begins_a_digest_makes_it(empty_shell: Shell, typed: str) -> None:
    assert empty_shell(*typed.split()).code == 0
    assert empty_shell("latest").code == 0


def test_help_needs_no_database(empty_shell: Shell) -> None:
    assert empty_shell("help", "latest").out == empty_shell("latest", "--help").out
    assert empty_shell("도움말").out == empty_shell("--help").out
    assert empty_shell("help", "latets").code == 2
    assert not list(empty_shell.folder.rglob("*.db"))


@pytest.mark.parametrize(
    ("address", "why"), [("foo", "not an address"), ("sqlite:///a.db?x=1", "no option 'x'")]
)
def test_nothing_is_moved_to_what_is_no_database(shell: Shell, address: str, why: str) -> None:
    typed = shell("move", "--to", address)

    assert typed.code == Outcome.MISTYPED
    assert "This database cannot be used (" in typed.err
    assert why in typed.err
    assert "Write sqlite:///FILE" in typed.err


def test_a_backup_is_a_whole_database(shell: Shell) -> None:
    target = shell.folder / "backup.db"
    first, second = shell("backup", str(target)), shell("backup", str(target))

    assert first.code == 0
    assert str(target) in first.out
    assert second.code == 1
    assert "overwrites nothing" in second.err
    typed = shell("latest", AINEWS_DATABASE_URL=f"sqlite:///{target}")
    assert "CLIP" in typed.out


def _not_a_database(folder: Path) -> None:
    (folder / "ainews.db").write_bytes(b"This is a letter, and no database at all." * 50)


def _newer(folder: Path) -> None:
    connection = sqlite3.connect(folder / "ainews.db")
    connection.execute(f"UPDATE {VERSION_TABLE} SET version_num = 'from the future'")  # noqa: S608 - a name of ours
    connection.execute("UPDATE numbers SET since = 'from the future'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("harm", [_not_a_database, _newer])
@pytest.mark.parametrize("command", [["latest"], ["export"], ["run"], ["check"], ["import", "-"]])
def test_a_database_in_trouble_is_one_sentence(
    shell: Shell, harm: Callable[[Path], None], command: list[str]
) -> None:
    harm(shell.folder / "data")
    for language in ("en", "ko"):
        typed = shell(*command, AINEWS_LOCALE=language)

        assert typed.code == (1 if command == ["check"] else 3)
        assert "Traceback" not in typed.out + typed.err
        if command != ["check"]:
            assert typed.out == ""
            assert len(typed.err.splitlines()) == 1
        assert "ainews.db" in typed.out + typed.err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all/ainews.db", "/nowhere/at/all"),
        ("sqlite://ainews.db", "AINEWS_DATABASE_URL"),
        ("mysql://root:hunter22@db/x", "AINEWS_DATABASE_URL"),
        ("postgresql://u:hunter22@127.0.0.1:1/x", "127.0.0.1"),
    ],
)
def test_a_wrong_address_of_a_database_is_one_sentence(shell: Shell, url: str, said: str) -> None:
    typed = shell("latest", AINEWS_DATABASE_URL=url)

    assert (typed.code, typed.out) == (3, "")
    assert said in typed.err
    assert "hunter22" not in typed.err
    assert len(typed.err.splitlines()) == 1


@pytest.mark.parametrize("command", [["latest"], ["run"]])
def test_a_data_folder_that_cannot_be_made_is_said(empty_shell: Shell, command: list[str]) -> None:
    (empty_shell.folder / "file").write_text("in the way")

    typed = empty_shell(*command, AINEWS_DATA_FOLDER=str(empty_shell.folder / "file" / "data"))

    assert (typed.code, typed.out) == (3, "")
    assert typed.err.startswith("AINEWS_DATA_FOLDER: The folder")
    assert len(typed.err.splitlines()) == 1


def test_an_outdated_search_index_is_told_and_still_answers(shell: Shell) -> None:
    connection = sqlite3.connect(shell.folder / "data" / "ainews.db")
    connection.execute("UPDATE search_states SET version = 'of an older program'")
    connection.commit()
    connection.close()

    assert "The search index was made by another version" in shell("check").out
    assert "CLIP" in shell("search", "CLIP").out
