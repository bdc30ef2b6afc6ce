"""What a process that is forked need not do again: loaded once, before the first fork."""

from __future__ import annotations

import gc

from bot.i18n.translator import Translators

for _words in Translators("en").every():
    _words.gettext("")
gc.freeze()  # so that a fork copies no page of what it never changes
