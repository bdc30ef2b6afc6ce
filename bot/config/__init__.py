"""What did the operator set, and what is installed? Read once at start; nothing here runs."""
