"""How is Slack's API called, and how does Slack call us? Nothing here knows of cards."""
