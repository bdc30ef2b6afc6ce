"""How does a card look on Slack? Pure drawing within its limits: nothing here sends."""
