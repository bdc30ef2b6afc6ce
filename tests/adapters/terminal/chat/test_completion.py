"""What is offered while a line is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from adapters.terminal.chat.completion import LineCompleter, ParameterNames, place_of
from bot.i18n.translator import Translators
from bot.port.invocation import operator
from tests.fakes.handler import COMMANDS, FakeHandler

VOCABULARY = Translators("en")
NAMES = ParameterNames(COMMANDS, VOCABULARY)


async def offered(line: str, handler: FakeHandler | None = None) -> list[str]:
    """Return the lines that the offers lead to."""
    completer = LineCompleter(handler or FakeHandler(), operator(), VOCABULARY, VOCABULARY.of("en"))
    offers = completer.get_completions_async(Document(line), CompleteEvent())
    return [line[: len(line) + offer.start_position] + offer.text async for offer in offers]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("la", ["latest", "language"]),
        ("LAT", ["latest"]),
        ("/la", ["/latest", "/language"]),
        ("/ainews se", ["/ainews search"]),
        ("nothing", []),
        ("nothing like this", []),
        ("show ", ["show 12", "show 7", "show id:"]),
        ("show 1", ["show 12"]),
        ("show id:7", ["show id:7"]),
        ("latest 5 v", ["latest 5 vision"]),
        ("latest tag:", ["latest tag:llm", 'latest tag:"machine learning"', "latest tag:vision"]),
        ('latest tag:"mach', ['latest tag:"machine learning"']),
        (
            'latest tag:"machine learning" ',
            ['latest tag:"machine learning" count:', 'latest tag:"machine learning" page:'],
        ),
        ("latest p", ["latest page:"]),
        ("search 모델 t", ["search 모델 tag:"]),
        ("search 모델 tag:v", ["search 모델 tag:vision"]),
        ("language ", ["language ko", "language en", "language language:"]),
        ("search https://a.example t", ["search https://a.example tag:"]),
    ],
)
async def test_offers(line: str, lines: list[str]) -> None:
    assert await offered(line) == lines


async def test_every_command_is_offered_at_the_beginning() -> None:
    assert await offered("") == [command.name for command in COMMANDS]


async def test_the_handler_is_told_what_stands_before() -> None:
    handler = FakeHandler()
    await offered("/ainews search 모델 tag:v", handler)
    assert handler.completed == [("search", "tag", "v")]
    place = place_of("search tag:llm since:2021 x", NAMES)
    assert place is not None
    assert place.given == {"tag": "llm", "since": "2021"}


async def test_names_of_both_languages_are_offered() -> None:
    for command in COMMANDS:
        korean = VOCABULARY.of("ko").pgettext("command", command.name)
        assert korean in await offered(korean[:1])
        assert command.name in await offered(command.name[:1])


@given(st.text() | st.text(st.sampled_from('/ ainews:"latg5')))
def test_any_line_has_a_place_or_none(line: str) -> None:
    place = place_of(line, NAMES)
    if place is not None:
        assert 0 <= place.written <= len(line)
        assert place.typed in line
