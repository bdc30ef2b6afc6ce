"""The terminal: the platform for one person at the machine, and for whatever is piped in."""

from adapters.terminal.plugin import TerminalPlugin

plugin = TerminalPlugin()
