"""Makes a release of what is committed.

    uv run --group dev python -m tools.release 0.2.0

The changelog's section `## … (unreleased)` gets the version and the day, pyproject.toml the
version; both are committed, and the commit gets the tag `v0.2.0` with the section as its message.
Nothing is pushed. What cannot be released is said in one sentence, and then nothing was changed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HEADING = re.compile(r"^## (?P<version>\S+) \((?P<day>[^)]+)\)\n", re.MULTILINE)
_VERSION = re.compile(r"^version = \"[^\"]*\"$", re.MULTILINE)


def released(changelog: str, version: str, day: date) -> tuple[str, str]:
    """Return the changelog with its unreleased section named `version`, and that section's text.

    Raises ValueError where the first section is not an unreleased one with something in it, or
    where `version` is not like 1.2.3 and later than the one below it.
    """
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version):
        raise ValueError(f"A version is three numbers, such as 1.2.3, and not {version!r}.")
    headings = [*_HEADING.finditer(changelog)]
    if not headings or headings[0]["day"] != "unreleased":
        raise ValueError("CHANGELOG.md does not begin with an unreleased section.")
    first, before = headings[0], headings[1:2]
    text = changelog[first.end() : before[0].start() if before else None].strip()
    if not text:
        raise ValueError("The unreleased section of CHANGELOG.md is empty.")
    if before and _numbers(version) <= _numbers(before[0]["version"]):
        raise ValueError(f"{version} is not later than {before[0]['version']}.")
    heading = f"## {version} ({day.isoformat()})\n"
    return changelog[: first.start()] + heading + changelog[first.end() :], text


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _git(root: Path, *arguments: str, given: str = "") -> str:
    return subprocess.run(
        ["git", *arguments], cwd=root, input=given, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def release(root: Path, version: str, day: date) -> None:
    """Write the version into the project at `root`, commit that and tag it.

    Raises ValueError where it cannot be released, and CalledProcessError where git fails. Then
    all is as it was.
    """
    if _git(root, "status", "--porcelain"):
        raise ValueError("There are changes that are not committed: see `git status`.")
    if _git(root, "tag", "--list", f"v{version}"):
        raise ValueError(f"There is a tag v{version} already.")
    changelog, project = root / "CHANGELOG.md", root / "pyproject.toml"
    before = _git(root, "rev-parse", "HEAD").strip()
    text, section = released(changelog.read_text("utf-8"), version, day)
    changelog.write_text(text, "utf-8")
    project.write_text(
        _VERSION.sub(f'version = "{version}"', project.read_text("utf-8"), count=1), "utf-8"
    )
    tag = ("--annotate", "--cleanup=verbatim", "--file=-", f"v{version}")
    try:
        _git(root, "commit", "--quiet", "--all", "--message", f"AINews {version}")
        _git(root, "tag", *tag, given=section)
    except subprocess.CalledProcessError:
        _git(root, "reset", "--quiet", "--hard", before)
        raise


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Do what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("version", help="three numbers, such as 1.2.3")
    version = parser.parse_args(arguments).version
    try:
        release(root, version, date.today())  # noqa: DTZ011 - the day of whoever releases
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        print("git refuses, for the reason above. Nothing was changed.", file=sys.stderr)
        return 1
    print(f"v{version} is committed and tagged. Publish it: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main())
