"""What did a person ask for on Discord, and how is it answered? No command is run here."""
