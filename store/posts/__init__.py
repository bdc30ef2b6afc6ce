"""What became of each post? Made, leased, finished; nothing is sent here."""
