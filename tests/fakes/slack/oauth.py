"""How Slack lets many workspaces install an app: codes, tokens that are renewed, and their end."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack.workspace import APP, BOT_USER, FakeWorkspace

CLIENT_ID = "1234.5678"
CLIENT_SECRET = "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"  # noqa: S105 - opens nothing but this fake
LASTS = 12 * 60 * 60
"""Seconds for which a token opens a workspace where tokens are renewed."""


@dataclass(slots=True)
class Grants:
    """What workspaces granted, by whom (`installer`). `rotating`: tokens end and are renewed."""

    teams: dict[str, FakeWorkspace]
    scopes: str
    rotating: bool = False
    installer: str = "U0INSTALLER"
    tokens: dict[str, str] = field(default_factory=dict)
    """Tokens that open a workspace, with its team."""
    closed: dict[str, str] = field(default_factory=dict)
    """Tokens that did, with Slack's word for why not any more."""
    seen: set[str] = field(default_factory=set)
    """Every secret that was ever given out, codes too."""
    _codes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _refreshing: dict[str, str] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def consent(self, asked: Mapping[str, str]) -> str:
        """Return where the page of consent sends the browser back to.

        `picked` is the workspace that the person there chose, absent where they decline.
        """
        assert asked["client_id"] == CLIENT_ID
        assert set(asked["scope"].split(",")) == set(self.scopes.split(","))
        back = asked["redirect_uri"]
        picked = asked.get("picked")
        if picked is None:
            return f"{back}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        code = f"{self._number()}.{self._number()}.code"
        self.seen.add(code)
        self._codes[code] = (picked, back)
        return f"{back}?{urlencode({'code': code, 'state': asked['state']})}"

    def access(self, authorization: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `oauth.v2.access`: a token for a code, or the next one for a refresh token."""
        if _basic(authorization) != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return {"ok": False, "error": "bad_client_secret"}
        if arguments.get("grant_type") == "refresh_token":
            team = self._refreshing.pop(str(arguments.get("refresh_token")), None)
            if team is None:
                return {"ok": False, "error": "invalid_refresh_token"}
        else:
            team, back = self._codes.pop(str(arguments.get("code")), ("", ""))
            if not team:
                return {"ok": False, "error": "invalid_code"}
            if back != arguments.get("redirect_uri"):
                return {"ok": False, "error": "bad_redirect_uri"}
        return {"ok": True, **self.grant(team)}

    def grant(self, team: str) -> dict[str, Any]:
        """Make a token for a workspace, and return what Slack says with it."""
        prefix = "xoxe.xoxb-1" if self.rotating else "xoxb"
        token = f"{prefix}-{team}-{self._number()}abcdefgh"
        self.tokens[token] = team
        self.seen.add(token)
        answer: dict[str, Any] = {
            "app_id": APP,
            "authed_user": {"id": self.installer},
            "scope": self.scopes,
            "token_type": "bot",
            "access_token": token,
            "bot_user_id": BOT_USER,
            "team": {"id": team, "name": self.teams[team].name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if self.rotating:
            refresh = f"xoxe-1-{team}-{self._number()}abcdefgh"
            self._refreshing[refresh] = team
            self.seen.add(refresh)
            answer |= {"refresh_token": refresh, "expires_in": LASTS}
        return answer

    def end(self, team: str, why: str) -> None:
        """Let nothing open a workspace any more."""
        self.close([one for one, whose in self.tokens.items() if whose == team], why)
        if why != "token_expired":
            self._refreshing = {
                one: whose for one, whose in self._refreshing.items() if whose != team
            }

    def close(self, tokens: Iterable[str], why: str) -> None:
        """Let these tokens open nothing any more."""
        for token in tuple(tokens):
            del self.tokens[token]
            self.closed[token] = why

    def _number(self) -> str:
        return f"{next(self._numbers):09}"


def _basic(authorization: str) -> str:
    try:
        return base64.b64decode(authorization.removeprefix("Basic ")).decode()
    except binascii.Error:
        return ""
