"""Those who publish, edit and retract; what they did is what every channel is due."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Protocol

from store.model import Actor, EntryDraft
from store.store import DigestStore

CURATOR = Actor("slack", "T0HOME", "U0JUN", "Jun")
_TAGS = (("a",), ("b",), ("a", "b"), (), ("b", "rare"))
_NEWEST, _OLDEST = 8, 40
"""Edited or taken back are stories that most posts carry by now, and that are not too old: so
many newer ones there are."""


class Wanting(Protocol):
    """What asks for stories: by tags, or for all."""

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags; none means all stories."""


@dataclass(slots=True)
class Story:
    """One entry: what it says by now."""

    number: int
    entry_id: int
    tags: tuple[str, ...]
    version: int = 1
    retracted: bool = False

    @property
    def draft(self) -> EntryDraft:
        """The entry as it is to be."""
        return EntryDraft(
            title=f"Story {self.number} v{self.version}",
            url=f"https://news.example/{self.number}",
            tags=self.tags,
        )


class Curators:
    """Works on a store of its own, as another program on the same database."""

    def __init__(self, store: DigestStore) -> None:
        """Nothing is published yet."""
        self.stories: dict[int, Story] = {}
        self._store = store

    async def publish(self, count: int, rng: random.Random) -> None:
        """Publish further stories."""
        for _ in range(count):
            story = Story(len(self.stories) + 1, 0, rng.choice(_TAGS))
            story.entry_id = (await self._store.entries.add(story.draft, CURATOR)).id
            self.stories[story.number] = story

    async def edit(self, rng: random.Random) -> None:
        """Edit a story that is there."""
        candidates = [one for one in self._recent() if not one.retracted]
        if candidates:
            await self.revise(rng.choice(candidates))

    async def revise(self, story: Story) -> None:
        """Edit this story."""
        draft = replace(story, version=story.version + 1).draft
        await self._store.entries.edit(story.entry_id, draft, CURATOR)
        story.version += 1

    async def retract_or_restore(self, rng: random.Random) -> None:
        """Take a story back, or bring it back."""
        if not self.stories:
            return
        story = rng.choice(self._recent())
        entries = self._store.entries
        if story.retracted:
            await entries.restore(story.entry_id, CURATOR)
        else:
            await entries.retract(story.entry_id, CURATOR)
        story.retracted = not story.retracted

    def wanted(self, by: Wanting) -> dict[int, int]:
        """Return the stories that somebody is due, each with its version."""
        tags = set(by.tags)
        return {
            story.number: story.version
            for story in self.stories.values()
            if not story.retracted and (not tags or tags & set(story.tags))
        }

    def _recent(self) -> list[Story]:
        stories = list(self.stories.values())
        return stories[-_OLDEST:-_NEWEST] or stories
