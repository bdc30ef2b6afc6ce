"""A shell in which `ainews` is typed, with a data folder and a small digest of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli.main import run
from tests.fakes.databases import new_database
from tests.fakes.logs import kept_log

PAGE = """---
title: News
---

-----------------

* 20210105 CLIP: connecting text and images (2021.1 vision, paper)
  > 그림과 글을 함께 배우는 모델입니다.

https://arxiv.org/abs/2103.00020

-----------------

* 2019.10 DistilBERT (2019.10 nlp)
  > 모델 압축의 좋은 예입니다.

https://arxiv.org/abs/1910.01108

-----------------
"""


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of a command."""

    code: int
    out: str
    err: str


class Shell:
    """Types commands."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self.patch = patch
        self._capsys = capsys

    def __call__(self, *arguments: str, **environment: str) -> Typed:
        """Type a command with further variables in the environment."""
        for name, value in environment.items():
            self.patch.setenv(name, value)
        code = run(arguments)
        captured = self._capsys.readouterr()
        return Typed(code, captured.out, captured.err)

    @property
    def page(self) -> Path:
        """A page of two entries."""
        file = self.folder / "news.md"
        file.write_text(PAGE, "utf-8")
        return file


@pytest.fixture
def empty_shell(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    own_log: object,
) -> Shell:
    """A shell on a machine without a digest."""
    del own_log
    for name in ("LC_ALL", "LC_MESSAGES", "AINEWS_DATABASE_URL", "AINEWS_LOCALE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("AINEWS_TIMEZONE", "Asia/Seoul")
    monkeypatch.setenv("AINEWS_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.fixture
def new_shell(empty_shell: Shell) -> Shell:
    """A shell on a machine whose digest is empty."""
    (empty_shell.folder / "data").mkdir()
    new_database(empty_shell.folder / "data" / "ainews.db")
    return empty_shell


@pytest.fixture(scope="session")
def digest_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], None]:
    """A function that puts a database with two entries into a folder; it is made once."""
    folder = tmp_path_factory.mktemp("digest")
    page = folder / "news.md"
    page.write_text(PAGE, "utf-8")
    with kept_log(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("AINEWS_DATA_FOLDER", str(folder))
        patch.chdir(folder)
        assert run(["import", str(page)]) == 0

    def put(target: Path) -> None:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "ainews.db", target / "ainews.db")

    return put


@pytest.fixture
def shell(empty_shell: Shell, digest_file: Callable[[Path], None]) -> Shell:
    """A shell on a machine whose digest has two entries."""
    digest_file(empty_shell.folder / "data")
    return empty_shell
