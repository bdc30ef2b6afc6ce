"""What README and docs show is what a newcomer sees: each example is typed, in its order."""

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


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize(
    ("pages", "least"),
    [(("README",), 5), (("docs/tour", "docs/json", "docs/settings", "docs/reviewing"), 20)],
    ids=["readme", "docs"],
)
def test_every_example_answers_as_shown(
    empty_shell: Shell,
    monkeypatch: pytest.MonkeyPatch,
    pages: tuple[str, ...],
    least: int,
    language: str,
) -> None:
    monkeypatch.setenv("LOGNAME", "root")
    monkeypatch.setenv("AINEWS_LOCALE", language)
    monkeypatch.syspath_prepend(str(install_feeds(empty_shell.folder / "packages")))
    (empty_shell.folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "example-page.md", empty_shell.folder / "docs")
    ending = {"en": ".md", "ko": ".ko.md"}[language]
    texts = [(ROOT / f"{page}{ending}").read_text("utf-8") for page in pages]
    examples = [example for text in texts for example in _examples(text)]

    for command, shown in examples:
        program, *arguments = shlex.split(command)
        typed = empty_shell(*arguments)
        answer = _words(typed.out + typed.err).replace(str(empty_shell.folder), FOLDER_SHOWN)

        assert program == "ainews", command
        # A line that is left out, or a day at the end of one.
        parts = [_words(part) for part in re.split(r"(?:^|(?<= · ))…$", shown, flags=re.MULTILINE)]
        assert re.fullmatch(".*".join(map(re.escape, parts)), answer), f"$ {command}\n{answer}"

    assert len(examples) >= least


@pytest.mark.parametrize("page", ["README.md", "README.ko.md", "docs/tour.md", "docs/tour.ko.md"])
def test_every_way_to_search_that_is_named_finds_what_is_said(new_shell: Shell, page: str) -> None:
    new_shell("import", str(ROOT / "docs/example-page.md"))
    named = re.findall(
        r"`([a-z ]+|[ㄱ-ㅎ ]+)`[^`]{0,8}모델 압축|`([ㄱ-ㅎ ]+)`\)", (ROOT / page).read_text("utf-8")
    )
    ways = [first or second for first, second in named]

    assert len(ways) == 2
    for way in ways:
        assert "모델 압축" in new_shell("search", way).out, way
