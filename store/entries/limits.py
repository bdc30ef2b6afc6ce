"""How much an entry may hold, in characters or pieces.

The figures leave room for what platforms can show and keep one entry from filling a page.
"""

from __future__ import annotations

TITLE = 500
NOTE = 20_000
URL = 2_000
LINKS = 50
LINK_TITLE = 500
TAG = 50
TAGS = 20
ADDED_BY = 100
KEY = 200
LANGUAGE = 35
"""Characters of a language tag that is as long as BCP 47 foresees (section 4.4.1)."""
