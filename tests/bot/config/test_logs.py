"""The log: no secret, one line a record, nothing that moves the cursor."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.logs import HIDDEN, LineFormatter, LogFile, Redactor, configure_logs
from bot.config.plugins import installed

SHAPES = [shape for plugin in installed().platforms for shape in plugin.secret_shapes]
"""What the platforms that come with the bot say of their tokens."""

DISCORD = "MTE0NTE0MTkxOTgxMDAwMDAwMDAwMA"[:26] + ".GaBcDe." + "x" * 38
SLACK = "xoxb-" + "123456789012-abcdefABCDEF"


@pytest.mark.parametrize(
    "secret", [DISCORD, SLACK, "xapp-1-A0123-456-abcdef", "xoxe.xoxp-1-Mi0yLTEyMzQ1"]
)
def test_what_looks_like_a_token_is_hidden(secret: str) -> None:
    assert Redactor(shapes=SHAPES)(f"login with {secret} failed") == f"login with {HIDDEN} failed"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("at https://hooks.slack.com/services/T0/B0/abc!", "abc"),
        ("POST https://discord.com/api/v10/webhooks/12345/" + "a-Z" * 20, "a-Za-Z"),
        ("POST https://discord.com/api/v10/interactions/12345/" + "a-Z" * 20 + "/callback", "a-Za"),
        ("Authorization: Bearer abcdefgh1234", "abcdefgh"),
        ("cannot reach postgresql://ainews:hunter22@db/ainews", "hunter22"),
    ],
)
def test_secrets_in_addresses_and_headers_are_hidden(text: str, hidden: str) -> None:
    redacted = Redactor(shapes=SHAPES)(text)

    assert hidden not in redacted
    assert HIDDEN in redacted


def test_ordinary_text_stays() -> None:
    text = "entry 12: https://arxiv.org/abs/2103.00020 was posted to discord/1234567890/987654321"

    assert Redactor(shapes=SHAPES)(text) == text


@given(st.lists(st.text(min_size=6, max_size=40), max_size=5), st.text(max_size=200))
def test_a_known_secret_never_stays(secrets: list[str], text: str) -> None:
    told = f"{text}{''.join(secrets)}"

    redacted = Redactor(secrets)(told)

    assert all(each not in redacted or each in HIDDEN for each in secrets)


def test_a_short_secret_is_hidden_where_it_stands_alone() -> None:
    assert Redactor(["abc", ""])("abc abcdef (abc)") == f"{HIDDEN} abcdef ({HIDDEN})"


def test_a_record_is_one_line_and_its_traceback_has_no_secret() -> None:
    formatter = LineFormatter(Redactor(["hunter22"]))
    try:
        int("the token hunter22 is no number")
    except ValueError:
        record = logging.LogRecord(
            "bot.app", logging.ERROR, __file__, 1, "one\ntwo \x1b[2J%s", ("three",), sys.exc_info()
        )
    record.created = 0.25

    text = formatter.format(record)

    first, *rest = text.split("\n")
    assert first == r"1970-01-01T00:00:00.250+00:00 ERROR bot.app: one\ntwo \x1b[2Jthree"
    assert rest[0].startswith("Traceback")
    assert "hunter22" not in text


def test_the_log_goes_to_standard_error_or_to_a_file(
    own_log: logging.Logger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("info", Redactor(["hunter22"]))
    own_log.info("started with hunter22")
    assert f"INFO root: started with {HIDDEN}" in capsys.readouterr().err

    configure_logs("warning", Redactor(), tmp_path / "ainews.log")
    own_log.info("not this")
    own_log.warning("뉴스")

    assert capsys.readouterr().err == ""
    assert (tmp_path / "ainews.log").read_text("utf-8").endswith("WARNING root: 뉴스\n")


def test_a_full_file_makes_room(own_log: logging.Logger, tmp_path: Path) -> None:
    file = LogFile(tmp_path / "ainews.log", maxBytes=200, backupCount=2, encoding="utf-8")
    own_log.addHandler(file)

    for number in range(90):
        own_log.warning("뉴스 %02d", number)
    own_log.removeHandler(file)
    file.close()

    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["ainews.log", "ainews.log.1", "ainews.log.2"]
    lines = "".join((tmp_path / name).read_text("utf-8") for name in reversed(names)).splitlines()
    assert lines == [f"뉴스 {number:02}" for number in range(90 - len(lines), 90)]
    assert all((tmp_path / name).stat().st_size < 200 + len("뉴스 00\n".encode()) for name in names)


@pytest.mark.parametrize("text", ["BEARER abcdefgh1234", "authorization: BOT abcdefgh1234"])
def test_headers_are_known_in_capitals_too(text: str) -> None:
    assert "abcdefgh" not in Redactor(shapes=SHAPES)(text)
