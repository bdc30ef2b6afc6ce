"""The pictures of a post: what they show is what the platforms are sent."""

from __future__ import annotations

import re

import pytest

from store.model import Layout
from tools.pictures import entries, page


@pytest.mark.parametrize("platform", ["discord", "slack"])
@pytest.mark.parametrize("layout", [Layout.BRIEF, Layout.FULL])
def test_a_page_shows_each_story_and_no_markup(platform: str, layout: Layout) -> None:
    shown = page(platform, layout)
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", shown)
    assert all(entry.title in words for entry in entries())
    assert not re.search(r"\*\*|\]\(|-# |&lt;https?:", words)
