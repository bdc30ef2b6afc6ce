"""What does a model make of a text? One OpenAI-compatible endpoint is asked; nothing is believed."""

from __future__ import annotations

from adapters.llm.plugin import LlmPlugin

plugin = LlmPlugin()
