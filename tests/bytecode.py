"""Where an environment forbids bytecode, tests keep theirs where nobody sees it.

Every worker would compile all tests, and every process that they start all of the bot, again and
again. pytest loads this before its other plugins: it writes what it makes of those anew, too.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(
        Path(__file__).parent.parent / ".pytest_cache" / "bytecode"
    )
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
KEPT = {"PYTHONPYCACHEPREFIX": sys.pycache_prefix} if sys.pycache_prefix else {}
"""What a process has to be told that inherits no variables, so that it finds the bytecode."""
