"""Real pages: what the form of an entry should be filled with."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from adapters.documents.encoding import decode
from adapters.pages.facts import read_facts

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "feeds"

pytestmark = pytest.mark.skipif(
    not (FOLDER / "pages.jsonl").is_file(), reason="../shared/data/feeds is not there"
)


def test_articles_say_their_title_date_and_picture() -> None:
    for line in (FOLDER / "pages.jsonl").read_text(encoding="utf-8").splitlines():
        wanted = json.loads(line)
        if wanted["page"] is None:
            continue
        text = decode((FOLDER / wanted["file"]).read_bytes())
        read = read_facts(text, wanted["base"], date(2026, 11, 26))
        assert read.title == wanted["page"]["title"], wanted["file"]
        assert read.image == wanted["page"]["image"], wanted["file"]
        assert read.published is not None
        assert read.published.iso == wanted["page"]["published"][:10], wanted["file"]
