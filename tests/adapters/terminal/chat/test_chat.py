"""A person at the prompt."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.terminal.chat.chat import ChatHistory
from adapters.terminal.platform import HISTORY_FILE, TerminalPlatform
from bot.i18n.translator import Translator
from bot.port.invocation import LOCAL_CHANNEL, Outcome, Reply, operator
from bot.port.platform import PlatformContext
from tests.contract.test_terminal import words_of
from tests.fakes.cards import SHAPES, message
from tests.fakes.clock import FakeClock
from tests.fakes.handler import FakeHandler, add_form
from tests.fakes.terminal import Keyboard, keyboard


@pytest.fixture
def person() -> Iterator[Keyboard]:
    with keyboard() as keys:
        yield keys


@pytest.fixture
async def handler(tmp_path: Path, person: Keyboard) -> AsyncIterator[FakeHandler]:
    """The handler of a chat that has begun."""
    handler = FakeHandler()
    platform = TerminalPlatform(PlatformContext({}, FakeClock(), tmp_path), person.device)
    await platform.start(handler)
    yield handler
    await platform.close()


@pytest.fixture
async def platform(tmp_path: Path, person: Keyboard) -> AsyncIterator[TerminalPlatform]:
    """A chat that has begun."""
    platform = TerminalPlatform(PlatformContext({}, FakeClock(), tmp_path), person.device)
    await platform.start(FakeHandler())
    yield platform
    await platform.close()


async def test_lines_are_answered_with_and_without_the_prefix(
    handler: FakeHandler, person: Keyboard
) -> None:
    for line in ("/ainews latest 3", "latest 4", "/latest"):
        person.type(f"{line}\r")
        assert "Done: latest" in await person.seen()
    assert [call.arguments for call in handler.invocations] == [{"count": "3"}, {"count": "4"}, {}]
    assert all(call.interactive for call in handler.invocations)


async def test_nothing_typed_is_nothing_asked(handler: FakeHandler, person: Keyboard) -> None:
    person.type("\r   \rlatest\r")
    await person.seen()
    assert handler.typed == ["latest"]


async def test_pasted_lines_are_answered_one_by_one(handler: FakeHandler, person: Keyboard) -> None:
    person.type("\x1b[200~latest 1\nlatest 2\x1b[201~\r")
    await person.seen()
    await person.seen()
    assert handler.typed == ["latest 1", "latest 2"]


@pytest.mark.parametrize("keys", ["/quit\r", "exit\r", "\x03\x03", "\x04"])
async def test_the_chat_ends(platform: TerminalPlatform, person: Keyboard, keys: str) -> None:
    person.type(keys)
    await platform.wait_closed()
    assert platform.outcome is Outcome.DONE


async def test_ctrl_c_stops_the_bot_only_when_it_is_meant(
    platform: TerminalPlatform, person: Keyboard
) -> None:
    person.type("\x03")
    assert "Ctrl-C again or Ctrl-D to stop the bot" in await person.seen()
    person.type("latest\r")
    assert "Done: latest" in await person.seen()
    person.type("half a line\x03\x03")
    assert "Ctrl-C again" in await person.seen()
    person.type("half a line\x03\x03")
    await platform.wait_closed()


async def test_a_card_that_is_told_at_the_start_stands_above_the_prompt(
    platform: TerminalPlatform, person: Keyboard
) -> None:
    await platform.tell(operator().actor, message("Welcome"))
    assert words_of(await person.seen()) == "Welcome\n\n"


async def test_a_post_stands_above_the_line_that_is_being_typed(
    platform: TerminalPlatform, person: Keyboard
) -> None:
    person.type("lat")
    await platform.publish(LOCAL_CHANNEL, message("First post"), "k")
    assert "New post" in await person.seen()
    person.type("est\r")
    assert "Done: latest" in await person.seen()


async def test_links_can_be_clicked(handler: FakeHandler, person: Keyboard) -> None:
    handler.answers["show"] = lambda _: Reply(SHAPES["everything"]())
    person.type("show 1\r")
    assert ";https://arxiv.example/abs/2103.00020\x1b\\" in await person.seen()


async def test_the_chat_speaks_the_language_of_the_answers(
    handler: FakeHandler, person: Keyboard
) -> None:
    handler.answers["language"] = lambda _: Reply(message("한국어로 답합니다", language="ko"))
    handler.answers["add"] = lambda call: Reply(
        message("채워 주세요", language="ko"), form=add_form(call)
    )
    person.type("language ko\r")
    await person.seen()
    person.type("add\r")
    await person.seen()
    person.type("\x03")
    left = Translator("ko").gettext("Cancelled. Nothing was changed.")
    assert words_of(await person.seen()) == f"{left}\n\n"


async def test_a_form_is_asked_field_by_field(handler: FakeHandler, person: Keyboard) -> None:
    person.type("add https://a.example/1\r")
    assert "Check the form" in await person.seen()
    for words, keys in (
        ("Add an entry", ""),
        ("Link", "\r"),
        ("Title (required)", "A title\r"),
        ("Esc, then Enter: done", "One line\r\rand another\x1b\r"),
        ("Divided by commas", "llm\r"),
    ):
        await person.output.shows(words)
        person.type(keys)
    assert "Published: A title" in await person.seen()
    sent = handler.invocations[-1]
    assert sent.submitted
    assert sent.arguments == {
        "key": "of the caller",
        "link": "https://a.example/1",
        "title": "A title",
        "note": "One line\n\nand another",
        "tags": "llm",
    }


async def test_only_wrong_fields_are_asked_again(handler: FakeHandler, person: Keyboard) -> None:
    person.type("add\r")
    await person.seen()
    person.type("\rwrong\rA note\x1b\rllm\r")
    await person.output.shows("“title” cannot be that.")
    person.type("\x15A title\r")
    assert "Published: A title" in await person.seen()
    assert handler.invocations[-1].arguments["note"] == "A note"


@pytest.mark.usefixtures("handler")
async def test_a_field_that_is_needed_is_asked_again_at_once(person: Keyboard) -> None:
    person.type("add\r")
    await person.seen()
    person.type("\r\r")
    await person.output.shows("This cannot be left empty.")
    person.type("A title\rA note\x1b\r\r")
    assert "Published: A title" in await person.seen()


@pytest.mark.parametrize("key", ["\x03", "\x04"])
async def test_a_form_can_be_left(handler: FakeHandler, person: Keyboard, key: str) -> None:
    person.type("add\r")
    await person.seen()
    person.type(f"\r{key}")
    assert "Nothing was changed." in await person.seen()
    person.type("latest\r")
    assert "Done: latest" in await person.seen()
    assert not any(call.submitted for call in handler.invocations)


async def test_fields_offer_the_stores_values(handler: FakeHandler, person: Keyboard) -> None:
    person.type("add\r")
    await person.seen()
    person.type("\rA title\r\x1b\rl")
    await person.output.shows("tags llm")
    person.type("\t\r")
    await person.seen()
    assert handler.invocations[-1].arguments["tags"] == "llm"


async def test_what_was_typed_is_remembered_but_not_forms(
    handler: FakeHandler, person: Keyboard, tmp_path: Path
) -> None:
    person.type("add\r")
    await person.seen()
    person.type("\rA title\rA note\x1b\rllm\rlatest 3\r")
    await person.seen()
    await person.seen()
    assert handler.typed == ["add", "latest 3"]
    assert (tmp_path / HISTORY_FILE).read_text() == "add\nlatest 3\n"
    person.type("\x1b[A\r")
    await person.seen()
    assert handler.typed[-1] == "latest 3"


@pytest.mark.parametrize("line", ["", "add\r"])
async def test_a_terminal_that_is_gone_ends_the_chat(
    platform: TerminalPlatform, person: Keyboard, line: str
) -> None:
    person.type(line)
    await person.output.shows("Add an entry" if line else "ainews")
    person.unplug()
    await platform.wait_closed()


def test_the_history_keeps_its_newest_lines(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f"show {number}\n" for number in range(9)))
    assert list(ChatHistory(path, kept=2).load_history_strings()) == ["show 8", "show 7"]
    assert path.read_text() == "show 7\nshow 8\n"


def test_a_history_that_cannot_be_used_is_no_trouble(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    history = ChatHistory(tmp_path)
    assert list(history.load_history_strings()) == []
    history.store_string("latest")
    assert len(caplog.records) == 2


async def test_closing_ends_a_prompt_at_once(platform: TerminalPlatform, person: Keyboard) -> None:
    person.type("half a li")
    await platform.close()
    await platform.wait_closed()
