"""Which entries answer a question in Korean or English, the best first? No entry is changed."""
