"""Fixes every package of the resolution in pyproject.toml.

`uv.lock` names the registry that it was made with, so it is not tracked. The constraints that
this program writes hold the same versions without naming a host, for every system and every
Python that the project supports, and for what builds it. The container installs with pip, from two
files in deploy/ that hold the bot's part of them with the hash of each archive.

    uv run --group dev python -m tools.pin             write the versions of uv.lock
    uv run --group dev python -m tools.pin --upgrade   let go, take the newest, write those
    uv run --group dev python -m tools.pin --check     exit 1 and name what is not as fixed
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN = "# Fixed versions: written by tools/pin.py\n"
END = "# End of the fixed versions\n"
REQUIREMENTS = ROOT / "deploy" / "requirements.txt"
BUILD_REQUIREMENTS = ROOT / "deploy" / "requirements-build.txt"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def locked(lock: str) -> tuple[str, ...]:
    """Return each package that a `uv.lock` holds from a registry, as `name==version`, sorted.

    What has several versions, for several Pythons say, has the marker of each behind it.
    """
    packages = tomllib.loads(lock)["package"]
    return tuple(
        sorted(
            f"{each['name']}=={each['version']}{_marker(each.get('resolution-markers', ()))}"
            for each in packages
            if "version" in each and "registry" in each["source"]
        )
    )


def _marker(markers: Sequence[str]) -> str:
    joined = " or ".join(f"({marker})" for marker in markers)
    return f" ; {joined}" if joined else ""


def pinned(project: str) -> tuple[str, ...]:
    """Return the versions that a `pyproject.toml` fixes, in its order."""
    uv = tomllib.loads(project).get("tool", {}).get("uv", {})
    return tuple(uv.get("constraint-dependencies", ()))


def with_pins(project: str, packages: tuple[str, ...], builders: tuple[str, ...]) -> str:
    """Return a `pyproject.toml` with these versions in place of those that it had.

    Raises ValueError where the two comment lines that hold the place are missing.
    """
    lines = [BEGIN]
    for name, versions in (
        ("constraint-dependencies", packages),
        ("build-constraint-dependencies", builders),
    ):
        if versions:
            items = "".join(f"    {json.dumps(version)},\n" for version in versions)
            lines.append(f"{name} = [\n{items}]\n")
    lines.append(END)
    text, count = _BLOCK.subn(lambda _: "".join(lines), project)
    if count != 1:
        raise ValueError(f"pyproject.toml needs the lines {BEGIN.strip()!r} and {END.strip()!r}")
    return text


def differences(lock: str, project: str) -> tuple[str, ...]:
    """Return a sentence for each package that is locked but not fixed so, or fixed but unused."""
    here, there = set(locked(lock)), set(pinned(project))
    return (
        *(f"{each} is not fixed in pyproject.toml." for each in sorted(here - there)),
        *(
            f"{each} is fixed in pyproject.toml and used by nothing."
            for each in sorted(there - here)
        ),
    )


def required(requirements: str) -> tuple[str, ...]:
    """Return each package of a requirements file with its version and marker, without hashes."""
    lines = requirements.splitlines()
    return tuple(line.removesuffix(" \\") for line in lines if line and not line.startswith(" "))


def _uv(*arguments: str, given: str = "") -> str:
    uv = os.environ.get("UV", "uv")  # `uv run` says where it is itself
    return subprocess.run(
        [uv, *arguments], cwd=ROOT, input=given, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def _exported(*more: str) -> str:
    bare = ("--no-dev", "--no-emit-project", "--no-header", "--no-annotate")
    return _uv("export", "--quiet", "--frozen", *bare, *more)


def _builders(project: str) -> str:
    requires = tomllib.loads(project)["build-system"]["requires"]
    bare = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet")
    return _uv("pip", "compile", *bare, "-", given="\n".join(requires))


def _stale(project: str) -> tuple[str, ...]:
    builders = tomllib.loads(project)["tool"]["uv"]["build-constraint-dependencies"]
    wanted = {REQUIREMENTS: required(_exported("--no-hashes")), BUILD_REQUIREMENTS: tuple(builders)}
    return tuple(
        f"{file.relative_to(ROOT)} is not what is fixed."
        for file, packages in wanted.items()
        if required(file.read_text("utf-8")) != packages
    )


def main() -> int:
    """Do what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="only say what is not as fixed")
    what.add_argument("--upgrade", action="store_true", help="take the newest versions first")
    options = parser.parse_args()
    file, lock = ROOT / "pyproject.toml", ROOT / "uv.lock"
    project = file.read_text("utf-8")
    if options.check:
        found = *differences(lock.read_text("utf-8"), project), *_stale(project)
        print("\n".join(found) or "Every package is fixed.")
        return 1 if found else 0
    if options.upgrade:
        project = with_pins(project, (), ())
        file.write_text(project, "utf-8")
        _uv("lock", "--upgrade")
    builders = _builders(project)
    pins = with_pins(project, locked(lock.read_text("utf-8")), required(builders))
    file.write_text(pins, "utf-8")
    _uv("lock")
    BUILD_REQUIREMENTS.write_text(builders, "utf-8")
    REQUIREMENTS.write_text(_exported(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
