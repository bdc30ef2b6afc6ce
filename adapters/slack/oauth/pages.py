"""What somebody sees who comes back from Slack: in every language, without a script."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from urllib.parse import urlencode

from bot.i18n.translator import N_, Translator
from bot.port.installations import Grant
from bot.port.text import one_line, shorten

_STYLE = (
    "body{font:1.06rem/1.6 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1.25rem;"
    "color-scheme:light dark;overflow-wrap:anywhere}:lang(ko){word-break:keep-all}"
    "h1{font-size:1.3rem}section+section{border-top:1px solid;margin-top:2rem;padding-top:1rem}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
"""What goes with every page, and with the way to Slack."""

_LONGEST = 80
_OPEN = "https://slack.com/app_redirect?"


class InstallTrouble(Enum):
    """Why nothing was installed."""

    DECLINED = N_("Nothing was installed: Slack was told not to.")
    STALE = N_("This way was used already, is older than ten minutes, or began in another browser.")
    UNCONFIRMED = N_("Slack did not confirm the installation.")
    ORGANISATION = N_("AI News is added to one workspace at a time, not to a whole organisation.")
    AWAY = N_("It does not work just now. Please try again in a few minutes.")


def installed(languages: Sequence[Translator], site: str, grant: Grant, app: str) -> bytes:
    """Return the page for a workspace that has the app now; `app` is its id there."""
    shown = shorten(one_line(grant.name), _LONGEST) or "Slack"
    opened = _OPEN + urlencode({"app": app, "team": grant.kept.workspace})
    return _page(
        _section(
            words,
            words.gettext("AI News is in {workspace}.", workspace=shown),
            words.gettext(
                "Invite it to a channel with {invite}, then type {schedule} there: the news "
                "comes every morning.",
                invite="/invite @ainews",
                schedule="/ainews schedule daily 09:00",
            ),
            {words.gettext("Open it in Slack"): opened, words.gettext("Read the news"): site},
        )
        for words in languages
    )


def failed(
    languages: Sequence[Translator], site: str, trouble: InstallTrouble, again: str
) -> bytes:
    """Return the page that says why nothing was installed. `again` is where to begin anew."""
    return _page(
        _section(
            words,
            words.gettext("AI News was not added to Slack."),
            words.gettext(trouble.value),
            {words.gettext("Begin again"): again, words.gettext("Read the news"): site},
        )
        for words in languages
    )


def _section(words: Translator, title: str, text: str, links: Mapping[str, str]) -> str:
    ways = " · ".join(
        f'<a href="{html.escape(target)}">{html.escape(label)}</a>'
        for label, target in links.items()
    )
    return (
        f'<section lang="{words.language}"><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(text)}</p><p>{ways}</p></section>"
    )


def _page(sections: Iterable[str]) -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>AI News</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(sections)}</main></body></html>"
    ).encode()
