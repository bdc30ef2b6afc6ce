"""What does a model make of a text? One endpoint is asked; nothing it says is believed here."""

from __future__ import annotations

from adapters.llm.plugin import LlmPlugin

plugin = LlmPlugin()
