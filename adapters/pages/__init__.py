"""What does a page of the web say of itself, in its tags or by its site's own answers?

Nothing is decided here of what becomes of it, and nothing is asked but through the fetcher.
"""

from adapters.pages.reader import WebPageReader

plugin = WebPageReader
