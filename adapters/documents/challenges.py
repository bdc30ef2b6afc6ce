"""Pages that sites show in place of what was asked for, to tell people from programs."""

from __future__ import annotations

import re

_BEGINNING = 30_000
_CHALLENGE = re.compile(
    r"<title>\s*(?:just a moment|attention required|access denied|ddos-guard|one moment|"
    r"security check|robot check|are you a (?:human|robot)|pardon our interruption)|"
    r"challenge-(?:error|platform|form)|cf[-_]chl|cf-browser-verification|_incapsula_resource|"
    r"px-captcha|captcha-delivery|geo\.captcha|g-recaptcha|h-captcha|cf-turnstile|awswaf|"
    r"sucuri_cloudproxy|checking your browser|enable javascript and cookies",
    re.IGNORECASE,
)


def is_challenge(text: str) -> bool:
    """Whether a page of HTML asks whether it is visited by a person."""
    return _CHALLENGE.search(text, 0, _BEGINNING) is not None
