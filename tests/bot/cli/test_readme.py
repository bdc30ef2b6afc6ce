"""What the README shows is what a newcomer sees: each of its examples is typed, in its order."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Shell
from tests.fakes.feeds import install_feeds

ROOT = Path(__file__).parents[3]
FOLDER_SHOWN = "/srv/ainews"


def _examples(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command behind a `$` and what is shown below it."""
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, shown = re.split(r"(?<!\\)\n", example, maxsplit=1)
            yield command.replace("\\\n", " "), shown


def _words(text: str) -> str:
    """Return a text on one line: where it is wrapped depends on the width of the terminal."""
    return " ".join(text.split())


def test_every_example_of_the_readme_answers_as_shown(
    empty_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "root")
    monkeypatch.syspath_prepend(str(install_feeds(empty_shell.folder / "packages")))
    (empty_shell.folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "example-page.md", empty_shell.folder / "docs")
    examples = list(_examples((ROOT / "README.md").read_text("utf-8")))

    for command, shown in examples:
        program, *arguments = shlex.split(command)
        typed = empty_shell(*arguments)
        answer = _words(typed.out + typed.err).replace(str(empty_shell.folder), FOLDER_SHOWN)

        assert program == "ainews", command
        parts = [_words(part) for part in re.split(r"^…$", shown, flags=re.MULTILINE)]
        assert re.fullmatch(".*".join(map(re.escape, parts)), answer), f"$ {command}\n{answer}"

    assert len(examples) > 10
