"""How do files become entries: pages of news, JSON? No address is asked but by a `LinkFiller`."""
