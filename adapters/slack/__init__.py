"""Slack: commands, cards, forms and posts in a workspace, on slack-bolt."""

from adapters.slack.plugin import SlackPlugin

plugin = SlackPlugin()

__all__ = ["plugin"]
