"""A few entries to look around with, in the page format that `ainews import` reads."""
