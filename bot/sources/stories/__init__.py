"""Which articles tell one story? Pure: no clock, no store, no network.

`headline.py` reads a title: `vocabulary.py` tells what its words mean in Korean and English alike,
`amounts.py`, `products.py`, `announcements.py` and `sounds.py` what else it says; `identity.py`
knows what is certain. `likeness.py` compares two, with the rarity of terms from `background.py`;
`stories.py` keeps the stories of these weeks and finds the one that a new article belongs to.
"""
