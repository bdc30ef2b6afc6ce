"""A release is one commit and one tag, or nothing."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from tools.release import main, release

CHANGES = """# Changes

## next (unreleased)

- Something new.

## 0.1.0 (2026-01-02)

- The first version.
"""
PROJECT = '[project]\nname = "some"\nversion = "0.1.0"\n\n[other]\nversion = "7"\n'


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with something to release."""
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Hana")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "hana@example.com")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "CHANGELOG.md").write_text(CHANGES, "utf-8")
    (folder / "pyproject.toml").write_text(PROJECT, "utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "All")
    return folder


def _state(folder: Path) -> tuple[str, ...]:
    files = ("CHANGELOG.md", "pyproject.toml")
    texts = ((folder / name).read_text("utf-8") for name in files)
    return (*texts, _git(folder, "rev-parse", "HEAD"), _git(folder, "tag"))


def test_a_release_is_a_commit_and_a_tag(project: Path) -> None:
    release(project, "0.2.0", date(2026, 3, 4))

    changes, settings, _, tags = _state(project)
    assert changes == CHANGES.replace("next (unreleased)", "0.2.0 (2026-03-04)")
    assert settings == PROJECT.replace('"0.1.0"', '"0.2.0"')
    assert tags == "v0.2.0\n"
    assert _git(project, "tag", "--list", "--format=%(contents)").strip() == "- Something new."
    assert _git(project, "log", "-1", "--format=%s") == "AINews 0.2.0\n"
    assert _git(project, "rev-parse", "v0.2.0^{}") == _git(project, "rev-parse", "HEAD")
    assert _git(project, "status", "--porcelain") == ""


def test_it_says_what_is_left_to_do(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["0.2.0"], project) == 0

    assert "git push --follow-tags" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("0.1.0", "0.1.0 is not later than 0.1.0."),
        ("0.0.9", "0.0.9 is not later than 0.1.0."),
        ("v0.2.0", "A version is three numbers, such as 1.2.3, and not 'v0.2.0'."),
        ("0.02.0", "A version is three numbers, such as 1.2.3, and not '0.02.0'."),
        ("9.9.9", "There is a tag v9.9.9 already."),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    project: Path, version: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _git(project, "tag", "v9.9.9")
    before = _state(project)

    assert main([version], project) == 1

    assert capsys.readouterr().err == sentence + "\n"
    assert _state(project) == before


@pytest.mark.parametrize("name", ["pyproject.toml", "new.txt"])
def test_changes_that_are_not_committed_are_refused(
    project: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / name).write_text("[project]\n", "utf-8")
    before = _state(project)

    assert main(["0.2.0"], project) == 1

    assert "not committed" in capsys.readouterr().err
    assert _state(project) == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (CHANGES.replace("- Something new.\n", ""), "The unreleased section of CHANGELOG.md is"),
        (CHANGES.replace("unreleased", "2026-02-03"), "CHANGELOG.md does not begin with an"),
        ("# Changes\n", "CHANGELOG.md does not begin with an"),
    ],
)
def test_nothing_new_is_no_release(
    project: Path, changes: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "CHANGELOG.md").write_text(changes, "utf-8")
    _git(project, "commit", "--quiet", "--all", "--message", "Changes")
    before = _state(project)

    assert main(["0.2.0"], project) == 1

    assert capsys.readouterr().err.startswith(sentence)
    assert _state(project) == before


@pytest.mark.parametrize("what", ["commit", "tag"])
def test_what_git_refuses_leaves_nothing_behind(project: Path, what: str) -> None:
    _git(project, "config", f"{what}.gpgSign", "true")
    _git(project, "config", "gpg.program", "false")
    before = _state(project)

    assert main(["0.2.0"], project) == 1

    assert _state(project) == before
    assert _git(project, "status", "--porcelain") == ""
