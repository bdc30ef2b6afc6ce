"""Faults: the bot is killed, cut off and refused, and what the platforms hold is counted."""
