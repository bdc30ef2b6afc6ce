"""How does it reach Slack? On slack-bolt; nothing is decided here, and nothing kept."""

from adapters.slack.plugin import SlackPlugin

plugin = SlackPlugin()
