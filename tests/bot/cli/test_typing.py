"""What is typed wrong is said in one sentence, with the nearest thing that is right."""

from __future__ import annotations

import pytest

from bot.cli.declared import ShellCall
from bot.cli.once import arguments_of
from bot.commands.catalogue import all_commands
from bot.i18n.translator import Translators
from bot.port.problems import Mistyped
from tests.bot.cli.conftest import Shell

COMMANDS = {command.name: command for command in all_commands()}
VOCABULARY = Translators("en")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("serch", "ainews search"),
        ("imprt", "ainews import"),
        ("xyzzy", "ainews --help"),
        ("search --tagg x", "--tag"),
        ("search --zzz", "ainews search --help"),
        ("search --tag", "--tag needs a value"),
        ("export page", "ainews export --help"),
        ("export --format pdf", "page, json, jsonl"),
        ("import", "ainews import news.md"),
        ("import a.md --sample", "ainews import news.md"),
        ("backup", "ainews backup"),
        ("--bogus", "ainews --help"),
        ("status --channel here", "PLATFORM/WORKSPACE/ID"),
        ("pause --channel here", "PLATFORM/WORKSPACE/ID"),
    ],
)
def test_mistakes_are_said_in_one_sentence(empty_shell: Shell, typed: str, said: str) -> None:
    result = empty_shell(*typed.split())

    assert result.code == 2
    assert result.out == ""
    if "status" not in typed:
        assert said in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "bare", "named", "arguments"),
    [
        ("latest", ("5", "llm"), {}, {"count": "5", "tag": "llm"}),
        ("latest", ("llm",), {}, {"tag": "llm"}),
        ("latest", ("llm", "page:2"), {}, {"tag": "llm", "page": "2"}),
        ("latest", (), {"tag": "llm"}, {"tag": "llm"}),
        ("search", ("모델", "압축"), {"tag": "nlp"}, {"words": "모델 압축", "tag": "nlp"}),
        ("search", ("모델", "since:2021.1"), {}, {"words": "모델", "since": "2021.1"}),
        ("search", ("C++:", "a=b"), {}, {"words": "C++: a=b"}),
        (
            "add",
            ("https://a.example/x:1",),
            {"title": "T"},
            {"link": "https://a.example/x:1", "title": "T"},
        ),
        (
            "add",
            ("A", "title"),
            {"link": "https://a.example"},
            {"link": "https://a.example", "title": "A title"},
        ),
        ("schedule", ("0 9 * * 1-5",), {}, {"when": "0 9 * * 1-5"}),
        ("schedule", ("weekly", "mon,thu", "09:00"), {}, {"when": "weekly mon,thu 09:00"}),
    ],
)
def test_bare_words_and_options_become_arguments(
    command: str, bare: tuple[str, ...], named: dict[str, str], arguments: dict[str, str]
) -> None:
    call = ShellCall(COMMANDS[command], bare, named)

    assert arguments_of(call, VOCABULARY) == arguments


@pytest.mark.parametrize(
    ("command", "bare", "named"),
    [
        ("show", ("1", "2"), {}),
        ("latest", ("tag:a",), {"tag": "b"}),
        ("tags", ("what",), {}),
    ],
)
def test_a_word_too_many_and_a_value_given_twice_are_refused(
    command: str, bare: tuple[str, ...], named: dict[str, str]
) -> None:
    with pytest.raises(Mistyped):
        arguments_of(ShellCall(COMMANDS[command], bare, named), VOCABULARY)


def test_korean_names_of_commands_and_parameters_are_known(shell: Shell) -> None:
    korean = Translators("ko").of("ko")
    search, tag = korean.pgettext("command", "search"), korean.pgettext("parameter", "tag")

    typed = shell(search, "모델", f"{tag}:nlp")

    assert typed.code == 0
    assert "DistilBERT" in typed.out
    assert "CLIP" not in typed.out
