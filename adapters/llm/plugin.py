"""How the writer is found and made. What it needs is imported only when one is set up."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from adapters.llm.settings import SETTINGS, read_model_settings
from bot.i18n.translator import N_, Translator
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting
from bot.port.writer import WriterError, WriterTask

if TYPE_CHECKING:
    from adapters.llm.client import LlmWriter

_TRIED = WriterTask(
    title="A lab releases a small open model",
    text=(
        "On 3 March 2026 a lab released a language model with 3 billion parameters. It runs on a "
        "phone, needs 2.5 GB of memory and answers in 14 languages. Its weights may be used freely."
    ),
    language="en",
    into="ko",
    tags=("llm", "release"),
)
"""What `ainews check` lets the model draft."""

_REMEDY = N_("docs/models.md says how a model is set up; without one nothing is drafted.")


class LlmPlugin:
    """The entry point `llm` of the writers."""

    settings: tuple[PlatformSetting, ...] = SETTINGS

    def create(self, context: PlatformContext) -> LlmWriter | None:
        """Make the writer, without I/O; None: no model is set up. Raises SettingsError."""
        settings = read_model_settings(context.environment)
        if settings is None:
            return None
        # aiohttp takes longer to load than all else that asks for plugins.
        from adapters.llm.client import LlmWriter  # noqa: PLC0415 - see above

        return LlmWriter(settings, context.clock)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Let the model draft once, and show what came and how long it took."""
        writer = self.create(context)
        if writer is None:
            return ()
        words = Translator(context.language)
        begun = perf_counter()
        try:
            draft = await writer.draft(_TRIED)
        except WriterError as error:
            sentence = words.gettext(
                "{model} drafts nothing: {reason}",
                model=writer.name,
                reason=words.gettext(error.reason, **error.values),
            )
            return (CheckLine(sentence, words.gettext(_REMEDY)),)
        finally:
            await writer.close()
        sentence = words.gettext(
            "{model} drafts, in {seconds} s and with {tokens} tokens: “{title}” {note}",
            model=writer.name,
            seconds=f"{perf_counter() - begun:.1f}",
            tokens=words.number(draft.tokens_in + draft.tokens_out),
            title=draft.title,
            note=draft.note,
        )
        return (CheckLine(sentence),)
