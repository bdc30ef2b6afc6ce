"""Discord's documented limits: code points or UTF-16 code units, of which there are never fewer.

From the developer documentation: "Message Resource", "Component Reference", "Application
Commands" and "Receiving and Responding".
"""

from __future__ import annotations

MESSAGE_COMPONENTS = 40
"""Components of a message, nested ones included."""
MESSAGE_TEXT = 4000
"""Characters in all text displays of a message together."""
ROW_BUTTONS = 5
CUSTOM_ID = 100
BUTTON_LABEL = 80
SELECT_OPTIONS = 25
OPTION_TEXT = 100
"""Characters of a select option's label, description or value."""
PLACEHOLDER = 150
MEDIA_ADDRESS = 2048
MEDIA_DESCRIPTION = 1024

MODAL_ROWS = 5
MODAL_TITLE = 45
LABEL = 45
LABEL_DESCRIPTION = 100
INPUT_VALUE = 4000

COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_TEXT = 8000
"""Characters of a command's names, descriptions and choice values together."""
CHOICES = 25
CHOICE_TEXT = 100

THREAD_NAME = 100
HISTORY_PAGE = 100

TOKEN_LIFE = 15 * 60.0
"""Seconds for which an interaction can be answered."""
