"""Actions become lines that do what the action does."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapters.terminal.display.hints import chat_line, hints, shell_line
from bot.commands.parse import LineParser
from bot.i18n.translator import Translator, Translators
from bot.port.card import Action
from tests.fakes.cards import SHAPES, digest, entry
from tests.fakes.handler import COMMANDS

ENGLISH = Translator("en")
PARSER = LineParser(COMMANDS, Translators("en"))
CLOSING = "\"'”」』»"

VALUES = st.text(st.sampled_from("ab 가\"'“:=-:/#,5"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (Action("", "show", {"id": "12"}), "show 12"),
        (Action("", "tags"), "tags"),
        (Action("", "latest", {"count": "5", "page": "2"}), "latest page:2"),
        (Action("", "latest", {"count": "10", "tag": "llm", "page": "1"}), "latest 10 llm"),
        (Action("", "latest", {"tag": "machine learning"}), 'latest tag:"machine learning"'),
        (Action("", "search", {"words": "모델 압축", "page": "2"}), "search 모델 압축 page:2"),
        (Action("", "search", {"words": "tag:llm"}), 'search words:"tag:llm"'),
        (Action("", "search", {"words": 'say "no"'}), "search words:'say \"no\"'"),
        (Action("", "search", {"words": "'\"“"}), "search words:「'\"“」"),
        (Action("", "add", {"link": "https://a.example/?x=1"}), "add link:https://a.example/?x=1"),
        (Action("", "unknown", {"a": "b"}), "unknown a:b"),
    ],
)
def test_lines_for_the_chat(action: Action, line: str) -> None:
    assert chat_line(action, COMMANDS, ENGLISH) == line


@pytest.mark.parametrize(
    ("action", "line"),
    [
        (Action("", "latest", {"count": "5", "page": "2"}), "ainews latest --page 2"),
        (Action("", "search", {"words": "모델 압축"}), "ainews search '모델 압축'"),
        (Action("", "search", {"words": "-x; rm"}), "ainews search --words='-x; rm'"),
        (Action("", "x", {"no_tag": "$(rm)"}), "ainews x --no-tag '$(rm)'"),
    ],
)
def test_lines_for_a_shell(action: Action, line: str) -> None:
    assert shell_line(action, COMMANDS, ENGLISH) == line


@given(st.fixed_dictionaries({}, optional={"words": VALUES, "tag": VALUES, "since": VALUES}))
def test_a_line_for_the_chat_is_read_as_the_action(arguments: dict[str, str]) -> None:
    assume(all(value == " ".join(value.split()) for value in arguments.values()))
    assume(not any(all(quote in value for quote in CLOSING) for value in arguments.values()))
    line = chat_line(Action("", "search", arguments), COMMANDS, ENGLISH)
    assert PARSER.parse(line).arguments == arguments


@given(st.text(min_size=1))
def test_a_line_for_a_shell_is_one_word_a_value(value: str) -> None:
    assume("\x00" not in value)
    words = shlex.split(shell_line(Action("", "x", {"name": value}), COMMANDS, ENGLISH))
    assert words in (["ainews", "x", "--name", value], ["ainews", "x", f"--name={value}"])


def test_one_section_shows_everything_that_can_be_done_with_it() -> None:
    card = digest(entry(12))
    assert hints(card, COMMANDS, ENGLISH) == (
        "show 12",
        "save 12",
        "vote 12",
        "edit 12",
        "retract 12",
    )


def test_several_sections_show_each_command_once() -> None:
    card = SHAPES["everything"]()
    assert hints(card, COMMANDS, ENGLISH) == ("show 112", "save 112", "vote 112", "latest page:2")


def test_a_korean_types_korean_words() -> None:
    korean = Translator("ko")
    assert chat_line(Action("", "help", {"all": "yes"}), COMMANDS, korean) == "도움말 전체:예"
