"""What did a person ask for on Slack, and how is it answered? No command is run here."""
