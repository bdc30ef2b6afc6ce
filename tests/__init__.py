"""What holds for every process of the tests, before anything else is loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BYTECODE = Path(__file__).parent.parent / ".pytest_cache" / "bytecode"

if sys.dont_write_bytecode:
    # Every worker would compile all tests and all libraries, and every process that they start all
    # of the bot, again and again: it is kept, but where nobody sees it.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(_BYTECODE)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
