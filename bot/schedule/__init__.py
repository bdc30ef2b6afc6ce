"""When? Phrases become rules, and rules the next slot in a time zone. Pure: no clock, no store."""
