"""The container is built from what the project has, and sets what the bot knows."""

from __future__ import annotations

import os
import py_compile
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from bot.app import STOPPING
from bot.health import OFTEN
from bot.i18n.translator import LANGUAGES
from bot.port.platform import DRAINING
from tests.test_project import VARIABLES
from tools import load, slim
from tools.pin import required

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def _from_the_project() -> list[str]:
    """Return what the Dockerfile takes from the folder that it is built in."""
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    mounted = re.findall(r"--mount=type=bind,source=([^,]+),", DOCKERFILE)
    return [*" ".join(copied).split(), *mounted]


@pytest.mark.parametrize("name", _from_the_project())
def test_what_is_copied_is_there_and_reaches_the_builder(name: str) -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = [line.removeprefix("!") for line in lines if line.startswith("!")]

    assert (ROOT / name).exists()
    assert any(fnmatch(name, pattern) for pattern in let_in), f".dockerignore hides {name}"


def test_every_package_of_the_bot_is_copied() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {*packages, "pyproject.toml"} <= {*_from_the_project()}
    assert {*packages} == {*slim.OURS}


def test_it_starts_the_bot() -> None:
    program = re.search(r'^ENTRYPOINT \["([^"]+)"\]\nCMD \["run"\]$', DOCKERFILE, re.MULTILINE)

    assert program
    assert program[1] in PROJECT["project"]["scripts"]


def test_what_it_sets_are_settings() -> None:
    texts = DOCKERFILE, (ROOT / "compose.yaml").read_text("utf-8")
    named = {name for text in texts for name in re.findall(r"\b(AINEWS_[A-Z_]+)=", text)}

    assert named >= {"AINEWS_DATA_FOLDER", "AINEWS_DATABASE_URL"}
    assert named <= {*VARIABLES}


@pytest.mark.parametrize(
    ("name", "fixed"),
    [
        ("requirements.txt", "constraint-dependencies"),
        ("requirements-build.txt", "build-constraint-dependencies"),
    ],
)
def test_what_it_installs_is_fixed_and_has_hashes(name: str, fixed: str) -> None:
    text = (ROOT / "deploy" / name).read_text("utf-8")
    versions = {each.split(" ;")[0] for each in PROJECT["tool"]["uv"][fixed]}

    assert {each.split(" ;")[0] for each in required(text)} <= versions
    assert all("--hash=sha256:" in each for each in re.split(r"\n(?=\w)", text.strip()))
    assert "://" not in text


def test_every_module_can_be_loaded_and_what_it_needs_later() -> None:
    load.load()

    later = {"apscheduler.schedulers.asyncio", "prometheus_client.exposition", "tzlocal"}
    assert {"bot.cli.main", "adapters.discord.plugin", "store.store", *later} <= {*sys.modules}


def test_libraries_run_from_their_bytecode_and_our_lines_stand_in_tracebacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    failing = "def fail():\n    raise ValueError  # here\n"
    library, ours, unread = (tmp_path / name for name in ("library", "bot", "unread"))
    for package in (library, ours, unread):
        package.mkdir()
        (package / "__init__.py").write_text(failing)
    for name in ("__init__.pyi", "fast.pyx", "fast.c", "fast.h", "voice.dll"):
        (library / name).touch()
    (library / "fast.so").touch()
    for package in (library, ours):
        py_compile.compile(str(package / "__init__.py"), doraise=True)

    slim.slim(tmp_path)

    assert {each.name for each in library.iterdir()} == {"__init__.pyc", "__pycache__", "fast.so"}
    assert {each.name for each in ours.iterdir()} == {"__init__.py", "__pycache__"}
    assert {each.name for each in unread.iterdir()} == {"__init__.py"}
    for package, shown in ((library, False), (ours, True), (unread, True)):
        ran = subprocess.run(
            [sys.executable, "-B", "-c", f"import {package.name}; {package.name}.fail()"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert f'{package / "__init__.py"}", line 2, in fail' in ran.stderr
        assert ("# here" in ran.stderr) is shown


def test_babel_keeps_the_languages_of_the_bot(tmp_path: Path) -> None:
    data = tmp_path / "babel" / "locale-data"
    data.mkdir(parents=True)
    for name in ("root", "en", "en_GB", "ko", "ko_KR", "kok", "de"):
        (data / f"{name}.dat").touch()

    slim.slim(tmp_path)

    kept = {each.stem for each in data.iterdir()}
    assert kept == {"root", "en", "en_GB", "ko", "ko_KR"}
    assert {name.partition("_")[0] for name in kept} - {"root"} == {*LANGUAGES}


def test_two_bots_stand_behind_a_balancer_that_asks_how_they_do() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    proxied = re.search(r"^\treverse_proxy \{\$AINEWS_BOTS:(.+)\} \{$", caddyfile, re.MULTILINE)
    many = {name for name, each in services.items() if "many" in each.get("profiles", ["many"])}

    assert proxied
    bots = {bot.partition(":")[0] for bot in proxied[1].split()}
    assert many == {*bots, "balancer", "database"}
    assert services["second"] == {**services["bot"], "profiles": ["many"]}
    assert "\thealth_uri /health/ready\n" in caddyfile
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in services["balancer"]["volumes"]


@pytest.mark.parametrize("page", ["scaling.md", "scaling.ko.md"])
def test_an_upgrade_waits_for_one_bot_before_it_stops_the_other(page: str) -> None:
    block = "docker compose build --pull\n" + " &&\n".join(
        f"docker compose up --detach --wait --no-deps {bot}" for bot in ("bot", "second")
    )

    assert f"```sh\n{block}\n```" in (ROOT / "docs" / page).read_text("utf-8")
    assert "--start-interval=2s" in DOCKERFILE  # else each of the two takes half a minute


def test_who_stops_has_the_time_to_answer_all_that_was_asked() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    unit = (ROOT / "deploy" / "ainews.service").read_text("utf-8")
    limit = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)

    assert limit
    needed = OFTEN + 2 * DRAINING + STOPPING
    assert needed + 5 < int(services["bot"]["stop_grace_period"].removesuffix("s"))
    assert needed + 5 < int(limit[1])


@pytest.mark.skipif(not shutil.which("caddy"), reason="caddy is not installed")
def test_the_balancer_takes_its_file() -> None:
    subprocess.run(
        ["caddy", "validate", "--adapter=caddyfile", f"--config={ROOT / 'deploy' / 'Caddyfile'}"],
        env={**os.environ, "AINEWS_WEB_URL": ":80"},
        check=True,
        capture_output=True,
    )
