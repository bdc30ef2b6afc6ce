"""What a process that is forked need not do again: done once, before the first fork."""

from __future__ import annotations

import gc
from importlib.metadata import entry_points

from babel import localedata

from bot.i18n.translator import Translators

for _words in Translators("en").every():
    _words.gettext("")
    localedata.load(_words.language)
entry_points()  # it remembers which distributions lie where
gc.freeze()  # so that a fork copies no page of what it never changes
