"""How does everybody read the digest? Its pages, and who asks for them; nothing is decided here."""

from adapters.web.plugin import WebPlugin

plugin = WebPlugin()
