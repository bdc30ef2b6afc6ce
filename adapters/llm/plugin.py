"""How the writer is set up, found and made. What it needs is imported only when one is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.i18n.translator import N_, Translator
from bot.port.platform import CheckLine, PlatformContext, PlatformSetting
from bot.port.settings_error import SettingsError
from bot.port.writer import WriterError, WriterTask

if TYPE_CHECKING:
    from adapters.llm.client import LlmWriter

URL = "AINEWS_MODEL_URL"
MODEL = "AINEWS_MODEL"
KEY = "AINEWS_MODEL_KEY"

_ENDPOINT = "/chat/completions"
_SHOWN = 60

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


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Where the model is asked, which one it is, and the key, "" where it needs none."""

    url: str
    model: str
    key: str = field(default="", repr=False)


def read_model_settings(environment: Mapping[str, str]) -> ModelSettings | None:
    """Return the settings, None where no model is set up. Raises SettingsError."""
    url, model = environment.get(URL, "").strip(), environment.get(MODEL, "").strip()
    if not url and not model:
        return None
    if not url or not model:
        raise SettingsError(
            MODEL if url else URL,
            N_("A model needs both {url} and {model}."),
            N_("Set the other one too, or neither."),
            url=URL,
            model=MODEL,
        )
    return ModelSettings(_address(url), model, _key(environment.get(KEY, "")))


def _address(text: str) -> str:
    """Return where drafts are asked for: an address of the operator's own, local ones too."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        raise SettingsError(
            URL,
            N_("“{value}” is no address of a model."),
            N_("Write it as its documentation does, such as http://localhost:11434/v1."),
            value=text[:_SHOWN],
        )
    return text.rstrip("/").removesuffix(_ENDPOINT) + _ENDPOINT


def _key(text: str) -> str:
    """Return the key as a header carries it; one line end within would end the header."""
    key = text.strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise SettingsError(
            KEY,
            N_("No header can carry this key."),
            N_("Copy it once more: letters, digits and signs on one line."),
        )
    return key


class LlmPlugin:
    """The entry point `llm` of the writers."""

    settings: tuple[PlatformSetting, ...] = (
        PlatformSetting(
            URL,
            N_(
                "The OpenAI-compatible address of the model that drafts, such as http://localhost:11434/v1"
            ),
            read=_address,
        ),
        PlatformSetting(MODEL, N_("The model that drafts, by its name there")),
        PlatformSetting(
            KEY, N_("The key of the model's endpoint, where it needs one"), secret=True, read=_key
        ),
    )

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
