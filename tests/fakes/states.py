"""A reader of sources that answers each address with what a test put there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from bot.port.source import Feed, FeedAddress, FeedAnswer, Item, SourceError, Validators

State = FeedAnswer | SourceError


class FeedStates:
    """`at` are the answers of addresses, a feed's items or an error; `asked` what was asked."""

    def __init__(self) -> None:
        self.at: dict[str, State] = {}
        self.asked: list[tuple[str, Validators, tzinfo | None]] = []

    def put(self, address: str, *items: Item, etag: str = "", moved_to: str | None = None) -> None:
        """Let an address answer with items."""
        self.at[address] = FeedAnswer(Feed(items), Validators(etag), moved_to=moved_to)

    async def fetch(
        self, address: str, validators: Validators, zone: tzinfo | None = None
    ) -> FeedAnswer:
        """Answer, with nothing where the etag is the one of the state."""
        self.asked.append((address, validators, zone))
        state = self.at[address]
        if isinstance(state, SourceError):
            raise state
        if validators.etag and validators.etag == state.validators.etag:
            return FeedAnswer(None, state.validators, moved_to=state.moved_to)
        return state

    async def find(self, typed: str) -> Sequence[FeedAddress]:
        """Return the address itself."""
        return (FeedAddress(typed),)

    async def read_list(self, data: bytes) -> Sequence[FeedAddress]:
        """Return nothing."""
        del data
        return ()

    def write_list(self, feeds: Iterable[FeedAddress], title: str) -> str:
        """Return nothing."""
        del feeds, title
        return ""

    async def close(self) -> None:
        """Nothing is open."""
