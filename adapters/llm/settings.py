"""What the operator sets for the model that drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.i18n.translator import N_
from bot.port.platform import PlatformSetting
from bot.port.settings_error import SettingsError

URL = "AINEWS_MODEL_URL"
MODEL = "AINEWS_MODEL"
KEY = "AINEWS_MODEL_KEY"

_ENDPOINT = "/chat/completions"
_SHOWN = 60


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


SETTINGS = (
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
