"""What is kept of people and of workspaces, and how is it forgotten? No other changes are made."""
