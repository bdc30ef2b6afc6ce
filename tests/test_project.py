"""The project's own promises: what is documented, fixed and licensed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.cli.operating import OPERATING
from bot.commands.catalogue import all_commands
from bot.config.plugins import installed, known_variables
from bot.config.readers import SETTINGS
from tools.pin import differences, with_pins

ROOT = Path(__file__).parents[1]
VARIABLES = sorted({*SETTINGS, *known_variables(installed().every)})


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _shell_blocks(text: str) -> list[str]:
    return re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_is_explained(variable: str) -> None:
    explained = re.search(rf"(?:^#[^\n]+\n)+#?{variable}=", _text(".env.example"), re.MULTILINE)

    assert explained, f"{variable} has no explanation in .env.example"
    row = re.search(rf"^\|[^|]*`{variable}`", _text("docs/settings.md"), re.MULTILINE)
    assert row, f"{variable} has no row in docs/settings.md"


def test_every_variable_of_the_example_is_a_setting() -> None:
    named = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", _text(".env.example"), re.MULTILINE)

    assert sorted(named) == VARIABLES


def test_a_class_name_has_one_owner() -> None:
    folders = ("store", "bot", "adapters", "tests", "bench", "tools")
    files = (file for folder in folders for file in ROOT.glob(f"{folder}/**/*.py"))
    named = Counter(
        name
        for file in files
        for name in re.findall(r"^ *class (\w+)", file.read_text("utf-8"), re.MULTILINE)
    )

    assert [name for name, owners in named.items() if owners > 1] == []


@pytest.mark.parametrize("name", [command.name for command in all_commands()])
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`/ainews {name}\b", _text("docs/commands.md")), f"add /ainews {name}"


@pytest.mark.parametrize("name", [command.name for command in OPERATING])
def test_every_command_of_the_operator_is_documented(name: str) -> None:
    assert re.search(rf"`ainews {name}\b", _text("docs/commands.md")), f"add ainews {name}"


def test_the_readme_begins_with_two_commands_and_ci_runs_them_first() -> None:
    lines = [line for block in _shell_blocks(_text("README.md")) for line in block.splitlines()]
    clone, start, check = lines[:3]
    asked = [*start.split(" && "), check]
    ci = [
        command
        for line in _text(".ci/run").splitlines()
        for command in line.strip().split(" && ")
        if command.startswith(("python3 ", ".uv/"))
    ]

    assert clone.startswith("git clone ")
    assert start.endswith(" ainews run")
    assert " pytest " in check
    assert ci == asked


def test_ci_asks_for_every_check() -> None:
    asked = [line for line in _text(".ci/check").splitlines() if line.startswith("uv ")]

    assert ".ci/check" in _text(".ci/run")
    assert [line.removeprefix("uv run --group dev ") for line in asked] == [
        "python -m tools.pin --check",
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
    ]


def test_what_is_newer_than_the_oldest_python_is_refused(tmp_path: Path) -> None:
    project = tomllib.loads(_text("pyproject.toml"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    new = tmp_path / "new.py"
    new.write_text("type Pair = tuple[int, int]\n", "utf-8")
    lint = ("-m", "ruff", "check", "--no-cache", "--config", str(ROOT / "pyproject.toml"), str(new))

    refused = subprocess.run(
        [sys.executable, *lint], check=False, stdout=subprocess.PIPE, text=True
    ).stdout

    assert f"on Python {oldest}" in refused  # the syntax is ruff's
    assert project["tool"]["mypy"]["python_version"] == oldest  # the standard library is mypy's


@pytest.mark.parametrize("name", ["run", "check"])
def test_ci_can_be_run(name: str) -> None:
    assert (ROOT / ".ci" / name).stat().st_mode & 0o111


PAGES = sorted(
    str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
)


def _headings(page: Path) -> set[str]:
    """Return the names by which a page's headings are led to."""
    prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return {
        re.sub(r"[^\w -]", "", heading.casefold()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    }


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_the_project_leads_somewhere(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", _text(name)) if "://" not in link]
    wrong = []
    for link in links:
        file, _, heading = link.partition("#")
        page = (ROOT / name).parent / file if file else ROOT / name
        if not page.exists() or (heading and heading not in _headings(page)):
            wrong.append(link)

    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_is_there(name: str) -> None:
    folders = "|".join(("bot", "store", "adapters", "tests", "tools", "deploy", "bench"))
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", _text(name))

    assert [each for each in named if not (ROOT / each).exists()] == []


def test_the_service_runs_what_the_page_installs() -> None:
    unit = re.findall(r"^(\w+)=(.*)$", _text("deploy/ainews.service"), re.MULTILINE)
    program, command = dict(unit)["ExecStart"].split()
    folder, own = program.removesuffix("/.venv/bin/ainews"), dict(unit)["WorkingDirectory"]
    page = _text("docs/installing.md")

    assert command == "run"
    assert folder.startswith("/")
    assert f"ADDRESS-OF-THIS-REPOSITORY {folder} " in page
    assert f"env --chdir={own} {program} check" in page
    assert dict(unit)["AssertPathExists"] == f"{own}/.env"
    assert f".env.example {own}/.env" in page


def test_the_licence_and_the_changelog_are_there() -> None:
    version = tomllib.loads(_text("pyproject.toml"))["project"]["version"]

    assert _text("LICENSE").startswith("MIT License")
    assert "AINews contributors" in _text("LICENSE")
    assert version in _text("CHANGELOG.md")


def test_every_package_of_the_resolution_is_fixed() -> None:
    lock = ROOT / "uv.lock"
    if not lock.exists():
        pytest.skip("uv.lock is made by `uv run`; there is none here")

    assert differences(lock.read_text("utf-8"), _text("pyproject.toml")) == ()


def test_what_builds_the_project_is_fixed() -> None:
    project = tomllib.loads(_text("pyproject.toml"))
    fixed = project["tool"]["uv"]["build-constraint-dependencies"]

    assert all(each in fixed for each in project["build-system"]["requires"])


def test_fixing_versions_changes_nothing_else() -> None:
    before = _text("pyproject.toml")

    after = with_pins(before, ("some-package==1.0",), ("some-builder==2.0",))

    assert tomllib.loads(after)["tool"]["uv"]["constraint-dependencies"] == ["some-package==1.0"]
    assert after.split("# Fixed")[0] == before.split("# Fixed")[0]
    assert after.split("# End of")[1] == before.split("# End of")[1]
    with pytest.raises(ValueError, match="needs the lines"):
        with_pins("[project]\n", (), ())
