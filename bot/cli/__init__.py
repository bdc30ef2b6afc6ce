"""What does the operator type? The `ainews` command line; no command of people is made here.

Exit codes: 0 done, 1 refused or failed, 2 mistyped, 3 the settings or the database are in
trouble, 130 interrupted from the keyboard (`ainews run` ends with 0 then).
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Do what the command line says. Returns the exit code."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"ainews {version('ainews-bot')}")
        return 0
    # Tokens, people and their words are in what we write: it is for this user alone.
    os.umask(0o077)
    from bot.cli.main import run
    from store.db.without_orm import WithoutOrm

    WithoutOrm.install()
    return run(sys.argv[1:])
