"""What does a document from outside hold: text of its bytes, tags of its text, full addresses?

Feeds and pages are read with it. Nothing here knows of either, and nothing is fetched.
"""
