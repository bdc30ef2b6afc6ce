"""Settings: what is read, what is refused, and that nothing secret is ever repeated."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.start import begin
from bot.commands.limits import Limits
from bot.config.environment import language_for, read_environment
from bot.config.plugins import unknown_settings
from bot.config.readers import SETTINGS, read_http
from bot.config.settings import Settings, data_folder, read_settings
from bot.i18n.translator import Translator
from bot.port.settings_error import SettingsError, SettingsErrors
from store.db.address import Address


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """An environment whose data folder is the test's own."""

    def make(**variables: str) -> dict[str, str]:
        return {"AINEWS_DATA_FOLDER": str(tmp_path / "data"), **variables}

    return make


def test_nothing_set_gives_a_database_file_in_the_data_folder(
    environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    settings = read_settings(environment())

    assert settings.data_folder == tmp_path / "data"
    assert not settings.data_folder.exists()
    url = settings.database_url
    assert url == f"sqlite:///{tmp_path / 'data' / 'ainews.db'}"
    assert (settings.locale, settings.log_level, settings.late_hours) == ("en", "info", 24)
    assert settings.database_connections == 15


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows every user's folder")
def test_who_has_no_home_is_told_to_name_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 4_242_424)  # a user whom the machine does not know

    with pytest.raises(SettingsError, match="no home folder") as caught:
        data_folder({})

    assert caught.value.variable == "AINEWS_DATA_FOLDER"
    assert begin().trouble is None  # another file may name the folder


def test_what_is_set_is_taken(environment: Callable[..., dict[str, str]]) -> None:
    settings = read_settings(
        environment(
            AINEWS_DATABASE_URL="postgresql://ainews@db/ainews",
            AINEWS_TIMEZONE="asia/seoul",
            AINEWS_LOCALE="KO",
            AINEWS_LOG_LEVEL="Debug",
            AINEWS_LATE_HOURS="6",
            AINEWS_COMMANDS_PERSON="0",
            AINEWS_SCHEDULES_WORKSPACE="3",
            AINEWS_DATABASE_CONNECTIONS="8",
        )
    )

    assert settings.limits == Limits(person=0, workspace=1200, schedules=3)
    assert settings.database_url == "postgresql://ainews@db/ainews"
    assert settings.timezone == "Asia/Seoul"
    assert (settings.locale, settings.log_level, settings.late_hours) == ("ko", "debug", 6)
    assert settings.database_connections == 8


def test_a_locale_s_whole_name_is_a_language_too(
    environment: Callable[..., dict[str, str]],
) -> None:
    assert read_settings(environment(AINEWS_LOCALE="ko_KR.UTF-8", LANG="C")).locale == "ko"


def test_settings_cannot_be_changed(environment: Callable[..., dict[str, str]]) -> None:
    settings = read_settings(environment())

    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.locale = "ko"  # type: ignore[misc] # what it refuses


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("AINEWS_TIMEZONE", "Asia/Soeul", "Asia/Seoul"),
        ("AINEWS_TIMEZONE", "moon", "Asia/Seoul"),
        ("AINEWS_LOCALE", "fr", "ko, en"),
        ("AINEWS_LOG_LEVEL", "loud", "debug, info, warning, error"),
        ("AINEWS_DATABASE_CONNECTIONS", "3", "100"),
        ("AINEWS_DATABASE_CONNECTIONS", "101", "100"),
        ("AINEWS_LATE_HOURS", "soon", "336"),
        ("AINEWS_LATE_HOURS", "0", "336"),
        ("AINEWS_LATE_HOURS", "-3", "336"),
        ("AINEWS_LATE_HOURS", "9" * 5000, "336"),
        ("AINEWS_LATE_HOURS", "²", "336"),
        ("AINEWS_HTTP", "3000", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "localhost:0", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "localhost:65536", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "localhost:３０００", "127.0.0.1:3000"),
        ("AINEWS_HTTP", ":3000", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "[::1:3000", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "http://localhost:3000/", "127.0.0.1:3000"),
        ("AINEWS_HTTP", "user@localhost:3000", "127.0.0.1:3000"),
        ("AINEWS_DATA_FOLDER", "~nobody-of-that-name/x", "~"),
        ("AINEWS_DATABASE_URL", "ainews.db", "sqlite:///FILE"),
        ("AINEWS_DATABASE_URL", "mysql://root:hunter22@db/x", "postgresql://USER"),
    ],
)
def test_a_wrong_value_names_the_variable_and_the_remedy(
    environment: Callable[..., dict[str, str]], variable: str, value: str, said: str
) -> None:
    with pytest.raises(SettingsErrors) as caught:
        read_settings(environment(**{variable: value}))

    assert [error.variable for error in caught.value.errors] == [variable]
    for language in ("en", "ko"):
        sentence = caught.value.said(Translator(language))
        assert sentence.startswith(variable)
        assert said in sentence
        assert "hunter22" not in sentence
        assert len(sentence) < 300


def test_all_that_is_wrong_is_said_at_once(environment: Callable[..., dict[str, str]]) -> None:
    with pytest.raises(SettingsErrors) as caught:
        read_settings(environment(AINEWS_LOCALE="de", AINEWS_LATE_HOURS="0", AINEWS_TIMEZONE="UTC"))

    said = caught.value.said(Translator("en")).splitlines()
    assert [line.partition(":")[0] for line in said] == ["AINEWS_LATE_HOURS", "AINEWS_LOCALE"]


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("postgresql://ainews:p%40ss@db/ainews", {"p%40ss", "p@ss"}),
        ("postgresql://db/ainews?password=hunter22", {"hunter22"}),
        ("postgresql://db/ainews", set()),
        ("postgresql://u:hunter22@[broken/ainews", {"postgresql://u:hunter22@[broken/ainews"}),
    ],
)
def test_the_database_password_is_a_secret(
    environment: Callable[..., dict[str, str]], url: str, secrets: set[str]
) -> None:
    settings = read_settings(environment(AINEWS_DATABASE_URL=url))

    assert set(settings.secrets) == secrets
    assert "hunter22" not in repr(settings)
    assert "p%40ss" not in f"{settings} {settings!r}"


def test_the_process_wins_over_the_file_and_empty_is_not_set(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "\ufeffAINEWS_LOCALE=ko\nexport AINEWS_LATE_HOURS='6'\n"
        "AINEWS_TIMEZONE=\nAINEWS_X=a${HOME}\n",
        "utf-8",
    )

    environment, file = read_environment(
        [tmp_path / "other", tmp_path],
        {"AINEWS_LATE_HOURS": "7", "AINEWS_LOCALE": " ", "PATH": "/bin"},
    )

    assert file == tmp_path / ".env"
    assert environment == {
        "AINEWS_LOCALE": "ko",
        "AINEWS_LATE_HOURS": "7",
        "AINEWS_X": "a${HOME}",
        "PATH": "/bin",
    }


def test_no_file_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    found = read_environment([tmp_path, tmp_path / "none", tmp_path / "file"], {"A": "1"})

    assert found == ({"A": "1"}, None)


def test_the_first_file_is_read_alone(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".env").write_text(f"AINEWS_LOCALE=ko\n{name.upper()}=1\n")

    environment, _ = read_environment([tmp_path / "first", tmp_path / "second"], {})

    assert environment == {"AINEWS_LOCALE": "ko", "FIRST": "1"}


@pytest.mark.parametrize(
    ("variable", "value", "rooted"),
    [
        ("AINEWS_DATABASE_URL", "sqlite:///ainews.db", "sqlite:///{quoted}/ainews.db"),
        ("AINEWS_DATABASE_URL", "sqlite:///a%20b/x.db?mode=ro", None),
        ("AINEWS_DATABASE_URL", "sqlite+aiosqlite:///x.db", "sqlite+aiosqlite:///{quoted}/x.db"),
        ("AINEWS_DATABASE_URL", "sqlite:////srv/x.db", "sqlite:////srv/x.db"),
        ("AINEWS_DATABASE_URL", "sqlite:///~/x.db", "sqlite:///~/x.db"),
        ("AINEWS_DATABASE_URL", "sqlite:///:memory:", "sqlite:///:memory:"),
        ("AINEWS_DATABASE_URL", "postgresql:///ainews", "postgresql:///ainews"),
        ("AINEWS_DATA_FOLDER", "data", "{folder}/data"),
        ("AINEWS_DATA_FOLDER", "/srv/data", "/srv/data"),
        ("AINEWS_DATA_FOLDER", "~/data", "~/data"),
        ("AINEWS_LOCALE", "ko", "ko"),
    ],
)
def test_relative_paths_of_a_file_belong_to_its_folder(
    tmp_path: Path, variable: str, value: str, rooted: str | None
) -> None:
    folder = tmp_path / "a folder #1"
    folder.mkdir()
    (folder / ".env").write_text(f"{variable}={value}\n")
    rooted = rooted or f"sqlite:///{{quoted}}/{value.removeprefix('sqlite:///')}"

    environment, _ = read_environment([folder], {"AINEWS_LOG_LEVEL": "info"})

    expected = rooted.format(folder=folder, quoted=quote(str(folder)))
    assert environment == {variable: expected, "AINEWS_LOG_LEVEL": "info"}
    if rooted.endswith("/ainews.db"):
        assert Address.parse(environment[variable]).path == folder / "ainews.db"


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("127.0.0.1:3000", "127.0.0.1", 3000),
        ("192.0.2.1:80", "192.0.2.1", 80),
        ("[::1]:8080", "::1", 8080),
        ("localhost:65535", "localhost", 65535),
    ],
)
def test_a_place_to_listen_at_is_read(value: str, host: str, port: int) -> None:
    address = read_http(value)

    assert (address.host, address.port) == (host, port)
    assert str(address) == value


def test_a_line_that_cannot_be_read_is_named_and_not_repeated(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AINEWS_LOCALE=ko\nhunter22 is my token\n")

    with pytest.raises(SettingsError) as caught:
        read_environment([tmp_path], {})

    assert "Line 2" in caught.value.said(Translator("en"))
    assert "hunter22" not in str(caught.value)


def test_a_file_in_another_encoding_or_of_another_kind_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("AINEWS_X=뉴스".encode("cp949"))
    with pytest.raises(SettingsError, match="UTF-8"):
        read_environment([tmp_path], {})

    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        read_environment([tmp_path], {})


@given(content=st.binary(max_size=200))
def test_any_file_is_read_or_refused(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("environment")
    (folder / ".env").write_bytes(content)

    with contextlib.suppress(SettingsError):
        environment, _ = read_environment([folder], {})
        assert all(value == value.strip() != "" for value in environment.values())


def test_an_unknown_variable_is_named_with_the_nearest() -> None:
    environment = {
        "AINEWS_TIMEZNE": "UTC",
        "AINEWS_SOMETHING_ELSE": "1",
        "AINEWS_TEST_POSTGRES": "1",
        "AINEWS_LOCALE": "ko",
        "OTHER": "1",
    }

    found = unknown_settings((), environment)

    assert [each.variable for each in found] == ["AINEWS_SOMETHING_ELSE", "AINEWS_TIMEZNE"]
    assert str(found[0]).endswith("docs/settings.md lists all.")
    assert "AINEWS_TIMEZONE" in found[1].said(Translator("ko"))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "AINEWS_LOCALE": "ko"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "AINEWS_LOCALE": "nonsense"}, "ko"),
    ],
)
def test_the_operators_language_is_what_is_set_or_what_the_machine_speaks(
    environment: dict[str, str], language: str
) -> None:
    assert language_for(environment) == language


def test_every_setting_is_a_field() -> None:
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert {each.removeprefix("AINEWS_").lower() for each in SETTINGS} == fields
