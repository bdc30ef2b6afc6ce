"""Every example that people are shown is understood where they type it."""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path

import pytest

from bot.cli.declared import read_call
from bot.commands.catalogue import all_commands
from bot.commands.parse import LineParser
from bot.commands.values import typed_values
from bot.i18n.translator import Translators
from bot.port.command import Command
from bot.port.written import arguments_of, in_shell
from bot.schedule.phrases import WHEN, parse_schedule

ROOT = Path(__file__).parents[3]
COMMANDS = all_commands()
TRANSLATORS = Translators("en")
PARSER = LineParser(COMMANDS, TRANSLATORS)
SHELL = LineParser(all_commands(shared=False), TRANSLATORS)
EXAMPLES = sorted(
    {
        (command.name, line)
        for command in COMMANDS
        for line in (*command.examples, *(one.example for one in command.parameters))
        if line
    }
)
DOCUMENTED = re.compile(r"`/ainews ([a-z가-힣][^`\[]*)`")
_PLACEHOLDER = re.compile(r"[A-Z]{2,}|…")


def meant(command: Command, arguments: dict[str, str]) -> dict[str, object]:
    """Return the values that a command gets. None may be wrong."""
    values, problems = typed_values(command, arguments, date(2026, 11, 26))
    assert [problem for problem in problems if problem.parameter not in {"id", "words"}] == []
    return values


def sense(values: dict[str, object]) -> dict[str, object]:
    """Return values without the words that a language has for them: `매일 09:00`, `help 검색`."""
    read: dict[str, object] = {}
    if isinstance(when := values.get(WHEN), str):
        read[WHEN] = parse_schedule(when, "Asia/Seoul")
    if isinstance(name := values.get("command"), str):
        read["command"] = PARSER.command(name).name
    return {**values, **read}


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_an_example_means_the_same_wherever_it_is_typed(name: str, line: str) -> None:
    parsed = PARSER.parse(line)
    command = PARSER.command(parsed.command)
    assert command.name == name, "it is an example of what it stands with"
    values = meant(command, dict(parsed.arguments))

    for words in TRANSLATORS.every():  # in the terminal and, with /ainews before it, in Slack
        again = PARSER.parse(words.command(line).text)
        told = meant(command, dict(again.arguments))
        assert again.command == name
        # A query has names of its own, in every language.
        assert sense(told) == sense(values) or command.raw is not None
    on_discord = arguments_of(line, command)
    assert meant(command, on_discord) == values

    shell = SHELL.command(name)
    call = read_call(shell, shlex.split(in_shell(line, COMMANDS))[2:], SHELL)
    assert meant(shell, dict(call.arguments)) == meant(shell, dict(parsed.arguments))


def test_every_command_that_takes_something_has_an_example() -> None:
    assert [
        command.name
        for command in COMMANDS
        if any(one.required for one in command.parameters) and not command.examples
    ] == []


@pytest.mark.parametrize("file", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
def test_what_the_documentation_shows_is_understood(file: Path) -> None:
    for line in DOCUMENTED.findall(file.read_text(encoding="utf-8")):
        if not _PLACEHOLDER.search(line) and " " in line:
            parsed = PARSER.parse(line)
            meant(PARSER.command(parsed.command), dict(parsed.arguments))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_choice_can_be_typed_in_each_language(command: Command, language: str) -> None:
    words = TRANSLATORS.of(language)
    for parameter in command.parameters:
        typed = [words.value(command.name, parameter.name, one.value) for one in parameter.choices]
        assert len(set(typed)) == len(typed), f"two choices of {parameter.name} are one word"
        for word, choice in zip(typed, parameter.choices, strict=True):
            line = f"{command.name} {parameter.name}:{word}"
            assert PARSER.parse(line).arguments[parameter.name] == choice.value
            assert language == "en" or not word.isascii()


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("검토 여기 끔", {"action": "here", "desk": "off"}),
        ("답변 공개", {"manner": "public"}),
        ("예약 매일 09:00 나머지:다음", {"when": "매일 09:00", "rest": "wait"}),
        ("번역 12 영어 채택", {"id": "12", "language": "en", "action": "accept"}),
        ("최신 공유:예", {"share": "yes"}),
    ],
)
def test_a_korean_types_korean_words(line: str, meant: dict[str, str]) -> None:
    assert PARSER.parse(line).arguments == meant
