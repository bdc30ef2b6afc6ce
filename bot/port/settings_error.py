"""A setting that cannot be used, in words that every adapter's settings share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.i18n.translator import N_

if TYPE_CHECKING:
    from bot.i18n.translator import Translator

_SENTENCE = N_("{variable}: {reason} {remedy}")


class SettingsError(Exception):
    """A setting cannot be used.

    `reason` and `remedy` are message ids, one sentence each, with places for `values`. None of
    them ever holds a secret value.
    """

    def __init__(self, variable: str, reason: str, remedy: str, **values: object) -> None:
        """`variable` is the name of the environment variable, or of the file that holds it."""
        super().__init__(
            f"{variable}: {reason} {remedy}".format_map(values)
            if values
            else f"{variable}: {reason} {remedy}"
        )
        self.variable = variable
        self.reason = reason
        self.remedy = remedy
        self.values = values

    def said(self, words: Translator) -> str:
        """Return it as one line in the words' language."""
        return words.gettext(
            _SENTENCE,
            variable=self.variable,
            reason=words.gettext(self.reason, **self.values),
            remedy=words.gettext(self.remedy, **self.values),
        )


class SettingsErrors(Exception):
    """Settings cannot be used: `errors` has each."""

    def __init__(self, errors: Iterable[SettingsError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))

    def said(self, words: Translator) -> str:
        """Return each as one line in the words' language."""
        return "\n".join(error.said(words) for error in self.errors)
