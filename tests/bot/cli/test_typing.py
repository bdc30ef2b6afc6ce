"""What is typed wrong is said in one sentence, with the nearest thing that is right."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.declared import ShellCall, options_of, read_call
from bot.commands.catalogue import all_commands
from bot.commands.parse import LineParser
from bot.i18n.translator import Translators
from bot.port.command import Command
from bot.port.problems import Mistyped
from tests.bot.cli.conftest import Shell

COMMANDS = {command.name: command for command in all_commands()}
PARSER = LineParser(all_commands(), Translators("en"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("serch", "ainews search"),
        ("imprt", "ainews import"),
        ("xyzzy", "ainews --help"),
        ("search --tagg x", "--tag"),
        ("latest —bogus x", "There is no option —bogus here"),
        ("add https://a.example Foo colour:red", "has no “colour”"),
        ("search --zzz", "ainews search --help"),
        ("search --tag", "--tag needs a value"),
        ("export page", "ainews export --help"),
        ("export --format pdf", "page, json, jsonl"),
        ("export --format", "--format needs a value"),
        ("import --strictt x.md", "--strict?"),
        ("run now", "ainews run --help"),
        ("latest -n 5", "-n"),
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


def read(command: str, *words: str) -> ShellCall:
    """Read what stands after a command's name."""
    return read_call(COMMANDS[command], words, PARSER)


@pytest.mark.parametrize(
    ("command", "words", "arguments"),
    [
        ("latest", ("5", "llm"), {"count": "5", "tag": "llm"}),
        ("latest", ("llm",), {"tag": "llm"}),
        ("latest", ("llm", "page:2"), {"tag": "llm", "page": "2"}),
        ("latest", ("--tag", "llm"), {"tag": "llm"}),
        ("latest", ("--tag=llm", "5"), {"tag": "llm", "count": "5"}),
        ("latest", ("--태그", "llm", "쪽:2"), {"tag": "llm", "page": "2"}),
        ("latest", ("--태그=llm",), {"tag": "llm"}),
        ("latest", ("--", "--tag=llm"), {"tag": "--tag=llm"}),
        ("search", ("모델", "--tag", "nlp", "압축"), {"words": "모델 압축", "tag": "nlp"}),
        ("search", ("모델", "since:2021.1"), {"words": "모델 since:2021.1"}),
        ("search", ("모델", "page:2"), {"words": "모델", "page": "2"}),
        ("search", ("C++:", "a=b", "-gpt"), {"words": "C++: a=b -gpt"}),
        ("search", ("--words", "a b", "c"), {"words": "c a b"}),
        ("search", ("--", "--tag", "x"), {"words": "--tag x"}),
        (
            "add",
            ("https://a.example/x:1", "--title", "T"),
            {"link": "https://a.example/x:1", "title": "T"},
        ),
        (
            "add",
            ("A", "title", "--link", "https://a.example"),
            {"link": "https://a.example", "title": "A title"},
        ),
        ("edit", ("5", "--note", "- one\n- two"), {"id": "5", "note": "- one\n- two"}),
        ("edit", ("5", "--note=", "--tags", ""), {"id": "5", "note": "", "tags": ""}),
        ("edit", ("5", "--note=--json"), {"id": "5", "note": "--json"}),
        ("schedule", ("0 9 * * 1-5",), {"when": "0 9 * * 1-5"}),
        ("schedule", ("weekly", "mon,thu", "09:00"), {"when": "weekly mon,thu 09:00"}),
    ],
)
def test_words_and_options_become_arguments(
    command: str, words: tuple[str, ...], arguments: dict[str, str]
) -> None:
    assert read(command, *words).arguments == arguments


def test_options_of_the_shell_are_kept_apart() -> None:
    call = read("search", "--json", "모델", "--limit=3", "--explain", "--batch", "-")

    assert call.arguments == {"words": "모델"}
    assert call.options == {"json": "", "limit": "3", "explain": "", "batch": "-"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("show", ("1", "2")),
        ("latest", ("tag:a", "--tag", "b")),
        ("latest", ("--tag", "a", "--태그", "b")),
        ("latest", ("--json", "--json")),
        ("latest", ("--json=yes",)),
        ("latest", ("-n", "5")),
        ("latest", ("--tag", "--json")),
        ("tags", ("what",)),
        ("tags", ("--json",)),
    ],
)
def test_what_is_too_much_given_twice_or_unknown_is_refused(
    command: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(Mistyped):
        read(command, *words)


@given(
    command=st.sampled_from(list(COMMANDS.values())),
    words=st.lists(st.text(st.sampled_from("-=: a모tgj") | st.characters(), max_size=12)),
)
def test_any_words_are_read_or_refused_with_a_sentence(command: Command, words: list[str]) -> None:
    with contextlib.suppress(Mistyped):
        call = read_call(command, words, PARSER)
        assert set(call.arguments) <= {one.name for one in command.parameters}


def test_no_option_of_the_shell_hides_a_parameter() -> None:
    for command in COMMANDS.values():
        options = {option.name for option in options_of(command)} | {"help"}
        assert not options & set(PARSER.parameters(command).every)


def test_korean_names_of_commands_and_parameters_are_known(shell: Shell) -> None:
    korean = Translators("ko").of("ko")
    search, tag = korean.pgettext("command", "search"), korean.pgettext("parameter", "tag")

    typed = shell(search, "모델", f"{tag}:nlp")

    assert typed.code == 0
    assert "DistilBERT" in typed.out
    assert "CLIP" not in typed.out
