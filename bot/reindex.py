"""Builds the search index anew while the bot runs, where another version made it."""

from __future__ import annotations

import asyncio
import logging
import secrets

from bot.i18n.translator import Translator
from bot.operator_notices import OperatorNotices
from bot.port.card import Tone
from store.errors import DatabaseTrouble
from store.search.index.rebuild import Rebuilding
from store.store import DigestStore

_LOGGER = logging.getLogger(__name__)

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 300.0
"""Seconds before a database that refused is tried again: doubling, capped."""

_SETTLED = 1.0
"""Seconds after which who waits for a first answer has it: what search loads would hold that up."""

_EVENTS = 10
"""How often the log tells how far it is."""


class _Progress:
    """Tells the log now and then how far it is."""

    def __init__(self) -> None:
        self._step = 0

    def __call__(self, done: int, last: int) -> None:
        step = done * _EVENTS // last
        if step > self._step:
            self._step = step
            _LOGGER.info("the search index is rebuilt up to entry %d of %d", done, last)


async def keep_index(store: DigestStore, words: Translator, notices: OperatorNotices) -> None:
    """Bring the index of search up to date, and make search ready; what fails is told."""
    try:
        await _rebuild(store.index, words, notices)
        await asyncio.sleep(_SETTLED)
        await store.search.prepare()
    except Exception:
        reference = secrets.token_hex(4)
        _LOGGER.exception("the search index was not rebuilt, reference %s", reference)
        await notices.tell(
            words.gettext(
                "The search index could not be rebuilt; search answers with the old one. The "
                "log has the details under the reference {reference}.",
                reference=reference,
            ),
            tone=Tone.FAILED,
        )


async def _rebuild(index: Rebuilding, words: Translator, notices: OperatorNotices) -> None:
    """Build the index anew if it has to be; what was begun before is continued.

    Search goes on with the old one. A database that does not do it is tried again. Cancelling it
    is the way to stop it: at the next start it goes on.
    """
    pause = _FIRST_PAUSE
    told = False
    while True:
        try:
            if not await index.outdated():
                break
            if not told:
                told = True
                _LOGGER.info("the search index is of another version, and is rebuilt")
                await notices.tell(
                    words.gettext(
                        "The search index is being rebuilt. Until it is done, search answers with "
                        "the old one."
                    )
                )
            if not await index.rebuild(_Progress()):
                _LOGGER.warning(
                    "the search index is not rebuilt: another version of this program uses this "
                    "database"
                )
                return
        except DatabaseTrouble as error:
            _LOGGER.warning("the search index is rebuilt again in %.0f s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    if told:
        _LOGGER.info("the search index is rebuilt")
        await notices.tell(words.gettext("The search index is rebuilt."))
