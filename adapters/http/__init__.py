"""Which addresses from outside may be asked, and how much is taken of each?

Nothing else connects to an address that a person or a feed wrote.
"""

from adapters.http.plugin import HttpPlugin

plugin = HttpPlugin()
