"""How Slack is found and made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.slack.setup.settings import SECRET_SHAPES, SETTINGS, read
from bot.port.platform import CheckLine, Platform, PlatformContext, PlatformSetting


class SlackPlugin:
    """Slack is used where its bot token is set, or the client id of an app for many workspaces."""

    name = "slack"
    settings: tuple[PlatformSetting, ...] = SETTINGS
    secret_shapes: tuple[str, ...] = SECRET_SHAPES
    local = False
    shared = True

    def configured(self, environment: Mapping[str, str]) -> bool:
        """Whether `SLACK_BOT_TOKEN` or `SLACK_CLIENT_ID` is set."""
        return bool(environment.get("SLACK_BOT_TOKEN") or environment.get("SLACK_CLIENT_ID"))

    def create(self, context: PlatformContext) -> Platform:
        """Make the platform, without I/O. Raises SettingsError for a wrong or missing value."""
        settings = read(context.environment)
        # slack-bolt takes longer to load than all else that asks for plugins.
        from adapters.slack.platform import SlackPlatform  # noqa: PLC0415 - see above

        return SlackPlatform(settings, context)

    async def check(self, context: PlatformContext) -> Sequence[CheckLine]:
        """Try the tokens, and name the permissions that are missing."""
        from adapters.slack.setup.check import check  # noqa: PLC0415 - as in create

        return await check(context)
