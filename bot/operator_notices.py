"""What the operator must know, said once where they look: by a platform, or by a webhook."""

from __future__ import annotations

import asyncio
import html
import http.client
import json
import logging
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.config.readers import Contact
from bot.i18n.translator import Translator
from bot.port.card import Card, Tone
from bot.port.invocation import operator
from bot.port.platform import Platform, PlatformError
from bot.views.cards import message_card
from store.model import Actor

_LOGGER = logging.getLogger(__name__)

_MOST = 20
"""Sentences that wait for a platform; of more, the oldest go: the log has them."""

_PATIENCE = 10.0  # seconds


@dataclass(eq=False)
class OperatorNotices:
    """Tells the first contact that can be reached; what reaches none waits for the next start.

    Beside that, the terminal shows it. `platforms` are those that run now, of which the `local`
    ones are terminals. `say` takes what a terminal would show, while none is open.
    """

    contacts: Sequence[Contact]
    platforms: Mapping[str, Platform]
    words: Translator
    local: Collection[str]
    say: Callable[[str], None]
    _waiting: deque[tuple[str, Tone]] = field(
        init=False, default_factory=lambda: deque(maxlen=_MOST)
    )
    _last: str = field(init=False, default="")
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    async def tell(self, sentence: str, *, tone: Tone = Tone.INFO) -> None:
        """Tell the operator where they look; a contact not what was told last. Never raises."""
        if self.contacts and sentence != self._last:
            self._last = sentence
            self._waiting.append((sentence, tone))
            await self.flush()
        terminal = next((each for each in self.platforms.values() if each.name in self.local), None)
        if terminal is None:
            self.say(sentence)
        else:
            await self.show(terminal, message_card(sentence, self.words, tone=tone))

    async def report(self, sentence: str) -> None:
        """Tell the operator what failed, in the log too."""
        _LOGGER.error("%s", sentence)
        await self.tell(sentence, tone=Tone.FAILED)

    async def show(self, terminal: Platform, card: Card) -> None:
        """Show something in a terminal. Never raises."""
        try:
            await terminal.tell(operator().actor, card)
        except PlatformError as error:
            _LOGGER.warning("the terminal cannot be written to: %s", error)

    async def flush(self) -> None:
        """Tell the contacts what waits."""
        async with self._turn:
            while self._waiting:
                if not await self._told(*self._waiting[0]):
                    return
                self._waiting.popleft()

    async def _told(self, sentence: str, tone: Tone) -> bool:
        for contact in self.contacts:
            platform = self.platforms.get(contact.platform)
            if contact.platform and platform is None:
                continue
            try:
                if platform is None:
                    await asyncio.to_thread(_post, contact.id, sentence)
                else:
                    person = Actor(contact.platform, "", contact.id, "")
                    await platform.tell(person, message_card(sentence, self.words, tone=tone))
            except (PlatformError, OSError, http.client.HTTPException) as error:
                _LOGGER.warning("the operator was not told by %s: %s", contact, error)
            else:
                return True
        return False


def _post(address: str, sentence: str) -> None:
    """Send a sentence to a webhook. Raises OSError and HTTPException."""
    # Slack and its like read `text`, Discord `content`; neither minds the other. A server's name
    # may hold what would call everybody.
    body = json.dumps(
        {
            "text": html.escape(sentence, quote=False),
            "content": sentence,
            "allowed_mentions": {"parse": []},
        }
    )
    headers = {"Content-Type": "application/json", "User-Agent": "AINews"}
    request = urllib.request.Request(address, body.encode(), headers)  # noqa: S310 - read_contacts saw to it
    with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310 - see above
        pass
