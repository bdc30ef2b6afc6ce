"""How does a card look on Discord? Pure drawing within its limits: nothing here sends."""
