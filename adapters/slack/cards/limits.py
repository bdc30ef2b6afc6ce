"""What Slack takes, in numbers, and how it counts.

Documented limits are those of the Block Kit and Web API reference. The total is not documented:
`chat.postMessage` refuses blocks of 13,297 characters and up with `msg_blocks_too_long`
(slackapi/bolt-js issues 2509 and 2867), where the containers count too; the whole JSON text is
the safest measure of it.
"""

from __future__ import annotations

import json
from typing import Any

from bot.port.fitting import units

Json = dict[str, Any]
"""A JSON object as Slack reads and writes it."""

MESSAGE_BLOCKS = 50
MESSAGE_SIZE = 12_900
"""The most characters of a message's blocks as JSON text, a little below what is refused."""

VIEW_BLOCKS = 100
VIEW_SIZE = 200_000
"""The most characters of a view's blocks as JSON text; Slack refuses views beyond 250,000."""

FALLBACK = 3_900
"""The most characters of a message's `text`; 4,000 are documented."""

SECTION_TEXT = 3_000
CONTEXT_TEXT = 3_000
HEADER_TEXT = 150
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 75
OVERFLOW_OPTIONS = 5
SELECT_OPTIONS = 100
ACTIONS = 25
ALTERNATIVE_TEXT = 2_000
MODAL_TITLE = 24
MODAL_BUTTON = 24
LABEL = 2_000
HINT = 2_000
INPUT_TEXT = 3_000
PRIVATE_METADATA = 3_000


def size(blocks: list[Json]) -> int:
    """Return the length of blocks as JSON text."""
    return units(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
