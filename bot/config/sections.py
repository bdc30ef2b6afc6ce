"""The operator's own table of sections, where there is one in the data folder."""

from __future__ import annotations

from pathlib import Path

from bot.config.environment import readable
from bot.i18n.translator import N_
from bot.port.settings_error import SettingsError
from bot.views.sections import FILE, BadSection, TagSections


def read_sections(folder: Path) -> TagSections:
    """Return the sections of the data folder's table, else those that come with the program.

    Raises SettingsError for a table that cannot be read, with the line where there is one.
    """
    file = folder / FILE
    try:
        with readable(file):
            return TagSections(file.read_text("utf-8-sig").splitlines())
    except (FileNotFoundError, NotADirectoryError):
        return TagSections.shipped()
    except BadSection as error:
        raise SettingsError(
            str(file),
            N_("Line {line} has not four columns with tabs between them."),
            N_("Write a sign, the English name, the Korean name and tags with commas between."),
            line=error.line,
        ) from None
