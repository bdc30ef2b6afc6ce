"""How the terminal is found, made, and used by the shell."""

from __future__ import annotations

import io
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from adapters.terminal import plugin
from bot.port.platform import ENTRY_POINT_GROUP, PlatformContext
from bot.port.settings_error import SettingsError
from tests.fakes.cards import SHAPES
from tests.fakes.clock import FakeClock
from tests.fakes.handler import COMMANDS


def context(folder: Path, environment: dict[str, str] | None = None) -> PlatformContext:
    return PlatformContext(environment or {}, FakeClock(), folder)


def test_it_is_found_by_its_entry_point() -> None:
    [point] = [each for each in entry_points(group=ENTRY_POINT_GROUP) if each.name == "terminal"]
    assert point.load() is plugin


@pytest.mark.parametrize(
    ("value", "configured"),
    [("1", True), ("yes", True), ("ON", True), ("0", False), ("no", False), ("", False)],
)
def test_it_is_started_beside_others_where_that_is_asked_for(value: str, configured: bool) -> None:
    assert plugin.configured({"AINEWS_TERMINAL": value}) is configured
    assert plugin.configured({}) is False


def test_a_wrong_value_is_refused(tmp_path: Path) -> None:
    environment = {"AINEWS_TERMINAL": "maybe"}
    assert plugin.configured(environment)
    with pytest.raises(SettingsError) as caught:
        plugin.create(context(tmp_path, environment))
    assert caught.value.variable == "AINEWS_TERMINAL"


def test_making_it_touches_nothing(tmp_path: Path) -> None:
    platform = plugin.create(context(tmp_path))
    assert platform.name == plugin.name == "terminal"
    assert list(tmp_path.iterdir()) == []


async def test_a_check_says_where_its_files_are(tmp_path: Path) -> None:
    [line] = await plugin.check(context(tmp_path / "not" / "there"))
    assert line.well
    assert str(tmp_path) in line.sentence


def test_asking_for_its_settings_loads_no_library_for_drawing() -> None:
    code = "import sys, adapters.terminal; print({'rich', 'prompt_toolkit'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_card_is_drawn_for_the_shell() -> None:
    stream = io.StringIO()
    plugin.show(SHAPES["everything"](), COMMANDS, stream)
    assert " ".join(stream.getvalue().splitlines()[-2:]) == (
        "Type: `ainews show 112` · `ainews save 112` · `ainews vote 112` · `ainews latest --page 2`"
    )


def test_what_a_stream_cannot_encode_is_a_question_mark() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    plugin.show(SHAPES["korean"](), COMMANDS, stream)
    assert b"7  ?? ???, ???" in raw.getvalue()
