"""What must be set, registered and permitted on Discord? Nothing here answers a member."""
