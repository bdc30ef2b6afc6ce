"""Help: quick, complete, in the operator's language, never wider than the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.declared import help_page, options_of
from bot.cli.help import HelpPage, Row, cells, text_of
from bot.cli.operating import OPERATING
from bot.commands.catalogue import all_commands
from bot.i18n.translator import LANGUAGES, Translator
from tests.bot.cli.conftest import Shell

COMMANDS = {command.name: command for command in all_commands()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_names_every_command(empty_shell: Shell, language: str) -> None:
    typed = empty_shell("--help", AINEWS_LOCALE=language)

    assert typed.code == 0
    for name in [*COMMANDS, *(one.name for one in OPERATING)]:
        assert f"\n  {name} " in typed.out
    assert max(map(cells, typed.out.splitlines())) <= 80
    assert empty_shell().out == typed.out


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_s_page_names_every_parameter(name: str) -> None:
    command = COMMANDS[name]

    for language in LANGUAGES:
        page = text_of(help_page(command, Translator(language)), Translator(language), 80)
        for option in options_of(command):
            assert f"--{option.name}" in page
        for parameter in command.parameters:
            assert f"--{parameter.name} " in page
        assert ("--json" in page) is (command.gives_entries or command.gives_data)
        assert "{" not in page


def test_examples_are_as_a_shell_has_them() -> None:
    search = text_of(help_page(COMMANDS["search"], Translator("en")), Translator("en"), 80)
    latest = text_of(help_page(COMMANDS["latest"], Translator("en")), Translator("en"), 80)

    assert "ainews search vision tag:paper since:2021-01" in search
    assert "ainews search '\"language model\"' -gpt site:arxiv.org" in search
    assert "ainews latest 10 --tag llm" in latest


def test_help_is_shown_also_where_nothing_works(empty_shell: Shell) -> None:
    (empty_shell.folder / ".env").write_text("this is no setting\n")

    assert empty_shell("latest", "--help").code == 0
    assert empty_shell("latest", "5", "-h").out.startswith("Usage: ainews latest")
    assert empty_shell("-h").out == empty_shell().out


@pytest.mark.parametrize("one", OPERATING, ids=lambda one: one.name)
def test_the_operator_s_commands_have_their_page(empty_shell: Shell, one: object) -> None:
    name = getattr(one, "name", "")

    typed = empty_shell(name, "--help")

    assert typed.out.startswith(f"Usage: ainews {name}")


NAME_COLUMN = 2 + 28 + 2
NARROWEST = 20
"""Columns that a description has at least, beside names of at most 28."""

WORDS = st.text(st.sampled_from("ab 모델e\u0301-"), max_size=60)


@given(rows=st.lists(st.tuples(WORDS, WORDS), max_size=5), about=WORDS, width=st.integers(30, 90))
def test_lines_are_as_wide_as_the_terminal_unless_a_word_is_wider(
    rows: list[Row], about: str, width: int
) -> None:
    page = HelpPage("ainews x", about, (("Options", tuple(rows)),))

    text = text_of(page, Translator("en"), width)

    longest = max((cells(word) for _, said in rows for word in said.split()), default=0)
    named = max((cells(name) for name, _ in rows), default=0)
    about_word = max(map(cells, about.split()), default=0)
    beside_names = NAME_COLUMN + max(longest, NARROWEST)
    for line in text.splitlines():
        assert cells(line) <= max(width, beside_names, named + 2, about_word)
