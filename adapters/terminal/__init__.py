"""How does it reach one person at the machine, or a pipe? Nothing is decided here."""

from adapters.terminal.plugin import TerminalPlugin

plugin = TerminalPlugin()
