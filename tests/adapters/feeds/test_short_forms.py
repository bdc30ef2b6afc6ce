"""Short forms of sources."""

from __future__ import annotations

import pytest

from adapters.feeds.short_forms import address_of
from bot.port.source import Unanswered


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("arxiv:cs.CL", "https://rss.arxiv.org/rss/cs.CL"),
        ("arXiv: cs.CL+stat.ML+quant-ph", "https://rss.arxiv.org/rss/cs.CL+stat.ML+quant-ph"),
        ("github:vllm-project/vllm", "https://github.com/vllm-project/vllm/releases.atom"),
        (
            "github:https://github.com/ollama/ollama.git",
            "https://github.com/ollama/ollama/releases.atom",
        ),
        ("youtube:@TwoMinutePapers", "https://www.youtube.com/@TwoMinutePapers"),
        ("youtube:@조코딩", "https://www.youtube.com/@조코딩"),
        (
            "youtube:UCbfYPyITQ-7l4upoX8nvctg",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCbfYPyITQ-7l4upoX8nvctg",
        ),
        ("reddit:r/LocalLLaMA", "https://www.reddit.com/r/LocalLLaMA/.rss"),
        ("reddit:/r/LocalLLaMA/", "https://www.reddit.com/r/LocalLLaMA/.rss"),
        ("reddit:LocalLLaMA", "https://www.reddit.com/r/LocalLLaMA/.rss"),
        ("HN:front", "https://news.ycombinator.com/rss"),
        ("hf:papers", "https://huggingface.co/api/daily_papers"),
        ("hf:blog", "https://huggingface.co/blog/feed.xml"),
        ("https://example.com/feed", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_what_each_stands_for(typed: str, address: str | None) -> None:
    assert address_of(typed) == address


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("arxiv:", "arxiv:cs.CL"),
        ("arxiv:../../x", "arxiv:cs.CL"),
        ("github:vllm", "github:owner/repo"),
        ("youtube:channel", "youtube:@channel"),
        ("reddit:r/a?b", "reddit:r/…"),
        ("hf:models", "hf:papers, hf:blog"),
    ],
)
def test_what_is_nearly_one_is_told_how_it_is_written(typed: str, example: str) -> None:
    with pytest.raises(Unanswered, match="write it as") as refused:
        address_of(typed)

    assert refused.value.values["example"] == example
